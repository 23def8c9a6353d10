//! HMAC (RFC 2104) of the password under a key that stands beside the digest, as Kratos imports it.
//!
//! *Security*: one fast digest; a key that is stored with the digest is a salt and nothing more.
//! *Deviations*: HMAC pads its key with NUL and hashes a longer one, but the key is not the password: no
//! two passwords are one.
use super::{Algorithm, Cost, Digest, Salt, ShaVersion, TemplateHash, hasher, sealed::Sealed};
use crate::error::{DeriveError, OverLimit};
use crate::limits::Limits;
use crate::secret::Keyring;

/// The setting of an HMAC with its key.
#[derive(Clone, Debug)]
pub struct HmacKey {
    pub(crate) hash: TemplateHash,
    pub(crate) key: Salt,
}

impl HmacKey {
    /// A setting; `None` for functions other than MD5, SHA-1 and SHA-2 by its own lengths.
    #[must_use]
    pub fn new(hash: TemplateHash, key: impl Into<Salt>) -> Option<Self> {
        use ShaVersion::{Sha1, Sha224, Sha256, Sha384, Sha512};
        let seen = match hash {
            TemplateHash::Md5 => true,
            TemplateHash::Sha(version) => {
                matches!(version, Sha1 | Sha224 | Sha256 | Sha384 | Sha512)
            }
        };
        seen.then(|| Self { hash, key: key.into() })
    }
}

impl Sealed for HmacKey {}
impl Algorithm for HmacKey {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        let key = self.key.as_bytes();
        Ok(match self.hash {
            TemplateHash::Md5 => hasher::hmac::<::md5::Md5>(key, password),
            TemplateHash::Sha(ShaVersion::Sha1) => hasher::hmac::<sha1::Sha1>(key, password),
            TemplateHash::Sha(ShaVersion::Sha224) => hasher::hmac::<sha2::Sha224>(key, password),
            TemplateHash::Sha(ShaVersion::Sha256) => hasher::hmac::<sha2::Sha256>(key, password),
            TemplateHash::Sha(ShaVersion::Sha384) => hasher::hmac::<sha2::Sha384>(key, password),
            TemplateHash::Sha(ShaVersion::Sha512) => hasher::hmac::<sha2::Sha512>(key, password),
            TemplateHash::Sha(_) => Digest::zeros(0), // `new` lets no other in
        })
    }

    fn digest_len(&self) -> usize {
        self.hash.digest_len()
    }

    fn cost(&self) -> Cost {
        Cost::rounds(1)
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.key.within(limits)
    }
}
