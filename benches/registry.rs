//! What a list, a search and a look-up cost in the registry of users.
//!
//! Run with `cargo bench -p hashlift --features users --bench registry` for 10,000 users. A million
//! are made only if they are asked for by name: add `-- 1000000`.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a bench that cannot go on stops, as a test does"
)]
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use hashlift::registry::{Client, Count, Import, NewUser, Options, Users};
use std::hint::black_box;

const GIVEN: [&str; 10] =
    ["Ada", "Bea", "Cristiano", "Dora", "Émile", "Fay", "Gus", "Hal", "Ida", "Jo"];
const FAMILY: [&str; 7] = ["Lovelace", "Ronaldo", "Hopper", "Turing", "Noether", "Knuth", "Liskov"];

/// Users with ids of 20 digits, a name of 70, an email, a password; every third has a phone.
fn registry(size: usize) -> Users {
    let users = Users::new(Options::default());
    for n in 0..size {
        let (given, family) = (GIVEN[n % GIVEN.len()], FAMILY[n % FAMILY.len()]);
        let id = id(n);
        let new = NewUser {
            id: id.clone(),
            email: Some(format!("user{n}.{family}@host{}.example", n % 100)),
            name: Some(format!("{given} {family}")),
            ..NewUser::default()
        };
        let hash = "d41d8cd98f00b204e9800998ecf8427e".to_owned();
        users.import(new, Import::Md5 { hash }).unwrap();
        if n % 3 == 0 {
            users.set_phone(&id, &format!("+49151{n:08}"), &Client::default()).unwrap();
        }
    }
    users
}

fn id(n: usize) -> String {
    format!("{:020x}", (n as u128).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c))
        .chars()
        .rev()
        .take(20)
        .collect()
}

fn all(c: &mut Criterion) {
    size(c, 10_000);
    if std::env::args().any(|argument| argument.contains("1000000")) {
        size(c, 1_000_000);
    }
}

fn size(c: &mut Criterion, size: usize) {
    let users = registry(size);
    let middle = id(size / 2);
    let email = users.get(&middle).unwrap().email.clone().unwrap();
    let offset = format!("offset({})", size / 2);
    let cursor = format!("cursorAfter(\"{middle}\")");
    let by_email = format!("equal(\"email\", [\"{email}\"])");
    let search_email = format!("\"{email}\"");
    let lists: [(&str, &[&str], Option<&str>); 17] = [
        ("default", &[], None),
        ("offset-half", &[&offset], None),
        ("cursor", &[&cursor], None),
        ("order-name", &["orderAsc(\"name\")"], None),
        ("order-name-down-cursor", &["orderDesc(\"name\")", &cursor], None),
        ("order-updated-down", &["orderDesc(\"$updatedAt\")"], None),
        ("order-two-keys", &["orderAsc(\"name\")", "orderDesc(\"email\")"], None),
        ("order-unindexed", &["orderDesc(\"status\")"], None),
        ("equal-email", &[&by_email], None),
        ("before-a-moment", &["lessThan(\"registration\", [\"2000-01-01\"])"], None),
        ("starts-with-email", &["startsWith(\"email\", [\"user77\"])", "limit(5)"], None),
        ("equal-status-everybody", &["equal(\"status\", [true])", "orderDesc(\"email\")"], None),
        ("contains-email-nobody", &["contains(\"email\", [\"zzz\"])"], None),
        ("search-rare", &[], Some(&search_email)),
        ("search-a-seventh", &[], Some("ronaldo")),
        ("search-everybody-by-name", &["orderAsc(\"name\")"], Some("example")),
        ("search-prefix-tenth", &[], Some("cris")),
    ];
    let mut group = c.benchmark_group("registry");
    group.sample_size(10);
    group.bench_function(BenchmarkId::new("get", size), |b| {
        b.iter(|| users.get(black_box(&middle)).unwrap());
    });
    for (name, queries, search) in lists {
        let queries: Vec<_> = queries.iter().map(ToString::to_string).collect();
        group.bench_function(BenchmarkId::new(name, size), |b| {
            b.iter(|| users.list(black_box(&queries), search, Count::Yes).unwrap());
        });
    }
    let mut verified = false;
    group.bench_function(BenchmarkId::new("update", size), |b| {
        b.iter(|| {
            verified = !verified;
            users.set_email_verified(&middle, verified, &Client::default()).unwrap()
        });
    });
    let mut n = size;
    group.bench_function(BenchmarkId::new("create-and-delete", size), |b| {
        b.iter(|| {
            n += 1;
            let id = format!("new{n}");
            let name = Some("Ada Lovelace".to_owned());
            users.create(NewUser { id: id.clone(), name, ..NewUser::default() }).unwrap();
            users.delete(&id).unwrap();
        });
    });
}

criterion_group!(benches, all);
criterion_main!(benches);
