//! The part of a run that takes all the time: hashing, on the threads of a pool and within its
//! memory, with no lock held.
use super::{Decision, Job, JobError, Step};
use crate::error::HashError;
use crate::pool::{PoolOptions, Ticket, VerifyPool};
use std::sync::Arc;

/// The threads of one run.
pub(super) struct Threads {
    job: Arc<Job>,
    /// None where the run's own thread is enough.
    pool: Option<VerifyPool>,
}

/// A row that is done, or will be.
enum Awaited {
    Step(Step),
    Ticket(Ticket<Result<Step, HashError>>),
}

impl Threads {
    pub(super) fn start(job: &Job) -> std::io::Result<Self> {
        let pool = match job.threads {
            0 | 1 => None,
            threads => Some(VerifyPool::new(PoolOptions {
                threads,
                // A page is handed over at once.
                queue_max: job.rows_max.max(1),
                memory_kib: job.memory_kib(),
                ..PoolOptions::default()
            })?),
        };
        Ok(Self { job: Arc::new(job.clone()), pool })
    }

    /// The steps of a page, in its order.
    pub(super) fn hash_all<E>(&self, page: Vec<Decision>) -> Result<Vec<Step>, JobError<E>> {
        let page: Vec<_> = page.into_iter().map(|decision| self.begin(decision)).collect();
        let finish = |awaited| match awaited {
            Ok(Awaited::Step(step)) => Ok(step),
            // When one fails, the tickets behind it are dropped, and their rows not hashed.
            Ok(Awaited::Ticket(ticket)) => match ticket.wait() {
                Ok(step) => step.map_err(JobError::Hash),
                Err(error) => Err(JobError::Pool(error)),
            },
            Err(error) => Err(JobError::Hash(error)),
        };
        page.into_iter().map(finish).collect()
    }

    fn begin(&self, decision: Decision) -> Result<Awaited, HashError> {
        match &self.pool {
            Some(pool) if decision.needs_hashing() => {
                let job = Arc::clone(&self.job);
                let memory_kib = u64::from(job.policy.memory_kib);
                Ok(Awaited::Ticket(pool.run(memory_kib, move || job.step(&decision))))
            }
            _ => self.job.step(&decision).map(Awaited::Step),
        }
    }
}
