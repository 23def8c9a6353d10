//! Counters, to be read for metrics.
use std::time::Duration;

/// What a pool is doing, and what it has done since it was made: one consistent look.
///
/// Of the jobs given to it, each is waiting, running, done, dropped or refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolStats {
    /// Jobs that wait for a thread, now.
    pub waiting: usize,
    /// Jobs that run, now.
    pub running: usize,
    /// Memory that jobs and the threads that go from one to the next have, now, in KiB.
    pub memory_kib: u64,
    /// Jobs given to the pool.
    pub submitted: u64,
    /// Jobs that were done, those that panicked among them.
    pub done: u64,
    /// Jobs that panicked.
    pub panicked: u64,
    /// Jobs that did not run, or not to the end: their ticket was dropped, their deadline passed, or
    /// the pool was abandoned.
    pub dropped: u64,
    /// Jobs that were refused because the queue was full.
    pub busy: u64,
    /// Jobs that were refused because the pool was closed.
    pub closed: u64,
    /// Groups of jobs of one shape that ran side by side, those of one job among them.
    pub groups: u64,
    /// Lanes of those groups that held a job.
    pub lanes_filled: u64,
    /// Lanes that those groups could have held.
    pub lanes_possible: u64,
    /// Time that jobs have waited, added up.
    pub time_waiting: Duration,
    /// Time that threads have worked, added up.
    pub time_working: Duration,
}
