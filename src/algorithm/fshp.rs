//! FSHP, the Fairly Secure Hashed Password: PBKDF1 with password and salt in each other's place.
//!
//! *Sources*: Berk D. Demir's `fshp`, passlib's handler of it. `d = H(salt ‖ password)`, then `d = H(d)`, as
//! many digests in all as there are rounds. *Security*: each round is one fast digest.
use super::{Algorithm, Cost, Digest, Salt, ShaVersion, sealed::Sealed};
use crate::error::{DeriveError, OverLimit};
use crate::limits::{Limits, at_most};
use crate::secret::Keyring;

/// The setting of an FSHP hash.
#[derive(Clone, Debug)]
pub struct Fshp {
    pub(crate) version: ShaVersion,
    pub(crate) rounds: u32,
    pub(crate) salt: Salt,
}

impl Fshp {
    /// A setting; `None` without rounds.
    #[must_use]
    pub fn new(version: ShaVersion, rounds: u32, salt: impl Into<Salt>) -> Option<Self> {
        (rounds > 0).then(|| Self { version, rounds, salt: salt.into() })
    }

    /// How many digests are made.
    #[must_use]
    pub fn rounds(&self) -> u32 {
        self.rounds
    }
}

impl Sealed for Fshp {}
impl Algorithm for Fshp {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        let first = self.version.digest(&[self.salt.as_bytes(), password]);
        Ok((1..self.rounds).fold(first, |digest, _| self.version.digest(&[digest.expose()])))
    }

    fn digest_len(&self) -> usize {
        self.version.digest_len()
    }

    fn cost(&self) -> Cost {
        Cost::rounds(u64::from(self.rounds))
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.salt.within(limits)?;
        at_most("rounds", u64::from(self.rounds), limits.pbkdf2_blocks_max)
    }
}
