//! scrypt (RFC 7914).
use super::{Algorithm, Cost, Digest, Salt, sealed::Sealed};
use crate::error::{DeriveError, OverLimit};
use crate::limits::{self, Limits, at_most};
use crate::secret::Keyring;

/// The setting of a scrypt hash.
#[derive(Clone, Debug)]
pub struct Scrypt {
    pub(crate) n_log2: u8,
    pub(crate) block_r: u32,
    pub(crate) parallel_p: u32,
    pub(crate) salt: Salt,
    pub(crate) digest_len: usize,
}

impl Scrypt {
    /// Shortest digest that we compare, in bytes: scrypt has no length of its own, and a digest cut
    /// by a column would still match.
    pub const DIGEST_BYTES_MIN: usize = 16;

    /// A setting, or the rule that it breaks.
    ///
    /// `n_log2` is the base-2 logarithm of N, `block_r` is r, `parallel_p` is p.
    ///
    /// # Errors
    /// The rule, as a sentence.
    pub fn new(
        (n_log2, block_r, parallel_p): (u8, u32, u32),
        salt: impl Into<Salt>,
        digest_len: usize,
    ) -> Result<Self, &'static str> {
        if !(1..=63).contains(&n_log2) {
            return Err("scrypt's N is a power of two from 2");
        }
        if block_r == 0 || parallel_p == 0 {
            return Err("scrypt's r and p are at least 1");
        }
        if limits::product(&[u64::from(block_r), u64::from(parallel_p)]) >= 1 << 30 {
            return Err("scrypt's r times p is under 2^30");
        }
        if u64::from(n_log2) >= u64::from(block_r).saturating_mul(16) {
            return Err("scrypt's N is under 2^(16 r)");
        }
        if digest_len < Self::DIGEST_BYTES_MIN {
            return Err("a scrypt digest under 16 bytes is taken for a cut one");
        }
        Ok(Self { n_log2, block_r, parallel_p, salt: salt.into(), digest_len })
    }

    /// The base-2 logarithm of N.
    #[must_use]
    pub fn n_log2(&self) -> u8 {
        self.n_log2
    }

    /// The block size r.
    #[must_use]
    pub fn block_r(&self) -> u32 {
        self.block_r
    }

    /// The parallelism p.
    #[must_use]
    pub fn parallel_p(&self) -> u32 {
        self.parallel_p
    }

    fn memory_kib(&self) -> u128 {
        let n = 1_u64 << self.n_log2.min(63);
        limits::product(&[128, n, u64::from(self.block_r)]).div_ceil(1024)
    }

    fn work(&self) -> u128 {
        let n = 1_u64 << self.n_log2.min(63);
        limits::product(&[n, u64::from(self.block_r), u64::from(self.parallel_p)])
    }
}

impl Sealed for Scrypt {}
impl Algorithm for Scrypt {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        let kib = u64::try_from(self.memory_kib()).unwrap_or(u64::MAX);
        let memory = DeriveError::Memory { kib };
        let Ok(params) = ::scrypt::Params::new(self.n_log2, self.block_r, self.parallel_p) else {
            return Err(memory); // `new` leaves nothing else for the crate to refuse
        };
        // The crate aborts the process when its memory cannot be had; ask for it first.
        let bytes = usize::try_from(kib.saturating_mul(1024)).map_err(|_| memory.clone())?;
        Vec::<u8>::new().try_reserve_exact(bytes).map_err(|_| memory.clone())?;
        let mut digest = Digest::zeros(self.digest_len);
        ::scrypt::scrypt(password, self.salt.as_bytes(), &params, digest.as_mut_slice())
            .map_err(|_| memory)?;
        Ok(digest)
    }

    fn digest_len(&self) -> usize {
        self.digest_len
    }

    fn cost(&self) -> Cost {
        let narrow = |wide: u128| u64::try_from(wide).unwrap_or(u64::MAX);
        Cost { rounds: narrow(self.work()), memory_kib: narrow(self.memory_kib()) }
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.salt.within(limits)?;
        at_most("digest_bytes", self.digest_len as u128, limits::length(limits.digest_bytes_max))?;
        at_most("n_log2", u64::from(self.n_log2), limits.scrypt_n_log2_max)?;
        at_most("block_r", u64::from(self.block_r), limits.scrypt_block_r_max)?;
        at_most("parallel_p", u64::from(self.parallel_p), limits.scrypt_parallel_p_max)?;
        at_most("memory_kib", self.memory_kib(), limits.scrypt_memory_kib_max)?;
        at_most("n times r times p", self.work(), limits.scrypt_work_max)
    }
}
