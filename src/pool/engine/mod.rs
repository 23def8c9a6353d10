//! Threads, a queue and a budget, for work of any kind. What the work is, is [`Work`]'s business;
//! that each job is answered once, in fair order and within the memory, is the engine's.
//!
//! Nothing in here names the rest of the crate: `tests/pool_models.rs` runs the same files under a
//! model checker, with work that is a toy.
use super::sync;
use std::time::Instant;

mod error;
mod queue;
mod stats;
mod ticket;
mod worker;

pub use error::PoolError;
pub use stats::PoolStats;
pub use ticket::Ticket;
pub(crate) use ticket::{Promise, pair};
pub(crate) use worker::{Engine, attempt};

/// A job, or the next step of one.
pub(crate) trait Work: Sized + Send + 'static {
    /// What all threads use.
    type Tools: Send + Sync + 'static;
    /// What jobs have in common that can run side by side: they take the same memory, too.
    type Shape: PartialEq + Send + 'static;
    /// What each thread keeps from job to job.
    type Kept: Kept;

    /// What it takes, known before it runs.
    fn needs(&self) -> Needs<Self::Shape>;

    /// Whether nobody waits for it any more.
    fn is_moot(&self, now: Instant) -> bool;

    /// Begin, unless it is moot.
    fn begin(&mut self, now: Instant) -> bool;

    /// Answer that it will not be done.
    fn refuse(self, error: PoolError);

    /// What a thread keeps to begin with.
    fn keep(tools: &Self::Tools) -> Self::Kept;

    /// Do them, all of one shape, or a single one; what is left of each, in order.
    fn run(group: Vec<Self>, tools: &Self::Tools) -> Vec<Left<Self>>;
}

/// Memory that a thread keeps while it goes from job to job. A thread of the pool has one, and
/// drops it when it ends.
pub(crate) trait Kept {
    /// How much there is, in KiB.
    fn kib(&self) -> u64;

    /// Give it back.
    fn release(&mut self);
}

/// What a job takes.
pub(crate) struct Needs<S> {
    /// Memory, in KiB.
    pub(crate) memory_kib: u64,
    /// How it runs with others, if it can.
    pub(crate) lanes: Option<Lanes<S>>,
}

/// A job side by side with others of its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lanes<S> {
    pub(crate) shape: S,
    /// The fewest of it that gain by running together, which takes as long as that many, less than
    /// one, one after another.
    pub(crate) least: usize,
    /// The most of it that make one group.
    pub(crate) width: usize,
}

/// What is left of a job once a step of it is done.
pub(crate) enum Left<W> {
    /// Nothing: it has been answered.
    Done,
    /// Nothing: it panicked, and has been answered so.
    Panicked,
    /// Another step.
    Next(W),
}

/// How much the engine may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) threads: usize,
    pub(crate) queue_max: usize,
    pub(crate) memory_kib: u64,
}
