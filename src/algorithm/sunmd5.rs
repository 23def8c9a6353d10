//! SunMD5 (Alec Muffett, Solaris 9 `crypt_sunmd5(5)`, 2002).
//!
//! Each round is MD5 over the state and the number of the round in decimal; between the two goes a
//! passage of *Hamlet*, with the NUL that ends it in C, when a coin falls so. The coin is two bits of
//! the state, found by way of other bits of it.
//!
//! *Security*: the coin decides how much is hashed, so time and cache tell about the state. This is
//! the function as designed; it has no other form.
use super::{Algorithm, Cost, Digest, Salt, crypt_admits, hasher::Stretch, sealed::Sealed};
use crate::error::{DeriveError, OverLimit, VerifyError};
use crate::limits::{Limits, at_most};
use crate::secret::Keyring;
use zeroize::Zeroize;

/// Act III, scene 1, as Project Gutenberg has it.
const HAMLET: &[u8] = include_bytes!("hamlet.txt");

/// The setting of a SunMD5 hash.
#[derive(Clone, Debug)]
pub struct SunMd5 {
    pub(crate) rounds: u32,
    pub(crate) salt: Salt,
    pub(crate) bare: bool,
}

impl SunMd5 {
    /// Rounds that every hash has; those in its text come on top.
    pub const ROUNDS_FIXED: u32 = 4096;
    /// Most rounds on top.
    pub const ROUNDS_MAX: u32 = u32::MAX - Self::ROUNDS_FIXED;

    /// A setting; `None` when there are too many rounds. `rounds` come on top of 4096.
    ///
    /// `bare` is whether the salt ends without the `$` that Solaris counts to it (`$md5$salt$…`
    /// with one `$` before the digest, not two): the two forms hash differently.
    #[must_use]
    pub fn new(rounds: u32, salt: impl Into<Salt>, bare: bool) -> Option<Self> {
        (rounds <= Self::ROUNDS_MAX).then(|| Self { rounds, salt: salt.into(), bare })
    }

    /// The rounds on top of 4096.
    #[must_use]
    pub fn rounds(&self) -> u32 {
        self.rounds
    }

    /// The setting as text, up to where the salt ends: the function feeds on it.
    pub(crate) fn text(&self) -> Vec<u8> {
        let rounds = match self.rounds {
            0 => String::new(),
            rounds => format!(",rounds={rounds}"),
        };
        let end = if self.bare { "" } else { "$" };
        [b"$md5", rounds.as_bytes(), b"$", self.salt.as_bytes(), end.as_bytes()].concat()
    }

    fn all_rounds(&self) -> u32 {
        Self::ROUNDS_FIXED.saturating_add(self.rounds)
    }
}

/// A byte of the state, counted around.
fn byte(state: &[u8], index: u32) -> u32 {
    let index = usize::try_from(index & 15).unwrap_or_default();
    state.get(index).copied().map_or(0, u32::from)
}

/// A bit of the state, counted around.
fn bit(state: &[u8], index: u32) -> u32 {
    byte(state, index >> 3) >> (index & 7) & 1
}

/// Seven bits, each found by way of two bytes three apart, and from them one bit.
fn half_of_coin(state: &[u8], first: u32) -> u32 {
    let index = (0..7).fold(0, |index, i| {
        let (a, b) = (byte(state, first + i), byte(state, first + i + 3));
        let way = byte(state, a >> (b % 5)) >> (b >> (a & 7) & 1);
        index | bit(state, way) << i
    });
    bit(state, index)
}

impl Sealed for SunMd5 {}
impl Algorithm for SunMd5 {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        let mut hasher = <::md5::Md5 as ::md5::Digest>::new();
        let mut state = Default::default();
        hasher.feed(password);
        hasher.feed(&self.text());
        hasher.yield_into(&mut state);
        for round in 0..self.all_rounds() {
            let low = half_of_coin(&state, bit(&state, round));
            let high = half_of_coin(&state, 8 + bit(&state, round.wrapping_add(64)));
            hasher.feed(&state);
            if low != high {
                hasher.feed(HAMLET);
                hasher.feed(&[0]);
            }
            hasher.feed(round.to_string().as_bytes());
            hasher.yield_into(&mut state);
        }
        let digest = Digest::new(state.to_vec());
        state.as_mut_slice().zeroize();
        Ok(digest)
    }

    fn digest_len(&self) -> usize {
        16
    }

    fn cost(&self) -> Cost {
        Cost::rounds(u64::from(self.all_rounds()))
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.salt.within(limits)?;
        at_most("rounds", u64::from(self.all_rounds()), limits.sunmd5_rounds_max)
    }

    /// crypt(3) stops at a NUL.
    fn admits(&self, password: &[u8], limits: &Limits) -> Result<(), VerifyError> {
        crypt_admits(password, limits)
    }
}
