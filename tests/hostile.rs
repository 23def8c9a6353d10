//! Damaged, forged and absurd texts: each is a typed error or another hash, and never a match.
//!
//! The generator is that of libxcrypt's `badsalt` test, over every sample: all truncations, every
//! byte replaced by every hostile one, tails, and cases by hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test stops where it fails"
)]
mod common;
use common::{read, samples, side};
use hashlift::{
    Account, Format, Keyring, Limits, Outcome, OverLimit, ParseError, ParseErrorKind, PasswordHash,
    Policy, Side, VerifyError,
};

/// Twelve that parsers stumble over: separators, blanks, controls, signs and a letter of two bytes.
const HOSTILE: [&str; 12] =
    ["$", ":", "\0", "\u{80}", " ", "\n", "\r", "+", "-", "=", "*", "\u{ff10}"];
const TAILS: [&str; 6] = ["\n", "\r\n", " ", "\0", "x", "$"];

/// What a text came to.
#[derive(Default, Debug)]
struct Tally {
    texts: u64,
    refused: u64,
    same: u64,
    other: u64,
    verified: u64,
}

impl Tally {
    /// Read `text` as `format` and, if it is taken for a hash, try passwords on it.
    fn take(
        &mut self,
        format: &'static Format,
        text: &str,
        side: &Side,
        original: &PasswordHash,
        passwords: &[&str],
    ) {
        self.texts += 1;
        let canonical = original.to_string();
        // Reading by tag must never be laxer than reading by name.
        if let Ok(by_tag) = PasswordHash::parse(text)
            && by_tag.to_string() != canonical
            // Cut at a semicolon, Oracle 12's column is that of Oracle 11.
            && (format.slug() != "oracle-spare4" || text.contains(';'))
            // Untouched, a text may carry the tag of another format, as Symfony's native hasher has it.
            && !passwords.contains(&text)
            && affordable(&by_tag)
            // SQL Server 2000's first digest alone is, byte for byte, what 2005 writes.
            && (format.slug() != "mssql2000" || text.len() != "0x0100".len() + 48)
        {
            assert_no_match(&by_tag, passwords, text);
        }
        match PasswordHash::parse_beside(format, text, side, &Limits::DEFAULT) {
            Err(error) => {
                assert_eq!(error.format(), Some(format.slug()), "an error names its format");
                self.refused += 1;
            }
            Ok(hash) if hash.to_string() == canonical => self.same += 1,
            Ok(hash) => {
                self.other += 1;
                // An offset alone is how Cisco writes the empty password.
                let empty = format.slug() == "cisco-type7" && text.len() == 2;
                if affordable(&hash) && !empty {
                    self.verified += 1;
                    assert_no_match(&hash, passwords, text);
                }
            }
        }
    }
}

/// A millisecond or so.
fn affordable(hash: &PasswordHash) -> bool {
    hash.cost().rounds <= 8192 && hash.cost().memory_kib <= 1024
}

fn assert_no_match(hash: &PasswordHash, passwords: &[&str], text: &str) {
    for password in passwords {
        assert!(!matches!(hash.verify(password), Ok(true)), "{password:?} opens {text:?}");
    }
}

#[test]
fn no_damaged_text_is_ever_a_match() {
    let mut tally = Tally::default();
    for (format, sample) in samples() {
        let (side, hash, text) = (side(sample), read(format, sample), sample.stored);
        let passwords = [sample.password, "", text];
        let mut take = |text: &str| tally.take(format, text, &side, &hash, &passwords);
        for (at, letter) in text.char_indices() {
            let (head, tail) = (&text[..at], &text[at + letter.len_utf8()..]);
            take(head);
            take(&format!("{head}{tail}"));
            for hostile in HOSTILE {
                take(&format!("{head}{hostile}{tail}"));
            }
        }
        for tail in TAILS {
            take(&format!("{text}{tail}"));
            take(&format!("{tail}{text}"));
        }
        let doubled = [format!("{text}{text}"), format!("\u{feff}{text}"), format!("\"{text}\"")];
        doubled.iter().for_each(|text| take(text));
        // Each field emptied, and each doubled.
        for (at, _) in text.match_indices('$') {
            let end = text[at + 1..].find('$').map_or(text.len(), |len| at + 1 + len);
            take(&format!("{}{}", &text[..=at], &text[end..]));
            take(&format!("{}{}", &text[..end], &text[at..]));
        }
    }
    println!("{tally:?}");
    assert!(tally.texts > 80_000 && tally.other > 0 && tally.same > 0, "{tally:?}");
}

#[test]
fn a_base64_field_takes_no_damage_at_all() {
    // bcrypt has no field but base64 ones: every replacement must be refused (CVE-2023-0567).
    for slug in ["bcrypt", "bcrypt-2x", "wordpress-68", "django-bcrypt"] {
        let format = Format::named(slug).unwrap();
        for sample in format.samples() {
            for at in 0..sample.stored.len() {
                for hostile in HOSTILE.iter().filter(|h| sample.stored[at..=at] != ***h) {
                    let text =
                        format!("{}{hostile}{}", &sample.stored[..at], &sample.stored[at + 1..]);
                    let reading = PasswordHash::parse_as(format, &text, &Limits::DEFAULT);
                    assert!(reading.is_err(), "{slug} takes {text:?}");
                }
            }
        }
    }
}

/// What stands in the password column of accounts that nobody may log in to.
const LOCKED: [&str; 24] = [
    "",
    " ",
    "   ",
    "*",
    "!",
    "!!",
    "x",
    "*0",
    "*1",
    "*LK*",
    "NP",
    "NULL",
    "0",
    "{CRYPT}",
    "{CRYPT}*",
    "{crypt}!",
    "{CRYPT}x",
    "*NP*",
    "!*",
    "*!",
    "!!$6$rounds=1000$ab$cd",
    "!$6$rounds=1000$tonWDkxL3ypzpmof$YX/yMxQdHm1Vi7mCk.EPvRMNje7u56gps9.iH.APBm7VwTxhgu64nJr42J5OMM.FNLNnhtZVOZ/8Q6rdjORvD/",
    "*$1$QJB7lZm6$6OwXfPFRCG0UIj1SK0Mnk0",
    "!6PaP0JC1UfVR0Ssz3yyYo6BO3ZC8eYx5tUsVhkMD",
];

#[test]
fn a_locked_marker_never_matches() {
    let inside = ["x z+-w# n{*sYy", "y1M*5_5VH", "", "password", "*", "!"].map(str::to_owned);
    let many = (0..10_000).map(|i| format!("{i:x}"));
    let passwords: Vec<String> =
        inside.into_iter().chain(LOCKED.map(str::to_owned)).chain(many).collect();
    for marker in LOCKED {
        let hash = PasswordHash::parse(marker).unwrap_or_else(|e| panic!("{marker:?}: {e}"));
        assert!(hash.is_locked(), "{marker:?}");
        assert_eq!(hash.to_string(), marker, "it stays as it stood");
        for password in &passwords {
            assert_eq!(hash.verify(password), Ok(false), "{password:?} opens {marker:?}");
        }
        let outcome = Policy::OWASP.check(&hash, marker.as_bytes()).unwrap();
        assert!(matches!(outcome, Outcome::Mismatch), "a locked account is never upgraded");
    }
}

fn kind(text: &str) -> ParseErrorKind {
    PasswordHash::parse(text).unwrap_err().kind().clone()
}

fn over(text: &str) -> (&'static str, u64, u64) {
    match kind(text) {
        ParseErrorKind::OverLimit(OverLimit { param, have, max, .. }) => (param, have, max),
        other => panic!("{text}: {other:?}"),
    }
}

fn rule(text: &str) -> &'static str {
    match kind(text) {
        ParseErrorKind::Malformed { rule, .. } => rule,
        other => panic!("{text}: {other:?}"),
    }
}

const NUMBER: &str = "expected a decimal number without sign or leading zeros";
const BCRYPT_COST: &str = "bcrypt's cost has two digits, from 04 to 31";
const DIGEST: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[test]
fn numbers_have_one_spelling_in_every_format() {
    let bcrypt = &"$2b$05$hgBoX6k7F46.2yK6b7N7x.d48LbLODjvm8LhBNHmEIMjla6RCCV0m"[6..];
    for cost in ["+4", "-4", "5", "005", " 5", "4 ", "0x", "４"] {
        assert_eq!(rule(&format!("$2b${cost}{bcrypt}")), BCRYPT_COST, "{cost}");
    }
    for cost in ["00", "03", "32", "39"] {
        assert_eq!(rule(&format!("$2b${cost}{bcrypt}")), "bcrypt's cost is from 4 to 31");
    }
    let crypt = "$salt$LW8nMpj.AUB7HH6f18K6XLuSNsxKUqW/CwW7/SZF/RB";
    for rounds in ["+5000", "05000", "", "5e3", "0x1388", "5000 ", "-5000"] {
        assert_eq!(rule(&format!("$5$rounds={rounds}{crypt}")), NUMBER, "{rounds}");
    }
    for rounds in ["0", "1", "999"] {
        let expected = "the rounds before this are under 1000";
        assert_eq!(rule(&format!("$5$rounds={rounds}{crypt}")), expected);
    }
    for number in ["+1", "01", "", "1.0", "00"] {
        let texts = [
            format!("$argon2id$v=19$m={number},t=1,p=1$AAAAAAAAAAA${DIGEST}"),
            format!("$argon2id$v=19$m=8,t={number},p=1$AAAAAAAAAAA${DIGEST}"),
            format!("$argon2id$v=19$m=8,t=1,p={number}$AAAAAAAAAAA${DIGEST}"),
            format!("$scrypt$ln={number},r=8,p=1$AAAA${DIGEST}"),
            format!("$scrypt$ln=4,r={number},p=1$AAAA${DIGEST}"),
            format!("$pbkdf2-sha256$i={number},l=32$AAAA${DIGEST}"),
            format!("pbkdf2_sha256${number}$salt${DIGEST}="),
            format!("scrypt${number}$salt$8$1${DIGEST}"),
        ];
        for text in texts {
            let reading = PasswordHash::parse(&text).unwrap_err();
            assert_eq!(reading.name(), "malformed", "{text}");
        }
    }
}

#[test]
fn each_parameter_of_argon2_stands_once() {
    let text = |params: &str| rule(&format!("$argon2id$v=19${params}$AAAAAAAAAAA${DIGEST}"));
    assert_eq!(text("m=8,m=64,t=1,p=1"), "a parameter that was given before");
    assert_eq!(text("m=8,t=1,p=1,t=1"), "a parameter that was given before");
    assert_eq!(text("t=1,p=1"), "the memory `m` is missing");
    assert_eq!(text("m=8,p=1"), "the passes `t` are missing");
    assert_eq!(text("m=8,t=1"), "the lanes `p` are missing");
    assert_eq!(text("m=8,t=1,p=1,x=1"), "a parameter that Argon2 does not have");
    assert_eq!(text("m=8,t=1,p=1,"), "expected `name=value`");
    assert_eq!(text("m=7,t=1,p=1"), "Argon2 needs at least 8 KiB of memory (m) for each lane (p)");
    assert_eq!(text("m=8,t=0,p=1"), "Argon2 makes at least 1 pass (t)");
    assert_eq!(text("m=8,t=1,p=0"), "Argon2 has from 1 to 2^24-1 lanes (p)");
    let version = |v: &str| rule(&format!("$argon2id$v={v}$m=8,t=1,p=1$AAAAAAAAAAA${DIGEST}"));
    for bad in ["0", "17", "20", "019", "+19", "", "0x13"] {
        assert_eq!(version(bad), "the version is neither 16 nor 19", "{bad}");
    }
}

#[test]
fn a_cost_bomb_is_refused_by_its_numbers() {
    let argon2 = |params: &str| over(&format!("$argon2id$v=19${params}$AAAAAAAAAAA${DIGEST}"));
    assert_eq!(argon2("m=4294967295,t=1,p=1"), ("memory_kib", 4_294_967_295, 262_144));
    assert_eq!(argon2("m=262145,t=1,p=1"), ("memory_kib", 262_145, 262_144));
    assert_eq!(argon2("m=8,t=4294967295,p=1"), ("passes", 4_294_967_295, 16));
    assert_eq!(argon2("m=262144,t=5,p=1"), ("memory_kib times passes", 1_310_720, 1_048_576));
    assert_eq!(argon2("m=8192,t=1,p=17"), ("lanes", 17, 16));
    // scrypt, where r·p once wrapped around 32 bits.
    let scrypt = |params: &str| format!("$scrypt${params}$AAAA${DIGEST}");
    assert_eq!(rule(&scrypt("ln=1,r=65536,p=65536")), "scrypt's r times p is under 2^30");
    assert_eq!(rule(&scrypt("ln=1,r=2147483648,p=2")), "scrypt's r times p is under 2^30");
    assert_eq!(rule(&scrypt("ln=0,r=8,p=1")), "scrypt's N is a power of two from 2");
    assert_eq!(over(&scrypt("ln=40,r=8,p=1")), ("n_log2", 40, 18));
    assert_eq!(over(&scrypt("ln=63,r=32,p=16")), ("n_log2", 63, 18));
    assert_eq!(over(&scrypt("ln=18,r=9,p=1")), ("memory_kib", 294_912, 262_144));
    assert_eq!(over(&scrypt("ln=1,r=1,p=1073741823")), ("parallel_p", 1_073_741_823, 16));
    assert_eq!(rule(&scrypt("ln=64,r=8,p=1")), "scrypt's N is a power of two from 2");
    assert_eq!(rule(&scrypt("ln=256,r=8,p=1")), "ln is at most 63");
    assert_eq!(rule("scrypt$1$salt$8$1$"), "Django's scrypt digest has 64 bytes");
    // PBKDF2: no rounds, too many, too many blocks.
    let pbkdf2 = |params: &str| format!("$pbkdf2-sha256$i={params}$AAAA${DIGEST}");
    assert_eq!(rule(&pbkdf2("0,l=32")), "there is at least 1 round, and 16 bytes of digest");
    assert_eq!(over(&pbkdf2("5000001,l=32")), ("rounds times blocks", 5_000_001, 5_000_000));
    let two = format!("$pbkdf2-sha256$i=2500001,l=64$AAAA${}", "A".repeat(86));
    assert_eq!(over(&two), ("rounds times blocks", 5_000_002, 5_000_000));
    assert_eq!(rule("pbkdf2_sha256$0$s$AAAA"), "there is at least 1 round");
    // The crypt(3) family, PHPass, bcrypt, Firebase.
    let crypt = "$s$LW8nMpj.AUB7HH6f18K6XLuSNsxKUqW/CwW7/SZF/RB";
    assert_eq!(over(&format!("$5$rounds=999999999{crypt}")), ("rounds", 999_999_999, 1_000_000));
    assert_eq!(over("$P$SIQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"), ("rounds_log2", 30, 20));
    assert_eq!(rule("$P$ZIQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"), "the cost is from 7 to 30");
    assert_eq!(rule("$P$4IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"), "the cost is from 7 to 30");
    let bcrypt = &"$2b$05$hgBoX6k7F46.2yK6b7N7x.d48LbLODjvm8LhBNHmEIMjla6RCCV0m"[6..];
    for cost in 16..=31 {
        assert_eq!(over(&format!("$2b${cost}{bcrypt}")), ("bcrypt_cost", cost, 15));
    }
    let firebase =
        |n: u32, r: u32| format!("$fbscrypt$v=1,n={n},r={r},p=1,ss=,sk={DIGEST}$AAAA${DIGEST}");
    assert_eq!(over(&firebase(31, 8)), ("n_log2", 31, 17));
    assert_eq!(over(&firebase(14, 17)), ("block_r", 17, 16));
    // Inside and outside of a wrapped hash.
    let wrapped = |inner: &str, m: u32| {
        format!("$wrap$v=1${inner}$argon2id$v=19$m={m},t=1,p=1$AAAAAAAAAAA${DIGEST}")
    };
    let inner = format!("$pbkdf2-sha256$i=5000001,l=32$AAAA${DIGEST}");
    assert_eq!(over(&wrapped(&inner, 8)), ("rounds times blocks", 5_000_001, 5_000_000));
    assert_eq!(over(&wrapped("{SHA}AAAAAAAAAAAAAAAAAAAAAAAAAAA=", 262_145)).0, "memory_kib");
    // A text of a gigabyte is not looked at, nor one of 1025 bytes.
    assert_eq!(over(&format!("!{}", "x".repeat(1024))), ("text_bytes", 1025, 1024));
}

#[test]
fn the_rounds_of_every_cost_are_what_the_cost_says() {
    for cost in 4..=31_u8 {
        let text = format!("$2b${cost:02}$hgBoX6k7F46.2yK6b7N7x.d48LbLODjvm8LhBNHmEIMjla6RCCV0m");
        let hash = PasswordHash::parse_within(&text, &Limits::OFFLINE).unwrap();
        // 1 << 31 was once negative, and the hash one of no rounds.
        assert_eq!(hash.cost().rounds, 2_u64.pow(cost.into()));
        if cost > 15 {
            // Read offline, it is still not run at a door with other limits.
            let error = hash.verify("password").unwrap_err();
            let VerifyError::OverLimit(over) = error else { panic!("{error}") };
            assert_eq!((over.have, over.max), (cost.into(), 15));
        }
    }
    for cost in 0..=255_u8 {
        let setting = hashlift::Bcrypt::new(hashlift::BcryptIdent::B, cost, [0; 16]);
        assert_eq!(setting.is_some(), (4..=31).contains(&cost));
    }
}

#[test]
fn wrapped_texts_are_built_one_way() {
    let outer = format!("$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA${DIGEST}");
    let sha = "{SHA}AAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    assert!(PasswordHash::parse(&format!("$wrap$v=1${sha}{outer}")).is_ok());
    let refused = [
        (
            format!("$wrap$v=1$$wrap$v=1${sha}{outer}{outer}"),
            "a wrapped hash inside a wrapped hash",
        ),
        (format!("$wrap$v=1${sha}"), "expected `$argon2id$` after the inner hash"),
        (format!("$wrap$v=1$*{outer}"), "the digest of the inner hash is not all zero"),
        (format!("$wrap$v=1${outer}"), "the digest of the inner hash is not all zero"),
        (
            format!("$wrap$v=1${{SHA}}7Blu5ShoXHGAhFUyFvd6BUsH7dA={outer}"),
            "the digest of the inner hash is not all zero",
        ),
        (
            format!("$wrap$v=1$5f4dcc3b5aa765d61d8327deb882cf99{outer}"),
            "the inner hash is not a tagged text of a known format",
        ),
        (
            format!("$wrap$v=1${sha}$argon2id$v=16$m=8,t=1,p=1$AAAAAAAAAAA${DIGEST}"),
            "the outer hash is not version 19",
        ),
    ];
    for (text, expected) in refused {
        assert_eq!(rule(&text), expected, "{text}");
    }
}

#[test]
fn texts_of_no_format_are_unrecognised() {
    let none = [
        "password",
        "hunter2",
        "$",
        "$$",
        "$$$$$$",
        "$2",
        "$2b",
        "$2z$05$",
        "$argon2",
        "$argon2idd$v=19$",
        "{",
        "}",
        "{}",
        "{SHA",
        "{SHA1024}AAAA",
        "$9$abc",
        "_J9..rasm",
        "\0",
        "\t",
        "\n",
        "$6",
        "pbkdf2",
        "pbkdf2_",
        "scrypt",
        "bcrypt",
        "$P",
        "$H",
        "U$",
        "md5:",
        ":",
        "$wrap$v=2$x",
        "$wrap$",
        "$7",
        "$scrypt$",
        "0e462097431906509019562988736854x",
        "٣٤",
        "🔑",
        "\u{feff}$2b$05$",
        "''",
        "\"\"",
        "null!",
        "$pbkdf2-sha256$",
        "$pbkdf2-sha256$x",
        "2.4633E+38",
    ];
    assert!(none.len() >= 40);
    for text in none {
        assert_eq!(kind(text), ParseErrorKind::Unrecognised, "{text:?}");
        assert!(hashlift::identify(text).is_empty(), "{text:?}");
    }
}

#[test]
fn spare_bits_and_cut_digests_are_refused() {
    let bcrypt = "$2b$05$hgBoX6k7F46.2yK6b7N7x.d48LbLODjvm8LhBNHmEIMjla6RCCV0m";
    let spare = "the last letter has spare bits set; they must be zero";
    for letter in ["/", "A", "B", "9"] {
        assert_eq!(rule(&bcrypt.replace("x.d48", &format!("x{letter}d48"))), spare);
    }
    assert_eq!(rule(&bcrypt.replace("V0m", "V0n")), spare);
    let cut = |letters: usize| rule(&bcrypt[..bcrypt.len() - letters]);
    assert_eq!(cut(1), spare);
    assert_eq!(cut(2), "base64 never ends one letter after a group of four");
    assert_eq!(cut(3), "bcrypt's digest has 31 letters");
    assert_eq!(cut(31), "bcrypt's digest has 31 letters");
    // A digest of one byte in `$7$` once matched every 256th password.
    let seven = "$7$8U..../....IDdd9LzRIocXkz$";
    for digest in ["", "Lk", "Lkrr", "LkrrULtaHZhTvJ0VIy6tiv"] {
        assert!(matches!(kind(&format!("{seven}{digest}")), ParseErrorKind::Malformed { .. }));
    }
    assert_eq!(rule("$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$"), "Argon2 yields at least 4 bytes");
}

#[test]
fn hexadecimal_is_read_in_either_case() {
    for slug in ["md5", "sha1", "sha256", "sha3-512", "scrypt-params", "werkzeug-scrypt"] {
        let format = Format::named(slug).unwrap();
        let sample = &format.samples()[0];
        let (head, hex) = sample.stored.split_at(sample.stored.rfind('$').map_or(0, |at| at + 1));
        let upper = format!("{head}{}", hex.to_uppercase());
        let hash =
            PasswordHash::parse_beside(format, &upper, &side(sample), &Limits::DEFAULT).unwrap();
        assert_eq!(hash.to_string(), read(format, sample).to_string(), "{slug}");
        assert!(hash.verify(sample.password).unwrap());
    }
    // LDAP's tags too; crypt(3)'s letters have a case of their own.
    assert!(PasswordHash::parse("{sha}7Blu5ShoXHGAhFUyFvd6BUsH7dA").is_ok());
    assert_eq!(kind("$2B$05$hgBoX6k7F46"), ParseErrorKind::Unrecognised);
}

#[test]
fn magic_hashes_are_no_numbers() {
    // Both MD5s begin with `0e` and go on in digits: PHP's `==` took them for the same zero.
    let format = Format::named("md5").unwrap();
    let read = |hex| PasswordHash::parse_as(format, hex, &Limits::DEFAULT).unwrap();
    let (one, two) = ("0e462097431906509019562988736854", "0e830400451993494058024219903391");
    assert!(read(one).verify("240610708").unwrap() && read(two).verify("QNKCDZO").unwrap());
    assert!(!read(one).verify("QNKCDZO").unwrap() && !read(two).verify("240610708").unwrap());
}

#[test]
fn a_password_that_is_repeated_is_another_password() {
    // A key without its terminator cycles: `abc` once opened `abcabc`.
    let setting = |_| hashlift::Bcrypt::new(hashlift::BcryptIdent::B, 4, [7; 16]).unwrap();
    for len in 1..=36 {
        let once = "abcdefghijklmnopqrstuvwxyz0123456789"[..len].to_owned();
        let derive = |password: &str| {
            use hashlift::Algorithm;
            setting(()).derive(password.as_bytes(), &Keyring::EMPTY).unwrap().expose().to_vec()
        };
        assert_ne!(derive(&once), derive(&once.repeat(2)), "{len}");
    }
}

#[test]
fn a_hostile_text_at_the_door_is_a_mismatch() {
    let policy = Policy::OWASP.with_costs(64, 1, 1);
    for text in LOCKED.into_iter().chain(["$2b$99$", "\0", "$argon2id$v=19$m=4294967295,t=1,p=1$"])
    {
        let login = policy.login(Account::Text(text), text.as_bytes(), &Keyring::EMPTY);
        assert!(matches!(login.outcome, Outcome::Mismatch), "{text:?}");
    }
}

#[test]
fn errors_are_small_and_can_be_shared() {
    fn assert_shareable<T: Send + Sync + 'static + core::error::Error>() {}
    assert_shareable::<ParseError>();
    assert_shareable::<VerifyError>();
    assert!(size_of::<Result<PasswordHash, ParseError>>() <= 256);
}
