//! Tarsnap's scrypt file header: the second half of 64 bytes of scrypt signs the header.
//!
//! *Source*: the `FORMAT` file of the scrypt utility. The digest is HMAC-SHA-256 over the first 64
//! bytes of the header: `"scrypt" ‖ 0 ‖ log2 N ‖ r ‖ p ‖ salt (32) ‖ checksum (16)`, the numbers being
//! big-endian and the checksum the beginning of SHA-256 over all before it.
use super::{Algorithm, Cost, Digest, Salt, Scrypt, ShaVersion, hasher, sealed::Sealed};
use crate::error::{DeriveError, OverLimit};
use crate::limits::Limits;
use crate::secret::Keyring;

/// The setting of a signed header.
#[derive(Clone, Debug)]
pub struct ScryptFile {
    scrypt: Scrypt,
}

impl ScryptFile {
    /// A setting, or the rule that it breaks.
    ///
    /// # Errors
    /// The rule, as a sentence.
    pub fn new(cost: (u8, u32, u32), salt: [u8; 32]) -> Result<Self, &'static str> {
        let scrypt = Scrypt::new(cost, Salt::from(salt.to_vec()), 64)?;
        Ok(Self { scrypt })
    }

    /// The first 64 bytes of the file.
    pub(crate) fn header(&self) -> Vec<u8> {
        let Scrypt { n_log2, block_r, parallel_p, salt, .. } = &self.scrypt;
        let mut header = b"scrypt\0".to_vec();
        header.push(*n_log2);
        header.extend(block_r.to_be_bytes());
        header.extend(parallel_p.to_be_bytes());
        header.extend(salt.as_bytes());
        let checksum = ShaVersion::Sha256.digest(&[&header]);
        header.extend(checksum.expose().iter().take(16));
        header
    }
}

impl Sealed for ScryptFile {}
impl Algorithm for ScryptFile {
    fn derive(&self, password: &[u8], keys: &Keyring) -> Result<Digest, DeriveError> {
        let derived = self.scrypt.derive(password, keys)?;
        let key = derived.expose().last_chunk::<32>().map_or(&[][..], |key| key);
        Ok(hasher::hmac::<sha2::Sha256>(key, &self.header()))
    }

    fn digest_len(&self) -> usize {
        32
    }

    fn cost(&self) -> Cost {
        self.scrypt.cost()
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.scrypt.within(limits)
    }
}
