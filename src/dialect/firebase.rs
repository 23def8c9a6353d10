//! Firebase's Scrypt Modified: raw columns as Firebase and Appwrite keep them, and Supabase's text.
//!
//! Where the side data has a key id, the signer key stays in the keyring, and the text names it: `kid=` and
//! the id in base64, in place of `sk=`.
//!
//! *Format*: `$fbscrypt$v=1,n=<log2 N>,r=<r>,p=1,ss=<separator>,sk=<signer key>$<salt>$<digest>`.
//! *Deviations*: base64 is standard or URL-safe, with or without padding (Firebase's own exports
//! differ); the digest is exactly as long as the signer key. *Security*: the signer key is a secret
//! of the project; without a key id the text holds it, because Supabase's does.
use crate::algorithm::{ScryptModified, SignerKey, Stored};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::secret::{KeyId, SecretBytes};
use crate::side::Side;
use crate::text::{Cursor, Field, PADDED, PHC};

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
        write: Some(Write::Vendor(write_column)),
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
        write: Some(Write::Vendor(|hash| {
            let PasswordHash::ScryptModified(stored) = hash else { return None };
            let ScryptModified { n_log2, block_r, .. } = stored.setting();
            write_column(hash).filter(|_| (*n_log2, *block_r) == (14, 8))
        })),
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
    let bytes = Field::whole(text).base64_either();
    if text.len() == 88 && bytes.is_ok_and(|b| b.len() == 64) { Claim::Shaped } else { Claim::No }
}

fn narrow(text: &str, number: u64) -> Result<u32, ParseError> {
    u32::try_from(number).map_err(|_| Field::whole(text).fault("a cost is under 2^32"))
}

fn columns(raw: Raw<'_>, cost: (u32, u32)) -> Result<PasswordHash, ParseError> {
    let side = raw.side;
    let salt = Side::need(side.salt.as_deref(), "salt")?;
    let separator = Side::need(side.salt_separator.as_deref(), "salt_separator")?;
    let (salt, separator) = (Field::whole(salt), Field::whole(separator));
    let digest = Field::whole(raw.text);
    if side.key_id.is_some() {
        return finish_named(cost, salt, separator, side.key_id("")?, digest);
    }
    let key = Side::need(side.signer_key.as_ref(), "signer_key")?;
    finish(cost, salt, separator, Field::whole(key), digest)
}

fn parse(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(TAG, "expected `$fbscrypt$`")?;
    cursor.tag("v=1,n=", "expected `v=1,n=`")?;
    let n_log2 = cursor.until(',', "expected `,r=`")?.number_u32()?;
    cursor.tag("r=", "expected `r=`")?;
    let block_r = cursor.until(',', "expected `,p=1`")?.number_u32()?;
    cursor.tag("p=1,ss=", "expected `p=1,ss=`: Firebase has no other p")?;
    let separator = cursor.until(',', "expected `,sk=` or `,kid=`")?;
    if cursor.skip("kid=") {
        let id = cursor.until('$', "expected `$` after the key id")?;
        let salt = cursor.until('$', "expected `$` after the salt")?;
        let id = KeyId::new(&id.base64(&PHC)?).ok_or(id.fault("a key id has 1 to 8 bytes"))?;
        return finish_named((n_log2, block_r), salt, separator, id, cursor.last());
    }
    cursor.tag("sk=", "expected `sk=` or `kid=`")?;
    let key = cursor.until('$', "expected `$` after the signer key")?;
    let salt = cursor.until('$', "expected `$` after the salt")?;
    finish((n_log2, block_r), salt, separator, key, cursor.last())
}

pub(super) fn finish(
    cost: (u32, u32),
    salt: Field<'_>,
    separator: Field<'_>,
    key: Field<'_>,
    digest: Field<'_>,
) -> Result<PasswordHash, ParseError> {
    let signer_key = SignerKey::Held(SecretBytes::new(key.base64_either()?));
    finish_with(cost, salt, separator, signer_key, digest)
}

pub(super) fn finish_named(
    cost: (u32, u32),
    salt: Field<'_>,
    separator: Field<'_>,
    id: KeyId,
    digest: Field<'_>,
) -> Result<PasswordHash, ParseError> {
    let signer_key = SignerKey::Named { id, bytes: digest.base64_either()?.len() };
    finish_with(cost, salt, separator, signer_key, digest)
}

fn finish_with(
    (n_log2, block_r): (u32, u32),
    salt: Field<'_>,
    separator: Field<'_>,
    signer_key: SignerKey,
    digest: Field<'_>,
) -> Result<PasswordHash, ParseError> {
    let n_log2 = u8::try_from(n_log2)
        .map_err(|_| digest.fault("the base-2 logarithm of N is at most 63"))?;
    let setting = ScryptModified::new(
        (n_log2, block_r),
        salt.base64_either()?,
        separator.base64_either()?,
        signer_key,
    )
    .map_err(|rule| digest.fault(rule))?;
    Stored::new(setting, digest.base64_either()?)
        .map(PasswordHash::ScryptModified)
        .ok_or(digest.fault("the digest is not as long as the signer key"))
}

/// The fields of a Firebase hash as text, for notations that hold the signer key.
pub(super) struct Texts {
    pub(super) n_log2: u8,
    pub(super) block_r: u32,
    pub(super) salt: String,
    pub(super) separator: String,
    pub(super) signer_key: String,
    pub(super) digest: String,
}

/// `None` where the signer key stays in the keyring.
pub(super) fn texts(hash: &PasswordHash) -> Option<Texts> {
    let PasswordHash::ScryptModified(stored) = hash else { return None };
    let ScryptModified { n_log2, block_r, salt, separator, signer_key } = stored.setting();
    let SignerKey::Held(key) = signer_key else { return None };
    Some(Texts {
        n_log2: *n_log2,
        block_r: *block_r,
        salt: PADDED.encode(salt.as_bytes()),
        separator: PADDED.encode(separator.as_bytes()),
        signer_key: PADDED.encode(key.expose()),
        digest: PADDED.encode(stored.digest().expose()),
    })
}

/// The column of the hash, as Firebase's exports have it.
fn write_column(hash: &PasswordHash) -> Option<String> {
    let PasswordHash::ScryptModified(stored) = hash else { return None };
    Some(PADDED.encode(stored.digest().expose()))
}

fn write(hash: &PasswordHash) -> Option<String> {
    let PasswordHash::ScryptModified(stored) = hash else { return None };
    let ScryptModified { n_log2, block_r, salt, separator, signer_key } = stored.setting();
    let key = match signer_key {
        SignerKey::Held(key) => format!("sk={}", PADDED.encode(key.expose())),
        SignerKey::Named { id, .. } => format!("kid={}", PHC.encode(id.as_bytes())),
    };
    let [separator, salt, digest] =
        [separator.as_bytes(), salt.as_bytes(), stored.digest().expose()]
            .map(|bytes| PADDED.encode(bytes));
    Some(format!("{TAG}v=1,n={n_log2},r={block_r},p=1,ss={separator},{key}${salt}${digest}"))
}
