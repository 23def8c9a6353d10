//! Hardening a whole table: what to do with a row, the loop that does it, and a count of what is
//! there. It never heard of SQL: drivers carry rows, everything else is decided here.
//!
//! A run reads a page of rows, hashes them on its threads with no lock held, and swaps each new text
//! in where the old one still stands, while the next page is being hashed. It can be stopped, or
//! killed, at any moment and run again: what is wrapped stays wrapped, and a login that was faster is
//! never overwritten.
//!
//! Any number of processes may run on one table. What keeps the rows safe is the swap alone; that
//! two of them do not hash the same rows is a matter of [claims](Table::claim), which die with the
//! process that holds them.
use crate::format::Format;
use crate::side::Side;
use core::fmt;
use std::borrow::Cow;

mod audit;
mod count;
mod decide;
mod distinct;
mod forecast;
mod part;
mod report;
mod run;
mod tally;
mod threads;

pub use audit::Audit;
pub use decide::{Decision, Kept, Reading, Refusal, Step};
pub use forecast::Forecast;
pub use report::{CostCount, Costs, FormatCount, InvalidRow, Report, Shared};
pub use run::{JobError, Watch};
pub use tally::Tally;

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
    /// Whether bcrypt texts with unused bits set are read as if they were clear
    /// ([`tidied`](crate::tidied)), rather than refused.
    pub tidy: bool,
    /// How many threads hash. The run's own thread reads and writes beside them.
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
            tidy: false,
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

/// A text to be put in the place of another.
#[non_exhaustive]
pub struct Swap<'a, K> {
    /// The row.
    pub key: &'a K,
    /// What must still stand there, to the byte.
    pub old: &'a str,
    /// What is to stand there.
    pub new: &'a str,
}

impl<'a, K> Swap<'a, K> {
    /// Put `new` in the place of `old`.
    #[must_use]
    pub fn new(key: &'a K, old: &'a str, new: &'a str) -> Self {
        Self { key, old, new }
    }
}

impl<K> Clone for Swap<'_, K> {
    fn clone(&self) -> Self {
        *self
    }
}

/// Whether or not its key can be copied.
impl<K> Copy for Swap<'_, K> {}

/// Which row it is, never a text.
impl<K: fmt::Display> fmt::Debug for Swap<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Swap({})", self.key)
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

    /// All swaps of a page: for each of them, in their order, whether the old text was still there.
    /// A driver that can say so with one statement saves the way to the database for each row.
    ///
    /// # Errors
    /// The rows could not be written. Any of the swaps may stand.
    fn swap_page(&mut self, swaps: &[Swap<'_, Self::Key>]) -> Result<Vec<bool>, Self::Error> {
        swaps.iter().map(|swap| self.swap(swap.key, swap.old, swap.new)).collect()
    }

    /// Keep all swaps since the last commit. Called once a page, also when there were none.
    ///
    /// # Errors
    /// The swaps could not be kept.
    fn commit(&mut self) -> Result<(), Self::Error>;

    /// Whether a page may be read before the one in front of it has been swapped and committed. If
    /// so, the threads hash it meanwhile, and never wait for the table.
    fn reads_ahead(&self) -> bool {
        false
    }

    /// Whether other processes may be at work on the table, and [`batch`](Self::batch) may be asked
    /// for the same rows again. If so, a run claims what it hashes.
    fn is_shared(&self) -> bool {
        false
    }

    /// Claim a part of the table for this process until it is released; `false`, at once, if
    /// another process has it. The claim must vanish with the process. It keeps two processes from
    /// hashing the same rows; it protects nothing, so a claim that is lost or given twice costs
    /// time and nothing else. A run that reads ahead holds two at a time.
    ///
    /// # Errors
    /// The database could not be asked.
    fn claim(&mut self, part: u64) -> Result<bool, Self::Error> {
        let _ = part;
        Ok(true)
    }

    /// Give up a claim.
    ///
    /// # Errors
    /// The database could not be told.
    fn release(&mut self, part: u64) -> Result<(), Self::Error> {
        let _ = part;
        Ok(())
    }
}
