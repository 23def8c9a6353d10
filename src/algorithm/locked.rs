//! Markers in place of a hash: an account that nobody can log in to with a password.
use core::fmt;

/// A marker that means "no password matches": `*`, `!`, `!!`, `x`, `*LK*`, `NP`, the failure
/// tokens `*0` and `*1`, Django's `!…`, a hash disabled by a leading `!`, or an empty text.
///
/// It is a value of its own: read, counted and kept, never matched, never wrapped, never upgraded.
/// What it may disable comes back by [`PasswordHash::disabled`](crate::PasswordHash::disabled).
#[derive(Clone)]
pub struct Locked {
    marker: String,
}

impl Locked {
    pub(crate) fn new(marker: &str) -> Self {
        Self { marker: marker.to_owned() }
    }

    /// The text as it stood, since it may hold a disabled hash that is to come back one day.
    #[must_use]
    pub fn marker(&self) -> &str {
        &self.marker
    }
}

impl fmt::Debug for Locked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Locked({} bytes)", self.marker.len())
    }
}
