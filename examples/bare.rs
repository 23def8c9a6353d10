//! How many hashes of the default policy this machine makes a second, and nothing beside: what a bulk
//! job is measured against (`tests/scale/wrap`).
//!
//!     cargo run --release --example bare -- THREADS SECONDS
use hashlift::{HashError, Policy};
use std::time::{Duration, Instant};

fn main() -> Result<(), HashError> {
    let mut args = std::env::args().skip(1).map(|arg| arg.parse::<u32>().unwrap_or(1));
    let (threads, seconds) = (args.next().unwrap_or(1), args.next().unwrap_or(5));
    let lasts = Duration::from_secs(seconds.into());
    let rates: Vec<Result<f64, HashError>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(move || rate(lasts))).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    let mut all = 0.0;
    for rate in rates {
        all += rate?;
    }
    println!("{all:.2}");
    Ok(())
}

/// Hashes a second of one thread, on memory that it keeps.
fn rate(lasts: Duration) -> Result<f64, HashError> {
    let policy = Policy::OWASP;
    policy.hash(b"to warm up")?;
    let (start, mut count) = (Instant::now(), 0.0);
    while start.elapsed() < lasts {
        policy.hash(b"correct horse battery staple")?;
        count += 1.0;
    }
    Ok(count / start.elapsed().as_secs_f64())
}
