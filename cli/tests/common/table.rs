//! Tables of users for the process tests, whose hashes others made.
#![allow(dead_code, reason = "each test file uses its own part")]
use crate::common::hashlift;
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use std::path::Path;

#[derive(Deserialize)]
pub(crate) struct User {
    pub(crate) format: String,
    pub(crate) hash: String,
    pub(crate) password: String,
    pub(crate) side: serde_json::Map<String, Value>,
}

/// A user in each of the core formats.
pub(crate) fn users() -> Vec<User> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/users.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Users whose hash needs nothing but a salt, if that.
pub(crate) fn plain_users() -> Vec<User> {
    let plain = |user: &User| user.side.keys().all(|key| key == "salt");
    users().into_iter().filter(plain).collect()
}

impl User {
    pub(crate) fn salt(&self) -> Option<&str> {
        self.side.get("salt").map(|salt| salt.as_str().unwrap())
    }
}

/// A policy so cheap that the tests are about the rows, not the hashing.
pub(crate) const CHEAP: [&str; 4] = ["--memory-kib", "64", "--passes", "1"];

pub(crate) struct Database {
    runtime: tokio::runtime::Runtime,
    connection: SqliteConnection,
}

impl Database {
    pub(crate) fn open(path: &Path) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
        let options = options.busy_timeout(std::time::Duration::from_secs(30));
        let connection = runtime.block_on(SqliteConnection::connect_with(&options)).unwrap();
        Self { runtime, connection }
    }

    pub(crate) fn run(&mut self, sql: &str, values: &[Option<&str>]) {
        let query = sqlx::query(AssertSqlSafe(sql));
        let query = values.iter().fold(query, |query, value| query.bind(value.map(str::to_owned)));
        self.runtime.block_on(query.execute(&mut self.connection)).unwrap();
    }

    pub(crate) fn rows(&mut self, sql: &str) -> Vec<SqliteRow> {
        let query = sqlx::query(AssertSqlSafe(sql));
        self.runtime.block_on(query.fetch_all(&mut self.connection)).unwrap()
    }

    /// One column of texts.
    pub(crate) fn texts(&mut self, sql: &str) -> Vec<Option<String>> {
        use sqlx::Row;
        self.rows(sql).iter().map(|row| row.get(0)).collect()
    }

    /// `users` with ids, and the users' hashes over and over.
    pub(crate) fn with_users(path: &Path, rows: usize) -> (Self, Vec<User>) {
        let mut database = Self::open(path);
        database.run(
            "CREATE TABLE users (id INTEGER PRIMARY KEY, hash TEXT, salt TEXT, format TEXT, note TEXT)",
            &[],
        );
        let users = plain_users();
        database.run("BEGIN", &[]);
        for (at, user) in users.iter().cycle().take(rows).enumerate() {
            let note = format!("row {at}, \"as it was\"\r\n");
            database.run(
                "INSERT INTO users (hash, salt, format, note) VALUES (?, ?, ?, ?)",
                &[Some(&user.hash), user.salt(), Some(&user.format), Some(&note)],
            );
        }
        database.run("COMMIT", &[]);
        (database, users)
    }
}

/// Each stored text takes its password and no other, by `hashlift verify` and the text alone.
pub(crate) fn everyone_logs_in<'a>(logins: impl IntoIterator<Item = (String, &'a User)>) {
    let (mut input, mut expected) = (String::new(), Vec::new());
    for (text, user) in logins {
        for (password, verdict) in
            [(user.password.clone(), true), (format!("{}x", user.password), false)]
        {
            let line = json!({ "hash": text, "password": password });
            input.push_str(&format!("{line}\n"));
            expected.push(json!({ "match": verdict }));
        }
    }
    let ran = hashlift(&["verify", "--jsonl"], input);
    assert_eq!((ran.code, ran.json()), (0, expected));
}
