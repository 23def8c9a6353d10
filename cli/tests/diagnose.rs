//! `hashlift diagnose`: a line for each line, and an answer for people.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail")]
mod common;
use common::hashlift;
use serde_json::{Value, json};

const MD5_OF_PASSWORD: &str = "5f4dcc3b5aa765d61d8327deb882cf99";

fn answers(input: impl AsRef<[u8]>) -> Vec<Value> {
    let ran = hashlift(&["diagnose", "--json"], input);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    ran.json()
}

#[test]
fn each_line_is_answered_in_order_with_four_keys() {
    let lines = [
        json!({ "hash": MD5_OF_PASSWORD, "password": "password" }),
        json!({ "hash": MD5_OF_PASSWORD, "password": " password", "side": {} }),
        json!({ "hash": MD5_OF_PASSWORD, "password": "other", "side": null, "id": 7 }),
        json!({ "hash": MD5_OF_PASSWORD, "password_b64": "cGFzc3dvcmQ=", "format": "MD5" }),
        json!({ "hash": MD5_OF_PASSWORD, "password": "word", "side": { "salt": "pass" },
                "format": "md5_pass_salt" }),
    ];
    let answers = answers(lines.iter().map(|line| format!("{line}\n")).collect::<String>());
    let verdicts: Vec<_> =
        answers.iter().map(|answer| answer["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["verifies", "explained", "unexplained", "verifies", "explained"]);
    for answer in &answers {
        let keys: Vec<_> = answer.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["advice", "reading", "tried", "verdict"]);
        assert!(
            answer["tried"].as_u64().unwrap() > 0 && answer["advice"].as_str().unwrap().len() > 20
        );
    }
    assert!(answers[1]["reading"].as_str().unwrap().contains("trimmed"));
    assert_eq!(answers[2]["reading"], Value::Null);
    assert!(answers[4]["reading"].as_str().unwrap().contains("salt before the password"));
}

#[test]
fn a_bad_line_is_unexplained_and_the_run_goes_on() {
    let good = json!({ "hash": MD5_OF_PASSWORD, "password": "password" }).to_string();
    let bad = [
        ("", "bad-json"),
        ("hunter2", "bad-json"),
        (r#"{"hash":"hunter2"}"#, "bad-password"),
        (r#"{"hash":"hunter2","password":"x","hunter2":1}"#, "bad-json"),
        (r#"{"hash":"hunter2","password":"x","side":{"hunter2":1}}"#, "bad-side"),
        (r#"{"hash":"hunter2","password":"x","format":"hunter2"}"#, "unknown-format"),
    ];
    let input: String = bad.iter().map(|(line, _)| format!("{line}\n{good}\n")).collect();
    let answers = answers(input);
    assert_eq!(answers.len(), 2 * bad.len());
    for (pair, (_, kind)) in answers.chunks(2).zip(bad) {
        assert_eq!(pair[0]["verdict"], "unexplained");
        assert_eq!((&pair[0]["error"]["kind"], &pair[0]["tried"]), (&json!(kind), &json!(0)));
        assert_eq!(pair[1]["verdict"], "verifies");
    }
    assert!(!format!("{answers:?}").contains("hunter2"));
}

#[test]
fn people_get_lines_and_scripts_an_exit_code() {
    let ran = hashlift(&["diagnose", MD5_OF_PASSWORD], "password \n");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with("explained (") && ran.out.contains("reading: password trimmed"));
    let ran = hashlift(&["diagnose", "--side", "salt=pass"], format!("{MD5_OF_PASSWORD}\nword\n"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("md5-salt-pass"), "{}", ran.out);
    let ran = hashlift(&["diagnose", MD5_OF_PASSWORD, "--attempts", "3"], "other\n");
    assert_eq!(ran.code, 1);
    assert!(ran.out.starts_with("unexplained (3 tried)\nadvice: "), "{}", ran.out);
}
