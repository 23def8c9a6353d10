//! PBKDF2 (RFC 8018) with HMAC over SHA-1 or SHA-2.
use super::{Algorithm, Cost, Digest, FastHash, Lanes, Salt, grouped, sealed::Sealed};
use crate::error::{DeriveError, OverLimit};
use crate::lanes::digest::Derivation;
use crate::limits::{self, Limits, at_most};
use crate::secret::Keyring;

/// The pseudo-random function inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Prf {
    /// HMAC-SHA-1.
    Sha1,
    /// HMAC-SHA-224.
    Sha224,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-384.
    Sha384,
    /// HMAC-SHA-512.
    Sha512,
}

impl Prf {
    /// Bytes that one call yields.
    #[must_use]
    pub const fn digest_len(self) -> usize {
        self.function().digest_len()
    }

    /// The function itself.
    pub(super) fn digest(self, parts: &[&[u8]]) -> Digest {
        self.function().digest(parts)
    }

    /// HMAC with that function.
    pub(super) fn hmac(self, key: &[u8], message: &[u8]) -> Digest {
        self.function().hmac(key, message)
    }

    /// Those that most systems have, in the order in which ASP.NET Identity 3 numbers them.
    pub(crate) const COMMON: [Self; 3] = [Self::Sha1, Self::Sha256, Self::Sha512];

    /// The one of [`COMMON`](Self::COMMON) that PHP and Python call by that name.
    pub(crate) fn common(name: &str) -> Option<Self> {
        Self::COMMON.into_iter().find(|prf| prf.as_str() == name)
    }

    /// The name of the function inside: `sha256`.
    pub(crate) const fn as_str(self) -> &'static str {
        self.function().as_str()
    }

    /// PBKDF2 with that function in lanes; `None` for those seen too seldom to fill them.
    pub(super) fn derivation(self, rounds: u32) -> Option<Derivation> {
        match self {
            Self::Sha1 => Some(Derivation::Pbkdf2Sha1 { rounds }),
            Self::Sha256 => Some(Derivation::Pbkdf2Sha256 { rounds }),
            Self::Sha512 => Some(Derivation::Pbkdf2Sha512 { rounds }),
            Self::Sha224 | Self::Sha384 => None,
        }
    }

    const fn function(self) -> FastHash {
        match self {
            Self::Sha1 => FastHash::Sha1,
            Self::Sha224 => FastHash::Sha224,
            Self::Sha256 => FastHash::Sha256,
            Self::Sha384 => FastHash::Sha384,
            Self::Sha512 => FastHash::Sha512,
        }
    }
}

/// The setting of a PBKDF2 hash.
#[derive(Clone, Debug)]
pub struct Pbkdf2 {
    pub(crate) prf: Prf,
    pub(crate) rounds: u32,
    pub(crate) salt: Salt,
    pub(crate) digest_len: usize,
}

impl Pbkdf2 {
    /// Shortest digest that we compare, in bytes: PBKDF2 has no length of its own, and a digest
    /// cut by a column would still match.
    pub const DIGEST_BYTES_MIN: usize = 16;

    /// A setting; `None` when there are no rounds or the digest is under
    /// [`DIGEST_BYTES_MIN`](Self::DIGEST_BYTES_MIN).
    #[must_use]
    pub fn new(prf: Prf, rounds: u32, salt: impl Into<Salt>, digest_len: usize) -> Option<Self> {
        let fits = rounds > 0 && digest_len >= Self::DIGEST_BYTES_MIN;
        fits.then(|| Self { prf, rounds, salt: salt.into(), digest_len })
    }

    /// The function inside.
    #[must_use]
    pub fn prf(&self) -> Prf {
        self.prf
    }

    /// The iterations.
    #[must_use]
    pub fn rounds(&self) -> u32 {
        self.rounds
    }

    /// The digest, under a salt that may be longer than the setting's.
    pub(super) fn derive_under(&self, password: &[u8], salt: &[u8]) -> Digest {
        let mut digest = Digest::zeros(self.digest_len);
        let out = digest.as_mut_slice();
        match self.prf {
            Prf::Sha1 => ::pbkdf2::pbkdf2_hmac::<sha1::Sha1>(password, salt, self.rounds, out),
            Prf::Sha224 => ::pbkdf2::pbkdf2_hmac::<sha2::Sha224>(password, salt, self.rounds, out),
            Prf::Sha256 => ::pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password, salt, self.rounds, out),
            Prf::Sha384 => ::pbkdf2::pbkdf2_hmac::<sha2::Sha384>(password, salt, self.rounds, out),
            Prf::Sha512 => ::pbkdf2::pbkdf2_hmac::<sha2::Sha512>(password, salt, self.rounds, out),
        }
        digest
    }

    fn blocks(&self) -> u64 {
        limits::length(self.digest_len.div_ceil(self.prf.digest_len()))
    }
}

impl Sealed for Pbkdf2 {}
impl Algorithm for Pbkdf2 {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        Ok(self.derive_under(password, self.salt.as_bytes()))
    }

    fn digest_len(&self) -> usize {
        self.digest_len
    }

    fn cost(&self) -> Cost {
        Cost::rounds(u64::from(self.rounds).saturating_mul(self.blocks()))
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.salt.within(limits)?;
        at_most("digest_bytes", self.digest_len as u128, limits::length(limits.digest_bytes_max))?;
        let work = limits::product(&[u64::from(self.rounds), self.blocks()]);
        at_most("rounds times blocks", work, limits.pbkdf2_blocks_max)
    }
}

/// Every block of a digest is a chain of its own and takes up a lane.
impl Lanes for Pbkdf2 {
    /// The derivation, and the blocks of the digest.
    type Shape = (Derivation, usize);

    fn shape(&self) -> Option<(Derivation, usize)> {
        let blocks = self.digest_len.div_ceil(self.prf.digest_len());
        Some((grouped::shape(self.prf.derivation(self.rounds)?)?, blocks))
    }

    fn width((derivation, blocks): &(Derivation, usize)) -> usize {
        grouped::width(*derivation, *blocks)
    }

    fn least((derivation, blocks): &(Derivation, usize)) -> usize {
        grouped::least(*derivation, *blocks)
    }

    fn derive_group(
        (derivation, _): &(Derivation, usize),
        group: &[(&Self, &[u8])],
        _: &Keyring,
    ) -> Vec<Result<Digest, DeriveError>> {
        grouped::derive_group(*derivation, group, |setting| &setting.salt)
    }
}
