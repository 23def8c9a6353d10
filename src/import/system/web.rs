//! Frameworks of the web: Laravel, Devise, ASP.NET Core Identity.
use super::{Setting, Shape, System, TABLE};
use crate::import::record::Names;
use crate::import::{Fault, Imported, Options, Record};
use crate::side::Side;

pub(super) static SYSTEMS: &[System] = &[
    System {
        slug: "laravel",
        title: "Laravel",
        reads: "users as CSV, JSON or in a dump",
        lacks: "nothing: its hashes carry their tag; --format is for home-made ones",
        settings: &[TABLE],
        shapes: &[
            Shape::Json { object: &[], array: &[] },
            Shape::Sql { table: "users" },
            Shape::Csv { must: &[&["password"], &["id", "username", "email"]] },
        ],
        check: |_| Ok(()),
        user: |record, options| {
            let locked = record.text("deleted_at")?.is_some();
            record.user(Names::USUAL, record.hash("password", None, options)?, locked)
        },
    },
    System {
        slug: "devise",
        title: "Devise (Ruby on Rails)",
        reads: "users as CSV or in a dump",
        lacks: "the pepper, if config.pepper is set",
        settings: &[
            TABLE,
            Setting::new("pepper", "config.pepper of config/initializers/devise.rb"),
        ],
        shapes: &[
            Shape::Json { object: &[], array: &[] },
            Shape::Sql { table: "users" },
            Shape::Csv { must: &[&["encrypted_password"], &["id", "username", "email"]] },
        ],
        check: |_| Ok(()),
        user: devise,
    },
    System {
        slug: "aspnet",
        title: "ASP.NET Core Identity",
        reads: "AspNetUsers as CSV",
        lacks: "the tag of its hashes, which is supplied here; a lockout's end is not looked at",
        settings: &[TABLE],
        shapes: &[
            Shape::Json { object: &[], array: &[] },
            Shape::Sql { table: "AspNetUsers" },
            Shape::Csv { must: &[&["PasswordHash"], &["Id", "UserName"]] },
        ],
        check: |_| Ok(()),
        user: aspnet,
    },
];

fn devise(record: &Record, options: &Options) -> Result<Option<Imported>, Fault> {
    let locked = record.first(&["locked_at", "deleted_at"])?.is_some();
    let hash = match options.get("pepper") {
        None => record.hash("encrypted_password", None, options)?,
        Some(pepper) => {
            let side = Side { pepper: Some(pepper.to_owned().into()), ..Side::NONE };
            let read = |text: &str| options.hash_as("devise", text, &side);
            record.hash_by("encrypted_password", read)?
        }
    };
    record.user(Names::USUAL, hash, locked)
}

fn aspnet(record: &Record, options: &Options) -> Result<Option<Imported>, Fault> {
    let names = Names {
        id: &["Id"],
        email: &["Email"],
        username: &["UserName"],
        name: &["UserName"],
        phone: &["PhoneNumber"],
    };
    let hash = record.hash_by("PasswordHash", |text| {
        // The first byte is the version: 0 or 1, in base64.
        let slug = if text.starts_with("AQ") { "aspnet-identity-v3" } else { "aspnet-identity-v2" };
        options.hash_as(slug, text, &Side::NONE)
    })?;
    record.user(names, hash, false)
}
