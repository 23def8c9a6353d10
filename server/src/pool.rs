//! Where passwords are hashed: on threads of their own, so many at a time, in so much memory.
use crate::failure::Failure;
use crate::options::Options;
use hashlift::registry::{Knock, Users};
use hashlift::{Login, PoolError, PoolOptions, Ticket, VerifyPool};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// A pool for hashing, and threads for long looks at the registry.
pub(crate) struct Pool {
    /// `None` when there were no threads to be had.
    hashing: Option<VerifyPool>,
    wait: Duration,
    scans: Arc<Semaphore>,
}

impl Pool {
    pub(crate) fn new(options: &Options, users: &Users) -> Self {
        let mut pool = PoolOptions::default();
        pool.threads = options.hash_threads.max(1);
        pool.queue_max = options.hash_queue;
        pool.memory_kib = u64::from(options.hash_memory_kib);
        pool.keys = users.options().keys.clone();
        let scans = Arc::new(Semaphore::new(pool.threads.min(Semaphore::MAX_PERMITS)));
        let hashing = VerifyPool::new(pool);
        let hashing = hashing.inspect_err(|error| tracing::error!(%error, "no threads to hash in"));
        Self { hashing: hashing.ok(), wait: options.hash_wait, scans }
    }

    /// Run something that hashes with that much memory.
    pub(crate) async fn hash<T: Send + 'static>(
        &self,
        memory_kib: u32,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let pool = self.hashing()?;
        self.answer(pool.run(u64::from(memory_kib), work)).await
    }

    /// Check the password of somebody at the door, in lanes with the others.
    pub(crate) async fn login(
        &self,
        users: &Users,
        knock: &Knock,
        password: &str,
    ) -> Result<Login, Failure> {
        let pool = self.hashing()?;
        let policy = &users.options().policy;
        self.answer(pool.login(policy, knock.account(), password.as_bytes())).await
    }

    fn hashing(&self) -> Result<&VerifyPool, Failure> {
        self.hashing.as_ref().ok_or_else(Failure::internal)
    }

    /// A client that goes away drops the ticket, and with it what has not begun; a derivation that
    /// has begun is finished, and keeps its thread and its memory until then.
    async fn answer<T>(&self, ticket: Ticket<T>) -> Result<T, Failure> {
        let ticket = match Instant::now().checked_add(self.wait) {
            Some(deadline) => ticket.by(deadline),
            None => ticket,
        };
        ticket.await.map_err(|error| match error {
            PoolError::Busy | PoolError::Closed | PoolError::Expired => Failure::busy(),
            _ => Failure::internal(),
        })
    }

    /// Run something that may look at every user.
    pub(crate) async fn scan<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let permit = Arc::clone(&self.scans).acquire_owned().await;
        let permit = permit.map_err(|_| Failure::internal())?;
        // A panic in there is an internal failure of this request alone.
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        });
        done.await.map_err(|_| Failure::internal())
    }
}
