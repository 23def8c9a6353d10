//! The seven imports: what they verify, what a login makes of them, and what they refuse.
#![cfg(feature = "users")]
use hashlift::Limits;
use hashlift::registry::{HashName, Import, Password, UsersError};
use serde_json::json;

mod registry;
use registry::{argument, client, imports, md5, new, refusal, users};

#[test]
fn each_import_opens_once_as_it_came_and_then_as_argon2() {
    let users = users();
    for (name, import) in imports() {
        let email = format!("{name}@example.com");
        let made = users.import(new("unique()", &email), import).unwrap();
        let password = made.password.as_ref().unwrap();
        assert_eq!(password.name().as_str(), name);
        assert_eq!(password.options()["type"], json!(name));
        assert_eq!(made.password_updated, Some(made.created), "{name}");
        assert_eq!(
            users.login(&email, "appwrite!", &client()).unwrap_err(),
            UsersError::InvalidCredentials,
            "{name}"
        );
        users.login(&email, "appwrite", &client()).unwrap();
        let after = users.get(&made.id).unwrap();
        let upgraded = after.password.as_ref().unwrap();
        assert_eq!(upgraded.name(), HashName::Argon2, "{name}");
        assert!(upgraded.text().starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{name}");
        assert_eq!(after.password_updated, made.password_updated, "{name}");
        users.login(&email, "appwrite", &client()).unwrap();
        let again = users.get(&made.id).unwrap();
        assert_eq!(again.password.as_ref().unwrap().text(), upgraded.text(), "{name}: once");
    }
}

#[test]
fn options_are_those_of_the_api() {
    let of = |import| {
        serde_json::Value::Object(Password::import(import, &Limits::DEFAULT).unwrap().options())
    };
    let all: Vec<_> = imports().into_iter().map(|(_, import)| of(import)).collect();
    assert_eq!(
        all[0],
        json!({"type": "argon2", "memoryCost": 20, "memory_cost": 20, "timeCost": 3, "time_cost": 3, "threads": 2})
    );
    assert_eq!(all[1], json!({"type": "bcrypt", "cost": 15}));
    assert_eq!(all[2], json!({"type": "md5"}));
    assert_eq!(all[3], json!({"type": "phpass", "iteration_count_log2": 13}));
    assert_eq!(
        all[4],
        json!({"type": "scrypt", "salt": "appwrite", "costCpu": 16384, "costMemory": 13, "costParallel": 2, "length": 64})
    );
    assert_eq!(all[5]["saltSeparator"], json!("Bw=="));
    assert_eq!(all[6], json!({"type": "sha", "version": "sha512"}));
}

#[test]
fn the_text_decides_the_function_and_not_the_endpoint() {
    let argon2 =
        "$argon2i$v=19$m=20,t=3,p=2$YXBwd3JpdGU$A/54i238ed09ZR4NwlACU5XnkjNBZU9QeOEuhjLiexI";
    let bcrypt = "$2a$15$xX/myGbFU.ZSKHSi6EHdBOySTdYm8QxBLXmOPHrYMwV0mHRBBSBOq";
    let crypt = ["$1$", "$5$", "$6$"];
    let takes = |import| Password::import(import, &Limits::DEFAULT).is_ok();
    assert!(takes(Import::Bcrypt { hash: argon2.to_owned() }));
    assert!(takes(Import::Argon2 { hash: bcrypt.to_owned() }));
    assert!(takes(Import::PhPass { hash: bcrypt.to_owned() }));
    assert!(!takes(Import::PhPass { hash: argon2.to_owned() }), "crypt(3) knows no Argon2");
    let phpass = "$P$Br387rwferoKN7uwHZqNMu98q3U8RO.";
    assert!(!takes(Import::Bcrypt { hash: phpass.to_owned() }), "nor PHPass");
    for sample in crypt {
        let stored = hashlift::Format::all()
            .flat_map(hashlift::Format::samples)
            .find(|known| known.stored.starts_with(sample))
            .unwrap();
        assert!(takes(Import::Bcrypt { hash: stored.stored.to_owned() }), "{sample}");
        assert!(takes(Import::PhPass { hash: stored.stored.to_owned() }), "{sample}");
    }
    assert!(!takes(Import::Bcrypt { hash: "$apr1$saltsalt$qjDOQKvWfMwHrjUKOMlbD.".to_owned() }));
}

#[test]
fn hexadecimal_digests_are_read_in_either_case() {
    let users = users();
    let upper = "144FA7EAA4904E8EE120651997F70DCC";
    let made = users.import(new("a", "a@example.com"), md5(upper)).unwrap();
    assert_eq!(made.password.as_ref().unwrap().text(), upper);
    users.login("A@example.com", "appwrite", &client()).unwrap();
}

#[test]
fn sha_is_sha3_512_where_no_version_is_given_and_says_so() {
    let users = users();
    let hash = "a721f80a3f2d1c08137a2ffaad4ac23298f01916e3314111adcba471b21354145e4c6fc1cc6d1974608e2e5a96a20df4fba9ac0d52660f3fdc6e2124d5958913";
    let import = Import::Sha { hash: hash.to_owned(), version: None };
    let made = users.import(new("a", "a@example.com"), import).unwrap();
    assert_eq!(made.password.as_ref().unwrap().options()["version"], json!("sha3-512"));
    users.login("a@example.com", "appwrite", &client()).unwrap();
    let versions = [
        ("sha1", "31c315b0262695ce861bc17c63d2362684d5724c"),
        ("sha256", "ece375199f9118cf29e19e171742f668b6b13367dc1797d11da1c74795e758cc"),
        ("sha512/224", "746d850d8f4bb904a18b936d4693edde4b7eb886ae1527d2be410464"),
        ("SHA512/256", "ffc8b9b6a88b33dd4fddc10d49c4bdd9742689b0cf8bbd9097d4d870f824a3fd"),
    ];
    for (version, hash) in versions {
        let email = format!("{}@example.com", version.replace('/', "-"));
        let import = Import::Sha { hash: hash.to_owned(), version: Some(version.to_owned()) };
        let made = users.import(new("unique()", &email), import).unwrap();
        let options = made.password.as_ref().unwrap().options();
        assert_eq!(options["version"], json!(version.to_lowercase()));
        users.login(&email, "appwrite", &client()).unwrap();
    }
}

#[test]
fn what_can_never_verify_is_refused_with_the_parameter() {
    let users = users();
    let try_to = |import| refusal(users.import(new("a", "a@example.com"), import));
    let named = |param: &str, (status, kind, message): (u16, &str, String)| {
        assert_eq!((status, kind), (400, "general_argument_invalid"), "{message}");
        assert!(message.starts_with(&format!("Invalid `{param}` param: ")), "{message}");
    };
    let length = "Password must be between 8 and 256 characters long.";
    assert_eq!(try_to(md5("1234567")), argument("password", length));
    assert_eq!(try_to(md5(&"a".repeat(257))), argument("password", length));
    let digits = "The hash must have 32 hexadecimal digits.";
    assert_eq!(try_to(md5("not a hash at all")), argument("password", digits));
    let import = Import::Bcrypt { hash: "144fa7eaa4904e8ee120651997f70dcc".to_owned() };
    let rule = "The text is not a hash of this algorithm.";
    assert_eq!(try_to(import), argument("password", rule));
    let (_, sha) = imports().pop().unwrap();
    let Import::Sha { hash, .. } = sha else { panic!() };
    let import = Import::Sha { hash, version: Some("md5".to_owned()) };
    let rule = "Value must be one of (sha1, sha224, sha256, sha384, sha512/224, sha512/256, sha512, sha3-224, sha3-256, sha3-384, sha3-512)";
    assert_eq!(try_to(import), argument("passwordVersion", rule));

    let scrypt = |salt: &str, cpu, memory, parallel, length| Import::Scrypt {
        hash: "00".repeat(64),
        salt: salt.to_owned(),
        cpu,
        memory,
        parallel,
        length,
    };
    named("passwordSalt", try_to(scrypt("", 8, 14, 1, 64)));
    named("passwordSalt", try_to(scrypt("0", 8, 14, 1, 64)));
    named("passwordCpu", try_to(scrypt("salt", 1, 14, 1, 64)));
    named("passwordCpu", try_to(scrypt("salt", 12, 14, 1, 64)));
    named("passwordCpu", try_to(scrypt("salt", -8, 14, 1, 64)));
    named("passwordMemory", try_to(scrypt("salt", 8, 0, 1, 64)));
    named("passwordParallel", try_to(scrypt("salt", 8, 14, 0, 64)));
    named("passwordLength", try_to(scrypt("salt", 8, 14, 1, 15)));
    named("password", try_to(scrypt("salt", 8, 14, 1, 32)));
    let over = "n_log2 is 30, over the limit of 18";
    assert_eq!(try_to(scrypt("salt", 1 << 30, 8, 1, 64)), argument("passwordCpu", over));
    named("passwordMemory", try_to(scrypt("salt", 8, 1 << 20, 1, 64)));
    named("passwordParallel", try_to(scrypt("salt", 8, 8, 1 << 20, 64)));

    let modified = |salt: &str, separator: &str, key: &str| {
        Import::ScryptModified {
        hash: "UlM7JiXRcQhzAGlaonpSqNSLIz475WMddOgLjej5De9vxTy48K6WtqlEzrRFeK4t0COfMhWCb8wuMHgxOFCHFQ==".to_owned(),
        salt: salt.to_owned(), salt_separator: separator.to_owned(), signer_key: key.to_owned().into(),
    }
    };
    let key =
        "XyEKE9RcTDeLEsL/RjwPDBv/RqDl8fb3gpYEOQaPihbxf1ZAtSOHCjuAAa7Q3oHpCYhXSN9tizHgVOwn6krflQ==";
    named("passwordSalt", try_to(modified("a b", "Bw==", key)));
    named("passwordSalt", try_to(modified("0", "Bw==", key)));
    named("passwordSaltSeparator", try_to(modified("UxLM", "B===", key)));
    named("passwordSignerKey", try_to(modified("UxLM", "Bw==", "%")));
    named("passwordSignerKey", try_to(modified("UxLM", "Bw==", "Bw==")));
    // Padding and spare bits do not matter beside the hash.
    assert!(users.import(new("a", "a@example.com"), modified("UxLMreBr6tYyjR", "Bx", key)).is_ok());
    users.login("a@example.com", "appwrite", &client()).unwrap();
}

#[test]
fn an_option_stores_what_can_never_verify() {
    let mut options = registry::options();
    options.store_unverifiable = true;
    let users = hashlift::registry::Users::new(options);
    let made = users.import(new("a", "a@example.com"), md5("not a hash at all")).unwrap();
    let password = made.password.as_ref().unwrap();
    assert_eq!((password.text(), password.hash().is_none()), ("not a hash at all", true));
    let login = users.login("a@example.com", "not a hash at all", &client());
    assert_eq!(login.unwrap_err(), UsersError::InvalidCredentials);
}

#[test]
fn nothing_of_a_password_shows_in_debug() {
    let users = users();
    for (name, import) in imports() {
        let shown = format!("{import:?}");
        assert_eq!(shown, format!("Import({name})"));
        let made = users.import(new("unique()", &format!("{name}@example.com")), import).unwrap();
        let shown = format!("{made:?}");
        assert!(shown.contains(&format!("Password({name})")), "{shown}");
        assert!(!shown.contains(made.password.as_ref().unwrap().text()), "{shown}");
    }
}
