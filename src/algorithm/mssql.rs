//! Microsoft SQL Server's `PWDENCRYPT`: a fast digest of the password in UTF-16 and four bytes of salt.
//!
//! *Sources*: passlib's `mssql2000` and `mssql2005`, hashcat's modes 131, 132 and 1731.
//! *Deviations*: the server of 2000 keeps a second digest, of the upper-case password, and asks that one
//! alone where its collation ignores case; here both must match. Bytes that are not UTF-8 have no
//! form in UTF-16 and never match. *Security*: one fast digest.
use super::{Algorithm, Cost, Digest, Salt, ShaVersion, hasher, sealed::Sealed};
use crate::error::{DeriveError, OverLimit};
use crate::limits::Limits;
use crate::secret::Keyring;
use zeroize::Zeroizing;

/// Which server wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MssqlVersion {
    /// SHA-1 of the password, and SHA-1 of the password in upper case: 7.0 and 2000.
    V2000,
    /// SHA-1: 2005 to 2008.
    V2005,
    /// SHA-512: from 2012.
    V2012,
}

/// The setting of a hash of SQL Server.
#[derive(Clone, Debug)]
pub struct Mssql {
    pub(crate) version: MssqlVersion,
    pub(crate) salt: Salt,
}

impl Mssql {
    /// A setting.
    #[must_use]
    pub fn new(version: MssqlVersion, salt: [u8; 4]) -> Self {
        Self { version, salt: Salt::from(salt.to_vec()) }
    }

    /// Which server wrote it.
    #[must_use]
    pub fn version(&self) -> MssqlVersion {
        self.version
    }
}

impl Sealed for Mssql {}
impl Algorithm for Mssql {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        let (Some(wide), Ok(text)) = (hasher::utf16(password), core::str::from_utf8(password))
        else {
            return Ok(Digest::zeros(0));
        };
        Ok(match self.version {
            MssqlVersion::V2000 => {
                let upper = Zeroizing::new(text.to_uppercase());
                let Some(upper) = hasher::utf16(upper.as_bytes()) else {
                    return Ok(Digest::zeros(0)); // upper case of a text is a text
                };
                let exact = ShaVersion::Sha1.digest(&[wide.expose(), self.salt.as_bytes()]);
                let upper = ShaVersion::Sha1.digest(&[upper.expose(), self.salt.as_bytes()]);
                Digest::new([exact.expose(), upper.expose()].concat())
            }
            MssqlVersion::V2005 => ShaVersion::Sha1.digest(&[wide.expose(), self.salt.as_bytes()]),
            MssqlVersion::V2012 => {
                ShaVersion::Sha512.digest(&[wide.expose(), self.salt.as_bytes()])
            }
        })
    }

    fn digest_len(&self) -> usize {
        match self.version {
            MssqlVersion::V2000 => 40,
            MssqlVersion::V2005 => 20,
            MssqlVersion::V2012 => 64,
        }
    }

    fn cost(&self) -> Cost {
        Cost::rounds(if self.version == MssqlVersion::V2000 { 2 } else { 1 })
    }

    fn within(&self, _: &Limits) -> Result<(), OverLimit> {
        Ok(())
    }
}
