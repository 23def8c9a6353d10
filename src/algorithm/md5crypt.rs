//! md5crypt (Poul-Henning Kamp, FreeBSD `crypt-md5.c`, 1994) and the variants of Apache and AIX.
use super::{
    Algorithm, Cost, Digest, Lanes, Salt, crypt_admits, grouped, hasher, hasher::Stretch,
    sealed::Sealed,
};
use crate::error::{DeriveError, OverLimit, VerifyError};
use crate::lanes::digest::Derivation;
use crate::limits::Limits;
use crate::secret::Keyring;
use zeroize::Zeroize;

/// The magic that the function mixes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Md5CryptMagic {
    /// `$1$`.
    Md5,
    /// `$apr1$`.
    Apr1,
    /// None: AIX' `{smd5}`.
    Aix,
}

impl Md5CryptMagic {
    /// The magic as text, which is its tag too where there is any.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "$1$",
            Self::Apr1 => "$apr1$",
            Self::Aix => "",
        }
    }
}

/// The setting of an md5crypt hash.
#[derive(Clone, Debug)]
pub struct Md5Crypt {
    pub(crate) magic: Md5CryptMagic,
    pub(crate) salt: Salt,
}

impl Md5Crypt {
    /// Longest salt, in bytes: crypt(3) cuts longer ones.
    pub const SALT_BYTES_MAX: usize = 8;
    /// The rounds are fixed.
    pub const ROUNDS: u32 = 1000;

    /// A setting; `None` when the salt is over 8 bytes.
    #[must_use]
    pub fn new(magic: Md5CryptMagic, salt: impl Into<Salt>) -> Option<Self> {
        let salt = salt.into();
        (salt.as_bytes().len() <= Self::SALT_BYTES_MAX).then_some(Self { magic, salt })
    }
}

impl Sealed for Md5Crypt {}
impl Algorithm for Md5Crypt {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        let salt = self.salt.as_bytes();
        let inner = hasher::md5(&[password, salt, password]);
        let mut hasher = <::md5::Md5 as ::md5::Digest>::new();
        hasher.feed(password);
        hasher.feed(self.magic.as_str().as_bytes());
        hasher.feed(salt);
        for chunk in password.chunks(16) {
            hasher.feed(inner.expose().get(..chunk.len()).unwrap_or_default());
        }
        let mut bits = password.len();
        while bits > 0 {
            // The published code takes a NUL for a set bit and the first character for a clear one.
            let first = password.get(..1).unwrap_or_default();
            hasher.feed(if bits & 1 == 1 { &[0][..] } else { first });
            bits >>= 1;
        }
        let mut state = Default::default();
        hasher.yield_into(&mut state);
        for round in 0..Self::ROUNDS {
            let odd = round & 1 == 1;
            if odd {
                hasher.feed(password);
            } else {
                hasher.feed(&state);
            }
            if round % 3 != 0 {
                hasher.feed(salt);
            }
            if round % 7 != 0 {
                hasher.feed(password);
            }
            if odd {
                hasher.feed(&state);
            } else {
                hasher.feed(password);
            }
            hasher.yield_into(&mut state);
        }
        let digest = Digest::new(state.to_vec());
        state.as_mut_slice().zeroize();
        Ok(digest)
    }

    fn digest_len(&self) -> usize {
        16
    }

    fn cost(&self) -> Cost {
        Cost::rounds(u64::from(Self::ROUNDS))
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.salt.within(limits)
    }

    /// The work grows with the length of the password, and C code stops at a NUL.
    fn admits(&self, password: &[u8], limits: &Limits) -> Result<(), VerifyError> {
        crypt_admits(password, limits)
    }
}

impl Lanes for Md5Crypt {
    type Shape = Derivation;

    fn shape(&self) -> Option<Derivation> {
        let magic = self.magic.as_str();
        grouped::shape(Derivation::Md5Crypt { magic, rounds: Self::ROUNDS })
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
        grouped::derive_group(*shape, group, |setting| &setting.salt)
    }
}
