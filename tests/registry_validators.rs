//! The rules for emails, phone numbers, ids, names, passwords and preferences.
#![cfg(feature = "users")]
use hashlift::registry::NewUser;
use serde_json::{Value, json};

mod registry;
use registry::{argument, client, new, refusal, users, with_password};

#[test]
fn emails_are_held_to_what_php_lets_through() {
    let long = format!("{}@example.com", "a".repeat(64));
    let labels = format!("a@{}.com", "b".repeat(63));
    let quoted = "\"a.b\"@example.com";
    let good = [
        "a@example.com",
        "a.b+c@example.co.uk",
        "x@a-b.io",
        "a!#$%&'*/=?^_`{|}~-@x.io",
        "a@[127.0.0.1]",
        "a@[IPv6:::1]",
        "a@1.io",
        "a@xn--bcher-kva.example",
        quoted,
        &long,
        &labels,
    ];
    for email in good {
        let made = users().create(new("a", email));
        assert_eq!(made.unwrap().email.as_deref(), Some(email.to_lowercase().as_str()));
    }
    let long = format!("{}@example.com", "a".repeat(65));
    let label = format!("a@{}.com", "b".repeat(64));
    let total = format!("{}@{}.com", "a".repeat(60), "b.".repeat(100));
    let bad = [
        "",
        "a",
        "a@localhost",
        "ü@x.io",
        "a@ü.io",
        "a@x_y.com",
        "x..y@z.io",
        ".x@z.io",
        "x.@z.io",
        "a@-x.io",
        "a@x-.io",
        "a@x.io.",
        "a@.io",
        "a@x..io",
        "a@x.1",
        "a b@x.io",
        "a@x.io ",
        " a@x.io",
        "a@b@x.io",
        "\"a b\"@x.io",
        "a@[1.2.3]",
        "A <a@x.io>",
        "<a@x.io>",
        "a@x.io\n",
        &long,
        &label,
        &total,
    ];
    let rule = "Value must be a valid email address or null";
    for email in bad {
        assert_eq!(refusal(users().create(new("a", email))), argument("email", rule), "{email:?}");
    }
    let users = users();
    users.create(new("a", "a@x.io")).unwrap();
    let rule = "Value must be a valid email address";
    assert_eq!(refusal(users.set_email("a", "a@x", &client())), argument("email", rule));
}

#[test]
fn phone_numbers_have_a_calling_code_and_7_to_15_digits() {
    let with = |phone: &str| {
        let phone = Some(phone.to_owned());
        users().create(NewUser { id: "a".to_owned(), phone, ..NewUser::default() })
    };
    for good in ["+16175551212", "+1234567", "+491511234567890", "+79991234567", "+3581234567"] {
        assert!(with(good).is_ok(), "{good}");
    }
    let rule = "Phone number must start with a '+' can have a maximum of fifteen digits. or null";
    let bad = [
        "",
        "+",
        "16175551212",
        "+123456",
        "+4915112345678901",
        "+0123456789",
        "+1 6175551212",
        "+1-617-555",
        "+999123456",
        "+210123456",
        "+١٢٣٤٥٦٧٨",
    ];
    for bad in bad {
        assert_eq!(refusal(with(bad)), argument("phone", rule), "{bad:?}");
    }
    let users = users();
    users.create(new("a", "a@x.io")).unwrap();
    let rule = "Phone number must start with a '+' can have a maximum of fifteen digits.";
    assert_eq!(refusal(users.set_phone("a", "1", &client())), argument("number", rule));
}

#[test]
fn ids_have_36_characters_and_a_letter_or_digit_first() {
    for good in ["a", "A.b-c_9", "0", &"a".repeat(36)] {
        assert!(users().create(new(good, "a@x.io")).is_ok(), "{good}");
    }
    let rule = "Parameter must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, period, \
                hyphen, and underscore. Can't start with a special char";
    for bad in ["", ".a", "-a", "_a", "a/b", "ä", "unique() "] {
        assert_eq!(
            refusal(users().create(new(bad, "a@x.io"))),
            argument("userId", rule),
            "{bad:?}"
        );
    }
    let long = "a".repeat(37);
    assert_eq!(refusal(users().create(new(&long, "a@x.io"))), argument("userId", rule));
}

#[test]
fn names_are_counted_in_characters() {
    let named = |name: String| {
        let name = Some(name);
        users().create(NewUser { id: "a".to_owned(), name, ..NewUser::default() })
    };
    assert!(named("ü".repeat(128)).is_ok());
    let rule = "Value must be a valid string and at least 1 chars and no longer than 128 chars";
    assert_eq!(refusal(named("ü".repeat(129))), argument("name", rule));
    assert_eq!(refusal(named(String::new())), argument("name", rule));
    let users = users();
    users.create(new("a", "a@x.io")).unwrap();
    assert_eq!(users.set_name("a", "", &client()).unwrap().name, "");
    let rule = "Value must be a valid string and no longer than 128 chars";
    assert_eq!(refusal(users.set_name("a", &"a".repeat(129), &client())), argument("name", rule));
}

#[test]
fn passwords_are_counted_in_bytes() {
    let with = |password: &str| users().create(with_password("a", "a@x.io", password));
    let rule = "Password must be between 8 and 256 characters long.";
    for good in ["12345678", "üüüü", &"a".repeat(256)] {
        assert!(with(good).is_ok(), "{good}");
    }
    for bad in ["", "1234567", "üüü", &"a".repeat(257)] {
        assert_eq!(refusal(with(bad)), argument("password", rule), "{bad}");
    }
    let users = users();
    users.create(new("a", "a@x.io")).unwrap();
    assert_eq!(refusal(users.set_password("a", "1234567", &client())), argument("password", rule));
    assert_eq!(refusal(users.login("a@x.io", "1234567", &client())), argument("password", rule));
}

#[test]
fn preferences_are_an_object_of_at_most_65535_bytes() {
    let users = users();
    users.create(new("a", "a@x.io")).unwrap();
    let set = |prefs: Value| {
        let Value::Object(prefs) = prefs else { panic!("an object") };
        users.set_prefs("a", prefs, &client())
    };
    let rule = "Value must be a valid object.";
    let nested = json!({"theme": "dark", "empty": {}, "list": [1, null]});
    assert_eq!(Value::Object(set(nested.clone()).unwrap()), nested);
    for bad in [json!({"0": 1}), json!({"0": 1, "1": 2})] {
        assert_eq!(refusal(set(bad)), argument("prefs", rule));
    }
    assert_eq!(Value::Object(users.prefs("a").unwrap()), nested, "a refusal changes nothing");
    // {"k":"…"} has 8 bytes around the text; a slash counts 2, ü 6, and an emoji 12.
    for (letter, bytes) in [("a", 1), ("/", 2), ("\"", 2), ("\n", 2), ("ü", 6), ("🔑", 12)] {
        let most = (65_535 - 8) / bytes;
        assert!(set(json!({"k": letter.repeat(most)})).is_ok(), "{letter}");
        let over = set(json!({"k": letter.repeat(most + 1)}));
        assert_eq!(refusal(over), argument("prefs", rule), "{letter}");
    }
    // Arrays, nested objects, numbers: as many bytes as their compact JSON.
    let value = json!([{"a": 1, "b": [true, null, 1.5]}, {}, [], -3]);
    let rest = 65_535 - json!({"v": value, "k": ""}).to_string().len();
    assert!(set(json!({"v": value, "k": "a".repeat(rest)})).is_ok());
    assert!(set(json!({"v": value, "k": "a".repeat(rest + 1)})).is_err());
    assert!(set(json!({})).unwrap().is_empty());
}
