//! Digests over several parts, without ever joining the parts in memory.
use super::Digest;
use ::md5::digest::{FixedOutputReset, Output};
use hmac::{EagerHash, Hmac, KeyInit, Mac};
use zeroize::Zeroize;

/// A hasher that can be used over and over, for the algorithms that stretch a digest.
pub(super) trait Stretch: ::md5::Digest {
    /// Take in more bytes.
    fn feed(&mut self, bytes: &[u8]);
    /// Put the digest of what was fed into `out`, and begin anew.
    fn yield_into(&mut self, out: &mut Output<Self>);
    /// The digest of what was fed; begin anew.
    fn yield_digest(&mut self) -> Digest;
}

impl<H: ::md5::Digest + FixedOutputReset> Stretch for H {
    fn feed(&mut self, bytes: &[u8]) {
        ::md5::Digest::update(self, bytes);
    }

    fn yield_into(&mut self, out: &mut Output<Self>) {
        ::md5::Digest::finalize_into_reset(self, out);
    }

    fn yield_digest(&mut self) -> Digest {
        let mut out = ::md5::Digest::finalize_reset(self);
        let digest = Digest::new(out.to_vec());
        out.as_mut_slice().zeroize();
        digest
    }
}

/// `H(part ‖ part ‖ …)`, fed part by part so that no copy of a password is made.
pub(super) fn digest<H: ::md5::Digest>(parts: &[&[u8]]) -> Digest {
    let mut hasher = H::new();
    for part in parts {
        hasher.update(part);
    }
    finish(hasher)
}

/// The digest of what was fed.
pub(super) fn finish<H: ::md5::Digest>(hasher: H) -> Digest {
    let mut out = hasher.finalize();
    let digest = Digest::new(out.to_vec());
    out.as_mut_slice().zeroize();
    digest
}

pub(super) fn md5(parts: &[&[u8]]) -> Digest {
    digest::<::md5::Md5>(parts)
}

/// HMAC (RFC 2104) of `message` under `key`.
pub(super) fn hmac<H: EagerHash>(key: &[u8], message: &[u8]) -> Digest
where
    Hmac<H>: Mac + KeyInit,
{
    // HMAC takes keys of any length: the error cannot occur, and an empty digest never matches.
    let Ok(mut mac) = <Hmac<H> as KeyInit>::new_from_slice(key) else { return Digest::zeros(0) };
    mac.update(message);
    let mut out = mac.finalize().into_bytes();
    let digest = Digest::new(out.to_vec());
    out.as_mut_slice().zeroize();
    digest
}

/// Lower-case hexadecimal, as the nested layouts of the web feed it to the next digest.
///
/// The digits are computed, not looked up: the bytes are secret.
pub(crate) fn hex(digest: &Digest) -> Digest {
    let digit = |nibble: u8| {
        // 9 - nibble borrows exactly for a to f; the mask then adds the gap between '9' and 'a'.
        let letter = 9_u8.wrapping_sub(nibble) >> 7;
        nibble.wrapping_add(b'0').wrapping_add(letter.wrapping_mul(b'a' - b'0' - 10))
    };
    let mut out = Vec::with_capacity(digest.expose().len().saturating_mul(2));
    for byte in digest.expose() {
        out.extend([digit(byte >> 4), digit(byte & 0x0f)]);
    }
    Digest::new(out)
}

/// UTF-16, lowest byte first, as Windows and .NET keep passwords. `None` for bytes that are not UTF-8:
/// there is no text that they could be, and replacing them would make different passwords alike.
pub(super) fn utf16(password: &[u8]) -> Option<Digest> {
    core::str::from_utf8(password).ok().map(utf16_of)
}

/// The same of what is known to be text.
pub(super) fn utf16_of(text: &str) -> Digest {
    let mut wide = Vec::with_capacity(text.len().saturating_mul(2));
    text.encode_utf16().for_each(|unit| wide.extend(unit.to_le_bytes()));
    Digest::new(wide)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_of_every_byte_is_right() {
        let all: Vec<u8> = (0..=255).collect();
        let expected: String = all.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex(&Digest::new(all)).expose(), expected.as_bytes());
    }
}
