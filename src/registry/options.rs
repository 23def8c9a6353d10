//! What a registry is given from outside: policy, keys, clock, source of ids.
use super::Time;
use crate::policy::Policy;
use crate::secret::Keyring;
use core::fmt::{self, Write as _};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The time now. It need not be distinct from call to call: the registry makes it so.
    fn now(&self) -> Time;
}

/// Where ids come from.
pub trait Ids: Send + Sync {
    /// A new id: up to 36 letters, digits, periods, hyphens and underscores, a letter or digit
    /// first. `None` when there are no random bytes.
    fn next(&self) -> Option<String>;
}

/// The clock of the operating system.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Time {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Time(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// 20 hexadecimal digits: 13 of the clock in microseconds, 7 at random.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct RandomIds;

impl Ids for RandomIds {
    fn next(&self) -> Option<String> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut random = [0; 4];
        getrandom::fill(&mut random).ok()?;
        let (clock, random) =
            (since.as_micros() & 0xf_ffff_ffff_ffff, u32::from_be_bytes(random) >> 4);
        let mut id = String::with_capacity(20);
        write!(id, "{clock:013x}{random:07x}").ok()?;
        Some(id)
    }
}

/// How a registry behaves.
#[derive(Clone)]
#[non_exhaustive]
pub struct Options {
    /// What new hashes look like, and which old ones a login replaces.
    pub policy: Policy,
    /// The peppers that the policy and the stored hashes name.
    pub keys: Keyring,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of ids.
    pub ids: Arc<dyn Ids>,
    /// Whether an import whose text can never verify is stored, as Appwrite does, and not refused.
    pub store_unverifiable: bool,
    /// Most sessions of a user; the oldest is dropped for a new one.
    pub sessions_max: usize,
    /// How long a session lasts, in seconds.
    pub session_seconds: i64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            policy: Policy::default(),
            keys: Keyring::EMPTY,
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            store_unverifiable: false,
            sessions_max: 10,
            session_seconds: 31_536_000,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("policy", &self.policy)
            .field("store_unverifiable", &self.store_unverifiable)
            .field("sessions_max", &self.sessions_max)
            .field("session_seconds", &self.session_seconds)
            .finish_non_exhaustive()
    }
}
