//! The protocol around the endpoints: routes, gate, bodies, errors.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop where they fail")]
mod common;
use axum::body::Body;
use axum::http::Request;
use common::{KEY, PROJECT, Reply, api, call, ok, send};
use hashlift_server::{Key, Options, router};

const ADA: &str = r#"{"userId":"ada","email":"ada@example.com","password":"correct horse"}"#;

async fn get(headers: &[(&str, &str)], path: &str) -> Reply {
    let mut options = Options::new(PROJECT, KEY);
    options.keys.push(Key::new("reader").with_scopes(["users.read"]));
    let api = router(common::users(), options);
    let (method, path) = path.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(&api, request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn the_gate_asks_for_route_project_and_key_in_this_order() {
    let (project, key) = ("x-appwrite-project", "x-appwrite-key");
    for (headers, line, status, kind) in [
        (&[][..], "GET /v1/nowhere", 404, "general_route_not_found"),
        (&[], "PUT /v1/users", 404, "general_route_not_found"),
        (&[], "GET /v1/users", 401, "general_unauthorized_scope"),
        (&[(key, KEY)], "GET /v1/users", 403, "project_id_missing"),
        (&[(project, "other"), (key, "bad")], "GET /v1/users", 404, "project_not_found"),
        (&[(project, PROJECT)], "GET /v1/users", 401, "general_unauthorized_scope"),
        (&[(project, PROJECT), (key, "bad")], "GET /v1/users", 401, "user_unauthorized"),
        (&[(project, PROJECT), (key, "standard_bad")], "GET /v1/users", 401, "user_unauthorized"),
        (
            &[(project, PROJECT), (key, "dynamic_bad")],
            "GET /v1/users",
            401,
            "general_unauthorized_scope",
        ),
        (
            &[(project, PROJECT), (key, "reader")],
            "POST /v1/users",
            401,
            "general_unauthorized_scope",
        ),
        (&[(project, PROJECT), (key, KEY)], "POST /v1/users", 400, "general_argument_invalid"),
        (&[(project, PROJECT)], "GET /v1/account", 401, "general_unauthorized_scope"),
    ] {
        let reply = get(headers, line).await;
        assert_eq!((reply.status, reply.kind().as_str()), (status, kind), "{line} {headers:?}");
    }
    for (headers, line) in [
        (&[(project, PROJECT), (key, KEY)][..], "GET /v1/users"),
        (&[(project, PROJECT), (key, "reader")], "GET /v1/users"),
        (&[(key, KEY)], "GET /v1/users?project=p1"),
        (&[], "GET /v1/health"),
        (&[], "GET /v1/openapi.json"),
    ] {
        assert_eq!(get(headers, line).await.status, 200, "{line} {headers:?}");
    }
}

#[tokio::test]
async fn a_key_without_the_scope_is_told_which() {
    let headers = [("x-appwrite-project", PROJECT), ("x-appwrite-key", "reader")];
    let reply = get(&headers, "DELETE /v1/users/ada/sessions").await;
    let message = reply.json()["message"].as_str().unwrap().to_owned();
    let expected = "app.p1@service.localhost (role: applications) missing scopes \
                    ([\"users.write\",\"sessions.write\"])";
    assert_eq!(message, expected);
}

#[tokio::test]
async fn errors_have_four_keys_and_no_blanks() {
    let reply = call(&api(), "GET", "/v1/users/nobody", "").await;
    assert_eq!(
        reply.text(),
        r#"{"message":"User with the requested ID could not be found.","code":404,"type":"user_not_found","version":"1.9.6"}"#
    );
    assert_eq!(reply.status, 404);
    assert_eq!(reply.header("content-type"), "application/json; charset=UTF-8");
    assert_eq!(reply.header("cache-control"), "no-cache, no-store, must-revalidate");
    assert_eq!(reply.header("x-appwrite-warning"), "");
}

#[tokio::test]
async fn empty_segments_do_not_count_and_literal_ones_win() {
    let api = api();
    ok(&api, "POST", "/v1//users/", ADA, 201).await;
    let list = ok(&api, "GET", "/v1/users/identities", "", 200).await;
    assert_eq!(list.to_string(), r#"{"identities":[],"total":0}"#);
    ok(&api, "HEAD", "/v1/users/ada", "", 200).await;
}

#[tokio::test]
async fn a_get_may_have_a_body_and_a_delete_may_have_an_object() {
    let api = api();
    ok(&api, "POST", "/v1/users", ADA, 201).await;
    ok(&api, "GET", "/v1/users/ada", "null", 200).await;
    ok(&api, "GET", "/v1/users/ada", "{}", 200).await;
    let reply = call(&api, "DELETE", "/v1/users/ada", "{}").await;
    assert_eq!((reply.status, reply.body.len()), (204, 0));
    assert!(!reply.header("content-type").is_empty());
}

#[tokio::test]
async fn options_answers_with_cors_for_this_machine_alone() {
    let ask =
        |origin: &'static str| async move { get(&[("origin", origin)], "OPTIONS /v1/users").await };
    let near = ask("http://localhost:3000").await;
    assert_eq!(near.status, 204);
    assert_eq!(near.header("access-control-allow-origin"), "http://localhost:3000");
    assert!(near.header("access-control-allow-methods").contains("PATCH"));
    for far in ["https://evil.example", "http://localhost.evil.example", "http://localhost:x"] {
        assert_eq!(ask(far).await.header("access-control-allow-origin"), "", "{far}");
    }
}

#[tokio::test]
async fn json_forms_and_parts_all_carry_parameters() {
    let api = api();
    let parts = "--b\r\nContent-Disposition: form-data; name=\"userId\"\r\n\r\nu4\r\n--b--\r\n";
    for (kind, body) in [
        ("application/json", r#"{"userId":"u1","name":null}"#),
        ("", r#"{"userId":"u2"}"#),
        ("application/x-www-form-urlencoded", "userId=u3&name=A+B"),
        ("multipart/form-data; boundary=b", parts),
    ] {
        let request = Request::post("/v1/users")
            .header("x-appwrite-project", PROJECT)
            .header("x-appwrite-key", KEY)
            .header("content-type", kind)
            .body(Body::from(body))
            .unwrap();
        let reply = send(&api, request).await;
        assert_eq!(reply.status, 201, "{kind}: {}", reply.text());
    }
    assert_eq!(ok(&api, "GET", "/v1/users/u3", "", 200).await["name"], "A B");
}

#[tokio::test]
async fn parameters_are_checked_in_their_order() {
    let api = api();
    for (body, message) in [
        ("", r#"Param "userId" is not optional."#),
        (r#"{"userId""#, r#"Param "userId" is not optional."#),
        ("[1]", r#"Param "userId" is not optional."#),
        (
            r#"{"userId":"u","email":"x"}"#,
            "Invalid `email` param: Value must be a valid email address",
        ),
        (r#"{"userId":"u","password":"x"}"#, r#"Param "email" is not optional."#),
        (
            r#"{"userId":"u","email":null}"#,
            "Invalid `email` param: Value must be a valid email address",
        ),
        (
            r#"{"userId":"u","email":"a@b.io","password":7}"#,
            "Invalid `password` param: Password must be between 8 and 256 characters long.",
        ),
    ] {
        let reply = call(&api, "POST", "/v1/users/md5", body).await;
        assert_eq!(reply.json()["message"], message, "{body}");
    }
    let reply = call(&api, "POST", "/v1/users/md5", r#"{"userId":"_","email":"x"}"#).await;
    assert!(reply.text().contains("`userId`"));
}

#[tokio::test]
async fn deep_json_and_large_bodies_are_refused_and_nothing_is_written() {
    let api = api();
    let deep = format!(r#"{{"userId":"u","x":{}}}"#, "[".repeat(10_000));
    let reply = call(&api, "POST", "/v1/users", &deep).await;
    assert_eq!(reply.status, 400);
    assert_eq!(reply.json()["message"], "The request body is nested deeper than 32 levels.");
    let large = format!(r#"{{"userId":"u","name":"{}"}}"#, "a".repeat(128 * 1024));
    let reply = call(&api, "POST", "/v1/users", &large).await;
    assert_eq!((reply.status, reply.header("connection")), (413, "close"));
    assert_eq!(ok(&api, "GET", "/v1/users", "", 200).await["total"], 0);
}

#[tokio::test]
async fn queries_arrive_in_both_spellings() {
    let api = api();
    ok(&api, "POST", "/v1/users", ADA, 201).await;
    ok(&api, "POST", "/v1/users", r#"{"userId":"bob"}"#, 201).await;
    for path in [
        "/v1/users?queries[]=limit(1)",
        "/v1/users?queries%5B0%5D=%7B%22method%22%3A%22limit%22%2C%22values%22%3A%5B1%5D%7D",
    ] {
        let list = ok(&api, "GET", path, "", 200).await;
        assert_eq!(list["users"].as_array().unwrap().len(), 1, "{path}");
        assert_eq!(list["total"], 2);
    }
    for no in ["false", "0"] {
        assert_eq!(ok(&api, "GET", &format!("/v1/users?total={no}"), "", 200).await["total"], 0);
    }
    let reply = call(&api, "GET", "/v1/users?queries=limit(1)", "").await;
    assert_eq!(reply.json()["message"], "Invalid `queries` param: Queries must be an array");
}

#[tokio::test]
async fn what_is_not_declared_changes_nothing() {
    let api = api();
    let body = r#"{"userId":"u","hash":"md5","status":false,"labels":["x"],"$id":"v","emailVerification":true}"#;
    let user = ok(&api, "POST", "/v1/users", body, 201).await;
    assert_eq!((&user["$id"], &user["status"]), (&"u".into(), &true.into()));
    assert_eq!(user["hash"], "argon2");
    assert_eq!(user["emailVerification"], false);
    assert_eq!(user["labels"].to_string(), "[]");
}

#[tokio::test]
async fn the_page_is_for_this_machine_alone() {
    assert_eq!(get(&[("host", "localhost")], "GET /").await.status, 404);
}
