//! What is in a table: a count of formats, strengths, costs, and of what cannot be read.
use super::count::Entry;
use super::distinct::{Distinct, hash_of};
use super::report::{InvalidRow, Report, Shared};
use super::{Decision, Job, Kept, Reading, Refusal, Row};
use crate::algorithm::{Md5Layout, ShaLayout};
use crate::error::ParseErrorKind;
use crate::format::Strength;
use crate::hash::PasswordHash;
use core::fmt::Display;
use std::collections::BTreeMap;
use std::hash::RandomState;

/// Different sets of readings of untagged texts that are told apart.
const SHAPES_MAX: usize = 64;

/// Counts rows, in memory that does not grow with them.
///
/// Work can be split: take a [`part`](Self::part) for each page of rows, count on any thread, and
/// [`merge`](Self::merge) the parts in the order of the pages.
#[derive(Clone, Debug)]
pub struct Audit {
    job: Job,
    invalid_max: usize,
    key: RandomState,
    rows: u64,
    null: u64,
    to_tag: u64,
    strong: u64,
    formats: BTreeMap<&'static str, Entry>,
    reasons: BTreeMap<&'static str, u64>,
    untagged: BTreeMap<String, u64>,
    invalid: u64,
    untidy: u64,
    first_invalid: Vec<InvalidRow>,
    rules: BTreeMap<&'static str, u64>,
    fresh: Vec<u64>,
    distinct: Distinct,
}

impl Audit {
    /// An empty count, under the job's policy, limits and format. It keeps the places of the first
    /// `invalid_max` rows that cannot be read.
    #[must_use]
    pub fn new(job: &Job, invalid_max: usize) -> Self {
        let distinct = Distinct::default();
        Self {
            job: job.clone(),
            invalid_max,
            key: distinct.key(),
            rows: 0,
            null: 0,
            to_tag: 0,
            strong: 0,
            formats: BTreeMap::new(),
            reasons: BTreeMap::new(),
            untagged: BTreeMap::new(),
            invalid: 0,
            untidy: 0,
            first_invalid: Vec::new(),
            rules: BTreeMap::new(),
            fresh: Vec::new(),
            distinct,
        }
    }

    /// An empty count that can be merged into this one.
    #[must_use]
    pub fn part(&self) -> Self {
        Self { key: self.key.clone(), ..Self::new(&self.job, self.invalid_max) }
    }

    /// Count a row.
    pub fn add<K: Display>(&mut self, row: &Row<K>) {
        self.rows += 1;
        let (text_bytes, side_bytes) = match &row.stored {
            super::Cell::Text(text) => (text.len(), row.side.salt.as_ref().map_or(0, String::len)),
            _ => (0, 0),
        };
        match self.job.read(row) {
            Err(refusal) => self.add_invalid(row, &refusal),
            Ok(Reading::Null) => self.null += 1,
            Ok(Reading::Hash { hash, format, tagged }) => {
                if let Some(reason) = self.job.policy.reason(&hash) {
                    *self.reasons.entry(reason.as_str()).or_default() += 1;
                }
                if let Some(value) = unsalted(&hash) {
                    self.fresh.push(hash_of(&self.key, value));
                }
                let entry = self.formats.entry(format.slug()).or_insert_with(|| Entry::of(format));
                entry.add(hash.cost(), text_bytes);
                let reading = Reading::Hash { hash, format, tagged };
                match self.job.judge_reading(reading) {
                    Decision::Wrap(hash) => entry.add_to_wrap(&hash, text_bytes + side_bytes),
                    Decision::Tag(hash) => {
                        self.to_tag += 1;
                        entry.add_to_tag(&hash);
                    }
                    Decision::Keep(Kept::Strong) => self.strong += 1,
                    _ => {}
                }
            }
        }
        if self.fresh.len() >= 4096 {
            self.settle();
        }
    }

    fn add_invalid<K: Display>(&mut self, row: &Row<K>, refusal: &Refusal) {
        self.invalid += 1;
        self.untidy += u64::from(self.job.would_tidy(row));
        *self.rules.entry(refusal.name()).or_default() += 1;
        if let Refusal::Parse(error) = refusal
            && let ParseErrorKind::Untagged(slugs) = error.kind()
        {
            let shape = slugs.join(" ");
            if self.untagged.len() < SHAPES_MAX || self.untagged.contains_key(&shape) {
                *self.untagged.entry(shape).or_default() += 1;
            }
        }
        if self.first_invalid.len() < self.invalid_max {
            self.first_invalid.push(InvalidRow::new(row.key.to_string(), refusal));
        }
    }

    /// A part keeps the hashes of its values for the whole to count, if they are not too many.
    fn settle(&mut self) {
        for hash in self.fresh.drain(..) {
            self.distinct.add(hash);
        }
    }

    /// Add what a [`part`](Self::part) of a later page counted.
    pub fn merge(&mut self, mut part: Self) {
        self.rows += part.rows;
        self.null += part.null;
        self.to_tag += part.to_tag;
        self.strong += part.strong;
        self.invalid += part.invalid;
        self.untidy += part.untidy;
        for (slug, theirs) in part.formats {
            self.formats.entry(slug).or_insert_with(|| Entry::of(theirs.format)).merge(theirs);
        }
        sum(&mut self.reasons, part.reasons);
        sum(&mut self.rules, part.rules);
        sum(&mut self.untagged, part.untagged);
        let room = self.invalid_max.saturating_sub(self.first_invalid.len());
        self.first_invalid.extend(part.first_invalid.into_iter().take(room));
        self.fresh.append(&mut part.fresh);
        self.settle();
        self.distinct.absorb(part.distinct);
    }

    /// What was found so far.
    #[must_use]
    pub fn report(&self) -> Report {
        let mut whole = self.distinct.clone();
        self.fresh.iter().for_each(|hash| whole.add(*hash));
        let (shared, exact) = whole.shared();
        let mut strengths = BTreeMap::new();
        for entry in self.formats.values() {
            *strengths.entry(entry.format.strength().as_str()).or_default() += entry.rows;
        }
        let mut formats: Vec<_> =
            self.formats.values().map(|entry| entry.count(self.rows)).collect();
        formats.sort_by_key(|format| (core::cmp::Reverse(format.rows), format.format));
        Report {
            rows: self.rows,
            null: self.null,
            locked: strengths.get(Strength::Locked.as_str()).copied().unwrap_or_default(),
            strong: self.strong,
            wrapped: self.formats.get("wrapped").map_or(0, |entry| entry.rows),
            to_wrap: self.formats.values().map(|entry| entry.to_wrap).sum(),
            to_tag: self.to_tag,
            formats,
            strengths,
            reasons: self.reasons.clone(),
            untagged: self.untagged.clone(),
            invalid: self.invalid,
            untidy: self.untidy,
            invalid_kinds: self.rules.clone(),
            first_invalid: self.first_invalid.clone(),
            shared_unsalted: Shared { rows: shared, exact },
        }
    }
}

fn sum<K: Ord>(into: &mut BTreeMap<K, u64>, from: BTreeMap<K, u64>) {
    for (key, rows) in from {
        *into.entry(key).or_default() += rows;
    }
}

/// The digest of a hash without a salt, with a number for the function it comes from.
fn unsalted(hash: &PasswordHash) -> Option<(u8, &[u8])> {
    let function = match hash {
        PasswordHash::Md5(stored) if stored.setting().layout() == Md5Layout::Bare => 0,
        PasswordHash::Sha(stored) if stored.setting().layout() == ShaLayout::Bare => {
            1 + stored.setting().version() as u8
        }
        PasswordHash::Sha(stored) if stored.setting().layout() == ShaLayout::Twice => 64,
        _ => return None,
    };
    hash.parts().map(|(_, digest)| (function, digest.expose()))
}
