//! Ory Kratos' HMAC: `$hmac-<function>$<digest>$<key>`.
//!
//! *Format*: padded base64; the digest is base64 of its own hexadecimal, in lower case. *Deviations*: none
//! known. *Security*: the key stands in the text.
use crate::algorithm::{FastHash, HmacKey, Stored};
use crate::error::ParseError;
use crate::format::{Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::text::{Cursor, Field, PADDED, hex};

pub(super) static FORMATS: &[Format] = &[Format {
    slug: "ory-hmac",
    summary: "Ory Kratos' HMAC with its key in the text",
    strength: Strength::Broken,
    needs: &[],
    rarity: 5,
    claim: |text| tagged(text, "$hmac-"),
    parse,
    write: Some(Write::Canonical(write)),
    samples: &[
        Sample {
            password: "^XnL01GeR]Cl.Gl9",
            stored: "$hmac-sha256$MTcyNTQ0YzlmNTIyYjcwNjNlNmI3Y2YzODM2NTYxYjFkYmVhNDRhMzcxODQ4ZGMyNmUyMTgxMjA5NjQzNjY1NQ==$rAdGesyn4JNUCR+wzTd1OQ==",
            side: &[],
            from: "made with php primitives, accepted by Ory Kratos b86338da hash.Compare (its Go code)",
        },
        Sample {
            password: "jpiDNP XUkq}uC2 27dhgOgp#mPAtS/<xSatrer3~#rtb--rtrs]G{/,Q(l06S<Co{O%6R-H",
            stored: "$hmac-sha1$MTY1ODQ4ZDU5MjcxZTIxNDQ5MTE4MmQxOWU4NmE5M2E2NTI2Y2I5ZA==$FDA85n4yzlv2tQMKx0qY0g==",
            side: &[],
            from: "made with php primitives, accepted by Ory Kratos b86338da hash.Compare (its Go code)",
        },
    ],
}];

fn parse(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("$hmac-", "expected `$hmac-`")?;
    let name = cursor.until('$', "expected `$` after the function")?;
    let function = FastHash::named(name.text);
    let function = function.ok_or(name.fault("the function is none of md4, md5, sha1, SHA-2"))?;
    let field = cursor.until('$', "expected `$` after the digest")?;
    let key = cursor.last().base64(&PADDED)?;
    let fault = field.fault("the digest is base64 of lower-case hexadecimal of full length");
    let digits = String::from_utf8(field.base64(&PADDED)?).map_err(|_| fault.clone())?;
    let digest = Field::whole(&digits).hex().map_err(|_| fault.clone())?;
    if hex(&digest) != digits {
        return Err(fault);
    }
    Stored::new(HmacKey::new(function, key), digest).map(PasswordHash::HmacKey).ok_or(fault)
}

fn write(hash: &PasswordHash) -> Option<String> {
    let PasswordHash::HmacKey(stored) = hash else { return None };
    let HmacKey { function, key } = stored.setting();
    let digits = hex(stored.digest().expose());
    let (digest, key) = (PADDED.encode(digits.as_bytes()), PADDED.encode(key.as_bytes()));
    Some(format!("$hmac-{function}${digest}${key}"))
}
