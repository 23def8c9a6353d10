//! `audit` and `wrap` on SQLite, as processes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail")]
#![allow(clippy::indexing_slicing, reason = "tests may fail")]
mod common;
#[path = "common/table.rs"]
mod table;
use common::{Ran, hashlift, start};
use sqlx::Row;
use std::path::Path;
use std::process::{Child, Output};
use table::{CHEAP, Database, everyone_logs_in};

fn wrap(file: &Path, more: &[&str]) -> Ran {
    let source = format!("sqlite:{}", file.display());
    let mut args = vec!["wrap", &source, "--table", "users", "--hash", "hash", "--json"];
    args.extend(["--salt", "salt", "--format-column", "format"]);
    args.extend(CHEAP);
    args.extend(more);
    hashlift(&args, "")
}

#[test]
fn a_dry_run_changes_nothing_and_a_second_run_finds_nothing_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("users.db");
    let (mut database, users) = Database::with_users(&file, 120);
    database.run("INSERT INTO users (id, hash, note) VALUES (-5, NULL, 'invited')", &[]);
    database.run("INSERT INTO users (id, hash) VALUES (1000, '!locked')", &[]);
    database.run("INSERT INTO users (id, hash) VALUES (1001, '$2y$10$cut')", &[]);
    database.run("INSERT INTO users (id, hash) VALUES (1002, x'00ff')", &[]);
    let before = std::fs::read(&file).unwrap();

    let dry = wrap(&file, &[]);
    assert_eq!(dry.code, 0, "{}", dry.err);
    let plan = &dry.json()[0]["plan"];
    assert_eq!((&dry.json()[0]["applied"], &plan["audit"]["rows"]), (&false.into(), &124.into()));
    assert_eq!(std::fs::read(&file).unwrap(), before);

    let others = "SELECT id || quote(salt) || quote(format) || quote(note) FROM users ORDER BY id";
    let noted = database.texts(others);
    let list = folder.path().join("refused.jsonl");
    let done = wrap(&file, &["--apply", "--rows", "7", "--refused", list.to_str().unwrap()]);
    assert_eq!(done.code, 0, "{}", done.err);
    let answer = &done.json()[0];
    let tally = &answer["tally"];
    assert_eq!(
        (&tally["null"], &tally["locked"], &tally["refused"]),
        (&1.into(), &1.into(), &2.into())
    );
    assert_eq!(tally["wrapped"], plan["audit"]["to_wrap"]);
    assert_eq!(tally["wrapped"].as_u64().unwrap() + tally["strong"].as_u64().unwrap(), 120);
    assert_eq!(answer["refused"][0]["place"], "id 1001");
    assert_eq!(answer["refused"][0]["kind"], "malformed");
    assert_eq!(answer["refused"][1]["rule"], "the column holds neither a text nor a whole number");
    assert_eq!(std::fs::read_to_string(list).unwrap().lines().count(), 2);
    assert_eq!(database.texts(others), noted);

    let texts = database.texts("SELECT hash FROM users WHERE id BETWEEN 1 AND 120 ORDER BY id");
    let longest = texts.iter().flatten().map(String::len).max().unwrap();
    assert_eq!(plan["text_bytes_wrapped"], longest, "the plan knew how wide the column must be");
    everyone_logs_in(texts.iter().flatten().cloned().zip(users.iter().cycle()));

    let again = wrap(&file, &["--apply"]);
    let tally = &again.json()[0]["tally"];
    assert_eq!((&tally["wrapped"], &tally["tagged"]), (&0.into(), &0.into()));
    let same = database.texts("SELECT hash FROM users WHERE id BETWEEN 1 AND 120 ORDER BY id");
    assert_eq!(same, texts);
}

#[test]
fn names_are_quoted_and_ids_may_be_texts() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("odd.db");
    let mut database = Database::open(&file);
    database.run(
        "CREATE TABLE \"my \"\"users\"\"; --\" (\"the id\" TEXT PRIMARY KEY COLLATE NOCASE, \
         \"pass\"\"word\" VARCHAR(60) COLLATE NOCASE) WITHOUT ROWID",
        &[],
    );
    for id in ["b", "A", "c'; DROP TABLE x", "ü", ""] {
        let insert = "INSERT INTO \"my \"\"users\"\"; --\" VALUES (?, ?)";
        database.run(insert, &[Some(id), Some("5F4DCC3B5AA765D61D8327DEB882CF99")]);
    }
    let source = format!("sqlite:{}", file.display());
    let mut args = vec!["wrap", &source, "--table", "my \"users\"; --", "--id", "the id"];
    args.extend(["--hash", "pass\"word", "--format", "md5", "--apply", "--rows", "2", "--json"]);
    args.extend(CHEAP);
    let ran = hashlift(&args, "");
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(ran.json()[0]["tally"]["wrapped"], 5);
    let texts = database.texts("SELECT \"pass\"\"word\" FROM \"my \"\"users\"\"; --\"");
    assert!(texts.iter().all(|text| text.as_ref().unwrap().starts_with("$wrap$v=1${MD5}AAAA")));
}

#[test]
fn what_is_not_there_is_named_with_what_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("users.db");
    let (mut database, _) = Database::with_users(&file, 2);
    database.run("CREATE VIEW people AS SELECT * FROM users", &[]);
    database.run("CREATE TABLE twins (id INTEGER, hash TEXT)", &[]);
    database.run("INSERT INTO twins VALUES (1, 'a'), (1, 'b')", &[]);
    let source = format!("sqlite:{}", file.display());
    let fails = |args: &[&str]| {
        let ran = hashlift(&[&["wrap", &source, "--apply"], args].concat(), "");
        (ran.code, ran.err)
    };
    let (code, error) = fails(&["--table", "user", "--hash", "hash"]);
    assert_eq!(code, 4);
    assert!(error.contains("no table \"user\"; there is people, twins, users"), "{error}");
    // SQLite itself would take a misspelt column in quotes for a text.
    let (code, error) = fails(&["--table", "users", "--hash", "hsh"]);
    assert_eq!(code, 4);
    assert!(error.contains("no column \"hsh\"; there is id, hash, salt, format, note"), "{error}");
    let (code, error) = fails(&["--table", "people", "--hash", "hash"]);
    assert_eq!(code, 4);
    assert!(error.contains("\"people\" is a view; name the table"), "{error}");
    let (code, error) = fails(&["--table", "twins", "--hash", "hash"]);
    assert_eq!(code, 4);
    assert!(error.contains("\"id\" does not tell rows apart; name a unique --id"), "{error}");
    let nowhere = format!("sqlite:{}", folder.path().join("none.db").display());
    let ran = hashlift(&["audit", &nowhere, "--table", "users", "--hash", "hash"], "");
    assert_eq!(ran.code, 4, "{}", ran.err);
    assert!(!folder.path().join("none.db").exists());
}

/// Wrap in a process of its own, until so many rows are wrapped; then do something to it.
fn wrap_until(
    file: &Path,
    page: &str,
    wrapped: i64,
    then: impl FnOnce(&mut Child, &mut Database),
) -> Output {
    let source = format!("sqlite:{}", file.display());
    let mut args = vec!["wrap", &source, "--table", "users", "--hash", "hash", "--salt", "salt"];
    args.extend(["--format-column", "format", "--apply", "--rows", page, "--threads", "1"]);
    args.extend(["--memory-kib", "8192", "--passes", "2"]);
    let mut child = start(&args);
    let mut database = Database::open(file);
    loop {
        let rows = database.rows("SELECT count(*) FROM users WHERE hash LIKE '$wrap$%'");
        if rows[0].get::<i64, _>(0) >= wrapped {
            break;
        }
        assert!(child.try_wait().unwrap().is_none(), "it ended before it was stopped");
    }
    then(&mut child, &mut database);
    child.wait_with_output().unwrap()
}

#[test]
fn a_run_that_is_killed_loses_nothing_and_the_next_wraps_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("users.db");
    let (mut database, users) = Database::with_users(&file, 300);
    let notes = database.texts("SELECT quote(note) FROM users ORDER BY id");
    let old = database.texts("SELECT hash FROM users ORDER BY id");
    let mut wrapped = vec![None; 300];
    for rows in [10, 40] {
        let killed = wrap_until(&file, "3", rows, |child, _| child.kill().unwrap());
        assert_eq!(killed.status.code(), None);
        for (at, text) in
            database.texts("SELECT hash FROM users ORDER BY id").into_iter().enumerate()
        {
            if text.as_ref().unwrap().starts_with("$wrap$") {
                let first = wrapped[at].get_or_insert(text.clone());
                assert_eq!(*first, text, "row {at} was wrapped twice");
            } else {
                assert_eq!(text, old[at]);
            }
        }
    }
    let done = wrap(&file, &["--apply"]);
    let tally = &done.json()[0]["tally"];
    let earlier = wrapped.iter().flatten().count() as u64;
    assert!(earlier >= 40);
    assert_eq!(tally["already_wrapped"], earlier);
    assert_eq!((&tally["refused"], &tally["overtaken"]), (&0.into(), &0.into()));
    let texts = database.texts("SELECT hash FROM users ORDER BY id");
    for (first, last) in wrapped.iter().zip(&texts) {
        assert!(first.as_ref().is_none_or(|first| first == last));
    }
    assert_eq!(database.texts("SELECT quote(note) FROM users ORDER BY id"), notes);
    everyone_logs_in(texts.into_iter().flatten().zip(users.iter().cycle()));
}

#[test]
fn a_password_that_changes_during_the_run_stays_changed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("users.db");
    let (mut database, _) = Database::with_users(&file, 120);
    let new = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$\
               1vGIjpXIR1GrKwS1ULv3wT+STIKdyxei+K4ZkiKi4kI";
    // Page one is written, so page two has been read and is being hashed.
    let done = wrap_until(&file, "60", 50, |_, database| {
        database.run("UPDATE users SET hash = ? WHERE id = 120", &[Some(new)]);
    });
    let said = String::from_utf8(done.stdout).unwrap();
    assert_eq!(done.status.code(), Some(0), "{said}");
    let texts = database.texts("SELECT hash FROM users ORDER BY id");
    assert_eq!(texts[119].as_deref(), Some(new), "{said}");
    assert!(texts[..119].iter().flatten().all(|text| text.starts_with("$wrap$")), "{said}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_page_and_says_how_to_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("users.db");
    let (mut database, _) = Database::with_users(&file, 300);
    let stopped = wrap_until(&file, "3", 3, |child, _| {
        let pid = child.id().to_string();
        assert!(
            std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success()
        );
    });
    let said = String::from_utf8(stopped.stdout).unwrap();
    assert_eq!(stopped.status.code(), Some(4), "{said}");
    assert!(
        said.contains("Stopped. Run the same command again: it goes on where it was"),
        "{said}"
    );
    let rows = database.rows("SELECT count(*) FROM users WHERE hash LIKE '$wrap$%'");
    let wrapped: i64 = rows[0].get(0);
    assert!(said.contains(&format!("\n{wrapped} wrapped, ")), "{said}");
}

#[test]
fn the_tour_ends_well() {
    let folder = tempfile::tempdir().unwrap();
    let ran = hashlift(&["tour", "--json", "--dir", folder.path().to_str().unwrap()], "");
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let answer = &ran.json()[0];
    let formats = answer["before"]["formats"].as_array().unwrap().len();
    assert!(formats > 190, "{formats} formats");
    let users = answer["logins"]["right"].as_u64().unwrap();
    assert_eq!(answer["logins"]["wrong"], users + 3);
    assert_eq!(answer["logins"]["upgraded"], users);
    let after = |key: &str| answer["after"][key].as_u64().unwrap();
    assert_eq!((after("strong") + after("to_tag"), after("null")), (users, 1));
    assert!(Path::new(answer["file"].as_str().unwrap()).exists());
}
