//! CRAM-MD5's (RFC 2195) half-way house: HMAC-MD5 keyed with the password, stopped after the key.
//!
//! *Source*: Dovecot's `hmac_md5_get_cram_context`. The digest is the state of MD5 after the outer
//! padded key, then that after the inner one, words lowest byte first. *Security*: unsalted, two blocks
//! of MD5; and it can be used in place of the password by whoever steals it. *Deviations*: HMAC pads its
//! key with NUL, so a password that ends in NUL never matches, lest two passwords be one.
use super::{Algorithm, Cost, Digest, hasher, sealed::Sealed};
use crate::error::{DeriveError, OverLimit};
use crate::limits::Limits;
use crate::secret::Keyring;
use zeroize::Zeroizing;

/// The setting of a CRAM-MD5 context. There is nothing to set.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct CramMd5;

const BLOCK: usize = 64;

impl CramMd5 {
    /// A setting.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Sealed for CramMd5 {}
impl Algorithm for CramMd5 {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        if password.last() == Some(&0) {
            return Ok(Digest::zeros(0));
        }
        let hashed = hasher::md5(&[password]);
        let key = if password.len() > BLOCK { hashed.expose() } else { password };
        let mut out = Vec::with_capacity(32);
        for pad in [0x5c_u8, 0x36] {
            let mut block = Zeroizing::new([pad; BLOCK]);
            block.iter_mut().zip(key).for_each(|(to, from)| *to ^= from);
            let mut state = Zeroizing::new([0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476]);
            ::md5::block_api::compress(&mut state, core::slice::from_ref(&*block));
            state.iter().for_each(|word: &u32| out.extend(word.to_le_bytes()));
        }
        Ok(Digest::new(out))
    }

    fn digest_len(&self) -> usize {
        32
    }

    fn cost(&self) -> Cost {
        Cost::rounds(1)
    }

    fn within(&self, _: &Limits) -> Result<(), OverLimit> {
        Ok(())
    }
}
