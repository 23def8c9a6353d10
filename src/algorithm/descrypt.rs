//! crypt(3) on DES: the traditional function (Morris and Thompson, "Password Security: A Case
//! History", 1979) and what was made of it, as in FreeSec and libxcrypt.
//!
//! *Security*: two letters of salt and eight of password. All are broken but BSDi's, whose cost can
//! be chosen and which sees the whole password. Every variant drops the highest bit of each byte.
use super::{Algorithm, Cost, Digest, crypt_admits, des::Des, sealed::Sealed};
use crate::error::{DeriveError, OverLimit, VerifyError};
use crate::limits::{Limits, at_most};
use crate::secret::Keyring;
use zeroize::Zeroizing;

/// Which function on salted DES.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DesCryptVariant {
    /// Eight bytes of the password, 25 times over a block of zeros.
    Traditional,
    /// HP-UX, Tru64, libxcrypt: as many traditional digests as the password has groups of eight
    /// bytes (at least one), each salted by the first two letters of the one before.
    Big {
        /// How many digests.
        segments: u16,
    },
    /// Ultrix: 16 bytes, the first eight 20 times and the others 5 times.
    Crypt16,
    /// BSD/OS: the whole password, folded into one key.
    Bsdi {
        /// How many times: at least 1, under 2²⁴.
        rounds: u32,
    },
}

/// The setting of a crypt(3) hash on DES.
#[derive(Clone)]
pub struct DesCrypt {
    pub(crate) variant: DesCryptVariant,
    pub(crate) salt: u32,
}

impl DesCrypt {
    /// How often the block is encrypted where the text does not say.
    pub const ROUNDS: u32 = 25;
    /// libxcrypt and HP-UX stop after so many segments.
    pub const SEGMENTS_MAX: u16 = 16;

    /// A setting. The salt has 12 bits, or 24 for BSDi, as its letters give them: the first letter is
    /// the lowest. `None` when the salt is larger, or there are no rounds or segments, or too many.
    #[must_use]
    pub fn new(variant: DesCryptVariant, salt: u32) -> Option<Self> {
        let fits = match variant {
            DesCryptVariant::Traditional | DesCryptVariant::Crypt16 => salt < 1 << 12,
            DesCryptVariant::Big { segments } => salt < 1 << 12 && segments > 0,
            DesCryptVariant::Bsdi { rounds } => salt < 1 << 24 && rounds > 0 && rounds < 1 << 24,
        };
        fits.then_some(Self { variant, salt })
    }

    /// Which function.
    #[must_use]
    pub fn variant(&self) -> DesCryptVariant {
        self.variant
    }
}

/// The salt is not shown, as no salt is.
impl core::fmt::Debug for DesCrypt {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("DesCrypt").field("variant", &self.variant).finish_non_exhaustive()
    }
}

/// Up to eight bytes, without their highest bits, as the 64 bits of a key.
fn key(bytes: &[u8]) -> Zeroizing<u64> {
    let mut eight = Zeroizing::new([0; 8]);
    eight.iter_mut().zip(bytes).for_each(|(to, from)| *to = from << 1);
    Zeroizing::new(u64::from_be_bytes(*eight))
}

/// The group of eight bytes at this place; empty behind the end.
fn group(password: &[u8], place: usize) -> &[u8] {
    password.chunks(8).nth(place).unwrap_or_default()
}

/// BSDi: all groups in one key, each joined to the encryption of what came before under itself.
fn fold(password: &[u8]) -> Zeroizing<u64> {
    let mut folded = key(group(password, 0));
    for group in password.chunks(8).skip(1) {
        *folded = Des::new(*folded).encrypt(*folded, 0, 1) ^ *key(group);
    }
    folded
}

/// The two letters that a digest begins with, as a salt: the first letter is the lowest.
fn salt_of(digest: u64) -> u32 {
    let [a, b, ..] = digest.to_be_bytes();
    let twelve = u32::from(u16::from_be_bytes([a, b]) >> 4);
    twelve >> 6 | (twelve & 0x3f) << 6
}

/// Segments that a password of `len` bytes has.
fn segments_of(len: usize) -> u16 {
    u16::try_from(len.div_ceil(8).max(1)).unwrap_or(u16::MAX)
}

impl Sealed for DesCrypt {}
impl Algorithm for DesCrypt {
    /// For [`Big`](DesCryptVariant::Big), two bytes stand before the digests: zero where the
    /// password has as many segments as the setting. With more or fewer it never matches.
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        let crypt =
            |place, salt, times| Des::new(*key(group(password, place))).encrypt(0, salt, times);
        let mut digest = Vec::with_capacity(self.digest_len());
        match self.variant {
            DesCryptVariant::Traditional => {
                digest.extend(crypt(0, self.salt, Self::ROUNDS).to_be_bytes());
            }
            DesCryptVariant::Crypt16 => {
                digest.extend(crypt(0, self.salt, 20).to_be_bytes());
                digest.extend(crypt(1, self.salt, 5).to_be_bytes());
            }
            DesCryptVariant::Bsdi { rounds } => {
                let folded = fold(password);
                digest.extend(Des::new(*folded).encrypt(0, self.salt, rounds).to_be_bytes());
            }
            DesCryptVariant::Big { segments } => {
                let whole = segments_of(password.len());
                // libxcrypt and HP-UX cut the password here; passlib goes on, and writes more.
                let cut = segments == Self::SEGMENTS_MAX;
                let of_password = if cut { whole.min(segments) } else { whole };
                digest.extend((of_password ^ segments).to_be_bytes());
                let mut salt = self.salt;
                for place in 0..usize::from(segments) {
                    let segment = crypt(place, salt, Self::ROUNDS);
                    salt = salt_of(segment);
                    digest.extend(segment.to_be_bytes());
                }
            }
        }
        Ok(Digest::new(digest))
    }

    fn digest_len(&self) -> usize {
        match self.variant {
            DesCryptVariant::Traditional | DesCryptVariant::Bsdi { .. } => 8,
            DesCryptVariant::Crypt16 => 16,
            DesCryptVariant::Big { segments } => {
                usize::from(segments).saturating_mul(8).saturating_add(2)
            }
        }
    }

    fn cost(&self) -> Cost {
        Cost::rounds(match self.variant {
            DesCryptVariant::Traditional | DesCryptVariant::Crypt16 => u64::from(Self::ROUNDS),
            DesCryptVariant::Bsdi { rounds } => u64::from(rounds),
            DesCryptVariant::Big { segments } => {
                u64::from(segments).saturating_mul(u64::from(Self::ROUNDS))
            }
        })
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        at_most("rounds", self.cost().rounds, limits.descrypt_rounds_max)
    }

    /// C code stops at a NUL.
    fn admits(&self, password: &[u8], limits: &Limits) -> Result<(), VerifyError> {
        crypt_admits(password, limits)
    }
}
