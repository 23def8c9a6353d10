//! How many hashes of the default policy this machine derives a second, and nothing beside: what a bulk
//! job is measured against (`tests/scale/wrap`).
//!
//!     cargo run --release --example bare -- THREADS SECONDS
use hashlift::{HashError, PasswordHash, Policy};
use std::time::{Duration, Instant};

/// Derivations between two looks at the clock.
const STRETCH: usize = 64;

fn main() -> Result<(), HashError> {
    let mut args = std::env::args().skip(1).map(|arg| arg.parse::<u32>().unwrap_or(1));
    let (threads, seconds) = (args.next().unwrap_or(1), args.next().unwrap_or(5));
    let lasts = Duration::from_secs(seconds.into());
    let ends: Vec<Result<Vec<Instant>, HashError>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(move || ends(lasts))).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    let ends = ends.into_iter().collect::<Result<Vec<_>, _>>()?;
    // A thread that goes on when another has ended has the memory to itself: that does not count.
    let first = ends.iter().filter_map(|ends| ends.last()).min();
    let rate = |ends: &Vec<Instant>| {
        let until = ends.iter().rposition(|end| Some(end) <= first)?;
        let time = ends.get(until)?.duration_since(*ends.first()?);
        (until > 0).then(|| (until * STRETCH) as f64 / time.as_secs_f64())
    };
    println!("{:.2}", ends.iter().filter_map(rate).sum::<f64>());
    Ok(())
}

/// When each stretch of one thread ended, on memory that stays with it, as a job's stays with its
/// threads. Each hash has a salt of its own, as in a table: one hash over and over is 5 to 8 % faster,
/// since it touches the same memory in the same order each time.
fn ends(lasts: Duration) -> Result<Vec<Instant>, HashError> {
    let (policy, password) = (Policy::OWASP, b"correct horse battery staple");
    let hashes = (0..STRETCH).map(|_| policy.hash(password)).collect::<Result<Vec<_>, _>>()?;
    let pairs: Vec<_> = hashes.iter().map(|hash| (hash, &password[..])).collect();
    let start = Instant::now();
    let mut ends = vec![start];
    while start.elapsed() < lasts {
        std::hint::black_box(PasswordHash::verify_many(&pairs));
        ends.push(Instant::now());
    }
    Ok(ends)
}
