//! HMAC (RFC 2104) in one pass: what some systems stored in place of a salted digest. No format of
//! ours reads it; diagnosis tries it.
use super::{Algorithm, Cost, Digest, FastHash, sealed::Sealed};
use crate::error::{DeriveError, OverLimit};
use crate::limits::{self, Limits, at_most};
use crate::secret::{Keyring, SecretBytes};

/// The setting of a bare HMAC.
#[derive(Clone, Debug)]
pub(crate) struct Keyed {
    pub(crate) function: FastHash,
    /// What goes in beside the password.
    pub(crate) key: SecretBytes,
    /// Whether the password is the key, and `key` the message.
    pub(crate) by_password: bool,
}

impl Sealed for Keyed {}
impl Algorithm for Keyed {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        Ok(match self.by_password {
            true => self.function.hmac(password, self.key.expose()),
            false => self.function.hmac(self.key.expose(), password),
        })
    }

    fn digest_len(&self) -> usize {
        self.function.digest_len()
    }

    fn cost(&self) -> Cost {
        Cost::rounds(2)
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        at_most("key_bytes", self.key.len() as u128, limits::length(limits.password_bytes_max))
    }
}
