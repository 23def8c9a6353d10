//! Every user of the known answers in one table of each database: after `wrap --apply` each real
//! password logs in and each wrong one does not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail")]
#![allow(clippy::indexing_slicing, reason = "tests may fail")]
mod common;
#[path = "common/server.rs"]
mod server;
use common::hashlift;
use serde_json::{Map, Value, json};
use server::{Kind, Server};
use std::collections::BTreeMap;

const FILES: [&str; 7] = ["cms", "core", "crypt3", "data", "more", "web", "yescrypt"];

/// The keys of side data, and what Appwrite calls some of them.
const SIDES: [(&str, &str); 20] = [
    ("salt", ""),
    ("username", ""),
    ("pepper", ""),
    ("site_salt", ""),
    ("legacy_salt", ""),
    ("algorithm", ""),
    ("iterations", ""),
    ("encode_as_base64", ""),
    ("salt_separator", "saltSeparator"),
    ("signer_key", "signerKey"),
    ("rounds", ""),
    ("mem_cost", "memCost"),
    ("cost_cpu", "costCpu"),
    ("cost_memory", "costMemory"),
    ("cost_parallel", "costParallel"),
    ("length", ""),
    ("secret_b64", ""),
    ("key_id", ""),
    ("scheme_class", ""),
    ("format", "format"),
];

/// Keys that a wrapped hash names by their id, and that no text holds.
const KEYS: [&str; 4] = ["pepper", "site_salt", "legacy_salt", "secret_b64"];

/// A row of the table: the hash, its format, and what stands beside it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    hash: String,
    beside: Vec<Option<String>>,
}

/// A password that was tried on a row.
struct Try {
    id: String,
    password: Value,
    valid: bool,
}

/// The users, and the passwords that belong to each, or do not.
fn users() -> BTreeMap<Row, Vec<Try>> {
    let mut users: BTreeMap<Row, Vec<Try>> = BTreeMap::new();
    for file in FILES {
        let path = format!("{}/../tests/vectors/{file}.jsonl", env!("CARGO_MANIFEST_DIR"));
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let record: Map<String, Value> = serde_json::from_str(line).unwrap();
            let text = |key: &str| record[key].as_str().unwrap().to_owned();
            let mut side =
                record.get("side").and_then(Value::as_object).cloned().unwrap_or_default();
            side.insert("format".to_owned(), text("scheme").into());
            let beside = SIDES.map(|(key, alias)| {
                let value = side.remove(key).or_else(|| side.remove(alias))?;
                Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            });
            assert!(side.is_empty(), "{line}");
            let password = ["password", "password_b64"]
                .into_iter()
                .find_map(|key| Some(json!({ key: record.get(key).filter(|it| it.is_string())? })));
            let attempt =
                Try { id: text("id"), password: password.unwrap(), valid: record["valid"] == true };
            let row = Row { hash: text("hash"), beside: beside.to_vec() };
            users.entry(row).or_default().push(attempt);
        }
    }
    users
}

#[test]
fn every_known_answer_logs_in_after_a_run_on_every_database() {
    let users = users();
    assert!(users.len() > 2000, "{} users", users.len());
    for mut server in Server::all() {
        let kind = server.kind;
        let columns = SIDES.map(|(key, _)| format!("s_{key} TEXT")).join(", ");
        let tail =
            if kind == Kind::Mysql { " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" } else { "" };
        server
            .run(&format!("CREATE TABLE users (id INTEGER PRIMARY KEY, pw TEXT, {columns}){tail}"));
        server.run("BEGIN");
        let holes = ", ?".repeat(SIDES.len() + 1);
        for (id, row) in users.keys().enumerate() {
            let mut values = vec![Some(row.hash.as_str())];
            values.extend(row.beside.iter().map(Option::as_deref));
            server.put(&format!("INSERT INTO users VALUES ({id}{holes})"), &values);
        }
        server.run("COMMIT");

        let mut args: Vec<String> = ["wrap", &server.source, "--table", "users", "--hash", "pw"]
            .iter()
            .map(|arg| (*arg).to_owned())
            .collect();
        for (key, _) in SIDES.iter().filter(|(key, _)| *key != "format") {
            args.extend(["--side".to_owned(), format!("{key}=s_{key}")]);
        }
        let more = [
            "--format-column",
            "s_format",
            "--apply",
            "--json",
            "--memory-kib",
            "64",
            "--passes",
            "1",
        ];
        args.extend(more.map(str::to_owned));
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        let ran = hashlift(&args, "");
        assert_eq!(ran.code, 0, "{kind:?}: {}{}", ran.out, ran.err);
        let tally = &ran.json()[0]["tally"];
        eprintln!("{kind:?}: {} users, {tally}", users.len());
        assert_eq!(tally["overtaken"], 0);

        let texts = server.texts("SELECT pw FROM users ORDER BY id");
        let (mut input, mut tries) = (String::new(), Vec::new());
        for ((row, attempts), text) in users.iter().zip(&texts) {
            let text = text.as_ref().unwrap();
            for attempt in attempts {
                let side = KEYS.iter().filter_map(|key| {
                    let at = SIDES.iter().position(|(own, _)| own == key)?;
                    Some(((*key).to_owned(), row.beside[at].clone()?.into()))
                });
                let side: Map<String, Value> = side.collect();
                let mut line = attempt.password.clone();
                line["hash"] = text.clone().into();
                line["side"] = side.into();
                input.push_str(&format!("{line}\n"));
                tries.push((attempt, text));
            }
        }
        let ran = hashlift(&["verify", "--jsonl"], input);
        let answers = ran.json();
        assert_eq!(answers.len(), tries.len(), "{}", ran.err);
        let (mut right, mut wrong, mut by_rule) = (0, 0, 0);
        for ((attempt, text), answer) in tries.iter().zip(&answers) {
            let id = &attempt.id;
            match (attempt.valid, &answer["match"], &answer["error"]["kind"]) {
                (true, Value::Bool(true), _) => right += 1,
                (false, Value::Bool(false), _) => wrong += 1,
                // A wrong text that could not be wrapped opens to nobody.
                (false, Value::Null, Value::String(_)) => wrong += 1,
                // Passwords that their maker takes and we refuse: tests/vectors.rs says which.
                (true, Value::Null, Value::String(kind))
                    if ["password-has-nul", "password-too-long"].contains(&kind.as_str()) =>
                {
                    by_rule += 1;
                }
                _ => panic!("{kind:?}: {id}: {answer}: {text}"),
            }
        }
        eprintln!("{kind:?}: {right} right passwords let in, {wrong} wrong ones turned away");
        assert_eq!(by_rule, 2, "{kind:?}");
        assert!(right > 1600 && wrong > 8000, "{kind:?}: {right} and {wrong}");
    }
}
