//! The pool from outside: lanes that must not mix, and a soak.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]
use hashlift::{PasswordHash, Policy, PoolError, PoolOptions, Ticket, VerifyPool};
use std::collections::BTreeMap;
use std::sync::{Arc, mpsc};

mod soak;

/// Somebody with a password, and a hash of it by somebody else's implementation.
#[derive(Clone)]
struct User {
    password: Vec<u8>,
    hash: Arc<PasswordHash>,
}

/// Eight users of each shape.
fn users() -> BTreeMap<String, Vec<User>> {
    let mut users = BTreeMap::<String, Vec<User>>::new();
    for line in include_str!("users.tsv").lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let hash = Arc::new(PasswordHash::parse(fields[2]).unwrap());
        let user = User { password: fields[1].as_bytes().to_vec(), hash };
        users.entry(fields[0].to_owned()).or_default().push(user);
    }
    assert!(users.len() >= 12 && users.values().all(|users| users.len() == 8));
    users
}

fn pool(threads: usize, queue_max: usize) -> VerifyPool {
    let mut options = PoolOptions::default();
    (options.threads, options.queue_max) = (threads, queue_max);
    VerifyPool::new(options).unwrap()
}

/// What a pool of one thread answers to these, asked so that they wait for it together.
fn together<T>(
    pool: &VerifyPool,
    ask: impl FnOnce() -> Vec<Ticket<T>>,
) -> Vec<Result<T, PoolError>> {
    let (open, gate) = mpsc::channel::<()>();
    let shut = pool.run(0, move || gate.recv().is_ok());
    let tickets = ask();
    open.send(()).unwrap();
    assert_eq!(shut.wait(), Ok(true));
    tickets.into_iter().map(Ticket::wait).collect()
}

/// 64 users wait together, all with the password of another, but for one: in every place in turn.
#[test]
fn one_right_password_among_63_wrong_ones_is_told_from_them_in_every_place() {
    let pool = pool(1, 100);
    for (shape, users) in users() {
        for right in 0..64 {
            let ask = |place: usize| {
                let user = &users[place % 8];
                let other = if place == right { user } else { &users[(place + 1) % 8] };
                pool.verify(Arc::clone(&user.hash), &other.password)
            };
            let answers = together(&pool, || (0..64).map(ask).collect());
            let expected = (0..64).map(|place| Ok(Ok(place == right)));
            assert_eq!(answers, expected.collect::<Vec<_>>(), "{shape} {right}");
        }
        let ask = |place: usize| {
            let user = &users[place % 8];
            pool.verify(Arc::clone(&user.hash), &user.password)
        };
        let answers = together(&pool, || (0..64).map(ask).collect());
        assert!(answers.iter().all(|answer| *answer == Ok(Ok(true))), "{shape}");
    }
    let stats = pool.stats();
    // What can share lanes does, since all of them wait.
    assert!(stats.groups > 0 && stats.lanes_filled * 10 > stats.lanes_possible * 9, "{stats:?}");
}

#[test]
fn users_of_all_shapes_who_log_in_at_once_get_their_own_answers() {
    let policy = Policy::OWASP.with_costs(64, 1, 1);
    for threads in [1, 2] {
        let pool = pool(threads, 1000);
        let all: Vec<User> = users().into_values().flatten().collect();
        // Neighbours in the queue are of different shapes.
        let mixed = || (0..all.len()).map(|place| &all[place * 37 % all.len()]);
        let tickets: Vec<_> = mixed()
            .enumerate()
            .map(|(place, user)| {
                let password = if place % 3 == 0 { b"wrong" } else { &user.password[..] };
                pool.check(&policy, Arc::clone(&user.hash), password)
            })
            .collect();
        for ((place, user), ticket) in mixed().enumerate().zip(tickets) {
            let outcome = ticket.wait().unwrap().unwrap();
            match outcome {
                hashlift::Outcome::Mismatch => assert_eq!(place % 3, 0),
                hashlift::Outcome::Upgrade(new) => {
                    assert_eq!(new.verify(&user.password), Ok(true));
                    assert_ne!(place % 3, 0);
                }
                // The policy's own.
                _ => assert!(policy.reason(&user.hash).is_none() && place % 3 != 0),
            }
        }
    }
}
