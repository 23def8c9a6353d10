//! `audit` and `wrap` on real databases, as processes: SQLite always, PostgreSQL and MySQL or
//! MariaDB where the environment names them (see `common/server.rs`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail")]
#![allow(clippy::indexing_slicing, reason = "tests may fail")]
mod common;
#[path = "common/server.rs"]
mod server;
#[path = "common/table.rs"]
mod table;
use common::{Ran, hashlift, start};
use serde_json::{Value, json};
use server::{Kind, Server};
use std::process::Child;
use table::{CHEAP, User, everyone_logs_in, plain_users};

const OTHERS: &str = "SELECT concat(id, '/', salt, '/', format, '/', note) FROM users ORDER BY id";

/// `users` with ids, and the users' hashes over and over.
fn fill(server: &mut Server, rows: usize) -> Vec<User> {
    server.run(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, hash VARCHAR(600), salt VARCHAR(200), \
         format VARCHAR(60), note VARCHAR(60))",
    );
    let users = plain_users();
    server.run("BEGIN");
    for (at, user) in users.iter().cycle().take(rows).enumerate() {
        let note = format!("row {at}, \"as it was\"\r\n");
        server.put(
            &format!("INSERT INTO users VALUES ({}, ?, ?, ?, ?)", at + 1),
            &[Some(&user.hash), user.salt(), Some(&user.format), Some(&note)],
        );
    }
    server.run("COMMIT");
    users
}

fn texts(server: &mut Server) -> Vec<String> {
    server.texts("SELECT hash FROM users ORDER BY id").into_iter().flatten().collect()
}

fn args<'a>(command: &'a str, source: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut args = vec![command, source, "--table", "users", "--hash", "hash", "--json"];
    args.extend(["--salt", "salt", "--format-column", "format"]);
    args.extend(CHEAP);
    args.extend(more);
    args
}

fn wrap(server: &Server, more: &[&str]) -> Ran {
    hashlift(&args("wrap", &server.source, more), "")
}

fn answer(ran: &Ran) -> Value {
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    ran.json().remove(0)
}

#[test]
fn everyone_logs_in_after_a_run_and_nothing_else_has_changed() {
    for mut server in Server::all() {
        let kind = server.kind;
        let users = fill(&mut server, 700);
        server.run("INSERT INTO users VALUES (-5, NULL, NULL, NULL, 'invited')");
        server.run("INSERT INTO users VALUES (1000, '!locked', NULL, NULL, NULL)");
        server.run("INSERT INTO users VALUES (1001, '$2y$10$cut', NULL, NULL, NULL)");
        let (before, others) = (texts(&mut server), server.texts(OTHERS));
        let audit = answer(&hashlift(&args("audit", &server.source, &[]), ""));
        assert_eq!((&audit["rows"], &audit["null"]), (&703.into(), &1.into()), "{kind:?}");
        let dry = answer(&wrap(&server, &[]));
        assert_eq!(
            (&dry["applied"], &dry["plan"]["audit"]["to_wrap"]),
            (&false.into(), &audit["to_wrap"])
        );
        assert_eq!(texts(&mut server), before, "{kind:?}: a plan writes nothing");

        let done = answer(&wrap(&server, &["--apply", "--rows", "90"]));
        let tally = &done["tally"];
        let left = [&tally["null"], &tally["locked"], &tally["refused"], &tally["overtaken"]];
        assert_eq!(left, [&json!(1), &json!(1), &json!(1), &json!(0)], "{kind:?}");
        assert_eq!(tally["wrapped"], audit["to_wrap"], "{kind:?}");
        assert_eq!(done["refused"][0]["place"], "id 1001");
        assert_eq!(server.texts(OTHERS), others, "{kind:?}");
        let after = texts(&mut server);
        assert_eq!(after[700..], ["!locked", "$2y$10$cut"]);
        let longest = after[..700].iter().map(String::len).max();
        assert_eq!(dry["plan"]["text_bytes_wrapped"], json!(longest), "{kind:?}");
        everyone_logs_in(after[..700].iter().cloned().zip(users.iter().cycle()).take(70));

        let again = answer(&wrap(&server, &["--apply"]));
        assert_eq!(again["tally"]["already_wrapped"], tally["wrapped"], "{kind:?}");
        assert_eq!(texts(&mut server), after, "{kind:?}: nothing is wrapped twice");
    }
}

#[test]
fn a_column_that_is_too_narrow_is_refused_before_a_row_is_touched_and_the_remedy_works() {
    for mut server in Server::shared() {
        let kind = server.kind;
        let more = match kind {
            Kind::Mysql => {
                " CHARACTER SET latin1 NOT NULL DEFAULT 'it''s \\\\' COMMENT 'it''s \\\\ it'"
            }
            _ => " NOT NULL DEFAULT 'it''s'",
        };
        server.run(&format!("CREATE TABLE users (id INTEGER PRIMARY KEY, hash VARCHAR(60){more}, salt VARCHAR(9), format VARCHAR(9))"));
        let hash = "35664378d8079db552fcc80d3342852a";
        server.run(&format!("INSERT INTO users VALUES (1, '{hash}', NULL, 'md5')"));
        let dry = wrap(&server, &[]);
        assert_eq!(dry.code, 4, "{kind:?}: {}{}", dry.out, dry.err);
        let column = &dry.json()[0]["plan"]["column"];
        assert_eq!((&column["characters_max"], &column["needed"]), (&60.into(), &133.into()));
        let widen = column["widen"].as_str().unwrap().to_owned();
        let refused = wrap(&server, &["--apply"]);
        assert_eq!(refused.code, 4);
        let error = &refused.json()[0]["error"];
        assert_eq!(error["kind"], "column-too-narrow");
        let said = error["message"].as_str().unwrap();
        assert!(
            said.contains("holds 60 characters, and 133 are needed. Nothing was written"),
            "{said}"
        );
        assert!(said.contains(&widen), "{said}");
        assert_eq!(texts(&mut server), [hash]);

        let definition = |server: &mut Server| match kind {
            Kind::Mysql => server.texts(
                "SELECT CONCAT_WS('|', COLUMN_DEFAULT, IS_NULLABLE, COLLATION_NAME, COLUMN_COMMENT)
                 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()
                 AND TABLE_NAME = 'users' AND COLUMN_NAME = 'hash'",
            ),
            _ => server.texts(
                "SELECT concat_ws('|', column_default, is_nullable) FROM information_schema.columns
                 WHERE table_schema = current_schema() AND column_name = 'hash'",
            ),
        };
        let before = definition(&mut server);
        server.run(&widen);
        if kind == Kind::Mysql {
            assert_eq!(definition(&mut server), before, "nothing but the width has changed");
        }
        assert_eq!(answer(&wrap(&server, &["--apply"]))["tally"]["wrapped"], 1, "{kind:?}");
    }
}

#[test]
fn a_backup_keeps_what_was_written_over_and_the_printed_statement_takes_it_back() {
    for mut server in Server::all() {
        let kind = server.kind;
        fill(&mut server, 150);
        let before = texts(&mut server);
        let backup = ["--backup", "old hashes", "--rows", "40"];
        let dry = answer(&wrap(&server, &backup));
        let undo = dry["plan"]["undo"].as_str().unwrap().to_owned();
        let run = [&backup[..], &["--apply"]].concat();
        let wrapped = answer(&wrap(&server, &run))["tally"]["wrapped"].as_u64().unwrap();
        let tagged = texts(&mut server).iter().zip(&before).filter(|(a, b)| a != b).count() as u64;
        let name = match kind {
            Kind::Mysql => "`old hashes`",
            _ => "\"old hashes\"",
        };
        assert_eq!(server.count(name), tagged, "{kind:?}: one for each row that was written");
        assert!(tagged >= wrapped);
        // A login in between stays.
        server.run("UPDATE users SET hash = 'new' WHERE id = 1");
        server.run(&undo);
        let after = texts(&mut server);
        assert_eq!(after[0], "new", "{kind:?}");
        let wrong = after.iter().zip(&before).skip(1).filter(|(now, old)| now != old);
        assert_eq!(
            wrong.count() as u64,
            tagged - wrapped,
            "{kind:?}: all that was wrapped is back"
        );
        // And a second run finds the table that is there.
        assert_eq!(answer(&wrap(&server, &run))["tally"]["refused"], 1, "{kind:?}");
    }
}

#[test]
fn select_and_update_of_the_named_columns_are_enough() {
    for mut server in Server::shared() {
        let kind = server.kind;
        fill(&mut server, 300);
        let (user, space) = (format!("u{}", &server.space), server.space.clone());
        let columns = "GRANT SELECT (id, hash, salt, format)";
        let (make, grant, update, unmake) = match kind {
            Kind::Postgres => (
                format!("CREATE ROLE {user} LOGIN; GRANT USAGE ON SCHEMA {space} TO {user}"),
                format!("{columns} ON users TO {user}"),
                format!("GRANT UPDATE (hash) ON users TO {user}"),
                format!("DROP OWNED BY {user}; DROP ROLE {user}"),
            ),
            _ => (
                format!("CREATE USER {user}@'%'"),
                format!("{columns} ON {space}.users TO {user}@'%'"),
                format!("GRANT UPDATE (hash) ON {space}.users TO {user}@'%'"),
                format!("DROP USER {user}@'%'"),
            ),
        };
        server.run(&make);
        server.run(&grant);
        let others = server.texts(OTHERS);
        let source = server.source_of(&user);
        let read_only = hashlift(&args("wrap", &source, &[]), "");
        let refused = hashlift(&args("wrap", &source, &["--apply"]), "");
        server.run(&update);
        let done = hashlift(&args("wrap", &source, &["--apply"]), "");
        server.run(&unmake);
        assert_eq!(read_only.code, 0, "{kind:?}: to plan, reading is enough: {}", read_only.out);
        let error = &refused.json()[0]["error"];
        assert_eq!((refused.code, &error["kind"]), (4, &"privilege".into()), "{kind:?}: {error}");
        let quote = if kind == Kind::Mysql { '`' } else { '"' };
        let told = "GRANT SELECT (\"id\", \"hash\", \"salt\", \"format\"), UPDATE (\"hash\") ON ";
        let told = told.replace('"', &quote.to_string());
        assert!(error["message"].as_str().unwrap().contains(&told), "{kind:?}: {error}");
        let tally = &answer(&done)["tally"];
        assert!(tally["wrapped"].as_u64().unwrap() > 200 && tally["overtaken"] == 0, "{kind:?}");
        assert_eq!(server.texts(OTHERS), others, "{kind:?}");
    }
}

/// A child's one answer.
fn finished(child: Child) -> Value {
    let output = child.wait_with_output().unwrap();
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{out}{err}");
    serde_json::from_str(&out).unwrap()
}

#[test]
fn processes_share_a_table_and_hash_no_row_twice() {
    for mut server in Server::shared() {
        let kind = server.kind;
        let users = fill(&mut server, 2000);
        let others = server.texts(OTHERS);
        let run = |rows| {
            start(&args("wrap", &server.source, &["--apply", "--rows", rows, "--threads", "1"]))
        };
        let answers: Vec<_> = ["50", "200", "100"].map(run).into_iter().map(finished).collect();
        let sum =
            |of: &str| answers.iter().map(|it| it["tally"][of].as_u64().unwrap()).sum::<u64>();
        let written = sum("wrapped") + sum("tagged");
        let strong = answers[0]["plan"]["audit"]["strong"].as_u64().unwrap();
        assert_eq!(written, 2000 - strong, "{kind:?}: {answers:?}");
        assert_eq!((sum("overtaken"), sum("claimed")), (0, 0), "{kind:?}: hashed in vain");
        assert_eq!(server.texts(OTHERS), others);
        let after = texts(&mut server);
        everyone_logs_in(after.into_iter().zip(users.iter().cycle()).step_by(41));
    }
}

#[cfg(unix)]
#[test]
fn a_signal_ends_the_page_and_the_next_run_goes_on() {
    for mut server in Server::all() {
        for signal in ["-INT", "-TERM"] {
            let kind = server.kind;
            fill(&mut server, 300);
            let more = ["--apply", "--rows", "3", "--threads", "1", "--rows-per-second", "60"];
            let child = start(&args("wrap", &server.source, &more));
            while server.count("users WHERE hash LIKE '$wrap$%'") < 3 {}
            let pid = child.id().to_string();
            let killed = std::process::Command::new("kill").args([signal, &pid]).status();
            assert!(killed.unwrap().success());
            let ended = child.wait_with_output().unwrap();
            let out = String::from_utf8(ended.stdout).unwrap();
            assert_eq!(ended.status.code(), Some(4), "{kind:?}: {out}");
            let stopped: Value = serde_json::from_str(&out).unwrap();
            assert_eq!(stopped["stopped"], true);
            let wrapped = server.count("users WHERE hash LIKE '$wrap$%'");
            assert_eq!(stopped["tally"]["wrapped"], wrapped, "{kind:?}");
            assert!(wrapped < 250, "{kind:?}: it went on");
            let next = answer(&wrap(&server, &["--apply"]));
            assert_eq!(next["tally"]["already_wrapped"], wrapped, "{kind:?}");
            server.run("DROP TABLE users");
        }
    }
}

#[test]
fn a_cap_on_the_rate_is_kept_and_progress_is_told_in_json() {
    for mut server in Server::all() {
        let kind = server.kind;
        fill(&mut server, 100);
        let ran = wrap(&server, &["--apply", "--rows-per-second", "40"]);
        let done = answer(&ran);
        let written = done["tally"]["wrapped"].as_f64().unwrap();
        // The last page need not be waited for.
        assert!(done["seconds"].as_f64().unwrap() > written / 40.0 - 1.1, "{kind:?}: {done}");
        let events: Vec<Value> =
            ran.err.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
        let wrapping: Vec<_> = events.iter().filter(|it| it["event"] == "wrapping").collect();
        assert!(wrapping.len() >= 2, "{kind:?}: {}", ran.err);
        for event in wrapping {
            assert!(event["share"].as_f64().unwrap() <= 1.0);
            let told = ["rows", "rows_per_second", "seconds", "seconds_left", "lock_waits"];
            assert!(told.iter().all(|key| event[key].is_number()), "{event}");
            assert!(event["tally"]["overtaken"].is_number(), "{event}");
        }
    }
}

#[test]
fn only_the_rows_of_the_filter_are_touched() {
    for mut server in Server::all() {
        let kind = server.kind;
        fill(&mut server, 60);
        let before = texts(&mut server);
        let filter = ["--where", "id > 10 AND id <= 30 AND note LIKE 'row%'"];
        let audit = answer(&hashlift(&args("audit", &server.source, &filter), ""));
        assert_eq!(audit["rows"], 20, "{kind:?}");
        let more = [&filter[..], &["--apply", "--rows", "7"]].concat();
        answer(&wrap(&server, &more));
        let after = texts(&mut server);
        assert_eq!(after[..10], before[..10]);
        assert_eq!(after[30..], before[30..], "{kind:?}");
        assert_ne!(after[10..30], before[10..30], "{kind:?}");
        let refused = wrap(&server, &["--where", "id = 1 OR 1 = 1"]);
        assert_eq!(refused.code, 2, "{}", refused.out);
        assert!(
            refused.err.contains("at byte 7: AND, or the end should stand here"),
            "{}",
            refused.err
        );
    }
}

#[test]
fn a_pepper_goes_by_its_id_and_its_key_is_in_no_argument_and_no_text() {
    for mut server in Server::all() {
        let kind = server.kind;
        server.run("CREATE TABLE users (id INTEGER PRIMARY KEY, hash VARCHAR(600), salt VARCHAR(9), format VARCHAR(9))");
        server.run("INSERT INTO users VALUES (1, '5f4dcc3b5aa765d61d8327deb882cf99', NULL, 'md5')");
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("pepper");
        let secret = "dGhlIHBlcHBlciBvZiB0aGlzIHNpdGU=";
        std::fs::write(&key, format!("{secret}\n")).unwrap();
        let pepper = format!("p1={}", key.display());
        let done = answer(&wrap(&server, &["--apply", "--pepper", &pepper]));
        assert_eq!(done["tally"]["wrapped"], 1, "{kind:?}");
        let text = texts(&mut server).remove(0);
        assert!(text.contains(",keyid=cDE") && !text.contains(secret), "{text}");
        assert_eq!(done["plan"]["text_bytes_wrapped"], text.len());
        let verify = |password: &str, side: Value| {
            let line = json!({ "hash": text, "password": password, "side": side });
            hashlift(&["verify", "--jsonl"], format!("{line}\n")).json().remove(0)
        };
        let with = json!({ "secret_b64": secret });
        assert_eq!(verify("password", with.clone()), json!({ "match": true }));
        assert_eq!(verify("Password", with), json!({ "match": false }));
        assert_eq!(verify("password", json!({}))["error"]["kind"], "missing-key");

        std::fs::write(&key, "c2hvcnQ=").unwrap();
        let refused = wrap(&server, &["--pepper", &pepper]);
        assert_eq!(refused.code, 2);
        let said = refused.json()[0]["error"]["message"].as_str().unwrap().to_owned();
        assert!(said.contains("a key is 16 bytes or more, in base64") && !said.contains("c2hv"));
        let refused = wrap(&server, &["--pepper", "far-too-long=x"]);
        assert!(refused.out.contains("a pepper's id has 1 to 8 bytes"), "{}", refused.out);
    }
}

#[test]
fn a_source_may_come_from_the_environment_and_a_password_among_the_arguments_is_noted() {
    let Some(mut server) = Server::postgres() else { return };
    fill(&mut server, 5);
    let plain = |source: &str, name: &str, value: &str| {
        let ran = std::process::Command::new(env!("CARGO_BIN_EXE_hashlift"))
            .args(["audit", source, "--table", "users", "--hash", "hash"])
            .env(name, value)
            .output()
            .unwrap();
        (ran.status.code(), String::from_utf8(ran.stderr).unwrap())
    };
    assert_eq!(plain("env:SITE_DB", "SITE_DB", &server.source).0, Some(0));
    let (code, said) = plain("env:SITE_DB", "OTHER", &server.source);
    assert_eq!(code, Some(2));
    assert!(said.contains("the environment variable \"SITE_DB\" is not set"), "{said}");
    let open = server.source_of("root:secret");
    let (_, said) = plain(&open, "OTHER", "");
    assert!(said.starts_with("note: every user of this machine can see the password"), "{said}");
    assert!(!said.contains("secret"), "{said}");
    let (code, said) = plain("postgres://nobody:secret@127.0.0.1:1/x", "OTHER", "");
    assert_eq!(code, Some(4));
    assert!(said.contains("error: postgres://127.0.0.1:1: ") && !said.contains("secret"), "{said}");
}

#[test]
fn what_fires_on_an_update_is_told_and_a_stamp_stays_as_it_was() {
    for mut server in Server::all() {
        let kind = server.kind;
        server.run("CREATE TABLE users (id INTEGER PRIMARY KEY, hash VARCHAR(600), salt VARCHAR(9), format VARCHAR(9), seen INTEGER)");
        server.run(
            "INSERT INTO users VALUES (1, '5f4dcc3b5aa765d61d8327deb882cf99', NULL, 'md5', 7)",
        );
        match kind {
            Kind::Sqlite => server.run("CREATE TRIGGER watch AFTER UPDATE ON users BEGIN SELECT 1; END"),
            Kind::Postgres => server.run(
                "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
                 CREATE TRIGGER watch BEFORE UPDATE OF hash ON users FOR EACH ROW EXECUTE FUNCTION nothing();
                 CREATE TRIGGER other BEFORE UPDATE OF seen ON users FOR EACH ROW EXECUTE FUNCTION nothing()",
            ),
            Kind::Mysql => {
                server.run("CREATE TRIGGER watch BEFORE UPDATE ON users FOR EACH ROW SET NEW.seen = NEW.seen");
                server.run("ALTER TABLE users ADD at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP");
                server.run("UPDATE users SET at = '2001-02-03 04:05:06'");
            }
        }
        let dry = answer(&wrap(&server, &[]));
        let notes = dry["plan"]["notes"].to_string();
        assert!(notes.contains("watch") && !notes.contains("other"), "{kind:?}: {notes}");
        answer(&wrap(&server, &["--apply"]));
        if kind == Kind::Mysql {
            assert!(
                notes.contains("`at` is set by each UPDATE; it is written as it was"),
                "{notes}"
            );
            let at = server.texts("SELECT CAST(at AS CHAR) FROM users");
            assert_eq!(at, [Some("2001-02-03 04:05:06".to_owned())]);
        }
    }
}
