//! What is to become of a row. A pure function of the row and the job, but for the salt.
use super::{Cell, Job, Row};
use crate::dialect::tidied;
use crate::error::{HashError, ParseError};
use crate::format::Format;
use crate::hash::PasswordHash;
use crate::side::Side;
use core::fmt;
use std::borrow::Cow;

/// A row, understood.
#[derive(Debug)]
#[non_exhaustive]
pub enum Reading {
    /// No password is stored.
    Null,
    /// A hash or a locked marker.
    Hash {
        /// The hash.
        hash: PasswordHash,
        /// How it was written.
        format: &'static Format,
        /// Whether the text alone says what it is.
        tagged: bool,
    },
}

/// What is to become of a row, before anything is hashed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Decision {
    /// It stays as it is.
    Keep(Kept),
    /// The hash is strong, but only its neighbours say what it is: write it with its tag.
    Tag(PasswordHash),
    /// Harden it.
    Wrap(PasswordHash),
    /// It stays as it is, because it could not be understood.
    Refuse(Refusal),
}

impl Decision {
    /// Whether the row takes the time of a new hash.
    pub(super) fn needs_hashing(&self) -> bool {
        matches!(self, Self::Wrap(_))
    }

    /// Whether the row is to be written.
    pub(super) fn is_work(&self) -> bool {
        matches!(self, Self::Tag(_) | Self::Wrap(_))
    }
}

/// What is to become of a row.
#[derive(Debug)]
#[non_exhaustive]
pub enum Step {
    /// Leave it.
    Keep(Kept),
    /// Swap this text in: the hash, wrapped.
    Replace(String),
    /// Swap this text in: the same hash with its tag.
    Tag(String),
    /// Leave it, and report it.
    Refuse(Refusal),
}

/// Why a row stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kept {
    /// The account is locked: there is no hash.
    Locked,
    /// There is no password.
    Null,
    /// The policy has no reason to replace it.
    Strong,
    /// It is wrapped already.
    Wrapped,
}

/// Why a row is refused. It names the place in the text and the rule, never the text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The driver could not make a row of it.
    Fault(Cow<'static, str>),
    /// The text could not be read.
    Parse(ParseError),
    /// The new text would not be readable within the limits of the job.
    Unreadable(ParseError),
}

impl Refusal {
    /// The stable name of the case, for scripts.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Fault(_) => "row",
            Self::Parse(error) => error.name(),
            Self::Unreadable(_) => "unreadable-when-wrapped",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(rule) => f.write_str(rule),
            Self::Parse(error) => error.fmt(f),
            Self::Unreadable(error) => write!(f, "wrapped, it could not be read again: {error}"),
        }
    }
}

impl core::error::Error for Refusal {}

impl Job {
    /// Understand a row. The format that is named beside it comes first: some systems write their
    /// own hashes as other formats look (`WoltLab` hashes twice and writes bcrypt). What it cannot
    /// read goes by the tag in the text, so that a table which is half migrated reads as well as
    /// one that is not; and what is locked or wrapped is so whatever stands beside it.
    ///
    /// # Errors
    /// Why the row cannot be understood.
    pub fn read<K>(&self, row: &Row<K>) -> Result<Reading, Refusal> {
        self.read_tidied(row, self.tidy)
    }

    fn read_tidied<K>(&self, row: &Row<K>, tidy: bool) -> Result<Reading, Refusal> {
        let text = match &row.stored {
            Cell::Null => return Ok(Reading::Null),
            Cell::Fault(rule) => return Err(Refusal::Fault(rule.clone())),
            Cell::Text(text) => text,
        };
        // Beyond the limit, nothing may cost time, not even looking for a tag.
        let fits = text.len() <= self.limits.text_bytes_max;
        let tidied = if tidy && fits { tidied(text) } else { None };
        let text = tidied.as_deref().unwrap_or(text);
        let own = if fits { Format::of(text) } else { None };
        let named = row.format.or(self.format);
        let parse = |format: &'static Format, side, tagged| {
            let hash = PasswordHash::parse_beside(format, text, side, &self.limits);
            hash.map(|hash| Reading::Hash { hash, format, tagged }).map_err(Refusal::Parse)
        };
        // What a tag says is all there is, unless the tag's own format has more in other columns.
        let by_tag = |own: &'static Format| match own.needs() {
            [] => parse(own, &Side::NONE, true),
            _ => parse(own, &row.side, false),
        };
        match (own, named) {
            (Some(own), Some(named)) if !is_settled(own) => match own.slug() == named.slug() {
                true => parse(own, &row.side, own.needs().is_empty()),
                false => parse(named, &row.side, false).or_else(|_| by_tag(own)),
            },
            (Some(own), _) => by_tag(own),
            (None, Some(named)) => parse(named, &row.side, false),
            (None, None) => {
                let error = PasswordHash::parse_within(text, &self.limits).err();
                Err(error.map_or(Refusal::Fault("no format".into()), Refusal::Parse))
            }
        }
    }

    /// Whether a row that cannot be read could be with [`tidy`](Self::tidy).
    pub(super) fn would_tidy<K>(&self, row: &Row<K>) -> bool {
        // Most rows that cannot be read have no such bits, and are not read again.
        let Cell::Text(text) = &row.stored else { return false };
        let untidy = text.len() <= self.limits.text_bytes_max && tidied(text).is_some();
        !self.tidy && untidy && self.read_tidied(row, true).is_ok()
    }

    /// What is to become of a row, without hashing anything yet.
    pub fn judge<K>(&self, row: &Row<K>) -> Decision {
        match self.read(row) {
            Ok(reading) => self.judge_reading(reading),
            Err(refusal) => Decision::Refuse(refusal),
        }
    }

    pub(super) fn judge_reading(&self, reading: Reading) -> Decision {
        let Reading::Hash { hash, tagged, .. } = reading else {
            return Decision::Keep(Kept::Null);
        };
        match hash {
            PasswordHash::Locked(_) => Decision::Keep(Kept::Locked),
            PasswordHash::Wrapped(_) => Decision::Keep(Kept::Wrapped),
            hash => match (self.policy.reason(&hash), tagged) {
                (Some(_), _) => Decision::Wrap(hash),
                (None, true) => Decision::Keep(Kept::Strong),
                (None, false) => Decision::Tag(hash),
            },
        }
    }

    /// What is to become of a row, with the new text in hand.
    ///
    /// # Errors
    /// A new hash could not be made at all: memory, random bytes, a key or the policy is at fault,
    /// not the row.
    pub fn decide<K>(&self, row: &Row<K>) -> Result<Step, HashError> {
        self.step(&self.judge(row))
    }

    /// What a decision leads to, with the new text in hand.
    pub(super) fn step(&self, decision: &Decision) -> Result<Step, HashError> {
        Ok(match decision {
            Decision::Keep(why) => Step::Keep(*why),
            Decision::Refuse(why) => Step::Refuse(why.clone()),
            Decision::Tag(hash) => self.replace(hash, Step::Tag),
            Decision::Wrap(hash) => match self.policy.wrap_with(hash, &self.keys)? {
                Some(wrapped) => self.replace(&wrapped, Step::Replace),
                None => Step::Keep(Kept::Strong),
            },
        })
    }

    /// What is written must be readable again at the next login: better refused than locked out.
    fn replace(&self, hash: &PasswordHash, step: impl FnOnce(String) -> Step) -> Step {
        let text = hash.to_string();
        match PasswordHash::parse_within(&text, &self.limits) {
            Ok(_) => step(text),
            Err(error) => Step::Refuse(Refusal::Unreadable(error)),
        }
    }
}

/// Whether a format is one that no other looks like: what we write, and what opens to nobody.
fn is_settled(format: &Format) -> bool {
    matches!(format.slug(), "locked" | "wrapped")
}
