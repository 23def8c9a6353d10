//! What a verification costs in the pool: alone, and when 64 of one kind or of five kinds wait.
//!
//! Run with `cargo bench -p hashlift --bench pool`. Throughput is in verifications.
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
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hashlift::{PasswordHash, PoolOptions, VerifyPool};
use std::sync::Arc;

/// A hash of this format, and its password.
fn user(slug: &str) -> (Arc<PasswordHash>, &'static [u8]) {
    let named = samples().find(|(format, _)| format.slug() == slug);
    let (format, sample) = named.expect("a format of ours");
    (Arc::new(read(format, sample)), sample.password.as_bytes())
}

fn load(c: &mut Criterion) {
    let pool = VerifyPool::new(PoolOptions::default()).expect("threads start");
    let five = ["phpass", "md5crypt", "sha512crypt", "bcrypt", "argon2id"];
    let loads = [("lone", 1, &five[..1]), ("64-alike", 64, &five[..1]), ("64-mixed", 64, &five)];
    let mut group = c.benchmark_group("pool");
    group.sample_size(10);
    for (name, count, slugs) in loads {
        let users: Vec<_> = slugs.iter().map(|slug| user(slug)).collect();
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(name, |b| {
            b.iter(|| {
                let all = users.iter().cycle().take(count);
                let asked = all.map(|(hash, password)| pool.verify(Arc::clone(hash), password));
                let tickets: Vec<_> = asked.collect();
                for ticket in tickets {
                    assert_eq!(ticket.wait(), Ok(Ok(true)));
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, load);
criterion_main!(benches);
