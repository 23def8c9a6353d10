//! Django: the table of its users as CSV or in a dump, or `manage.py dumpdata auth.user`.
use super::{Setting, Shape, System, TABLE};
use crate::import::record::{Names, full};
use crate::import::{Fault, Imported, Options, Record};

pub(super) static SYSTEMS: &[System] = &[System {
    slug: "django",
    title: "Django",
    reads: "auth_user as CSV or in a dump, or manage.py dumpdata auth.user",
    lacks: "nothing: its hashes carry their tag; `model` names another user model",
    settings: &[TABLE, Setting::new("model", "the model in dumpdata, if not auth.user")],
    shapes: &[
        Shape::Json { object: &[], array: &[] },
        Shape::Sql { table: "auth_user" },
        Shape::Csv { must: &[&["password"], &["id", "username"]] },
    ],
    check: |_| Ok(()),
    user,
}];

fn user(record: &Record, options: &Options) -> Result<Option<Imported>, Fault> {
    let model = record.text("model")?;
    let (password, active, last, names) = match model {
        Some(model) if !model.eq_ignore_ascii_case(options.get("model").unwrap_or("auth.user")) => {
            return Ok(None);
        }
        Some(_) => (
            "fields.password",
            "fields.is_active",
            "fields.last_name",
            Names {
                id: &["pk"],
                email: &["fields.email"],
                username: &["fields.username"],
                name: &["fields.first_name", "fields.name"],
                phone: &["fields.phone"],
            },
        ),
        None => (
            "password",
            "is_active",
            "last_name",
            Names { name: &["first_name", "name"], ..Names::USUAL },
        ),
    };
    let hash = record.hash(password, None, options)?;
    let user = record.user(names, hash, record.is_not(active)?)?;
    let last = record.text(last)?;
    Ok(user.map(|user| Imported { name: full(user.name, last.as_deref()), ..user }))
}
