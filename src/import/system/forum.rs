//! Forums: Discourse and phpBB.
use super::{Shape, System, TABLE};
use crate::hash::PasswordHash;
use crate::import::recipe;
use crate::import::record::Names;
use crate::import::{Fault, Imported, Options, Record, Why};

pub(super) static SYSTEMS: &[System] = &[
    System {
        slug: "discourse",
        title: "Discourse",
        reads: "users joined with user_passwords and user_emails, as CSV",
        lacks: "nothing, if the columns of hash, salt and algorithm are all there",
        settings: &[TABLE],
        shapes: &[
            Shape::Sql { table: "users" },
            Shape::Csv {
                must: &[&["password_hash"], &["password_salt", "salt"], &["id", "username"]],
            },
        ],
        check: |_| Ok(()),
        user: discourse,
    },
    System {
        slug: "phpbb",
        title: "phpBB",
        reads: "phpbb_users as CSV or in a dump",
        lacks: "the tag of MD5 hashes of phpBB 2, which is supplied here",
        settings: &[TABLE],
        shapes: &[
            Shape::Sql { table: "phpbb_users" },
            Shape::Csv { must: &[&["user_password"], &["user_id", "username"]] },
        ],
        check: |_| Ok(()),
        user: phpbb,
    },
];

fn discourse(record: &Record, options: &Options) -> Result<Option<Imported>, Fault> {
    let names = Names { id: &["id", "user_id"], phone: &[], ..Names::USUAL };
    let salt = record.first(&["password_salt", "salt"])?.unwrap_or_default();
    let algorithm = record.text("password_algorithm")?;
    let algorithm = algorithm.as_deref().unwrap_or("$pbkdf2-sha256$i=64000,l=32$");
    let hash = record.hash_by("password_hash", |text| pbkdf2(text, &salt, algorithm, options))?;
    record.user(names, hash, record.is_not("active")?)
}

/// The algorithm is written as PHC text without salt and digest; the salt is text.
fn pbkdf2(text: &str, salt: &str, label: &str, options: &Options) -> Result<PasswordHash, Why> {
    let rule = "the algorithm is not written `$pbkdf2-sha256$i=…,l=…$`";
    let label =
        label.strip_prefix("$pbkdf2-").and_then(|rest| rest.strip_suffix('$')).ok_or(rule)?;
    let (function, costs) = label.split_once('$').ok_or(rule)?;
    let cost = |name| costs.split(',').find_map(|pair| pair.strip_prefix(name));
    let digits = cost("i=").filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let rounds = digits.and_then(|digits| digits.parse().ok()).ok_or(rule)?;
    let digest = recipe::hex(text)?;
    if cost("l=").is_some_and(|len| len != digest.len().to_string()) {
        return Err("the digest has not the length that the algorithm says".into());
    }
    if salt.is_empty() {
        return Err("the salt is not there".into());
    }
    recipe::pbkdf2(function, rounds, salt.as_bytes().to_vec(), digest, options)
}

fn phpbb(record: &Record, options: &Options) -> Result<Option<Imported>, Fault> {
    let names = Names {
        id: &["user_id"],
        email: &["user_email"],
        username: &["username"],
        name: &["username"],
        phone: &[],
    };
    let kind = record.text("user_type")?;
    // Robots and the guest are users too, in its eyes.
    if kind.as_deref() == Some("2") {
        return Ok(None);
    }
    let hash = record.hash("user_password", Some("md5"), options)?;
    record.user(names, hash, kind.as_deref() == Some("1"))
}
