//! Symfony's and FOSUserBundle's digests, with a salt column and the rest in the project's settings.
//!
//! *Format*: the digest in padded base64 or in hexadecimal; which function, how often and which of
//! the two stands in the project's settings. The canonical text of the message digest has it all:
//! `$symfony$v=1$<function>$<iterations>$<salt>$<digest>`, the last two in base64 without padding.
//! PBKDF2 over the same columns is a PBKDF2 like any. *Deviations*: a salt holds no braces, as
//! Symfony itself demands. (Its `NativePasswordHasher` writes plain bcrypt and Argon2.)
use crate::algorithm::{InnerHash, Pbkdf2, Prf, Salt, ShaVersion, Stored, SymfonyDigest};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write};
use crate::hash::PasswordHash;
use crate::side::Side;
use crate::text::{Cursor, Field, PADDED, PHC, is_hex};

const NEEDS: &[&str] = &["salt", "algorithm", "iterations"];

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "symfony-message-digest",
        summary: "Symfony before 5, FOSUserBundle: an iterated digest",
        strength: Strength::Broken,
        needs: NEEDS,
        rarity: 4,
        claim: |text| match text.starts_with(TAG) {
            true => Claim::Tagged,
            false => claim(text, &[16, 20, 32, 48, 64]),
        },
        parse,
        write: Some(Write::Both { canonical: write, vendor: write_digest }),
        samples: &[Sample {
            password: "^W{6l)PiLSU)Wq4z",
            stored: "PZunfXlJShinIN+6JCvwgAcnScfyWXiilhkdAa6jUr060pzoaKBSAydsgrBP4jxaDP6PZiA7nSuTpaR18wPZ0g==",
            side: &[
                ("salt", "zwjq2uy2c454o7sztq89e.d62w7jksc"),
                ("algorithm", "sha512"),
                ("iterations", "5000"),
            ],
            from: "Symfony password-hasher 5.4.53 (Debian) MessageDigestPasswordHasher",
        }],
    },
    Format {
        slug: "symfony-pbkdf2",
        summary: "Symfony's PBKDF2",
        strength: Strength::Legacy,
        needs: NEEDS,
        rarity: 5,
        claim: |text| claim(text, &[20, 32, 40, 64]),
        parse: parse_pbkdf2,
        write: Some(Write::Vendor(|hash| {
            let PasswordHash::Pbkdf2(stored) = hash else { return None };
            Some(PADDED.encode(stored.digest().expose()))
        })),
        samples: &[Sample {
            password: "5VJ(=Vq!Oot6U6#1;xD",
            stored: "TbhsAZiPPQIcg2Nkv7Y9zC+hH8ipKBwPsMNtJwJjRSaolIjIkJ655w==",
            side: &[
                ("salt", "ReqwCoPPrTB5pIz9wWeSBdbN8R9OtVU"),
                ("algorithm", "sha512"),
                ("iterations", "1000"),
            ],
            from: "Symfony password-hasher 5.4.53 (Debian) Pbkdf2PasswordHasher",
        }],
    },
];

const TAG: &str = "$symfony$v=1$";

const FUNCTIONS: [(&str, InnerHash); 12] = [
    ("md5", InnerHash::Md5),
    ("sha1", InnerHash::Sha(ShaVersion::Sha1)),
    ("sha224", InnerHash::Sha(ShaVersion::Sha224)),
    ("sha256", InnerHash::Sha(ShaVersion::Sha256)),
    ("sha384", InnerHash::Sha(ShaVersion::Sha384)),
    ("sha512", InnerHash::Sha(ShaVersion::Sha512)),
    ("sha512/224", InnerHash::Sha(ShaVersion::Sha512_224)),
    ("sha512/256", InnerHash::Sha(ShaVersion::Sha512_256)),
    ("sha3-224", InnerHash::Sha(ShaVersion::Sha3_224)),
    ("sha3-256", InnerHash::Sha(ShaVersion::Sha3_256)),
    ("sha3-384", InnerHash::Sha(ShaVersion::Sha3_384)),
    ("sha3-512", InnerHash::Sha(ShaVersion::Sha3_512)),
];

/// Hexadecimal, or padded base64 that is no hexadecimal, of one of these many bytes.
fn claim(text: &str, lengths: &[usize]) -> Claim {
    let hexadecimal = lengths.iter().any(|len| is_hex(text, len.saturating_mul(2)));
    let decoded = Field::whole(text).base64(&PADDED);
    let base64 = text.ends_with('=') && decoded.is_ok_and(|bytes| lengths.contains(&bytes.len()));
    if hexadecimal || base64 { Claim::Shaped } else { Claim::No }
}

/// The digest of `len` bytes, from either alphabet; what the settings say has to agree.
fn digest(raw: Raw<'_>, len: usize) -> Result<Vec<u8>, ParseError> {
    let text = Field::whole(raw.text);
    let hexadecimal = is_hex(raw.text, len.saturating_mul(2));
    if raw.side.encode_as_base64.is_some_and(|base64| base64 == hexadecimal) {
        return Err(text.fault("the digest is not in the alphabet that the settings name"));
    }
    if hexadecimal { text.hex() } else { text.base64(&PADDED) }
}

fn iterations(side: &Side) -> Result<u32, ParseError> {
    let number = Side::need(side.iterations, "iterations")?;
    u32::try_from(number).map_err(|_| Field::whole("").fault("more than 2^32 iterations"))
}

fn function(field: Field<'_>) -> Result<InnerHash, ParseError> {
    let known = FUNCTIONS.into_iter().find(|(name, _)| *name == field.text);
    known.map(|(_, hash)| hash).ok_or(field.fault("not a function that hashlift knows"))
}

fn parse(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    if cursor.skip(TAG) {
        let hash = function(cursor.until('$', "expected `$` after the function")?)?;
        let iterations = cursor.until('$', "expected `$` after the iterations")?.number_u32()?;
        let salt = cursor.until('$', "expected `$` after the salt")?;
        let (digest, bytes) = (cursor.clone(), cursor.last().base64(&PHC)?);
        return make((hash, iterations), Salt::from(salt.base64(&PHC)?), bytes, &digest);
    }
    let salt = Side::need(raw.side.salt.as_deref(), "salt")?;
    let name = Side::need(raw.side.algorithm.as_deref(), "algorithm")?;
    let (hash, iterations) = (function(Field::whole(name))?, iterations(raw.side)?);
    let setting = SymfonyDigest::new(hash, 1, "").ok_or_else(|| cursor.fault("no setting"))?;
    let bytes = digest(raw, crate::algorithm::Algorithm::digest_len(&setting))?;
    make((hash, iterations), Salt::from(salt), bytes, &cursor)
}

fn make(
    (hash, iterations): (InnerHash, u32),
    salt: Salt,
    digest: Vec<u8>,
    at: &Cursor<'_>,
) -> Result<PasswordHash, ParseError> {
    let setting = SymfonyDigest::new(hash, iterations, salt);
    let setting = setting.ok_or_else(|| at.fault("no iterations, or braces in the salt"))?;
    Stored::new(setting, digest)
        .map(PasswordHash::Symfony)
        .ok_or_else(|| at.fault("the digest has not the length of this function"))
}

fn write(hash: &PasswordHash) -> Option<String> {
    let PasswordHash::Symfony(stored) = hash else { return None };
    let setting = stored.setting();
    let (name, _) = FUNCTIONS.into_iter().find(|(_, known)| *known == setting.hash)?;
    let salt = PHC.encode(setting.salt.as_bytes());
    let digest = PHC.encode(stored.digest().expose());
    Some(format!("{TAG}{name}${}${salt}${digest}", setting.iterations))
}

/// The digest's column in base64, which is what Symfony writes unless it is told otherwise.
fn write_digest(hash: &PasswordHash) -> Option<String> {
    let PasswordHash::Symfony(stored) = hash else { return None };
    Some(PADDED.encode(stored.digest().expose()))
}

fn parse_pbkdf2(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let text = Field::whole(raw.text);
    let salt = Side::need(raw.side.salt.as_deref(), "salt")?;
    let name = Side::need(raw.side.algorithm.as_deref(), "algorithm")?;
    let prf = Prf::common(name);
    let prf = prf.ok_or(text.fault("the settings name none of sha1, sha256, sha512"))?;
    let rounds = iterations(raw.side)?;
    // 40 bytes unless the settings say otherwise: a digest that was cut would still match.
    let len = usize::try_from(raw.side.length.unwrap_or(40)).unwrap_or(usize::MAX);
    Pbkdf2::new(prf, rounds, salt, len)
        .and_then(|setting| Stored::new(setting, digest(raw, len).ok()?))
        .map(PasswordHash::Pbkdf2)
        .ok_or(text.fault("no rounds, or a digest that has not the length it must have"))
}
