//! Keycloak: `kc.sh export`, one realm or all of them, with the users in the same file or in files
//! of their own.
use super::{Shape, System};
use crate::hash::PasswordHash;
use crate::import::recipe;
use crate::import::record::{Names, full};
use crate::import::{Fault, Imported, Options, Record, Why};
use serde_json::Value;
use std::borrow::Cow;

pub(super) static SYSTEMS: &[System] = &[System {
    slug: "keycloak",
    title: "Keycloak",
    reads: "kc.sh export: the realm with its users, or its users files",
    lacks: "nothing; the export of the console (partial export) has no users",
    settings: &[],
    shapes: &[Shape::Json { object: &["users"], array: &["users"] }],
    check: |_| Ok(()),
    user,
}];

fn user(record: &Record, options: &Options) -> Result<Option<Imported>, Fault> {
    let names = Names {
        id: &["id", "username"],
        email: &["email"],
        username: &["username"],
        name: &["firstName"],
        phone: &["attributes.phoneNumber.0", "attributes.phone.0"],
    };
    let credentials = record.value("credentials").and_then(Value::as_array);
    let is_password = |one: &&Value| one.get("type").and_then(Value::as_str) == Some("password");
    let password = credentials.and_then(|all| all.iter().find(is_password));
    let hash = password.map(|credential| hash(credential, options)).transpose();
    let hash = hash.map_err(|why| Fault::new("password", why))?;
    let user = record.user(names, hash, record.is_not("enabled")?)?;
    let last = record.text("lastName")?;
    Ok(user.map(|user| Imported { name: full(user.name, last.as_deref()), ..user }))
}

/// A credential: two objects, each written as a text. Before version 8 all stood in one.
fn hash(credential: &Value, options: &Options) -> Result<PasswordHash, Why> {
    let part = |name| match credential.get(name) {
        Some(Value::String(text)) => serde_json::from_str(text)
            .map(Cow::<Value>::Owned)
            .map_err(|_| Why::Rule("secretData or credentialData is not JSON")),
        Some(value) => Ok(Cow::Borrowed(value)),
        None => Ok(Cow::Borrowed(credential)),
    };
    let (secret, data) = (part("secretData")?, part("credentialData")?);
    let text = |value: &Value, key: &str| {
        value.get(key).and_then(Value::as_str).map(str::to_owned).unwrap_or_default()
    };
    let digest = match text(&secret, "value") {
        value if value.is_empty() => text(&secret, "hashedSaltedValue"),
        value => value,
    };
    let digest = recipe::base64(&digest)?;
    let salt = recipe::base64(&text(&secret, "salt")).map_err(|_| "the salt is not base64")?;
    let rounds = data.get("hashIterations").and_then(Value::as_u64);
    let rounds = rounds.ok_or("the credential has no hashIterations")?;
    let algorithm = text(&data, "algorithm");
    match algorithm.as_str() {
        "argon2" => {
            let more = |key: &str| match data.get("additionalParameters")?.get(key)? {
                Value::Array(values) => values.first()?.as_str().map(str::to_owned),
                value => value.as_str().map(str::to_owned),
            };
            let number = |key| more(key).and_then(|text| text.parse::<u64>().ok());
            let (Some(memory), Some(lanes)) = (number("memory"), number("parallelism")) else {
                return Err("the credential has not the costs of Argon2".into());
            };
            let version = if more("version").as_deref() == Some("1.0") { 0x10 } else { 0x13 };
            let variant = more("type").unwrap_or_else(|| "id".to_owned());
            recipe::argon2(&variant, (memory, rounds, lanes), version, salt, digest, options)
        }
        "pbkdf2" | "pbkdf2-sha256" | "pbkdf2-sha512" => {
            recipe::pbkdf2(&algorithm, rounds, salt, digest, options)
        }
        _ => Err("an algorithm that Keycloak itself has not".into()),
    }
}
