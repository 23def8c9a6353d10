//! HMAC (RFC 2104) of the password under a key that stands beside the digest, as Kratos imports it.
//!
//! *Security*: one fast digest; a key that is stored with the digest is a salt and nothing more.
//! *Deviations*: HMAC pads its key with NUL and hashes a longer one, but the key is not the password: no
//! two passwords are one.
use super::{Algorithm, Cost, Digest, FastHash, Salt, sealed::Sealed};
use crate::error::{DeriveError, OverLimit};
use crate::limits::Limits;
use crate::secret::Keyring;

/// The setting of an HMAC with its key.
#[derive(Clone, Debug)]
pub struct HmacKey {
    pub(crate) function: FastHash,
    pub(crate) key: Salt,
}

impl HmacKey {
    /// A setting.
    #[must_use]
    pub fn new(function: FastHash, key: impl Into<Salt>) -> Self {
        Self { function, key: key.into() }
    }
}

impl Sealed for HmacKey {}
impl Algorithm for HmacKey {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        Ok(self.function.hmac(self.key.as_bytes(), password))
    }

    fn digest_len(&self) -> usize {
        self.function.digest_len()
    }

    fn cost(&self) -> Cost {
        Cost::rounds(1)
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.key.within(limits)
    }
}
