//! What reading and verifying cost, for every format, from its first sample.
//!
//! Run with `cargo bench -p hashlift`; `-- verify/argon2id` picks one, `-- --quick` is a quick look.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    reason = "a bench that cannot go on stops, as a test does"
)]
#[path = "../tests/common/mod.rs"]
mod common;
use common::{read, samples, side};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use hashlift::job::{Audit, Cell, Job, Row};
use hashlift::{Limits, PasswordHash, Policy, identify};
use std::hint::black_box;

fn verify(c: &mut Criterion) {
    let mut group = c.benchmark_group("verify");
    let mut last = "";
    for (format, sample) in samples() {
        if std::mem::replace(&mut last, format.slug()) == format.slug() {
            continue; // one sample a format: costs differ, and the name is the format's
        }
        let hash = read(format, sample);
        group.bench_function(format.slug(), |b| b.iter(|| hash.verify(black_box(sample.password))));
    }
    let hash = Policy::OWASP.hash(b"correct horse").unwrap_or_else(|e| panic!("{e}"));
    group.bench_function("owasp-argon2id", |b| b.iter(|| hash.verify(black_box("wrong"))));
}

fn text(c: &mut Criterion) {
    let all: Vec<_> = samples().collect();
    let mut group = c.benchmark_group("text");
    group.throughput(Throughput::Elements(all.len() as u64));
    group.bench_function("parse-every-sample", |b| {
        b.iter_batched(
            || all.iter().map(|(_, sample)| side(sample)).collect::<Vec<_>>(),
            |sides| {
                for ((format, sample), side) in all.iter().zip(&sides) {
                    let text = black_box(sample.stored);
                    let _ =
                        black_box(PasswordHash::parse_beside(format, text, side, &Limits::DEFAULT));
                }
            },
            BatchSize::SmallInput,
        );
    });
    group.bench_function("identify-every-sample", |b| {
        b.iter(|| {
            for (_, sample) in &all {
                black_box(identify(black_box(sample.stored)));
            }
        });
    });
    let hashes: Vec<_> = all.iter().map(|(format, sample)| read(format, sample)).collect();
    group.bench_function("print-every-sample", |b| {
        b.iter(|| hashes.iter().for_each(|hash| drop(black_box(hash.to_string()))));
    });
    group.bench_function("reason-every-sample", |b| {
        b.iter(|| {
            hashes.iter().for_each(|hash| {
                black_box(Policy::OWASP.reason(hash));
            })
        });
    });
    group.finish();
    let mut group = c.benchmark_group("parse");
    group.bench_function("argon2id", |b| {
        let stored = all.iter().find(|(f, _)| f.slug() == "argon2id").map_or("", |(_, s)| s.stored);
        b.iter(|| PasswordHash::parse(black_box(stored)));
    });
    group.bench_function("unrecognised", |b| {
        b.iter(|| PasswordHash::parse(black_box("hunter2")));
    });
    group.bench_function("longest-refused", |b| {
        let stored = format!("$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA${}!", "A".repeat(980));
        b.iter(|| PasswordHash::parse(black_box(&stored)));
    });
}

/// Rows a second of an audit on one core, from rows in memory: what a driver costs comes on top.
fn audit(c: &mut Criterion) {
    let rows: Vec<_> = samples()
        .enumerate()
        .map(|(at, (format, sample))| {
            Row::new(at, Cell::Text(sample.stored.to_owned())).beside(side(sample)).of(format)
        })
        .collect();
    let job = Job::new(Policy::OWASP);
    let mut group = c.benchmark_group("audit");
    group.throughput(Throughput::Elements(rows.len() as u64));
    group.bench_function("rows", |b| {
        let mut audit = Audit::new(&job, 20);
        b.iter(|| rows.iter().for_each(|row| audit.add(black_box(row))));
    });
}

criterion_group!(benches, verify, text, audit);
criterion_main!(benches);
