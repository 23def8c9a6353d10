//! scrypt (RFC 7914).
use super::{Algorithm, Cost, Digest, Lanes, Salt, sealed::Sealed};
use crate::error::{DeriveError, OverLimit};
use crate::lanes::{Cpu, scrypt as lanes};
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

impl Scrypt {
    fn lanes_cost(&self) -> lanes::Cost {
        let Self { n_log2, block_r, parallel_p, .. } = *self;
        lanes::Cost { n_log2, block_r, parallel_p }
    }

    /// The digests of passwords under settings of one cost.
    fn digests<S: core::borrow::Borrow<Self>>(
        cost: &lanes::Cost,
        group: &[(S, &[u8])],
    ) -> Result<Vec<Digest>, DeriveError> {
        let zeros = |(setting, _): &(S, &[u8])| Digest::zeros(setting.borrow().digest_len);
        let mut digests: Vec<Digest> = group.iter().map(zeros).collect();
        let jobs = group.iter().zip(&mut digests);
        let mut jobs: Vec<lanes::Job<'_>> = jobs
            .map(|((setting, password), digest)| lanes::Job {
                password,
                salt: setting.borrow().salt.as_bytes(),
                out: digest.as_mut_slice(),
            })
            .collect();
        let each = group.first().map_or(0, |(setting, _)| setting.borrow().memory_kib());
        let kib = u64::try_from(each).unwrap_or(u64::MAX);
        lanes::scrypt(Cpu::here(), cost, &mut jobs).map_err(|_| DeriveError::Memory { kib })?;
        Ok(digests)
    }

    /// The same, for settings that may each lack something else.
    pub(super) fn derive_many<S: core::borrow::Borrow<Self>>(
        cost: &lanes::Cost,
        group: &[(S, &[u8])],
    ) -> Vec<Result<Digest, DeriveError>> {
        match Self::digests(cost, group) {
            Ok(digests) => digests.into_iter().map(Ok).collect(),
            Err(error) => group.iter().map(|_| Err(error.clone())).collect(),
        }
    }
}

impl Lanes for Scrypt {
    type Shape = lanes::Cost;

    fn shape(&self) -> Option<lanes::Cost> {
        Some(self.lanes_cost())
    }

    fn width(cost: &lanes::Cost) -> usize {
        cost.width(Cpu::here())
    }

    fn derive_group(
        cost: &lanes::Cost,
        group: &[(&Self, &[u8])],
        _: &Keyring,
    ) -> Vec<Result<Digest, DeriveError>> {
        Self::derive_many(cost, group)
    }
}

impl Sealed for Scrypt {}
impl Algorithm for Scrypt {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        Self::digests(&self.lanes_cost(), &[(self, password)])?
            .pop()
            .ok_or(DeriveError::Memory { kib: 0 }) // one job, one digest
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
