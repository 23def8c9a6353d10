//! Many people log in at once: `VerifyPool` against a pool of threads that calls the plain crates.
//!
//! Both have two threads, on the same two cores as the front that takes logins and answers. Seven
//! logins in ten are bcrypt at cost 10, two PHPass of 2^13 rounds, one Argon2id of 19,456 KiB in two
//! passes; one in ten is wrong. First all of them arrive at one moment: how many a second are
//! answered, and how long one waits. Then they arrive at random moments (a Poisson process), as many
//! a second as make four fifths of what the plain crates could bear: how long one waits on a usual day.
//!
//! The plain crates share cargo's features with ours, so `argon2` and `md-5` wipe as they do for us.
use crate::measure::{Spread, on_cores};
use crate::peer::{self, Made, Peer, User, phpass_text, read_phpass};
use crate::rows::Measured;
use argon2::{Argon2, PasswordVerifier};
use futures::channel::{mpsc, oneshot};
use futures::executor::block_on;
use futures::future::{BoxFuture, FutureExt};
use futures::stream::StreamExt;
use hashlift::{PasswordHash, PoolOptions, VerifyPool};
use md5::{Digest, Md5};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// The row's name.
pub(crate) const WORK: &str = "login-storm";
const THREADS: usize = 2;

/// Somebody at the door.
struct Login {
    stored: Arc<str>,
    password: Arc<[u8]>,
    right: bool,
}

/// Hashes that the peers made, and logins with them in an order of chance, the same each time.
fn logins(count: usize) -> Vec<Login> {
    let kinds: [(usize, Peer); 3] = [
        (70, peer::libxcrypt(c"$2b$", 10)),
        (20, peer::openssl_phpass(13)),
        (10, peer::libsodium(19_456, 2)),
    ];
    let made = kinds.iter().flat_map(|(users, peer)| {
        (0..*users).map(User::new).map(move |user| {
            let Made { text, .. } = peer(&user);
            (Arc::<str>::from(text), Arc::<[u8]>::from(user.password.as_bytes()))
        })
    });
    let made: Vec<_> = made.collect();
    let mut logins: Vec<_> = (0..count)
        .map(|n| {
            let (stored, right) = &made[n % made.len()];
            let wrong = (n + n / made.len()) % 10 == 9;
            let password = if wrong { Arc::from(*b"wrong password") } else { Arc::clone(right) };
            Login { stored: Arc::clone(stored), password, right: !wrong }
        })
        .collect();
    fastrand::Rng::with_seed(5).shuffle(&mut logins);
    logins
}

/// What a login will be answered.
type Verdict = BoxFuture<'static, bool>;

/// Ours: a text is read, its verification queued.
fn ours(pool: &VerifyPool, login: &Login) -> Verdict {
    let hash = PasswordHash::parse(&login.stored).expect("a peer's hash is read");
    let ticket = pool.verify(hash, &login.password);
    async { ticket.await.expect("the pool has room").expect("within limits") }.boxed()
}

/// Theirs: a job for the next free thread.
fn theirs(pool: &rayon::ThreadPool, login: &Login) -> Verdict {
    let (stored, password) = (Arc::clone(&login.stored), Arc::clone(&login.password));
    let (tell, told) = oneshot::channel();
    pool.spawn_fifo(move || tell.send(plain(&stored, &password)).expect("somebody waits"));
    told.map(|verdict| verdict.expect("no job panics")).boxed()
}

/// A verification as one writes it with the plain crates.
fn plain(stored: &str, password: &[u8]) -> bool {
    if stored.starts_with("$2b$") {
        return bcrypt::verify(password, stored).expect("a bcrypt hash");
    }
    if let Some((rounds_log2, salt)) = read_phpass(stored) {
        let first = Md5::new().chain_update(salt).chain_update(password).finalize();
        let digest = (0..1_u32 << rounds_log2).fold(first, |digest, _| {
            Md5::new().chain_update(digest).chain_update(password).finalize()
        });
        return phpass_text(rounds_log2, salt, &digest) == stored;
    }
    let stored = argon2::PasswordHash::new(stored).expect("a PHC string");
    Argon2::default().verify_password(password, &stored).is_ok()
}

/// How logins were served.
struct Served {
    /// From the first arrival to the last answer, for one login.
    seconds: f64,
    /// From each login's arrival to its answer.
    waits: Vec<Duration>,
}

/// Let logins arrive, all at once or so many a second, and wait for all answers.
#[expect(clippy::disallowed_methods, reason = "arrivals are by the clock")]
fn serve(
    logins: &[Login],
    a_second: Option<f64>,
    ask: impl Fn(&Login) -> Verdict + Sync,
) -> Served {
    let (line, door) = mpsc::unbounded();
    let started = Instant::now();
    let waits = thread::scope(|scope| {
        scope.spawn(|| {
            let (mut chance, mut due, line) = (fastrand::Rng::with_seed(7), started, line);
            for login in logins {
                if let Some(rate) = a_second {
                    due += Duration::from_secs_f64(-(1.0 - chance.f64()).ln() / rate);
                    thread::sleep(due.saturating_duration_since(Instant::now()));
                }
                line.unbounded_send((due, login.right, ask(login))).expect("the door is open");
            }
        });
        let answers = door.map(|(arrived, right, verdict)| async move {
            assert_eq!(verdict.await, right, "a wrong verdict");
            arrived.elapsed()
        });
        block_on(answers.buffer_unordered(logins.len()).collect::<Vec<_>>())
    });
    assert_eq!(waits.len(), logins.len(), "a login was lost");
    Served { seconds: started.elapsed().as_secs_f64() / logins.len() as f64, waits }
}

/// The wait that so many of a hundred logins do not exceed, in seconds.
fn percentile(waits: &mut [Duration], percent: usize) -> f64 {
    waits.sort();
    waits[(waits.len() * percent / 100).min(waits.len() - 1)].as_secs_f64()
}

/// The row, and what there is to say about waits.
pub(crate) fn measure(count: usize, rounds: usize) -> (Measured, Vec<String>) {
    on_cores(THREADS, || {
        let mut options = PoolOptions::default();
        (options.threads, options.queue_max) = (THREADS, count);
        let our_pool = VerifyPool::new(options).expect("threads start");
        let their_pool =
            rayon::ThreadPoolBuilder::new().num_threads(THREADS).build().expect("threads start");
        let ask_ours = |login: &Login| ours(&our_pool, login);
        let ask_theirs = |login: &Login| theirs(&their_pool, login);

        let all = logins(count);
        let mut times = (Vec::new(), Vec::new());
        let mut waits = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            let (mine, plain) = (serve(&all, None, ask_ours), serve(&all, None, ask_theirs));
            times.0.push(mine.seconds);
            times.1.push(plain.seconds);
            waits.0.extend(mine.waits);
            waits.1.extend(plain.waits);
        }
        let row = Measured {
            work: WORK,
            label: "login storm through VerifyPool, on two cores",
            peer_name: "plain crates",
            goal: 2.5,
            ours: Spread::of(times.0),
            peer: Spread::of(times.1),
        };
        let rate = row.peer.rate() * 0.8;
        let usual = &all[..count / 5];
        let (mut mine, mut plain) =
            (serve(usual, Some(rate), ask_ours), serve(usual, Some(rate), ask_theirs));
        let note = |how: &str, mine: &mut [Duration], plain: &mut [Duration]| {
            let [half, most] = [50, 99].map(|p| [percentile(mine, p), percentile(plain, p)]);
            format!(
                "{how}: half wait at most {:.2} s with hashlift, {:.2} s with the plain crates; \
                 99 of 100 at most {:.2} s and {:.2} s",
                half[0], half[1], most[0], most[1]
            )
        };
        let storm = format!(
            "Login storm (70 % bcrypt 10, 20 % PHPass 2^13, 10 % Argon2id 19,456/2/1), {count} at \
             one moment"
        );
        let usual = format!("The same mixture, {rate:.0} a second at random moments");
        let notes = vec![
            note(&storm, &mut waits.0, &mut waits.1),
            note(&usual, &mut mine.waits, &mut plain.waits),
        ];
        (row, notes)
    })
}
