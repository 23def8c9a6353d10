//! The commands for people: what they print, and how they exit.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail")]
mod common;
use common::hashlift;

const BCRYPT: &str = "$2y$10$.vGA1O9wmRjrwAVXD98HNOgsNpDczlqm3Jq7KnEd1rVAGv3Fykk1a";
const MD5_OF_PASSWORD: &str = "5f4dcc3b5aa765d61d8327deb882cf99";
/// Costs that do not slow the tests down.
const CHEAP: [&str; 6] = ["--memory-kib", "64", "--passes", "1", "--lanes", "1"];

#[test]
fn every_command_teaches_with_examples() {
    for command in ["formats", "identify", "verify", "convert", "hash", "calibrate"] {
        let ran = hashlift(&[command, "--help"], "");
        assert_eq!(ran.code, 0);
        assert!(ran.out.contains("Examples:\n  hashlift "), "{command}: {}", ran.out);
    }
}

#[test]
fn formats_lists_every_format_and_samples_on_request() {
    let all: Vec<_> = hashlift::Format::all().map(hashlift::Format::slug).collect();
    let text = hashlift(&["formats"], "").out;
    let slugs: Vec<_> =
        text.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(slugs, all);
    let json = hashlift(&["formats", "--json", "--samples"], "").json().remove(0);
    let rows = json.as_array().unwrap();
    assert_eq!(rows.len(), all.len());
    let md5_salt_pass = rows.iter().find(|row| row["slug"] == "md5-salt-pass").unwrap();
    assert_eq!(md5_salt_pass["needs"][0], "salt");
    assert!(md5_salt_pass["samples"][0]["side"]["salt"].is_string());
    assert!(hashlift(&["formats", "--samples"], "").out.contains("    source    "));
}

#[test]
fn identify_ranks_readings_and_a_salt_changes_the_ranks() {
    let first = |args: &[&str]| hashlift(args, "").json()[0]["candidates"][0]["format"].clone();
    assert_eq!(first(&["identify", MD5_OF_PASSWORD, "--json"]), "md5");
    let salted = ["identify", MD5_OF_PASSWORD, "--json", "--side", "salt=a"];
    assert_eq!(first(&salted), "md5-salt-pass");
    let ran = hashlift(&["identify"], format!("{BCRYPT}\n{MD5_OF_PASSWORD}\r\n"));
    assert_eq!(ran.code, 0);
    assert!(ran.out.starts_with("line 1:\n  1. bcrypt (legacy): carries the tag"), "{}", ran.out);
    assert!(ran.out.contains("line 2:\n  1. md5 (broken)"), "{}", ran.out);
}

#[test]
fn identify_takes_the_column_into_account() {
    let file = format!("{}/column.txt", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&file, format!("{PHPASS}\r\n{PHPASS}\n\u{0}\n{MD5_OF_PASSWORD}\n{PHPASS}\n"))
        .unwrap();
    let args = ["identify", MD5_OF_PASSWORD, "--side", "salt=a", "--column", &file];
    let ran = hashlift(&args, "");
    assert!(ran.out.starts_with("  1. md5 (broken)"), "{}", ran.out);
    assert!(ran.out.contains("60 % of the column is phpass"), "{}", ran.out);
    assert_eq!(hashlift(&["identify", "x", "--column", "/nowhere"], "").code, 4);
}

#[test]
fn identify_exits_with_3_when_nothing_is_recognised() {
    assert_eq!(hashlift(&["identify", "what?"], "").code, 3);
    let ran = hashlift(&["identify", "--json"], format!("what?\n{BCRYPT}\n\u{0}\n"));
    assert_eq!(ran.code, 3);
    let found: Vec<_> =
        ran.json().iter().map(|line| line["candidates"].as_array().unwrap().len()).collect();
    // bcrypt by its tag, and what other systems keep under the same letters.
    assert!(found[0] == 0 && found[1] > 1 && found[2] == 0, "{found:?}");
    assert_eq!(ran.json()[1]["candidates"][0]["format"], "bcrypt");
}

#[test]
fn verify_exits_by_its_verdict_and_tells_why_to_replace() {
    let ran = hashlift(&["verify", BCRYPT], "rasmuslerdorf\n");
    assert_eq!(ran.code, 0);
    assert!(ran.out.starts_with("match; the hash should be replaced (algorithm)"), "{}", ran.out);
    let ran = hashlift(&["verify", BCRYPT], "rasmuslerdor\n");
    assert_eq!((ran.code, ran.out.as_str()), (1, "no match\n"));
    let ran = hashlift(&["verify", BCRYPT], "a\0b\n");
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    assert!(ran.err.starts_with("error: the password holds a NUL byte"), "{}", ran.err);
    let ran = hashlift(&["verify", MD5_OF_PASSWORD], "password\n");
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("name its format"), "{}", ran.err);
}

#[test]
fn verify_takes_the_hash_and_then_the_password_from_standard_input() {
    for input in [format!("{BCRYPT}\nrasmuslerdorf"), format!("{BCRYPT}\r\nrasmuslerdorf\r\n")] {
        let ran = hashlift(&["verify", "--json"], input);
        assert_eq!((ran.code, &ran.json()[0]["reason"]), (0, &"algorithm".into()));
    }
    // Without a line for the password, nothing is checked.
    let ran = hashlift(&["verify", "--json"], format!("{BCRYPT}\n"));
    assert_eq!((ran.code, &ran.json()[0]["error"]["kind"]), (2, &"no-input".into()));
}

#[test]
fn side_data_comes_from_arguments_or_a_file() {
    let salted = ["verify", MD5_OF_PASSWORD, "--format", "md5_salt_pass"];
    let with = |more: &[&str]| hashlift(&[&salted, more].concat(), "word\n");
    assert_eq!(with(&["--side", "salt=pass"]).code, 0);
    assert_eq!(with(&["--side", "salt=Pass"]).code, 1);
    assert_eq!(with(&[]).code, 3);
    assert_eq!(with(&["--side", "sugar=x"]).code, 2);
    let file = format!("{}/side.json", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&file, r#"{"salt":"pass"}"#).unwrap();
    assert_eq!(with(&["--side-file", &file]).code, 0);
    std::fs::write(&file, r#"{"length":"hunter2"}"#).unwrap();
    let ran = with(&["--side-file", &file]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("line 1, column 19") && !ran.err.contains("hunter2"), "{}", ran.err);
    assert_eq!(with(&["--side-file", "/nowhere/side.json"]).code, 4);
}

#[test]
fn a_new_hash_verifies_and_follows_its_policy() {
    let ran = hashlift(&[&["hash"], &CHEAP[..]].concat(), "correct horse\r\n");
    assert_eq!(ran.code, 0);
    assert!(ran.out.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{}", ran.out);
    let text = ran.out.trim_end();
    let ran = hashlift(&["verify", text], "correct horse\n");
    assert!(ran.out.contains("(cost)"), "{}", ran.out);
    assert_eq!(hashlift(&["verify", text], "correct horse \n").code, 1);
    let file = format!("{}/policy.json", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&file, r#"{"memory_kib":128,"passes":2}"#).unwrap();
    let ran = hashlift(&["hash", "--json", "--policy-file", &file, "--passes", "3"], "x\n");
    let hash = ran.json()[0]["hash"].as_str().unwrap().to_owned();
    assert!(hash.starts_with("$argon2id$v=19$m=128,t=3,p=1$"), "{hash}");
    let ran = hashlift(&["hash"], "");
    assert_eq!(ran.code, 2);
}

#[test]
fn a_policy_that_cannot_be_followed_is_told() {
    let ran = hashlift(&["hash", "--json", "--memory-kib", "4000000000"], "x\n");
    assert_eq!((ran.code, &ran.json()[0]["error"]["kind"]), (4, &"over-limit".into()));
    let ran = hashlift(&["hash", "--json", "--memory-kib", "7"], "x\n");
    assert_eq!((ran.code, &ran.json()[0]["error"]["kind"]), (4, &"setting".into()));
    assert_eq!(hashlift(&["hash", "--policy", "weak"], "x\n").code, 2);
}

#[test]
fn passwords_are_not_taken_from_arguments() {
    for args in [["hash", "hunter2"], ["hash", "--password=hunter2"], ["verify", "--password=x"]] {
        assert_eq!(hashlift(&args, "x\n").code, 2, "{args:?}");
    }
    assert_eq!(hashlift(&["verify", BCRYPT, "rasmuslerdorf"], "x\n").code, 2);
}

#[test]
fn calibrate_never_goes_under_the_minimum_and_its_policy_can_be_used() {
    let ran = hashlift(&["calibrate", "--target-ms", "1", "--json"], "");
    assert_eq!(ran.code, 0);
    let policy = &ran.json()[0]["policy"];
    assert_eq!(
        (policy["memory_kib"].as_u64(), policy["passes"].as_u64(), policy["lanes"].as_u64()),
        (Some(19_456), Some(2), Some(1))
    );
    let file = format!("{}/calibrated.json", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&file, policy.to_string()).unwrap();
    let ran = hashlift(&["hash", "--policy-file", &file], "x\n");
    assert!(ran.out.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", ran.out);
}

#[test]
fn a_line_that_is_too_long_is_not_cut() {
    let long = vec![b'x'; 70_000];
    let ran = hashlift(&["hash", "--json"], &long);
    assert_eq!((ran.code, &ran.json()[0]["error"]["kind"]), (3, &"line-too-long".into()));
}

const WERKZEUG: &str =
    "pbkdf2:sha256:1000$NaCl$ea7ee8532cfa0d3ac25ead6b6a3ca9eb96e9ef00ea7aad57d58aec62a77dfe52";
const PASSLIB: &str = "$pbkdf2-sha256$1000$TmFDbA$6n7oUyz6DTrCXq1rajyp65bp7wDqeq1X1YrsYqd9/lI";
const PHPASS: &str = "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0";

#[test]
fn convert_writes_the_text_that_a_system_would() {
    // Without `--to` it is hashlift's own text, with the salt in it.
    let own = |args: &[&str]| hashlift(&[&["convert"], args].concat(), "").out;
    let salted = own(&[MD5_OF_PASSWORD, "--format", "md5-salt-pass", "--side", "salt=a"]);
    assert!(salted.starts_with("{MD5-SALT-PASS}"), "{salted}");
    assert_ne!(own(&[WERKZEUG]).trim_end(), WERKZEUG);
    // Back from there: bytes for bytes, in other notations of the same function too.
    assert_eq!(own(&[own(&[PHPASS]).trim_end(), "--to", "phpass"]).trim_end(), PHPASS);
    assert_eq!(own(&[WERKZEUG, "--to", "passlib-pbkdf2-sha256"]).trim_end(), PASSLIB);
    assert_eq!(own(&[PASSLIB, "--to", "werkzeug-pbkdf2"]).trim_end(), WERKZEUG);
}

#[test]
fn convert_tells_why_a_notation_cannot_hold_a_hash() {
    let ran = hashlift(&["convert", PHPASS, "--to", "bcrypt"], "");
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    assert!(ran.err.contains("bcrypt is a notation of another algorithm"), "{}", ran.err);
    let ran = hashlift(&["convert", BCRYPT, "--to", "bcrypt-2x", "--json"], "");
    assert_eq!((ran.code, &ran.json()[0]["error"]["kind"]), (3, &"unwritable".into()));
    assert!(ran.out.contains("no place for the variant"), "{}", ran.out);
    let ran = hashlift(&["convert", "!", "--to", "bcrypt"], "");
    assert!(ran.err.contains("locked"), "{}", ran.err);
}

#[test]
fn convert_goes_on_after_a_line_that_it_cannot_convert() {
    let lines = format!("{PHPASS}\r\nwhat?\n{BCRYPT}\n\u{0}\n{PHPASS}");
    let ran = hashlift(&["convert", "--to", "phpass"], &lines);
    assert_eq!((ran.code, ran.out), (3, format!("{PHPASS}\n{PHPASS}\n")));
    for number in [2, 3, 4] {
        assert!(ran.err.contains(&format!("line {number}: ")), "{}", ran.err);
    }
    let ran = hashlift(&["convert", "--to", "phpass", "--json"], &lines);
    let kinds: Vec<_> = ran.json().iter().map(|line| line["error"]["kind"].clone()).collect();
    assert_eq!(ran.code, 3);
    assert_eq!(
        serde_json::json!(kinds),
        serde_json::json!([null, "unrecognised", "unwritable", "unrecognised", null])
    );
}

#[test]
fn convert_takes_records_each_with_its_own_notation() {
    let record = |hash: &str, rest: &str| format!(r#"{{"id":7,"hash":"{hash}"{rest}}}"#);
    let lines = [
        record(WERKZEUG, r#","to":"passlib_pbkdf2_sha256""#),
        record(
            MD5_OF_PASSWORD,
            r#","format":"md5_salt_pass","side":{"salt":"a"},"to":"md5-salt-pass""#,
        ),
        record(PHPASS, r#","to":"no-such""#),
        "[]".to_owned(),
        record(MD5_OF_PASSWORD, r#","format":"md5","side":{"sal":"a"}"#),
    ];
    let ran = hashlift(&["convert", "--jsonl"], lines.join("\n"));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let answers = ran.json();
    assert_eq!(
        (&answers[0]["hash"], &answers[1]["hash"]),
        (&PASSLIB.into(), &MD5_OF_PASSWORD.into())
    );
    let kinds: Vec<_> = answers[2..].iter().map(|answer| &answer["error"]["kind"]).collect();
    assert_eq!(kinds, ["unknown-format", "bad-json", "bad-side"]);
}
