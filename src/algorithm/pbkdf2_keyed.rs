//! PBKDF2 whose salt ends in a key of the application: Spring's `Pbkdf2PasswordEncoder` with a secret.
//!
//! *Source*: spring-security-crypto, `Pbkdf2PasswordEncoder.encode`: the salt that is stored, then the
//! secret, are the salt of PBKDF2. The key is named, and held in the keyring.
use super::{Algorithm, Cost, Digest, Pbkdf2, sealed::Sealed};
use crate::error::{DeriveError, OverLimit};
use crate::limits::Limits;
use crate::secret::{KeyId, Keyring};
use zeroize::Zeroizing;

/// The setting of a PBKDF2 hash with a key behind its salt.
#[derive(Clone, Debug)]
pub struct KeyedPbkdf2 {
    pub(crate) inner: Pbkdf2,
    pub(crate) key_id: KeyId,
}

impl KeyedPbkdf2 {
    /// A setting: `inner` with the key of that id behind its salt.
    #[must_use]
    pub fn new(inner: Pbkdf2, key_id: KeyId) -> Self {
        Self { inner, key_id }
    }
}

impl Sealed for KeyedPbkdf2 {}
impl Algorithm for KeyedPbkdf2 {
    fn derive(&self, password: &[u8], keys: &Keyring) -> Result<Digest, DeriveError> {
        let key = super::key(keys, &self.key_id)?;
        // A copy that is wiped: a salt is not, being no secret, and here it is one.
        let salt = Zeroizing::new([self.inner.salt.as_bytes(), key].concat());
        Ok(self.inner.derive_under(password, &salt))
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

    fn key_ids(&self) -> Vec<&KeyId> {
        vec![&self.key_id]
    }
}
