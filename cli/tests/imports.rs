//! `import`, as a process: every command of the manual, and what becomes of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail")]
#![allow(clippy::indexing_slicing, reason = "tests may fail")]
mod common;
#[path = "common/table.rs"]
mod table;
use common::{Ran, hashlift};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use table::Database;

fn manual() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/import")
}

/// The commands of a page, without their first word.
fn commands(page: &Path) -> Vec<String> {
    let text = fs::read_to_string(page).unwrap();
    let lines = text.lines().filter_map(|line| line.strip_prefix("hashlift "));
    lines.map(str::to_owned).collect()
}

fn pages() -> Vec<PathBuf> {
    let files = fs::read_dir(manual()).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<_> = files
        .filter(|path| {
            path.extension().is_some_and(|ext| ext == "md") && !path.ends_with("README.md")
        })
        .collect();
    pages.sort();
    pages
}

/// The samples, in a folder that may be written to.
fn samples() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(manual().join("samples")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    folder
}

fn run(folder: &Path, args: &str) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_hashlift"))
        .args(args.split_whitespace())
        .arg("--json")
        .current_dir(folder)
        .output()
        .unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn every_command_of_the_manual_works_and_its_users_log_in() {
    let passwords = fs::read_to_string(manual().join("samples/passwords.json")).unwrap();
    let passwords: BTreeMap<String, BTreeMap<String, String>> =
        serde_json::from_str(&passwords).unwrap();
    let (mut systems, mut checks, mut expected) = (0, String::new(), Vec::new());
    for page in pages() {
        let slug = page.file_stem().unwrap().to_str().unwrap().to_owned();
        let none = BTreeMap::new();
        let known = passwords.get(&slug).unwrap_or(&none);
        assert!(!known.is_empty() || slug == "cognito", "{slug} has users whose password is known");
        systems += 1;
        for command in commands(&page) {
            let folder = samples();
            let first = run(folder.path(), &command);
            assert_eq!(first.code, 0, "{command}: {}{}", first.out, first.err);
            let answer = &first.json()[0];
            assert_eq!(
                (&answer["system"], &answer["refused"]),
                (&json!(slug), &json!(0)),
                "{answer}"
            );

            let mut database = Database::open(&folder.path().join("users.db"));
            let ids = database.texts("SELECT id FROM users ORDER BY id");
            let hashes = database.texts("SELECT hash FROM users ORDER BY id");
            let users: BTreeMap<_, _> = ids.into_iter().flatten().zip(hashes).collect();
            assert_eq!(answer["imported"], json!(users.len()));
            for (id, password) in known {
                let hash = users.get(id).unwrap_or_else(|| panic!("{command}: {id}"));
                for (password, verdict) in
                    [(password.clone(), true), (format!("{password}x"), false)]
                {
                    let line = json!({ "hash": hash, "password": password });
                    checks.push_str(&format!("{line}\n"));
                    expected.push((format!("{slug} {id}"), json!({ "match": verdict })));
                }
            }

            // Again: nobody comes twice, and who logged in meanwhile keeps the new hash.
            database.run("UPDATE users SET hash = 'newer'", &[]);
            let again = run(folder.path(), &command);
            let answer = &again.json()[0];
            assert_eq!(
                (&answer["imported"], &answer["existing"]),
                (&json!(0), &json!(users.len()))
            );
            let newer = database.texts("SELECT DISTINCT hash FROM users");
            assert_eq!(newer, [Some("newer".to_owned())]);
        }
    }
    let verdicts = hashlift(&["verify", "--jsonl"], checks).json();
    assert_eq!(verdicts.len(), expected.len());
    for (verdict, (who, right)) in verdicts.iter().zip(&expected) {
        assert_eq!(verdict, right, "{who}");
    }
    let listed = hashlift(&["import", "--list", "--json"], "");
    assert_eq!(listed.code, 2, "--list stands alone");
    let listed = hashlift(&["--json", "import", "--list"], "").json();
    assert_eq!(listed.len(), systems, "a page for each system");
    let index = fs::read_to_string(manual().join("README.md")).unwrap();
    for system in listed {
        let slug = system["slug"].as_str().unwrap();
        assert!(manual().join(format!("{slug}.md")).exists(), "{slug}");
        assert!(index.contains(&format!("({slug}.md)")), "{slug} in the index");
    }
}

const SHA: &str = "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=";

fn import(args: &[&str], input: &str) -> (Ran, Value) {
    let ran = hashlift(&[&["import", "--json"], args].concat(), input);
    let answer = ran.json().pop().unwrap_or_default();
    (ran, answer)
}

#[test]
fn bad_rows_are_listed_with_their_place_and_the_rest_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let export = format!(
        "id,name,email,password\n1,\"A, \"\"a\"\"\",a@x,{SHA}\n2,B,b@x,$2y$10$cut\n3,C,c@x,\n4,D\n5,E,e@x,!\n"
    );
    let (csv, jsonl, refused) = (path("out.csv"), path("out.jsonl"), path("refused.jsonl"));
    let args = ["--from", "laravel", "-", "--to", &csv, "--refused", &refused];
    let (ran, answer) = import(&args, &export);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(
        (&answer["imported"], &answer["refused"], &answer["without_password"], &answer["locked"]),
        (&json!(3), &json!(2), &json!(1), &json!(1))
    );
    assert_eq!(answer["formats"], json!({ "ldap-sha": 1, "locked": 1 }));
    assert_eq!(answer["refused_kinds"], json!({ "malformed": 1, "bad-record": 1 }));
    let refused = fs::read_to_string(refused).unwrap();
    let first: Value = serde_json::from_str(refused.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&first["line"], &first["row"], &first["field"], &first["kind"]),
        (&json!(3), &json!(2), &json!("password"), &json!("malformed"))
    );
    assert!(!refused.contains("cut"), "{refused}");
    assert_eq!(
        fs::read_to_string(&csv).unwrap(),
        format!(
            "id,email,username,name,phone,hash,locked,line\n\
             1,a@x,,\"A, \"\"a\"\"\",,{SHA},false,2\n3,c@x,,C,,,false,4\n5,e@x,,E,,!,true,6\n"
        )
    );

    let (ran, _) = import(&["--from", "laravel", "-", "--to", &jsonl], &export);
    assert_eq!(ran.code, 0);
    let lines = fs::read_to_string(&jsonl).unwrap();
    let third: Value = serde_json::from_str(lines.lines().nth(1).unwrap()).unwrap();
    assert_eq!((&third["hash"], &third["line"]), (&Value::Null, &json!(4)));
    let (ran, answer) = import(&["--from", "laravel", "-", "--to", &jsonl], &export);
    assert_eq!((ran.code, &answer["error"]["kind"]), (2, &json!("output")), "it exists");
    let (ran, _) = import(&["--from", "laravel", "-", "--to", &jsonl, "--force"], &export);
    assert_eq!(ran.code, 0);
    // The other commands take it from there.
    let audit = hashlift(&["audit", &csv, "--hash", "hash", "--json"], "");
    assert_eq!(audit.json()[0]["rows"], json!(3), "{}", audit.err);
}

#[test]
fn exit_codes_and_settings() {
    let (ran, answer) = import(&["--from", "laravel", "-"], "id,password\n1,$2y$10$cut\n");
    assert_eq!((ran.code, &answer["written"]), (3, &Value::Null), "nobody could be read");
    let (ran, _) = import(&["--from", "laravel", "-"], "");
    assert_eq!(ran.code, 0);
    let (ran, answer) = import(&["--from", "firebase", "-"], "{}");
    assert_eq!((ran.code, &answer["error"]["kind"]), (2, &json!("bad-setting")));
    let (ran, answer) = import(&["--from", "laravel", "-", "--set", "x=y"], "");
    assert_eq!((ran.code, &answer["error"]["kind"]), (2, &json!("bad-setting")));
    let (ran, answer) = import(&["--from", "laravel", "-", "--to", "users.xml"], "");
    assert_eq!((ran.code, &answer["error"]["kind"]), (2, &json!("unknown-target")));
    let (ran, answer) = import(&["--from", "laravel", "/no/such/file"], "");
    assert_eq!((ran.code, &answer["error"]["kind"]), (4, &json!("io")));
    let md5 = "id,password\n1,5f4dcc3b5aa765d61d8327deb882cf99\n";
    assert_eq!(import(&["--from", "laravel", "-"], md5).0.code, 3, "it carries no tag");
    assert_eq!(import(&["--from", "laravel", "-", "--format", "md5"], md5).0.code, 0);
    assert_eq!(hashlift(&["import", "--from", "nobody", "-"], "").code, 2);
}
