//! What an audit found, in a shape for printing and for JSON.
use super::Refusal;
use serde::Serialize;
use std::collections::BTreeMap;

/// What an [`Audit`](super::Audit) found.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// Rows read.
    pub rows: u64,
    /// Rows without a password.
    pub null: u64,
    /// Rows with a marker that no password opens.
    pub locked: u64,
    /// Rows that the policy would leave alone.
    pub strong: u64,
    /// Rows that are wrapped already.
    pub wrapped: u64,
    /// Rows that a run would wrap.
    pub to_wrap: u64,
    /// Rows that are strong, but would be written anew with their tag.
    pub to_tag: u64,
    /// By format, the commonest first.
    pub formats: Vec<FormatCount>,
    /// Rows by strength of their format.
    pub strengths: BTreeMap<&'static str, u64>,
    /// Rows by the policy's reason to replace them.
    pub reasons: BTreeMap<&'static str, u64>,
    /// Rows whose text carries no tag and whose format nobody named, by what they could be
    /// (likeliest first). They are invalid until their format is named.
    pub untagged: BTreeMap<String, u64>,
    /// Rows that could not be read.
    pub invalid: u64,
    /// Those among them that [`tidy`](super::Job::tidy) would read.
    pub untidy: u64,
    /// All that could not be read, by kind.
    pub invalid_kinds: BTreeMap<&'static str, u64>,
    /// The first of them, with place and rule.
    pub first_invalid: Vec<InvalidRow>,
    /// Rows whose unsalted digest another row has too.
    pub shared_unsalted: Shared,
}

/// Rows of one format.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct FormatCount {
    /// The format's slug.
    pub format: &'static str,
    /// How the format stands today.
    pub strength: &'static str,
    /// Rows.
    pub rows: u64,
    /// Of all rows, as a fraction of one.
    pub share: f64,
    /// Rows that a run would wrap.
    pub to_wrap: u64,
    /// What a verification costs.
    pub costs: Costs,
    /// Longest text now, in bytes.
    pub text_bytes_max: usize,
    /// Longest text of those that a run would wrap, once wrapped, without the new hash itself.
    pub inner_bytes_max: usize,
    /// Longest text of those that a run would only write anew with their tag.
    pub tag_bytes_max: usize,
}

/// How costs are distributed over the rows of a format.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Costs {
    /// Fewest rounds.
    pub rounds_min: u64,
    /// Half of the rows have at most so many.
    pub rounds_median: u64,
    /// Most rounds.
    pub rounds_max: u64,
    /// Most memory, in KiB.
    pub memory_kib_max: u64,
    /// Rows by cost, the cheapest first.
    pub rows: Vec<CostCount>,
    /// Rows of further costs, where there are too many different ones to tell apart.
    pub others: u64,
}

/// Rows of one cost.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CostCount {
    /// Rounds, as [`Cost`](crate::Cost) counts them.
    pub rounds: u64,
    /// Memory, in KiB.
    pub memory_kib: u64,
    /// Rows.
    pub rows: u64,
}

/// A row that could not be read.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct InvalidRow {
    /// Where it is.
    pub place: String,
    /// The stable name of the case.
    pub kind: &'static str,
    /// The rule it breaks, and what to do.
    pub rule: String,
}

impl InvalidRow {
    /// A refused row, for a list of them.
    #[must_use]
    pub fn new(place: String, why: &Refusal) -> Self {
        Self { place, kind: why.name(), rule: why.to_string() }
    }
}

/// Rows that share a value.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct Shared {
    /// How many.
    pub rows: u64,
    /// Whether the number is exact; if not, it is an estimate from a sample of the values.
    pub exact: bool,
}
