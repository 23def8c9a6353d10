//! Windows: the NT hash, MD4 (RFC 1320) over UTF-16 ([MS-NLMP], 3.3.1, `NTOWFv1`), and the two
//! generations of domain cached credentials that are made of it.
//!
//! *Deviations*: bytes that are no UTF-8 have no UTF-16. Each becomes the lone surrogate U+DC00 + byte
//! (Python's `surrogateescape`, PEP 383), so that it stays distinct and matches nothing that Windows
//! made. A NUL is a letter like any other, but refused where C reads bytes. *Security*: one fast pass without a salt; the user name is
//! the salt of cached credentials, and only their second generation costs anything.
use super::{Algorithm, Cost, Digest, hasher, no_nul, password_fits, sealed::Sealed};
use crate::error::{DeriveError, OverLimit, VerifyError};
use crate::limits::{Limits, at_most, length};
use crate::secret::Keyring;
use core::fmt;
use md4::{Digest as _, Md4};

/// What is done with the MD4 of the password.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NtVariant {
    /// It is the hash: Active Directory, Samba, FreeBSD's `$3$`.
    Plain,
    /// FreeBSD's and libxcrypt's `$3$`: each byte of the password, whatever it stands for, is made a
    /// letter of UTF-16. The same as [`Plain`](Self::Plain) for ASCII alone.
    Bytes,
    /// Domain cached credentials up to Windows XP: MD4 over it and the user name in lower case.
    Cached {
        /// The user name.
        user: String,
    },
    /// Domain cached credentials from Windows Vista: PBKDF2-HMAC-SHA-1 over the former, with the
    /// user name for a salt.
    Cached2 {
        /// The user name.
        user: String,
        /// Rounds, at least 1; 10240 by default.
        rounds: u32,
    },
}

/// Neither shows the user's name.
impl fmt::Debug for NtVariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain => f.write_str("Plain"),
            Self::Bytes => f.write_str("Bytes"),
            Self::Cached { .. } => f.write_str("Cached"),
            Self::Cached2 { rounds, .. } => write!(f, "Cached2 {{ rounds: {rounds} }}"),
        }
    }
}

/// The setting of a hash of Windows.
#[derive(Clone, Debug)]
pub struct Nt {
    pub(crate) variant: NtVariant,
}

impl Nt {
    /// The rounds of the second generation that Windows uses by default.
    pub const ROUNDS_DEFAULT: u32 = 10_240;

    /// A setting; user names are put in lower case. `None` without rounds.
    #[must_use]
    pub fn new(mut variant: NtVariant) -> Option<Self> {
        match &mut variant {
            NtVariant::Cached2 { rounds: 0, .. } => return None,
            NtVariant::Cached { user } | NtVariant::Cached2 { user, .. } => {
                *user = user.to_lowercase()
            }
            NtVariant::Plain | NtVariant::Bytes => {}
        }
        Some(Self { variant })
    }

    /// What is done with the MD4 of the password.
    #[must_use]
    pub fn variant(&self) -> &NtVariant {
        &self.variant
    }
}

/// MD4 of the password in UTF-16, letter by letter, so that no copy of it is made.
fn nt(password: &[u8]) -> Digest {
    let mut hasher = Md4::new();
    for chunk in password.utf8_chunks() {
        chunk.valid().encode_utf16().for_each(|unit| hasher.update(unit.to_le_bytes()));
        chunk.invalid().iter().for_each(|byte| hasher.update([*byte, 0xdc]));
    }
    hasher::finish(hasher)
}

impl Sealed for Nt {}
impl Algorithm for Nt {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        let cached = |user: &[u8]| hasher::digest::<Md4>(&[nt(password).expose(), user]);
        Ok(match &self.variant {
            NtVariant::Plain => nt(password),
            NtVariant::Bytes => {
                let mut hasher = Md4::new();
                password.iter().for_each(|byte| hasher.update([*byte, 0]));
                hasher::finish(hasher)
            }
            NtVariant::Cached { user } => cached(hasher::utf16_of(user).expose()),
            NtVariant::Cached2 { user, rounds } => {
                let user = hasher::utf16_of(user);
                let mut out = Digest::zeros(16);
                ::pbkdf2::pbkdf2_hmac::<sha1::Sha1>(
                    cached(user.expose()).expose(),
                    user.expose(),
                    *rounds,
                    out.as_mut_slice(),
                );
                out
            }
        })
    }

    fn digest_len(&self) -> usize {
        16
    }

    fn cost(&self) -> Cost {
        Cost::rounds(match &self.variant {
            NtVariant::Plain | NtVariant::Bytes => 1,
            NtVariant::Cached { .. } => 2,
            NtVariant::Cached2 { rounds, .. } => u64::from(*rounds).saturating_add(2),
        })
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        let (user, rounds) = match &self.variant {
            NtVariant::Plain | NtVariant::Bytes => return Ok(()),
            NtVariant::Cached { user } => (user, 1),
            NtVariant::Cached2 { user, rounds } => (user, *rounds),
        };
        at_most("salt_bytes", user.len() as u128, length(limits.salt_bytes_max))?;
        at_most("rounds times blocks", u64::from(rounds), limits.pbkdf2_blocks_max)
    }

    fn admits(&self, password: &[u8], limits: &Limits) -> Result<(), VerifyError> {
        password_fits(password, limits.password_bytes_max)?;
        match self.variant {
            NtVariant::Bytes => no_nul(password),
            _ => Ok(()),
        }
    }
}
