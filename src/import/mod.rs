//! Exports of other systems, read row by row: who the user is, and the hash of the password.
//!
//! [`System`] is a row of data for each system whose export is understood; [`read`] walks an
//! export. A row that cannot be read is a [`RowError`] with its place, and the walk goes on. Memory
//! is bounded by one record, however long the export: a document that is one array of a million
//! users is cut into its users.
//!
//! ```
//! use hashlift::import::{Options, System, read};
//!
//! let export = "alice:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\nbob:{SHA}cut\n";
//! let system = System::named("htpasswd").ok_or("no such system")?;
//! let (good, bad): (Vec<_>, Vec<_>) =
//!     read(system, &Options::default(), export.as_bytes())?.partition(Result::is_ok);
//! assert_eq!((good.len(), bad.len()), (1, 1));
//!
//! let alice = good.into_iter().flatten().next().ok_or("nobody")?;
//! assert_eq!(alice.id, "alice");
//! assert!(alice.hash.ok_or("no hash")?.verify("password")?);
//! let error = bad.into_iter().find_map(Result::err).ok_or("no error")?;
//! assert_eq!((error.line, error.field), (2, "password"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(clippy::arithmetic_side_effects)]
use crate::error::{OverLimit, ParseError};
use crate::hash::PasswordHash;
use core::fmt;
use std::io::{self, BufRead};

mod container;
mod options;
mod recipe;
mod record;
mod system;

pub use options::{OptionError, Options};
pub use system::{Setting, System};

use container::Broken;
use record::Record;

/// Longest record, in bytes. A longer one is a [`RowError`], and is skipped.
pub const RECORD_BYTES_MAX: usize = 1 << 20;

/// A user of another system.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Imported {
    /// The line where the record begins.
    pub line: u64,
    /// The number of the record, from 1: of use where a document is one long line.
    pub row: u64,
    /// What the system tells its users apart by: an id, or else the name or the address.
    pub id: String,
    /// The address.
    pub email: Option<String>,
    /// The name to log in with.
    pub username: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// The name to show.
    pub name: Option<String>,
    /// The hash, complete: what stood beside it is in it. `None` for users without a password,
    /// such as those who log in elsewhere.
    pub hash: Option<PasswordHash>,
    /// Whether the system has locked the user out, or the hash is a marker that no password opens.
    pub locked: bool,
}

/// A row that could not be read, and its place. It never holds the stored text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowError {
    /// The line where the record begins.
    pub line: u64,
    /// The number of the record, from 1; 0 where it is about the export as a whole.
    pub row: u64,
    /// Which field, by our name for it; empty where it is about the record as a whole.
    pub field: &'static str,
    /// Why.
    pub why: Why,
}

/// The cases of a [`RowError`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// The hash could not be read.
    Hash(ParseError),
    /// The record breaks this rule.
    Rule(&'static str),
    /// The record is longer than so many bytes; it was skipped.
    TooLong {
        /// The limit, in bytes.
        max: usize,
    },
    /// The user was imported with another one of this many passwords: a table holds one.
    Another {
        /// How many there are.
        of: usize,
    },
    /// The export could not be read on. Nothing comes after it.
    Io(io::ErrorKind),
}

impl Why {
    /// The stable name of the case, for scripts.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Hash(error) => error.name(),
            Self::Rule(_) => "bad-record",
            Self::TooLong { .. } => "too-long",
            Self::Another { .. } => "another-password",
            Self::Io(_) => "io",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hash(error) => error.fmt(f),
            Self::Rule(rule) => f.write_str(rule),
            Self::TooLong { max } => {
                write!(f, "a record of over {max} bytes was skipped; is a quote left open?")
            }
            Self::Another { of } => {
                write!(f, "one of this user's {of} passwords, left out for a stronger one")
            }
            Self::Io(kind) => write!(f, "the export could not be read on: {kind}"),
        }
    }
}

impl From<ParseError> for Why {
    fn from(error: ParseError) -> Self {
        Self::Hash(error)
    }
}

impl From<OverLimit> for Why {
    fn from(over: OverLimit) -> Self {
        Self::Hash(over.into())
    }
}

impl From<&'static str> for Why {
    fn from(rule: &'static str) -> Self {
        Self::Rule(rule)
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if self.row > 0 {
            write!(f, " (row {})", self.row)?;
        }
        match self.field {
            "" => write!(f, ": {}", self.why),
            field => write!(f, ": {field}: {}", self.why),
        }
    }
}

impl core::error::Error for RowError {}

/// A fault before it has a place.
#[derive(Debug)]
pub(crate) struct Fault {
    field: &'static str,
    why: Why,
}

impl Fault {
    pub(crate) fn new(field: &'static str, why: impl Into<Why>) -> Self {
        Self { field, why: why.into() }
    }

    fn at(self, line: u64, row: u64) -> RowError {
        RowError { line, row, field: self.field, why: self.why }
    }
}

/// Walk an export.
///
/// What shape it has (CSV, JSON, SQL…) is seen from its beginning. Rows of other tables and things
/// that are not users are passed over.
///
/// # Errors
/// An option that the system does not know, or lacks.
pub fn read<'a>(
    system: &'static System,
    options: &'a Options,
    from: impl BufRead + 'a,
) -> Result<impl Iterator<Item = Result<Imported, RowError>> + 'a, OptionError> {
    options.fit(system)?;
    let mut row = 0_u64;
    Ok(container::open(system, options, from).flat_map(move |record| {
        if !matches!(record, Err(Broken { whole: true, .. })) {
            row = row.saturating_add(1);
        }
        let (user, left) = match record {
            Ok(mut record) => {
                record.row = row;
                let user =
                    (system.user)(&record, options).map_err(|fault| fault.at(record.line, row));
                let left = record.left.take().into_iter();
                (user, left.map(|fault| fault.at(record.line, row)).collect())
            }
            Err(Broken { line, whole: true, fault }) => (Err(fault.at(line, 0)), Vec::new()),
            Err(Broken { line, whole: false, fault }) => (Err(fault.at(line, row)), Vec::new()),
        };
        user.transpose().into_iter().chain(left.into_iter().map(Err))
    }))
}
