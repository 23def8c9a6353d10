//! HMAC (RFC 2104) with the salt as its key: old Werkzeug, password-hash, ASP.NET's membership.
//!
//! *Deviations*: .NET keeps passwords in UTF-16; bytes that are not UTF-8 have no such form, and then
//! nothing matches. *Security*: HMAC pads its key with zeros and hashes a longer one. Where the
//! password itself is the key (Umbraco), it therefore cannot be told from itself and NUL bytes in
//! UTF-16, nor from its digest; the message, which is the password too, tells them apart.
use super::{Algorithm, Cost, Digest, FastHash, Salt, hasher, sealed::Sealed};
use crate::error::{DeriveError, OverLimit};
use crate::limits::{Limits, at_most};
use crate::secret::Keyring;
use zeroize::Zeroizing;

/// What is key and what is message. Closed: each layout was seen in the wild and has a known answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HmacLayout {
    /// `hmac(salt, password)`, then over the hexadecimal of the result: Werkzeug, password-hash.
    Salt,
    /// `hmac(salt ‖ salt ‖ … to a block, utf16(password))`: ASP.NET's membership, .NET 4.
    SaltOverAndOver,
    /// `hmac(salt, utf16(password))`: ASP.NET's membership as Clerk takes it, the key in full.
    SaltUtf16,
    /// `hmac(utf16(password), utf16(password))`: Umbraco before 8.
    Password,
}

/// The setting of an HMAC under a salt.
#[derive(Clone, Debug)]
pub struct SaltHmac {
    pub(crate) function: FastHash,
    pub(crate) layout: HmacLayout,
    pub(crate) rounds: u32,
    pub(crate) salt: Salt,
}

impl SaltHmac {
    /// A setting; `None` when a salt or the rounds are missing, or for a layout with more rounds
    /// than its one.
    #[must_use]
    pub fn new(
        function: FastHash,
        layout: HmacLayout,
        rounds: u32,
        salt: impl Into<Salt>,
    ) -> Option<Self> {
        let salt = salt.into();
        let fits = match layout {
            HmacLayout::Salt => rounds > 0 && !salt.as_bytes().is_empty(),
            HmacLayout::SaltOverAndOver | HmacLayout::SaltUtf16 => {
                rounds == 1 && !salt.as_bytes().is_empty()
            }
            HmacLayout::Password => rounds == 1 && salt.as_bytes().is_empty(),
        };
        fits.then_some(Self { function, layout, rounds, salt })
    }

    /// The function inside.
    #[must_use]
    pub fn function(&self) -> FastHash {
        self.function
    }

    /// What is key and what is message.
    #[must_use]
    pub fn layout(&self) -> HmacLayout {
        self.layout
    }
}

impl Sealed for SaltHmac {}
impl Algorithm for SaltHmac {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        let salt = self.salt.as_bytes();
        Ok(match self.layout {
            HmacLayout::Salt => {
                let first = self.function.hmac(salt, password);
                (1..self.rounds)
                    .fold(first, |mac, _| self.function.hmac(salt, hasher::hex(&mac).expose()))
            }
            HmacLayout::SaltOverAndOver => {
                let mut key = Zeroizing::new(Vec::with_capacity(self.function.block_len()));
                key.extend(salt.iter().cycle().take(self.function.block_len()));
                match hasher::utf16(password) {
                    Some(wide) => self.function.hmac(&key, wide.expose()),
                    None => Digest::zeros(0),
                }
            }
            HmacLayout::SaltUtf16 => match hasher::utf16(password) {
                Some(wide) => self.function.hmac(salt, wide.expose()),
                None => Digest::zeros(0),
            },
            HmacLayout::Password => match hasher::utf16(password) {
                Some(wide) => self.function.hmac(wide.expose(), wide.expose()),
                None => Digest::zeros(0),
            },
        })
    }

    fn digest_len(&self) -> usize {
        self.function.digest_len()
    }

    fn cost(&self) -> Cost {
        Cost::rounds(u64::from(self.rounds))
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.salt.within(limits)?;
        at_most("rounds", u64::from(self.rounds), limits.sha2crypt_rounds_max)
    }
}
