//! Why a job has no answer.
use core::fmt;

/// Why the pool has no answer. What the job itself could not do is in the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PoolError {
    /// As many jobs wait as may: come back later.
    Busy,
    /// The pool takes no more jobs, or was abandoned before this one ran; or the answer has been
    /// taken already.
    Closed,
    /// The job had not begun by its deadline, and never will.
    Expired,
    /// The job panicked. The others did not notice.
    Panicked,
}

impl PoolError {
    /// The stable name of the case, for scripts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Closed => "closed",
            Self::Expired => "expired",
            Self::Panicked => "panicked",
        }
    }
}

impl fmt::Display for PoolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Busy => "as many jobs wait as may; come back later",
            Self::Closed => "the pool is closed",
            Self::Expired => "the job had not begun by its deadline",
            Self::Panicked => "the job panicked",
        })
    }
}

impl core::error::Error for PoolError {}
