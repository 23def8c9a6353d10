//! Firebase's Scrypt Modified: raw columns as Firebase and Appwrite keep them, and Supabase's text.
//!
//! *Format*: `$fbscrypt$v=1,n=<log2 N>,r=<r>,p=1,ss=<separator>,sk=<signer key>$<salt>$<digest>`.
//! *Deviations*: base64 is standard or URL-safe, with or without padding (Firebase's own exports
//! differ); the digest is exactly as long as the signer key. *Security*: the signer key is a secret
//! of the project; the text holds it because Supabase's does.
use crate::algorithm::{ScryptModified, Stored};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::secret::SecretBytes;
use crate::side::Side;
use crate::text::{Cursor, Field, LDAP, PADDED, URL};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "firebase-scrypt",
        summary: "Firebase Authentication: hash and salt, the project's keys beside them",
        strength: Strength::Legacy,
        needs: &["salt", "salt_separator", "signer_key", "rounds", "mem_cost"],
        rarity: 1,
        claim: shape,
        parse: |raw| {
            let side = raw.side;
            let rounds = narrow(raw.text, Side::need(side.rounds, "rounds")?)?;
            let mem_cost = narrow(raw.text, Side::need(side.mem_cost, "mem_cost")?)?;
            columns(raw, (mem_cost, rounds))
        },
        write: None,
        samples: &[Sample {
            password: ")OR.Y;1 *Oxv",
            stored: "aQZLkaztogudUllmpLHqWfL3nmE/8NpYfY7lwDqFDzZPHJQIsUFdLeJ70PpZ7xX4z13NtvGmXN5nGgiUPP0dYg==",
            side: &[
                ("salt", "tm3CDzpE2kU="),
                ("salt_separator", "3G0="),
                (
                    "signer_key",
                    "LuJhy/Ck/pJcqvPFlC7VOoCtKx95PC88LWuNr5pOnLdmaE8KWifap+4DMCcz67S0mNPqVJblfZgr3g/Lg/EGLg==",
                ),
                ("rounds", "8"),
                ("mem_cost", "8"),
            ],
            from: "npm firebase-scrypt 2.2.0",
        }],
    },
    Format {
        slug: "appwrite-scrypt-modified",
        summary: "Appwrite's import of Firebase hashes (N=16384, r=8)",
        strength: Strength::Legacy,
        needs: &["salt", "salt_separator", "signer_key"],
        rarity: 5,
        claim: shape,
        parse: |raw| columns(raw, (14, 8)),
        write: None,
        samples: &[Sample {
            password: "Zds}N%uu7+%a.9",
            stored: "5riMDNQ9p322+pMllsrOfsB+D490INbERTW28KL/wx8vMwQqiRL1ApanFt99zalLPNmQHM+CBnNWsb7xmwLPsA==",
            side: &[
                ("salt", "B+sNwXPhiuo="),
                ("salt_separator", "fTnbeRcvpnLwS2EQRrrftw=="),
                (
                    "signer_key",
                    "K7FOMUWMWhcPxEjPtTTT4VURuQEWQEdACnSJP6s3VdjfLAanY0VAgWPuXKFwLs4V17gmiqd0Ao297s0S8+1mfw==",
                ),
            ],
            from: "utopia-php/auth 0f1a342b ScryptModified (N=16384,r=8,p=1 fixed)",
        }],
    },
    Format {
        slug: "supabase-fbscrypt",
        summary: "Supabase's text of a Firebase hash ($fbscrypt$)",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 3,
        claim: |text| tagged(text, TAG),
        parse,
        write: Some(Write::Canonical(write)),
        samples: &[Sample {
            password: "+6Q-Ohbs=ot7/",
            stored: "$fbscrypt$v=1,n=8,r=8,p=1,ss=Bw==,sk=GSaUMchFpll5jSmUDtG61XIoA5bRFLIH3PnZOjgnkHRbw7R+mr7CXTgUoZS2X9J3XusU1IpIeE9MzR1m09fcOQ==$6v0eWUXXCFg=$QO49WLnkaw6gcAs4ytagntWiiPs/x2A8MgM/eqF4TqTrYIxTkOg8qNS8jAWC+z7cm+j9RBQGiqhenOkTDazgnA==",
            side: &[],
            from: "npm firebase-scrypt 2.2.0; text layout as in supabase/auth tests (re-derived layout)",
        }],
    },
];

const TAG: &str = "$fbscrypt$";

/// 64 bytes of base64: what an untagged Firebase hash looks like.
fn shape(text: &str) -> Claim {
    let bytes = base64(Field::whole(text));
    if text.len() == 88 && bytes.is_ok_and(|b| b.len() == 64) { Claim::Shaped } else { Claim::No }
}

/// Standard or URL-safe, whichever the text turns out to be.
fn base64(field: Field<'_>) -> Result<Vec<u8>, ParseError> {
    field.base64(if field.text.contains(['-', '_']) { &URL } else { &LDAP })
}

fn narrow(text: &str, number: u64) -> Result<u32, ParseError> {
    u32::try_from(number).map_err(|_| Field::whole(text).fault("a cost is under 2^32"))
}

fn columns(raw: Raw<'_>, cost: (u32, u32)) -> Result<PasswordHash, ParseError> {
    let side = raw.side;
    let salt = Side::need(side.salt.as_deref(), "salt")?;
    let separator = Side::need(side.salt_separator.as_deref(), "salt_separator")?;
    let key = Side::need(side.signer_key.as_ref(), "signer_key")?;
    finish(
        cost,
        Field::whole(salt),
        Field::whole(separator),
        Field::whole(key),
        Field::whole(raw.text),
    )
}

fn parse(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(TAG, "expected `$fbscrypt$`")?;
    cursor.tag("v=1,n=", "expected `v=1,n=`")?;
    let n_log2 = cursor.until(',', "expected `,r=`")?.number_u32()?;
    cursor.tag("r=", "expected `r=`")?;
    let block_r = cursor.until(',', "expected `,p=1`")?.number_u32()?;
    cursor.tag("p=1,ss=", "expected `p=1,ss=`: Firebase has no other p")?;
    let separator = cursor.until(',', "expected `,sk=`")?;
    cursor.tag("sk=", "expected `sk=`")?;
    let key = cursor.until('$', "expected `$` after the signer key")?;
    let salt = cursor.until('$', "expected `$` after the salt")?;
    finish((n_log2, block_r), salt, separator, key, cursor.last())
}

fn finish(
    (n_log2, block_r): (u32, u32),
    salt: Field<'_>,
    separator: Field<'_>,
    key: Field<'_>,
    digest: Field<'_>,
) -> Result<PasswordHash, ParseError> {
    let n_log2 = u8::try_from(n_log2)
        .map_err(|_| digest.fault("the base-2 logarithm of N is at most 63"))?;
    let signer_key = SecretBytes::new(base64(key)?);
    let setting =
        ScryptModified::new((n_log2, block_r), base64(salt)?, base64(separator)?, signer_key)
            .map_err(|rule| key.fault(rule))?;
    Stored::new(setting, base64(digest)?)
        .map(PasswordHash::ScryptModified)
        .ok_or(digest.fault("the digest is not as long as the signer key"))
}

fn write(hash: &PasswordHash) -> Option<String> {
    let PasswordHash::ScryptModified(stored) = hash else { return None };
    let ScryptModified { n_log2, block_r, salt, separator, signer_key } = stored.setting();
    Some(format!(
        "{TAG}v=1,n={n_log2},r={block_r},p=1,ss={},sk={}${}${}",
        PADDED.encode(separator.as_bytes()),
        PADDED.encode(signer_key.expose()),
        PADDED.encode(salt.as_bytes()),
        PADDED.encode(stored.digest().expose()),
    ))
}
