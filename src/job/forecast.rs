//! What wrapping will take, from the price of one hash on this machine.
use super::Job;
use core::time::Duration;
use serde::Serialize;

/// Time and memory that a run will take.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Forecast {
    /// Rows to wrap.
    pub rows: u64,
    /// Rows hashed at a time.
    pub threads: usize,
    /// What one new hash took, in milliseconds.
    pub hash_ms: f64,
    /// What all of them will take, in seconds.
    pub seconds: f64,
    /// Memory for hashing, in KiB.
    pub memory_kib: u64,
}

impl Job {
    /// What wrapping `rows` rows takes where one new hash takes `hash`, on each of the job's
    /// threads at once.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a forecast has no need of 53 bits")]
    pub fn forecast(&self, rows: u64, hash: Duration) -> Forecast {
        let threads = self.threads.max(1);
        let memory_kib = self.memory_kib();
        let hash_ms = hash.as_secs_f64() * 1e3;
        let seconds = rows as f64 * hash.as_secs_f64() / threads as f64;
        Forecast { rows, threads, hash_ms, seconds, memory_kib }
    }
    /// Memory for hashing on all threads at once, in KiB.
    pub(super) fn memory_kib(&self) -> u64 {
        u64::from(self.policy.memory_kib).saturating_mul(self.threads.max(1) as u64)
    }
}
