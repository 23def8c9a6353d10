//! The driver over real sockets: slow and rude clients, too much work, and an orderly end.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop where they fail")]
mod common;
use common::wire::{request, start, talk};
use common::{KEY, PROJECT};
use hashlift::Policy;
use hashlift::registry::{self, Users};
use hashlift_server::{Options, Serve};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

fn quick() -> (Options, Serve) {
    let (mut options, mut limits) = (Options::new(PROJECT, KEY), Serve::default());
    options.body_timeout = Duration::from_millis(200);
    limits.header_timeout = Duration::from_millis(200);
    (options, limits)
}

#[tokio::test]
async fn slow_and_rude_clients_are_shown_the_door() {
    let (options, limits) = quick();
    let (address, _stop, _server) = start(common::users(), options, limits).await;
    // Each of these would wait for ever, if the server did.
    assert_eq!(talk(address, b"GET /v1/health HTT").await, "");
    assert_eq!(talk(address, b"").await, "");
    let head = String::from_utf8(request("POST", "/v1/users", "")).unwrap();
    let slow =
        head.replace("content-length: 0", "content-length: 50").replace("close", "keep-alive");
    assert!(talk(address, slow.as_bytes()).await.starts_with("HTTP/1.1 408 "));
    let idle = "GET /v1/health HTTP/1.1\r\nhost: localhost\r\n\r\n";
    assert!(talk(address, idle.as_bytes()).await.starts_with("HTTP/1.1 200 "));
    let both =
        "POST /v1/users HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\n{}";
    assert!(talk(address, both.as_bytes()).await.starts_with("HTTP/1.1 400 "));
    let many: String = (0..1000).map(|i| format!("x{i}: y\r\n")).collect();
    let many = format!("GET /v1/health HTTP/1.1\r\n{many}\r\n");
    assert!(talk(address, many.as_bytes()).await.starts_with("HTTP/1.1 431 "));
    let chunked = head.replace("content-length: 0", "transfer-encoding: chunked");
    let chunk = format!("20000\r\n{}\r\n", "a".repeat(0x20000));
    assert!(
        talk(address, format!("{chunked}{chunk}{chunk}").as_bytes())
            .await
            .starts_with("HTTP/1.1 413 ")
    );
}

/// What 20 logins at a time are answered by a server that hashes dearly, on one thread; and whether
/// it answers others meanwhile. `Ok` are those whose password was looked at.
async fn storm(mut options: Options) -> Vec<Result<(), String>> {
    let mut registry = registry::Options::default();
    // Dear enough that the thread is at work while the requests arrive.
    registry.policy = Policy::OWASP.with_costs(65_536, 4, 1);
    options.hash_threads = 1;
    let users = Arc::new(Users::new(registry));
    let (address, _stop, _server) = start(users, options, Serve::default()).await;
    let body = r#"{"email":"nobody@example.com","password":"wrong password"}"#;
    let login = request("POST", "/v1/account/sessions/email", body);
    let logins: Vec<_> = (0..20)
        .map(|_| {
            let login = login.clone();
            tokio::spawn(async move { talk(address, &login).await })
        })
        .collect();
    let health = talk(address, &request("GET", "/v1/health", "")).await;
    assert!(health.starts_with("HTTP/1.1 200 "));
    let mut answers = Vec::new();
    for login in logins {
        let answer = login.await.unwrap();
        let looked_at = answer.starts_with("HTTP/1.1 401 ");
        answers.push(if looked_at { Ok(()) } else { Err(answer) });
    }
    answers
}

/// How many were turned away, and they were told when to come back.
fn turned_away(answers: &[Result<(), String>]) -> usize {
    let refused = answers.iter().filter_map(|answer| answer.as_ref().err());
    let told = |answer: &&String| {
        assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
        assert!(answer.contains("retry-after: 1"), "{answer}");
        assert!(answer.ends_with(r#""code":503,"type":"general_server_busy","version":"1.9.6"}"#));
        true
    };
    refused.filter(told).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_much_work_is_turned_away_and_health_answers_meanwhile() {
    let mut options = Options::new(PROJECT, KEY);
    options.hash_queue = 1;
    let busy = turned_away(&storm(options).await);
    assert!((1..=19).contains(&busy), "{busy} turned away");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_waited_too_long_is_turned_away() {
    let mut options = Options::new(PROJECT, KEY);
    options.hash_wait = Duration::from_millis(1);
    let busy = turned_away(&storm(options).await);
    assert!(busy >= 1, "all were waited for");
}

#[tokio::test]
async fn requests_under_way_are_finished_before_the_end() {
    let (options, limits) = (Options::new(PROJECT, KEY), Serve::default());
    let (address, stop, server) = start(common::users(), options, limits).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let whole = request("POST", "/v1/users", r#"{"userId":"u"}"#);
    let (start, rest) = whole.split_at(whole.len() - 5);
    stream.write_all(start).await.unwrap();
    // Answered on another connection, so the one above has been accepted.
    talk(address, &request("GET", "/v1/health", "")).await;
    stop.send(()).unwrap();
    stream.write_all(rest).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    server.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn the_page_shows_users_and_no_secret() {
    let (options, limits) = (Options::new(PROJECT, KEY), Serve::default());
    let (address, _stop, _server) = start(common::users(), options, limits).await;
    let body = r#"{"userId":"u","email":"a@example.com","name":"<b>","password":"144fa7eaa4904e8ee120651997f70dcc"}"#;
    talk(address, &request("POST", "/v1/users/md5", body)).await;
    let page = talk(address, &request("GET", "/", "")).await;
    assert!(page.starts_with("HTTP/1.1 200 ") && page.contains("<svg"), "{page}");
    assert!(page.contains("md5, to be upgraded (algorithm)"));
    for secret in ["144fa7eaa4904e8ee120651997f70dcc", KEY, "<b>u"] {
        assert!(!page.contains(&format!("{secret}<")), "{secret}");
    }
    let rebound = String::from_utf8(request("GET", "/", "")).unwrap();
    let rebound = rebound.replace("host: localhost", "host: evil.example");
    assert!(talk(address, rebound.as_bytes()).await.starts_with("HTTP/1.1 404 "));
}
