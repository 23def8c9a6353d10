//! AIX' `{ssha1}`, `{ssha256}` and `{ssha512}`: PBKDF2, of which the text loses a few bits.
//!
//! *Source*: hashcat's modes 6400, 6500 and 6700. PBKDF2 with 2^cost rounds and the salt as it stands.
//! AIX spells three bytes in four letters, the lowest bits first, and of a last group that is not full
//! leaves out as many letters as bytes are missing: just those with the highest bits of its first byte.
//! They are gone, and so the digest is kept, and derived, without them: 154, 250 or 504 bits.
use super::{Algorithm, Cost, Digest, Pbkdf2, Prf, Salt, sealed::Sealed};
use crate::error::{DeriveError, OverLimit};
use crate::limits::Limits;
use crate::secret::Keyring;

/// The setting of an AIX hash.
#[derive(Clone, Debug)]
pub struct AixPbkdf2 {
    pub(crate) inner: Pbkdf2,
    pub(crate) cost_log2: u8,
}

impl AixPbkdf2 {
    /// A setting; `None` when the cost is over 31, or for SHA-224 and SHA-384, which AIX has not.
    #[must_use]
    pub fn new(prf: Prf, cost_log2: u8, salt: impl Into<Salt>) -> Option<Self> {
        let known = matches!(prf, Prf::Sha1 | Prf::Sha256 | Prf::Sha512);
        let rounds = 1_u32.checked_shl(cost_log2.into()).filter(|_| known)?;
        let inner = Pbkdf2::new(prf, rounds, salt, prf.digest_len())?;
        Some(Self { inner, cost_log2 })
    }

    /// Without the bits that the text has no letters for.
    pub(crate) fn cut(digest: &mut [u8]) {
        let full = digest.len().saturating_sub(digest.len() % 3);
        let mask = if digest.len() % 3 == 2 { 0x03 } else { 0 };
        digest.iter_mut().skip(full).take(1).for_each(|byte| *byte &= mask);
    }
}

impl Sealed for AixPbkdf2 {}
impl Algorithm for AixPbkdf2 {
    fn derive(&self, password: &[u8], keys: &Keyring) -> Result<Digest, DeriveError> {
        let mut digest = self.inner.derive(password, keys)?;
        Self::cut(digest.as_mut_slice());
        Ok(digest)
    }

    fn digest_len(&self) -> usize {
        self.inner.digest_len()
    }

    fn cost(&self) -> Cost {
        self.inner.cost()
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.inner.within(limits)
    }
}
