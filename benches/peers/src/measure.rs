//! Ours and a peer's, in turns, on as many cores as said.
use crate::peer::{Made, Peer, User};
use hashlift::PasswordHash;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use std::time::Instant;

/// How hashlift is asked.
#[derive(Clone, Copy)]
pub(crate) enum Ask {
    /// All at once, by `verify_many`.
    Together,
    /// By `verify`, one after another.
    OneByOne,
}

/// What times add up to, in seconds for one verification.
#[derive(Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) least: f64,
}

impl Spread {
    pub(crate) fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        Self { median: times[times.len() / 2], least: times[0] }
    }

    /// How many a second.
    pub(crate) fn rate(&self) -> f64 {
        self.median.recip()
    }
}

/// Users with their hashes, as the peer made them and as hashlift read them.
struct Case {
    users: Vec<User>,
    made: Vec<Made>,
    hashes: Vec<PasswordHash>,
}

impl Case {
    /// Both must give the right answers, hashlift all at once and one by one.
    fn new(peer: &Peer, users: usize) -> Self {
        let users: Vec<_> = (0..users).map(User::new).collect();
        let made: Vec<_> = users.iter().map(peer).collect();
        let hashes: Vec<_> = made
            .iter()
            .map(|made| PasswordHash::parse(&made.text).unwrap_or_else(|e| panic!("{e}")))
            .collect();
        let case = Self { users, made, hashes };
        let wrong = c"wrong password";
        for ((hash, password), made) in case.pairs().zip(&case.made).take(4) {
            for (password, right) in [(password, true), (wrong.to_bytes(), false)] {
                let ours = hash.verify(password);
                assert_eq!(ours, Ok(right), "hashlift on {}", made.text);
            }
            assert!(!(made.check)(wrong), "the peer opens {} with another password", made.text);
        }
        assert!(case.peer_opens_all());
        let half = case.pairs().enumerate();
        let half = half.map(|(i, (hash, right))| (hash, [right, wrong.to_bytes()][i % 2]));
        let verdicts = PasswordHash::verify_many(&half.collect::<Vec<_>>());
        assert!(verdicts.iter().enumerate().all(|(i, verdict)| *verdict == Ok(i % 2 == 0)));
        case
    }

    fn peer_opens_all(&self) -> bool {
        self.made.iter().zip(&self.users).all(|(made, user)| (made.check)(&user.password))
    }

    fn pairs(&self) -> impl Iterator<Item = (&PasswordHash, &[u8])> + Clone {
        self.hashes.iter().zip(self.users.iter().map(|user| user.password.to_bytes()))
    }
}

/// What a round is made of.
#[derive(Clone, Copy)]
pub(crate) struct Round {
    pub(crate) ask: Ask,
    /// Users, each with a hash; the peer checks each once.
    pub(crate) users: usize,
    /// Verifications of ours: where there are more of them than users, users come again.
    pub(crate) count: usize,
}

/// Rounds of ours and the peer's, in turns: the time of one verification of each.
pub(crate) fn compare(peer: &Peer, round: Round, rounds: usize) -> (Spread, Spread) {
    let Round { ask, users, count } = round;
    let case = Case::new(peer, users);
    let pairs: Vec<_> = case.pairs().cycle().take(count).collect();
    let ours = || match ask {
        Ask::Together => {
            PasswordHash::verify_many(&pairs).iter().all(|verdict| *verdict == Ok(true))
        }
        Ask::OneByOne => pairs.iter().all(|(hash, password)| hash.verify(password) == Ok(true)),
    };
    let time = |count: usize, run: &dyn Fn() -> bool| {
        let started = Instant::now();
        assert!(run(), "a right password was refused");
        started.elapsed().as_secs_f64() / count as f64
    };
    let times = (0..rounds).map(|_| (time(count, &ours), time(users, &|| case.peer_opens_all())));
    let (ours, peers) = times.unzip();
    (Spread::of(ours), Spread::of(peers))
}

/// Run on a thread that, with all threads it starts, keeps to so many cores.
pub(crate) fn on_cores<T: Send>(count: usize, run: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let pinned = scope.spawn(move || {
            let allowed = sched_getaffinity(None).expect("Linux tells the cores of a thread");
            let mut chosen = CpuSet::new();
            let last = (0..CpuSet::MAX_CPU).rev().filter(|core| allowed.is_set(*core)).take(count);
            last.for_each(|core| chosen.set(core));
            assert_eq!(chosen.count() as usize, count, "there are fewer cores than needed");
            sched_setaffinity(None, &chosen).expect("a thread may leave cores");
            run()
        });
        pinned.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}
