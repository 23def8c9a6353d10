//! Firebase Authentication: `firebase auth:export`, as JSON or CSV.
//!
//! The project's hash parameters stand apart (Console, Authentication, Users, ⋮, Password hash
//! parameters), and nothing can be verified without them. The names of the settings are the
//! console's. Users whom a project brought in by `auth:import` keep their old hash until they log
//! in; exports made for that purpose are read with the algorithm named, as `auth:import` has it.
use super::{Setting, Shape, System};
use crate::hash::PasswordHash;
use crate::import::recipe::{self, Order};
use crate::import::record::Names;
use crate::import::{Fault, Imported, OptionError, Options, Record, Why};
use crate::secret::KeyId;
use crate::side::Side;
use zeroize::Zeroizing;

pub(super) static SYSTEMS: &[System] = &[System {
    slug: "firebase",
    title: "Firebase Authentication",
    reads: "firebase auth:export users.json, or users.csv",
    lacks: "the project's hash parameters: copy them from the console into a file",
    settings: &[
        Setting::new("algorithm", "SCRYPT (the project's own), or what auth:import was told"),
        Setting::new("base64_signer_key", "SCRYPT and HMAC: the project's key, a secret"),
        Setting::new("key_id", "HMAC: the id by which the hashes name that key (`signer`)"),
        Setting::new("base64_salt_separator", "SCRYPT: the project's separator"),
        Setting::new("rounds", "SCRYPT: r; MD5, SHA and PBKDF: iterations"),
        Setting::new("mem_cost", "SCRYPT: the base-2 logarithm of N; STANDARD_SCRYPT: N"),
        Setting::new("block_size", "STANDARD_SCRYPT: r"),
        Setting::new("parallelization", "STANDARD_SCRYPT: p"),
        Setting::new("input_order", "MD5, SHA and HMAC: SALT_FIRST or PASSWORD_FIRST"),
    ],
    shapes: &[Shape::Json { object: &["users"], array: &[] }, Shape::Columns(COLUMNS)],
    check,
    user,
}];

/// The columns of the CSV, which has no header.
const COLUMNS: &[&str] = &[
    "localId",
    "email",
    "emailVerified",
    "passwordHash",
    "salt",
    "displayName",
    "photoUrl",
    "google.id",
    "google.email",
    "google.displayName",
    "google.photoUrl",
    "facebook.id",
    "facebook.email",
    "facebook.displayName",
    "facebook.photoUrl",
    "twitter.id",
    "twitter.email",
    "twitter.displayName",
    "twitter.photoUrl",
    "github.id",
    "github.email",
    "github.displayName",
    "github.photoUrl",
    "createdAt",
    "lastSignedInAt",
    "phoneNumber",
    "disabled",
    "customAttributes",
];

const NAMES: Names = Names {
    id: &["localId"],
    email: &["email"],
    username: &[],
    name: &["displayName"],
    phone: &["phoneNumber"],
};

fn check(options: &Options) -> Result<(), OptionError> {
    let number = |key| options.number(key)?.ok_or(OptionError::Missing { key });
    match recipe::plain(options.get("algorithm").unwrap_or("SCRYPT")).as_str() {
        "scrypt" => {
            options.need("base64_signer_key")?;
            number("rounds")?;
            number("mem_cost")?;
        }
        "standardscrypt" => {
            number("mem_cost")?;
            number("block_size")?;
            number("parallelization")?;
        }
        "pbkdf2sha256" | "pbkdfsha1" => {
            number("rounds")?;
        }
        "md5" | "sha1" | "sha256" | "sha512" => {
            options.number("rounds")?;
        }
        "bcrypt" => {}
        // The key stays with the project: the hashes name it, and a keyring must hold it.
        "hmacmd5" | "hmacsha1" | "hmacsha256" | "hmacsha512" => {
            key_id(options).map_err(|rule| OptionError::Value { key: "key_id", rule })?;
        }
        _ => {
            let rule = "one of SCRYPT, STANDARD_SCRYPT, BCRYPT, PBKDF_SHA1, PBKDF2_SHA256, MD5, \
                        SHA1, SHA256, SHA512, HMAC_MD5, HMAC_SHA1, HMAC_SHA256, HMAC_SHA512";
            return Err(OptionError::Value { key: "algorithm", rule });
        }
    }
    Ok(())
}

/// By which id a hash names the project's key.
fn key_id(options: &Options) -> Result<KeyId, &'static str> {
    let id = options.get("key_id").unwrap_or(Side::SIGNER_KEY);
    KeyId::new(id.as_bytes()).ok_or("a key id has 1 to 8 bytes")
}

fn user(record: &Record, options: &Options) -> Result<Option<Imported>, Fault> {
    let salt = record.text("salt")?.unwrap_or_default();
    let hash = record.hash_by("passwordHash", |text| hash(text, &salt, options))?;
    record.user(NAMES, hash, record.is("disabled")?)
}

/// Firebase's own files have URL-safe base64 now and then; its CSV says it has not.
fn hash(text: &str, salt: &str, options: &Options) -> Result<PasswordHash, Why> {
    let number = |key| options.number(key).ok().flatten();
    let algorithm = recipe::plain(options.get("algorithm").unwrap_or("SCRYPT"));
    if algorithm == "scrypt" {
        let key = options.get("base64_signer_key").map(str::to_owned).map(Zeroizing::new);
        let side = Side {
            salt: Some(salt.to_owned()),
            salt_separator: Some(options.get("base64_salt_separator").unwrap_or_default().into()),
            signer_key: key,
            rounds: number("rounds"),
            mem_cost: number("mem_cost"),
            ..Side::NONE
        };
        return options.hash_as("firebase-scrypt", text, &side);
    }
    let digest = recipe::base64(text)?;
    let salt = recipe::base64(salt).map_err(|_| "the salt is not base64")?;
    let rounds = number("rounds");
    match algorithm.as_str() {
        "bcrypt" => {
            let text =
                String::from_utf8(digest).map_err(|_| "it is not base64 of a bcrypt text")?;
            options.hash_as("bcrypt", &text, &Side::NONE)
        }
        "standardscrypt" => {
            let cost = |key| number(key).unwrap_or(0);
            let costs = (cost("mem_cost"), cost("block_size"), cost("parallelization"));
            recipe::scrypt(costs, salt, digest, options)
        }
        "pbkdf2sha256" => recipe::pbkdf2("sha256", rounds.unwrap_or(0), salt, digest, options),
        "pbkdfsha1" => recipe::pbkdf2("sha1", rounds.unwrap_or(0), salt, digest, options),
        function => {
            let salt = match options.get("input_order").map(recipe::plain).as_deref() {
                Some("passwordfirst") => (salt, Order::PasswordFirst),
                _ => (salt, Order::SaltFirst),
            };
            if let Some(function) = function.strip_prefix("hmac") {
                return recipe::stretched(
                    function,
                    salt,
                    1,
                    Some(key_id(options)?),
                    digest,
                    options,
                );
            }
            // MD5 counts from 0, the others from 1; both mean a single pass.
            match rounds.unwrap_or(1) {
                0 | 1 => recipe::digest(function, salt, digest, options),
                rounds => recipe::stretched(function, salt, rounds, None, digest, options),
            }
        }
    }
}
