//! PHPass portable hashes (Openwall, 2004) over MD5, and Drupal 7's over SHA-512.
use super::{
    Algorithm, Cost, Digest, Lanes, ShaVersion, grouped, grouped::Member, hasher, hasher::Stretch,
    password_fits, sealed::Sealed,
};
use crate::error::{DeriveError, OverLimit, VerifyError};
use crate::lanes::digest::Derivation;
use crate::limits::{self, Limits, at_most};
use crate::secret::Keyring;
use zeroize::Zeroize;

/// The digest that is stretched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PhPassHash {
    /// MD5: WordPress before 6.8, phpBB 3. 16 bytes.
    Md5,
    /// SHA-512: Drupal 7, whose column cuts the text, so that 258 bits of 512 remain. 33 bytes.
    Sha512,
}

/// What is done to the password first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PhPassPrehash {
    /// Nothing.
    None,
    /// Lower-case hex of MD5: tables that Drupal 7 upgraded from Drupal 6 (`U$…`).
    Md5Hex,
}

/// The setting of a PHPass hash.
#[derive(Clone, Debug)]
pub struct PhPass {
    pub(crate) hash: PhPassHash,
    pub(crate) prehash: PhPassPrehash,
    pub(crate) rounds_log2: u8,
    pub(crate) salt: super::Salt,
}

impl PhPass {
    /// Lowest and highest base-2 logarithm of the rounds that PHPass itself writes.
    pub const ROUNDS_LOG2: core::ops::RangeInclusive<u8> = 7..=30;

    /// A setting; `None` when `rounds_log2` is not from 7 to 30. The salt is 8 characters of text,
    /// used as they stand.
    #[must_use]
    pub fn new(hash: PhPassHash, rounds_log2: u8, salt: [u8; 8]) -> Option<Self> {
        let (prehash, salt) = (PhPassPrehash::None, super::Salt::from(salt.to_vec()));
        Self::ROUNDS_LOG2.contains(&rounds_log2).then_some(Self {
            hash,
            prehash,
            rounds_log2,
            salt,
        })
    }

    /// What stands in for the password; `None` for the password itself.
    fn prepared(&self, password: &[u8]) -> Option<Digest> {
        match self.prehash {
            PhPassPrehash::None => None,
            PhPassPrehash::Md5Hex => Some(hasher::hex(&hasher::md5(&[password]))),
        }
    }

    /// Clear the bits that the text of a digest has no room for: 43 little-endian characters of 6 bits
    /// hold 32 bytes and the 2 low bits of the next.
    fn trim(&self, digest: &mut Digest) {
        if let (PhPassHash::Sha512, Some(last)) = (self.hash, digest.as_mut_slice().last_mut()) {
            *last &= 0b11;
        }
    }

    fn stretch<H: Stretch>(&self, password: &[u8]) -> Digest {
        let mut hasher = H::new();
        hasher.feed(self.salt.as_bytes());
        hasher.feed(password);
        let mut state = Default::default();
        hasher.yield_into(&mut state);
        for _ in 0..1_u64 << self.rounds_log2 {
            hasher.feed(&state);
            hasher.feed(password);
            hasher.yield_into(&mut state);
        }
        let digest = Digest::new(state.to_vec());
        state.as_mut_slice().zeroize();
        digest
    }
}

impl Sealed for PhPass {}
impl Algorithm for PhPass {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        let prepared = self.prepared(password);
        let password = prepared.as_ref().map_or(password, Digest::expose);
        Ok(match self.hash {
            PhPassHash::Md5 => self.stretch::<::md5::Md5>(password),
            PhPassHash::Sha512 => {
                let full = self.stretch::<sha2::Sha512>(password);
                let mut cut = Digest::new(full.expose().iter().take(33).copied().collect());
                self.trim(&mut cut);
                cut
            }
        })
    }

    fn digest_len(&self) -> usize {
        match self.hash {
            PhPassHash::Md5 => 16,
            PhPassHash::Sha512 => 33,
        }
    }

    fn cost(&self) -> Cost {
        Cost::rounds((1_u64 << self.rounds_log2.min(63)).saturating_add(1))
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        at_most("rounds_log2", u64::from(self.rounds_log2), limits.phpass_rounds_log2_max)
    }

    /// The password is hashed anew in each round, so its length counts towards the work.
    fn admits(&self, password: &[u8], limits: &Limits) -> Result<(), VerifyError> {
        password_fits(password, limits.password_bytes_max)?;
        let bytes = match self.prehash {
            PhPassPrehash::None => limits::length(password.len()),
            PhPassPrehash::Md5Hex => 32,
        };
        let work = limits::product(&[1_u64 << self.rounds_log2.min(63), bytes]);
        Ok(at_most("rounds times password_bytes", work, limits.phpass_bytes_max)?)
    }
}

/// All of one function and as many rounds share lanes, whatever is done to their passwords first.
impl Lanes for PhPass {
    type Shape = Derivation;

    fn shape(&self) -> Option<Derivation> {
        let rounds = 1_u64 << self.rounds_log2.min(63);
        grouped::shape(match self.hash {
            PhPassHash::Md5 => Derivation::PhPassMd5 { rounds },
            PhPassHash::Sha512 => Derivation::PhPassSha512 { rounds },
        })
    }

    fn width(shape: &Derivation) -> usize {
        grouped::width(*shape, 1)
    }

    fn least(shape: &Derivation) -> usize {
        grouped::least(*shape, 1)
    }

    fn derive_group(
        shape: &Derivation,
        group: &[(&Self, &[u8])],
        _: &Keyring,
    ) -> Vec<Result<Digest, DeriveError>> {
        let prepared: Vec<_> =
            group.iter().map(|(setting, password)| setting.prepared(password)).collect();
        let members = group.iter().zip(&prepared).map(|((setting, password), prepared)| Member {
            password: prepared.as_ref().map_or(password, Digest::expose),
            salt: setting.salt.as_bytes(),
            digest_len: setting.digest_len(),
        });
        let mut digests = grouped::derive(*shape, &members.collect::<Vec<_>>());
        digests.iter_mut().zip(group).for_each(|(digest, (setting, _))| setting.trim(digest));
        digests.into_iter().map(Ok).collect()
    }
}

const _: () = assert!(ShaVersion::Sha512.digest_len() > 33);
