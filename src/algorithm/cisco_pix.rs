//! Cisco PIX: twelve of the sixteen bytes of `md5(password ‖ user, padded with NUL to 16)`.
//!
//! *Source*: passlib's `cisco_pix`. The user's name, where the device uses it, is cut or repeated to
//! four bytes. *Deviations*: a password of more than 16 bytes, which the device does not take, never
//! matches; nor does one that ends in NUL, which the padding would hide. *Security*: one fast digest of
//! at most 16 bytes, a quarter of it thrown away.
use super::{Algorithm, Cost, Digest, Salt, hasher, sealed::Sealed};
use crate::error::{DeriveError, OverLimit};
use crate::limits::Limits;
use crate::secret::Keyring;
use zeroize::Zeroizing;

/// The setting of a PIX hash.
#[derive(Clone, Debug)]
pub struct CiscoPix {
    pub(crate) user: Salt,
}

const BLOCK: usize = 16;

impl CiscoPix {
    /// A setting. The user is empty where the device keeps a password of its own (`enable`).
    #[must_use]
    pub fn new(user: impl Into<Salt>) -> Self {
        Self { user: user.into() }
    }
}

impl Sealed for CiscoPix {}
impl Algorithm for CiscoPix {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        let mut block = Zeroizing::new(Vec::with_capacity(BLOCK));
        let user = self.user.as_bytes().iter().cycle().take(4);
        block.extend(password.iter().chain(user).chain(&[0; BLOCK]).take(BLOCK));
        let taken = password.len() <= BLOCK && password.last() != Some(&0);
        // What the device does not take is fed whole behind the block: another input.
        let digest = hasher::md5(&[&block, if taken { &[] } else { password }]);
        Ok(Digest::new(
            digest.expose().chunks(4).flat_map(|word| word.iter().take(3)).copied().collect(),
        ))
    }

    fn digest_len(&self) -> usize {
        12
    }

    fn cost(&self) -> Cost {
        Cost::rounds(1)
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.user.within(limits)
    }
}
