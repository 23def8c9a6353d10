//! Answers, and the headers that all of them carry.
use crate::failure::Failure;
use axum::body::Body;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Response, StatusCode};
use serde::Serialize;

/// What a handler gives back.
#[derive(Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    body: Option<Vec<u8>>,
    cookies: Vec<String>,
}

impl Answer {
    /// 200 and JSON.
    pub(crate) fn ok(body: &impl Serialize) -> Result<Self, Failure> {
        Self::json(StatusCode::OK, body)
    }

    /// 201 and JSON.
    pub(crate) fn created(body: &impl Serialize) -> Result<Self, Failure> {
        Self::json(StatusCode::CREATED, body)
    }

    /// 204.
    pub(crate) fn none() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: None, cookies: Vec::new() }
    }

    /// The same with a cookie.
    pub(crate) fn with_cookie(mut self, cookie: String) -> Self {
        self.cookies.push(cookie);
        self
    }

    fn json(status: StatusCode, body: &impl Serialize) -> Result<Self, Failure> {
        let body = serde_json::to_vec(body).map_err(|_| Failure::internal())?;
        Ok(Self { status, body: Some(body), cookies: Vec::new() })
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let (kind, body) = match self.body {
            Some(body) => (JSON, Body::from(body)),
            // Some clients look at the header before they look at the status.
            None => ("text/html; charset=UTF-8", Body::empty()),
        };
        let mut response = respond(self.status, kind, body);
        for cookie in self.cookies {
            if let Ok(value) = HeaderValue::from_str(&cookie) {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
        }
        response
    }
}

const JSON: &str = "application/json; charset=UTF-8";

/// A failure as a response.
pub(crate) fn refuse(failure: &Failure) -> Response<Body> {
    let status = StatusCode::from_u16(failure.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = respond(status, JSON, Body::from(failure.json()));
    if failure.closes {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    if let Some(seconds) = failure.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// A response with the headers of all responses. Nothing of this API is for caches: answers hold
/// hashes.
pub(crate) fn respond(status: StatusCode, kind: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-cache, no-store, must-revalidate"),
        (header::EXPIRES, "0"),
        (header::PRAGMA, "no-cache"),
        (header::SERVER, "hashlift"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The answer to OPTIONS.
pub(crate) fn preflight() -> Response<Body> {
    let mut response = Answer::none().into_response();
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, PATCH, DELETE"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "Origin, Cookie, Set-Cookie, X-Requested-With, Content-Type, Accept, \
             X-Appwrite-Project, X-Appwrite-Key, X-Appwrite-Session, X-Appwrite-Response-Format, \
             X-SDK-Version, X-SDK-Name, X-SDK-Language, X-SDK-Platform",
        ),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Let a browser's page read the answer, if its origin may.
pub(crate) fn allow_origin(sent: &HeaderMap, origins: &[String], response: &mut Response<Body>) {
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = sent.get(header::ORIGIN) else { return };
    let allowed = origin.to_str().is_ok_and(|origin| {
        is_of_this_machine(origin) || origins.iter().any(|allowed| allowed == origin)
    });
    if allowed {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        let yes = HeaderValue::from_static("true");
        headers.insert(HeaderName::from_static("access-control-allow-credentials"), yes);
    }
}

fn is_of_this_machine(origin: &str) -> bool {
    let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    host.is_some_and(is_loopback_name)
}

/// Whether `host`, with or without a port, is a name of this machine.
pub(crate) fn is_loopback_name(host: &str) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, port),
        _ => (host, ""),
    };
    let numbered = port.bytes().all(|b| b.is_ascii_digit());
    numbered && matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}
