//! One or two passes of MD5 (RFC 1321), with or without a salt.
use super::{Algorithm, Cost, Digest, Salt, hasher, sealed::Sealed};
use crate::error::{DeriveError, OverLimit};
use crate::limits::Limits;
use crate::secret::Keyring;

/// Where password and salt go. Closed: each layout was seen in the wild and has a known answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Md5Layout {
    /// `md5(password)`.
    Bare,
    /// `md5(password ‖ salt)`: LDAP's `{SMD5}`, Joomla.
    PassSalt,
    /// `md5(salt ‖ password)`: osCommerce, Magento 1.
    SaltPass,
    /// `md5(salt ‖ hex(md5(password)))`.
    SaltHexPass,
    /// `md5(hex(md5(password)) ‖ salt)`: vBulletin 3 and 4.
    HexPassSalt,
    /// `md5(hex(md5(salt)) ‖ hex(md5(password)))`: MyBB, Invision Power Board.
    HexSaltHexPass,
}

/// The setting of an MD5 digest.
#[derive(Clone, Debug)]
pub struct Md5 {
    pub(crate) layout: Md5Layout,
    pub(crate) salt: Salt,
}

impl Md5 {
    /// A setting. The salt is ignored by [`Bare`](Md5Layout::Bare).
    #[must_use]
    pub fn new(layout: Md5Layout, salt: impl Into<Salt>) -> Self {
        let salt = if layout == Md5Layout::Bare { Salt::default() } else { salt.into() };
        Self { layout, salt }
    }

    /// Where password and salt go.
    #[must_use]
    pub fn layout(&self) -> Md5Layout {
        self.layout
    }
}

impl Sealed for Md5 {}
impl Algorithm for Md5 {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        let salt = self.salt.as_bytes();
        let hex = |bytes: &[u8]| hasher::hex(&hasher::md5(&[bytes]));
        Ok(match self.layout {
            Md5Layout::Bare => hasher::md5(&[password]),
            Md5Layout::PassSalt => hasher::md5(&[password, salt]),
            Md5Layout::SaltPass => hasher::md5(&[salt, password]),
            Md5Layout::SaltHexPass => hasher::md5(&[salt, hex(password).expose()]),
            Md5Layout::HexPassSalt => hasher::md5(&[hex(password).expose(), salt]),
            Md5Layout::HexSaltHexPass => hasher::md5(&[hex(salt).expose(), hex(password).expose()]),
        })
    }

    fn digest_len(&self) -> usize {
        16
    }

    fn cost(&self) -> Cost {
        Cost::rounds(match self.layout {
            Md5Layout::Bare | Md5Layout::PassSalt | Md5Layout::SaltPass => 1,
            Md5Layout::SaltHexPass | Md5Layout::HexPassSalt => 2,
            Md5Layout::HexSaltHexPass => 3,
        })
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.salt.within(limits)
    }
}
