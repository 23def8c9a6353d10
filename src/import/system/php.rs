//! Systems in PHP: WordPress and Drupal.
use super::{Shape, System, TABLE};
use crate::import::record::Names;

pub(super) static SYSTEMS: &[System] = &[
    System {
        slug: "wordpress",
        title: "WordPress",
        reads: "wp_users as CSV, JSON (wp user list) or in a dump",
        lacks: "the tag of MD5 hashes from before 2.5, which is supplied here",
        settings: &[TABLE],
        shapes: &[
            Shape::Json { object: &[], array: &[] },
            Shape::Sql { table: "wp_users" },
            Shape::Csv { must: &[&["user_pass"], &["ID", "user_login"]] },
        ],
        check: |_| Ok(()),
        user: |record, options| {
            let names = Names {
                id: &["ID"],
                email: &["user_email"],
                username: &["user_login"],
                name: &["display_name"],
                phone: &[],
            };
            record.user(names, record.hash("user_pass", Some("md5"), options)?, false)
        },
    },
    System {
        slug: "drupal",
        title: "Drupal",
        reads: "users_field_data (8 and later) or users (6, 7) as CSV or in a dump",
        lacks: "the tag of MD5 hashes of Drupal 6, which is supplied here",
        settings: &[TABLE],
        shapes: &[
            Shape::Json { object: &[], array: &[] },
            Shape::Sql { table: "users_field_data" },
            Shape::Csv { must: &[&["pass"], &["uid", "name"]] },
        ],
        check: |_| Ok(()),
        user: |record, options| {
            // The visitor who is not logged in has a row too.
            if record.text("uid")?.as_deref() == Some("0") {
                return Ok(None);
            }
            let names = Names {
                id: &["uid"],
                email: &["mail"],
                username: &["name"],
                name: &["name"],
                phone: &[],
            };
            let hash = record.hash("pass", Some("md5"), options)?;
            record.user(names, hash, record.is_not("status")?)
        },
    },
];
