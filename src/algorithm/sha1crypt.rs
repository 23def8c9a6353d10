//! sha1crypt (Simon Gerraty, NetBSD `crypt-sha1.c`, 2004): HMAC-SHA-1 over itself.
use super::{Algorithm, Cost, Digest, Salt, crypt_admits, sealed::Sealed};
use crate::error::{DeriveError, OverLimit, VerifyError};
use crate::limits::{Limits, at_most};
use crate::secret::Keyring;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use zeroize::Zeroize;

/// The setting of a sha1crypt hash.
#[derive(Clone, Debug)]
pub struct Sha1Crypt {
    pub(crate) rounds: u32,
    pub(crate) salt: Salt,
}

impl Sha1Crypt {
    /// Longest salt, in bytes.
    pub const SALT_BYTES_MAX: usize = 64;

    /// A setting; `None` without rounds, or when the salt is over 64 bytes.
    #[must_use]
    pub fn new(rounds: u32, salt: impl Into<Salt>) -> Option<Self> {
        let salt = salt.into();
        let fits = rounds > 0 && salt.as_bytes().len() <= Self::SALT_BYTES_MAX;
        fits.then_some(Self { rounds, salt })
    }

    /// The rounds.
    #[must_use]
    pub fn rounds(&self) -> u32 {
        self.rounds
    }
}

impl Sealed for Sha1Crypt {}
impl Algorithm for Sha1Crypt {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        // HMAC takes keys of any length, so the error arm is never taken.
        let Ok(keyed) = Hmac::<Sha1>::new_from_slice(password) else {
            return Err(DeriveError::Memory { kib: 0 });
        };
        let mut first = keyed.clone();
        first.update(self.salt.as_bytes());
        first.update(b"$sha1$");
        first.update(self.rounds.to_string().as_bytes());
        let mut state = first.finalize().into_bytes();
        for _ in 1..self.rounds {
            let mut next = keyed.clone();
            next.update(&state);
            state = next.finalize().into_bytes();
        }
        let digest = Digest::new(state.to_vec());
        state.as_mut_slice().zeroize();
        Ok(digest)
    }

    fn digest_len(&self) -> usize {
        20
    }

    fn cost(&self) -> Cost {
        Cost::rounds(u64::from(self.rounds))
    }

    /// A round is one of PBKDF2, and counts as one.
    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.salt.within(limits)?;
        at_most("rounds", u64::from(self.rounds), limits.pbkdf2_blocks_max)
    }

    /// C code stops at a NUL.
    fn admits(&self, password: &[u8], limits: &Limits) -> Result<(), VerifyError> {
        crypt_admits(password, limits)
    }
}
