//! What a verification costs in company: 1 to 64 pairs at once, for every kernel.
//!
//! Run with `cargo bench -p hashlift --bench lanes`; `-- phpass` picks one. Throughput is in
//! verifications: where lanes help, it grows with the number of pairs, until they are full.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    reason = "a bench that cannot go on stops, as a test does"
)]
#[path = "../tests/common/mod.rs"]
mod common;
use common::{read, samples};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hashlift::{Format, PasswordHash, Sample};
use std::hint::black_box;
use std::time::Duration;

/// A format for each kernel.
const FORMATS: [&str; 11] = [
    "bcrypt",
    "phpass",
    "md5crypt",
    "sha256crypt",
    "sha512crypt",
    "passlib-pbkdf2-sha1",
    "passlib-pbkdf2-sha256",
    "passlib-pbkdf2-sha512",
    "scrypt-phc",
    "appwrite-scrypt-modified",
    "argon2id",
];

/// The first sample of a format.
fn sample(slug: &str) -> (&'static Format, &'static Sample) {
    samples().find(|(format, _)| format.slug() == slug).expect("a format of ours")
}

fn many(c: &mut Criterion) {
    for slug in FORMATS {
        let (format, sample) = sample(slug);
        let hash = read(format, sample);
        let mut group = c.benchmark_group(format!("verify-many/{slug}"));
        group.sample_size(10).warm_up_time(Duration::from_millis(300));
        group.measurement_time(Duration::from_secs(1));
        for count in [1, 2, 4, 8, 16, 64] {
            let pairs = vec![(&hash, sample.password.as_bytes()); count];
            group.throughput(Throughput::Elements(count as u64));
            group.bench_function(BenchmarkId::from_parameter(count), |b| {
                b.iter(|| PasswordHash::verify_many(black_box(&pairs)));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, many);
criterion_main!(benches);
