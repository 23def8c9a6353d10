//! Snapshot and restore.
#![cfg(feature = "users")]
#![allow(clippy::expect_used, reason = "tests alone")]
use hashlift::registry::{NewTarget, Users};
use serde_json::json;

mod registry;
use registry::{client, imports, new, users, with_password};

fn snapshot(users: &Users) -> String {
    let mut out = Vec::new();
    let count = users.snapshot(&mut out).expect("a vector takes it");
    assert_eq!(count, users.len() as u64);
    String::from_utf8(out).expect("JSON")
}

#[test]
fn what_was_restored_is_written_as_it_was_read() {
    let before = users();
    for (name, import) in imports() {
        before.import(new(name, &format!("{name}@example.com")), import).unwrap();
    }
    before.create(with_password("gone", "gone@example.com", "password")).unwrap();
    before.create(with_password("plain", "plain@example.com", "password")).unwrap();
    before.create(new("cleared", "cleared@example.com")).unwrap();
    before.delete("gone").unwrap();
    before.set_password("cleared", "", &client()).unwrap();
    let prefs = json!({"a": {"b": [1, "ü", null]}}).as_object().unwrap().clone();
    before.set_prefs("plain", prefs, &client()).unwrap();
    before.set_phone("plain", "+16175551212", &client()).unwrap();
    before.set_labels("plain", vec!["vip".to_owned()], &client()).unwrap();
    before.set_status("md5", false, &client()).unwrap();
    let push = NewTarget {
        id: "t".to_owned(),
        provider_type: "push".to_owned(),
        identifier: "Device 1".to_owned(),
        ..NewTarget::default()
    };
    before.create_target("plain", push).unwrap();
    let (session, secret) = before.login("plain@example.com", "password", &client()).unwrap();
    before.authenticate("plain", secret.expose()).unwrap();

    let text = snapshot(&before);
    let secret_text = String::from_utf8(secret.expose().to_vec()).unwrap();
    assert!(!text.contains(&secret_text), "no secret of a session is written");
    let after = users();
    assert_eq!(after.restore(text.as_bytes()).unwrap(), 9);
    assert_eq!(snapshot(&after), text);

    let (user, again) = after.authenticate("plain", secret.expose()).unwrap();
    assert_eq!((user.id.as_str(), again.id), ("plain", session.id));
    after.login("sha@example.com", "appwrite", &client()).unwrap();
    let latest = text.lines().map(|line| {
        serde_json::from_str::<serde_json::Value>(line).unwrap()["updated"].as_i64().unwrap()
    });
    let next = after.create(new("next", "next@example.com")).unwrap();
    assert!(next.created.0 > latest.max().unwrap(), "time goes on");
}

#[test]
fn a_line_that_cannot_be_restored_is_named_and_not_shown() {
    let user = |id: &str, rest: serde_json::Value| {
        let mut user = json!({"id": id, "created": 1, "updated": 1});
        user.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        user.to_string()
    };
    let first = user("a", json!({"email": "a@example.com"}));
    let secret = "hunter2hunter2";
    let cases = [
        (secret.to_owned(), "line 3: is not JSON, at column 1"),
        (
            user("b", json!({"hunter2hunter2": 1})),
            "line 3: is not a user: a field is missing, unknown or wrong, at column ",
        ),
        (
            user("a", json!({})),
            "line 3: A user with the same id, email, or phone already exists in this project.",
        ),
        (
            user("b", json!({"email": "hunter2hunter2"})),
            "line 3: Invalid `email` param: Value must be a valid email address",
        ),
        (
            user("b", json!({"password": {"hash": "md5", "text": secret}})),
            "line 3: Invalid `password` param: The hash must have 32 hexadecimal digits.",
        ),
        ("x".repeat(2 << 20), "line 3: is over 1 MiB; cut it into one user a line"),
    ];
    for (line, why) in cases {
        let users = users();
        let text = format!("{first}\n\n{line}\n");
        let error = users.restore(text.as_bytes()).unwrap_err();
        assert_eq!(error.line, 3);
        assert!(error.to_string().starts_with(why), "{error}");
        assert!(!error.to_string().contains("hunter"), "{error}");
        assert_eq!(users.len(), 1, "the lines before are there");
    }
}

#[test]
fn a_fixture_need_not_say_what_is_the_default() {
    let users = users();
    let line = r#"{"id":"a","created":1000,"updated":1000,"email":"A@example.com","password":{"hash":"md5","text":"144fa7eaa4904e8ee120651997f70dcc"}}"#;
    users.restore(line.as_bytes()).unwrap();
    assert!(users.get("a").unwrap().status);
    users.login("a@example.com", "appwrite", &client()).unwrap();
}
