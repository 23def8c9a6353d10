//! What waits, in what order it is taken, and how much may run at once. Plain data: the lock and
//! the threads are `worker`'s.
//!
//! *Order*: the oldest job first, and with it, as far as lanes go, the others of its shape. A job
//! that has steps keeps its place from one to the next.
//!
//! *Company*: a group has its answers all at once, and takes about as long as the fewest that gain
//! would take one after another. If the threads could derive all that wait of a shape one by one in
//! that time, the oldest is taken alone: this thread and the idle ones begin now, those at work a turn
//! later. Else a group is taken, shared with the idle threads.
//!
//! So it is when all threads are at work, too. To take together what gains nothing together would
//! cost no time, but hold the first answer until the last is there, leave nothing for the next thread
//! that becomes free, and keep those of other shapes that came between waiting for all. Where two
//! gain, as with bcrypt, two go together whenever no thread is idle. `storm` computes what this does
//! to the longest waits: with groups as soon as they gain, they would be more than twice as long as in
//! a pool without lanes.
//!
//! *Memory*: a job runs when what it takes is free. While the oldest waits for memory no other job
//! gets any, so it is next; those that need none go on meanwhile. A job that wants more than there
//! is gets all of it. A thread that goes from job to job keeps its memory and is charged for it; it
//! gives it back when there is nothing more to do, or when another job needs it. Only a job that
//! wants more than a thread's share of the memory may have to wait for what a thread at other work
//! keeps.
use super::{Bounds, Lanes, Left, PoolError, PoolStats, Work};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

#[cfg(test)]
mod storm;
#[cfg(test)]
mod tests;

/// Memory that is not counted, in KiB: bcrypt's tables, a frame of the stack.
const UNCOUNTED_KIB: u64 = 64;

pub(super) struct Queue<W: Work> {
    bounds: Bounds,
    /// In order of arrival. An entry whose work has been taken goes at the end of each operation.
    entries: VecDeque<Entry<W>>,
    arrivals: u64,
    open: bool,
    abandoned: bool,
    /// Threads that wait for work.
    idle: usize,
    free_kib: u64,
    stats: PoolStats,
}

struct Entry<W: Work> {
    arrival: u64,
    since: Instant,
    kib: u64,
    lanes: Option<Lanes<W::Shape>>,
    work: Option<W>,
}

/// What a thread has taken to do.
pub(super) struct Batch<W> {
    pub(super) work: Vec<W>,
    pub(super) slip: Slip,
}

/// What of it the queue must be told afterwards.
pub(super) struct Slip {
    /// The places of the jobs in the queue, for what is left of them.
    pub(super) arrivals: Vec<u64>,
    /// What the thread is charged, in KiB.
    pub(super) charge_kib: u64,
    /// What of it the thread must give back before it begins: it keeps more than it needs now, and
    /// another job waits for it, or would if it came: it is over the thread's share.
    pub(super) excess_kib: u64,
    since: Instant,
}

/// What a look at the queue came to.
pub(super) enum Look<W: Work> {
    Batch(Batch<W>),
    /// There is work, and no memory for it.
    Short,
    Empty,
    /// The pool is closed, and there will be no more.
    Over,
}

impl<W: Work> Queue<W> {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            entries: VecDeque::new(),
            arrivals: 0,
            open: true,
            abandoned: false,
            idle: 0,
            free_kib: bounds.memory_kib,
            stats: PoolStats::default(),
        }
    }

    pub(super) fn stats(&self) -> PoolStats {
        let waiting = self.entries.len();
        let memory_kib = self.bounds.memory_kib.saturating_sub(self.free_kib);
        PoolStats { waiting, memory_kib, ..self.stats }
    }

    /// Whether another thread should be woken for what waits.
    pub(super) fn wants_more(&self) -> bool {
        self.idle > 0 && !self.entries.is_empty()
    }

    /// A job arrives; or is refused, and given back. What it is waiting behind without purpose comes
    /// back as well, to be dropped where no lock is held.
    pub(super) fn push(
        &mut self,
        work: W,
        now: Instant,
        moot: &mut Vec<W>,
    ) -> Result<(), (PoolError, W)> {
        self.stats.submitted = self.stats.submitted.saturating_add(1);
        if !self.open {
            self.stats.closed = self.stats.closed.saturating_add(1);
            return Err((PoolError::Closed, work));
        }
        if self.is_full() {
            self.sweep(now, moot);
        }
        if self.is_full() {
            self.stats.busy = self.stats.busy.saturating_add(1);
            return Err((PoolError::Busy, work));
        }
        self.arrivals = self.arrivals.saturating_add(1);
        let entry = self.entry(self.arrivals, work, now);
        self.entries.push_back(entry);
        Ok(())
    }

    /// Jobs that an idle thread is about to take do not wait.
    fn is_full(&self) -> bool {
        self.entries.len() >= self.bounds.queue_max.saturating_add(self.idle)
    }

    fn entry(&self, arrival: u64, work: W, since: Instant) -> Entry<W> {
        let needs = work.needs();
        let kib = if needs.memory_kib <= UNCOUNTED_KIB { 0 } else { needs.memory_kib };
        let kib = kib.min(self.bounds.memory_kib);
        let lanes = needs.lanes.filter(|lanes| lanes.width > 1);
        Entry { arrival, since, kib, lanes, work: Some(work) }
    }

    /// Take out what nobody waits for any more.
    fn sweep(&mut self, now: Instant, moot: &mut Vec<W>) {
        for entry in &mut self.entries {
            if entry.work.as_ref().is_some_and(|work| work.is_moot(now)) {
                moot.extend(entry.work.take());
            }
        }
        self.forget(moot.len());
    }

    fn forget(&mut self, dropped: usize) {
        self.entries.retain(|entry| entry.work.is_some());
        self.stats.dropped = self.stats.dropped.saturating_add(count(dropped));
    }

    /// What a thread that keeps `held_kib` does next.
    pub(super) fn look(&mut self, held_kib: u64, now: Instant, moot: &mut Vec<W>) -> Look<W> {
        let before = moot.len();
        let look = self.pick(held_kib, now, moot);
        self.forget(moot.len().saturating_sub(before));
        match look {
            Look::Empty if !self.open => Look::Over,
            other => other,
        }
    }

    fn pick(&mut self, held_kib: u64, now: Instant, moot: &mut Vec<W>) -> Look<W> {
        let there_kib = self.free_kib.saturating_add(held_kib);
        let mut short = false;
        let mut oldest = None;
        for entry in &mut self.entries {
            if entry.kib > there_kib || (short && entry.kib > 0) {
                // Nobody is kept waiting for memory by a job that nobody waits for.
                match entry.work.as_ref().is_some_and(|work| work.is_moot(now)) {
                    true => moot.extend(entry.work.take()),
                    false => short = true,
                }
            } else if let Some(work) = entry.begin(now, moot) {
                oldest = Some((work, entry.arrival, entry.since, entry.kib, entry.lanes.take()));
                break;
            }
        }
        let Some((work, arrival, since, kib, lanes)) = oldest else {
            return if short { Look::Short } else { Look::Empty };
        };
        let slip = Slip { arrivals: vec![arrival], charge_kib: kib, excess_kib: 0, since: now };
        let mut batch = Batch { work: vec![work], slip };
        let mut waited = now.saturating_duration_since(since);
        if let Some(lanes) = lanes {
            waited = waited.saturating_add(self.fill(&mut batch, &lanes, there_kib, moot));
        }
        let excess_kib = held_kib.saturating_sub(batch.slip.charge_kib);
        batch.slip.charge_kib = batch.slip.charge_kib.max(held_kib);
        self.free_kib = there_kib.saturating_sub(batch.slip.charge_kib);
        let mut waiting = self.entries.iter().filter(|entry| entry.work.is_some());
        let share_kib = self.bounds.memory_kib / count(self.bounds.threads.max(1));
        if held_kib > share_kib || waiting.any(|entry| entry.kib > self.free_kib) {
            batch.slip.excess_kib = excess_kib;
        }
        self.stats.running = self.stats.running.saturating_add(batch.work.len());
        self.stats.time_waiting = self.stats.time_waiting.saturating_add(waited);
        Look::Batch(batch)
    }

    /// Add the jobs of that shape that came later, as many as gain. How long they have waited.
    fn fill(
        &mut self,
        batch: &mut Batch<W>,
        lanes: &Lanes<W::Shape>,
        there_kib: u64,
        moot: &mut Vec<W>,
    ) -> Duration {
        let Lanes { ref shape, width, .. } = *lanes;
        let most = self.share(lanes, batch.slip.since);
        let mut waited = Duration::ZERO;
        for entry in &mut self.entries {
            if batch.work.len() >= most {
                break;
            }
            let kib = batch.slip.charge_kib.saturating_add(entry.kib);
            if kib > there_kib || !entry.is_of(shape) {
                continue;
            }
            if let Some(work) = entry.begin(batch.slip.since, moot) {
                batch.work.push(work);
                batch.slip.arrivals.push(entry.arrival);
                batch.slip.charge_kib = kib;
                waited =
                    waited.saturating_add(batch.slip.since.saturating_duration_since(entry.since));
            }
        }
        self.stats.groups = self.stats.groups.saturating_add(1);
        self.stats.lanes_filled = self.stats.lanes_filled.saturating_add(count(batch.work.len()));
        self.stats.lanes_possible = self.stats.lanes_possible.saturating_add(count(width));
        waited
    }

    /// How many of the jobs of that shape a thread takes that has taken one of them: its share with
    /// the idle ones, up to the width; or one, if the threads do them one by one as soon.
    fn share(&self, lanes: &Lanes<W::Shape>, now: Instant) -> usize {
        let free = self.idle.saturating_add(1);
        let at_work = self.bounds.threads.saturating_sub(free);
        let turns = lanes.least.saturating_sub(1);
        let by_those_at_work = at_work.saturating_mul(turns.saturating_sub(1));
        let one_by_one = free.saturating_mul(turns).saturating_add(by_those_at_work);
        let wanted = |work: &W| !work.is_moot(now);
        let alike = self.entries.iter().filter(|entry| entry.is_of(&lanes.shape));
        let others = alike.filter(|entry| entry.work.as_ref().is_some_and(wanted));
        // Counted no further than makes a difference.
        let enough = free.saturating_mul(lanes.width).max(one_by_one);
        let alike = others.take(enough).count().saturating_add(1);
        if alike <= one_by_one { 1 } else { alike.div_ceil(free).min(lanes.width) }
    }

    /// A thread has done what it took, and keeps `kept_kib` for the next: at most what it was
    /// charged. What will not be gone on with is given back, to be refused where no lock is held.
    pub(super) fn settle(
        &mut self,
        slip: &Slip,
        left: Vec<Left<W>>,
        kept_kib: u64,
        now: Instant,
    ) -> Vec<W> {
        self.give_back(slip.charge_kib.saturating_sub(kept_kib));
        let stats = &mut self.stats;
        stats.running = stats.running.saturating_sub(slip.arrivals.len());
        let worked = now.saturating_duration_since(slip.since);
        stats.time_working = stats.time_working.saturating_add(worked);
        let mut unwanted = Vec::new();
        for (left, arrival) in left.into_iter().zip(slip.arrivals.iter().copied()) {
            let stats = &mut self.stats;
            match left {
                Left::Done => stats.done = stats.done.saturating_add(1),
                Left::Panicked => {
                    stats.done = stats.done.saturating_add(1);
                    stats.panicked = stats.panicked.saturating_add(1);
                }
                Left::Next(work) if self.abandoned => {
                    stats.dropped = stats.dropped.saturating_add(1);
                    unwanted.push(work);
                }
                Left::Next(work) => {
                    let entry = self.entry(arrival, work, now);
                    let at = self.entries.partition_point(|entry| entry.arrival < arrival);
                    self.entries.insert(at, entry);
                }
            }
        }
        unwanted
    }

    /// Memory is free again.
    pub(super) fn give_back(&mut self, kib: u64) {
        self.free_kib = self.free_kib.saturating_add(kib);
    }

    /// Memory that a thread kept is free again, before it begins.
    pub(super) fn give_back_excess(&mut self, slip: &mut Slip) {
        let excess_kib = core::mem::take(&mut slip.excess_kib);
        slip.charge_kib = slip.charge_kib.saturating_sub(excess_kib);
        self.give_back(excess_kib);
    }

    /// A thread begins to wait, or has been woken.
    pub(super) fn rest(&mut self, idle: bool) {
        self.idle = if idle { self.idle.saturating_add(1) } else { self.idle.saturating_sub(1) };
    }

    /// Take no more jobs; those that are here will be done.
    pub(super) fn close(&mut self) {
        self.open = false;
    }

    /// Take no more jobs, and give back those that have not begun.
    pub(super) fn abandon(&mut self) -> Vec<W> {
        (self.open, self.abandoned) = (false, true);
        let work: Vec<W> = self.entries.drain(..).filter_map(|entry| entry.work).collect();
        self.stats.dropped = self.stats.dropped.saturating_add(count(work.len()));
        work
    }
}

impl<W: Work> Entry<W> {
    fn is_of(&self, shape: &W::Shape) -> bool {
        self.work.is_some() && self.lanes.as_ref().is_some_and(|own| own.shape == *shape)
    }

    /// The work, begun; or nothing, if it is moot.
    fn begin(&mut self, now: Instant, moot: &mut Vec<W>) -> Option<W> {
        let mut work = self.work.take()?;
        if work.begin(now) {
            return Some(work);
        }
        moot.push(work);
        None
    }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
