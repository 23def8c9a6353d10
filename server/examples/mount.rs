//! The Users API inside a test: no port, no process.
//!
//! ```text
//! cargo run -p hashlift-server --example mount
//! ```
use axum::body::Body;
use axum::http::Request;
use hashlift::registry::{self, Users};
use hashlift_server::{Options, router};
use std::sync::Arc;
use tower::ServiceExt as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let users = Arc::new(Users::new(registry::Options::default()));
    let api = router(Arc::clone(&users), Options::new("my-project", "my-key"));

    let request = Request::post("/v1/users/md5")
        .header("X-Appwrite-Project", "my-project")
        .header("X-Appwrite-Key", "my-key")
        .header("Content-Type", "application/json")
        .body(Body::from(
            r#"{"userId":"ada","email":"ada@example.com","password":"144fa7eaa4904e8ee120651997f70dcc"}"#,
        ))?;
    let response = api.oneshot(request).await?;
    println!("{}: {} user", response.status(), users.len());
    Ok(())
}
