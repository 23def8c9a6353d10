//! MySQL before 4.1: `OLD_PASSWORD()` (`hash_password` in MySQL's `sql/password.c`).
//!
//! *Deviations*: blanks and tabs are skipped, as MySQL does: passwords that differ in them alone are
//! one. `OLD_PASSWORD('')` is an empty text in MySQL, which is read as a locked account here.
//! *Security*: 62 bits, linear, without a salt: collisions are found at once.
use super::{Algorithm, Cost, Digest, sealed::Sealed};
use crate::error::{DeriveError, OverLimit};
use crate::limits::Limits;
use crate::secret::Keyring;

/// The setting of a hash of MySQL before 4.1: there is none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mysql323;

impl Sealed for Mysql323 {}
impl Algorithm for Mysql323 {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        // As wide as C's `unsigned long` may be; only the lower 31 bits are kept in the end.
        let (mut nr, mut nr2, mut add) = (1_345_345_333_u32, 0x1234_5671_u32, 7_u32);
        for byte in password.iter().filter(|byte| !matches!(byte, b' ' | b'\t')) {
            let byte = u32::from(*byte);
            nr ^= (nr & 63).wrapping_add(add).wrapping_mul(byte).wrapping_add(nr << 8);
            nr2 = nr2.wrapping_add(nr2 << 8 ^ nr);
            add = add.wrapping_add(byte);
        }
        let words = [nr & 0x7fff_ffff, nr2 & 0x7fff_ffff];
        Ok(Digest::new(words.into_iter().flat_map(u32::to_be_bytes).collect()))
    }

    fn digest_len(&self) -> usize {
        8
    }

    fn cost(&self) -> Cost {
        Cost::rounds(1)
    }

    fn within(&self, _: &Limits) -> Result<(), OverLimit> {
        Ok(())
    }
}
