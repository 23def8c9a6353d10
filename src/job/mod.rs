//! Hardening a whole table: what to do with a row, the loop that does it, and a count of what is
//! there. It never heard of SQL: drivers carry rows, everything else is decided here.
//!
//! A run reads a page of rows, hashes them on several threads with no lock held, and swaps each
//! new text in where the old one still stands. It can be stopped, or killed, at any moment and run
//! again: what is wrapped stays wrapped, and a login that was faster is never overwritten.
use crate::format::Format;
use crate::side::Side;
use core::fmt;
use std::borrow::Cow;

mod audit;
mod count;
mod decide;
mod distinct;
mod forecast;
mod report;
mod run;

pub use audit::Audit;
pub use decide::{Decision, Kept, Reading, Refusal, Step};
pub use forecast::Forecast;
pub use report::{CostCount, Costs, FormatCount, InvalidRow, Report, Shared};
pub use run::{JobError, Tally, Watch};

use crate::limits::Limits;
use crate::policy::Policy;
use crate::secret::Keyring;

/// What a run goes by.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Job {
    /// What the rows are wrapped to, and which may stay.
    pub policy: Policy,
    /// The policy's pepper, if it has one.
    pub keys: Keyring,
    /// What reading a row may let through.
    pub limits: Limits,
    /// The format of texts that carry no tag, where the row itself names none.
    pub format: Option<&'static Format>,
    /// How many rows are hashed at a time.
    pub threads: usize,
    /// How many rows make a page: read at once, then swapped in one transaction.
    pub rows_max: usize,
}

impl Job {
    /// A job for a policy: default limits, one thread, pages of 200 rows.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self {
            policy,
            keys: Keyring::EMPTY,
            limits: Limits::DEFAULT,
            format: None,
            threads: 1,
            rows_max: 200,
        }
    }
}

/// A row as a driver found it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Row<K> {
    /// What tells the row from all others, and orders them. It is shown as the row's place.
    pub key: K,
    /// The column of the hash.
    pub stored: Cell,
    /// What other columns hold that the format needs.
    pub side: Side,
    /// The format that the row names for itself.
    pub format: Option<&'static Format>,
}

impl<K> Row<K> {
    /// A row without side data.
    #[must_use]
    pub fn new(key: K, stored: Cell) -> Self {
        Self { key, stored, side: Side::NONE, format: None }
    }

    /// The same row with its side data.
    #[must_use]
    pub fn beside(mut self, side: Side) -> Self {
        self.side = side;
        self
    }

    /// The same row, naming its format.
    #[must_use]
    pub fn of(mut self, format: &'static Format) -> Self {
        self.format = Some(format);
        self
    }
}

/// What stands in the column of the hash.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Cell {
    /// Nothing: the user has no password.
    #[default]
    Null,
    /// A text.
    Text(String),
    /// The driver could not make a row of it; the rule says why. Never the text itself.
    Fault(Cow<'static, str>),
}

/// How long the text is, never the text.
impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("Null"),
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Fault(rule) => write!(f, "Fault({rule})"),
        }
    }
}

/// A table of users, as a driver carries it. It decides nothing.
pub trait Table {
    /// What tells rows apart. Its order is the table's: `batch` goes by it.
    type Key: Clone + fmt::Display + Send + Sync;
    /// What goes wrong in the driver.
    type Error;

    /// Up to `rows_max` rows that come after `after`, in the order of their keys. No rows: the end.
    ///
    /// No lock may outlive the call: the rows are hashed next, which takes its time.
    ///
    /// # Errors
    /// The rows could not be read.
    fn batch(
        &mut self,
        after: Option<&Self::Key>,
        rows_max: usize,
    ) -> Result<Vec<Row<Self::Key>>, Self::Error>;

    /// Put `new` in the place of `old`, if `old` is still there to the byte; say whether it was.
    ///
    /// # Errors
    /// The row could not be written.
    fn swap(&mut self, key: &Self::Key, old: &str, new: &str) -> Result<bool, Self::Error>;

    /// Keep all swaps since the last commit, or none. Called once a page.
    ///
    /// # Errors
    /// The swaps could not be kept.
    fn commit(&mut self) -> Result<(), Self::Error>;
}
