//! The run book of the manual, on real databases: every command and every statement as printed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail")]
#![allow(clippy::indexing_slicing, reason = "tests may fail")]
mod common;
#[path = "common/server.rs"]
mod server;
use common::hashlift;
use serde_json::{Value, json};
use server::Server;
use std::path::Path;
use std::process::{Command, Stdio};

/// A block of code on the page.
#[derive(Debug)]
struct Block {
    kind: String,
    text: String,
}

/// The blocks of a chapter, in their order.
fn chapter(title: &str) -> Vec<Block> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/runbook.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (_, rest) = page.split_once(&format!("\n## {title}\n")).unwrap();
    let rest = rest.split("\n## ").next().unwrap();
    let pieces: Vec<_> = rest.split("```").collect();
    assert_eq!(pieces.len() % 2, 1, "every block is closed");
    let blocks = pieces.into_iter().skip(1).step_by(2).map(|block| {
        let (kind, text) = block.split_once('\n').unwrap();
        Block { kind: kind.to_owned(), text: text.to_owned() }
    });
    blocks.collect()
}

/// Walk through a chapter. `between` is called before each block, with how many of its kind there
/// were: what people do at that point.
fn walk(
    title: &str,
    server: &mut Server,
    variable: &str,
    mut between: impl FnMut(&mut Server, &Block, usize),
) {
    // Roles are the whole server's.
    let user = format!("u{}", server.space);
    let source = server.source_of(&format!("{user}:of%20your%20own%20making"));
    let folder = tempfile::tempdir().unwrap();
    let bin = Path::new(env!("CARGO_BIN_EXE_hashlift")).parent().unwrap();
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", bin.display());
    let (mut said, mut seen) = (String::new(), std::collections::BTreeMap::new());
    for block in chapter(title) {
        let number = *seen.entry(block.kind.clone()).and_modify(|it| *it += 1).or_insert(1);
        between(server, &block, number);
        match block.kind.as_str() {
            "sql" => server.run(&block.text.replace("hashlift_wrap", &user)),
            "sh" => {
                let ran = Command::new("bash")
                    .args(["-e", "-c", &block.text])
                    .current_dir(folder.path())
                    .env("PATH", &path)
                    .env(variable, &source)
                    .output()
                    .unwrap();
                said = String::from_utf8(ran.stdout).unwrap();
                let error = String::from_utf8(ran.stderr).unwrap();
                // A run that could not begin says what to do first.
                let expected = if said.contains("First run:") { 4 } else { 0 };
                assert_eq!(ran.status.code(), Some(expected), "{}: {said}{error}", block.text);
            }
            "text" => {
                let lines: Vec<_> = said.lines().map(str::trim_end).collect();
                for line in block.text.lines().filter(|line| !line.is_empty()) {
                    // The rest of such a line is different each time.
                    let found = match line.split_once('…') {
                        Some((head, _)) => lines.iter().any(|it| it.starts_with(head.trim_end())),
                        None => lines.contains(&line),
                    };
                    assert!(found, "{line:?} is not in:\n{said}");
                }
            }
            _ => {}
        }
    }
}

/// Whether the text lets the password in.
fn verify(text: &str, password: &str) -> Value {
    let line = json!({ "hash": text, "password": password });
    hashlift(&["verify", "--jsonl"], format!("{line}\n")).json().remove(0)
}

fn sample(name: &str) -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/import/samples/");
    std::fs::read_to_string(format!("{path}{name}")).unwrap()
}

/// The password of the sample's user.
fn password(system: &str, user: &str) -> String {
    let all: Value = serde_json::from_str(&sample("passwords.json")).unwrap();
    all[system][user].as_str().unwrap().to_owned()
}

/// The plugin of the page, in a WordPress that consists of a filter and a database.
fn log_in(server: &mut Server, plugin: &str, id: &str, password: &str) -> Option<bool> {
    let hash =
        server.texts(&format!("SELECT user_pass FROM wp_users WHERE ID = {id}")).remove(0)?;
    let site = format!(
        "{plugin}
         function add_filter( $name, $call, $priority, $args ) {{ $GLOBALS[$name] = $call; }}
         class Db {{
             public $users = 'wp_users';
             function update( $table, $set, $where ) {{ fwrite( STDERR, json_encode( [ $table, $set, $where ] ) ); }}
         }}
         $wpdb = new Db();
         [ $password, $hash ] = json_decode( stream_get_contents( STDIN ), true );
         echo json_encode( $GLOBALS['check_password']( false, $password, $hash, {id} ) );"
    );
    // What is called must be declared first.
    let (plugin, site) = site.split_once("\nadd_filter").unwrap();
    let (call, rest) = site.split_once("function add_filter").unwrap();
    let (declared, used) = rest.split_once("$wpdb = new Db();").unwrap();
    let script = format!(
        "{plugin}\nfunction add_filter{declared}$wpdb = new Db();\nadd_filter{call}\n{used}"
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("site.php");
    std::fs::write(&file, script).unwrap();
    let bin = Path::new(env!("CARGO_BIN_EXE_hashlift")).parent().unwrap();
    let mut php = Command::new("php")
        .arg(&file)
        .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    serde_json::to_writer(php.stdin.take().unwrap(), &json!([password, hash])).unwrap();
    let ran = php.wait_with_output().unwrap();
    let (out, update) = (String::from_utf8(ran.stdout).unwrap(), ran.stderr);
    let right: bool = serde_json::from_str(&out).unwrap_or_else(|_| panic!("php says {out}"));
    if right {
        let update: Value = serde_json::from_slice(&update).unwrap();
        assert_eq!((&update[0], &update[2]["user_pass"]), (&json!("wp_users"), &json!(hash)));
        let new = update[1]["user_pass"].as_str().unwrap();
        let sql = format!("UPDATE wp_users SET user_pass = ? WHERE ID = {id} AND user_pass = ?");
        assert_eq!(server.put(&sql, &[Some(new), Some(&hash)]), 1);
    }
    Some(right)
}

#[test]
fn a_wordpress_site_on_mariadb_from_first_audit_to_last_legacy_hash() {
    let Some(mut server) = Server::mysql() else { return };
    // As it was before WordPress 4.3.
    let dump =
        sample("wordpress.sql").replace("`user_pass` varchar(255)", "`user_pass` varchar(64)");
    server.run(&dump.replace("\n);", "\n) COLLATE utf8mb4_general_ci;"));
    let mut plugin = String::new();
    walk("A WordPress site on MariaDB", &mut server, "SITE_DB", |server, block, number| {
        match (block.kind.as_str(), number) {
            ("php", _) => plugin.clone_from(&block.text),
            // Wrapped twice over: everybody can log in.
            ("text", 4) => {
                for id in ["1", "2", "3", "4"] {
                    let sql = format!("SELECT user_pass FROM wp_users WHERE ID = {id}");
                    let text = server.texts(&sql).remove(0).unwrap();
                    let right = password("wordpress", id);
                    assert_eq!(verify(&text, &right), json!({ "match": true }), "{text}");
                    assert_eq!(verify(&text, &format!("{right}x")), json!({ "match": false }));
                }
            }
            // Somebody logs in by the plugin.
            ("sh", 5) => {
                let right = password("wordpress", "1");
                let wrong = log_in(server, &plugin, "1", &format!("{right}x"));
                let done = log_in(server, &plugin, "1", &right);
                if done.is_none() {
                    eprintln!("left out: the plugin, since there is no php");
                    let new = hashlift(&["hash"], format!("{right}\n")).out;
                    server
                        .put("UPDATE wp_users SET user_pass = ? WHERE ID = 1", &[Some(new.trim())]);
                    return;
                }
                assert_eq!((wrong, done), (Some(false), Some(true)));
                let text = server.texts("SELECT user_pass FROM wp_users WHERE ID = 1").remove(0);
                let text = text.unwrap();
                assert!(text.starts_with("$argon2id$"), "{text}");
                assert_eq!(verify(&text, &right), json!({ "match": true }));
            }
            _ => {}
        }
    });
}

#[test]
fn a_table_as_supabase_keeps_it_from_first_audit_to_last_legacy_hash() {
    let Some(mut server) = Server::postgres() else { return };
    // The page says `auth` and `hashlift_backup`, as Supabase does: there can be one at a time.
    server.run("DROP SCHEMA IF EXISTS auth CASCADE; DROP SCHEMA IF EXISTS hashlift_backup CASCADE");
    server.run(
        "CREATE SCHEMA auth;
         CREATE TABLE auth.users (
             instance_id text, id text PRIMARY KEY, email varchar(255),
             encrypted_password varchar(255), raw_user_meta_data jsonb, is_sso_user boolean NOT NULL,
             updated_at timestamptz, last_sign_in_at timestamptz);
         ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY",
    );
    let dump = sample("supabase.sql");
    let rows = dump.lines().skip_while(|line| !line.starts_with("COPY")).skip(1);
    for row in rows.take_while(|line| *line != "\\.") {
        let cells: Vec<_> =
            row.split('\t').map(|cell| Some(cell).filter(|it| *it != "\\N")).collect();
        let insert =
            "INSERT INTO auth.users VALUES ('0', ?, ?, ?, '{}', false, '2020-01-01', '2020-01-01')";
        server.put(insert, &cells[1..4]);
    }
    server.run(
        "INSERT INTO auth.users SELECT '0', 'u4', 'u4', encrypted_password, '{}', false, '2020-01-01', NULL
         FROM auth.users WHERE id = 'u1'",
    );
    server.run(
        "INSERT INTO auth.users VALUES ('0', 'sso', 'x', '!', '{}', true, '2020-01-01', NULL)",
    );
    let policy = |server: &mut Server, sql: &str| {
        let user = format!("u{}", server.space);
        server.run(&sql.replace("USER", &user));
    };
    let others = "SELECT concat(id, email, is_sso_user, updated_at) FROM auth.users ORDER BY id";
    let before = server.texts(others);
    walk(
        "A table as Supabase keeps it, on PostgreSQL",
        &mut server,
        "AUTH_DB",
        |server, block, number| match (block.kind.as_str(), number) {
            // Without a policy the role would see no row, and the page shows what it is told then.
            ("sh", 1) => policy(server, "CREATE POLICY early ON auth.users TO USER USING (true)"),
            ("text", 2 | 3) => {
                let texts = server.texts("SELECT encrypted_password FROM auth.users ORDER BY id");
                assert_eq!(texts[0].as_deref(), Some("!"), "nobody asked for this one");
                assert_eq!(texts[3], None);
                for (at, user) in [(1, "u1"), (2, "u2"), (4, "u1")] {
                    let (text, right) = (texts[at].as_ref().unwrap(), password("supabase", user));
                    assert!(text.starts_with("$wrap$"), "{text}");
                    assert_eq!(verify(text, &right), json!({ "match": true }), "{text}");
                    assert_eq!(verify(text, &format!("{right}x")), json!({ "match": false }));
                }
                assert_eq!(server.texts(others), before);
            }
            // Somebody logs in.
            ("sql", 7) => {
                let new = hashlift(&["hash"], format!("{}\n", password("supabase", "u2"))).out;
                let sql =
                    "UPDATE auth.users SET encrypted_password = ?, last_sign_in_at = '2026-03-01'
                     WHERE id = 'u2'";
                server.put(sql, &[Some(new.trim())]);
            }
            ("sql", 4) => policy(server, "DROP POLICY early ON auth.users"),
            _ => {}
        },
    );
    server.run("DROP SCHEMA auth CASCADE");
}
