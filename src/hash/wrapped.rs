//! A strong hash over the digest of a weak one: hardening without the password.
use super::PasswordHash;
use crate::algorithm::{Algorithm, Argon2, Cost, Digest, Stored, sealed::Sealed};
use crate::error::{DeriveError, HashError, OverLimit, VerifyError};
use crate::limits::Limits;
use crate::secret::{KeyId, Keyring};

/// The setting of a wrapped hash: Argon2 over the raw digest that the weak algorithm yields.
///
/// It is an algorithm like any other. The inner hash has a digest of zeros: the weak digest does
/// not survive its wrapping. The inner hash is never wrapped itself, nor locked.
#[derive(Clone, Debug)]
pub struct Wrapped {
    inner: Box<PasswordHash>,
    outer: Argon2,
}

impl Wrapped {
    /// The setting of `outer` over `inner`, whose digest is forgotten.
    ///
    /// # Errors
    /// `inner` is wrapped already, or locked.
    pub fn new(inner: PasswordHash, outer: Argon2) -> Result<Self, HashError> {
        match inner {
            PasswordHash::Wrapped(_) => Err(HashError::AlreadyWrapped),
            PasswordHash::Locked(_) => Err(HashError::Locked),
            inner => Ok(Self { inner: Box::new(inner.blanked()), outer }),
        }
    }

    /// Wrap a hash: the new digest is Argon2 over the old one.
    pub(crate) fn over(
        inner: &PasswordHash,
        outer: Argon2,
        keys: &Keyring,
    ) -> Result<Stored<Self>, HashError> {
        let setting = Self::new(inner.clone(), outer)?;
        let Some((_, weak)) = inner.parts() else { return Err(HashError::Locked) };
        let strong = setting.outer.derive(weak.expose(), keys)?;
        // Argon2 yields exactly as many bytes as it was asked for.
        Stored::new(setting, strong.expose().to_vec())
            .ok_or(HashError::Derive(DeriveError::Memory { kib: 0 }))
    }

    /// The weak hash inside, with a digest of zeros.
    #[must_use]
    pub fn inner(&self) -> &PasswordHash {
        &self.inner
    }

    /// The setting of the strong hash outside.
    #[must_use]
    pub fn outer(&self) -> &Argon2 {
        &self.outer
    }
}

impl Sealed for Wrapped {}
impl Algorithm for Wrapped {
    fn derive(&self, password: &[u8], keys: &Keyring) -> Result<Digest, DeriveError> {
        let weak = match self.inner.setting() {
            Some(setting) => setting.derive(password, keys)?,
            None => Digest::zeros(0), // `new` lets no locked hash in
        };
        self.outer.derive(weak.expose(), keys)
    }

    fn digest_len(&self) -> usize {
        self.outer.digest_len()
    }

    fn cost(&self) -> Cost {
        self.inner.cost().then(self.outer.cost())
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.inner.within(limits)?;
        self.outer.within(limits)
    }

    fn admits(&self, password: &[u8], limits: &Limits) -> Result<(), VerifyError> {
        self.inner.setting().map_or(Ok(()), |setting| setting.admits(password, limits))
    }

    fn key_ids(&self) -> Vec<&KeyId> {
        [self.inner.key_ids(), self.outer.key_ids()].concat()
    }
}
