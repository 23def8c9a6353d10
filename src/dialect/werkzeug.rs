//! Werkzeug (Flask): `scrypt:<N>:<r>:<p>$<salt>$<hex>` and `pbkdf2:<hash>:<rounds>$<salt>$<hex>`.
//!
//! *Format*: salts are text, used as they stand; digests are hex of the function's full length (64
//! bytes for scrypt). *Deviations*: the rounds must be given. *Security*: a password in clear, behind
//! `plain$$`, is not kept; see `dovecot`.
use crate::algorithm::{Pbkdf2, Prf, Scrypt};
use crate::error::ParseError;
use crate::format::{Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::text::{Cursor, hex};

use super::{django, dovecot, scrypt};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "werkzeug-scrypt",
        summary: "Flask's default from Werkzeug 2.3",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 1,
        claim: |text| tagged(text, "scrypt:"),
        parse: parse_scrypt,
        write: Some(Write::Vendor(write_scrypt)),
        samples: &[Sample {
            password: "6L^^+HZeM4!U_kZ_Fqv",
            stored: "scrypt:1024:8:1$kPDTTKDpaMmFzQv8$bdf2e8b46cc8ac4acce23418d53e0e28c58210fe5abc5a71ff9d3473df5c4352589d6a787f7d0534e4384ac473c5bb9a216dd0910c355a7a6fdd4b8d499c7578",
            side: &[],
            from: "Werkzeug 3.1.9",
        }],
    },
    Format {
        slug: "werkzeug-pbkdf2",
        summary: "Flask's default before Werkzeug 2.3",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 1,
        claim: |text| tagged(text, "pbkdf2:"),
        parse: parse_pbkdf2,
        write: Some(Write::Vendor(write_pbkdf2)),
        samples: &[
            Sample {
                password: "q_It@-Ry!",
                stored: "pbkdf2:sha256:1000$LuwFxYDs$0117e2be3e3dc67c4da6f654733a6574519e8b7ba1f8eab887bc8163032fd923",
                side: &[],
                from: "Werkzeug 3.1.9",
            },
            Sample {
                password: "5 #6^]kT?).nG#/P~R.V",
                stored: "pbkdf2:sha512:100$u$df1e36f5675c2c433691e8d07a10e19820ba4b0f82a666d4c2e4f18a75b3b5e6440966d5215573325009181fc6c9981644aaf71711144b33000b7f8161740321",
                side: &[],
                from: "Werkzeug 3.1.9",
            },
        ],
    },
    Format {
        slug: "werkzeug-plain",
        summary: "Flask and Werkzeug before 3.0 with method=plain: the password in clear",
        strength: Strength::Broken,
        needs: &[],
        rarity: 7,
        claim: |text| tagged(text, PLAIN),
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            cursor.tag(PLAIN, "expected `plain$$`")?;
            dovecot::read_clear(cursor.last())
        },
        write: None,
        samples: &[Sample {
            password: "-F@0L/%HwvlQy0RJb*",
            stored: "plain$$-F@0L/%HwvlQy0RJb*",
            side: &[],
            from: "Werkzeug 2.2.3 (method=plain)",
        }],
    },
];

const PLAIN: &str = "plain$$";

fn parse_scrypt(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("scrypt:", "expected `scrypt:`")?;
    let n = cursor.until(':', "expected `:` after N")?;
    let block_r = cursor.until(':', "expected `:` after r")?.number_u32()?;
    let parallel_p = cursor.until('$', "expected `$` after p")?.number_u32()?;
    let salt = cursor.until('$', "expected `$` after the salt")?;
    let digest = cursor.last();
    let bytes = digest.hex()?;
    if bytes.len() != 64 {
        return Err(digest.fault("Werkzeug's scrypt digest has 64 bytes"));
    }
    let n_log2 = scrypt::power_of_two(n.number()?).ok_or(n.fault("N is a power of two"))?;
    scrypt::finish((n_log2, block_r, parallel_p), salt.bytes(), digest, bytes)
}

fn parse_pbkdf2(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("pbkdf2:", "expected `pbkdf2:`")?;
    let hash = cursor.until(':', "expected `:` and the rounds after the hash's name")?;
    let prf =
        Prf::common(hash.text).ok_or(hash.fault("the hash is none of sha1, sha256, sha512"))?;
    let rounds = cursor.until('$', "expected `$` after the rounds")?;
    let salt = cursor.until('$', "expected `$` after the salt")?;
    let digest = cursor.last();
    django::finish_pbkdf2(prf, rounds, salt.bytes(), digest, digest.hex()?)
}

fn write_scrypt(hash: &PasswordHash) -> Option<String> {
    let (Scrypt { n_log2, block_r, parallel_p, salt, .. }, digest) = scrypt::parts(hash, 64)?;
    let (n, salt) = (1_u64.checked_shl(u32::from(*n_log2))?, django::text_salt(salt, '$')?);
    Some(format!("scrypt:{n}:{block_r}:{parallel_p}${salt}${}", hex(digest)))
}

fn write_pbkdf2(hash: &PasswordHash) -> Option<String> {
    Prf::COMMON.into_iter().find_map(|prf| {
        let (Pbkdf2 { rounds, salt, .. }, digest) = django::full_pbkdf2(hash, prf)?;
        let salt = django::text_salt(salt, '$')?;
        Some(format!("pbkdf2:{}:{rounds}${salt}${}", prf.as_str(), hex(digest)))
    })
}
