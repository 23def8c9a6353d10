//! Each limit from both sides: what lies at it is accepted, what lies one above is refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test stops where it fails"
)]
use hashlift::{
    Format, Limits, OverLimit, ParseErrorKind, PasswordHash, Side, Stored, VerifyError, Yescrypt,
    YescryptFlavour,
};

/// A limit by its name, how to reach it, and how to hand a quantity to it.
struct Twin {
    field: &'static str,
    /// Sets this field of the second to what the first has.
    keep: fn(&Limits, &mut Limits),
    max: fn(&Limits) -> u64,
    /// What the error calls it.
    param: &'static str,
    /// Reads or admits something of that quantity.
    attempt: fn(u64, &Limits) -> Result<(), Refusal>,
}

#[derive(Debug, PartialEq)]
enum Refusal {
    Over(OverLimit),
    Malformed,
    TooLong(usize),
}

const DIGEST: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn read(text: &str, side: &Side, slug: Option<&str>, limits: &Limits) -> Result<(), Refusal> {
    let reading = match slug {
        None => PasswordHash::parse_within(text, limits),
        Some(slug) => PasswordHash::parse_beside(Format::named(slug).unwrap(), text, side, limits),
    };
    match reading.map_err(|error| error.kind().clone()) {
        Ok(_) => Ok(()),
        Err(ParseErrorKind::OverLimit(over)) => Err(Refusal::Over(over)),
        Err(ParseErrorKind::Malformed { .. }) => Err(Refusal::Malformed),
        Err(other) => panic!("{text}: {other:?}"),
    }
}

fn tagged(text: &str, limits: &Limits) -> Result<(), Refusal> {
    read(text, &Side::NONE, None, limits)
}

fn argon2(params: &str, limits: &Limits) -> Result<(), Refusal> {
    tagged(&format!("$argon2id$v=19${params}$AAAAAAAAAAA${DIGEST}"), limits)
}

fn scrypt(n: u64, r: u64, p: u64, limits: &Limits) -> Result<(), Refusal> {
    tagged(&format!("$scrypt$ln={n},r={r},p={p}$AAAA${DIGEST}"), limits)
}

fn firebase(n: u64, r: u64, separator: &str, limits: &Limits) -> Result<(), Refusal> {
    let text = format!("$fbscrypt$v=1,n={n},r={r},p=1,ss={separator},sk={DIGEST}$AAAA${DIGEST}");
    tagged(&text, limits)
}

/// So many zero bytes in base64 without padding.
fn zeros(bytes: u64) -> String {
    "A".repeat(usize::try_from((bytes * 8).div_ceil(6)).unwrap())
}

/// Whether a password of that length may be tried; nothing is derived.
fn admit(text: &str, bytes: u64, limits: &Limits) -> Result<(), Refusal> {
    let hash = PasswordHash::parse_within(text, &Limits::OFFLINE).unwrap();
    let password = vec![b'a'; usize::try_from(bytes).unwrap()];
    match hash.setting().unwrap().admits(&password, limits) {
        Ok(()) => Ok(()),
        Err(VerifyError::OverLimit(over)) => Err(Refusal::Over(over)),
        Err(VerifyError::PasswordTooLong { max }) => Err(Refusal::TooLong(max)),
        Err(other) => panic!("{other}"),
    }
}

macro_rules! twin {
    ($field:ident, $param:literal, $attempt:expr) => {
        Twin {
            field: stringify!($field),
            keep: |from, to| to.$field = from.$field,
            max: |limits| limits.$field as u64,
            param: $param,
            attempt: $attempt,
        }
    };
}

fn twins() -> Vec<Twin> {
    vec![
        twin!(text_bytes_max, "text_bytes", |n, limits| {
            tagged(&format!("!{}", "x".repeat(usize::try_from(n).unwrap() - 1)), limits)
        }),
        twin!(salt_bytes_max, "salt_bytes", |n, limits| {
            let side = Side::salted("s".repeat(usize::try_from(n).unwrap()));
            let text = "164d3f0220c1b608b9a09c4f8cf9c489";
            ["md5-pass-salt", "md5-salt-pass", "vbulletin"]
                .into_iter()
                .try_for_each(|slug| read(text, &side, Some(slug), limits))?;
            tagged(&format!("M${}#{text}", "u".repeat(usize::try_from(n).unwrap())), limits)
        }),
        twin!(digest_bytes_max, "digest_bytes", |n, limits| {
            let digest = zeros(n);
            argon2_digest(&digest, limits)?;
            tagged(&format!("$pbkdf2-sha256$i=1,l={n}$AAAA${digest}"), limits)?;
            let len = if [32, 64].contains(&n) { String::new() } else { format!(",l={n}") };
            tagged(&format!("$scrypt$ln=1,r=1,p=1{len}$AAAA${digest}"), limits)
        }),
        twin!(password_bytes_max, "", |n, limits| {
            admit("{SHA}AAAAAAAAAAAAAAAAAAAAAAAAAAA=", n, limits)
        }),
        twin!(crypt_password_bytes_max, "", |n, limits| {
            admit("$1$QJB7lZm6$6OwXfPFRCG0UIj1SK0Mnk0", n, limits)?;
            let sha = "$5$rounds=1000$s$LW8nMpj.AUB7HH6f18K6XLuSNsxKUqW/CwW7/SZF/RB";
            admit(sha, n, limits)?;
            admit("{CRYPT}Xyr9OjAHGNZA.", n, limits)?;
            admit("$sha1$10$5qh1vS6x$Lj.GCje4bvdloOqezGxPPwS66Zbl", n, limits)
        }),
        twin!(argon2_memory_kib_max, "memory_kib", |m, limits| {
            argon2(&format!("m={m},t=1,p=1"), limits)
        }),
        twin!(argon2_passes_max, "passes", |t, limits| {
            argon2(&format!("m=8,t={t},p=1"), limits)
        }),
        twin!(argon2_lanes_max, "lanes", |p, limits| {
            argon2(&format!("m={},t=1,p={p}", 8 * p), limits)
        }),
        twin!(argon2_memory_passes_kib_max, "memory_kib times passes", |work, limits| {
            // The least number of passes that divides it: the memory is a number of 32 bits.
            let t = (1..=64).find(|t| work % t == 0 && work / t < 1 << 24).unwrap_or(1);
            argon2(&format!("m={},t={t},p=1", work / t), limits)
        }),
        twin!(bcrypt_cost_max, "bcrypt_cost", |cost, limits| {
            tagged(&format!("$2b${cost:02}${}", ".".repeat(53)), limits)
        }),
        twin!(scrypt_n_log2_max, "n_log2", |n, limits| scrypt(n, 2, 1, limits)),
        twin!(scrypt_block_r_max, "block_r", |r, limits| scrypt(1, r, 1, limits)),
        twin!(scrypt_parallel_p_max, "parallel_p", |p, limits| scrypt(1, 1, p, limits)),
        twin!(scrypt_memory_kib_max, "memory_kib", |kib, limits| {
            // 128·N·r bytes with N = 8 are as many KiB as r.
            scrypt(3, kib, 1, limits)
        }),
        twin!(scrypt_work_max, "n times r times p", |work, limits| {
            scrypt(1, 1, work.div_ceil(2), limits)
        }),
        twin!(firebase_n_log2_max, "n_log2", |n, limits| firebase(n, 2, "", limits)),
        twin!(firebase_block_r_max, "block_r", |r, limits| firebase(1, r, "", limits)),
        twin!(firebase_separator_bytes_max, "salt_separator_bytes", |n, limits| {
            firebase(1, 1, &zeros(n), limits)
        }),
        twin!(pbkdf2_blocks_max, "rounds times blocks", |rounds, limits| {
            let cached = "0e18b87593756cdbe0679d9cbebb71bf";
            tagged(&format!("$DCC2${rounds}#u#{cached}"), limits)?;
            tagged(&format!("$pbkdf2-sha256$i={rounds},l=32$AAAA${DIGEST}"), limits)
        }),
        twin!(sha2crypt_rounds_max, "rounds", |rounds, limits| {
            let digest = "LW8nMpj.AUB7HH6f18K6XLuSNsxKUqW/CwW7/SZF/RB";
            tagged(&format!("$5$rounds={rounds}$s${digest}"), limits)
        }),
        twin!(descrypt_rounds_max, "rounds", |rounds, limits| {
            let letters = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
            let letter = |at: u32| char::from(letters[(rounds >> (6 * at) & 63) as usize]);
            let rounds: String = (0..4).map(letter).collect();
            tagged(&format!("_{rounds}JLjFMEMHBAGZNBg"), limits)
        }),
        twin!(yescrypt_time_t_max, "time_t", |t, limits| {
            let setting =
                Yescrypt::new(YescryptFlavour::ReadWrite, (1, 1, 1, t as u32), vec![0; 3]);
            let hash = PasswordHash::Yescrypt(Stored::new(setting.unwrap(), vec![0; 32]).unwrap());
            tagged(&hash.to_string(), limits)
        }),
        twin!(sunmd5_rounds_max, "rounds", |rounds, limits| {
            tagged(&format!("$md5,rounds={}$a$${}", rounds - 4096, ".".repeat(22)), limits)
        }),
        twin!(phpass_rounds_log2_max, "rounds_log2", |log2, limits| {
            let letters = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
            let letter = char::from(letters.as_bytes()[usize::try_from(log2).unwrap()]);
            tagged(&format!("$P${letter}IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"), limits)
        }),
        twin!(phpass_bytes_max, "rounds times password_bytes", |work, limits| {
            // Rounds of 2^16.
            admit("$P$EIQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", work.div_ceil(1 << 16), limits)
        }),
    ]
}

fn argon2_digest(digest: &str, limits: &Limits) -> Result<(), Refusal> {
    tagged(&format!("$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA${digest}"), limits)
}

/// Everything allowed, so that one limit can be tried at a time.
fn open() -> Limits {
    let mut limits = Limits::OFFLINE;
    (limits.text_bytes_max, limits.salt_bytes_max) = (usize::MAX, usize::MAX);
    (limits.digest_bytes_max, limits.password_bytes_max) = (usize::MAX, usize::MAX);
    limits.crypt_password_bytes_max = usize::MAX;
    limits.firebase_separator_bytes_max = usize::MAX;
    for max in [
        &mut limits.argon2_memory_kib_max,
        &mut limits.argon2_passes_max,
        &mut limits.argon2_lanes_max,
        &mut limits.argon2_memory_passes_kib_max,
        &mut limits.bcrypt_cost_max,
        &mut limits.scrypt_n_log2_max,
        &mut limits.scrypt_block_r_max,
        &mut limits.scrypt_parallel_p_max,
        &mut limits.scrypt_memory_kib_max,
        &mut limits.scrypt_work_max,
        &mut limits.firebase_n_log2_max,
        &mut limits.firebase_block_r_max,
        &mut limits.pbkdf2_blocks_max,
        &mut limits.sha2crypt_rounds_max,
        &mut limits.descrypt_rounds_max,
        &mut limits.yescrypt_time_t_max,
        &mut limits.sunmd5_rounds_max,
        &mut limits.phpass_rounds_log2_max,
        &mut limits.phpass_bytes_max,
    ] {
        *max = u64::MAX;
    }
    limits
}

#[test]
fn every_quantity_at_its_limit_is_accepted_and_one_above_is_refused() {
    for preset in [Limits::STRICT, Limits::DEFAULT, Limits::OFFLINE] {
        for twin in twins() {
            let (max, mut limits) = ((twin.max)(&preset), open());
            (twin.keep)(&preset, &mut limits);
            assert_eq!((twin.attempt)(max, &limits), Ok(()), "{} at {max}", twin.field);
            let above = (twin.attempt)(max + 1, &limits).unwrap_err();
            match above {
                Refusal::Over(over) => {
                    assert_eq!((over.param, over.max), (twin.param, max), "{}", twin.field);
                    assert!(over.have > max, "{}", twin.field);
                }
                Refusal::TooLong(at) => assert_eq!(at as u64, max, "{}", twin.field),
                // These algorithms themselves end there.
                Refusal::Malformed => assert!(matches!(
                    (twin.field, max),
                    ("bcrypt_cost_max", 31) | ("descrypt_rounds_max", 0xff_ffff)
                )),
            }
        }
    }
}

#[test]
fn every_limit_has_its_twin() {
    // The names come from `Debug`, so that a new field cannot be forgotten here.
    let shown = format!("{:?}", Limits::DEFAULT);
    let fields: Vec<&str> =
        shown.split(['{', ',']).filter_map(|part| Some(part.split_once(':')?.0.trim())).collect();
    let known: Vec<&str> = twins().iter().map(|twin| twin.field).collect();
    assert_eq!(fields, known);
}

#[test]
fn presets_grow_and_have_names() {
    assert_eq!(Limits::default(), Limits::DEFAULT);
    let named = ["strict", "default", "offline"].map(|name| Limits::named(name).unwrap());
    assert_eq!(named, [Limits::STRICT, Limits::DEFAULT, Limits::OFFLINE]);
    assert_eq!(Limits::named("lax"), None);
    for twin in twins() {
        assert!(named.iter().map(twin.max).is_sorted(), "{}", twin.field);
    }
}

#[test]
fn what_deployed_generators_write_is_read_by_default() {
    // Bitwarden 2 M iterations, Firebase's and Appwrite's costs, Drupal 7's 2^16, OWASP, Django.
    let real = [
        format!("$pbkdf2-sha256$i=2000000,l=32$AAAA${DIGEST}"),
        format!("$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk={DIGEST}$AAAA${DIGEST}"),
        format!("$argon2id$v=19$m=262144,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA${DIGEST}"),
        format!("$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA${DIGEST}"),
        format!("$argon2id$v=19$m=102400,t=2,p=8$AAAAAAAAAAAAAAAAAAAAAA${DIGEST}"),
        format!("$scrypt$ln=17,r=8,p=1$AAAA${DIGEST}"),
        "$S$EIQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0xxxxxxxxxxxxxxxxxxxxx".to_owned(),
        format!("$2b$14${}", ".".repeat(53)),
        "$5$rounds=656000$s$LW8nMpj.AUB7HH6f18K6XLuSNsxKUqW/CwW7/SZF/RB".to_owned(),
    ];
    for text in real {
        assert_eq!(tagged(&text, &Limits::DEFAULT), Ok(()), "{text}");
    }
}

#[test]
fn the_longest_text_of_each_kind_prints_within_the_limit() {
    // A canonical text may be longer than what was read; it must be readable all the same.
    let limits = Limits::DEFAULT;
    let (salt, digest) =
        (zeros(limits.salt_bytes_max as u64), zeros(limits.digest_bytes_max as u64));
    let data = format!("{},data={}", "keyid=AAAAAAAAAAA", zeros(32));
    let longest = [
        format!("$argon2id$m=8192,t=16,p=16,{data}${salt}${digest}"),
        format!("$scrypt$ln=17,r=8,p=4,l=256${salt}${digest}"),
        format!("$pbkdf2-sha512$i=500000,l=256${salt}${digest}"),
        format!(
            "$fbscrypt$v=1,n=14,r=8,p=1,ss={},sk={}${salt}${}",
            zeros(64),
            zeros(128),
            zeros(128)
        ),
    ];
    for text in longest {
        let hash = PasswordHash::parse(&text).unwrap_or_else(|e| panic!("{e}"));
        let printed = hash.to_string();
        assert_eq!(PasswordHash::parse(&printed).unwrap().to_string(), printed);
        // Kept scrypt has no reason to be wrapped, unless the policy says so.
        let mut policy = hashlift::Policy::OWASP.with_costs(64, 1, 1);
        policy.keep_strong_scrypt = false;
        let wrapped = policy.wrap(&hash).unwrap().unwrap();
        PasswordHash::parse(&wrapped.to_string()).unwrap_or_else(|e| panic!("wrapped {text}: {e}"));
    }
}
