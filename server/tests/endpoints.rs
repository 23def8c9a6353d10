//! One happy path for every endpoint, and what login answers when it fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop where they fail")]
mod common;
use axum::body::Body;
use axum::http::Request;
use common::{PROJECT, Reply, api, call, ok, send};
use serde_json::{Value, json};

/// The known answers of the seven imports: every password but bcrypt's is `appwrite`.
fn imports() -> [(&'static str, &'static str, Value); 7] {
    let modified =
        "UlM7JiXRcQhzAGlaonpSqNSLIz475WMddOgLjej5De9vxTy48K6WtqlEzrRFeK4t0COfMhWCb8wuMHgxOFCHFQ==";
    let signer =
        "XyEKE9RcTDeLEsL/RjwPDBv/RqDl8fb3gpYEOQaPihbxf1ZAtSOHCjuAAa7Q3oHpCYhXSN9tizHgVOwn6krflQ==";
    let scrypt = "18d51029f1866cb422ac944e5ebf4c84fb1ff60a0522ccca447a5ce2aedb33d31dd5390ded5d9f812f263f2173102d84637c3dd0a20fe2566c73c86b9be8c42c";
    [
        (
            "argon2",
            "argon2",
            json!({ "password": "$argon2i$v=19$m=20,t=3,p=2$YXBwd3JpdGU$A/54i238ed09ZR4NwlACU5XnkjNBZU9QeOEuhjLiexI" }),
        ),
        // A known answer of crypt_blowfish.
        (
            "bcrypt",
            "bcrypt",
            json!({ "password": "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui" }),
        ),
        ("md5", "md5", json!({ "password": "144fa7eaa4904e8ee120651997f70dcc" })),
        ("phpass", "phpass", json!({ "password": "$P$Br387rwferoKN7uwHZqNMu98q3U8RO." })),
        (
            "scrypt",
            "scrypt",
            json!({ "password": scrypt, "passwordSalt": "NaCl1234", "passwordCpu": 8, "passwordMemory": 14, "passwordParallel": 1, "passwordLength": 64 }),
        ),
        (
            "scrypt-modified",
            "scryptMod",
            json!({ "password": modified, "passwordSalt": "UxLMreBr6tYyjQ==", "passwordSaltSeparator": "Bw==", "passwordSignerKey": signer }),
        ),
        (
            "sha",
            "sha",
            json!({ "password": "ece375199f9118cf29e19e171742f668b6b13367dc1797d11da1c74795e758cc", "passwordVersion": "sha256" }),
        ),
    ]
}

/// The password of crypt_blowfish's known answer.
const BLOWFISH: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored";

async fn login(api: &axum::Router, email: &str, password: &str) -> Reply {
    let body = json!({ "email": email, "password": password }).to_string();
    let request = Request::post("/v1/account/sessions/email")
        .header("x-appwrite-project", PROJECT)
        .header("content-type", "application/json")
        .body(Body::from(body))
        .unwrap();
    send(api, request).await
}

#[tokio::test]
async fn the_seven_imports_log_in_and_move_forward() {
    let api = api();
    for (path, name, mut body) in imports() {
        body["userId"] = path.into();
        body["email"] = format!("{path}@example.com").into();
        let user = ok(&api, "POST", &format!("/v1/users/{path}"), &body.to_string(), 201).await;
        assert_eq!((&user["hash"], &user["password"]), (&name.into(), &body["password"]));
        let password = if path == "bcrypt" { BLOWFISH } else { "appwrite" };
        let email = format!("{path}@example.com");
        let session = login(&api, &email, password).await;
        assert_eq!(session.status, 201, "{path}: {}", session.text());
        assert_eq!(session.json()["provider"], "email");
        assert!(session.header("set-cookie").starts_with("a_session_p1="));
        let user = ok(&api, "GET", &format!("/v1/users/{path}"), "", 200).await;
        assert_eq!(user["hash"], "argon2", "{path}");
        assert!(user["password"].as_str().unwrap().starts_with("$argon2id$"), "{path}");
        assert_eq!(login(&api, &email, password).await.status, 201, "{path} again");
    }
}

#[tokio::test]
async fn failed_logins_are_the_same_to_the_last_byte() {
    let api = api();
    let (_, _, mut md5) = imports()[2].clone();
    (md5["userId"], md5["email"]) = ("a".into(), "a@example.com".into());
    ok(&api, "POST", "/v1/users/md5", &md5.to_string(), 201).await;
    ok(&api, "POST", "/v1/users", r#"{"userId":"b","email":"b@example.com"}"#, 201).await;
    let c = r#"{"userId":"c","email":"c@example.com","password":"correct horse"}"#;
    ok(&api, "POST", "/v1/users", c, 201).await;
    ok(&api, "PATCH", "/v1/users/c/status", r#"{"status":false}"#, 200).await;
    let first = login(&api, "nobody@example.com", "wrong password").await;
    assert_eq!((first.status, first.kind().as_str()), (401, "user_invalid_credentials"));
    for who in ["a", "b", "c"] {
        let other = login(&api, &format!("{who}@example.com"), "wrong password").await;
        assert_eq!((other.status, &other.body), (first.status, &first.body), "{who}");
        assert_eq!(other.headers, first.headers, "{who}");
    }
    let blocked = login(&api, "c@example.com", "correct horse").await;
    assert_eq!((blocked.status, blocked.kind().as_str()), (403, "user_blocked"));
}

#[tokio::test]
async fn each_property_can_be_changed() {
    let api = api();
    let user = ok(&api, "POST", "/v1/users", r#"{"userId":"u"}"#, 201).await;
    for empty in ["name", "email", "phone", "passwordUpdate", "accessedAt"] {
        assert_eq!(user[empty], "", "{empty}");
    }
    assert_eq!((&user["password"], user["prefs"].to_string()), (&Value::Null, "{}".to_owned()));
    for (method, path, body, field, value) in [
        ("PATCH", "email", r#"{"email":"A@Example.com"}"#, "email", json!("a@example.com")),
        ("PATCH", "email", r#"{"email":""}"#, "email", json!("")),
        (
            "PATCH",
            "verification",
            r#"{"emailVerification":true}"#,
            "emailVerification",
            json!(true),
        ),
        ("PATCH", "name", r#"{"name":"Ada"}"#, "name", json!("Ada")),
        ("PATCH", "phone", r#"{"number":"+4917012345"}"#, "phone", json!("+4917012345")),
        (
            "PATCH",
            "verification/phone",
            r#"{"phoneVerification":true}"#,
            "phoneVerification",
            json!(true),
        ),
        ("PATCH", "prefs", r#"{"prefs":{"a":{}}}"#, "a", json!({})),
        ("PATCH", "status", r#"{"status":"false"}"#, "status", json!(false)),
        ("PATCH", "status", r#"{"status":1}"#, "status", json!(true)),
        ("PATCH", "mfa", r#"{"mfa":true}"#, "mfa", json!(true)),
        ("PUT", "labels", r#"{"labels":["a","b","a"]}"#, "labels", json!(["a", "b"])),
        ("PATCH", "password", r#"{"password":"correct horse"}"#, "hash", json!("argon2")),
        ("PATCH", "password", r#"{"password":""}"#, "password", json!("")),
    ] {
        let answer = ok(&api, method, &format!("/v1/users/u/{path}"), body, 200).await;
        assert_eq!(answer[field], value, "{path} {body}");
    }
    assert_eq!(ok(&api, "GET", "/v1/users/u/prefs", "", 200).await.to_string(), r#"{"a":{}}"#);
    for (path, body) in [
        ("verification", r#"{"emailVerification":"true"}"#),
        ("status", r#"{"status":"yes"}"#),
        ("prefs", r#"{"prefs":"{}"}"#),
        ("prefs", r#"{"prefs":[1]}"#),
        ("name", r#"{"name":null}"#),
        ("name", "{}"),
    ] {
        ok(&api, "PATCH", &format!("/v1/users/u/{path}"), body, 400).await;
    }
    ok(&api, "DELETE", "/v1/users/u", "", 204).await;
    ok(&api, "GET", "/v1/users/u", "", 404).await;
}

#[tokio::test]
async fn sessions_open_serve_and_end() {
    let api = api();
    ok(&api, "POST", "/v1/users", r#"{"userId":"u","name":"Ada"}"#, 201).await;
    let session = ok(&api, "POST", "/v1/users/u/sessions", "{}", 201).await;
    assert_eq!((&session["provider"], &session["factors"]), (&json!("server"), &json!(["server"])));
    let secret = session["secret"].as_str().unwrap().to_owned();
    let own = |method: &'static str, path: &'static str| {
        let (api, secret) = (api.clone(), secret.clone());
        async move {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header("x-appwrite-project", PROJECT)
                .header("x-appwrite-session", secret)
                .body(Body::empty())
                .unwrap();
            send(&api, request).await
        }
    };
    let account = own("GET", "/v1/account").await;
    assert_eq!((account.status, &account.json()["name"]), (200, &json!("Ada")));
    for hidden in ["password", "hash", "hashOptions"] {
        assert!(account.json().get(hidden).is_none(), "{hidden}");
    }
    ok(&api, "PATCH", "/v1/users/u/status", r#"{"status":false}"#, 200).await;
    let blocked = own("GET", "/v1/account").await;
    assert_eq!((blocked.status, blocked.kind().as_str()), (403, "user_blocked"));
    ok(&api, "PATCH", "/v1/users/u/status", r#"{"status":true}"#, 200).await;
    let list = ok(&api, "GET", "/v1/users/u/sessions", "", 200).await;
    assert_eq!((&list["total"], &list["sessions"][0]["secret"]), (&json!(1), &json!("")));
    assert_eq!(own("DELETE", "/v1/account/sessions/current").await.status, 204);
    assert_eq!(own("GET", "/v1/account").await.status, 401);
    let id = ok(&api, "POST", "/v1/users/u/sessions", "", 201).await["$id"].clone();
    let path = format!("/v1/users/u/sessions/{}", id.as_str().unwrap());
    ok(&api, "DELETE", &path, "{}", 204).await;
    ok(&api, "DELETE", &path, "{}", 404).await;
    ok(&api, "DELETE", "/v1/users/u/sessions", "{}", 204).await;
}

#[tokio::test]
async fn what_hangs_on_a_user_can_be_looked_at() {
    let api = api();
    ok(&api, "POST", "/v1/users", r#"{"userId":"u","email":"u@example.com"}"#, 201).await;
    assert_eq!(ok(&api, "GET", "/v1/users", "", 200).await["total"], 1);
    for (path, name, total) in [
        ("logs", "logs", None),
        ("memberships", "memberships", Some(0)),
        ("targets", "targets", Some(1)),
    ] {
        let list = ok(&api, "GET", &format!("/v1/users/u/{path}"), "", 200).await;
        assert!(list[name].is_array(), "{path}");
        if let Some(total) = total {
            assert_eq!(list["total"], total, "{path}");
        }
    }
    let body = r#"{"targetId":"t","providerType":"email","identifier":"v@example.com"}"#;
    ok(&api, "POST", "/v1/users/u/targets", body, 201).await;
    let body = r#"{"identifier":"w@example.com"}"#;
    let target = ok(&api, "PATCH", "/v1/users/u/targets/t", body, 200).await;
    assert_eq!((&target["userId"], &target["identifier"]), (&json!("u"), &json!("w@example.com")));
    ok(&api, "GET", "/v1/users/u/targets/t", "", 200).await;
    ok(&api, "DELETE", "/v1/users/u/targets/t", "", 204).await;
    let token = ok(&api, "POST", "/v1/users/u/tokens", r#"{"length":15}"#, 201).await;
    assert_eq!(token["secret"].as_str().unwrap().len(), 15);
    ok(&api, "POST", "/v1/users/u/tokens", r#"{"length":1}"#, 400).await;
    let reply = call(&api, "DELETE", "/v1/users/identities/none", "").await;
    assert_eq!(reply.kind(), "user_identity_not_found");
}

#[tokio::test]
async fn the_description_names_every_status_that_is_answered() {
    let api = api();
    let description = ok(&api, "GET", "/v1/openapi.json", "", 200).await;
    assert_eq!(description["openapi"], "3.1.0");
    let paths = description["paths"].as_object().unwrap();
    let operations: usize = paths.values().map(|path| path.as_object().unwrap().len()).sum();
    assert_eq!(operations, 41);
    let login = &description["paths"]["/v1/account/sessions/email"]["post"]["responses"];
    for status in ["201", "400", "401", "403", "404", "408", "413", "503"] {
        assert!(login[status].is_object(), "{status}");
    }
}

#[tokio::test]
async fn a_taken_address_is_called_what_the_clients_era_calls_it() {
    let api = api();
    for (id, email) in [("a", "a@example.org"), ("b", "b@example.org")] {
        let body = format!(r#"{{"userId":"{id}","email":"{email}"}}"#);
        ok(&api, "POST", "/v1/users", &body, 201).await;
    }
    for (format, kind) in [
        (None, "user_email_already_exists"),
        (Some("1.0.0"), "user_email_already_exists"),
        (Some("1.4.9"), "user_email_already_exists"),
        (Some("1.5.0"), "user_target_already_exists"),
        (Some("2.5.0"), "user_target_already_exists"),
        (Some("nonsense"), "user_email_already_exists"),
    ] {
        let mut request = axum::http::Request::patch("/v1/users/a/email")
            .header("x-appwrite-project", common::PROJECT)
            .header("x-appwrite-key", common::KEY)
            .header("content-type", "application/json");
        if let Some(format) = format {
            request = request.header("x-appwrite-response-format", format);
        }
        let body = axum::body::Body::from(r#"{"email":"b@example.org"}"#);
        let reply = common::send(&api, request.body(body).unwrap()).await;
        assert_eq!((reply.status, &*reply.kind()), (409, kind), "{format:?}");
    }
}
