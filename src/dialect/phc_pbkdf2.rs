//! PBKDF2 in the manner of PHC strings: `$pbkdf2-sha256$i=<rounds>,l=<bytes>$<B64 salt>$<B64 digest>`.
//!
//! *Format*: Ory Kratos, Auth0, SAP CDC. No id for PBKDF2 is registered; of the notations in use this
//! one alone can say every setting (the digest's length too), so it is the canonical text.
//! `@phc/pbkdf2` of npm leaves `l=` out: its digests have the function's full length. *Deviations*: digests under 16 bytes are refused, since PBKDF2's output can be cut without changing.
use crate::algorithm::{Pbkdf2, Prf, Stored};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write};
use crate::hash::PasswordHash;
use crate::text::{Cursor, PHC};

use super::django::finish_pbkdf2;

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "ory-pbkdf2",
        summary: "PBKDF2 as a PHC-like text: Ory Kratos, Auth0",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 2,
        claim: |text| if has_length(text) == Some(true) { Claim::Tagged } else { Claim::No },
        parse,
        write: Some(Write::Canonical(write)),
        samples: &[
            Sample {
                password: "]NQVXTHgHfP5WI ",
                stored: "$pbkdf2-sha256$i=100,l=32$kc1grmcZreQNGhz9AUsrTw$uiWKdalOu4uWZTmPStjhGvPVVRswMuYRJgW4bMroMlw",
                side: &[],
                from: "made with php primitives, accepted by Ory Kratos b86338da hash.Compare (its Go code)",
            },
            Sample {
                password: "];Fi-fd0rAU2[Q^rgVu2ZS.R.PO~99[k*e^2nV~Vnz-SaEP+yl <Wyj;jcozs[*tU!==eTA4",
                stored: "$pbkdf2-sha384$i=1000,l=32$01V32JNKSaGr33IRqnKQnw$5A9Gok7B09Pfli4+syGEHfTFLWTxi9WVTeBP+w65Hn4",
                side: &[],
                from: "made with php primitives, accepted by Ory Kratos b86338da hash.Compare (its Go code)",
            },
        ],
    },
    Format {
        slug: "phc-pbkdf2-node",
        summary: "PBKDF2 as @phc/pbkdf2 of npm writes it",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 4,
        claim: |text| if has_length(text) == Some(false) { Claim::Tagged } else { Claim::No },
        parse: parse_node,
        write: Some(Write::Vendor(|hash| {
            let PasswordHash::Pbkdf2(stored) = hash else { return None };
            let Pbkdf2 { prf, rounds, salt, digest_len } = stored.setting();
            let (tag, _) = TAGS.iter().find(|(_, of)| of == prf)?;
            let (salt, digest) =
                (PHC.encode(salt.as_bytes()), PHC.encode(stored.digest().expose()));
            (*digest_len == prf.digest_len()).then(|| format!("{tag}{rounds}${salt}${digest}"))
        })),
        samples: &[Sample {
            password: "l3#0bLV!Q",
            stored: "$pbkdf2-sha256$i=1000$fVOhgxsNKP5O8SUnXBp59Q$exKbgSFFI3z+iW7NA+nX1P9V3BFAg66yxIJqECRnksw",
            side: &[],
            from: "npm @phc/pbkdf2 1.1.14 ($pbkdf2-sha256$i=..)",
        }],
    },
];

const TAGS: [(&str, Prf); 5] = [
    ("$pbkdf2-sha1$i=", Prf::Sha1),
    ("$pbkdf2-sha224$i=", Prf::Sha224),
    ("$pbkdf2-sha256$i=", Prf::Sha256),
    ("$pbkdf2-sha384$i=", Prf::Sha384),
    ("$pbkdf2-sha512$i=", Prf::Sha512),
];

/// For a text with one of the tags: whether it gives the digest's length.
fn has_length(text: &str) -> Option<bool> {
    let rest = TAGS.iter().find_map(|(tag, _)| text.strip_prefix(tag))?;
    Some(rest.split('$').next().is_some_and(|params| params.contains(',')))
}

fn parse_node(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let prf = TAGS.iter().find(|(tag, _)| cursor.skip(tag)).map(|(_, prf)| *prf);
    let prf = prf.ok_or_else(|| cursor.fault("expected `$pbkdf2-sha256$i=` or its kin"))?;
    let rounds = cursor.until('$', "expected `$` after the rounds")?;
    let salt = cursor.until('$', "expected `$` after the salt")?.base64(&PHC)?;
    let digest = cursor.last();
    finish_pbkdf2(prf, rounds, salt, digest, digest.base64(&PHC)?)
}

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
