//! Why a hash does not verify: a bounded search over the readings that go wrong in practice.
//!
//! A hash and its password are both at hand, and still they do not match: a salt was decoded that
//! should not have been, a column has cut the digest, the old system trimmed passwords, or hashed
//! their MD5. [`diagnose`] tries such readings, the likeliest and cheapest first: single deviations,
//! then pairs. It answers with the one that verifies and what to write in the import, or with what
//! was ruled out.
//!
//! # Bounds
//!
//! The search ends at a number of attempts and an amount of work, whichever comes first; both are
//! checked before each attempt ([`Effort`]). The size of the search space depends on the text alone.
//!
//! # Security
//!
//! An answer holds names and numbers: never the password, a salt, a key or the stored text. Digests
//! are compared where all others are; of a cut one, what is left of it is, if that is 8 bytes or
//! more. A diagnosis opens no account: it is a tool for whoever imports a table, with a password
//! that they know.
#![deny(clippy::arithmetic_side_effects)]
use crate::error::ParseErrorKind;
use crate::format::Format;
use crate::hash::PasswordHash;
use crate::limits::Limits;
use crate::side::Side;
use core::fmt;

mod advice;
mod beside;
mod deviation;
mod password;
mod salt;
mod search;
mod setting;
mod subject;
mod text;

pub use beside::SideSlip;
pub use deviation::Deviation;
pub use password::PasswordSlip;
pub use setting::SettingSlip;
pub use text::TextSlip;

use password::Treated;
use search::{Found, Search};
use subject::{Subject, Target};

/// How much a diagnosis may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Effort {
    /// Most derivations.
    pub attempts: u64,
    /// Most work, over all derivations. The unit is a round in the sense of
    /// `rounds` of [`Cost`](crate::Cost): one pass of a fast function over 64 bytes of password,
    /// one iteration of PBKDF2, one KiB filled by Argon2, one block mixed by scrypt. A round of bcrypt
    /// counts 128, one of sha512crypt 3, one of SunMD5 4, PBKDF2's with SHA-512 2. It is about half
    /// a microsecond.
    pub work: u64,
    /// What a single derivation may ask for.
    pub limits: Limits,
}

impl Effort {
    /// 20,000 attempts and 6,000,000 units of work: about three seconds at the very most.
    pub const DEFAULT: Self = Self { attempts: 20_000, work: 6_000_000, limits: Limits::DEFAULT };

    /// The same with other bounds.
    #[must_use]
    pub const fn with_bounds(mut self, attempts: u64, work: u64) -> Self {
        self.attempts = attempts;
        self.work = work;
        self
    }

    /// The same with other limits.
    #[must_use]
    pub const fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}

impl Default for Effort {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// How a diagnosis ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It verifies as given: by its tag, in the format that was named, or in the likeliest one.
    Verifies,
    /// It verifies in a reading that deviates.
    Explained,
    /// No reading that was tried verifies.
    Unexplained,
}

impl Verdict {
    /// The name in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verifies => "verifies",
            Self::Explained => "explained",
            Self::Unexplained => "unexplained",
        }
    }
}

/// A reading that verifies.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reading {
    /// Its format; `None` where no format reads it (a bare HMAC).
    pub format: Option<&'static Format>,
    /// In what it differs from what was given. Empty when it verifies as given.
    pub deviations: Vec<Deviation>,
    hash: Option<PasswordHash>,
    upper_case: bool,
}

impl Reading {
    /// The hash as it verifies: its canonical text can be imported, unless the digest or the salt
    /// was cut. What was done to the password is not in it.
    #[must_use]
    pub fn hash(&self) -> Option<&PasswordHash> {
        self.hash.as_ref()
    }
}

/// The deviations, in plain words.
impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let slug = self.format.map(Format::slug);
        for (at, deviation) in self.deviations.iter().enumerate() {
            write!(f, "{}{deviation}", if at == 0 { "" } else { "; " })?;
        }
        match (self.deviations.is_empty(), slug) {
            (true, Some(slug)) => write!(f, "as given, in the format {slug}")?,
            (false, Some(slug)) => write!(f, " (format {slug})")?,
            (_, None) => {}
        }
        f.write_str(if self.upper_case { ", in upper-case hexadecimal" } else { "" })
    }
}

/// What [`diagnose`] found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Diagnosis {
    /// How it ended.
    pub verdict: Verdict,
    /// The reading that verifies.
    pub reading: Option<Reading>,
    /// How many derivations were made.
    pub tried: u64,
    /// How much work they were, in the unit of [`Effort::work`].
    pub work: u64,
    /// Whether likely readings were left out because a bound was reached.
    pub cut_short: bool,
    /// The formats that were tried, by their slugs.
    pub formats: Vec<&'static str>,
    /// Why the text as given could not be read, if it could not.
    pub fault: Option<ParseErrorKind>,
    /// Set when the text looks cut by a column: its length in characters.
    pub cut_at: Option<usize>,
    /// Whether the text is a marker of a locked account.
    pub locked: bool,
}

/// Why does `text` not verify with a password that it should verify with?
#[must_use]
pub fn diagnose(text: &str, password: &[u8], side: &Side, effort: Effort) -> Diagnosis {
    run(None, text, password, side, effort)
}

/// As [`diagnose`], for a text that should be of the format that you name.
#[must_use]
pub fn diagnose_as(
    format: &'static Format,
    text: &str,
    password: &[u8],
    side: &Side,
    effort: Effort,
) -> Diagnosis {
    run(Some(format), text, password, side, effort)
}

fn run(
    named: Option<&'static Format>,
    text: &str,
    password: &[u8],
    side: &Side,
    effort: Effort,
) -> Diagnosis {
    let limits = &effort.limits;
    let fault = subject::fault(named, text, side, limits).map(|(_, kind)| kind);
    let over = text.len() > limits.text_bytes_max || password.len() > limits.password_bytes_max;
    let subjects = match over {
        true => Vec::new(),
        false => subject::subjects(named, text, side, limits),
    };
    let mut formats: Vec<&'static str> = Vec::new();
    for slug in subjects.iter().filter_map(|subject| subject.format).map(Format::slug) {
        if !formats.contains(&slug) {
            formats.push(slug);
        }
    }
    let mut search = Search::new(side, effort);
    let found = stages(&mut search, &subjects, password, side);
    let reading = found.map(|found| reading(found, text));
    let verdict = match &reading {
        Some(reading) if reading.deviations.is_empty() => Verdict::Verifies,
        Some(_) => Verdict::Explained,
        None => Verdict::Unexplained,
    };
    let cut_at = cut_at(text, fault.as_ref());
    let locked = Format::of(text).is_some_and(|format| format.slug() == "locked");
    let Search { tried, work, cut_short, .. } = search;
    Diagnosis { verdict, reading, tried, work, cut_short, formats, fault, cut_at, locked }
}

fn reading(found: Found, text: &str) -> Reading {
    let Found { subject, treated } = found;
    let Subject { target, format, mut deviations, .. } = subject;
    deviations.extend(treated);
    let hash = match target {
        Target::Hash(hash) => Some(hash),
        Target::Cut(..) | Target::Keyed(..) => None,
    };
    let upper_case = text.len() >= 32
        && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F'))
        && text.bytes().any(|b| b.is_ascii_uppercase());
    Reading { format, deviations, hash, upper_case }
}

/// Single deviations, then pairs, then what is cheap enough to be exhaustive about.
fn stages(
    search: &mut Search<'_>,
    subjects: &[Subject],
    password: &[u8],
    side: &Side,
) -> Option<Found> {
    let plain = Treated::plain(password);
    // As given, and in other formats of the same shape.
    let (given, rest): (Vec<_>, Vec<_>) =
        subjects.iter().partition(|subject| subject.surprise < SINGLE);
    if let Some(found) = search.stage(given.iter().map(|subject| (*subject, &plain))) {
        return Some(found);
    }
    // One deviation.
    let treated = plain.steps(side);
    let changes = |of: &[&Subject]| {
        let mut all: Vec<Subject> = of.iter().flat_map(|subject| subject.changes(side)).collect();
        all.sort_by_key(|subject| subject.surprise);
        all.truncate(CHANGED_MAX);
        all
    };
    let changed = changes(&given);
    let altered = changes(&rest);
    let alone = rest.iter().map(|subject| (*subject, &plain));
    let passwords = product(given.iter().copied(), &treated);
    let settings = changed.iter().map(|subject| (subject, &plain));
    // What costs far more than the text as given waits until the cheap pairs are through.
    let base = subjects.first().map_or(0, |subject| subject.work(password.len()));
    let most = base.saturating_mul(4).max(DEAR);
    let (cheap, dear): (Vec<_>, Vec<_>) = alone
        .chain(passwords)
        .chain(settings)
        .partition(|(subject, made)| subject.work(made.bytes.len()) <= most);
    if let Some(found) = search.stage(cheap) {
        return Some(found);
    }
    // Two deviations: both in the password, or one in each; the likely pairs first.
    let twice: Vec<Treated> = treated.iter().flat_map(|treated| treated.steps(side)).collect();
    let passwords = product(given.iter().copied(), &twice);
    let both = product(rest.iter().copied().chain(&changed), &treated);
    let beside = altered.iter().map(|subject| (subject, &plain));
    let (likely, others): (Vec<_>, Vec<_>) =
        passwords.chain(both).chain(beside).partition(|(subject, made)| {
            subject.surprise.saturating_add(made.surprise) <= LIKELY_PAIR
                && subject.work(made.bytes.len()) <= base.saturating_mul(4).max(64)
        });
    if let Some(found) = search.stage_of_a_third(likely) {
        return Some(found);
    }
    // A salt that has lost its end: many attempts, each next to nothing.
    if let Some(found) = search.lost_salt(subjects, &plain) {
        return Some(found);
    }
    if let Some(found) = search.stage(dear) {
        return Some(found);
    }
    if let Some(found) = search.stage(others) {
        return Some(found);
    }
    // Both in the setting.
    let single = changed.iter().filter(|subject| subject.surprise < 2 * SINGLE);
    for subject in single {
        if search.cut_short {
            break;
        }
        let again = subject.changes(side);
        if let Some(found) = search.stage(again.iter().map(|subject| (subject, &plain))) {
            return Some(found);
        }
    }
    None
}

fn product<'a>(
    subjects: impl Iterator<Item = &'a Subject>,
    treated: &'a [Treated],
) -> impl Iterator<Item = (&'a Subject, &'a Treated)> {
    subjects.flat_map(move |subject| treated.iter().map(move |made| (subject, made)))
}

/// From this surprise on, a reading deviates in more than its format and its cleaning.
const SINGLE: u64 = 10;

/// Up to this much work, an attempt is never dear.
const DEAR: u64 = 50_000;

/// Up to this surprise, a pair is tried before a salt is filled up.
const LIKELY_PAIR: u64 = 24;

/// Most changed settings: with every treatment of a password, as many pairs as are put in order.
const CHANGED_MAX: usize = 4000;

/// The widths that columns are given.
const WIDTHS: &[usize] = &[
    8, 10, 12, 16, 20, 24, 25, 30, 32, 34, 40, 45, 48, 50, 60, 64, 72, 75, 80, 90, 100, 120, 125,
    127, 128, 150, 191, 200, 255, 256,
];

/// Whether the text is as long as a column is wide and breaks off too early.
fn cut_at(text: &str, fault: Option<&ParseErrorKind>) -> Option<usize> {
    let broken =
        matches!(fault, Some(ParseErrorKind::Malformed { .. } | ParseErrorKind::Unrecognised));
    let length = text.chars().count();
    (broken && WIDTHS.contains(&length)).then_some(length)
}
