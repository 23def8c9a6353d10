//! How the share of each hash moves: samples in memory, thinned out as they grow.
use hashlift::registry::{HashName, Share, Users};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant, SystemTime};

/// The shares at an instant.
#[derive(Clone)]
pub(crate) struct Sample {
    pub(crate) at: SystemTime,
    pub(crate) shares: Vec<Share>,
}

/// The samples.
#[derive(Default)]
pub(crate) struct History(Mutex<State>);

#[derive(Default)]
struct State {
    samples: Vec<Sample>,
    /// When the next sample may be taken: counting a million users takes its time.
    next: Option<Instant>,
}

impl State {
    fn is_due(&self, now: Instant) -> bool {
        self.next.is_none_or(|next| next <= now)
    }
}

/// Most samples; every second one goes when there are more.
const SAMPLES_MAX: usize = 240;
/// Least time between two samples.
const PAUSE: Duration = Duration::from_millis(250);

impl History {
    /// Whether the last sample is old enough for another. It does not wait for one that is being
    /// taken.
    pub(crate) fn is_due(&self) -> bool {
        match self.0.try_lock() {
            Ok(state) => state.is_due(Instant::now()),
            Err(TryLockError::Poisoned(state)) => state.get_ref().is_due(Instant::now()),
            Err(TryLockError::WouldBlock) => false,
        }
    }

    /// Take a sample, if the last one is old enough.
    pub(crate) fn sample(&self, users: &Users) {
        let mut state = self.state();
        let started = Instant::now();
        if !state.is_due(started) {
            return;
        }
        state.samples.push(Sample { at: SystemTime::now(), shares: users.shares() });
        if state.samples.len() > SAMPLES_MAX {
            let mut odd = false;
            state.samples.retain(|_| {
                odd = !odd;
                odd
            });
        }
        // Never more than a fiftieth of the time.
        state.next = started.checked_add(started.elapsed().saturating_mul(50).max(PAUSE));
    }

    /// The samples so far.
    pub(crate) fn samples(&self) -> Vec<Sample> {
        self.state().samples.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a share is called on the page.
pub(crate) fn label(share: &Share) -> String {
    match (share.hash.map(HashName::as_str), share.reason) {
        (None, _) => "no password".to_owned(),
        (Some(name), None) => name.to_owned(),
        (Some(name), Some(reason)) => format!("{name}, to be upgraded ({reason})"),
    }
}
