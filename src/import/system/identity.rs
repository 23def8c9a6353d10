//! Services and servers of identities: Appwrite, Supabase, Ory Kratos, Okta, Amazon Cognito.
use super::{Shape, System, TABLE};
use crate::hash::PasswordHash;
use crate::import::recipe::{self, Order};
use crate::import::record::{Names, full};
use crate::import::{Fault, Imported, Options, Record, Why};
use crate::side::Side;
use zeroize::Zeroizing;

pub(super) static SYSTEMS: &[System] = &[
    System {
        slug: "appwrite",
        title: "Appwrite",
        reads: "users as its server API lists them, with hash and hashOptions",
        lacks: "nothing",
        settings: &[],
        shapes: &[Shape::Json { object: &["users"], array: &[] }],
        check: |_| Ok(()),
        user: appwrite,
    },
    System {
        slug: "supabase",
        title: "Supabase Auth",
        reads: "auth.users as CSV, or in a dump by pg_dump or supabase db dump",
        lacks: "nothing; a ban counts as locked whether or not it is over",
        settings: &[TABLE],
        shapes: &[
            Shape::Sql { table: "auth.users" },
            Shape::Csv { must: &[&["encrypted_password"], &["id"]] },
        ],
        check: |_| Ok(()),
        user: supabase,
    },
    System {
        slug: "kratos",
        title: "Ory Kratos, Ory Network",
        reads: "identities with include_credential=password, or files for their import",
        lacks: "hashes, if the credential was not asked for",
        settings: &[],
        shapes: &[Shape::Json { object: &[], array: &[] }],
        check: |_| Ok(()),
        user: kratos,
    },
    System {
        slug: "okta",
        title: "Okta",
        reads: "user objects with credentials.password.hash, as made for its import",
        lacks: "hashes, if exported from Okta: it gives none away",
        settings: &[],
        shapes: &[Shape::Json { object: &[], array: &[] }],
        check: |_| Ok(()),
        user: okta,
    },
    System {
        slug: "cognito",
        title: "Amazon Cognito",
        reads: "the CSV of a user pool",
        lacks: "hashes: Cognito gives none away; the users come without a password",
        settings: &[],
        shapes: &[Shape::Csv { must: &[&["cognito:username", "username"]] }],
        check: |_| Ok(()),
        user: |record, _| {
            let names = Names {
                id: &["sub", "cognito:username", "username"],
                email: &["email"],
                username: &["cognito:username", "username"],
                name: &["name"],
                phone: &["phone_number"],
            };
            record.user(names, None, record.is_not("enabled")?)
        },
    },
];

fn appwrite(record: &Record, options: &Options) -> Result<Option<Imported>, Fault> {
    let names = Names { id: &["$id"], username: &[], ..Names::USUAL };
    let by = record.text("hash")?.map(|name| recipe::plain(&name)).unwrap_or_default();
    let owned = |name| Ok(record.text(name)?.map(std::borrow::Cow::into_owned));
    let (salt, signer_key) = (owned("hashOptions.salt")?, owned("hashOptions.signerKey")?);
    let hash = match record.text("password")? {
        None => None,
        Some(text) => {
            let side = Side { salt, ..Side::NONE };
            let read = match by.as_str() {
                "argon2" | "bcrypt" | "phpass" | "" => options.hash(&text, None, &Side::NONE),
                "md5" => options.hash_as("md5", &text, &Side::NONE),
                "sha" => {
                    let version = owned("hashOptions.version")?;
                    sha(&text, version.as_deref().unwrap_or("sha3-512"), options)
                }
                "scrypt" => {
                    let side = Side {
                        cost_cpu: record.number("hashOptions.costCpu")?,
                        cost_memory: record.number("hashOptions.costMemory")?,
                        cost_parallel: record.number("hashOptions.costParallel")?,
                        length: record.number("hashOptions.length")?,
                        ..side
                    };
                    options.hash_as("scrypt-params", &text, &side)
                }
                "scryptmodified" => {
                    let salt_separator = owned("hashOptions.saltSeparator")?;
                    let signer_key = signer_key.map(Zeroizing::new);
                    let side = Side { salt_separator, signer_key, ..side };
                    options.hash_as("appwrite-scrypt-modified", &text, &side)
                }
                _ => Err("a hash of a name that is not read".into()),
            };
            Some(read.map_err(|why| Fault::new("password", why))?)
        }
    };
    record.user(names, hash, record.is_not("status")?)
}

fn sha(text: &str, version: &str, options: &Options) -> Result<PasswordHash, Why> {
    const SLUGS: [&str; 11] = [
        "sha1",
        "sha224",
        "sha256",
        "sha384",
        "sha512",
        "sha512-224",
        "sha512-256",
        "sha3-224",
        "sha3-256",
        "sha3-384",
        "sha3-512",
    ];
    let version = version.replace('/', "-");
    let slug = SLUGS.into_iter().find(|slug| slug.eq_ignore_ascii_case(&version));
    options.hash_as(slug.ok_or("a version of SHA that is not read")?, text, &Side::NONE)
}

fn supabase(record: &Record, options: &Options) -> Result<Option<Imported>, Fault> {
    let names = Names { username: &[], name: &[], ..Names::USUAL };
    let hash = record.hash("encrypted_password", None, options)?;
    let locked = record.first(&["deleted_at", "banned_until"])?.is_some();
    let meta = record.text("raw_user_meta_data")?;
    let meta = meta.and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok());
    let name = meta.as_ref().and_then(|meta| meta.get("full_name").or(meta.get("name"))?.as_str());
    let user = record.user(names, hash, locked)?;
    Ok(user.map(|user| Imported { name: name.map(str::to_owned), ..user }))
}

fn kratos(record: &Record, options: &Options) -> Result<Option<Imported>, Fault> {
    let names = Names {
        id: &["id", "external_id"],
        email: &["traits.email"],
        username: &["traits.username", "credentials.password.identifiers.0"],
        name: &["traits.name", "traits.name.first", "traits.full_name"],
        phone: &["traits.phone", "traits.phone_number"],
    };
    let hash = record.hash("credentials.password.config.hashed_password", None, options)?;
    let locked = record.text("state")?.as_deref() == Some("inactive");
    let user = record.user(names, hash, locked)?;
    let last = record.text("traits.name.last")?;
    Ok(user.map(|user| Imported { name: full(user.name, last.as_deref()), ..user }))
}

fn okta(record: &Record, options: &Options) -> Result<Option<Imported>, Fault> {
    let names = Names {
        id: &["id", "profile.login"],
        email: &["profile.email"],
        username: &["profile.login"],
        name: &["profile.displayName", "profile.firstName"],
        phone: &["profile.mobilePhone", "profile.primaryPhone"],
    };
    let hash = okta_hash(record, options)?;
    let status = record.text("status")?;
    let locked = matches!(status.as_deref(), Some("SUSPENDED" | "DEPROVISIONED" | "LOCKED_OUT"));
    let user = record.user(names, hash, locked)?;
    let last = match record.text("profile.displayName")? {
        Some(_) => None,
        None => record.text("profile.lastName")?,
    };
    Ok(user.map(|user| Imported { name: full(user.name, last.as_deref()), ..user }))
}

fn okta_hash(record: &Record, options: &Options) -> Result<Option<PasswordHash>, Fault> {
    let Some(value) = record.text("credentials.password.hash.value")? else { return Ok(None) };
    let part = |name| Ok(record.text(name)?.unwrap_or_default());
    let algorithm = recipe::plain(&part("credentials.password.hash.algorithm")?);
    let salt = part("credentials.password.hash.salt")?;
    let order = match &*part("credentials.password.hash.saltOrder")? {
        "POSTFIX" => Order::PasswordFirst,
        _ => Order::SaltFirst,
    };
    let function = part("credentials.password.hash.digestAlgorithm")?;
    let rounds = record.number("credentials.password.hash.iterationCount")?;
    let cost = record.number("credentials.password.hash.workFactor")?;
    let read = || -> Result<PasswordHash, Why> {
        if algorithm == "bcrypt" {
            let cost = cost.ok_or("bcrypt needs its workFactor")?;
            let text = format!("$2a${cost:02}${salt}{value}");
            return options.hash_as("bcrypt", &text, &Side::NONE);
        }
        let salt = recipe::base64(&salt).map_err(|_| "the salt is not base64")?;
        let digest = recipe::base64(&value)?;
        match algorithm.as_str() {
            "pbkdf2" => {
                let rounds = rounds.ok_or("PBKDF2 needs its iterationCount")?;
                recipe::pbkdf2(&function, rounds, salt, digest, options)
            }
            function => recipe::digest(function, (salt, order), digest, options),
        }
    };
    read().map(Some).map_err(|why| Fault::new("password", why))
}
