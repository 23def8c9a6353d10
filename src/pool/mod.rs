//! Many verifications on few threads: a bounded queue, a memory budget, lanes filled from what waits.
//!
//! A thread takes the oldest job, and with it others whose hashes have the same algorithm and cost,
//! as many as one core derives side by side in little more time than one; where there are too few of
//! them to gain, it takes one, and leaves the others to other threads. Nothing waits for company: a
//! lone job runs at once. How the engine underneath orders jobs and shares memory is told in
//! `engine/queue.rs`.
use crate::error::{HashError, VerifyError};
use crate::hash::PasswordHash;
use crate::policy::{Account, Login, Outcome, Policy};
use crate::secret::SecretBytes;
use core::fmt;
use std::io;
use std::sync::Arc;

mod engine;
mod job;
mod options;
mod sync;
#[cfg(test)]
mod tests;

use engine::{Bounds, Engine, Promise, pair};
pub use engine::{PoolError, PoolStats, Ticket};
use job::{Check, Job, Then, Tools};
pub use options::PoolOptions;

/// A pool of threads that verify passwords and make hashes.
///
/// ```
/// use hashlift::{Account, Outcome, Policy, PoolOptions, VerifyPool};
///
/// let pool = VerifyPool::new(PoolOptions::default())?;
/// let stored = "{SHA}L55TUjtiq8FBorTWAZ0jy6g129A=";
/// // On a thread:
/// let login = pool.login(&Policy::OWASP, Account::Text(stored), b"correct horse").wait()?;
/// assert!(matches!(login.outcome, Outcome::Upgrade(_)));
/// // In any async runtime:
/// # async fn in_a_runtime(pool: &VerifyPool, stored: &str) -> Result<(), hashlift::PoolError> {
/// let login = pool.login(&Policy::OWASP, Account::Text(stored), b"correct horse").await?;
/// # drop(login); Ok(()) }
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
///
/// Each verb gives a [`Ticket`], which gets exactly one answer: what came of the job, or a
/// [`PoolError`]. To drop the ticket is to cancel the job, if it has not begun; [`Ticket::by`] sets
/// a deadline.
///
/// Dropped, a pool closes: jobs that wait are still done, and the threads end on their own. To wait
/// for that, [`drain`](Self::drain) it.
///
/// # Security
/// The pool keeps a copy of each password until its job is done, and zeroes it then. A derivation
/// that has begun is not stopped, so that going away early gives nobody more work than the memory
/// budget and the threads allow. In lanes as alone, a job's time depends on algorithm and cost, not
/// on what is secret; and each verdict stays with its own job.
pub struct VerifyPool {
    engine: Engine<Job>,
}

impl VerifyPool {
    /// A pool with its threads started.
    ///
    /// # Errors
    /// The operating system gave no thread.
    pub fn new(options: PoolOptions) -> io::Result<Self> {
        let PoolOptions { threads, queue_max, memory_kib, keys, limits } = options;
        let bounds = Bounds { threads, queue_max, memory_kib };
        Ok(Self { engine: Engine::start(bounds, Tools::new(keys, limits))? })
    }

    /// Does `password` belong to this hash? As [`PasswordHash::verify_with`], with the pool's keys
    /// and limits.
    pub fn verify(
        &self,
        hash: impl Into<Arc<PasswordHash>>,
        password: &[u8],
    ) -> Ticket<Result<bool, VerifyError>> {
        self.verification(hash.into(), password, Then::Verdict)
    }

    /// Check a password and, where the policy asks for it, make the hash that replaces the old one.
    /// As [`Policy::check_with`], with the pool's keys and limits.
    pub fn check(
        &self,
        policy: &Policy,
        hash: impl Into<Arc<PasswordHash>>,
        password: &[u8],
    ) -> Ticket<Result<Outcome, VerifyError>> {
        let policy = policy.clone();
        self.verification(hash.into(), password, |promise| Then::Outcome(policy, promise))
    }

    /// Walk a login whose every way of failing costs the same. As [`Policy::login`], with the pool's
    /// keys and limits.
    ///
    /// # Security
    /// That [`PoolError::Busy`] and the like are answered depends on how much waits, not on whom the
    /// login is for: an unknown user takes a place in the queue as a known one does. Answer them all
    /// alike, and unlike a mismatch.
    pub fn login(&self, policy: &Policy, account: Account<'_>, password: &[u8]) -> Ticket<Login> {
        let policy = policy.clone();
        let (hash, unreadable) = account.read(&self.engine.tools().limits);
        if let Some(hash) = hash {
            let hash = Arc::new(hash.into_owned());
            return self.verification(hash, password, |promise| Then::Login(policy, promise));
        }
        let password = owned(password);
        self.errand(u64::from(policy.memory_kib), move |tools| {
            let next = policy.after_login(None, None);
            let outcome = policy.finish(next, None, password.expose(), &tools.keys);
            Login { outcome, unreadable, failed: None }
        })
    }

    /// A new hash of `password`. As [`Policy::hash_with`], with the pool's keys.
    pub fn hash(
        &self,
        policy: &Policy,
        password: &[u8],
    ) -> Ticket<Result<PasswordHash, HashError>> {
        let (policy, password) = (policy.clone(), owned(password));
        let memory_kib = u64::from(policy.memory_kib);
        self.errand(memory_kib, move |tools| policy.hash_with(password.expose(), &tools.keys))
    }

    /// Run something else that is heavy among the jobs: on the pool's threads, in its order, with
    /// that much of its memory.
    pub fn run<T: Send + 'static>(
        &self,
        memory_kib: u64,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Ticket<T> {
        self.errand(memory_kib, move |_| work())
    }

    fn verification<T>(
        &self,
        hash: Arc<PasswordHash>,
        password: &[u8],
        then: impl FnOnce(Promise<T>) -> Then,
    ) -> Ticket<T> {
        let (ticket, promise) = pair();
        let check = Check { hash, password: owned(password), then: then(promise) };
        self.engine.push(Job::Check(check));
        ticket
    }

    fn errand<T: Send + 'static>(
        &self,
        memory_kib: u64,
        work: impl FnOnce(&Tools) -> T + Send + 'static,
    ) -> Ticket<T> {
        let (ticket, promise) = pair();
        self.engine.push(Job::errand(memory_kib, promise, work));
        ticket
    }

    /// What the pool is doing and has done, for metrics.
    #[must_use]
    pub fn stats(&self) -> PoolStats {
        self.engine.stats()
    }

    /// Take no more jobs. Those that wait are still done.
    pub fn close(&self) {
        self.engine.close();
    }

    /// Take no more jobs, and answer [`PoolError::Closed`] to those that wait. Those that run are
    /// finished, but for steps that they have not begun.
    pub fn abandon(&self) {
        self.engine.abandon();
    }

    /// Take no more jobs, and wait until those that are here are done and all threads have ended.
    /// Not from a job of the pool.
    pub fn drain(&self) {
        self.engine.close();
        self.engine.join();
    }
}

/// A copy that the pool keeps while the job waits, and zeroes afterwards.
fn owned(password: &[u8]) -> SecretBytes {
    SecretBytes::new(password.to_vec())
}

impl fmt::Debug for VerifyPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VerifyPool").field(&self.stats()).finish()
    }
}
