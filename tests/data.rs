//! Databases, directories and devices: what the rows' samples alone do not show.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]
use hashlift::{
    DeriveError, Format, Keyring, Limits, ParseErrorKind, PasswordHash, Side, VerifyError,
};

fn beside(slug: &str, text: &str, side: &Side) -> PasswordHash {
    let format = Format::named(slug).unwrap();
    PasswordHash::parse_beside(format, text, side, &Limits::DEFAULT).unwrap()
}

fn side<const N: usize>(pairs: [(&str, &str); N]) -> Side {
    Side::from_pairs(pairs).unwrap()
}

/// Salted passwords of Python's hashlib over passwords prepared by passlib's `saslprep`; those that it
/// refuses (a control character, text of both directions, no UTF-8, nothing left) as they stand.
#[test]
fn scram_prepares_passwords_as_postgresql_does() {
    let answers: [(&[u8], &[u8], &str); 8] = [
        (
            "\u{fb01}x \u{2163}".as_bytes(),
            b"fix IV",
            "NSMDFVwVu1ThUdkQidLbIvqDAYyWpH2njkhwQeTTj10=:bGYWFD63uGrENeuMg/1/oAR4OOJ5LkhriJj7vs2X2aQ=",
        ),
        (
            "I\u{ad}X".as_bytes(),
            b"IX",
            "reE3rYE9SNaeceisedNRugrCpKnRQC5P2JIOWa16Plc=:NhrtD0Cz0Q1t8UjIC4+JWouKyg1hgiaGWJeXUwxGkh8=",
        ),
        (
            "\u{aa}".as_bytes(),
            b"a",
            "TSMOL7qFB1Tftv6dr5ivMLQis5Juu09WxcBYrGUHVcQ=:I1F+AQEFDFtmwAJUzYG/SxWO2j8jx7zd9ab6DAlKkVU=",
        ),
        (
            "a\u{a0}b".as_bytes(),
            b"a b",
            "xEqIN5gihkW8GcdYnK9R+TqO9GsUFCMWs09H2Z5HLpo=:T/aEAghjUImwKMOj4HnGBytJgtPNLVG42IjAZrKrwS4=",
        ),
        (
            b"a\x07b",
            b"a\x07b",
            "P7GEvYZg1GHllKlJri8V1GVFdP+1MlEZmW0ObLkBzO8=:vClPqaO3TkDD2LqDDepLAkMfRKGx8sfPsu8KfX3P7H4=",
        ),
        (
            "\u{627}1".as_bytes(),
            "\u{627}1".as_bytes(),
            "UcibK2Q89lvDlDz44XcHi2Fs28Q54pK/ExfXmeWrOQc=:Etapz+qrEByuDnSHF8EQBTgMJm5ZJ7EIOzYoENhmVxI=",
        ),
        (
            b"\xff\xfe",
            b"\xff\xfe",
            "Y0dnJid3g7+MavfPQiHDaZE0xrBrvA23B4TR2JFLy9w=:x6nUT6Aj2YJN8BysVdqKvPJyafC2pW2+D30qb0mRFJ8=",
        ),
        (
            "\u{ad}".as_bytes(),
            "\u{ad}".as_bytes(),
            "MAfxk/e/OXmUON2U2i8bI6rGFlvGzQPaZhDOZeBnp2o=:718VwN9R194vBpXE5b5DcTReuLRxzs9VY3OeeWSM5xE=",
        ),
    ];
    for (password, prepared, keys) in answers {
        let postgres: PasswordHash =
            format!("SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0c2FsdA==${keys}").parse().unwrap();
        assert!(postgres.verify(password).unwrap(), "{prepared:?}");
        assert!(postgres.verify(prepared).unwrap(), "{prepared:?}");
        assert!(!postgres.verify("").unwrap());
        // Dovecot does not prepare: to it, the prepared password alone is the password.
        let keys = keys.replace(':', ",");
        let dovecot: PasswordHash =
            format!("{{SCRAM-SHA-256}}4096,c2FsdHNhbHRzYWx0c2FsdA==,{keys}").parse().unwrap();
        assert!(dovecot.verify(prepared).unwrap(), "{prepared:?}");
        assert_eq!(dovecot.verify(password).unwrap(), password == prepared, "{prepared:?}");
    }
}

#[test]
fn a_scram_verifier_with_one_wrong_key_matches_nothing() {
    let text = "{SCRAM-SHA-1}4096,YsNiMMpqdMS4cfvSJ4kQog==,OLp9wI0H4iPyJ2AIGieNKo9OaqE=,9rKSiM9wgW/Z/jkhnElc1yEG6Ss=";
    let password = "Foza,~r=44A#)?w";
    assert!(text.parse::<PasswordHash>().unwrap().verify(password).unwrap());
    for damaged in [text.replace("OLp9", "OLp8"), text.replace("9rKS", "9rKT")] {
        assert!(!damaged.parse::<PasswordHash>().unwrap().verify(password).unwrap());
    }
}

/// passlib 1.7.4, `cisco_pix.hash(password, user=…)`.
#[test]
fn a_pix_takes_four_bytes_of_the_user() {
    let answers = [
        ("correct horse", "alice", "wRq5zy3OM5j4drCh"),
        ("cisco", "al", "JruV6YSBOgV2tSPc"),
        ("0123456789abcdef", "bob", ".7nfVBEIEu4KbF/1"),
    ];
    for (password, user, text) in answers {
        let hash = beside("cisco-pix", text, &side([("username", user)]));
        assert!(hash.verify(password).unwrap(), "{user}");
        // Neither a longer password nor one that the padding would hide.
        assert!(!hash.verify(format!("{password}\0")).unwrap(), "{user}");
        assert!(!hash.verify(format!("{password}x")).unwrap(), "{user}");
        let again: PasswordHash = hash.to_string().parse().unwrap();
        assert!(again.verify(password).unwrap(), "{user}");
        assert_eq!(again.to_text_as(Format::named("cisco-pix").unwrap()).unwrap(), text);
    }
}

#[test]
fn dovecots_suffixes_change_the_spelling_alone() {
    let plain = "{SSHA256}fxLfLxvaS5aL0DdZYl2zzfJ7u9an2AkYTTCZgnkCoty/lLO7XXKQ4PtJMh5yDPvE";
    for tag in ["{SSHA256.b64}", "{ssha256.BASE64}", "{SSHA256.B64}"] {
        let hash: PasswordHash = plain.replace("{SSHA256}", tag).parse().unwrap();
        assert_eq!(hash.to_string(), plain);
        assert!(hash.verify("__n@2-JE8").unwrap());
    }
    assert!(plain.replace("{SSHA256}", "{SSHA256.B32}").parse::<PasswordHash>().is_err());
    assert!(plain.replace("{SSHA256}", "{SSHA256.HEX}").parse::<PasswordHash>().is_err());
    let hex =
        "{ssha256.hex}E95CD52206CE3991822AE4767B09C55438A70939451FBF1C5D8BD13F36A13FF2CD2FB655";
    assert!(hex.parse::<PasswordHash>().unwrap().verify("CT(uzfTfR__L laRQ.@").unwrap());
}

#[test]
fn a_password_in_clear_is_not_kept() {
    let texts = [
        ("ldap-cleartext", "{plain}correct horse"),
        ("cisco-type7", "154A21460105187D2C3901343D041D"),
    ];
    for (slug, text) in texts {
        let hash = beside(slug, text, &Side::NONE);
        assert!(hash.to_string().starts_with("{SHA256}"), "{slug}");
        assert!(!format!("{hash} {hash:?}").contains("correct"), "{slug}");
    }
    // Type 7 of the empty password, by passlib; an empty {PLAIN} is a field that was not filled.
    assert!(beside("cisco-type7", "11", &Side::NONE).verify("").unwrap());
    assert!("{PLAIN}".parse::<PasswordHash>().is_err());
}

#[test]
fn a_template_without_the_password_is_refused() {
    // {SALT} alone; nothing; and five times the password.
    for template in
        ["e1NBTFR9", "", "e1BBU1NXT1JEfXtQQVNTV09SRH17UEFTU1dPUkR9e1BBU1NXT1JEfXtQQVNTV09SRH0="]
    {
        let text = format!("$md5$pf={template}$c2FsdA==$CY9rzUYh03PK3k6DJie09g==");
        let error = text.parse::<PasswordHash>().unwrap_err();
        assert!(matches!(error.kind(), ParseErrorKind::Malformed { .. }), "{template}");
    }
}

const FIREBASE: &str =
    "aQZLkaztogudUllmpLHqWfL3nmE/8NpYfY7lwDqFDzZPHJQIsUFdLeJ70PpZ7xX4z13NtvGmXN5nGgiUPP0dYg==";
const SIGNER: &str =
    "LuJhy/Ck/pJcqvPFlC7VOoCtKx95PC88LWuNr5pOnLdmaE8KWifap+4DMCcz67S0mNPqVJblfZgr3g/Lg/EGLg==";

#[test]
fn a_signer_key_with_an_id_stays_in_the_keyring() {
    let columns = [
        ("salt", "tm3CDzpE2kU="),
        ("salt_separator", "3G0="),
        ("rounds", "8"),
        ("mem_cost", "8"),
        ("key_id", "proj-1"),
    ];
    let without = side(columns);
    let mut with = without.clone();
    with.signer_key = Some(SIGNER.to_owned().into());
    for side in [&with, &without] {
        let hash = beside("firebase-scrypt", FIREBASE, side);
        let text = hash.to_string();
        assert!(!text.contains(&SIGNER[..8]) && text.contains(",kid=cHJvai0x$"), "{text}");
        let again: PasswordHash = text.parse().unwrap();
        assert_eq!(again.to_string(), text);
        assert_eq!(again.key_ids().len(), 1);
        // The key comes from the ring, and without it there is no verdict.
        let keys = with.keyring(&again).unwrap();
        let opens = |keys: &Keyring, password: &str| {
            again.verify_with(password.as_bytes(), keys, &Limits::DEFAULT)
        };
        assert_eq!(opens(&keys, ")OR.Y;1 *Oxv"), Ok(true));
        assert_eq!(opens(&keys, "wrong"), Ok(false));
        let missing = opens(&Keyring::EMPTY, ")OR.Y;1 *Oxv");
        assert!(matches!(missing, Err(VerifyError::Derive(DeriveError::MissingKey { .. }))));
        // Notations that hold the key cannot be written without it.
        for slug in ["ory-firescrypt", "workos-firebase", "clerk-firebase"] {
            assert_eq!(again.to_text_as(Format::named(slug).unwrap()), None, "{slug}");
        }
    }
}

/// The README of pbhogan/scrypt. Its p of 54 is over the usual limit.
#[test]
fn the_scrypt_gems_own_example_needs_wider_limits() {
    let text = "400$8$36$78f4ae6983f76119$37ec6ce55a2b928dc56ff9a7d0cdafbd7dbde49d9282c38a40b1434e88f24cf5";
    let format = Format::named("scrypt-ruby").unwrap();
    let error = PasswordHash::parse_as(format, text, &Limits::DEFAULT).unwrap_err();
    assert_eq!(error.name(), "over-limit");
    let hash = PasswordHash::parse_as(format, text, &Limits::OFFLINE).unwrap();
    let opens = |password: &str| {
        hash.verify_with(password.as_bytes(), &Keyring::EMPTY, &Limits::OFFLINE).unwrap()
    };
    assert!(opens("my grand secret") && !opens("my grand secre"));
}
