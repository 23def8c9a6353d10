//! What a pool is given from outside.
use crate::limits::Limits;
use crate::secret::Keyring;

/// How a pool behaves.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PoolOptions {
    /// Threads that work: one for each core, unless said otherwise.
    pub threads: usize,
    /// Jobs that may wait for a thread; the next is refused. Jobs that an idle thread is about to
    /// take do not count.
    pub queue_max: usize,
    /// Memory for all jobs that run at a time, in KiB. A job that asks for more runs alone. Threads
    /// that have nothing to do keep none; what the process keeps for later is
    /// [`KeptMemory`](crate::KeptMemory)'s to bound.
    pub memory_kib: u64,
    /// The peppers and keys that hashes and policies name.
    pub keys: Keyring,
    /// What a verification may take.
    pub limits: Limits,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            threads: std::thread::available_parallelism().map_or(2, usize::from),
            queue_max: 256,
            memory_kib: 512 * 1024,
            keys: Keyring::EMPTY,
            limits: Limits::DEFAULT,
        }
    }
}
