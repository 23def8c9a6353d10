//! `audit` and `wrap` on CSV and JSON Lines, as processes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail")]
#![allow(clippy::indexing_slicing, reason = "tests may fail")]
mod common;
#[path = "common/table.rs"]
mod table;
use common::{Ran, hashlift};
use serde_json::json;
use std::path::Path;
use table::{CHEAP, everyone_logs_in, users};

const MD5: &str = "5f4dcc3b5aa765d61d8327deb882cf99";

/// Wrap a file with the text given; what was said, and the new file.
fn wrap(name: &str, text: &[u8], more: &[&str]) -> (Ran, Option<Vec<u8>>) {
    let folder = tempfile::tempdir().unwrap();
    let (file, new) = (folder.path().join(name), folder.path().join("new"));
    std::fs::write(&file, text).unwrap();
    let mut args = vec!["wrap", file.to_str().unwrap(), "--apply", "--json"];
    args.extend(["--output", new.to_str().unwrap(), "--rows", "2"]);
    args.extend(CHEAP);
    args.extend(more);
    let ran = hashlift(&args, "");
    assert_eq!(std::fs::read(&file).unwrap(), text, "the input changed");
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 1 + usize::from(new.exists()), "something is left behind");
    let new = std::fs::read(new).ok();
    (ran, new)
}

/// The new file with each wrapped hash, in the quotes that are given, put back.
fn unwrapped(new: &[u8], quote: &str, old: &str) -> String {
    let mut text = String::from_utf8(new.to_vec()).unwrap();
    let begin = format!("{quote}$wrap$");
    while let Some(at) = text.find(&begin) {
        let len = text[at + 1..].find(quote).unwrap() + 2;
        text.replace_range(at..at + len, old);
    }
    text
}

#[test]
fn every_byte_of_a_csv_but_the_hashes_stays() {
    let rows = [
        "id,note,hash,\"last\nname\"\r\n",
        "1,\"a \"\"quoted\"\", note\r\nof two lines\",HASH,\"O'Neil\"\r\n",
        "\r\n\r\n2,  spaces  ,HASH,\n",
        "3,,,nobody\n",
        "4,x,HASH,y\n",
        "5,\"\",HASH,\"\"",
    ];
    for (hash, bom, tail) in [
        (MD5, "", ""),
        (MD5, "\u{feff}", "\n\n"),
        ("\"5f4dcc3b5aa765d61d8327deb882cf99\"", "", "\r\n"),
    ] {
        let text = format!("{bom}{}{tail}", rows.concat().replace("HASH", hash));
        let (ran, new) = wrap("users.csv", text.as_bytes(), &["--hash", "hash", "--format", "md5"]);
        assert_eq!(ran.code, 0, "{}", ran.out);
        let tally = &ran.json()[0]["tally"];
        assert_eq!((&tally["wrapped"], &tally["null"]), (&4.into(), &1.into()));
        assert_eq!(unwrapped(&new.unwrap(), "\"", hash), text);
    }
}

#[test]
fn the_hash_may_stand_first_or_last_in_a_csv() {
    for (text, column) in [
        (format!("hash;id\n\n{MD5};1\r\n{MD5};2"), "hash"),
        (format!("id;hash\n1;{MD5}\r\n2;{MD5}"), "hash"),
        (format!("the \"\"hash;id\n{MD5};1\n"), "the \"\"hash"),
    ] {
        let args = ["--hash", column, "--format", "md5", "--delimiter", ";"];
        let (ran, new) = wrap("users.csv", text.as_bytes(), &args);
        assert_eq!(ran.code, 0, "{}", ran.out);
        // `;` does not occur in a wrapped text, so it needs no quotes.
        let new = String::from_utf8(new.unwrap()).unwrap();
        let wrapped = |field: &str| field.starts_with("$wrap$v=1${MD5}");
        let fields =
            new.split([';', '\n', '\r']).map(|field| if wrapped(field) { MD5 } else { field });
        let old: Vec<_> = text.split([';', '\n', '\r']).collect();
        assert_eq!(fields.collect::<Vec<_>>(), old);
    }
}

#[test]
fn rows_that_are_no_rows_are_refused_with_their_line_and_stay() {
    let text = format!("id,hash\n1,\"a\nb\"\n2,{MD5},surplus\n3\n4,{MD5}\n5,\u{ff}\n").into_bytes();
    let text: Vec<u8> = String::from_utf8(text).unwrap().chars().map(|c| c as u8).collect();
    let (ran, new) = wrap("users.csv", &text, &["--hash", "hash", "--format", "md5"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    let answer = &ran.json()[0];
    let places: Vec<_> =
        answer["refused"].as_array().unwrap().iter().map(|row| &row["place"]).collect();
    assert_eq!(places, ["line 2", "line 4", "line 5", "line 7"]);
    assert_eq!(answer["refused"][1]["rule"], "3 cells where the header has 2");
    assert_eq!(answer["refused"][3]["rule"], "the cell is not UTF-8");
    assert_eq!(answer["tally"]["wrapped"], 1);
    let new = new.unwrap();
    assert!(
        new.starts_with(format!("id,hash\n1,\"a\nb\"\n2,{MD5},surplus\n3\n4,\"$wrap$").as_bytes())
    );
    assert!(new.ends_with(b"\"\n5,\xff\n"));
}

#[test]
fn every_byte_of_json_lines_but_the_hashes_stays() {
    let rows = [
        "{ \"id\":1, \"n\": 1.0e5,\t\"hash\" : \"HASH\", \"x\": {\"hash\": \"\\u00e9\"} }\r\n",
        "\n",
        "{\"hash\":null,\"id\":2}\n",
        "{\"id\":3}\n",
        "{\"id\":\"\\/4\",\"ha\\u0073h\":\"HASH\"}\n",
        "{\"id\":5,\"hash\":\"HASH\"}\n  \n",
    ];
    let text = format!("\u{feff}{}", rows.concat().replace("HASH", MD5));
    let (ran, new) = wrap("users.jsonl", text.as_bytes(), &["--hash", "hash", "--format", "md5"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    let tally = &ran.json()[0]["tally"];
    assert_eq!((&tally["wrapped"], &tally["null"]), (&3.into(), &2.into()));
    assert_eq!(unwrapped(&new.unwrap(), "\"", &format!("\"{MD5}\"")), text);
}

#[test]
fn lines_that_are_no_objects_are_refused_with_their_line_and_stay() {
    let text = format!(
        "{{\"hash\":\"{MD5}\"}}\n[1]\n{{\"hash\":\"{MD5}\",\"hash\":\"{MD5}\"}}\n{{\"hash\":12e3}}\n{{\"hash\":\"{MD5}\"}} x\n{{\"hash\""
    );
    let (ran, new) = wrap("users.ndjson", text.as_bytes(), &["--hash", "hash", "--format", "md5"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    let answer = &ran.json()[0];
    let places: Vec<_> =
        answer["refused"].as_array().unwrap().iter().map(|row| &row["place"]).collect();
    assert_eq!(places, ["line 2", "line 3", "line 4", "line 5", "line 6"]);
    assert_eq!(
        answer["refused"][2]["rule"],
        "the hash is a number, which loses digits; export it as text"
    );
    assert_eq!(unwrapped(&new.unwrap(), "\"", &format!("\"{MD5}\"")), text);
}

#[test]
fn columns_that_are_not_there_are_named_with_those_that_are() {
    let (ran, new) = wrap("u.csv", b"id,password\n1,x\n", &["--hash", "hash"]);
    assert_eq!((ran.code, new), (4, None));
    let message = ran.json()[0]["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.ends_with("has no column \"hash\"; there is id, password"), "{message}");
    let (ran, new) = wrap("u.jsonl", b"{\"id\":1,\"password\":\"x\"}\n", &["--hash", "hash"]);
    assert_eq!((ran.code, new), (4, None));
    let message = ran.json()[0]["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.ends_with("has no key \"hash\"; there is id, password"), "{message}");
}

#[test]
fn a_file_is_never_changed_in_place_nor_replaced_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let (file, other) = (folder.path().join("u.csv"), folder.path().join("v.csv"));
    let text = format!("id,hash\n1,{MD5}\n");
    std::fs::write(&file, &text).unwrap();
    std::fs::write(&other, "precious").unwrap();
    let name = |path: &Path| path.to_str().unwrap().to_owned();
    let base =
        ["wrap", &name(&file), "--hash", "hash", "--format", "md5", "--apply"].map(String::from);
    let run = |more: &[&str]| {
        let args = base.iter().map(String::as_str).chain(CHEAP).chain(more.iter().copied());
        hashlift(&args.collect::<Vec<_>>(), "")
    };
    let link = folder.path().join(".").join("u.csv");
    for (more, rule) in [
        (vec![], "name the new one, --output FILE"),
        (
            vec!["--output".to_owned(), name(&link), "--force".to_owned()],
            "is the input; name another",
        ),
        (vec!["--output".to_owned(), name(&other)], "exists; --force replaces it"),
    ] {
        let ran = run(&more.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(ran.code, 2, "{}", ran.err);
        assert!(ran.err.contains(rule), "{}", ran.err);
    }
    assert_eq!(std::fs::read_to_string(&other).unwrap(), "precious");
    assert_eq!(run(&["--output", &name(&other), "--force"]).code, 0);
    assert!(std::fs::read_to_string(&other).unwrap().starts_with("id,hash\n1,\"$wrap$"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn every_core_format_is_wrapped_from_json_lines_and_logs_in() {
    let mut sides: Vec<String> = Vec::new();
    let users = users();
    let lines = users.iter().map(|user| {
        sides.extend(
            user.side.keys().filter(|key| !sides.contains(key)).cloned().collect::<Vec<_>>(),
        );
        let mut line = user.side.clone();
        line.insert("pw".to_owned(), json!(user.hash));
        line.insert("format".to_owned(), json!(user.format));
        json!(line).to_string() + "\n"
    });
    let text: String = lines.collect();
    let sides: Vec<_> = sides.iter().map(|key| format!("--side={key}={key}")).collect();
    let mut args = vec!["--hash", "pw", "--format-column", "format"];
    args.extend(sides.iter().map(String::as_str));
    let (ran, new) = wrap("users.jsonl", text.as_bytes(), &args);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let tally = &ran.json()[0]["tally"];
    assert_eq!((&tally["refused"], &tally["overtaken"]), (&0.into(), &0.into()));
    let new = String::from_utf8(new.unwrap()).unwrap();
    let texts = new.lines().map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["pw"].as_str().unwrap().to_owned()
    });
    everyone_logs_in(texts.zip(&users));
}

#[cfg(not(feature = "parquet"))]
#[test]
fn without_the_feature_parquet_is_refused_with_the_way_to_build_it() {
    let ran = hashlift(&["audit", "users.parquet", "--hash", "pw"], "");
    assert_eq!(ran.code, 2, "{}", ran.err);
    let rule = "it is a feature: `cargo install hashlift-cli --features parquet`";
    assert!(ran.err.contains(rule), "{}", ran.err);
}

#[test]
fn an_audit_of_rows_that_cannot_be_read_counts_them_and_ends_well() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("u.csv");
    std::fs::write(&file, format!("id,hash\n1,{MD5}\n2,nonsense\n3,{MD5}\n4,!\n5,\n")).unwrap();
    let audit = |more: &[&str]| {
        let base = ["audit", file.to_str().unwrap(), "--hash", "hash"];
        hashlift(&[&base[..], &CHEAP[..], more].concat(), "")
    };
    let ran = audit(&["--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.lines().all(|line| line.starts_with("{\"event\":\"auditing\"")), "{}", ran.err);
    let report = &ran.json()[0];
    assert_eq!((&report["rows"], &report["invalid"]), (&5.into(), &3.into()));
    assert_eq!(report["invalid_kinds"], json!({ "unrecognised": 1, "untagged": 2 }));
    let untagged = report["untagged"].as_object().unwrap();
    assert!(untagged.keys().all(|readings| readings.starts_with("md5 ")), "{untagged:?}");
    let named = audit(&["--json", "--format", "md5"]).json().remove(0);
    assert_eq!((&named["invalid"], &named["to_wrap"]), (&1.into(), &2.into()));
    assert_eq!(named["shared_unsalted"], json!({ "rows": 2, "exact": true }));
    assert_eq!(named["first_invalid"][0]["place"], "line 3");
    let text = audit(&[]);
    assert!(
        text.out.contains("2 rows carry no tag; name their --format, one of: md5 "),
        "{}",
        text.out
    );
    assert!(!text.out.contains(MD5) && !text.out.contains("nonsense"));
    assert_eq!(text.err, "", "progress is for terminals");
}

#[test]
fn format_may_be_a_slug_or_the_column_that_names_it() {
    let text = format!("hash,kind\n{MD5},md5\n{MD5},\n");
    let tally = |more: &[&str]| {
        let (ran, _) = wrap("users.csv", text.as_bytes(), &[&["--hash", "hash"], more].concat());
        let tally = &ran.json()[0]["tally"];
        (tally["wrapped"].as_u64().unwrap(), tally["refused"].as_u64().unwrap())
    };
    assert_eq!(tally(&["--format", "md5"]), (2, 0));
    assert_eq!(tally(&["--format", "kind"]), (1, 1));
    assert_eq!(tally(&["--format", "md5", "--format-column", "kind"]), (2, 0));
    let (ran, _) = wrap("users.csv", text.as_bytes(), &["--hash", "hash", "--format", "md6"]);
    assert_eq!(ran.code, 4, "{}", ran.out);
    assert!(ran.out.contains("missing-column") && ran.out.contains("kind"), "{}", ran.out);
}
