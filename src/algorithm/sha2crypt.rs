//! sha256crypt and sha512crypt (Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512", 2007), and
//! what MySQL 8 makes of the former.
use super::{
    Algorithm, Cost, Digest, Lanes, Salt, crypt_admits, grouped, hasher, hasher::Stretch,
    sealed::Sealed,
};
use crate::error::{DeriveError, OverLimit, VerifyError};
use crate::lanes::digest::Derivation;
use crate::limits::{Limits, at_most};
use crate::secret::Keyring;
use zeroize::{Zeroize, Zeroizing};

/// Which digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sha2CryptVariant {
    /// `$5$`.
    Sha256,
    /// `$6$`.
    Sha512,
}

/// The setting of a sha256crypt or sha512crypt hash.
#[derive(Clone, Debug)]
pub struct Sha2Crypt {
    pub(crate) variant: Sha2CryptVariant,
    pub(crate) rounds: u32,
    pub(crate) salt: Salt,
}

impl Sha2Crypt {
    /// Longest salt, in bytes: crypt(3) cuts longer ones.
    pub const SALT_BYTES_MAX: usize = 16;
    /// The rounds when the text does not say.
    pub const ROUNDS_DEFAULT: u32 = 5000;
    /// Fewest rounds. Old C libraries raised fewer to this silently; libxcrypt refuses, as we do.
    pub const ROUNDS_MIN: u32 = 1000;

    /// A setting; `None` when the salt is over 16 bytes or the rounds are under 1000.
    #[must_use]
    pub fn new(variant: Sha2CryptVariant, rounds: u32, salt: impl Into<Salt>) -> Option<Self> {
        let salt = salt.into();
        let fits = salt.as_bytes().len() <= Self::SALT_BYTES_MAX && rounds >= Self::ROUNDS_MIN;
        fits.then_some(Self { variant, rounds, salt })
    }

    /// The setting of MySQL's `caching_sha2_password`: the same function with 20 bytes of salt, which
    /// need not be text, and rounds in thousands. `None` without rounds, or with over 4095 thousand.
    #[must_use]
    pub fn mysql(thousands: u16, salt: [u8; 20]) -> Option<Self> {
        let rounds = u32::from(thousands).saturating_mul(1000);
        let (variant, salt) = (Sha2CryptVariant::Sha256, Salt::from(salt.to_vec()));
        (1..=0xfff).contains(&thousands).then_some(Self { variant, rounds, salt })
    }

    /// Whether the salt is longer than crypt(3) has it, as MySQL's is.
    pub(crate) fn is_of_mysql(&self) -> bool {
        self.salt.as_bytes().len() > Self::SALT_BYTES_MAX
    }

    /// The rounds.
    #[must_use]
    pub fn rounds(&self) -> u32 {
        self.rounds
    }

    fn run<H: Stretch>(&self, password: &[u8]) -> Digest {
        let salt = self.salt.as_bytes();
        let inner = hasher::digest::<H>(&[password, salt, password]);
        let mut hasher = H::new();
        hasher.feed(password);
        hasher.feed(salt);
        for chunk in password.chunks(inner.expose().len()) {
            hasher.feed(inner.expose().get(..chunk.len()).unwrap_or_default());
        }
        let mut bits = password.len();
        while bits > 0 {
            hasher.feed(if bits & 1 == 1 { inner.expose() } else { password });
            bits >>= 1;
        }
        let mut state = Default::default();
        hasher.yield_into(&mut state);

        password.iter().for_each(|_| hasher.feed(password));
        let p = repeat(&hasher.yield_digest(), password.len());
        let times = 16 + usize::from(state.first().copied().unwrap_or_default());
        (0..times).for_each(|_| hasher.feed(salt));
        let s = repeat(&hasher.yield_digest(), salt.len());

        for round in 0..self.rounds {
            let odd = round & 1 == 1;
            hasher.feed(if odd { &p[..] } else { &state[..] });
            if round % 3 != 0 {
                hasher.feed(&s[..]);
            }
            if round % 7 != 0 {
                hasher.feed(&p[..]);
            }
            hasher.feed(if odd { &state[..] } else { &p[..] });
            hasher.yield_into(&mut state);
        }
        let digest = Digest::new(state.to_vec());
        state.as_mut_slice().zeroize();
        digest
    }
}

/// The first `len` bytes of the digest, over and over.
fn repeat(digest: &Digest, len: usize) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(len));
    out.extend(digest.expose().iter().cycle().take(len));
    out
}

impl Sealed for Sha2Crypt {}
impl Algorithm for Sha2Crypt {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        Ok(match self.variant {
            Sha2CryptVariant::Sha256 => self.run::<sha2::Sha256>(password),
            Sha2CryptVariant::Sha512 => self.run::<sha2::Sha512>(password),
        })
    }

    fn digest_len(&self) -> usize {
        match self.variant {
            Sha2CryptVariant::Sha256 => 32,
            Sha2CryptVariant::Sha512 => 64,
        }
    }

    fn cost(&self) -> Cost {
        Cost::rounds(u64::from(self.rounds))
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.salt.within(limits)?;
        at_most("rounds", u64::from(self.rounds), limits.sha2crypt_rounds_max)
    }

    /// The work grows with the square of the password's length (CVE-2016-20013), and C code stops
    /// at a NUL.
    fn admits(&self, password: &[u8], limits: &Limits) -> Result<(), VerifyError> {
        crypt_admits(password, limits)
    }
}

impl Lanes for Sha2Crypt {
    type Shape = Derivation;

    fn shape(&self) -> Option<Derivation> {
        let rounds = self.rounds;
        grouped::shape(match self.variant {
            Sha2CryptVariant::Sha256 => Derivation::Sha256Crypt { rounds },
            Sha2CryptVariant::Sha512 => Derivation::Sha512Crypt { rounds },
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
        grouped::derive_group(*shape, group, |setting| &setting.salt)
    }
}
