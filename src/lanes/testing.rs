//! What the tests of all kernels share.
#![allow(dead_code, reason = "each kernel uses its own part")]

/// How many random cases a kernel is held against: the full number in a release build (`cargo test
/// --release --lib lanes`), where they take seconds; a few under Miri, which takes seconds for each.
pub(crate) const CASES: usize = bound(if cfg!(debug_assertions) { 5_000 } else { 100_000 }, 3);

/// A bound, and a smaller one for Miri, which is ten thousand times slower.
pub(crate) const fn bound(usual: usize, under_miri: usize) -> usize {
    if cfg!(miri) { under_miri } else { usual }
}

/// Bytes that nobody chose, the same in every run: SplitMix64 (Steele, Lea, Flood, 2014).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let word = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// A number under `bound`.
    pub(crate) fn under(&mut self, bound: usize) -> usize {
        usize::try_from(self.word() % u64::try_from(bound).unwrap()).unwrap()
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        core::array::from_fn(|_| self.word().to_le_bytes()[0])
    }

    /// Up to `max` bytes.
    pub(crate) fn text(&mut self, max: usize) -> Vec<u8> {
        let len = self.under(max + 1);
        (0..len).map(|_| self.word().to_le_bytes()[0]).collect()
    }
}
