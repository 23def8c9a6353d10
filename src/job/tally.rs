//! What became of the rows of a run.
use super::Kept;
use serde::Serialize;

/// What became of the rows. Each row that was read is counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Tally {
    /// Weak hashes that were wrapped.
    pub wrapped: u64,
    /// Strong hashes that were written anew with their tag.
    pub tagged: u64,
    /// Rows left alone because no password opens them.
    pub locked: u64,
    /// Rows left alone because there is no password.
    pub null: u64,
    /// Rows left alone because they are strong.
    pub strong: u64,
    /// Rows left alone because they are wrapped already.
    pub already_wrapped: u64,
    /// Rows left alone because they could not be understood.
    pub refused: u64,
    /// Rows left alone because they changed while they were being hashed: a login was faster.
    pub overtaken: u64,
    /// Rows left to another process, which was at work on them when the run ended.
    pub claimed: u64,
}

impl Tally {
    /// Rows left alone for a good reason.
    #[must_use]
    pub fn kept(&self) -> u64 {
        self.locked + self.null + self.strong + self.already_wrapped
    }

    /// Rows that were written.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.wrapped + self.tagged
    }

    /// Rows read.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.written() + self.kept() + self.refused + self.overtaken + self.claimed
    }

    pub(super) fn keep(&mut self, why: Kept) {
        *match why {
            Kept::Locked => &mut self.locked,
            Kept::Null => &mut self.null,
            Kept::Strong => &mut self.strong,
            Kept::Wrapped => &mut self.already_wrapped,
        } += 1;
    }
}
