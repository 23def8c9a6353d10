//! HMAC (RFC 2104) in one pass: what some systems stored in place of a salted digest. No format of
//! ours reads it; diagnosis tries it.
use super::{Algorithm, Cost, Digest, hasher, sealed::Sealed};
use crate::error::{DeriveError, OverLimit};
use crate::limits::{self, Limits, at_most};
use crate::secret::{Keyring, SecretBytes};

/// A fast function, by itself or inside HMAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fast {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Fast {
    pub(crate) const ALL: [Self; 5] =
        [Self::Md5, Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    pub(crate) const fn digest_len(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The digest of `message`.
    pub(crate) fn digest(self, message: &[u8]) -> Digest {
        match self {
            Self::Md5 => hasher::md5(&[message]),
            Self::Sha1 => hasher::digest::<sha1::Sha1>(&[message]),
            Self::Sha256 => hasher::digest::<sha2::Sha256>(&[message]),
            Self::Sha384 => hasher::digest::<sha2::Sha384>(&[message]),
            Self::Sha512 => hasher::digest::<sha2::Sha512>(&[message]),
        }
    }

    /// HMAC of `message` under `key`.
    pub(crate) fn mac(self, key: &[u8], message: &[u8]) -> Digest {
        match self {
            Self::Md5 => hasher::hmac::<::md5::Md5>(key, message),
            Self::Sha1 => hasher::hmac::<sha1::Sha1>(key, message),
            Self::Sha256 => hasher::hmac::<sha2::Sha256>(key, message),
            Self::Sha384 => hasher::hmac::<sha2::Sha384>(key, message),
            Self::Sha512 => hasher::hmac::<sha2::Sha512>(key, message),
        }
    }
}

/// The setting of a bare HMAC.
#[derive(Clone, Debug)]
pub(crate) struct Keyed {
    pub(crate) function: Fast,
    /// What goes in beside the password.
    pub(crate) key: SecretBytes,
    /// Whether the password is the key, and `key` the message.
    pub(crate) by_password: bool,
}

impl Sealed for Keyed {}
impl Algorithm for Keyed {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        Ok(match self.by_password {
            true => self.function.mac(password, self.key.expose()),
            false => self.function.mac(self.key.expose(), password),
        })
    }

    fn digest_len(&self) -> usize {
        self.function.digest_len()
    }

    fn cost(&self) -> Cost {
        Cost::rounds(2)
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        at_most("key_bytes", self.key.len() as u128, limits::length(limits.password_bytes_max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 2202 and RFC 4231, case 2.
    #[test]
    fn published_answers() {
        let hex = |function: Fast| {
            let mac = function.mac(b"Jefe", b"what do ya want for nothing?");
            String::from_utf8(hasher::hex(&mac).expose().to_vec()).unwrap()
        };
        assert_eq!(hex(Fast::Md5), "750c783e6ab0b503eaa86e310a5db738");
        assert_eq!(hex(Fast::Sha1), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        assert_eq!(
            hex(Fast::Sha256),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert!(hex(Fast::Sha384).starts_with("af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47"));
        assert!(hex(Fast::Sha512).starts_with("164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd6"));
        for function in Fast::ALL {
            assert_eq!(function.digest(b"").expose().len(), function.digest_len());
            assert_eq!(function.mac(b"", b"").expose().len(), function.digest_len());
        }
    }
}
