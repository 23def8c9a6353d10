//! sha1crypt of NetBSD, also in Juniper's `$sha1$`.
//!
//! *Format*: `$sha1$<rounds>$<salt, up to 64 bytes>$<28>`: the digest of 20 bytes and its first byte
//! again, since letters come in fours. *Deviations*, as libxcrypt has them: the alphabet of salts is
//! that of the other crypt(3) functions.
use crate::algorithm::{Sha1Crypt, Stored};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::text::Cursor;

use super::crypt;

pub(super) static FORMATS: &[Format] = &[Format {
    slug: "sha1crypt-netbsd",
    summary: "sha1crypt ($sha1$): NetBSD, Juniper",
    strength: Strength::Legacy,
    needs: &[],
    rarity: 6,
    // Kratos' tag is the same, but for what follows it.
    claim: |text| if text.starts_with("$sha1$pf=") { Claim::No } else { tagged(text, "$sha1$") },
    parse,
    write: Some(Write::Canonical(write)),
    samples: &[Sample {
        password: "bVzY-]+rYDzHW!.7Y",
        stored: "$sha1$10$5qh1vS6x$Lj.GCje4bvdloOqezGxPPwS66Zbl",
        side: &[],
        from: "libxcrypt 4.4.33 crypt_ra() $sha1$",
    }],
}];

/// Which digest byte stands where in the text; the last but two is the first byte once more.
const ORDER: &[usize] = &[2, 1, 0, 5, 4, 3, 8, 7, 6, 11, 10, 9, 14, 13, 12, 17, 16, 15, 0, 19, 18];

fn parse(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("$sha1$", "expected `$sha1$`")?;
    let rounds = cursor.until('$', "expected `$` after the rounds")?.number_u32()?;
    let salt = crypt::salt(&mut cursor)?;
    let setting = Sha1Crypt::new(rounds, salt.text)
        .ok_or(salt.fault("there is at least 1 round, and a salt has at most 64 bytes"))?;
    let field = cursor.last();
    let mut digest = crypt::digest(field, ORDER)?;
    // `digest` puts the second copy of the first byte over the first; written anew, both are one.
    digest.truncate(20);
    let stored = Stored::new(setting, digest).map(PasswordHash::Sha1Crypt);
    let hash = stored.ok_or(field.fault("the digest has 28 letters"))?;
    match write(&hash).as_deref() == Some(raw.text) {
        true => Ok(hash),
        false => Err(field.fault("the last group does not hold the first byte once more")),
    }
}

fn write(hash: &PasswordHash) -> Option<String> {
    let PasswordHash::Sha1Crypt(stored) = hash else { return None };
    let setting = stored.setting();
    let salt = core::str::from_utf8(setting.salt.as_bytes()).ok()?;
    let digest = crypt::encode(stored.digest().expose(), ORDER);
    Some(format!("$sha1${}${salt}${digest}", setting.rounds))
}
