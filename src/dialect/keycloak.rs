//! Keycloak and Red Hat SSO: the JSON of a credential, as a realm export has it.
//!
//! *Format*: an object with `secretData` (value and salt, base64) and `credentialData` (algorithm and
//! costs), each a JSON text of its own or an object; before version 8 all of it stood in one flat
//! object. Argon2's parameters are arrays of one text. *Deviations*: PBKDF2's digest can be cut without
//! changing, so it has one of the lengths that Keycloak has written: 20 or 64 bytes (SHA-1), 32 or 64
//! (SHA-256), 64 (SHA-512). Algorithms of third-party providers are not read. *Source*: Keycloak's
//! `PasswordCredentialModel` and its hash providers.
use crate::algorithm::{Argon2, Argon2Variant, Argon2Version, Pbkdf2, Prf, Salt, Stored};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write};
use crate::hash::PasswordHash;
use crate::text::{
    Field, PADDED,
    json::{self, Json},
};

pub(super) static FORMATS: &[Format] = &[Format {
    slug: "keycloak",
    summary: "Keycloak: the JSON of a credential in a realm export",
    strength: Strength::Legacy,
    needs: &[],
    rarity: 0,
    claim: |text| {
        // A name in quotes comes next in an object, and XenForo's is `hash`; other notations open
        // with a bare name in braces.
        let object = text.strip_prefix('{').map(str::trim_start);
        let object = object.is_some_and(|it| it.starts_with('"') && !it.starts_with("\"hash\":"));
        let named = ["\"secretData\"", "\"hashedSaltedValue\""].iter().any(|n| text.contains(n));
        if object && named { Claim::Tagged } else { Claim::No }
    },
    parse,
    write: Some(Write::Vendor(write)),
    samples: &[
        Sample {
            password: "~#AJfd5b=LRaPQ!T;F",
            stored: r#"{"type":"password","secretData":"{\"value\":\"6SSb0Pohu7w2RUPhxB9Qr55uBUa3fP7biAK3JO1w8/CQrozDHlunYDCBW/dsd9Zo54rdG9g+1k9aNF+euqsM4g==\",\"salt\":\"tWfMnnp31R1p13DzJFZzIQ==\",\"additionalParameters\":{}}","credentialData":"{\"hashIterations\":1,\"algorithm\":\"pbkdf2-sha256\",\"additionalParameters\":{}}"}"#,
            side: &[],
            from: "OpenJDK 17 SecretKeyFactory/PBEKeySpec (Keycloak's primitive and call shape); JSON layout re-derived",
        },
        Sample {
            password: "I~5XiM+_QJH*#bg@lVh-E6hYHf?/F32~N*2MuB4E7]CiO7LlT[ARWG+gSnC!0yUS)FdmfDA?=",
            stored: r#"{"type":"password","secretData":"{\"value\":\"fC4ApLIGYdw4f8PrDjouOv/YBgWIW3irJCgTVkFN1qI=\",\"salt\":\"aGjByj5e7nzhLi83qQNkFA==\",\"additionalParameters\":{}}","credentialData":"{\"hashIterations\":5,\"algorithm\":\"argon2\",\"additionalParameters\":{\"hashLength\":[\"32\"],\"memory\":[\"64\"],\"type\":[\"id\"],\"version\":[\"1.3\"],\"parallelism\":[\"1\"]}}"}"#,
            side: &[],
            from: "OpenJDK 17 SecretKeyFactory/PBEKeySpec (Keycloak's primitive and call shape); JSON layout re-derived",
        },
    ],
}];

/// What the two objects say, whichever way they are kept.
struct Credential {
    secret: Json,
    data: Json,
}

fn parse(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let whole = Field::whole(raw.text);
    let fault = |rule: &'static str| move || whole.fault(rule);
    let outer = json::read(raw.text)?;
    let (credential, value) = match outer.get("secretData") {
        Some(secret) => {
            let data = outer.get("credentialData").ok_or_else(fault("no `credentialData`"))?;
            let credential = Credential { secret: inner(secret)?, data: inner(data)? };
            (credential, "value")
        }
        None => (Credential { secret: outer.clone(), data: outer }, "hashedSaltedValue"),
    };
    let base64 = |name, rule: &'static str| {
        let text = credential.secret.get(name).and_then(Json::text).ok_or_else(fault(rule))?;
        // Where it stands in the escaped text is not known: the fault is the whole's.
        Field::whole(text).base64(&PADDED).map_err(|_| whole.fault(rule))
    };
    let digest = base64(value, "no `value` in base64")?;
    let salt = base64("salt", "no `salt` in base64")?;
    let iterations = credential.data.get("hashIterations").and_then(Json::number);
    let iterations = iterations.ok_or_else(fault("no `hashIterations`"))?;
    let rounds = u32::try_from(iterations).map_err(|_| whole.fault("under 2^32 iterations"))?;
    let algorithm = credential.data.get("algorithm").and_then(Json::text);
    let (prf, lengths) = match algorithm.ok_or_else(fault("no `algorithm`"))? {
        "pbkdf2" => (Prf::Sha1, [20, 64]),
        "pbkdf2-sha256" => (Prf::Sha256, [32, 64]),
        "pbkdf2-sha512" => (Prf::Sha512, [64, 64]),
        "argon2" => return argon2(&credential.data, whole, rounds, salt, digest),
        _ => return Err(whole.fault("the algorithm is not one of Keycloak's own")),
    };
    if !lengths.contains(&digest.len()) {
        return Err(whole.fault("the digest has not the length of this function"));
    }
    Pbkdf2::new(prf, rounds, salt, digest.len())
        .and_then(|setting| Stored::new(setting, digest))
        .map(PasswordHash::Pbkdf2)
        .ok_or_else(fault("there is at least 1 iteration"))
}

/// An object, or the JSON text of one.
fn inner(value: &Json) -> Result<Json, ParseError> {
    match value.text() {
        Some(text) => json::read(text),
        None => Ok(value.clone()),
    }
}

fn argon2(
    data: &Json,
    whole: Field<'_>,
    passes: u32,
    salt: Vec<u8>,
    digest: Vec<u8>,
) -> Result<PasswordHash, ParseError> {
    let params = data.get("additionalParameters");
    let param = |name| params.and_then(|all| all.get(name)).and_then(Json::only);
    let number = |name, rule| {
        let number = param(name).and_then(Json::number).and_then(|n| u32::try_from(n).ok());
        number.ok_or_else(|| whole.fault(rule))
    };
    let variant = match param("type").and_then(Json::text) {
        Some("id") => Argon2Variant::Id,
        Some("i") => Argon2Variant::I,
        Some("d") => Argon2Variant::D,
        _ => return Err(whole.fault("Argon2's `type` is none of id, i, d")),
    };
    let version = match param("version").and_then(Json::text) {
        Some("1.3") => Argon2Version::V13,
        Some("1.0") => Argon2Version::V10,
        _ => return Err(whole.fault("Argon2's `version` is neither 1.3 nor 1.0")),
    };
    let length = number("hashLength", "no `hashLength` of Argon2")?;
    if u32::try_from(digest.len()) != Ok(length) {
        return Err(whole.fault("the digest has not the `hashLength` that is given"));
    }
    let setting = Argon2 {
        variant,
        version,
        memory_kib: number("memory", "no `memory` of Argon2")?,
        passes,
        lanes: number("parallelism", "no `parallelism` of Argon2")?,
        key_id: None,
        data: Salt::default(),
        salt: Salt::from(salt),
        digest_len: digest.len(),
    };
    let setting = setting.checked().map_err(|rule| whole.fault(rule))?;
    Stored::new(setting, digest)
        .map(PasswordHash::Argon2)
        .ok_or_else(|| whole.fault("the digest is missing"))
}

fn write(hash: &PasswordHash) -> Option<String> {
    let (iterations, algorithm, params, salt, digest) = match hash {
        PasswordHash::Pbkdf2(stored) => {
            let Pbkdf2 { prf, rounds, salt, digest_len } = stored.setting();
            let algorithm = match (prf, digest_len) {
                (Prf::Sha1, 20 | 64) => "pbkdf2",
                (Prf::Sha256, 32 | 64) => "pbkdf2-sha256",
                (Prf::Sha512, 64) => "pbkdf2-sha512",
                _ => return None,
            };
            (rounds, algorithm, "{}".to_owned(), salt, stored.digest())
        }
        PasswordHash::Argon2(stored) => {
            let setting = stored.setting();
            if setting.key_id.is_some() || !setting.data.as_bytes().is_empty() {
                return None;
            }
            let variant = match setting.variant {
                Argon2Variant::Id => "id",
                Argon2Variant::I => "i",
                Argon2Variant::D => "d",
            };
            let version = match setting.version {
                Argon2Version::V13 => "1.3",
                Argon2Version::V10 => "1.0",
            };
            let Argon2 { memory_kib, passes, lanes, salt, digest_len, .. } = setting;
            let params = format!(
                r#"{{\"hashLength\":[\"{digest_len}\"],\"memory\":[\"{memory_kib}\"],\"type\":[\"{variant}\"],\"version\":[\"{version}\"],\"parallelism\":[\"{lanes}\"]}}"#
            );
            (passes, "argon2", params, salt, stored.digest())
        }
        _ => return None,
    };
    let (value, salt) = (PADDED.encode(digest.expose()), PADDED.encode(salt.as_bytes()));
    Some(format!(
        r#"{{"type":"password","secretData":"{{\"value\":\"{value}\",\"salt\":\"{salt}\",\"additionalParameters\":{{}}}}","credentialData":"{{\"hashIterations\":{iterations},\"algorithm\":\"{algorithm}\",\"additionalParameters\":{params}}}"}}"#
    ))
}
