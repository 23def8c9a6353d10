//! What every database must do behind the library's `Table`, on real ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail")]
#![allow(clippy::indexing_slicing, reason = "tests may fail")]
use super::*;
use hashlift::job::{Cell, Row, Swap};
use server::{Kind as Db, Server};

#[path = "../../tests/common/server.rs"]
mod server;

const WRITE: Access<'static> = Access::Write { output: None, replace: false };

/// SOURCE as the command's arguments would say it.
fn args(server: &Server, table: &str, id: Option<&str>) -> SourceArgs {
    SourceArgs {
        source: server.source.clone(),
        table: Some(table.to_owned()),
        columns: Columns {
            id: id.map(str::to_owned),
            hash: "pw".to_owned(),
            salt: Some("salt".to_owned()),
            format: None,
            format_column: None,
            side: Vec::new(),
        },
        filter: None,
        delimiter: b',',
    }
}

fn open(server: &Server, table: &str) -> Box<dyn Source> {
    args(server, table, None)
        .open(WRITE)
        .unwrap_or_else(|error| panic!("{:?}: {error}", server.kind))
}

fn message(result: Result<Box<dyn Source>, Failure>) -> String {
    result.err().map(|failure| format!("{}: {}", failure.kind, failure.message)).unwrap_or_default()
}

/// A table of users with this key, whose text is told apart by case and blanks by nobody.
fn users(server: &mut Server, key: &str, more: &str) {
    let (text, tail) = match server.kind {
        Db::Sqlite => ("TEXT COLLATE NOCASE", ""),
        Db::Postgres => {
            server.run("CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
            ("TEXT COLLATE nocase", "")
        }
        Db::Mysql => ("VARCHAR(255) COLLATE utf8mb4_general_ci", ""),
    };
    server.run(&format!("CREATE TABLE users ({key}, pw {text}, salt TEXT, note TEXT{more}){tail}"));
}

fn read(table: &mut dyn Source, rows_max: usize) -> Vec<Row<Key>> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = table.batch(after.as_ref(), rows_max).unwrap();
        assert!(page.len() <= rows_max);
        let Some(last) = page.last() else { return all };
        after = Some(last.key.clone());
        all.extend(page);
    }
}

fn text(cell: &Cell) -> Option<&str> {
    match cell {
        Cell::Text(text) => Some(text),
        _ => None,
    }
}

#[test]
fn every_row_is_read_once_in_the_order_of_its_key_whatever_the_key_is() {
    for mut server in Server::all() {
        let kind = server.kind;
        let text = match kind {
            Db::Sqlite => "TEXT COLLATE NOCASE",
            Db::Postgres => "VARCHAR(100)",
            Db::Mysql => "VARCHAR(100) COLLATE utf8mb4_unicode_ci",
        };
        let bytes = match kind {
            Db::Sqlite => "BLOB",
            Db::Postgres => "BYTEA",
            Db::Mysql => "VARBINARY(40)",
        };
        let hex = |hex: &str| match kind {
            Db::Postgres => format!("'\\x{hex}'"),
            _ => format!("x'{hex}'"),
        };
        let own = |values: &[&str]| values.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let words = own(&[
            "'b'",
            "'A'",
            "'ö'",
            "'Z z'",
            "'z'",
            "''",
            "'it''s'",
            "'-1'",
            "'10'",
            "'9'",
            "'日本'",
            "'a b'",
            "'a'' OR 1=1 --'",
            "'%'",
            "'_'",
            "'é'",
        ]);
        let ints = own(&["-9223372036854775807", "-1", "0", "1", "2", "10", "9223372036854775807"]);
        let pairs = own(&["1, 'b'", "1, 'a'", "-1, 'z'", "2, ''", "1, 'c'", "10, 'a'", "2, 'a'"]);
        let mut cases = vec![
            ("id BIGINT NOT NULL PRIMARY KEY".to_owned(), "id", ints),
            (format!("id {text} NOT NULL PRIMARY KEY"), "id", words),
            (
                format!("id {bytes} NOT NULL PRIMARY KEY"),
                "id",
                vec![hex("00ff"), hex("00"), hex("ff"), hex("61")],
            ),
            (
                format!("site INT NOT NULL, login {text} NOT NULL, PRIMARY KEY (site, login)"),
                "site, login",
                pairs,
            ),
        ];
        match kind {
            Db::Postgres => cases.push((
                "id UUID PRIMARY KEY".to_owned(),
                "id",
                own(&[
                    "'ffffffff-0000-0000-0000-000000000000'",
                    "'00000000-0000-0000-0000-0000000000ff'",
                ]),
            )),
            Db::Mysql => cases.push((
                "id BIGINT UNSIGNED PRIMARY KEY".to_owned(),
                "id",
                own(&["18446744073709551615", "0", "9223372036854775808"]),
            )),
            Db::Sqlite => {}
        }
        for (key, ids, values) in cases {
            server.run(&format!("CREATE TABLE users (pw VARCHAR(255), salt TEXT, {key})"));
            for (at, value) in values.iter().enumerate() {
                server.run(&format!("INSERT INTO users ({ids}, pw) VALUES ({value}, 'p{at}')"));
            }
            let order = server.texts(&format!("SELECT pw FROM users ORDER BY {ids}"));
            for rows_max in [1, 2, 3, 1000] {
                let rows = read(open(&server, "users").as_mut(), rows_max);
                let found: Vec<_> = rows.iter().map(text_of).collect();
                assert_eq!(found, order, "{kind:?}: {key}, pages of {rows_max}");
            }
            // And each is found again by the key that was read.
            let mut table = open(&server, "users");
            let rows = read(table.as_mut(), 1000);
            let olds: Vec<_> = rows.iter().map(|row| text_of(row).unwrap()).collect();
            let news: Vec<_> = olds.iter().map(|old| format!("new {old}")).collect();
            let swaps = rows.iter().zip(olds.iter().zip(&news));
            let swaps: Vec<_> =
                swaps.map(|(row, (old, new))| Swap::new(&row.key, old, new)).collect();
            assert_eq!(table.swap_page(&swaps).unwrap(), vec![true; rows.len()], "{kind:?}: {key}");
            table.commit().unwrap();
            let news: Vec<_> = news.into_iter().map(Some).collect();
            assert_eq!(server.texts(&format!("SELECT pw FROM users ORDER BY {ids}")), news);
            drop(table);
            server.run("DROP TABLE users");
        }
    }
}

fn text_of(row: &Row<Key>) -> Option<String> {
    text(&row.stored).map(str::to_owned)
}

#[test]
fn a_text_is_swapped_only_if_it_is_the_same_to_the_byte() {
    for mut server in Server::all() {
        let kind = server.kind;
        users(&mut server, "id INTEGER PRIMARY KEY", "");
        server.run("INSERT INTO users (id, pw, note) VALUES (1, 'Abc', 'n1'), (2, 'Äbc', 'n2'), (3, NULL, 'n3'), (4, 'Abc', 'n4')");
        let mut table = open(&server, "users");
        let rows = read(table.as_mut(), 10);
        let key = |at: usize| &rows[at].key;
        assert!(matches!(rows[2].stored, Cell::Null), "{kind:?}");
        for (at, old) in [
            (0, "abc"),
            (0, "Abc "),
            (0, "ABC"),
            (0, ""),
            (1, "Abc"),
            (1, "äbc"),
            (2, ""),
            (2, "NULL"),
        ] {
            assert!(!table.swap(key(at), old, "stolen").unwrap(), "{kind:?}: {at} {old:?}");
        }
        assert!(!table.swap(&Key::Int(9), "Abc", "stolen").unwrap(), "{kind:?}");
        assert!(table.swap(key(0), "Abc", "new '1'").unwrap(), "{kind:?}");
        assert!(!table.swap(key(0), "Abc", "twice").unwrap(), "{kind:?}");
        assert!(table.swap(key(1), "Äbc", "new 2").unwrap(), "{kind:?}");
        table.commit().unwrap();
        let left = server.texts("SELECT pw FROM users ORDER BY id");
        let left: Vec<_> = left.iter().map(Option::as_deref).collect();
        assert_eq!(left, [Some("new '1'"), Some("new 2"), None, Some("Abc")], "{kind:?}");
        let notes = server.texts("SELECT note FROM users ORDER BY id");
        assert_eq!(notes.iter().flatten().collect::<Vec<_>>(), ["n1", "n2", "n3", "n4"]);
    }
}

#[test]
fn a_page_says_of_each_row_whether_someone_was_faster() {
    for mut server in Server::all() {
        let kind = server.kind;
        users(&mut server, "id INTEGER PRIMARY KEY", "");
        let rows: Vec<_> = (0..700).map(|id| format!("({id}, 'old {id}', 'n{id}')")).collect();
        server.run(&format!("INSERT INTO users (id, pw, note) VALUES {}", rows.join(", ")));
        let notes = server.texts("SELECT note FROM users ORDER BY id");
        let mut table = open(&server, "users");
        let rows = read(table.as_mut(), 1000);
        server.run("UPDATE users SET pw = 'OLD 3' WHERE id = 3");
        server.run("UPDATE users SET pw = 'faster' WHERE id IN (0, 255, 256, 300, 699)");
        server.run("UPDATE users SET pw = NULL WHERE id = 5");
        server.run("DELETE FROM users WHERE id = 4");
        let texts: Vec<_> = (0..700).map(|id| (format!("old {id}"), format!("new {id}"))).collect();
        let swaps: Vec<_> = rows
            .iter()
            .zip(&texts)
            .map(|(row, (old, new))| Swap::new(&row.key, old, new))
            .collect();
        let faster = [0, 3, 4, 5, 255, 256, 300, 699];
        let expected: Vec<_> = (0..700).map(|id| !faster.contains(&id)).collect();
        assert_eq!(table.swap_page(&swaps).unwrap(), expected, "{kind:?}");
        table.commit().unwrap();
        let now = server.texts("SELECT pw FROM users ORDER BY id");
        let of = |text: &str| now.iter().flatten().filter(|now| now.starts_with(text)).count();
        assert_eq!((of("new "), of("faster"), of("OLD 3"), of("old ")), (692, 5, 1, 0), "{kind:?}");
        let left = server.texts("SELECT note FROM users ORDER BY id");
        assert_eq!(left.len(), 699);
        assert!(left.iter().all(|note| notes.contains(note)), "{kind:?}");
        assert_eq!(table.swap_page(&[]).unwrap(), [false; 0], "{kind:?}");
    }
}

#[test]
fn a_row_that_someone_has_locked_holds_up_no_other() {
    for mut server in Server::shared() {
        let kind = server.kind;
        users(&mut server, "id INTEGER PRIMARY KEY", "");
        server.run("INSERT INTO users (id, pw) VALUES (1, 'a'), (2, 'b'), (3, 'c')");
        let mut table = open(&server, "users");
        let rows = read(table.as_mut(), 10);
        let mut other = server.again();
        other.run("BEGIN; UPDATE users SET note = 'at work' WHERE id = 2");
        let swaps =
            rows.iter().zip(["a", "b", "c"]).map(|(row, old)| Swap::new(&row.key, old, "new"));
        let swaps: Vec<_> = swaps.collect();
        assert_eq!(table.swap_page(&swaps).unwrap(), [true, false, true], "{kind:?}");
        assert_eq!(table.lock_waits().load(std::sync::atomic::Ordering::Relaxed), 1, "{kind:?}");
        // What is written stands, and is locked no more.
        let seen = server.texts("SELECT pw FROM users ORDER BY id");
        assert_eq!(seen.iter().flatten().collect::<Vec<_>>(), ["new", "b", "new"], "{kind:?}");
        other.run("COMMIT");
        assert_eq!(table.swap_page(&swaps[1..2]).unwrap(), [true], "{kind:?}");
        assert_eq!(
            server.texts("SELECT note FROM users WHERE id = 2"),
            [Some("at work".to_owned())]
        );
    }
}

#[test]
fn a_claim_is_one_processes_own_and_dies_with_it() {
    for mut server in Server::shared() {
        let kind = server.kind;
        users(&mut server, "id INTEGER PRIMARY KEY", "");
        server.run("CREATE TABLE others (id INTEGER PRIMARY KEY, pw VARCHAR(255), salt TEXT)");
        let (mut one, mut two) = (open(&server, "users"), open(&server, "users"));
        let mut elsewhere = open(&server, "others");
        assert!(one.is_shared() && one.claim(7).unwrap(), "{kind:?}");
        assert!(!two.claim(7).unwrap(), "{kind:?}");
        assert!(two.claim(u64::MAX).unwrap() && elsewhere.claim(7).unwrap(), "{kind:?}");
        one.release(7).unwrap();
        assert!(two.claim(7).unwrap(), "{kind:?}");
        two.release(7).unwrap();
        assert!(one.claim(7).unwrap(), "{kind:?}");
        drop(one);
        // The server notices when it does.
        assert!((0..1000).any(|_| two.claim(7).unwrap()), "{kind:?}");
    }
}

#[test]
fn sqlite_takes_one_process_at_a_time() {
    let mut server = Server::sqlite();
    users(&mut server, "id INTEGER PRIMARY KEY", "");
    let one = open(&server, "users");
    let refused = message(args(&server, "users", None).open(WRITE));
    assert!(refused.starts_with("in-use: another hashlift is writing to "), "{refused}");
    assert!(args(&server, "users", None).open(Access::Read).is_ok());
    drop(one);
    drop(open(&server, "users"));
}

#[test]
fn what_cannot_be_is_refused_with_what_to_do() {
    for mut server in Server::all() {
        let kind = server.kind;
        users(&mut server, "id INTEGER PRIMARY KEY", ", n INTEGER");
        server.run("CREATE VIEW people AS SELECT * FROM users");
        server.run("CREATE TABLE pairs (a INTEGER NOT NULL, b INTEGER NOT NULL, pw VARCHAR(255), salt TEXT, PRIMARY KEY (a, b))");
        server.run("INSERT INTO pairs VALUES (1, 1, 'x', NULL), (1, 2, 'y', NULL)");
        server.run("CREATE TABLE bare (a INTEGER, pw VARCHAR(255), salt TEXT)");
        let refused = |args: SourceArgs| message(args.open(WRITE));
        let at = |table: &str, id: Option<&str>| args(&server, table, id);

        let said = refused(at("user", None));
        assert!(
            said.starts_with("missing-table: ") && said.contains("no table \"user\"; there is "),
            "{said}"
        );
        // What the database holds elsewhere is named with its schema.
        let (_, there) = said.split_once("there is ").unwrap();
        let here: Vec<_> = there.split(", ").filter(|name| !name.contains('.')).collect();
        assert_eq!(here, ["bare", "pairs", "people", "users"], "{said}");
        let said = refused(at("people", Some("id")));
        assert_eq!(said, "view: \"people\" is a view; name the table that it shows", "{kind:?}");
        let said = refused(at("users", Some("idd")));
        assert_eq!(
            said,
            "missing-column: table \"users\" has no column \"idd\"; there is id, pw, salt, note, n"
        );
        let mut wrong = at("users", None);
        wrong.columns.hash = "pass".to_owned();
        assert!(refused(wrong).contains("no column \"pass\"; there is id, pw"), "{kind:?}");
        let mut wrong = at("users", None);
        wrong.filter = Some(Filter::parse("role = 'x'").unwrap());
        assert!(refused(wrong).contains("no column \"role\"; there is id, pw"), "{kind:?}");
        assert_eq!(
            refused(at("bare", None)),
            "id-not-unique: table \"bare\" has no primary key; name the --id, a unique column"
        );
        let said = refused(at("pairs", Some("a")));
        assert!(said.starts_with("id-not-unique: "), "{kind:?}: {said}");
        if kind != Db::Sqlite {
            assert!(said.contains("\"a\" tells rows apart; the primary key is --id a,b"), "{said}");
            let said = refused(at("bare", Some("a")));
            assert!(said.contains("make a unique index over columns that are NOT NULL"), "{said}");
            let mut number = at("users", None);
            number.columns.hash = "n".to_owned();
            let said = refused(number);
            assert!(said.starts_with("bad-column: the column \"n\" is of type int"), "{said}");
            // To count them, it is enough that they are different now.
            assert!(at("pairs", Some("a,b")).open(Access::Read).is_ok());
            assert!(at("people", Some("id")).open(Access::Read).is_ok());
            let said = message(at("pairs", Some("a")).open(Access::Read));
            assert!(said.contains("does not tell rows apart; name a unique --id"), "{said}");
        }
        assert!(
            at("pairs", None).open(WRITE).is_ok() && at("pairs", Some("b, a")).open(WRITE).is_ok()
        );
        let here = match kind {
            Db::Sqlite => continue,
            _ => format!("{}.users", server.space),
        };
        assert!(at(&here, None).open(WRITE).is_ok(), "{kind:?}");
    }
}

#[test]
fn a_filter_binds_its_values_and_keeps_the_order() {
    for mut server in Server::all() {
        let kind = server.kind;
        let (name, odd) = match kind {
            Db::Mysql => ("`odd``na me`", "odd`na me"),
            _ => ("\"odd\"\"na me\"", "odd\"\"na me"),
        };
        let more = format!(", n INTEGER, x DOUBLE PRECISION, {name} TEXT");
        users(&mut server, "id INTEGER PRIMARY KEY", &more);
        for id in 0..20 {
            server.put(
                &format!("INSERT INTO users (id, pw, note, n, x, {name}) VALUES ({id}, 'p', ?, {n}, {id}.5, ?)", n = id % 5),
                &[Some("it's 100%"), if id % 2 == 0 { Some("even") } else { None }],
            );
        }
        let found = |filter: &str| {
            let mut args = args(&server, "users", None);
            args.filter = Some(Filter::parse(filter).unwrap());
            let mut table = args.open(WRITE).unwrap();
            let rows = read(table.as_mut(), 3);
            assert_eq!(table.size(), rows.len() as u64, "{kind:?}: {filter}");
            rows.len()
        };
        assert_eq!(found("n = 3"), 4);
        assert_eq!(found("n = 3 AND id > 5"), 3);
        assert_eq!(found("id <> 0 AND id <= 10"), 10);
        assert_eq!(found("x < 2.5"), 2);
        assert_eq!(found("note = 'it''s 100%'"), 20);
        assert_eq!(found("note LIKE 'it%'"), 20);
        assert_eq!(found("note LIKE 'other%'"), 0);
        assert_eq!(found("note NOT LIKE '%100%'"), 0);
        assert_eq!(found(&format!("\"{odd}\" IS NULL")), 10);
        assert_eq!(found(&format!("\"{odd}\" IS NOT NULL AND n >= 0")), 10);
        assert_eq!(found(&format!("\"{odd}\" = 'even'' OR 1=1 --'")), 0);
    }
}

#[test]
fn bytes_beside_the_hash_and_hashes_in_bytes_are_texts_if_they_can_be() {
    for mut server in Server::shared() {
        let kind = server.kind;
        let bytes = if kind == Db::Postgres { "BYTEA" } else { "TINYBLOB" };
        server
            .run(&format!("CREATE TABLE users (id INTEGER PRIMARY KEY, pw {bytes}, salt {bytes})"));
        server.run("INSERT INTO users VALUES (1, 'Abc', 'NaCl')");
        match kind {
            Db::Postgres => {
                server.run("INSERT INTO users VALUES (2, '\\xff00', NULL), (3, 'x', '\\xff')")
            }
            _ => server.run("INSERT INTO users VALUES (2, x'ff00', NULL), (3, 'x', x'ff')"),
        }
        let mut table = open(&server, "users");
        let rows = read(table.as_mut(), 10);
        assert_eq!(
            (text_of(&rows[0]).as_deref(), rows[0].side.salt.as_deref()),
            (Some("Abc"), Some("NaCl"))
        );
        for row in &rows[1..] {
            assert!(
                matches!(&row.stored, Cell::Fault(why) if why.contains("not UTF-8")),
                "{kind:?}"
            );
        }
        assert!(!table.swap(&rows[0].key, "abc", "new").unwrap());
        assert!(table.swap(&rows[0].key, "Abc", "new").unwrap());
        assert_eq!(text_of(&read(table.as_mut(), 10)[0]).as_deref(), Some("new"));
    }
}

#[test]
fn a_lost_connection_is_an_error_and_leaves_the_table_whole() {
    for mut server in Server::shared() {
        let kind = server.kind;
        users(&mut server, "id INTEGER PRIMARY KEY", "");
        server.run("INSERT INTO users (id, pw) VALUES (1, 'a'), (2, 'b')");
        let mut table = open(&server, "users");
        let rows = read(table.as_mut(), 10);
        let swaps = [Swap::new(&rows[0].key, "a", "new"), Swap::new(&rows[1].key, "b", "new")];
        match kind {
            Db::Postgres => server.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE application_name = 'hashlift' AND query LIKE '%FROM \"'||current_schema()||'\"%'",
            ),
            _ => {
                let sql = format!(
                    "SELECT CAST(id AS CHAR) FROM information_schema.processlist WHERE db = '{}' AND id <> connection_id()",
                    server.space
                );
                for id in server.texts(&sql).into_iter().flatten() {
                    server.run(&format!("KILL {id}"));
                }
            }
        }
        let lost = table.swap_page(&swaps).unwrap_err();
        assert!(["connection", "database"].contains(&lost.kind), "{kind:?}: {lost:?}");
        assert_eq!(lost.exit, crate::exit::Exit::Environment);
        let seen = server.texts("SELECT pw FROM users ORDER BY id");
        assert_eq!(seen.iter().flatten().collect::<Vec<_>>(), ["a", "b"], "{kind:?}");
        assert_eq!(open(&server, "users").swap_page(&swaps).unwrap(), [true, true], "{kind:?}");
    }
}

#[test]
fn a_table_without_transactions_is_written_row_by_row() {
    let Some(mut server) = Server::mysql() else { return };
    server.run(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, pw VARCHAR(255), salt TEXT) ENGINE=MyISAM",
    );
    server.run("INSERT INTO users (id, pw) VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    let mut table = open(&server, "users");
    let rows = read(table.as_mut(), 10);
    let olds = ["a", "B", "c"];
    let swaps: Vec<_> =
        rows.iter().zip(olds).map(|(row, old)| Swap::new(&row.key, old, "new")).collect();
    assert_eq!(table.swap_page(&swaps).unwrap(), [true, false, true]);
    assert!(table.facts().notes.iter().any(|note| note.contains("no transactions")));
    let refused = table.keep_backup("old").unwrap_err();
    assert!(refused.message.contains("ENGINE=InnoDB"), "{refused}");
}
