//! The rows of one format in an audit: how many, what they cost, how long they are.
use super::report::{CostCount, Costs, FormatCount};
use crate::algorithm::Cost;
use crate::format::Format;
use crate::hash::PasswordHash;
use std::collections::BTreeMap;

/// Different costs of one format that are told apart; the rest are counted together.
const COSTS_MAX: usize = 64;

#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) format: &'static Format,
    pub(super) rows: u64,
    pub(super) to_wrap: u64,
    costs: BTreeMap<Cost, u64>,
    others: u64,
    dearest: Cost,
    cheapest_rounds: u64,
    text_bytes_max: usize,
    inner_bytes_max: usize,
    tag_bytes_max: usize,
    probed_bytes: usize,
}

impl Entry {
    pub(super) fn of(format: &'static Format) -> Self {
        Self {
            format,
            rows: 0,
            to_wrap: 0,
            costs: BTreeMap::new(),
            others: 0,
            dearest: Cost::default(),
            cheapest_rounds: u64::MAX,
            text_bytes_max: 0,
            inner_bytes_max: 0,
            tag_bytes_max: 0,
            probed_bytes: 0,
        }
    }

    pub(super) fn add(&mut self, cost: Cost, text_bytes: usize) {
        self.rows += 1;
        self.text_bytes_max = self.text_bytes_max.max(text_bytes);
        self.dearest.rounds = self.dearest.rounds.max(cost.rounds);
        self.dearest.memory_kib = self.dearest.memory_kib.max(cost.memory_kib);
        self.cheapest_rounds = self.cheapest_rounds.min(cost.rounds);
        self.add_cost(cost, 1);
    }

    fn add_cost(&mut self, cost: Cost, rows: u64) {
        match self.costs.len() < COSTS_MAX || self.costs.contains_key(&cost) {
            true => *self.costs.entry(cost).or_default() += rows,
            false => self.others += rows,
        }
    }

    /// The canonical text of a format grows with what was stored, so only the longest are written.
    pub(super) fn add_to_wrap(&mut self, hash: &PasswordHash, stored_bytes: usize) {
        self.to_wrap += 1;
        if stored_bytes > self.probed_bytes {
            self.probed_bytes = stored_bytes;
            self.inner_bytes_max = self.inner_bytes_max.max(hash.to_string().len());
        }
    }

    pub(super) fn add_to_tag(&mut self, hash: &PasswordHash) {
        self.tag_bytes_max = self.tag_bytes_max.max(hash.to_string().len());
    }

    pub(super) fn merge(&mut self, theirs: Self) {
        self.rows += theirs.rows;
        self.to_wrap += theirs.to_wrap;
        self.others += theirs.others;
        self.dearest.rounds = self.dearest.rounds.max(theirs.dearest.rounds);
        self.dearest.memory_kib = self.dearest.memory_kib.max(theirs.dearest.memory_kib);
        self.cheapest_rounds = self.cheapest_rounds.min(theirs.cheapest_rounds);
        self.text_bytes_max = self.text_bytes_max.max(theirs.text_bytes_max);
        self.inner_bytes_max = self.inner_bytes_max.max(theirs.inner_bytes_max);
        self.tag_bytes_max = self.tag_bytes_max.max(theirs.tag_bytes_max);
        theirs.costs.into_iter().for_each(|(cost, rows)| self.add_cost(cost, rows));
    }

    #[allow(clippy::cast_precision_loss, reason = "a share has no need of 53 bits")]
    pub(super) fn count(&self, all: u64) -> FormatCount {
        FormatCount {
            format: self.format.slug(),
            strength: self.format.strength().as_str(),
            rows: self.rows,
            share: self.rows as f64 / all.max(1) as f64,
            to_wrap: self.to_wrap,
            costs: self.costs(),
            text_bytes_max: self.text_bytes_max,
            inner_bytes_max: self.inner_bytes_max,
            tag_bytes_max: self.tag_bytes_max,
        }
    }

    fn costs(&self) -> Costs {
        let known = self.costs.values().sum::<u64>();
        let mut below = 0;
        let median = self.costs.iter().find(|(_, rows)| {
            below += **rows;
            below * 2 >= known
        });
        let count = |(cost, rows): (&Cost, &u64)| CostCount {
            rounds: cost.rounds,
            memory_kib: cost.memory_kib,
            rows: *rows,
        };
        Costs {
            rounds_min: self.cheapest_rounds,
            rounds_median: median.map_or(0, |(cost, _)| cost.rounds),
            rounds_max: self.dearest.rounds,
            memory_kib_max: self.dearest.memory_kib,
            rows: self.costs.iter().map(count).collect(),
            others: self.others,
        }
    }
}
