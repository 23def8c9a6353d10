//! PHPass portable hashes, Drupal 7's, and phpBB's bcrypt over them.
//!
//! *Format*: `$P$<cost><8 salt><22>` (WordPress before 6.8), `$H$…` (phpBB 3), `$S$<cost><8><43>`
//! (Drupal 7, SHA-512 cut to 55 characters); a leading `U` (Drupal 6 to 7) feeds the hex MD5 of the
//! password. phpBB 3.1 converts a whole table with `$H\2y$<cost><8>$<bcrypt cost>\<22 salt>$<31>`.
//! *Deviations*: WordPress trims the password before it gets here; the caller must do the same.
use crate::algorithm::{BcryptPrehash, PhPass, PhPassHash, PhPassPrehash, Stored};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::text::{CRYPT, Cursor, Field};

use super::bcrypt;

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "phpass",
        summary: "PHPass portable ($P$, $H$): WordPress before 6.8, phpBB 3",
        strength: Strength::Broken,
        needs: &[],
        rarity: 0,
        claim: |text| match text.strip_prefix('U').unwrap_or(text).as_bytes() {
            [b'$', b'P' | b'H', b'$', ..] => Claim::Tagged,
            _ => Claim::No,
        },
        parse: |raw| parse(raw, PhPassHash::Md5),
        write: Some(Write::Canonical(|hash| write(hash, PhPassHash::Md5))),
        samples: &[Sample {
            password: "U3@p3KUX",
            stored: "$P$7nzwKKiooa/XFSWReHrY7.zaIbfK7z0",
            side: &[],
            from: "WordPress 6.1.9 (Debian) PasswordHash(portable)",
        }],
    },
    Format {
        slug: "phpbb3",
        summary: "phpBB 3: PHPass ($H$), or bcrypt over it ($H\\2y$)",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 3,
        claim: |text| match tagged(text, COMBINED) {
            Claim::No if text.starts_with("$H$") => Claim::Shaped,
            claim => claim,
        },
        parse: |raw| match raw.text.starts_with(COMBINED) {
            true => parse_combined(raw),
            false => parse(raw, PhPassHash::Md5),
        },
        write: Some(Write::Canonical(write_combined)),
        samples: &[
            Sample {
                password: "rrVzH8D)ryc/IS",
                stored: "$H$9JiQaGkIsXonP21dhsfd2QEi4WXYMj/",
                side: &[],
                from: "phpBB 7ca0ec3c passwords manager",
            },
            Sample {
                password: "🔑@]@cl",
                stored: "$H\\2y$92OmDlRvQ$04\\PNFFLPN5CX3owuhv3uWHDu$0LqmJnQ7zB9XisqBx1UrE/b.E5v/ztW",
                side: &[],
                from: "phpBB 7ca0ec3c passwords manager",
            },
        ],
    },
    Format {
        slug: "drupal7",
        summary: "Drupal 7 ($S$), and what it made of Drupal 6's MD5 (U$S$)",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 2,
        claim: |text| tagged(text.strip_prefix('U').unwrap_or(text), "$S$"),
        parse: |raw| parse(raw, PhPassHash::Sha512),
        write: Some(Write::Canonical(|hash| write(hash, PhPassHash::Sha512))),
        samples: &[
            Sample {
                password: "hdH~<RoRHsU8 +",
                stored: "$S$6Iw3hd6QWFQd5UPmAM4dux486sdQ9RkPlT7OVGQBrSiEAYVbrrM0",
                side: &[],
                from: "npm drupal-hash 1.0.4",
            },
            Sample {
                password: " %urg#)8r ",
                stored: "U$S$6WcXq.gd38yLhK2wghh2BD03FhB84/Mvq5bOuHXjyV3vewRXymTl",
                side: &[],
                from: "npm drupal-hash 1.0.4 over php md5 (Drupal 6 upgrade form)",
            },
        ],
    },
];

const COMBINED: &str = "$H\\2y$";

fn parse(raw: Raw<'_>, hash: PhPassHash) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let prehash = if cursor.skip("U") { PhPassPrehash::Md5Hex } else { PhPassPrehash::None };
    let tag = cursor.take(3, "expected a tag of three characters")?;
    match (tag.text, hash) {
        ("$P$" | "$H$", PhPassHash::Md5) | ("$S$", PhPassHash::Sha512) => {}
        _ => return Err(tag.fault("not the tag of this format")),
    }
    let mut setting = setting(&mut cursor, hash)?;
    setting.prehash = prehash;
    let digest = cursor.last();
    // 43 letters are 258 bits: 32 bytes, and a letter for the 2 bits left of the next.
    let bytes = match hash {
        PhPassHash::Md5 => digest.base64(&CRYPT)?,
        PhPassHash::Sha512 => drupal_digest(digest)?,
    };
    Stored::new(setting, bytes)
        .map(PasswordHash::PhPass)
        .ok_or(digest.fault("the digest has not the length that this format has"))
}

/// The cost letter and the eight characters of the salt.
fn setting(cursor: &mut Cursor<'_>, hash: PhPassHash) -> Result<PhPass, ParseError> {
    let cost = cursor.take(1, "expected the cost letter")?;
    let log2 = CRYPT.digit(cost.text).ok_or(cost.fault("the cost is not a crypt(3) letter"))?;
    let salt = cursor.take(8, "the salt has 8 bytes")?;
    let bytes = salt.text.as_bytes().try_into().map_err(|_| salt.fault("the salt has 8 bytes"))?;
    PhPass::new(hash, log2, bytes).ok_or(cost.fault("the cost is from 7 to 30"))
}

/// 43 letters of little-endian base64. The text was cut inside a group of three bytes, so the last
/// of them, whose four high bits went with the next letter, carries bits 252 to 257.
fn drupal_digest(field: Field<'_>) -> Result<Vec<u8>, ParseError> {
    let fault = || field.fault("Drupal's digest has 43 crypt(3) letters");
    if field.text.len() != 43 || !field.text.is_ascii() {
        return Err(fault());
    }
    // A 44th letter of zero completes the group; its bits are zero as the cut left them.
    let padded = format!("{}.", field.text);
    let mut bytes = Field::whole(&padded).base64(&CRYPT).map_err(|_| fault())?;
    bytes.truncate(33);
    Ok(bytes)
}

fn head(setting: &PhPass) -> Option<String> {
    let salt = core::str::from_utf8(setting.salt.as_bytes()).ok()?;
    Some(format!("{}{salt}", CRYPT.letter(setting.rounds_log2)?))
}

fn write(hash: &PasswordHash, kind: PhPassHash) -> Option<String> {
    let PasswordHash::PhPass(stored) = hash else { return None };
    let setting = stored.setting();
    if setting.hash != kind {
        return None;
    }
    let prefix = match (setting.prehash, kind) {
        (PhPassPrehash::None, PhPassHash::Md5) => "$P$",
        (PhPassPrehash::None, PhPassHash::Sha512) => "$S$",
        (PhPassPrehash::Md5Hex, PhPassHash::Md5) => "U$P$",
        (PhPassPrehash::Md5Hex, PhPassHash::Sha512) => "U$S$",
    };
    let mut digest = CRYPT.encode(stored.digest().expose());
    if kind == PhPassHash::Sha512 {
        digest.truncate(43);
    }
    Some(format!("{prefix}{}{digest}", head(setting)?))
}

fn parse_combined(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(COMBINED, "expected `$H\\2y$`")?;
    let inner = setting(&mut cursor, PhPassHash::Md5)?;
    cursor.tag("$", "expected `$` after PHPass' salt")?;
    let cost = bcrypt::two_digits(cursor.until('\\', "expected `\\` after bcrypt's cost")?)?;
    let salt = bcrypt::salt(cursor.until('$', "expected `$` after bcrypt's salt")?)?;
    let ident = crate::algorithm::BcryptIdent::Y;
    bcrypt::finish(cursor.last(), ident, cost, salt, BcryptPrehash::PhPass(inner))
}

fn write_combined(hash: &PasswordHash) -> Option<String> {
    let stored = bcrypt::with_prehash(hash, |p| matches!(p, BcryptPrehash::PhPass(_)))?;
    let BcryptPrehash::PhPass(inner) = stored.setting().prehash() else { return None };
    let plain = bcrypt::text(stored);
    // `$2y$<2 cost>$<22 salt><31 digest>`
    let (cost, salt, digest) = (plain.get(4..6)?, plain.get(7..29)?, plain.get(29..)?);
    Some(format!("{COMBINED}{}${cost}\\{salt}${digest}", head(inner)?))
}
