//! The functions that web frameworks stretched by hand, under the names by which they call them.
use super::{Digest, hasher};
use core::fmt;

/// MD4, MD5, SHA-1 or SHA-2: a function that is meant to be fast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are the functions'")]
pub enum FastHash {
    Md4,
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl FastHash {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Md4, Self::Md5, Self::Sha1, Self::Sha224, Self::Sha256, Self::Sha384, Self::Sha512];

    /// The name that Python, Ruby and Node give it: `sha256`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Md4 => "md4",
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha224 => "sha224",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    /// The function of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.as_str() == name)
    }

    /// Bytes of the digest.
    #[must_use]
    pub const fn digest_len(self) -> usize {
        match self {
            Self::Md4 | Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// Bytes of a block, which is how long a key of HMAC can be before it is hashed itself.
    pub(super) const fn block_len(self) -> usize {
        match self {
            Self::Md4 | Self::Md5 | Self::Sha1 | Self::Sha224 | Self::Sha256 => 64,
            Self::Sha384 | Self::Sha512 => 128,
        }
    }

    /// `H(part ‖ part ‖ …)`.
    pub(crate) fn digest(self, parts: &[&[u8]]) -> Digest {
        match self {
            Self::Md4 => hasher::digest::<md4::Md4>(parts),
            Self::Md5 => hasher::md5(parts),
            Self::Sha1 => hasher::digest::<sha1::Sha1>(parts),
            Self::Sha224 => hasher::digest::<sha2::Sha224>(parts),
            Self::Sha256 => hasher::digest::<sha2::Sha256>(parts),
            Self::Sha384 => hasher::digest::<sha2::Sha384>(parts),
            Self::Sha512 => hasher::digest::<sha2::Sha512>(parts),
        }
    }

    /// The MAC of `message` under `key`.
    pub(crate) fn hmac(self, key: &[u8], message: &[u8]) -> Digest {
        match self {
            Self::Md4 => hasher::hmac::<md4::Md4>(key, message),
            Self::Md5 => hasher::hmac::<::md5::Md5>(key, message),
            Self::Sha1 => hasher::hmac::<sha1::Sha1>(key, message),
            Self::Sha224 => hasher::hmac::<sha2::Sha224>(key, message),
            Self::Sha256 => hasher::hmac::<sha2::Sha256>(key, message),
            Self::Sha384 => hasher::hmac::<sha2::Sha384>(key, message),
            Self::Sha512 => hasher::hmac::<sha2::Sha512>(key, message),
        }
    }
}

impl fmt::Display for FastHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 2202 and RFC 4231, case 2.
    #[test]
    fn published_answers() {
        let hex = |function: FastHash| {
            let mac = function.hmac(b"Jefe", b"what do ya want for nothing?");
            String::from_utf8(hasher::hex(&mac).expose().to_vec()).unwrap()
        };
        assert_eq!(hex(FastHash::Md5), "750c783e6ab0b503eaa86e310a5db738");
        assert_eq!(hex(FastHash::Sha1), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        assert_eq!(
            hex(FastHash::Sha256),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        let sha384 = "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47";
        assert!(hex(FastHash::Sha384).starts_with(sha384));
        let sha512 = "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd6";
        assert!(hex(FastHash::Sha512).starts_with(sha512));
        for function in FastHash::ALL {
            assert_eq!(function.digest(&[b""]).expose().len(), function.digest_len());
            assert_eq!(function.hmac(b"", b"").expose().len(), function.digest_len());
        }
    }
}
