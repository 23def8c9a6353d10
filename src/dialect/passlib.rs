//! passlib's PBKDF2: `$pbkdf2-sha256$<rounds>$<ab64 salt>$<ab64 digest>`; Odoo, GitLab, Mailu.
//!
//! *Format*: adapted base64 (`.` for `+`, no padding); digests have the function's full length; the
//! salt may be empty. `$pbkdf2$` alone is SHA-1.
use crate::algorithm::{Pbkdf2, Prf};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::text::{AB64, Cursor};

use super::django::{finish_pbkdf2, full_pbkdf2};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "passlib-pbkdf2-sha1",
        summary: "passlib's PBKDF2 with SHA-1",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 4,
        claim: |text| claim(text, "$pbkdf2$"),
        parse: |raw| parse(raw, "$pbkdf2$", Prf::Sha1),
        write: Some(Write::Vendor(|hash| write_fields(hash, "$pbkdf2$", Prf::Sha1))),
        samples: &[Sample {
            password: "BPB?xt.7UCe]",
            stored: "$pbkdf2$100$5bzUylJv/ss$igObKlo4pvm1WiBSr/IMpD1XHT8",
            side: &[],
            from: "passlib 1.7.4 pbkdf2_sha1",
        }],
    },
    Format {
        slug: "passlib-pbkdf2-sha256",
        summary: "passlib's PBKDF2 with SHA-256",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 2,
        claim: |text| claim(text, "$pbkdf2-sha256$"),
        parse: |raw| parse(raw, "$pbkdf2-sha256$", Prf::Sha256),
        write: Some(Write::Vendor(|hash| write_fields(hash, "$pbkdf2-sha256$", Prf::Sha256))),
        samples: &[Sample {
            password: "EG(VY/D7%#",
            stored: "$pbkdf2-sha256$2$kw$r5Zk6LXMXPUzJz94SRwbjR/UevCYy8F63FRn4Yu5KLo",
            side: &[],
            from: "passlib 1.7.4 pbkdf2_sha256",
        }],
    },
    Format {
        slug: "passlib-pbkdf2-sha512",
        summary: "passlib's PBKDF2 with SHA-512: Odoo, GitLab",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 1,
        claim: |text| claim(text, "$pbkdf2-sha512$"),
        parse: |raw| parse(raw, "$pbkdf2-sha512$", Prf::Sha512),
        write: Some(Write::Vendor(|hash| write_fields(hash, "$pbkdf2-sha512$", Prf::Sha512))),
        samples: &[Sample {
            password: "{Pmu(p/fFeo#k3gPoc",
            stored: "$pbkdf2-sha512$100$v363DtjlPP0$7P9ytGVY6OnPVipKznzxGqyjd9I34SXKHA5ezXnRNopY2XgqWYslv4KldGAUfUW0pcI.K/A8UNi8NAI1Q3sb6Q",
            side: &[],
            from: "passlib 1.7.4 pbkdf2_sha512",
        }],
    },
    Format {
        slug: "moin-passlib",
        summary: "MoinMoin's {PASSLIB}: any text of passlib's behind it",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 7,
        claim: |text| tagged(text, MOIN),
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            cursor.tag(MOIN, "expected `{PASSLIB}`")?;
            let text = cursor.last();
            let read = match text.text.starts_with(MOIN) {
                true => None,
                false => super::read_tagged(text.text).ok(),
            };
            let read = read.filter(|(hash, _)| !hash.is_locked());
            read.map(|(hash, _)| hash).ok_or(text.fault("not a tagged text of a known format"))
        },
        write: Some(Write::Vendor(|hash| {
            // What MoinMoin writes itself.
            let PasswordHash::Sha2Crypt(_) = hash else { return None };
            Some(format!("{MOIN}{}", hash.to_text_as(Format::named("sha512crypt")?)?))
        })),
        samples: &[Sample {
            password: "lx}JM~jfc{)o",
            stored: "{PASSLIB}$6$rounds=1000$UvyQ2Z7R3Fvd.//E$wC3yeFAqocKjNFXCvpyjbmZtAwGzgEsctZ40lueI7Ohgl2H/RjmO2TmSBNi3jQwF2X2z6Dao0MWWYBJOSYYJr0",
            side: &[],
            from: "passlib 1.7.4 sha512_crypt, behind MoinMoin's tag",
        }],
    },
];

const MOIN: &str = "{PASSLIB}";

/// The PHC-like notations share the tag; a number right behind it is passlib's.
fn claim(text: &str, tag: &str) -> Claim {
    match text.strip_prefix(tag) {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => tagged(text, tag),
        _ => Claim::No,
    }
}

fn parse(raw: Raw<'_>, tag: &str, prf: Prf) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(tag, "expected the tag of this format")?;
    parse_fields(cursor, prf)
}

/// What follows the tag. LDAP's braces have the same fields.
pub(super) fn parse_fields(mut cursor: Cursor<'_>, prf: Prf) -> Result<PasswordHash, ParseError> {
    let rounds = cursor.until('$', "expected `$` after the rounds")?;
    let salt = cursor.until('$', "expected `$` after the salt")?.base64(&AB64)?;
    let digest = cursor.last();
    finish_pbkdf2(prf, rounds, salt, digest, digest.base64(&AB64)?)
}

/// The same, written.
pub(super) fn write_fields(hash: &PasswordHash, tag: &str, prf: Prf) -> Option<String> {
    let (Pbkdf2 { rounds, salt, .. }, digest) = full_pbkdf2(hash, prf)?;
    Some(format!("{tag}{rounds}${}${}", AB64.encode(salt.as_bytes()), AB64.encode(digest)))
}
