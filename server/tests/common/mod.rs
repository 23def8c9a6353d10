//! What the tests of the server share: a router over an empty registry with a quick policy.
#![allow(dead_code, reason = "each test uses its own share")]
pub(crate) mod wire;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use hashlift::Policy;
use hashlift::registry::{self, Users};
use hashlift_server::{Options, router};
use serde_json::Value;
use std::sync::Arc;
use tower::ServiceExt as _;

pub(crate) const PROJECT: &str = "p1";
pub(crate) const KEY: &str = "k1";

/// Users whose hashes take next to no time.
pub(crate) fn users() -> Arc<Users> {
    let mut options = registry::Options::default();
    options.policy = Policy::OWASP.with_costs(64, 1, 1);
    Arc::new(Users::new(options))
}

pub(crate) fn api() -> Router {
    router(users(), Options::new(PROJECT, KEY))
}

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap_or_default().to_owned()
    }
}

pub(crate) async fn send(api: &Router, request: Request<Body>) -> Reply {
    let response = api.clone().oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
    Reply { status: StatusCode::as_u16(&head.status), headers: head.headers, body }
}

/// A request with the project and the key; `body` is JSON, or nothing.
pub(crate) async fn call(api: &Router, method: &str, path: &str, body: &str) -> Reply {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("x-appwrite-project", PROJECT)
        .header("x-appwrite-key", KEY)
        .header("content-type", "application/json")
        .body(Body::from(body.to_owned()))
        .unwrap();
    send(api, request).await
}

/// As [`call`], and it must end so.
pub(crate) async fn ok(api: &Router, method: &str, path: &str, body: &str, status: u16) -> Value {
    let reply = call(api, method, path, body).await;
    assert_eq!(reply.status, status, "{method} {path} {body}: {}", reply.text());
    reply.json()
}
