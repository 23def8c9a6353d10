//! HMAC keyed with the salt: Werkzeug before 3.0, and the password-hash package of npm.
//!
//! *Format*: Werkzeug's `<function>$<salt>$<hex>`; password-hash's `<function>$<salt>$<rounds>$<hex>`,
//! where each round is over the hexadecimal of the one before. One round of the latter is the former,
//! and its look is nobody else's, so it is the canonical text of both. *Deviations*: `md5` and `sha1`
//! of Werkzeug look like Django's; the length of the salt tells them apart (see `django_old`).
use crate::algorithm::{FastHash, HmacLayout, SaltHmac, Stored};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write};
use crate::hash::PasswordHash;
use crate::text::{Cursor, Field, hex};

use super::django_old::{WERKZEUG_SALT_LENGTHS, look, plain};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "werkzeug-hmac-old",
        summary: "Flask and Werkzeug before 3.0: HMAC keyed with the salt",
        strength: Strength::Broken,
        needs: &[],
        rarity: 3,
        claim,
        parse,
        write: Some(Write::Vendor(|hash| {
            let (stored, salt) = writable(hash)?;
            let SaltHmac { function, rounds, .. } = stored.setting();
            let digest = hex(stored.digest().expose());
            (*rounds == 1).then(|| format!("{function}${salt}${digest}"))
        })),
        samples: &[
            Sample {
                password: ",WK))w40r2ddBB=TLgG/",
                stored: "sha256$Omg2C2FWqvD5WHuD$2a1626f075161e1eb90713e546218ca8a2563b8694aac5efa85970d3f34a030e",
                side: &[],
                from: "Werkzeug 2.2.3 (method=sha256 etc: HMAC keyed with the salt)",
            },
            Sample {
                password: "🫠🦀My96e",
                stored: "sha1$nDIEMN715lr9LOzt$c94efce35a11e96fc1a8780b7f20bc609778a243",
                side: &[],
                from: "Werkzeug 2.2.3 (method=sha256 etc: HMAC keyed with the salt)",
            },
        ],
    },
    Format {
        slug: "password-hash-node",
        summary: "the password-hash package of npm",
        strength: Strength::Broken,
        needs: &[],
        rarity: 5,
        claim: |text| match text.split('$').count() == 4 && function(text).is_some() {
            true => Claim::Tagged,
            false => Claim::No,
        },
        parse: parse_node,
        write: Some(Write::Canonical(|hash| {
            let (stored, salt) = writable(hash)?;
            let SaltHmac { function, rounds, .. } = stored.setting();
            Some(format!("{function}${salt}${rounds}${}", hex(stored.digest().expose())))
        })),
        samples: &[
            Sample {
                password: "p4ssw0rd: é",
                stored: "sha1$5c1b3f19$1$346e223e25820a1d94ac6875bd692f7d726c4cd7",
                side: &[],
                from: "npm password-hash 1.2.2",
            },
            Sample {
                password: "correct horse",
                stored: "sha256$dbd1fd0b020b$17$82cf8310a3ad93ec007bd645029871ff35e41443b0de4ad87fb7a536cd6061a8",
                side: &[],
                from: "npm password-hash 1.2.2",
            },
        ],
    },
];

/// The function that the first field names, and the rest.
fn function(text: &str) -> Option<(FastHash, &str)> {
    let (name, rest) = text.split_once('$')?;
    Some((FastHash::named(name)?, rest))
}

fn claim(text: &str) -> Claim {
    let Some((function, _)) = function(text) else { return Claim::No };
    let Some(salt) = look(text, function.as_str(), function.digest_len().saturating_mul(2)) else {
        return Claim::No;
    };
    match function {
        FastHash::Md5 | FastHash::Sha1 if !WERKZEUG_SALT_LENGTHS.contains(&salt.len()) => {
            Claim::Shaped
        }
        _ => Claim::Tagged,
    }
}

fn parse(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let (function, mut cursor) = begin(raw)?;
    let salt = cursor.until('$', "expected `$` after the salt")?;
    finish(function, 1, salt, cursor.last())
}

fn parse_node(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let (function, mut cursor) = begin(raw)?;
    let salt = cursor.until('$', "expected `$` after the salt")?;
    let rounds = cursor.until('$', "expected `$` after the rounds")?.number_u32()?;
    finish(function, rounds, salt, cursor.last())
}

fn begin(raw: Raw<'_>) -> Result<(FastHash, Cursor<'_>), ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let name = cursor.until('$', "expected `$` after the function's name")?;
    let function = FastHash::named(name.text)
        .ok_or(name.fault("the function is none of md4, md5, sha1 and SHA-2's four"))?;
    Ok((function, cursor))
}

fn finish(
    function: FastHash,
    rounds: u32,
    salt: Field<'_>,
    digest: Field<'_>,
) -> Result<PasswordHash, ParseError> {
    let setting = SaltHmac::new(function, HmacLayout::Salt, rounds, salt.text)
        .ok_or(salt.fault("there is a salt, and at least one round"))?;
    Stored::new(setting, digest.hex()?)
        .map(PasswordHash::SaltHmac)
        .ok_or(digest.fault("the digest has not the length of this function"))
}

/// A value of these notations, with its salt.
fn writable(hash: &PasswordHash) -> Option<(&Stored<SaltHmac>, &str)> {
    let PasswordHash::SaltHmac(stored) = hash else { return None };
    let setting = stored.setting();
    let salt = plain(&setting.salt)?;
    (setting.layout == HmacLayout::Salt).then_some((stored, salt))
}
