//! Reading the seven imports: what a stored text verifies as, it is read as.
use super::{HashName, Import, UsersError};
use crate::algorithm::{
    Argon2Variant, BcryptPrehash, Md5CryptMagic, PhPassHash, PhPassPrehash, Scrypt, ScryptModified,
    Stored,
};
use crate::error::{OverLimit, ParseError, ParseErrorKind};
use crate::format::Format;
use crate::hash::PasswordHash;
use crate::limits::Limits;
use crate::secret::SecretBytes;
use crate::side::Side;
use crate::text::{Field, PADDED, is_hex};
use zeroize::Zeroizing;

/// What stands beside the text of a hash, by importer.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Beside {
    Argon2,
    Bcrypt,
    Md5,
    PhPass,
    Scrypt { salt: String, cpu: i64, memory: i64, parallel: i64, length: i64 },
    ScryptModified { salt: String, salt_separator: String, signer_key: Zeroizing<String> },
    Sha { version: &'static str },
}

impl Beside {
    pub(super) const fn name(&self) -> HashName {
        match self {
            Self::Argon2 => HashName::Argon2,
            Self::Bcrypt => HashName::Bcrypt,
            Self::Md5 => HashName::Md5,
            Self::PhPass => HashName::PhPass,
            Self::Scrypt { .. } => HashName::Scrypt,
            Self::ScryptModified { .. } => HashName::ScryptModified,
            Self::Sha { .. } => HashName::Sha,
        }
    }
}

/// The names of the SHA family in the API, and our formats for them.
const VERSIONS: [(&str, &str, usize); 11] = [
    ("sha1", "sha1", 40),
    ("sha224", "sha224", 56),
    ("sha256", "sha256", 64),
    ("sha384", "sha384", 96),
    ("sha512/224", "sha512-224", 56),
    ("sha512/256", "sha512-256", 64),
    ("sha512", "sha512", 128),
    ("sha3-224", "sha3-224", 56),
    ("sha3-256", "sha3-256", 64),
    ("sha3-384", "sha3-384", 96),
    ("sha3-512", "sha3-512", 128),
];

/// The version where none is given, as the seed of the API had it (newer servers: `sha256`).
const VERSION_DEFAULT: &str = "sha3-512";

/// The text, and what stands beside it, by the rules that the API has for the parameters.
pub(super) fn parts(import: Import) -> Result<(Zeroizing<String>, Beside), UsersError> {
    let (hash, beside) = match import {
        Import::Argon2 { hash } => (hash, Beside::Argon2),
        Import::Bcrypt { hash } => (hash, Beside::Bcrypt),
        Import::Md5 { hash } => (hash, Beside::Md5),
        Import::PhPass { hash } => (hash, Beside::PhPass),
        Import::Scrypt { hash, salt, cpu, memory, parallel, length } => {
            super::validate::text("passwordSalt", &salt, 1..=128)?;
            (hash, Beside::Scrypt { salt, cpu, memory, parallel, length })
        }
        Import::ScryptModified { hash, salt, salt_separator, signer_key } => {
            super::validate::text("passwordSalt", &salt, 1..=128)?;
            super::validate::text("passwordSaltSeparator", &salt_separator, 1..=128)?;
            super::validate::text("passwordSignerKey", &signer_key, 1..=128)?;
            (hash, Beside::ScryptModified { salt, salt_separator, signer_key })
        }
        Import::Sha { hash, version } => {
            let wanted = version.as_deref().unwrap_or(VERSION_DEFAULT);
            let found = VERSIONS.iter().find(|(name, ..)| name.eq_ignore_ascii_case(wanted));
            let (version, ..) = found.ok_or_else(|| {
                let names = VERSIONS.map(|(name, ..)| name).join(", ");
                UsersError::argument("passwordVersion", format!("Value must be one of ({names})"))
            })?;
            (hash, Beside::Sha { version })
        }
    };
    Ok((Zeroizing::new(hash), beside))
}

/// The typed hash, or why the text can never verify.
pub(super) fn read(
    text: &str,
    beside: &Beside,
    limits: &Limits,
) -> Result<PasswordHash, UsersError> {
    match beside {
        // One verifier for both, which goes by the text.
        Beside::Argon2 | Beside::Bcrypt => tagged(text, limits, |hash| match hash {
            PasswordHash::Argon2(stored) => {
                stored.setting().variant() != Argon2Variant::D
                    && stored.setting().key_id().is_none()
            }
            hash => is_crypt(hash),
        }),
        Beside::PhPass => tagged(text, limits, |hash| match hash {
            PasswordHash::PhPass(stored) => {
                let setting = stored.setting();
                setting.hash == PhPassHash::Md5 && setting.prehash == PhPassPrehash::None
            }
            hash => is_crypt(hash),
        }),
        Beside::Md5 => hexadecimal(text, "md5", 32, limits),
        Beside::Sha { version } => {
            let (_, slug, digits) =
                VERSIONS.iter().find(|(name, ..)| name == version).ok_or(UsersError::Internal)?;
            hexadecimal(text, slug, *digits, limits)
        }
        Beside::Scrypt { salt, cpu, memory, parallel, length } => {
            scrypt(text, salt, (*cpu, *memory, *parallel, *length), limits)
        }
        Beside::ScryptModified { salt, salt_separator, signer_key } => {
            scrypt_modified(text, salt, salt_separator, signer_key, limits)
        }
    }
}

/// What crypt(3) verifies: bcrypt as it is, `$1$`, `$5$`, `$6$`.
fn is_crypt(hash: &PasswordHash) -> bool {
    match hash {
        PasswordHash::Bcrypt(stored) => matches!(stored.setting().prehash(), BcryptPrehash::None),
        PasswordHash::Md5Crypt(stored) => stored.setting().magic == Md5CryptMagic::Md5,
        PasswordHash::Sha2Crypt(stored) => !stored.setting().is_of_mysql(),
        _ => false,
    }
}

fn tagged(
    text: &str,
    limits: &Limits,
    takes: impl FnOnce(&PasswordHash) -> bool,
) -> Result<PasswordHash, UsersError> {
    let hash = PasswordHash::parse_within(text, limits).map_err(|error| unreadable(&error))?;
    match takes(&hash) {
        true => Ok(hash),
        false => Err(UsersError::argument("password", "The text is a hash of another algorithm.")),
    }
}

fn hexadecimal(
    text: &str,
    slug: &str,
    digits: usize,
    limits: &Limits,
) -> Result<PasswordHash, UsersError> {
    if !is_hex(text, digits) {
        let rule = format!("The hash must have {digits} hexadecimal digits.");
        return Err(UsersError::argument("password", rule));
    }
    let format = Format::named(slug).ok_or(UsersError::Internal)?;
    PasswordHash::parse_beside(format, text, &Side::NONE, limits)
        .map_err(|error| unreadable(&error))
}

fn unreadable(error: &ParseError) -> UsersError {
    let rule = match error.kind() {
        ParseErrorKind::Unrecognised | ParseErrorKind::Untagged(_) => {
            "The text is not a hash of this algorithm.".to_owned()
        }
        _ => format!("The text is not a hash that can be verified: {error}."),
    };
    UsersError::argument("password", rule)
}

fn scrypt(
    text: &str,
    salt: &str,
    (cpu, memory, parallel, length): (i64, i64, i64, i64),
    limits: &Limits,
) -> Result<PasswordHash, UsersError> {
    not_zero("passwordSalt", salt)?;
    let n_log2 = u64::try_from(cpu)
        .ok()
        .filter(|n| *n > 1 && n.is_power_of_two())
        .and_then(|n| u8::try_from(n.ilog2()).ok())
        .ok_or_else(|| {
            UsersError::argument("passwordCpu", "Value must be a power of two and at least 2")
        })?;
    let block_r = at_least("passwordMemory", memory, 1)?;
    let parallel_p = at_least("passwordParallel", parallel, 1)?;
    let digest_len = at_least("passwordLength", length, Scrypt::DIGEST_BYTES_MIN)?;
    let setting = Scrypt::new((n_log2, block_r, parallel_p), salt, digest_len)
        .map_err(|rule| UsersError::argument("passwordMemory", rule))?;
    let digest = Field::whole(text).hex().ok();
    let rule = "The hash must have two hexadecimal digits for each byte of passwordLength.";
    let hash = digest
        .and_then(|digest| Stored::new(setting, digest))
        .map(PasswordHash::Scrypt)
        .ok_or_else(|| UsersError::argument("password", rule))?;
    affordable(hash, limits)
}

fn at_least<T: Copy + TryFrom<i64> + PartialOrd + core::fmt::Display>(
    param: &'static str,
    value: i64,
    least: T,
) -> Result<T, UsersError> {
    T::try_from(value).ok().filter(|value| *value >= least).ok_or_else(|| {
        UsersError::argument(param, format!("Value must be a 32-bit integer and at least {least}"))
    })
}

fn not_zero(param: &'static str, text: &str) -> Result<(), UsersError> {
    match text {
        "0" => Err(UsersError::argument(param, "Value must not be `0` alone")),
        _ => Ok(()),
    }
}

fn scrypt_modified(
    text: &str,
    salt: &str,
    separator: &str,
    signer_key: &str,
    limits: &Limits,
) -> Result<PasswordHash, UsersError> {
    not_zero("passwordSalt", salt)?;
    let salt = lenient("passwordSalt", salt)?;
    let separator = lenient("passwordSaltSeparator", separator)?;
    not_zero("passwordSignerKey", signer_key)?;
    let signer_key = SecretBytes::new(lenient("passwordSignerKey", signer_key)?);
    let setting = ScryptModified::new((14, 8), salt, separator, signer_key)
        .map_err(|rule| UsersError::argument("passwordSignerKey", rule))?;
    // The peer compares texts, so there is but one that matches.
    let digest = Field::whole(text).base64(&PADDED).ok();
    let rule = "The hash must be padded base64 of as many bytes as the signer key has.";
    let hash = digest
        .and_then(|digest| Stored::new(setting, digest))
        .map(PasswordHash::ScryptModified)
        .ok_or_else(|| UsersError::argument("password", rule))?;
    affordable(hash, limits)
}

/// Base64 as the importer takes it: letters, at most two `=`; padding and spare bits do not matter,
/// and neither does a letter too many.
fn lenient(param: &'static str, text: &str) -> Result<Vec<u8>, UsersError> {
    let rule = || UsersError::argument(param, "Value must be base64");
    let body = text.strip_suffix('=').unwrap_or(text);
    let body = body.strip_suffix('=').unwrap_or(body);
    let letter = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    if body.is_empty() || !body.bytes().all(letter) {
        return Err(rule());
    }
    let mut bytes = Vec::with_capacity(body.len());
    let (mut word, mut bits) = (0_u32, 0_u32);
    for letter in body.bytes() {
        word = (word << 6) | u32::from(PADDED.value(letter).ok_or_else(rule)?);
        bits = bits.saturating_add(6);
        if bits >= 8 {
            bits = bits.saturating_sub(8);
            let [.., byte] = (word >> bits).to_be_bytes();
            bytes.push(byte);
        }
    }
    Ok(bytes)
}

/// Each limit by the parameter that it is about.
fn affordable(hash: PasswordHash, limits: &Limits) -> Result<PasswordHash, UsersError> {
    let Err(over) = hash.within(limits) else { return Ok(hash) };
    let param = match over.param {
        "salt_bytes" => "passwordSalt",
        "salt_separator_bytes" => "passwordSaltSeparator",
        "digest_bytes" => "passwordLength",
        "block_r" | "memory_kib" => "passwordMemory",
        "parallel_p" => "passwordParallel",
        _ => "passwordCpu",
    };
    let OverLimit { param: quantity, have, max } = over;
    Err(UsersError::argument(param, format!("{quantity} is {have}, over the limit of {max}")))
}
