//! The queue without threads: what each look comes to.
use super::super::{Kept, Needs};
use super::*;

/// A job by name, with what it takes.
#[derive(Debug, PartialEq)]
pub(super) struct Plain {
    pub(super) name: &'static str,
    pub(super) kib: u64,
    pub(super) lanes: Option<Lanes<char>>,
    pub(super) moot: bool,
}

pub(super) fn plain(name: &'static str, kib: u64) -> Plain {
    Plain { name, kib, lanes: None, moot: false }
}

fn laned(name: &'static str, shape: char, width: usize) -> Plain {
    Plain { lanes: Some(Lanes { shape, least: 2, width }), ..plain(name, 0) }
}

impl Work for Plain {
    type Tools = ();
    type Shape = char;
    type Kept = ();

    fn needs(&self) -> Needs<char> {
        Needs { memory_kib: self.kib, lanes: self.lanes }
    }

    fn is_moot(&self, _: Instant) -> bool {
        self.moot
    }

    fn begin(&mut self, _: Instant) -> bool {
        !self.moot
    }

    fn refuse(self, _: PoolError) {}

    fn keep((): &()) {}

    fn run(_: Vec<Self>, (): &()) -> Vec<Left<Self>> {
        Vec::new()
    }
}

/// Nothing is kept.
impl Kept for () {
    fn kib(&self) -> u64 {
        0
    }

    fn release(&mut self) {}
}

/// A queue with these jobs, for two threads and 1000 KiB.
fn queue(jobs: impl IntoIterator<Item = Plain>) -> Queue<Plain> {
    let mut queue = Queue::new(Bounds { threads: 2, queue_max: 100, memory_kib: 1000 });
    let now = Instant::now();
    jobs.into_iter().for_each(|job| queue.push(job, now, &mut Vec::new()).unwrap());
    queue
}

/// The names of what a thread gets that keeps so much, and what it is charged.
fn look(queue: &mut Queue<Plain>, held_kib: u64) -> (Vec<&'static str>, Option<Slip>) {
    match queue.look(held_kib, Instant::now(), &mut Vec::new()) {
        Look::Batch(batch) => (batch.work.iter().map(|job| job.name).collect(), Some(batch.slip)),
        Look::Short => (vec!["short"], None),
        Look::Empty => (vec!["empty"], None),
        Look::Over => (vec!["over"], None),
    }
}

fn names(queue: &mut Queue<Plain>) -> Vec<&'static str> {
    look(queue, 0).0
}

#[test]
fn a_group_has_one_shape_and_no_more_than_its_width() {
    let mut queue = queue([
        laned("a1", 'a', 3),
        laned("b1", 'b', 3),
        plain("c", 0),
        laned("a2", 'a', 3),
        laned("a3", 'a', 3),
        laned("a4", 'a', 3),
    ]);
    for expected in [&["a1", "a2", "a3"][..], &["b1"], &["c"], &["a4"], &["empty"]] {
        assert_eq!(names(&mut queue), expected);
    }
    let stats = queue.stats();
    assert_eq!((stats.groups, stats.lanes_filled, stats.lanes_possible), (3, 5, 9));
    queue.close();
    assert_eq!(names(&mut queue), ["over"]);
}

#[test]
fn threads_that_have_nothing_to_do_share_a_group() {
    let jobs = ["1", "2", "3", "4", "5"].map(|name| laned(name, 'a', 4));
    let mut queue = queue(jobs);
    queue.rest(true);
    assert_eq!(names(&mut queue), ["1", "2", "3"]);
    queue.rest(false);
    assert_eq!(names(&mut queue), ["4", "5"]);
}

/// A queue with so many jobs of which four gain, up to eight; of which some are moot.
fn of_four_or_more(jobs: usize, moot: usize) -> Queue<Plain> {
    let lanes = Some(Lanes { shape: 'a', least: 4, width: 8 });
    queue((0..jobs).map(|at| Plain { lanes, moot: (1..=moot).contains(&at), ..plain("a", 0) }))
}

/// How many the next thread takes while so many others have nothing to do.
fn taken(queue: &mut Queue<Plain>, idle: usize) -> usize {
    (0..idle).for_each(|_| queue.rest(true));
    let taken = names(queue).len();
    (0..idle).for_each(|_| queue.rest(false));
    taken
}

#[test]
fn fewer_than_gain_are_taken_one_by_one() {
    let mut three = of_four_or_more(3, 0);
    assert_eq!([0, 0, 0].map(|idle| taken(&mut three, idle)), [1, 1, 1]);
    let stats = three.stats();
    assert_eq!((stats.groups, stats.lanes_filled, stats.lanes_possible), (3, 3, 24));
}

#[test]
fn a_group_is_taken_when_threads_one_by_one_would_be_later() {
    // In the time of a group, a thread does three of them one by one, and two if it is at work.
    for (threads, idle, fewest) in [(1, 0, 4), (2, 0, 6), (2, 1, 7), (4, 0, 10), (4, 3, 13)] {
        let taken = |jobs| {
            let mut queue = of_four_or_more(jobs, 0);
            queue.bounds.threads = threads;
            taken(&mut queue, idle)
        };
        assert_eq!(taken(fewest - 1), 1, "{threads}, {idle}");
        assert_eq!(taken(fewest), fewest.div_ceil(idle + 1).min(8), "{threads}, {idle}");
        assert_eq!(taken(50), 8);
    }
}

#[test]
fn what_nobody_waits_for_makes_no_company() {
    assert_eq!(taken(&mut of_four_or_more(7, 2), 0), 1);
    assert_eq!(taken(&mut of_four_or_more(7, 1), 0), 6);
}

#[test]
fn a_group_takes_no_more_memory_than_there_is() {
    let jobs = ["1", "2", "3"].map(|name| Plain { kib: 400, ..laned(name, 'a', 8) });
    let mut queue = queue(jobs);
    let (names, slip) = look(&mut queue, 0);
    assert_eq!((names, slip.unwrap().charge_kib), (vec!["1", "2"], 800));
    assert_eq!(look(&mut queue, 0).0, ["short"]);
    // With what it keeps itself, a thread has enough.
    queue.free_kib = 100;
    let (names, slip) = look(&mut queue, 300);
    assert_eq!((names, slip.unwrap().charge_kib, queue.free_kib), (vec!["3"], 400, 0));
}

#[test]
fn a_job_that_wants_more_memory_than_there_is_runs_alone() {
    let mut queue = queue([plain("vast", 5000), plain("small", 100), plain("tiny", 64)]);
    let (names, slip) = look(&mut queue, 0);
    assert_eq!((names, slip.unwrap().charge_kib), (vec!["vast"], 1000));
    // What is hardly any memory is not counted.
    assert_eq!(self::names(&mut queue), ["tiny"]);
    assert_eq!(self::names(&mut queue), ["short"]);
}

#[test]
fn what_the_oldest_waits_for_is_given_to_nobody_else() {
    let mut queue =
        queue([plain("first", 600), plain("big", 600), plain("small", 100), plain("none", 0)]);
    assert_eq!(names(&mut queue), ["first"]);
    assert_eq!(names(&mut queue), ["none"]);
    assert_eq!(names(&mut queue), ["short"]);
    queue.give_back(600);
    assert_eq!(names(&mut queue), ["big"]);
    assert_eq!(names(&mut queue), ["small"]);
}

#[test]
fn what_nobody_waits_for_keeps_nobody_waiting() {
    let gone = |name, kib| Plain { moot: true, ..plain(name, kib) };
    let mut queue = queue([gone("1", 0), plain("2", 600), gone("3", 600), plain("4", 400)]);
    let mut moot = Vec::new();
    let Look::Batch(batch) = queue.look(0, Instant::now(), &mut moot) else { panic!() };
    assert_eq!((batch.work, moot), (vec![plain("2", 600)], vec![gone("1", 0)]));
    assert_eq!(names(&mut queue), ["4"]);
    assert_eq!((queue.stats().dropped, queue.stats().waiting), (2, 0));
}

#[test]
fn kept_memory_beyond_the_need_is_given_back_if_another_needs_it() {
    let excess = |jobs: &mut dyn Iterator<Item = Plain>, free_kib, held_kib| {
        let mut queue = queue(jobs);
        queue.free_kib = free_kib;
        let mut slip = look(&mut queue, held_kib).1.unwrap();
        let excess_kib = slip.excess_kib;
        queue.give_back_excess(&mut slip);
        assert_eq!(queue.free_kib + slip.charge_kib, free_kib + held_kib);
        excess_kib
    };
    let one = || [plain("none", 0)].into_iter();
    // Nobody needs it.
    assert_eq!(excess(&mut one(), 600, 400), 0);
    assert_eq!(excess(&mut one().chain([plain("small", 500)]), 600, 400), 0);
    // The next in the queue does; or it is more than a thread's share.
    assert_eq!(excess(&mut one().chain([plain("big", 700)]), 600, 400), 400);
    assert_eq!(excess(&mut [plain("small", 200)].into_iter(), 400, 600), 400);
    // All of it is needed here.
    assert_eq!(excess(&mut [plain("big", 600)].into_iter(), 400, 600), 0);
}
