//! Auth0: the export with hashes that its support hands out, and files made for its bulk import.
//!
//! The export has bcrypt in `passwordHash`. Import files may have `custom_password_hash`, in which
//! algorithm, salt, its place and the encodings are named.
use super::{Shape, System};
use crate::hash::PasswordHash;
use crate::import::recipe::{self, Order};
use crate::import::record::{Names, scalar};
use crate::import::{Fault, Imported, Options, Record, Why};
use crate::side::Side;
use serde_json::Value;

pub(super) static SYSTEMS: &[System] = &[System {
    slug: "auth0",
    title: "Auth0",
    reads: "the NDJSON with password hashes that support hands out; bulk import files",
    lacks: "hashes, if it was exported without the support's help",
    settings: &[],
    shapes: &[Shape::Json { object: &[], array: &[] }],
    check: |_| Ok(()),
    user,
}];

const NAMES: Names = Names {
    id: &["user_id", "_id.$oid", "id"],
    email: &["email"],
    username: &["username"],
    name: &["name", "nickname"],
    phone: &["phone_number"],
};

fn user(record: &Record, options: &Options) -> Result<Option<Imported>, Fault> {
    let hash = match record.value("custom_password_hash") {
        Some(custom @ Value::Object(_)) => Some(custom_hash(custom, options)),
        _ => record
            .first(&["passwordHash", "password_hash"])?
            .map(|text| options.hash(&text, None, &Side::NONE)),
    };
    let hash = hash.transpose().map_err(|why| Fault::new("password", why))?;
    record.user(NAMES, hash, record.is("blocked")?)
}

fn custom_hash(custom: &Value, options: &Options) -> Result<PasswordHash, Why> {
    let at = |path: &str| path.split('.').try_fold(custom, |value, key| value.get(key));
    let text = |path: &str| match scalar("password", at(path)) {
        Ok(text) => Ok(text.unwrap_or_default()),
        Err(_) => Err(Why::Rule("a part of the hash is not a text")),
    };
    let number = |path| at(path).and_then(Value::as_u64);
    let algorithm = recipe::plain(&text("algorithm")?);
    let value = text("hash.value")?;
    let encoding = text("hash.encoding")?;
    if !matches!(&*text("password.encoding")?, "" | "utf8" | "ascii") {
        return Err("the password is encoded otherwise than in UTF-8".into());
    }
    if matches!(algorithm.as_str(), "argon2" | "bcrypt" | "ldap" | "pbkdf2") {
        return options.hash(&value, None, &Side::NONE);
    }
    let digest = decoded(&value, &encoding, "base64")?;
    let salt = decoded(&text("salt.value")?, &text("salt.encoding")?, "utf8")?;
    let order = match &*text("salt.position")? {
        "suffix" => Order::PasswordFirst,
        _ => Order::SaltFirst,
    };
    match algorithm.as_str() {
        "scrypt" => {
            let costs = (
                number("cost").unwrap_or(16384),
                number("blockSize").unwrap_or(8),
                number("parallelization").unwrap_or(1),
            );
            if number("keylen").is_some_and(|len| len != digest.len() as u64) {
                return Err("the digest has not the length that `keylen` says".into());
            }
            recipe::scrypt(costs, salt, digest, options)
        }
        "hmac" if salt.is_empty() => {
            let key = decoded(&text("hash.key.value")?, &text("hash.key.encoding")?, "utf8")?;
            recipe::hmac(&text("hash.digest")?, key, digest, options)
        }
        "hmac" => Err("HMAC over a salt, with a key of the row's own, is not read".into()),
        "md4" => recipe::stretched("md4", (salt, order), 1, None, digest, options),
        function => recipe::digest(function, (salt, order), digest, options),
    }
}

fn decoded(text: &str, encoding: &str, default: &str) -> Result<Vec<u8>, Why> {
    match if encoding.is_empty() { default } else { encoding } {
        "base64" => Ok(recipe::base64(text)?),
        "hex" => Ok(recipe::hex(text)?),
        "utf8" => Ok(text.as_bytes().to_vec()),
        _ => Err("an encoding that is not base64, hex or utf8".into()),
    }
}
