//! Our notation for a wrapped hash: `$wrap$v=1$<inner><outer>`.
//!
//! *Format*: `<inner>` is the canonical text of the weak hash with every byte of its digest set to
//! zero. `<outer>` is the PHC text of Argon2id, version 0x13, beginning at the **last** `$argon2id$`
//! of the whole. To verify: derive the raw digest of the inner setting from the password (its bytes,
//! not hexadecimal or base64), give these bytes to Argon2id as the password, compare with the outer
//! digest. Both keep their own salts. *Security*: the weak digest is gone from the text; the old text
//! is no password; an unsalted inner digest can still be looked up by whoever holds another leak of
//! it ("shucking"), so a login replaces the wrapped hash by a plain one.
use crate::algorithm::{Argon2Variant, Argon2Version, Stored};
use crate::error::ParseError;
use crate::format::{Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::{PasswordHash, Wrapped};
use crate::text::Cursor;

use super::argon2;

pub(super) static FORMATS: &[Format] = &[Format {
    slug: "wrapped",
    summary: "Argon2id over the digest of a weaker hash: what `wrap` writes",
    strength: Strength::Legacy,
    needs: &[],
    rarity: 3,
    claim: |text| tagged(text, TAG),
    parse,
    write: Some(Write::Canonical(write)),
    samples: &[
        Sample {
            password: "correct horse",
            stored: "$wrap$v=1${SSHA}AAAAAAAAAAAAAAAAAAAAAAAAAAABAgMEBQYHCA==$argon2id$v=19$m=1024,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$1AKZHHCFFyWxSgoBS/BqgU8IddXDC9KWfdVNvVVbWH0",
            side: &[],
            from: "Python's hashlib and argon2-cffi",
        },
        Sample {
            password: "correct horse",
            stored: "$wrap$v=1$$pbkdf2-sha256$i=1000,l=32$TmFDbA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA$argon2id$v=19$m=256,t=1,p=2$ZmVkY2JhOTg3NjU0MzIxMA$AqGLAjAWQdxVR/Vpo8nr4e6beLDMNVBapaDXZcjFFcw",
            side: &[],
            from: "Python's hashlib and argon2-cffi",
        },
    ],
}];

const TAG: &str = "$wrap$v=1$";
const OUTER: &str = "$argon2id$";

fn parse(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(TAG, "expected `$wrap$v=1$`")?;
    let inner_at = cursor.clone();
    if cursor.rest().starts_with("$wrap$") {
        return Err(cursor.fault("a wrapped hash inside a wrapped hash"));
    }
    let Some(inner_len) = cursor.rest().rfind(OUTER) else {
        return Err(cursor.fault("expected `$argon2id$` after the inner hash"));
    };
    let inner = cursor.take(inner_len, "expected the inner hash")?;
    cursor.tag(OUTER, "expected `$argon2id$`")?;
    let outer_at = cursor.clone();
    let (inner, _) = super::read_tagged(inner.text)
        .map_err(|_| inner_at.fault("the inner hash is not a tagged text of a known format"))?;
    if inner.parts().is_none_or(|(_, digest)| digest.expose().iter().any(|byte| *byte != 0)) {
        return Err(inner_at.fault("the digest of the inner hash is not all zero"));
    }
    let outer = argon2::parse_fields(cursor, Argon2Variant::Id)?;
    if outer.setting().version != Argon2Version::V13 {
        return Err(outer_at.fault("the outer hash is not version 19"));
    }
    let setting = Wrapped::new(inner, outer.setting().clone())
        .map_err(|_| inner_at.fault("the inner hash cannot be wrapped"))?;
    Stored::new(setting, outer.digest().expose().to_vec())
        .map(PasswordHash::Wrapped)
        .ok_or_else(|| outer_at.fault("the digest is missing"))
}

fn write(hash: &PasswordHash) -> Option<String> {
    let PasswordHash::Wrapped(stored) = hash else { return None };
    let outer = argon2::write(stored.setting().outer(), stored.digest().expose());
    Some(format!("{TAG}{}{outer}", stored.setting().inner()))
}
