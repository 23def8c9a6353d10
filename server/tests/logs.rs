//! What is logged: alone in its process, because a subscriber for all threads can be set but once.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop where they fail")]
mod common;
use common::PROJECT;
use common::wire::{request, start, talk};
use hashlift_server::{Options, Serve};
use std::io::Write;
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logs_at_the_finest_level_hold_no_secret() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let (address, _stop, _server) =
        start(common::users(), Options::new(PROJECT, "needle-key"), Serve::default()).await;
    let needles =
        ["needle-password", "0a0b0c0d0e0f0a0b0c0d0e0f0a0b0c0d", "needle-key", "needle-path"];
    let [password, hash, key, path] = needles;
    for (method, path, body) in [
        (
            "POST",
            "/v1/users",
            format!(r#"{{"userId":"u","email":"u@example.com","password":"{password}"}}"#),
        ),
        (
            "POST",
            "/v1/users/md5",
            format!(r#"{{"userId":"m","email":"m@example.com","password":"{hash}"}}"#),
        ),
        (
            "POST",
            "/v1/users/bcrypt",
            format!(r#"{{"userId":"x","email":"x@example.com","password":"{hash}"}}"#),
        ),
        ("PATCH", "/v1/users/u/password", format!(r#"{{"password":"{password}"}}"#)),
        (
            "POST",
            "/v1/account/sessions/email",
            format!(r#"{{"email":"u@example.com","password":"{password}"}}"#),
        ),
        ("GET", &format!("/v1/{path}?search={password}"), String::new()),
        (path, "/v1/users", String::new()),
    ] {
        let request = String::from_utf8(request(method, path, &body)).unwrap();
        talk(address, request.replace(": k1", &format!(": {key}")).as_bytes()).await;
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("/v1/account/sessions/email") && log.contains("201"), "{log}");
    for needle in needles {
        assert!(!log.contains(needle), "{needle} in {log}");
    }
}
