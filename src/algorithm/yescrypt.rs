//! yescrypt (Alexander Peslyak, "yescrypt: password hashing scalable beyond bcrypt and scrypt",
//! 2015), and libxcrypt's gost-yescrypt around it (`crypt-gost-yescrypt.c`).
//!
//! The function itself is that of the `yescrypt` crate. gost-yescrypt keys HMAC with Streebog-256
//! by the Streebog-256 of the password, over the setting as text, and keys it once more by the
//! result, over what yescrypt yields.
use super::{Algorithm, Cost, Digest, Salt, crypt, crypt_admits, hasher, sealed::Sealed};
use crate::error::{DeriveError, OverLimit, VerifyError};
use crate::limits::{self, Limits, at_most};
use crate::secret::Keyring;
use streebog::Streebog256;

/// How memory is filled. The published code knows other flavours and computes none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum YescryptFlavour {
    /// Plain scrypt.
    Classic,
    /// scrypt with a choice of time (`t`): write once, read many.
    Worm,
    /// What every system writes: read and write, through S-boxes.
    ReadWrite,
}

impl YescryptFlavour {
    /// The number that stands for it in a setting.
    #[must_use]
    pub const fn number(self) -> u32 {
        match self {
            Self::Classic => 0,
            Self::Worm => 1,
            // 2, with the bits for 6 rounds, gathers of 4, lanes of 2 and S-boxes of 12 KiB.
            Self::ReadWrite => 0x2f,
        }
    }

    const fn mode(self) -> ::yescrypt::Mode {
        match self {
            Self::Classic => ::yescrypt::Mode::Classic,
            Self::Worm => ::yescrypt::Mode::Worm,
            Self::ReadWrite => ::yescrypt::Mode::Rw,
        }
    }
}

/// The setting of a yescrypt or gost-yescrypt hash.
#[derive(Clone, Debug)]
pub struct Yescrypt {
    pub(crate) flavour: YescryptFlavour,
    pub(crate) n_log2: u8,
    pub(crate) block_r: u32,
    pub(crate) parallel_p: u32,
    pub(crate) time_t: u32,
    pub(crate) salt: Salt,
    pub(crate) gost: bool,
}

impl Yescrypt {
    /// Longest salt, in bytes.
    pub const SALT_BYTES_MAX: usize = 64;

    /// A setting of yescrypt, or the rule that it breaks.
    ///
    /// `n_log2` is the base-2 logarithm of N, `block_r` is r, `parallel_p` is p, `time_t` is t.
    ///
    /// # Errors
    /// The rule, as a sentence.
    pub fn new(
        flavour: YescryptFlavour,
        (n_log2, block_r, parallel_p, time_t): (u8, u32, u32, u32),
        salt: impl Into<Salt>,
    ) -> Result<Self, &'static str> {
        let salt = salt.into();
        if !(1..=63).contains(&n_log2) {
            return Err("yescrypt's N is a power of two from 2 to 2^63");
        }
        if block_r == 0 || parallel_p == 0 {
            return Err("yescrypt's r and p are at least 1");
        }
        if limits::product(&[u64::from(block_r), u64::from(parallel_p)]) >= 1 << 30 {
            return Err("yescrypt's r times p is under 2^30");
        }
        if time_t >= 1 << 30 {
            return Err("yescrypt's t is under 2^30");
        }
        let n = 1_u64 << n_log2;
        match flavour {
            YescryptFlavour::Classic if time_t != 0 => return Err("plain scrypt has no t"),
            YescryptFlavour::ReadWrite if n / u64::from(parallel_p) < 2 => {
                return Err("yescrypt's N is at least 2 p");
            }
            _ => {}
        }
        if salt.as_bytes().len() > Self::SALT_BYTES_MAX {
            return Err("a salt of yescrypt has at most 64 bytes");
        }
        Ok(Self { flavour, n_log2, block_r, parallel_p, time_t, salt, gost: false })
    }

    /// The same setting, as gost-yescrypt.
    #[must_use]
    pub fn with_gost(self) -> Self {
        Self { gost: true, ..self }
    }

    /// Whether it is gost-yescrypt.
    #[must_use]
    pub fn is_gost(&self) -> bool {
        self.gost
    }

    /// The base-2 logarithm of N.
    #[must_use]
    pub fn n_log2(&self) -> u8 {
        self.n_log2
    }

    /// The tag, the parameters and the salt as crypt(3) spells them: gost-yescrypt feeds on it.
    pub(crate) fn text(&self) -> String {
        let mut text = String::from(if self.gost { "$gy$" } else { "$y$" });
        put_number(&mut text, self.flavour.number());
        put_number(&mut text, u32::from(self.n_log2).saturating_sub(1));
        put_number(&mut text, self.block_r.saturating_sub(1));
        let (p, t) = (u32::from(self.parallel_p != 1), u32::from(self.time_t != 0));
        let have = p | t << 1;
        if have != 0 {
            put_number(&mut text, have - 1);
        }
        if p != 0 {
            put_number(&mut text, self.parallel_p.saturating_sub(2));
        }
        if t != 0 {
            put_number(&mut text, self.time_t.saturating_sub(1));
        }
        text.push('$');
        text.extend(
            crypt::crypt_base64(self.salt.as_bytes()).expose().iter().copied().map(char::from),
        );
        text
    }

    fn n(&self) -> u64 {
        1 << self.n_log2.min(63)
    }

    /// 128·N·r: the rest is small beside it.
    fn memory_kib(&self) -> u128 {
        limits::product(&[128, self.n(), u64::from(self.block_r)]).div_ceil(1024)
    }

    /// As scrypt counts: N·r·p, times t. In the read-write flavour p shares N out.
    fn work(&self) -> u128 {
        let lanes = match self.flavour {
            YescryptFlavour::ReadWrite => 1,
            YescryptFlavour::Classic | YescryptFlavour::Worm => u64::from(self.parallel_p),
        };
        limits::product(&[self.n(), u64::from(self.block_r), lanes, u64::from(self.time_t.max(1))])
    }

    /// What the crate allocates, in KiB: V, B, XY and the S-boxes.
    fn allocated_kib(&self) -> u64 {
        let (r, p) = (u64::from(self.block_r), u64::from(self.parallel_p));
        let rest = limits::product(&[128, r, p])
            .saturating_add(limits::product(&[256, r]))
            .saturating_add(limits::product(&[12_288, p]));
        let kib = self.memory_kib().saturating_add(rest.div_ceil(1024));
        u64::try_from(kib).unwrap_or(u64::MAX)
    }

    fn yescrypt(&self, password: &[u8]) -> Result<Digest, DeriveError> {
        let kib = self.allocated_kib();
        let memory = DeriveError::Memory { kib };
        let (n, r, p, t) = (self.n(), self.block_r, self.parallel_p, self.time_t);
        let Ok(params) =
            ::yescrypt::Params::new_with_all_params(self.flavour.mode(), n, r, p, t, 0)
        else {
            return Err(memory); // `new` leaves nothing else for the crate to refuse
        };
        // The crate aborts the process when its memory cannot be had; ask for it first.
        let bytes = kib.checked_mul(1024).and_then(|bytes| usize::try_from(bytes).ok());
        let bytes = bytes.ok_or_else(|| memory.clone())?;
        Vec::<u8>::new().try_reserve_exact(bytes).map_err(|_| memory.clone())?;
        let mut digest = Digest::zeros(32);
        ::yescrypt::yescrypt(password, self.salt.as_bytes(), &params, digest.as_mut_slice())
            .map_err(|_| memory)?;
        Ok(digest)
    }
}

/// Numbers in a setting (`encode64_uint32` of yescrypt's `yescrypt-common.c`): for each range of
/// the first letter, its start and how many letters of six bits follow, the highest first.
pub(crate) const STEPS: [(u32, u32); 6] = [(0, 0), (48, 1), (56, 2), (60, 3), (62, 4), (63, 5)];

/// How many numbers begin at a step: its first letters times what the letters behind them hold.
pub(crate) fn numbers_of_step(step: usize) -> u32 {
    let (start, letters) = STEPS.get(step).copied().unwrap_or_default();
    let end = STEPS.get(step + 1).map_or(64, |(start, _)| *start);
    (end - start) << (6 * letters)
}

fn put_number(text: &mut String, number: u32) {
    let mut rest = number;
    for (step, (start, letters)) in STEPS.into_iter().enumerate() {
        let count = numbers_of_step(step);
        if rest >= count {
            rest -= count;
            continue;
        }
        text.push(crypt::crypt_letter(start + (rest >> (6 * letters))));
        for letter in (0..letters).rev() {
            text.push(crypt::crypt_letter(rest >> (6 * letter) & 0x3f));
        }
        return;
    }
}

impl Sealed for Yescrypt {}
impl Algorithm for Yescrypt {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        let plain = self.yescrypt(password)?;
        if !self.gost {
            return Ok(plain);
        }
        let key = hasher::digest::<Streebog256>(&[password]);
        let inner = hasher::hmac::<Streebog256>(key.expose(), self.text().as_bytes());
        Ok(hasher::hmac::<Streebog256>(inner.expose(), plain.expose()))
    }

    fn digest_len(&self) -> usize {
        32
    }

    fn cost(&self) -> Cost {
        let narrow = |wide: u128| u64::try_from(wide).unwrap_or(u64::MAX);
        Cost { rounds: narrow(self.work()), memory_kib: narrow(self.memory_kib()) }
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.salt.within(limits)?;
        at_most("n_log2", u64::from(self.n_log2), limits.scrypt_n_log2_max)?;
        at_most("block_r", u64::from(self.block_r), limits.scrypt_block_r_max)?;
        at_most("parallel_p", u64::from(self.parallel_p), limits.scrypt_parallel_p_max)?;
        at_most("time_t", u64::from(self.time_t), limits.yescrypt_time_t_max)?;
        at_most("memory_kib", self.memory_kib(), limits.scrypt_memory_kib_max)?;
        at_most("n times r times p times t", self.work(), limits.scrypt_work_max)
    }

    /// crypt(3) stops at a NUL.
    fn admits(&self, password: &[u8], limits: &Limits) -> Result<(), VerifyError> {
        crypt_admits(password, limits)
    }
}
