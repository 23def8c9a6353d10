//! How many rows share a value with another row, in bounded memory.
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// Most values that are remembered: a few MiB, however long the table is. With more, a sample of
/// them is, chosen by value, so that all rows of a value are in it or none.
const VALUES_MAX: usize = 1 << 17;

/// Counts rows by a keyed 64-bit hash of their value. The key is random, so nobody can craft
/// collisions; by chance, one row in 10^7 is miscounted at most.
#[derive(Clone, Debug, Default)]
pub(super) struct Distinct {
    key: RandomState,
    seen: HashMap<u64, u32>,
    /// Only hashes whose lowest bits are zero, this many, are remembered.
    sampled_bits: u32,
}

impl Distinct {
    /// The key, for hashing on other threads.
    pub(super) fn key(&self) -> RandomState {
        self.key.clone()
    }

    pub(super) fn add(&mut self, hash: u64) {
        self.add_rows(hash, 1);
    }

    /// Add what another counter under the same key has seen.
    pub(super) fn absorb(&mut self, other: Self) {
        self.sampled_bits = self.sampled_bits.max(other.sampled_bits);
        let bits = self.sampled_bits;
        self.seen.retain(|hash, _| hash.trailing_zeros() >= bits);
        other.seen.into_iter().for_each(|(hash, rows)| self.add_rows(hash, rows));
    }

    fn add_rows(&mut self, hash: u64, more: u32) {
        if hash.trailing_zeros() < self.sampled_bits {
            return;
        }
        let rows = self.seen.entry(hash).or_default();
        *rows = rows.saturating_add(more);
        while self.seen.len() > VALUES_MAX {
            self.sampled_bits += 1;
            let bits = self.sampled_bits;
            self.seen.retain(|hash, _| hash.trailing_zeros() >= bits);
        }
    }

    /// Rows that share their value with another, and whether that is exact.
    pub(super) fn shared(&self) -> (u64, bool) {
        let rows: u64 = self.seen.values().filter(|rows| **rows > 1).map(|n| u64::from(*n)).sum();
        (rows.checked_shl(self.sampled_bits).unwrap_or(u64::MAX), self.sampled_bits == 0)
    }
}

/// The hash of a value under a key.
pub(super) fn hash_of(key: &RandomState, value: (u8, &[u8])) -> u64 {
    key.hash_one(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_share_a_value_are_counted_and_others_not() {
        let mut rows = Distinct::default();
        let key = rows.key();
        for value in [b"a", b"b", b"a", b"c", b"a", b"c"] {
            rows.add(hash_of(&key, (0, value)));
        }
        rows.add(hash_of(&key, (1, b"b")));
        assert_eq!(rows.shared(), (5, true));
    }

    #[test]
    fn beyond_its_memory_it_estimates_and_says_so() {
        let mut rows = Distinct::default();
        let key = rows.key();
        let pairs = VALUES_MAX as u64 * 2;
        for value in (0..pairs).chain(0..pairs / 4) {
            rows.add(hash_of(&key, (0, &value.to_le_bytes())));
        }
        let (shared, exact) = rows.shared();
        assert!(!exact && rows.seen.len() <= VALUES_MAX);
        let truth = pairs / 2;
        assert!(shared.abs_diff(truth) < truth / 50, "{shared} for {truth}");
    }
}
