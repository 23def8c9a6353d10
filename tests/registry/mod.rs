//! What the tests of the registry share: a quick policy, and short ways of making users.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::expect_used, reason = "only tests use this module")]
use hashlift::Policy;
use hashlift::registry::{Client, Import, NewUser, Options, Users, UsersError};

/// A registry whose hashes cost next to nothing.
pub(crate) fn users() -> Users {
    Users::new(options())
}

pub(crate) fn options() -> Options {
    let mut options = Options::default();
    options.policy = Policy::OWASP.with_costs(64, 1, 1);
    options
}

pub(crate) fn new(id: &str, email: &str) -> NewUser {
    NewUser { id: id.to_owned(), email: Some(email.to_owned()), ..NewUser::default() }
}

pub(crate) fn with_password(id: &str, email: &str, password: &str) -> NewUser {
    NewUser { password: Some(password.to_owned().into()), ..new(id, email) }
}

pub(crate) fn client() -> Client {
    Client::new("127.0.0.1", "test")
}

/// Status, `type` and message of what was refused.
pub(crate) fn refusal<T: std::fmt::Debug>(
    result: Result<T, UsersError>,
) -> (u16, &'static str, String) {
    let error = result.expect_err("must be refused");
    let (status, kind) = error.code();
    (status, kind, error.to_string())
}

/// The same, of a parameter.
pub(crate) fn argument(param: &str, rule: &str) -> (u16, &'static str, String) {
    (400, "general_argument_invalid", format!("Invalid `{param}` param: {rule}"))
}

pub(crate) fn md5(hash: &str) -> Import {
    Import::Md5 { hash: hash.to_owned() }
}

/// The hashes of `appwrite` in Appwrite's own tests, by name of the import.
pub(crate) fn imports() -> Vec<(&'static str, Import)> {
    let text = str::to_owned;
    vec![
        ("argon2", Import::Argon2 { hash: text("$argon2i$v=19$m=20,t=3,p=2$YXBwd3JpdGU$A/54i238ed09ZR4NwlACU5XnkjNBZU9QeOEuhjLiexI") }),
        ("bcrypt", Import::Bcrypt { hash: text("$2a$15$xX/myGbFU.ZSKHSi6EHdBOySTdYm8QxBLXmOPHrYMwV0mHRBBSBOq") }),
        ("md5", md5("144fa7eaa4904e8ee120651997f70dcc")),
        ("phpass", Import::PhPass { hash: text("$P$Br387rwferoKN7uwHZqNMu98q3U8RO.") }),
        ("scrypt", Import::Scrypt {
            hash: text("3fdef49701bc4cfaacd551fe017283513284b4731e6945c263246ef948d3cf63b5d269c31fd697246085111a428245e24a4ddc6b64c687bc60a8910dbafc1d5b"),
            salt: text("appwrite"), cpu: 16384, memory: 13, parallel: 2, length: 64,
        }),
        ("scryptMod", Import::ScryptModified {
            hash: text("UlM7JiXRcQhzAGlaonpSqNSLIz475WMddOgLjej5De9vxTy48K6WtqlEzrRFeK4t0COfMhWCb8wuMHgxOFCHFQ=="),
            salt: text("UxLMreBr6tYyjQ=="), salt_separator: text("Bw=="),
            signer_key: text("XyEKE9RcTDeLEsL/RjwPDBv/RqDl8fb3gpYEOQaPihbxf1ZAtSOHCjuAAa7Q3oHpCYhXSN9tizHgVOwn6krflQ==").into(),
        }),
        ("sha", Import::Sha { hash: text("4243da0a694e8a2f727c8060fe0507c8fa01ca68146c76d2c190805b638c20c6bf6ba04e21f11ae138785d0bff63c416e6f87badbffad37f6dee50094cc38c70"), version: Some(text("SHA512")) }),
    ]
}
