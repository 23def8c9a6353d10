//! How a digest is written down before it becomes the password of another layer.
use super::{Digest, crypt, hasher};

/// The letters that a digest is spelt in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Letters {
    /// Hexadecimal, lower case.
    Hex,
    /// Base64 (RFC 4648) with padding.
    Base64,
    /// The whole crypt(3) text, setting and all: for bcrypt alone.
    Crypt,
    /// None: the bytes as they are. For MD5 and SHA alone, which take any bytes.
    Bytes,
}

impl Letters {
    /// The digest in these letters, computed without tables: it is secret.
    ///
    /// [`Crypt`](Self::Crypt) needs a setting besides, and is spelt where there is one.
    pub(crate) fn spell(self, digest: &Digest) -> Digest {
        match self {
            Self::Hex | Self::Crypt => hasher::hex(digest),
            Self::Base64 => crypt::base64_padded(digest.expose()),
            Self::Bytes => digest.clone(),
        }
    }
}
