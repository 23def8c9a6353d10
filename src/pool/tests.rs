//! The pool with real hashes: whose answer is whose, what a login costs, what a panic harms.
use super::*;
use crate::algorithm::Cost;
use crate::hash::{Group, count};
use crate::limits::Limits;
use crate::secret::Keyring;
use std::sync::mpsc;
use std::time::{Duration, Instant};

const PASSWORD: &[u8] = b"correct horse";
/// Of `PASSWORD`, by Python's hashlib.
const SHA: &str = "{SHA}L55TUjtiq8FBorTWAZ0jy6g129A=";
/// Of another password.
const BCRYPT: &str = "$2b$05$hgBoX6k7F46.2yK6b7N7x.d48LbLODjvm8LhBNHmEIMjla6RCCV0m";
const MD5CRYPT: &str = "$1$QJB7lZm6$6OwXfPFRCG0UIj1SK0Mnk0";

fn options(threads: usize) -> PoolOptions {
    PoolOptions { threads, queue_max: 1000, ..PoolOptions::default() }
}

fn pool(threads: usize) -> VerifyPool {
    VerifyPool::new(options(threads)).unwrap()
}

fn policy() -> Policy {
    Policy::OWASP.with_costs(128, 2, 1)
}

fn parsed(text: &str) -> PasswordHash {
    PasswordHash::parse(text).unwrap()
}

/// Keep the one thread of a pool from working until this is dropped.
struct Gate {
    hold: Option<mpsc::Sender<()>>,
    ticket: Option<Ticket<()>>,
}

impl Gate {
    fn shut(pool: &VerifyPool) -> Self {
        let (hold, held) = mpsc::channel::<()>();
        let (begin, begun) = mpsc::channel();
        let ticket = pool.run(0, move || {
            begin.send(()).unwrap();
            // Until the other end is gone.
            held.recv().unwrap_err();
        });
        begun.recv().unwrap();
        Self { hold: Some(hold), ticket: Some(ticket) }
    }

    fn open(mut self) {
        drop(self.hold.take());
        self.ticket.take().unwrap().wait().unwrap();
    }
}

#[test]
fn a_login_through_the_pool_derives_what_a_login_without_it_does() {
    let policy = policy();
    let long = vec![b'a'; 5000];
    let mine = |kib, passes| Policy::OWASP.with_costs(kib, passes, 1).hash(PASSWORD).unwrap();
    let (new, weaker, stronger) = (mine(128, 2), mine(64, 1), mine(256, 2));
    let wrapped = policy.wrap(&parsed(SHA)).unwrap().unwrap();
    let accounts = [
        Account::Unknown,
        Account::Text("!"),
        Account::Text(""),
        Account::Text("$2b$05$short"),
        Account::Text("$2b$31$hgBoX6k7F46.2yK6b7N7x."),
        Account::Text(SHA),
        Account::Text(MD5CRYPT),
        Account::Text(BCRYPT),
        Account::Hash(&new),
        Account::Hash(&weaker),
        Account::Hash(&stronger),
        Account::Hash(&wrapped),
    ];
    let pool = pool(1);
    for account in accounts {
        for password in [PASSWORD, b"wrong", b"wrong\0", b"", &long] {
            count::take();
            let alone = policy.login(account, password, &Keyring::EMPTY);
            let costs = count::take();
            let login = pool.login(&policy, account, password).wait().unwrap();
            // The pool has one thread: it has counted.
            let counted = pool.run(0, count::take).wait().unwrap();
            assert_eq!(counted, costs, "{account:?}");
            assert_eq!(said(&login.outcome), said(&alone.outcome), "{account:?}");
            assert_eq!(login.unreadable, alone.unreadable, "{account:?}");
            assert_eq!(login.failed, alone.failed, "{account:?}");
            if let Outcome::Upgrade(new) = login.outcome {
                assert_eq!(new.verify(password), Ok(true));
            }
        }
    }
}

fn said(outcome: &Outcome) -> (&str, Option<Cost>) {
    match outcome {
        Outcome::Mismatch => ("mismatch", None),
        Outcome::Match => ("match", None),
        Outcome::Upgrade(new) => ("upgrade", Some(new.cost())),
    }
}

#[test]
fn a_check_answers_as_the_policy_does() {
    let (policy, pool) = (policy(), pool(2));
    let new = policy.hash(PASSWORD).unwrap();
    let cases =
        [(SHA, PASSWORD), (SHA, b"wrong"), (BCRYPT, b"a\0"), (BCRYPT, b"wrong"), ("!", b"")];
    let cases = cases.map(|(text, password)| (parsed(text), password));
    let new = [(new.clone(), PASSWORD), (new, b"wrong")];
    for (hash, password) in cases.into_iter().chain(new) {
        let alone = policy.check(&hash, password);
        let pooled = pool.check(&policy, hash, password).wait().unwrap();
        let said = |checked: &Result<Outcome, VerifyError>| match checked {
            Ok(outcome) => format!("{:?}", said(outcome)),
            Err(error) => error.to_string(),
        };
        assert_eq!(said(&pooled), said(&alone));
    }
}

#[test]
fn a_hash_made_by_the_pool_is_one_of_the_policys() {
    let pool = pool(1);
    let hash = pool.hash(&policy(), PASSWORD).wait().unwrap().unwrap();
    assert_eq!(policy().reason(&hash), None);
    assert_eq!(pool.verify(hash, PASSWORD).wait(), Ok(Ok(true)));
    let error = pool.hash(&policy(), &[0; 4097]).wait().unwrap().unwrap_err();
    assert_eq!(error, HashError::PasswordTooLong { max: 4096 });
}

#[test]
fn a_panic_in_one_lane_harms_no_other() {
    // Lanes that break when one of the passwords says so.
    let mut tools = Tools::new(Keyring::EMPTY, Limits::DEFAULT);
    tools.verify = |pairs, keys, limits| {
        if pairs.iter().any(|(_, password)| *password == b"break") {
            std::panic::resume_unwind(Box::new("a lane broke"));
        }
        PasswordHash::verify_many_with(pairs, keys, limits)
    };
    let bounds = Bounds { threads: 1, queue_max: 100, memory_kib: 0 };
    let pool = VerifyPool { engine: Engine::start(bounds, tools).unwrap() };
    let hash = Arc::new(parsed(SHA));
    let gate = Gate::shut(&pool);
    let passwords = [PASSWORD, b"wrong", b"break", PASSWORD, b"wrong"];
    let tickets = passwords.map(|password| pool.verify(Arc::clone(&hash), password));
    gate.open();
    let answers = tickets.map(Ticket::wait);
    let yes = Ok(Ok(true));
    let no = Ok(Ok(false));
    assert_eq!(answers, [yes.clone(), no.clone(), Err(PoolError::Panicked), yes, no]);
    assert_eq!(pool.stats().panicked, 1);
}

#[test]
fn a_panic_of_a_closure_is_its_own_answer_and_the_thread_goes_on() {
    let pool = pool(1);
    let panicked = pool.run(0, || std::panic::resume_unwind(Box::new("broke")));
    let panicked: Ticket<()> = panicked;
    assert_eq!(panicked.wait(), Err(PoolError::Panicked));
    // What is dropped may panic as well: a closure, its answer, what a panic carries.
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            if !std::thread::panicking() {
                std::panic::resume_unwind(Box::new("a bomb"));
            }
        }
    }
    let gate = Gate::shut(&pool);
    let bomb = Bomb;
    drop(pool.run(0, move || drop(bomb)));
    let (ticket, bomb) = (pool.run(0, || std::panic::resume_unwind(Box::new(Bomb))), Bomb);
    let ticket: Ticket<()> = ticket;
    let answer = pool.run(0, move || bomb);
    gate.open();
    assert_eq!(ticket.wait(), Err(PoolError::Panicked));
    std::mem::forget(answer.wait());
    assert_eq!(pool.run(0, || 7).wait(), Ok(7));
    assert_eq!(pool.stats().dropped, 1);
}

#[test]
fn a_deadline_is_kept_although_no_thread_is_free() {
    let pool = pool(1);
    let gate = Gate::shut(&pool);
    let late = pool.run(0, || 1).by(Instant::now() + Duration::from_millis(20));
    // The one thread is not free, and yet this comes back.
    assert_eq!(late.wait(), Err(PoolError::Expired));
    let in_time = pool.run(0, || 2).by(Instant::now() + Duration::from_secs(600));
    gate.open();
    assert_eq!(in_time.wait(), Ok(2));
}

#[test]
fn who_comes_late_is_told_so_however_the_pool_finds_out() {
    let mut options = options(1);
    (options.queue_max, options.memory_kib) = (1, 1000);
    let pool = VerifyPool::new(options).unwrap();
    // Found when its turn comes, and when the queue is full.
    for another_job in [false, true] {
        let gate = Gate::shut(&pool);
        let late = pool.run(0, || 1).by(Instant::now());
        let next = another_job.then(|| pool.run(0, || 2));
        gate.open();
        assert_eq!(next.map_or(Ok(2), Ticket::wait), Ok(2));
        assert_eq!(pool.run(0, || 3).wait(), Ok(3));
        assert_eq!(late.wait(), Err(PoolError::Expired));
    }
    assert_eq!(pool.stats().dropped, 2);
}

#[test]
fn a_deadline_is_met_by_the_first_step() {
    let (now, later) = (Instant::now(), Duration::from_secs(600));
    let with_deadline = || {
        let (ticket, promise) = pair::<u32>();
        (ticket.by(now + later), promise)
    };
    let (_ticket, mut met) = with_deadline();
    assert!(!met.is_moot(now) && met.begin(now));
    assert!(!met.is_moot(now + later) && met.begin(now + later));
    let (_ticket, mut missed) = with_deadline();
    assert!(missed.is_moot(now + later) && !missed.begin(now + later));
}

#[test]
fn as_many_of_a_kind_run_together_as_gain_on_this_processor() {
    let pbkdf2 = format!("pbkdf2:sha256:1000$NaCl4all${}", "17".repeat(32));
    for text in [BCRYPT, MD5CRYPT, &pbkdf2] {
        let hash = Arc::new(parsed(text));
        // Where lanes gain nothing, there is no group.
        let Some(group) = Group::of(&hash) else { continue };
        let least = group.least();
        for (jobs, groups) in [(least - 1, least - 1), (least, 1)] {
            let pool = pool(1);
            let gate = Gate::shut(&pool);
            let verify = |_| pool.verify(Arc::clone(&hash), b"wrong");
            let tickets: Vec<_> = (0..jobs).map(verify).collect();
            gate.open();
            tickets.into_iter().for_each(|ticket| assert_eq!(ticket.wait(), Ok(Ok(false))));
            let stats = pool.stats();
            let counted = (stats.groups, stats.lanes_filled);
            assert_eq!(counted, (groups as u64, jobs as u64), "{text}");
        }
    }
}

#[test]
fn the_counters_add_up() {
    let mut options = options(1);
    options.queue_max = 3;
    let pool = VerifyPool::new(options).unwrap();
    let gate = Gate::shut(&pool);
    let hash = Arc::new(parsed(SHA));
    let waiting = [1, 2, 3].map(|_| pool.verify(Arc::clone(&hash), PASSWORD));
    assert_eq!(pool.verify(Arc::clone(&hash), PASSWORD).wait(), Err(PoolError::Busy));
    let stats = pool.stats();
    assert_eq!((stats.waiting, stats.running, stats.submitted, stats.busy), (3, 1, 5, 1));
    gate.open();
    waiting.into_iter().for_each(|ticket| assert_eq!(ticket.wait(), Ok(Ok(true))));
    pool.drain();
    assert_eq!(pool.verify(hash, PASSWORD).wait(), Err(PoolError::Closed));
    let stats = pool.stats();
    assert_eq!((stats.done, stats.busy, stats.closed, stats.dropped), (4, 1, 1, 0));
    assert_eq!((stats.waiting, stats.running, stats.memory_kib), (0, 0, 0));
    assert!(stats.time_waiting > Duration::ZERO && stats.time_working > Duration::ZERO);
}
