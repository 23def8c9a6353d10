//! How many hashes of the default policy this machine derives a second, and nothing beside: what a bulk
//! job is measured against (`tests/scale/wrap`).
//!
//!     cargo run --release --example bare -- THREADS SECONDS
use hashlift::{HashError, PasswordHash, Policy};
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

/// Derivations a second of one thread, on memory that stays with it, as a job's stays with its threads.
fn rate(lasts: Duration) -> Result<f64, HashError> {
    let (policy, password) = (Policy::OWASP, b"correct horse battery staple");
    let hash = policy.hash(password)?;
    let pairs = [(&hash, &password[..]); 32];
    let (start, mut count) = (Instant::now(), 0.0);
    while start.elapsed() < lasts {
        count += PasswordHash::verify_many(&pairs).len() as f64;
    }
    Ok(count / start.elapsed().as_secs_f64())
}
