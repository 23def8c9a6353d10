//! The function inside a construction that takes any.
use super::{Digest, ShaVersion, hasher};

/// MD5 or one of the SHA family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InnerHash {
    /// MD5.
    Md5,
    /// One of the SHA family.
    Sha(ShaVersion),
}

impl InnerHash {
    /// Bytes of the digest.
    #[must_use]
    pub const fn digest_len(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha(version) => version.digest_len(),
        }
    }

    /// `H(part ‖ part ‖ …)`.
    pub(super) fn digest(self, parts: &[&[u8]]) -> Digest {
        match self {
            Self::Md5 => hasher::md5(parts),
            Self::Sha(version) => version.digest(parts),
        }
    }
}
