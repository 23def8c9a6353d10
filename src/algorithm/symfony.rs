//! Symfony's message digest: a salted password, hashed over and over together with itself.
//!
//! *Source*: `MessageDigestPasswordHasher` of `symfony/password-hasher`. With `m = password ‖ "{" ‖
//! salt ‖ "}"` (or the password alone, when there is no salt), the first digest is `H(m)` and each
//! further one `H(digest ‖ m)`. *Security*: fast, and no memory is needed; 5000 rounds of it are two
//! milliseconds.
use super::{Algorithm, Cost, Digest, InnerHash, Salt, password_fits, sealed::Sealed};
use crate::error::{DeriveError, OverLimit, VerifyError};
use crate::limits::{self, Limits, at_most};
use crate::secret::Keyring;

/// The setting of Symfony's message digest.
#[derive(Clone, Debug)]
pub struct SymfonyDigest {
    pub(crate) hash: InnerHash,
    pub(crate) iterations: u32,
    pub(crate) salt: Salt,
}

impl SymfonyDigest {
    /// A setting; `None` without iterations, or when the salt holds braces, which Symfony refuses.
    #[must_use]
    pub fn new(hash: InnerHash, iterations: u32, salt: impl Into<Salt>) -> Option<Self> {
        let salt = salt.into();
        let braces = salt.as_bytes().iter().any(|byte| matches!(byte, b'{' | b'}'));
        (iterations > 0 && !braces).then_some(Self { hash, iterations, salt })
    }

    /// The digest inside.
    #[must_use]
    pub fn hash(&self) -> InnerHash {
        self.hash
    }

    /// How often it is computed, the first time included.
    #[must_use]
    pub fn iterations(&self) -> u32 {
        self.iterations
    }
}

impl Sealed for SymfonyDigest {}
impl Algorithm for SymfonyDigest {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        let salt = self.salt.as_bytes();
        let (open, close): (&[u8], &[u8]) = if salt.is_empty() { (b"", b"") } else { (b"{", b"}") };
        let mut digest = self.hash.digest(&[password, open, salt, close]);
        for _ in 1..self.iterations {
            digest = self.hash.digest(&[digest.expose(), password, open, salt, close]);
        }
        Ok(digest)
    }

    fn digest_len(&self) -> usize {
        self.hash.digest_len()
    }

    fn cost(&self) -> Cost {
        Cost::rounds(self.iterations.into())
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.salt.within(limits)?;
        at_most("iterations", u64::from(self.iterations), limits.pbkdf2_blocks_max)
    }

    /// The password is hashed anew in each round, so its length counts towards the work.
    fn admits(&self, password: &[u8], limits: &Limits) -> Result<(), VerifyError> {
        password_fits(password, limits.password_bytes_max)?;
        let bytes = limits::length(password.len().saturating_add(self.salt.as_bytes().len()));
        let work = limits::product(&[u64::from(self.iterations), bytes]);
        Ok(at_most("iterations times password_bytes", work, limits.phpass_bytes_max)?)
    }
}
