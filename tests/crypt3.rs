//! What one text of crypt(3) may stand behind, and what stands in 32 digits.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]
use hashlift::{Claim, Format, Limits, PasswordHash, Side, identify, identify_beside, tidied};

fn parse(text: &str) -> PasswordHash {
    PasswordHash::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn any_text_of_crypt3_may_stand_behind_braces() {
    // Made by libxcrypt 4.4.33: DES, bigcrypt, BSDi, md5crypt, sha1crypt, NT.
    for (text, password) in [
        ("{CRYPT}Xyr9OjAHGNZA.", "ab12cd"),
        ("{CRYPT}ZqqRJjdusbX.AtMMCk8BW2cY", "slappasswd long"),
        ("{CRYPT}_/...JLjFMEMHBAGZNBg", "s]*uDESBE~m/yMP"),
        ("{crypt}$1$Vb0./kQz$7AtNSf6P1apxglTwy72ni1", "Dov3c0t mail"),
        ("{CRYPT}$sha1$10$5qh1vS6x$Lj.GCje4bvdloOqezGxPPwS66Zbl", "bVzY-]+rYDzHW!.7Y"),
        ("{CRYPT}$3$$31d12c3b3abf422a2f39cc7ea5ded823", "dg()pSjm=j,R.vFIy"),
    ] {
        let hash = parse(text);
        assert!(hash.verify(password).unwrap(), "{text}");
        assert!(!hash.verify(&password[1..]).unwrap(), "{text}");
        let written = hash.to_text_as(Format::named("ldap-crypt").unwrap()).unwrap();
        assert_eq!(written, text.replace("{crypt}", "{CRYPT}"));
        assert!(parse(&hash.to_string()).verify(password).unwrap(), "{hash}");
    }
    for (tag, text, password) in [
        ("{DES-CRYPT}", "Xyr9OjAHGNZA.", "ab12cd"),
        ("{MD5-CRYPT}", "$1$Vb0./kQz$7AtNSf6P1apxglTwy72ni1", "Dov3c0t mail"),
    ] {
        let hash = parse(&format!("{tag}{text}"));
        assert!(hash.verify(password).unwrap());
        let written = hash.to_text_as(Format::named("dovecot-crypt").unwrap()).unwrap();
        assert_eq!(written, format!("{tag}{text}"));
    }
}

#[test]
fn what_may_not_stand_behind_braces_is_refused_in_its_place() {
    for (text, at) in [
        ("{CRYPT}Xyr9OjAHGNZA", 9),
        ("{CRYPT}Xyr9OjAHGNZA/", 19),
        ("{CRYPT}hunter2!", 7),
        ("{CRYPT}$apr1$.lqfOz64$x1Uz4MGQA4O/0eKN37hBb.", 7),
        ("{CRYPT}{CRYPT}Xyr9OjAHGNZA.", 7),
        ("{CRYPT}$1$a!$7AtNSf6P1apxglTwy72ni1", 10),
        ("{DES-CRYPT}ZqqRJjdusbX.AtMMCk8BW2cY", 11),
        ("{DES-CRYPT}$1$Vb0./kQz$7AtNSf6P1apxglTwy72ni1", 11),
    ] {
        let error = PasswordHash::parse(text).unwrap_err().to_string();
        assert!(error.contains(&format!("at byte {at}:")), "{text}: {error}");
    }
    for locked in ["{CRYPT}*", "{CRYPT}!", "{CRYPT}x", "{crypt}*0", "{CRYPT}"] {
        assert!(parse(locked).is_locked(), "{locked}");
    }
}

#[test]
fn django_kept_the_salt_twice() {
    for text in ["crypt$$Xyr9OjAHGNZA.", "crypt$Xy$Xyr9OjAHGNZA.", "crypt$Xyz12$Xyr9OjAHGNZA."] {
        assert!(parse(text).verify("ab12cd").unwrap(), "{text}");
    }
    assert!(PasswordHash::parse("crypt$Xz$Xyr9OjAHGNZA.").is_err());
    assert!(PasswordHash::parse("crypt$X$Xyr9OjAHGNZA.").is_err());
    let hash = parse("{CRYPT}Xyr9OjAHGNZA.");
    let written = hash.to_text_as(Format::named("django-crypt").unwrap());
    assert_eq!(written.as_deref(), Some("crypt$$Xyr9OjAHGNZA."));
}

#[test]
fn a_bigcrypt_of_one_digest_takes_eight_bytes_and_no_more() {
    let read = |slug: &str, text: &str| {
        PasswordHash::parse_as(Format::named(slug).unwrap(), text, &Limits::DEFAULT).unwrap()
    };
    let (des, big) = (read("descrypt", "SqtAOHSdKuQyE"), read("bigcrypt", "SqtAOHSdKuQyE"));
    assert_eq!(des.to_string(), "{CRYPT}SqtAOHSdKuQyE");
    assert_eq!(big.to_string(), "{BIGCRYPT}SqtAOHSdKuQyE");
    assert!(des.verify("{BjZO?tH").unwrap() && des.verify("{BjZO?tH and more").unwrap());
    assert!(big.verify("{BjZO?tH").unwrap() && !big.verify("{BjZO?tH and more").unwrap());
    assert_eq!(big.to_text_as(Format::named("ldap-crypt").unwrap()), None, "it would mean DES");
}

#[test]
fn bytes_that_are_no_utf8_are_no_letters_of_windows() {
    let plain = parse("$3$$9358d97c0a0d239a7a84fd62d192babd");
    // libxcrypt takes the bytes of UTF-8 for letters; everybody else converts them.
    assert!(!plain.verify("café noir").unwrap());
    assert!(plain.verify("caf\u{c3}\u{a9} noir").unwrap());
    assert!(!plain.verify(b"caf\xc3\xa9\xff noir").unwrap());
    let bytes = parse("{NT-BYTES}9358d97c0a0d239a7a84fd62d192babd");
    assert!(bytes.verify("café noir").unwrap());
    assert_eq!(bytes.verify("café\0noir").unwrap_err().name(), "password-has-nul");
    // Every byte stays distinct.
    let derive = |password: &[u8]| {
        let digest = plain.setting().unwrap().derive(password, &hashlift::Keyring::EMPTY).unwrap();
        digest.expose().to_vec()
    };
    let all: std::collections::BTreeSet<_> = (0..=255_u8).map(|byte| derive(&[byte])).collect();
    assert_eq!(all.len(), 256);
}

#[test]
fn lm_folds_case_in_its_code_page() {
    // "CAFÉ".encode("cp437") ends in 0x90 in Python.
    let of = |password: &[u8]| {
        let setting = parse("{LANMAN}aad3b435b51404eeaad3b435b51404ee");
        setting.setting().unwrap().derive(password, &hashlift::Keyring::EMPTY).unwrap()
    };
    let hex = |password: &[u8]| -> String {
        of(password).expose().iter().map(|byte| format!("{byte:02x}")).collect()
    };
    assert_eq!(hex("café".as_bytes()), hex("CAFÉ".as_bytes()));
    assert_eq!(hex("café".as_bytes()), hex(b"CAF\x90"), "raw bytes are of the code page already");
    assert_ne!(hex("café".as_bytes()), hex(b"cafe"));
    assert_ne!(hex("€".as_bytes()), hex("₠".as_bytes()), "not in the code page: bytes as they are");
}

#[test]
fn cached_credentials_keep_the_user_name_inside() {
    let beside = |slug: &str, text: &str, user: &str| {
        let side = Side::from_pairs([("username", user)]).unwrap();
        PasswordHash::parse_beside(Format::named(slug).unwrap(), text, &side, &Limits::DEFAULT)
            .unwrap()
    };
    let first = beside("msdcc", "452f1689170f02ccda6f20b96491c19d", "USERqgp");
    assert_eq!(first.to_string(), "M$userqgp#452f1689170f02ccda6f20b96491c19d");
    assert!(
        parse("M$UserQGP#452f1689170f02ccda6f20b96491c19d").verify("g5K2So@oKA?^BoxG.!").unwrap()
    );
    let second = beside("msdcc2", "0e18b87593756cdbe0679d9cbebb71bf", "Tom#1");
    assert_eq!(second.to_string(), "$DCC2$10240#tom#1#0e18b87593756cdbe0679d9cbebb71bf");
    assert_eq!(parse(&second.to_string()).to_string(), second.to_string());
    // hashcat's example of mode 2100.
    let hash = parse("$DCC2$10240#tom#e4e938d12fe5974dc42a90120bd9c90f");
    assert!(hash.verify("hashcat").unwrap());
    let fewer = parse("$DCC2$9#tom#e4e938d12fe5974dc42a90120bd9c90f");
    assert_eq!(fewer.to_text_as(Format::named("msdcc2").unwrap()), None, "no room for the rounds");
    assert!(PasswordHash::parse("$DCC2$0#tom#e4e938d12fe5974dc42a90120bd9c90f").is_err());
}

#[test]
fn sha1crypt_repeats_its_first_byte() {
    assert!(PasswordHash::parse("$sha1$10$5qh1vS6x$Lj.GCje4bvdloOqezGxPPwS66Zbl").is_ok());
    for bad in [
        "$sha1$10$5qh1vS6x$Lj.GCje4bvdloOqezGxPPwS65Zbl",
        "$sha1$0$5qh1vS6x$Lj.GCje4bvdloOqezGxPPwS66Zbl",
        "$sha1$010$5qh1vS6x$Lj.GCje4bvdloOqezGxPPwS66Zbl",
        "$sha1$10$5qh1vS6x$Lj.GCje4bvdloOqezGxPPwS66Zb",
    ] {
        assert_eq!(PasswordHash::parse(bad).unwrap_err().name(), "malformed", "{bad}");
    }
}

fn ranks(text: &str) -> Vec<&'static str> {
    identify(text).iter().map(|candidate| candidate.format.slug()).collect()
}

#[test]
fn shapes_are_candidates_and_capitals_count() {
    assert_eq!(ranks("SqtAOHSdKuQyE"), ["descrypt", "bigcrypt"]);
    assert!(ranks("ftD17C77qaUoMaVcy.JI4XfYuUB8TSX5/lg").contains(&"bigcrypt"));
    let twenty_four = ranks("8sLZ/3uQ.0ATkTdrkOLtTSi6");
    assert!(twenty_four.contains(&"crypt16") && twenty_four.contains(&"bigcrypt"));
    assert_eq!(ranks("_J9..Aye4NyLRHQ5hdBE")[0], "bsdicrypt");
    assert!(ranks("5e0c98b42dd4148f").contains(&"mysql323"));
    let lower = ranks("c2789a9d4fbcd2bff7c6884800d5253c");
    for slug in ["nthash", "lmhash", "msdcc", "msdcc2", "md5"] {
        assert!(lower.contains(&slug), "{slug}");
    }
    assert_eq!(lower[0], "md5");
    assert_eq!(ranks("C2789A9D4FBCD2BFF7C6884800D5253C")[0], "nthash");
    // Digits alone are in no case.
    assert_eq!(ranks("12345678901234567890123456789012")[0], "md5");
    let beside = identify_beside("C2789A9D4FBCD2BFF7C6884800D5253C", &Side::salted("s"));
    assert!(beside[0].format.needs().contains(&"salt"), "a salt counts for more");
    assert_eq!(Format::named("bsdicrypt").unwrap().claim("_hunter2"), Claim::No);
}

/// Old generators left bits set that C libraries ignore; read strictly, their users were locked out.
#[test]
fn unused_bits_of_bcrypt_are_cleared_for_those_who_ask() {
    let tidy = "$2b$05$hgBoX6k7F46.2yK6b7N7x.d48LbLODjvm8LhBNHmEIMjla6RCCV0m";
    for letter in ["/", "A", "B", "N"] {
        for end in ["V0m", "V0n", "V0o", "V0p"] {
            let untidy = tidy.replace("x.d48", &format!("x{letter}d48")).replace("V0m", end);
            assert!(PasswordHash::parse(&untidy).is_err());
            assert_eq!(tidied(&untidy).as_deref(), Some(tidy), "{untidy}");
            let behind = tidied(&format!("{{CRYPT}}{untidy}")).unwrap();
            assert_eq!(behind, format!("{{CRYPT}}{tidy}"));
        }
    }
    for other in [tidy, "", "$2b$", "$2b$05$", &tidy[..59], "$2b$5$\u{e9}", "$1$NaClNaCl$x"] {
        assert_eq!(tidied(other), None, "{other}");
    }
}
