//! Oracle Database up to 10g: a MAC of user name and password with DES, under itself.
//!
//! *Source*: passlib's `oracle10`, after Joshua Wright and Carlos Cid, "An Assessment of the Oracle
//! Password Hashing Algorithm" (2005). User and password, in capitals and UTF-16 with its highest byte
//! first, filled up with NUL, go through DES in CBC mode under a fixed key; the last block is the key of
//! the same once more, and its last block the hash. *Deviations*: bytes that are not UTF-8 have no
//! capitals, and then nothing matches; a NUL, which the filling would hide, is refused. *Security*: the
//! user's name is the salt, letters have no case, and DES is fast.
use super::{Algorithm, Cost, Digest, Salt, des::Des, no_nul, password_fits, sealed::Sealed};
use crate::error::{DeriveError, OverLimit, VerifyError};
use crate::limits::Limits;
use crate::secret::Keyring;
use zeroize::Zeroizing;

/// The setting of a hash of Oracle 10.
#[derive(Clone, Debug)]
pub struct Oracle10 {
    pub(crate) user: Salt,
}

/// The key of the first pass.
const MAGIC: u64 = 0x0123_4567_89ab_cdef;

impl Oracle10 {
    /// A setting.
    #[must_use]
    pub fn new(user: &str) -> Self {
        Self { user: Salt::from(user) }
    }
}

/// The last block of the text in CBC mode.
fn mac(key: u64, text: &[u16]) -> Zeroizing<u64> {
    let des = Des::new(key);
    let block = |units: &[u16]| {
        let missing = [0; 4].iter().take(4_usize.saturating_sub(units.len()));
        let units = units.iter().chain(missing);
        Zeroizing::new(units.fold(0_u64, |block, unit| block << 16 | u64::from(*unit)))
    };
    text.chunks(4).fold(Zeroizing::new(0), |last, units| {
        Zeroizing::new(des.encrypt(*last ^ *block(units), 0, 1))
    })
}

impl Sealed for Oracle10 {}
impl Algorithm for Oracle10 {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        let user = core::str::from_utf8(self.user.as_bytes()).unwrap_or_default();
        let Ok(password) = core::str::from_utf8(password) else { return Ok(Digest::zeros(0)) };
        let capitals = || user.chars().chain(password.chars()).flat_map(char::to_uppercase);
        let units = capitals().map(char::len_utf16).sum();
        let mut text = Zeroizing::new(Vec::with_capacity(units));
        for letter in capitals() {
            text.extend_from_slice(letter.encode_utf16(&mut [0; 2]));
        }
        let key = mac(MAGIC, &text);
        Ok(Digest::new(mac(*key, &text).to_be_bytes().to_vec()))
    }

    fn digest_len(&self) -> usize {
        8
    }

    fn cost(&self) -> Cost {
        Cost::rounds(2)
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.user.within(limits)
    }

    fn admits(&self, password: &[u8], limits: &Limits) -> Result<(), VerifyError> {
        password_fits(password, limits.password_bytes_max)?;
        no_nul(password)
    }
}
