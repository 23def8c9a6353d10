//! How long logins wait, computed: this queue, and threads that take as long as the kernels were
//! measured to take; against a pool whose threads take one job after another, with all else alike.
use super::tests::{Plain, plain};
use super::*;

/// A kind of login.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    /// How many of a hundred logins are of it.
    percent: usize,
    lanes: Option<Lanes<char>>,
    /// Milliseconds of so many together.
    together: fn(usize) -> f64,
}

impl Kind {
    /// As `verify_many` has it: fewer than gain run one after another.
    fn milliseconds(&self, jobs: usize) -> f64 {
        match self.lanes {
            Some(lanes) if jobs >= lanes.least => (self.together)(jobs),
            _ => jobs as f64 * (self.together)(1),
        }
    }
}

const BCRYPT: Kind = Kind {
    name: "bcrypt, cost 10",
    percent: 70,
    lanes: Some(Lanes { shape: 'b', least: 2, width: 8 }),
    together: |jobs| [49.0, 54.0, 61.0, 61.0, 73.0, 73.0, 100.0, 100.0][jobs - 1],
};
const PHPASS: Kind = Kind {
    name: "PHPass, 2^13",
    percent: 20,
    lanes: Some(Lanes { shape: 'p', least: 2, width: 32 }),
    together: |jobs| if jobs < 2 { 1.1 } else { 1.2 },
};
const ARGON2ID: Kind =
    Kind { name: "Argon2id, 19,456/2/1", percent: 10, lanes: None, together: |_| 9.0 };
/// With AVX-512 and the instructions for SHA-256.
const PBKDF2: Kind = Kind {
    name: "PBKDF2-SHA-256, 600,000",
    percent: 60,
    lanes: Some(Lanes { shape: 's', least: 6, width: 16 }),
    together: |jobs| if jobs < 6 { 72.0 } else { 366.0 },
};

/// Kinds of logins, of which so many arrive a second: all at one moment, if it is `None`.
fn arrivals(kinds: &[Kind], logins: usize, a_second: Option<f64>) -> Vec<(Duration, Kind)> {
    // SplitMix64, as elsewhere: chance that is the same in every run.
    let mut state = 11_u64;
    let mut chance = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let word = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((word ^ (word >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    };
    let (mut at, all) = (0.0, kinds.iter().map(|kind| kind.percent).sum::<usize>() as f64);
    let mut login = || {
        at += a_second.map_or(0.0, |rate| -(1.0 - chance()).ln() / rate);
        let mut left = chance() * all;
        let chosen = kinds.iter().find(|kind| {
            left -= kind.percent as f64;
            left < 0.0
        });
        (Duration::from_secs_f64(at), *chosen.unwrap())
    };
    (0..logins).map(|_| login()).collect()
}

/// How long each login waits for its answer.
fn waits(arrivals: &[(Duration, Kind)], threads: usize, in_lanes: bool) -> Vec<Duration> {
    let mut queue = Queue::new(Bounds { threads, queue_max: usize::MAX, memory_kib: 0 });
    let (began, mut waits) = (Instant::now(), vec![Duration::ZERO; arrivals.len()]);
    let login = |arrival: &u64| usize::try_from(*arrival).unwrap() - 1;
    let mut threads: Vec<Option<(Duration, Slip)>> = (0..threads).map(|_| None).collect();
    threads.iter().for_each(|_| queue.rest(true));
    let mut coming = arrivals.iter().peekable();
    loop {
        let end = threads.iter().flatten().map(|(end, _)| *end).min();
        let now = match (coming.peek(), end) {
            (Some((at, _)), end) if end.is_none_or(|end| *at <= end) => *at,
            (_, Some(end)) => end,
            (_, None) => return waits,
        };
        while let Some((_, kind)) = coming.next_if(|(at, _)| *at == now) {
            let job = Plain { lanes: kind.lanes.filter(|_| in_lanes), ..plain(kind.name, 0) };
            queue.push(job, began + now, &mut Vec::new()).unwrap();
        }
        for thread in &mut threads {
            if let Some((_, slip)) = thread.take_if(|(end, _)| *end == now) {
                for login in slip.arrivals.iter().map(login) {
                    waits[login] = now - arrivals[login].0;
                }
                queue.settle(&slip, Vec::new(), 0, began + now);
                queue.rest(true);
            }
        }
        for thread in threads.iter_mut().filter(|thread| thread.is_none()) {
            queue.rest(false);
            let Look::Batch(batch) = queue.look(0, began + now, &mut Vec::new()) else {
                queue.rest(true);
                break;
            };
            let kind = arrivals[login(&batch.slip.arrivals[0])].1;
            let taken = Duration::from_secs_f64(kind.milliseconds(batch.work.len()) / 1000.0);
            *thread = Some((now + taken, batch.slip));
        }
    }
}

/// Milliseconds within which so many of a hundred have their answers.
fn within(mut waits: Vec<Duration>, percent: usize) -> u128 {
    waits.sort();
    waits[waits.len() * percent / 100].as_millis()
}

/// For each kind of login, by how many threads are to serve how much of what a plain pool could:
/// milliseconds within which 99 of 100 have their answers, ours and in the plain pool.
fn longest(kinds: &[Kind], threads: usize, load: Option<f64>) -> Vec<[u128; 2]> {
    let all = kinds.iter().map(|kind| kind.percent as f64).sum::<f64>();
    let each = kinds.iter().map(|kind| kind.percent as f64 / all * kind.milliseconds(1));
    let capacity = threads as f64 * 1000.0 / each.sum::<f64>();
    let arrivals = arrivals(kinds, 5_000, load.map(|load| load * capacity));
    let both = [true, false].map(|in_lanes| waits(&arrivals, threads, in_lanes));
    let of = |kind: &Kind| {
        both.each_ref().map(|waits| {
            let waits = waits.iter().zip(&arrivals);
            let own = waits.filter(|(_, (_, of))| of.name == kind.name);
            within(own.map(|(wait, _)| *wait).collect(), 99)
        })
    };
    kinds.iter().map(of).collect()
}

const LOADS: [Option<f64>; 5] = [Some(0.3), Some(0.6), Some(0.8), Some(0.95), Some(1.5)];

#[test]
fn in_a_storm_of_logins_every_kind_waits_less_than_in_a_plain_pool() {
    let kinds = [BCRYPT, PHPASS, ARGON2ID];
    for [ours, plain] in longest(&kinds, 2, None) {
        assert!(3 * ours < plain, "{ours} ms, {plain} ms");
    }
    for load in LOADS {
        for [ours, plain] in longest(&kinds, 2, load) {
            assert!(ours <= plain, "{load:?}: {ours} ms, {plain} ms");
        }
    }
}

#[test]
fn lanes_that_take_many_keep_nobody_waiting_for_company() {
    for kinds in [&[BCRYPT, PHPASS, ARGON2ID][..], &[PBKDF2, BCRYPT, ARGON2ID], &[PBKDF2]] {
        for threads in [2, 4, 16] {
            for load in LOADS {
                for (kind, [ours, plain]) in kinds.iter().zip(longest(kinds, threads, load)) {
                    let told = format!("{} on {threads}, {load:?}", kind.name);
                    // A fifth: a lone kind that gains little together, on few threads.
                    assert!(ours <= plain * 6 / 5, "{told}: {ours} ms, {plain} ms");
                }
            }
        }
    }
}
