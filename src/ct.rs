//! The only comparison of secret bytes in the crate.
use subtle::ConstantTimeEq;

/// Whether two digests are the same, in a time that does not depend on their contents.
///
/// Lengths are public: they follow from the format and are fixed when the text is read. Two empty
/// digests are *not* equal: an absent digest must never match (PROMISE: empty-digest).
pub(crate) fn equal(computed: &[u8], stored: &[u8]) -> bool {
    !stored.is_empty() && bool::from(computed.ct_eq(stored))
}

#[cfg(test)]
mod tests {
    use super::equal;

    #[test]
    fn every_single_bit_is_seen_at_every_length() {
        for len in 1..=128_usize {
            let stored: Vec<u8> = (0..len).map(|i| u8::try_from(i * 31 % 251).unwrap()).collect();
            assert!(equal(&stored, &stored));
            for bit in 0..len * 8 {
                let mut other = stored.clone();
                other[bit / 8] ^= 1 << (bit % 8);
                assert!(!equal(&other, &stored), "{len} bytes, bit {bit}");
            }
        }
    }

    #[test]
    fn an_empty_digest_never_matches_and_lengths_matter() {
        assert!(!equal(&[], &[]));
        assert!(!equal(&[1], &[]));
        assert!(!equal(&[1, 2], &[1]));
        assert!(!equal(&[1], &[1, 2]));
    }
}
