//! `hashlift verify --jsonl`: a line for each line, in order, whatever the line holds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail")]
mod common;
use common::{hashlift, start};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};

const BCRYPT: &str = "$2y$10$.vGA1O9wmRjrwAVXD98HNOgsNpDczlqm3Jq7KnEd1rVAGv3Fykk1a";
const MD5_OF_PASSWORD: &str = "5f4dcc3b5aa765d61d8327deb882cf99";

fn answers(input: impl AsRef<[u8]>) -> Vec<Value> {
    let ran = hashlift(&["verify", "--jsonl"], input);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    ran.json()
}

/// The kind of each answer: `match`, `mismatch`, or the error's.
fn kinds(input: impl AsRef<[u8]>) -> Vec<String> {
    answers(input).iter().map(kind).collect()
}

fn kind(answer: &Value) -> String {
    match (&answer["match"], &answer["error"]) {
        (Value::Bool(true), Value::Null) => "match".to_owned(),
        (Value::Bool(false), Value::Null) => "mismatch".to_owned(),
        (Value::Null, error) => {
            assert!(error["message"].as_str().unwrap().len() > 10, "{answer}");
            error["kind"].as_str().unwrap().to_owned()
        }
        _ => panic!("neither a match nor an error: {answer}"),
    }
}

#[test]
fn known_answers_of_others_get_their_verdicts_in_order() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/core.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let records: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let lines = records.iter().map(|record| {
        let mut line = record.clone();
        line["format"] = record["scheme"].clone();
        format!("{line}\n")
    });
    let answers = kinds(lines.collect::<String>());
    assert_eq!(answers.len(), records.len());
    let mut refused = BTreeMap::<(&str, String), u32>::new();
    let mut wrong = Vec::new();
    for (record, answer) in records.iter().zip(answers) {
        match (record["valid"].as_bool().unwrap(), answer.as_str()) {
            (true, "match") | (false, "mismatch" | "malformed") => {}
            (true, "password-has-nul" | "password-too-long") => {
                let scheme = record["scheme"].as_str().unwrap();
                *refused.entry((scheme, answer)).or_default() += 1;
            }
            (false, "password-has-nul" | "password-too-long") => {}
            _ => wrong.push(format!("{} {answer}", record["id"])),
        }
    }
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
    let expected = [
        // A hash of pyca/bcrypt, which takes a NUL for data.
        (("bcrypt", "password-has-nul".to_owned()), 1),
        // 4097 bytes, of which bcrypt would see 72.
        (("bcrypt", "password-too-long".to_owned()), 1),
    ];
    assert_eq!(refused, BTreeMap::from(expected));
}

#[test]
fn every_bad_line_is_an_error_line_and_the_run_goes_on() {
    let md5 = |more: &str| {
        format!(r#"{{"hash":"{MD5_OF_PASSWORD}","password":"hunter2",{more}}}"#).into_bytes()
    };
    let good = format!(r#"{{"hash":"{MD5_OF_PASSWORD}","password":"password","format":"md5"}}"#);
    let cases: &[(Vec<u8>, &str)] = &[
        (b"".to_vec(), "bad-json"),
        (b"  ".to_vec(), "bad-json"),
        (b"hunter2".to_vec(), "bad-json"),
        (b"null".to_vec(), "bad-json"),
        (b"[\"$1$\",\"hunter2\"]".to_vec(), "bad-json"),
        (b"{\"hash\":\"hunter2\"".to_vec(), "bad-json"),
        (b"{\"password\":\"hunter2\"}".to_vec(), "bad-json"),
        (b"{\"hash\":1,\"password\":\"hunter2\"}".to_vec(), "bad-json"),
        (b"{\"hash\":\"a\",\"hash\":\"b\",\"password\":\"hunter2\"}".to_vec(), "bad-json"),
        (b"{\"hash\":\"\xff\",\"password\":\"hunter2\"}".to_vec(), "bad-json"),
        (b"{\"hash\":\"!\",\"password\":\"hunter2\"} {}".to_vec(), "bad-json"),
        (b"{\"hash\":\"!\",\"password\":\"\\ud800hunter2\"}".to_vec(), "bad-json"),
        (b"{\"hash\":\"!\"}".to_vec(), "bad-password"),
        (md5(r#""password_b64":"aHVudGVyMg==""#), "bad-password"),
        (b"{\"hash\":\"!\",\"password_b64\":\"hunter2!\"}".to_vec(), "bad-password"),
        (md5(r#""format":"hunter2""#), "unknown-format"),
        (md5(r#""format":"md5","side":[]"#), "bad-side"),
        (md5(r#""format":"md5","side":{"hunter2":1}"#), "bad-side"),
        (md5(r#""format":"scrypt-params","side":{"length":"hunter2"}"#), "bad-side"),
        (md5(r#""format":"md5_salt_pass""#), "missing-side"),
        (md5(r#""format":"sha1""#), "malformed"),
        (md5(r#""side":{}"#), "untagged"),
        (b"{\"hash\":\"hunter2?\",\"password\":\"\"}".to_vec(), "unrecognised"),
        (vec![b'h'; 600_000], "line-too-long"),
    ];
    let mut input = Vec::new();
    for (line, _) in cases {
        input.extend(line);
        input.push(b'\n');
        input.extend(good.as_bytes());
        input.extend(b"\r\n");
    }
    let answers = answers(&input);
    let expected: Vec<&str> = cases.iter().flat_map(|(_, kind)| [*kind, "match"]).collect();
    assert_eq!(answers.iter().map(kind).collect::<Vec<_>>(), expected);
    let told = format!("{answers:?}");
    for secret in ["hunter2", "aHVudGVyMg", MD5_OF_PASSWORD] {
        assert!(!told.contains(secret), "an error quotes its line: {told}");
    }
}

#[test]
fn an_untagged_text_is_answered_with_the_formats_it_could_be() {
    let line = json!({ "hash": MD5_OF_PASSWORD, "password": "password" }).to_string();
    let answer = answers(line).remove(0);
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(message.contains(" md5 ") && message.contains(" md5-salt-pass "), "{message}");
}

#[test]
fn passwords_formats_and_side_data_come_in_every_spelling() {
    let lines = [
        json!({ "hash": BCRYPT, "password": "rasmuslerdorf", "id": 7 }),
        json!({ "hash": BCRYPT, "password": null, "password_b64": "cmFzbXVzbGVyZG9yZg==" }),
        json!({ "hash": BCRYPT, "password_b64": "cmFzbXVzbGVyZG9yZg", "side": null }),
        json!({ "hash": BCRYPT, "password": "rasmuslerdorf", "format": null, "side": {} }),
        json!({ "hash": MD5_OF_PASSWORD, "password": "password", "format": "MD5" }),
        json!({ "hash": MD5_OF_PASSWORD, "password": "word", "format": "md5_salt_pass",
                "side": { "salt": "pass", "rounds": null } }),
    ];
    let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    assert_eq!(kinds(input), ["match"; 6]);
}

#[test]
fn locked_markers_match_nothing_whatever_the_format() {
    let markers = ["", "!", "*", "!!", "x", "NULL", "*LK*", "!$2y$10$abc", "0"];
    let lines = markers.iter().flat_map(|marker| {
        ["", "x", marker].map(|password| {
            let tagged = json!({ "hash": marker, "password": password });
            let named = json!({ "hash": marker, "password": password, "format": "md5" });
            format!("{tagged}\n{named}\n")
        })
    });
    let answers = kinds(lines.collect::<String>());
    assert_eq!(answers, vec!["mismatch"; markers.len() * 6]);
}

#[test]
fn a_hash_over_the_limits_is_refused_before_it_costs_anything() {
    let hash = "$argon2id$v=19$m=4194304,t=99,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA";
    let line = json!({ "hash": hash, "password": "x" }).to_string();
    assert_eq!(kinds(&line), ["over-limit"]);
    // 256 MiB pass by default, and not under the strict limits.
    let line = line.replace("m=4194304,t=99", "m=131072,t=1");
    let strict = hashlift(&["verify", "--jsonl", "--limits", "strict"], line);
    assert_eq!(kind(&strict.json()[0]), "over-limit");
}

#[test]
fn a_lone_line_is_answered_while_the_input_stays_open() {
    let mut child = start(&["verify", "--jsonl"]);
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for password in ["password", "passwor"] {
        let line = json!({ "hash": MD5_OF_PASSWORD, "password": password, "format": "md5" });
        stdin.write_all(format!("{line}\n").as_bytes()).unwrap();
        // This waits for ever if the answer is held back.
        let mut answer = String::new();
        stdout.read_line(&mut answer).unwrap();
        assert_eq!(answer, format!("{{\"match\":{}}}\n", password == "password"));
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn slow_lines_do_not_change_the_order_of_fast_ones() {
    let slow = json!({ "hash": BCRYPT, "password": "rasmuslerdorf" });
    let fast = json!({ "hash": MD5_OF_PASSWORD, "password": "x", "format": "md5" });
    let lines: Vec<_> = (0..2000).map(|i| if i % 250 == 0 { &slow } else { &fast }).collect();
    let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let expected =
        lines.iter().map(|line| if line["format"].is_null() { "match" } else { "mismatch" });
    assert_eq!(kinds(input), expected.collect::<Vec<_>>());
}
