//! One pass to three of SHA-1, SHA-2 (FIPS 180-4), SHA-3 (FIPS 202) or Keccak, with or without a salt.
//!
//! Keccak is what libraries called SHA-3 before the standard changed its padding in 2015: CryptoJS and
//! Ethereum's still do.
use super::{Algorithm, Cost, Digest, Salt, hasher, sealed::Sealed};
use crate::error::{DeriveError, OverLimit};
use crate::limits::Limits;
use crate::secret::Keyring;

/// Which function of the SHA family, or of what SHA-3 was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are the functions'")]
pub enum ShaVersion {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512_224,
    Sha512_256,
    Sha512,
    Sha3_224,
    Sha3_256,
    Sha3_384,
    Sha3_512,
    Keccak224,
    Keccak256,
    Keccak384,
    Keccak512,
}

impl ShaVersion {
    /// Bytes of the digest.
    #[must_use]
    pub const fn digest_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha224 | Self::Sha512_224 | Self::Sha3_224 | Self::Keccak224 => 28,
            Self::Sha256 | Self::Sha512_256 | Self::Sha3_256 | Self::Keccak256 => 32,
            Self::Sha384 | Self::Sha3_384 | Self::Keccak384 => 48,
            Self::Sha512 | Self::Sha3_512 | Self::Keccak512 => 64,
        }
    }

    /// `H(part ‖ part ‖ …)`.
    pub(super) fn digest(self, parts: &[&[u8]]) -> Digest {
        match self {
            Self::Sha1 => hasher::digest::<sha1::Sha1>(parts),
            Self::Sha224 => hasher::digest::<sha2::Sha224>(parts),
            Self::Sha256 => hasher::digest::<sha2::Sha256>(parts),
            Self::Sha384 => hasher::digest::<sha2::Sha384>(parts),
            Self::Sha512_224 => hasher::digest::<sha2::Sha512_224>(parts),
            Self::Sha512_256 => hasher::digest::<sha2::Sha512_256>(parts),
            Self::Sha512 => hasher::digest::<sha2::Sha512>(parts),
            Self::Sha3_224 => hasher::digest::<sha3::Sha3_224>(parts),
            Self::Sha3_256 => hasher::digest::<sha3::Sha3_256>(parts),
            Self::Sha3_384 => hasher::digest::<sha3::Sha3_384>(parts),
            Self::Sha3_512 => hasher::digest::<sha3::Sha3_512>(parts),
            Self::Keccak224 => hasher::digest::<sha3::Keccak224>(parts),
            Self::Keccak256 => hasher::digest::<sha3::Keccak256>(parts),
            Self::Keccak384 => hasher::digest::<sha3::Keccak384>(parts),
            Self::Keccak512 => hasher::digest::<sha3::Keccak512>(parts),
        }
    }
}

/// Where password and salt go. Closed: each layout was seen in the wild and has a known answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShaLayout {
    /// `sha(password)`.
    Bare,
    /// `sha(password ‖ salt)`: LDAP's `{SSHA}` and its SHA-2 kin.
    PassSalt,
    /// `sha(salt ‖ password)`.
    SaltPass,
    /// `sha(salt ‖ utf16(password))`: ASP.NET's membership.
    SaltUtf16Pass,
    /// `sha(salt ‖ hex(sha(password)))`: PunBB, Redmine (SHA-1 alone).
    SaltHexPass,
    /// `sha(hex(sha(password)) ‖ salt)`: XenForo 1 (SHA-1 and SHA-256).
    HexPassSalt,
    /// `sha(salt ‖ hex(sha(salt ‖ hex(sha(password)))))`: WoltLab Community Framework 1, OpenCart 1
    /// and 2 (SHA-1 alone).
    SaltHexSaltHexPass,
    /// `sha(sha(password))`: MySQL from 4.1 (SHA-1 alone).
    Twice,
}

/// The setting of a SHA digest.
#[derive(Clone, Debug)]
pub struct Sha {
    pub(crate) version: ShaVersion,
    pub(crate) layout: ShaLayout,
    pub(crate) salt: Salt,
}

impl Sha {
    /// A setting; `None` for a pair of version and layout that no known system writes.
    ///
    /// The salt is ignored by [`Bare`](ShaLayout::Bare) and [`Twice`](ShaLayout::Twice).
    #[must_use]
    pub fn new(version: ShaVersion, layout: ShaLayout, salt: impl Into<Salt>) -> Option<Self> {
        use ShaVersion::{Sha1, Sha256, Sha384, Sha512};
        let seen = match layout {
            ShaLayout::Bare => true,
            ShaLayout::PassSalt => matches!(version, Sha1 | Sha256 | Sha384 | Sha512),
            ShaLayout::SaltPass => matches!(version, Sha1 | Sha256 | Sha512),
            ShaLayout::SaltHexPass | ShaLayout::SaltHexSaltHexPass | ShaLayout::Twice => {
                version == Sha1
            }
            ShaLayout::HexPassSalt => matches!(version, Sha1 | Sha256),
            ShaLayout::SaltUtf16Pass => matches!(version, Sha1 | Sha256),
        };
        let unsalted = matches!(layout, ShaLayout::Bare | ShaLayout::Twice);
        let salt = if unsalted { Salt::default() } else { salt.into() };
        seen.then_some(Self { version, layout, salt })
    }

    /// The function.
    #[must_use]
    pub fn version(&self) -> ShaVersion {
        self.version
    }

    /// Where password and salt go.
    #[must_use]
    pub fn layout(&self) -> ShaLayout {
        self.layout
    }
}

impl Sealed for Sha {}
impl Algorithm for Sha {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        let salt = self.salt.as_bytes();
        Ok(match self.layout {
            ShaLayout::Bare => self.version.digest(&[password]),
            ShaLayout::PassSalt => self.version.digest(&[password, salt]),
            ShaLayout::SaltPass => self.version.digest(&[salt, password]),
            // Bytes that are not UTF-8 have no UTF-16; an empty digest matches nothing.
            ShaLayout::SaltUtf16Pass => match hasher::utf16(password) {
                Some(wide) => self.version.digest(&[salt, wide.expose()]),
                None => Digest::zeros(0),
            },
            ShaLayout::SaltHexPass => {
                let inner = hasher::hex(&self.version.digest(&[password]));
                self.version.digest(&[salt, inner.expose()])
            }
            ShaLayout::HexPassSalt => {
                let inner = hasher::hex(&self.version.digest(&[password]));
                self.version.digest(&[inner.expose(), salt])
            }
            ShaLayout::SaltHexSaltHexPass => {
                let inner = hasher::hex(&self.version.digest(&[password]));
                let inner = hasher::hex(&self.version.digest(&[salt, inner.expose()]));
                self.version.digest(&[salt, inner.expose()])
            }
            ShaLayout::Twice => {
                let inner = self.version.digest(&[password]);
                self.version.digest(&[inner.expose()])
            }
        })
    }

    fn digest_len(&self) -> usize {
        self.version.digest_len()
    }

    fn cost(&self) -> Cost {
        Cost::rounds(match self.layout {
            ShaLayout::Bare
            | ShaLayout::PassSalt
            | ShaLayout::SaltPass
            | ShaLayout::SaltUtf16Pass => 1,
            ShaLayout::SaltHexPass | ShaLayout::HexPassSalt | ShaLayout::Twice => 2,
            ShaLayout::SaltHexSaltHexPass => 3,
        })
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.salt.within(limits)
    }
}
