//! Work of all kinds at random, with callers who go away, deadlines that pass and jobs that panic:
//! every job is answered once, with its own answer.
//!
//! `HASHLIFT_SOAK_SECONDS=60 cargo test --release --test pool soak -- --nocapture` is the long run
//! of CI; without it, a second.
use super::{User, pool, users};
use hashlift::{Account, Outcome, Policy, PoolError, Ticket, VerifyPool};
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

/// What callers saw.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    asked: u64,
    answered: u64,
    panicked: u64,
    gone: u64,
    expired: u64,
    busy: u64,
}

impl Seen {
    fn and(self, other: Self) -> Self {
        Self {
            asked: self.asked + other.asked,
            answered: self.answered + other.answered,
            panicked: self.panicked + other.panicked,
            gone: self.gone + other.gone,
            expired: self.expired + other.expired,
            busy: self.busy + other.busy,
        }
    }
}

/// Steele, Lea and Flood's SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(bound).unwrap()).unwrap()
    }
}

/// Wait as an async runtime does: with a waker, of which there is a new one at each poll.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let mut future = pin!(future);
    loop {
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(answer) => return answer,
            Poll::Pending => thread::park(),
        }
    }
}

/// Take what comes of a ticket in one of the ways there are, and check what was answered.
fn take<T>(ticket: Ticket<T>, random: &mut Random, seen: &mut Seen, check: impl FnOnce(T)) {
    seen.asked += 1;
    let answer = match random.below(10) {
        0 => {
            drop(ticket);
            seen.gone += 1;
            return;
        }
        1 => {
            thread::yield_now();
            drop(ticket);
            seen.gone += 1;
            return;
        }
        2 => ticket.by(Instant::now() + Duration::from_micros(200)).wait(),
        3 => block_on(ticket.by(Instant::now() + Duration::from_secs(600))),
        4..7 => block_on(ticket),
        _ => ticket.wait(),
    };
    match answer {
        Ok(answer) => {
            check(answer);
            seen.answered += 1;
        }
        Err(PoolError::Panicked) => seen.panicked += 1,
        Err(PoolError::Expired) => seen.expired += 1,
        Err(PoolError::Busy) => seen.busy += 1,
        Err(error) => panic!("{error}"),
    }
}

/// A caller, until the end.
fn caller(pool: &VerifyPool, users: &[User], seed: u64, end: Instant) -> Seen {
    let (mut random, mut seen) = (Random(seed), Seen::default());
    let policy = Policy::OWASP.with_costs(256, 1, 1);
    while Instant::now() < end {
        // A few at a time, so that there is something to fill lanes from.
        let mut later: Vec<(Ticket<_>, bool)> = Vec::new();
        for _ in 0..random.below(12) {
            let user = &users[random.below(users.len())];
            let right = random.below(2) == 0;
            let password = if right { &user.password[..] } else { b"wrong" };
            later.push((pool.verify(Arc::clone(&user.hash), password), right));
        }
        let user = &users[random.below(users.len())];
        let right = random.below(2) == 0;
        let password = if right { &user.password[..] } else { b"wrong" };
        let matches = |outcome: &Outcome| !matches!(outcome, Outcome::Mismatch);
        match random.below(8) {
            0 => take(pool.hash(&policy, password), &mut random, &mut seen, |hash| {
                assert_eq!(policy.reason(&hash.unwrap()), None);
            }),
            1 => {
                let ticket = pool.check(&policy, Arc::clone(&user.hash), password);
                take(ticket, &mut random, &mut seen, |checked| {
                    assert_eq!(matches(&checked.unwrap()), right);
                });
            }
            2 => {
                let ticket = pool.login(&policy, Account::Hash(&user.hash), password);
                take(ticket, &mut random, &mut seen, |login| {
                    assert_eq!(matches(&login.outcome), right);
                });
            }
            3 => {
                let ticket = pool.login(&policy, Account::Unknown, password);
                take(ticket, &mut random, &mut seen, |login| assert!(!matches(&login.outcome)));
            }
            4 => {
                let ticket = pool.run(0, || std::panic::resume_unwind(Box::new("as it should")));
                take(ticket, &mut random, &mut seen, |()| panic!("it had panicked"));
            }
            // More memory than there is among them.
            5 => {
                let (number, kib) =
                    (random.below(1000), u64::try_from(random.below(2000)).unwrap());
                let ticket = pool.run(kib, move || number);
                take(ticket, &mut random, &mut seen, |answer| assert_eq!(answer, number));
            }
            _ => {}
        }
        for (ticket, right) in later {
            take(ticket, &mut random, &mut seen, |verdict| assert_eq!(verdict, Ok(right)));
        }
    }
    seen
}

#[test]
fn soak() {
    #[expect(clippy::disallowed_methods, reason = "CI asks for more than a developer waits for")]
    let seconds = std::env::var("HASHLIFT_SOAK_SECONDS").ok().and_then(|n| n.parse().ok());
    let length = Duration::from_secs(seconds.unwrap_or(1));
    let users: Vec<User> = users().into_values().flatten().collect();
    let mut options = hashlift::PoolOptions::default();
    (options.threads, options.queue_max, options.memory_kib) = (3, 64, 1024);
    let pool = VerifyPool::new(options).unwrap();
    let seed = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    println!("seed {seed}");
    let end = Instant::now() + length;
    let seen = thread::scope(|scope| {
        let callers: Vec<_> = (0..8)
            .map(|number| {
                let (pool, users) = (&pool, &users);
                scope.spawn(move || caller(pool, users, seed.wrapping_add(number), end))
            })
            .collect();
        let seen = callers.into_iter().map(|caller| caller.join().unwrap());
        seen.fold(Seen::default(), Seen::and)
    });
    pool.drain();
    let stats = pool.stats();
    println!("{seen:?}\n{stats:?}");
    // Each job came to one end, and whoever waited heard of it.
    let ends = seen.answered + seen.panicked + seen.gone + seen.expired + seen.busy;
    assert_eq!((seen.asked, ends), (stats.submitted, stats.submitted));
    assert_eq!(stats.submitted, stats.done + stats.dropped + stats.busy + stats.closed);
    // What the pool counts is what callers saw, but for those who did not wait to see it.
    assert!(stats.done >= seen.answered + seen.panicked && stats.panicked >= seen.panicked);
    assert!(stats.dropped <= seen.gone + seen.expired && stats.busy >= seen.busy);
    assert_eq!((stats.waiting, stats.running, stats.memory_kib, stats.closed), (0, 0, 0, 0));
    assert!(seen.answered > 0 && stats.lanes_filled > 0);
    // A pool that is drained refuses, and says so.
    assert_eq!(pool.run(0, || ()).wait(), Err(PoolError::Closed));
}

/// The end in the middle of it: abandoned, a pool still answers everybody.
#[test]
fn a_pool_that_is_abandoned_under_load_answers_everybody() {
    let users: Vec<User> = users().into_values().flatten().collect();
    for round in 0..20 {
        let pool = pool(2, 1000);
        let policy = Policy::OWASP.with_costs(64, 1, 1);
        let tickets: Vec<_> = users
            .iter()
            .map(|user| pool.check(&policy, Arc::clone(&user.hash), &user.password))
            .collect();
        if round % 2 == 0 {
            thread::yield_now();
        }
        pool.abandon();
        let (mut done, mut closed) = (0, 0);
        for ticket in tickets {
            match ticket.wait() {
                Ok(checked) => done += u64::from(!matches!(checked.unwrap(), Outcome::Mismatch)),
                Err(error) => closed += u64::from(error == PoolError::Closed),
            }
        }
        pool.drain();
        let stats = pool.stats();
        assert_eq!((done, closed), (stats.done, stats.dropped));
        assert_eq!(done + closed, 96);
    }
}
