//! Where passwords are hashed: on threads of their own, so many at a time, in so much memory.
use crate::failure::Failure;
use crate::options::Options;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// A bounded pool for hashing, and one for long looks at the registry.
#[derive(Debug)]
pub(crate) struct Pool {
    /// Who may be inside at all: working or waiting.
    inside: Arc<Semaphore>,
    threads: Arc<Semaphore>,
    /// In KiB.
    memory: Arc<Semaphore>,
    memory_kib: u32,
    scans: Arc<Semaphore>,
}

impl Pool {
    pub(crate) fn new(options: &Options) -> Self {
        let threads = options.hash_threads.max(1);
        let inside = options.hash_queue.saturating_add(threads).min(Semaphore::MAX_PERMITS);
        let memory_kib = options.hash_memory_kib.max(1);
        Self {
            inside: Arc::new(Semaphore::new(inside)),
            threads: Arc::new(Semaphore::new(threads)),
            memory: Arc::new(Semaphore::new(usize::try_from(memory_kib).unwrap_or(1))),
            memory_kib,
            scans: Arc::new(Semaphore::new(threads)),
        }
    }

    /// Run something that hashes with that much memory.
    ///
    /// The permits go with the thread, not with the request: a client that goes away frees its
    /// place in the queue, but not the memory of a derivation that cannot be stopped.
    pub(crate) async fn hash<T: Send + 'static>(
        &self,
        memory_kib: u32,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let inside = Arc::clone(&self.inside).try_acquire_owned().map_err(|_| Failure::busy())?;
        // In this order: whoever waits for memory is one of the few who have a thread.
        let thread = Arc::clone(&self.threads).acquire_owned().await;
        let kib = memory_kib.clamp(1, self.memory_kib);
        let memory = Arc::clone(&self.memory).acquire_many_owned(kib).await;
        let (Ok(thread), Ok(memory)) = (thread, memory) else { return Err(Failure::internal()) };
        let permits = (inside, thread, memory);
        run(move || {
            let done = work();
            drop(permits);
            done
        })
        .await
    }

    /// Run something that may look at every user.
    pub(crate) async fn scan<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let permit = Arc::clone(&self.scans).acquire_owned().await;
        let permit = permit.map_err(|_| Failure::internal())?;
        run(move || {
            let done = work();
            drop(permit);
            done
        })
        .await
    }
}

/// A panic in there is an internal failure of this request alone.
async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Failure::internal())
}
