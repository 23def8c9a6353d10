//! The part of a run that takes all the time: hashing, on the threads of a pool and within its
//! memory, with no lock held.
use super::{Decision, Job, JobError, Step};
use crate::error::HashError;
use crate::pool::{PoolOptions, Ticket, VerifyPool};
use std::sync::Arc;

/// The threads of one run.
pub(super) struct Threads {
    job: Arc<Job>,
    pool: VerifyPool,
}

/// A page that is being hashed. Dropped, what has not begun is not hashed.
pub(super) struct Hashing(Vec<Result<Awaited, HashError>>);

/// A row that is done, or will be.
enum Awaited {
    Step(Step),
    Ticket(Ticket<Result<Step, HashError>>),
}

impl Threads {
    pub(super) fn start(job: &Job) -> std::io::Result<Self> {
        let pool = VerifyPool::new(PoolOptions {
            threads: job.threads.max(1),
            // A page is handed over at once, and the next one behind it.
            queue_max: job.rows_max.max(1).saturating_mul(2),
            memory_kib: job.memory_kib(),
            ..PoolOptions::default()
        })?;
        Ok(Self { job: Arc::new(job.clone()), pool })
    }

    /// Hand a page over.
    pub(super) fn begin(&self, page: Vec<Decision>) -> Hashing {
        Hashing(page.into_iter().map(|decision| self.begin_row(decision)).collect())
    }

    fn begin_row(&self, decision: Decision) -> Result<Awaited, HashError> {
        if !decision.needs_hashing() {
            return self.job.step(&decision).map(Awaited::Step);
        }
        let job = Arc::clone(&self.job);
        let memory_kib = u64::from(job.policy.memory_kib);
        Ok(Awaited::Ticket(self.pool.run(memory_kib, move || job.step(&decision))))
    }
}

impl Hashing {
    /// The steps of the page, in its order.
    pub(super) fn finish<E>(self) -> Result<Vec<Step>, JobError<E>> {
        let finish = |awaited| match awaited {
            Ok(Awaited::Step(step)) => Ok(step),
            Ok(Awaited::Ticket(ticket)) => match ticket.wait() {
                Ok(step) => step.map_err(JobError::Hash),
                Err(error) => Err(JobError::Pool(error)),
            },
            Err(error) => Err(JobError::Hash(error)),
        };
        // The last row is done last, so this thread is woken about once a page, and not once a row.
        let mut steps = self.0.into_iter().rev().map(finish).collect::<Result<Vec<_>, _>>()?;
        steps.reverse();
        Ok(steps)
    }
}
