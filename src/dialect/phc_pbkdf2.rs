//! PBKDF2 in the manner of PHC strings: `$pbkdf2-sha256$i=<rounds>,l=<bytes>$<B64 salt>$<B64 digest>`.
//!
//! *Format*: Ory Kratos, Auth0, SAP CDC. No id for PBKDF2 is registered; of the notations in use this
//! one alone can say every setting (the digest's length too), so it is the canonical text.
//! *Deviations*: digests under 16 bytes are refused, since PBKDF2's output can be cut without changing.
use crate::algorithm::{Pbkdf2, Prf, Stored};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write};
use crate::hash::PasswordHash;
use crate::text::{Cursor, PHC};

pub(super) static FORMATS: &[Format] = &[Format {
    slug: "ory-pbkdf2",
    summary: "PBKDF2 as a PHC-like text: Ory Kratos, Auth0",
    strength: Strength::Legacy,
    needs: &[],
    rarity: 2,
    claim: |text| {
        if TAGS.iter().any(|(tag, _)| text.starts_with(tag)) { Claim::Tagged } else { Claim::No }
    },
    parse,
    write: Some(Write::Canonical(write)),
    samples: &[Sample {
        password: "]NQVXTHgHfP5WI ",
        stored: "$pbkdf2-sha256$i=100,l=32$kc1grmcZreQNGhz9AUsrTw$uiWKdalOu4uWZTmPStjhGvPVVRswMuYRJgW4bMroMlw",
        side: &[],
        from: "made with php primitives, accepted by Ory Kratos b86338da hash.Compare (its Go code)",
    }],
}];

const TAGS: [(&str, Prf); 3] = [
    ("$pbkdf2-sha1$i=", Prf::Sha1),
    ("$pbkdf2-sha256$i=", Prf::Sha256),
    ("$pbkdf2-sha512$i=", Prf::Sha512),
];

fn parse(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let prf = TAGS.iter().find(|(tag, _)| cursor.skip(tag)).map(|(_, prf)| *prf);
    let prf = prf.ok_or_else(|| cursor.fault("expected `$pbkdf2-sha256$i=` or its kin"))?;
    let rounds = cursor.until(',', "expected `,l=` after the rounds")?;
    cursor.tag("l=", "expected `l=` and the digest's length")?;
    let len = cursor.until('$', "expected `$` after the length")?;
    let salt = cursor.until('$', "expected `$` after the salt")?.base64(&PHC)?;
    let digest = cursor.last();
    let digest_len = usize::try_from(len.number()?).map_err(|_| len.fault("too long"))?;
    let setting = Pbkdf2::new(prf, rounds.number_u32()?, salt, digest_len)
        .ok_or(rounds.fault("there is at least 1 round, and 16 bytes of digest"))?;
    Stored::new(setting, digest.base64(&PHC)?)
        .map(PasswordHash::Pbkdf2)
        .ok_or(digest.fault("the digest has not the length that the text gives"))
}

fn write(hash: &PasswordHash) -> Option<String> {
    let PasswordHash::Pbkdf2(stored) = hash else { return None };
    let Pbkdf2 { prf, rounds, salt, digest_len } = stored.setting();
    let (tag, _) = TAGS.iter().find(|(_, of)| of == prf)?;
    let (salt, digest) = (PHC.encode(salt.as_bytes()), PHC.encode(stored.digest().expose()));
    Some(format!("{tag}{rounds},l={digest_len}${salt}${digest}"))
}
