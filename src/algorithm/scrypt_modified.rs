//! Scrypt Modified, the hash of Firebase Authentication (its published "firebase/scrypt" utility).
//!
//! The first 32 bytes of scrypt(password, salt ‖ separator) are the key of AES-256 in counter mode
//! with a counter of zero; the digest is the project's signer key, encrypted.
use super::{Algorithm, Cost, Digest, Lanes, Salt, Scrypt, sealed::Sealed};
use crate::error::{DeriveError, OverLimit};
use crate::limits::{self, Limits, at_most};
use crate::secret::{KeyId, Keyring, SecretBytes};
use ctr::cipher::{KeyIvInit, StreamCipher};

/// The project's signer key: at hand, or in the [`Keyring`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SignerKey {
    /// The key, which then stands in the text as well.
    Held(SecretBytes),
    /// The id of the key, and how many bytes it has, which is what the digest has.
    Named {
        /// The id.
        id: KeyId,
        /// The key's length.
        bytes: usize,
    },
}

impl SignerKey {
    fn bytes(&self) -> usize {
        match self {
            Self::Held(key) => key.len(),
            Self::Named { bytes, .. } => *bytes,
        }
    }
}

impl From<SecretBytes> for SignerKey {
    fn from(key: SecretBytes) -> Self {
        Self::Held(key)
    }
}

/// The setting of a Firebase hash.
#[derive(Clone, Debug)]
pub struct ScryptModified {
    pub(crate) n_log2: u8,
    pub(crate) block_r: u32,
    pub(crate) salt: Salt,
    pub(crate) separator: Salt,
    pub(crate) signer_key: SignerKey,
}

impl ScryptModified {
    /// Lengths of signer key that we take, in bytes: Firebase makes 64, Appwrite 32 or 64.
    pub const SIGNER_KEY_BYTES: core::ops::RangeInclusive<usize> = 32..=128;

    /// A setting, or the rule that it breaks.
    ///
    /// `n_log2` is Firebase's `memCost`, `block_r` its `rounds`: the names are often swapped.
    ///
    /// # Errors
    /// The rule, as a sentence.
    pub fn new(
        (n_log2, block_r): (u8, u32),
        salt: impl Into<Salt>,
        separator: impl Into<Salt>,
        signer_key: impl Into<SignerKey>,
    ) -> Result<Self, &'static str> {
        let signer_key = signer_key.into();
        if !Self::SIGNER_KEY_BYTES.contains(&signer_key.bytes()) {
            return Err("the signer key has from 32 to 128 bytes");
        }
        Scrypt::new((n_log2, block_r, 1), Salt::default(), 64)?;
        Ok(Self { n_log2, block_r, salt: salt.into(), separator: separator.into(), signer_key })
    }

    fn scrypt(&self) -> Result<Scrypt, DeriveError> {
        let salt = [self.salt.as_bytes(), self.separator.as_bytes()].concat();
        // `new` has checked the rules: only an absurd memory could be left.
        Scrypt::new((self.n_log2, self.block_r, 1), salt, 64)
            .map_err(|_| DeriveError::Memory { kib: u64::MAX })
    }
}

impl ScryptModified {
    /// The signer key under what scrypt made of the password.
    fn encrypted(&self, derived: &Digest, keys: &Keyring) -> Result<Digest, DeriveError> {
        let key = match &self.signer_key {
            SignerKey::Held(key) => key.expose(),
            SignerKey::Named { id, .. } => super::key(keys, id)?,
        };
        let mut digest = Digest::new(key.to_vec());
        if let Some(key) = derived.expose().first_chunk::<32>() {
            let mut cipher = ctr::Ctr128BE::<aes::Aes256>::new(key.into(), &[0; 16].into());
            cipher.apply_keystream(digest.as_mut_slice());
        }
        Ok(digest)
    }
}

impl Lanes for ScryptModified {
    type Shape = <Scrypt as Lanes>::Shape;

    fn shape(&self) -> Option<Self::Shape> {
        self.scrypt().ok().and_then(|scrypt| scrypt.shape())
    }

    fn width(cost: &Self::Shape) -> usize {
        Scrypt::width(cost)
    }

    fn derive_group(
        cost: &Self::Shape,
        group: &[(&Self, &[u8])],
        keys: &Keyring,
    ) -> Vec<Result<Digest, DeriveError>> {
        let jobs = group.iter().map(|&(setting, password)| Ok((setting.scrypt()?, password)));
        let kernel = |jobs: &[(Scrypt, &[u8])]| Scrypt::derive_many(cost, jobs);
        let derived = super::in_lanes(jobs, kernel);
        let encrypt = |((setting, _), derived): (&(&Self, &[u8]), Result<Digest, DeriveError>)| {
            setting.encrypted(&derived?, keys)
        };
        group.iter().zip(derived).map(encrypt).collect()
    }
}

impl Sealed for ScryptModified {}
impl Algorithm for ScryptModified {
    fn derive(&self, password: &[u8], keys: &Keyring) -> Result<Digest, DeriveError> {
        let derived = self.scrypt()?.derive(password, keys)?;
        self.encrypted(&derived, keys)
    }

    fn digest_len(&self) -> usize {
        self.signer_key.bytes()
    }

    fn key_ids(&self) -> Vec<&KeyId> {
        match &self.signer_key {
            SignerKey::Held(_) => Vec::new(),
            SignerKey::Named { id, .. } => vec![id],
        }
    }

    fn cost(&self) -> Cost {
        self.scrypt().map(|scrypt| scrypt.cost()).unwrap_or_default()
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        let separator_max = limits::length(limits.firebase_separator_bytes_max);
        let separator_bytes = limits::length(self.separator.as_bytes().len());
        self.salt.within(limits)?;
        at_most("salt_separator_bytes", separator_bytes, separator_max)?;
        at_most("n_log2", u64::from(self.n_log2), limits.firebase_n_log2_max)?;
        at_most("block_r", u64::from(self.block_r), limits.firebase_block_r_max)?;
        at_most("memory_kib", self.cost().memory_kib, limits.scrypt_memory_kib_max)?;
        at_most("n times r", self.cost().rounds, limits.scrypt_work_max)
    }
}
