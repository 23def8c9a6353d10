//! Hashes whose parts stand in fields of their own, as many services write them for imports.
use super::{Options, Why};
use crate::algorithm::{
    Argon2, Argon2Variant, Argon2Version, FastHash, Feed, HmacKey, Md5, Md5Layout, Pbkdf2, Prf,
    Scrypt, Sha, ShaLayout, ShaVersion, Stored, Stretched,
};
use crate::error::ParseError;
use crate::hash::PasswordHash;
use crate::secret::KeyId;
use crate::text::Field;

/// Where a salt goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// `H(salt ‖ password)`
    SaltFirst,
    /// `H(password ‖ salt)`
    PasswordFirst,
}

/// Standard or URL-safe base64, whichever the text turns out to be, with or without padding.
pub(super) fn base64(text: &str) -> Result<Vec<u8>, ParseError> {
    Field::whole(text).base64_either()
}

pub(super) fn hex(text: &str) -> Result<Vec<u8>, ParseError> {
    Field::whole(text).hex()
}

/// A name without case, `-`, `_` and `/`.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// One pass of MD5 or a SHA over password and salt, by the name of the function.
pub(super) fn digest(
    function: &str,
    (salt, order): (Vec<u8>, Order),
    digest: Vec<u8>,
    options: &Options,
) -> Result<PasswordHash, Why> {
    let version = match plain(function).as_str() {
        "md5" => None,
        "sha1" => Some(ShaVersion::Sha1),
        "sha224" => Some(ShaVersion::Sha224),
        "sha256" => Some(ShaVersion::Sha256),
        "sha384" => Some(ShaVersion::Sha384),
        "sha512" => Some(ShaVersion::Sha512),
        _ => return Err(UNREAD.into()),
    };
    let hash = match version {
        None => {
            let layout = match order {
                _ if salt.is_empty() => Md5Layout::Bare,
                Order::SaltFirst => Md5Layout::SaltPass,
                Order::PasswordFirst => Md5Layout::PassSalt,
            };
            Stored::new(Md5::new(layout, salt), digest).map(PasswordHash::Md5)
        }
        Some(version) => {
            let layout = match order {
                _ if salt.is_empty() => ShaLayout::Bare,
                Order::SaltFirst => ShaLayout::SaltPass,
                Order::PasswordFirst => ShaLayout::PassSalt,
            };
            let setting = Sha::new(version, layout, salt)
                .ok_or("a salt in that place is not read for this function")?;
            Stored::new(setting, digest).map(PasswordHash::Sha)
        }
    };
    within(hash.ok_or(LENGTH)?, options)
}

const UNREAD: &str = "a hash function that is not read";
const LENGTH: &str = "the digest has not the length of its function";

/// A fast function over password and salt, and over its own digest, as many rounds; or, with the id
/// of a key, one HMAC.
pub(super) fn stretched(
    function: &str,
    (salt, order): (Vec<u8>, Order),
    rounds: u64,
    key: Option<KeyId>,
    digest: Vec<u8>,
    options: &Options,
) -> Result<PasswordHash, Why> {
    let function = FastHash::named(&plain(function)).ok_or(UNREAD)?;
    let rounds = u32::try_from(rounds).map_err(|_| "rounds are under 2^32")?;
    let feed = match (&key, order) {
        (None, Order::SaltFirst) => Feed::SaltPassDigest,
        (None, Order::PasswordFirst) => Feed::PassSaltDigest,
        (Some(_), Order::SaltFirst) => Feed::KeySaltPass,
        (Some(_), Order::PasswordFirst) => Feed::KeyPassSalt,
    };
    let setting = Stretched::new(function, feed, rounds, salt, key).ok_or("no rounds")?;
    let hash = Stored::new(setting, digest).map(PasswordHash::Stretched);
    within(hash.ok_or(LENGTH)?, options)
}

/// HMAC of the password alone, under a key that stands beside the digest.
pub(super) fn hmac(
    function: &str,
    key: Vec<u8>,
    digest: Vec<u8>,
    options: &Options,
) -> Result<PasswordHash, Why> {
    let function = FastHash::named(&plain(function)).ok_or(UNREAD)?;
    let hash = Stored::new(HmacKey::new(function, key), digest).map(PasswordHash::HmacKey);
    within(hash.ok_or(LENGTH)?, options)
}

/// PBKDF2, by the name of the function inside.
pub(super) fn pbkdf2(
    function: &str,
    rounds: u64,
    salt: Vec<u8>,
    digest: Vec<u8>,
    options: &Options,
) -> Result<PasswordHash, Why> {
    let name = plain(function);
    let prf = match name.trim_start_matches("pbkdf2").trim_start_matches("hmac") {
        "" | "sha1" | "sha1hmac" => Prf::Sha1,
        "sha256" | "sha256hmac" => Prf::Sha256,
        "sha512" | "sha512hmac" => Prf::Sha512,
        _ => return Err("a function inside PBKDF2 that is not read".into()),
    };
    let rounds = u32::try_from(rounds).map_err(|_| "iterations are under 2^32")?;
    let setting = Pbkdf2::new(prf, rounds, salt, digest.len())
        .ok_or("PBKDF2 takes an iteration or more and yields 16 bytes or more")?;
    let hash = Stored::new(setting, digest).map(PasswordHash::Pbkdf2);
    within(hash.ok_or("the digest is cut")?, options)
}

/// scrypt, by N, r and p.
pub(super) fn scrypt(
    (n, block_r, parallel_p): (u64, u64, u64),
    salt: Vec<u8>,
    digest: Vec<u8>,
    options: &Options,
) -> Result<PasswordHash, Why> {
    let narrow = |number| u32::try_from(number).map_err(|_| "a cost is under 2^32");
    let n_log2 = n.checked_ilog2().filter(|_| n.is_power_of_two());
    let n_log2 = n_log2.and_then(|log2| u8::try_from(log2).ok());
    let n_log2 = n_log2.ok_or("scrypt's N is a power of two from 2")?;
    let setting = Scrypt::new((n_log2, narrow(block_r)?, narrow(parallel_p)?), salt, digest.len())?;
    let hash = Stored::new(setting, digest).map(PasswordHash::Scrypt);
    within(hash.ok_or("the digest is cut")?, options)
}

/// Argon2, by the name of the variant; memory, passes and lanes; and the version as a number.
pub(super) fn argon2(
    variant: &str,
    costs: (u64, u64, u64),
    version: u64,
    salt: Vec<u8>,
    digest: Vec<u8>,
    options: &Options,
) -> Result<PasswordHash, Why> {
    let variant = match plain(variant).trim_start_matches("argon2") {
        "id" => Argon2Variant::Id,
        "i" => Argon2Variant::I,
        "d" => Argon2Variant::D,
        _ => return Err("Argon2 is id, i or d".into()),
    };
    let narrow = |number| u32::try_from(number).map_err(|_| "a cost is under 2^32");
    let costs = (narrow(costs.0)?, narrow(costs.1)?, narrow(costs.2)?);
    let mut setting = Argon2::new(variant, costs, salt, digest.len())?;
    setting.version = match version {
        0x13 => Argon2Version::V13,
        0x10 => Argon2Version::V10,
        _ => return Err("Argon2's version is 1.0 or 1.3".into()),
    };
    let hash = Stored::new(setting, digest).map(PasswordHash::Argon2);
    within(hash.ok_or("the digest is cut")?, options)
}

fn within(hash: PasswordHash, options: &Options) -> Result<PasswordHash, Why> {
    hash.within(&options.limits)?;
    Ok(hash)
}
