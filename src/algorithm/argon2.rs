//! Argon2d, Argon2i and Argon2id, versions 0x10 and 0x13 (RFC 9106; the reference C code for 0x10).
use super::{Algorithm, Cost, Digest, Salt, sealed::Sealed};
use crate::error::{DeriveError, OverLimit};
use crate::lanes::memory::Streak;
use crate::lanes::{Cpu, argon2 as lanes};
use crate::limits::{self, Limits, at_most};
use crate::secret::{KeyId, Keyring};

/// Which of the three Argon2 functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Argon2Variant {
    /// Data-dependent memory access throughout.
    D,
    /// Data-independent memory access throughout.
    I,
    /// Data-independent in the first half of the first pass (what RFC 9106 asks for).
    Id,
}

/// The version of the function. A PHC text without `v=` means [`V10`](Self::V10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Argon2Version {
    /// 0x10, written until 2016: later passes overwrite memory instead of combining with it.
    V10,
    /// 0x13, the version of RFC 9106.
    V13,
}

/// The setting of an Argon2 hash.
#[derive(Clone, Debug)]
pub struct Argon2 {
    pub(crate) variant: Argon2Variant,
    pub(crate) version: Argon2Version,
    pub(crate) memory_kib: u32,
    pub(crate) passes: u32,
    pub(crate) lanes: u32,
    pub(crate) key_id: Option<KeyId>,
    pub(crate) data: Salt,
    pub(crate) salt: Salt,
    pub(crate) digest_len: usize,
}

impl Argon2 {
    /// Shortest salt that the function is defined for, in bytes (RFC 9106, section 3.1, and every
    /// implementation we know).
    pub const SALT_BYTES_MIN: usize = 8;
    /// Shortest digest that the function is defined for, in bytes.
    pub const DIGEST_BYTES_MIN: usize = 4;
    /// Longest associated data that PHC text holds, in bytes.
    pub const DATA_BYTES_MAX: usize = 32;

    /// A setting, or the rule that it breaks.
    ///
    /// `memory_kib` is in KiB and at least 8 × `lanes`.
    ///
    /// # Errors
    /// The rule, as a sentence.
    pub fn new(
        variant: Argon2Variant,
        (memory_kib, passes, lanes): (u32, u32, u32),
        salt: impl Into<Salt>,
        digest_len: usize,
    ) -> Result<Self, &'static str> {
        let version = Argon2Version::V13;
        let salt = salt.into();
        let setting = Self {
            variant,
            version,
            memory_kib,
            passes,
            lanes,
            key_id: None,
            data: Salt::default(),
            salt,
            digest_len,
        };
        setting.checked()
    }

    /// The setting, if it keeps the rules of the function.
    pub(crate) fn checked(self) -> Result<Self, &'static str> {
        let least = u64::from(self.lanes).saturating_mul(8);
        if self.passes == 0 {
            return Err("Argon2 makes at least 1 pass (t)");
        }
        if self.lanes == 0 || self.lanes > 0x00ff_ffff {
            return Err("Argon2 has from 1 to 2^24-1 lanes (p)");
        }
        if u64::from(self.memory_kib) < least {
            return Err("Argon2 needs at least 8 KiB of memory (m) for each lane (p)");
        }
        if self.salt.as_bytes().len() < Self::SALT_BYTES_MIN {
            return Err("Argon2 needs a salt of at least 8 bytes");
        }
        if self.digest_len < Self::DIGEST_BYTES_MIN {
            return Err("Argon2 yields at least 4 bytes");
        }
        if self.data.as_bytes().len() > Self::DATA_BYTES_MAX {
            return Err("the associated data of Argon2 text is at most 32 bytes");
        }
        Ok(self)
    }

    /// The same setting, peppered with the key of that id.
    #[must_use]
    pub fn with_key(mut self, id: KeyId) -> Self {
        self.key_id = Some(id);
        self
    }

    /// The variant.
    #[must_use]
    pub fn variant(&self) -> Argon2Variant {
        self.variant
    }

    /// The version.
    #[must_use]
    pub fn version(&self) -> Argon2Version {
        self.version
    }

    /// Memory, in KiB.
    #[must_use]
    pub fn memory_kib(&self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory.
    #[must_use]
    pub fn passes(&self) -> u32 {
        self.passes
    }

    /// Lanes of memory (the parallelism).
    #[must_use]
    pub fn lanes(&self) -> u32 {
        self.lanes
    }

    /// The id of the pepper, if the hash has one.
    #[must_use]
    pub fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }

    fn memory(&self) -> DeriveError {
        DeriveError::Memory { kib: u64::from(self.memory_kib) }
    }
}

impl Argon2 {
    /// Threads for one derivation: as many as it has lanes and the machine has cores, unless this
    /// thread is one of several that have derivation after derivation to do.
    fn threads(&self) -> usize {
        if self.lanes < 2 || Streak::is_on() {
            return 1;
        }
        std::thread::available_parallelism().map_or(1, core::num::NonZeroUsize::get)
    }
}

impl Sealed for Argon2 {}
impl Algorithm for Argon2 {
    fn derive(&self, password: &[u8], keys: &Keyring) -> Result<Digest, DeriveError> {
        let secret = match &self.key_id {
            None => &[],
            Some(id) => super::key(keys, id)?,
        };
        let cost = lanes::Cost {
            variant: match self.variant {
                Argon2Variant::D => lanes::Variant::D,
                Argon2Variant::I => lanes::Variant::I,
                Argon2Variant::Id => lanes::Variant::Id,
            },
            version: match self.version {
                Argon2Version::V10 => lanes::Version::V10,
                Argon2Version::V13 => lanes::Version::V13,
            },
            memory_kib: self.memory_kib,
            passes: self.passes,
            lanes: self.lanes,
        };
        let (salt, data) = (self.salt.as_bytes(), self.data.as_bytes());
        let job = lanes::Job { password, salt, secret, data };
        let mut digest = Digest::zeros(self.digest_len);
        lanes::argon2(Cpu::here(), &cost, &job, self.threads(), digest.as_mut_slice())
            .map_err(|_| self.memory())?;
        Ok(digest)
    }

    fn digest_len(&self) -> usize {
        self.digest_len
    }

    fn cost(&self) -> Cost {
        let memory_kib = u64::from(self.memory_kib);
        Cost { rounds: memory_kib.saturating_mul(u64::from(self.passes)), memory_kib }
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        let (memory, passes) = (u64::from(self.memory_kib), u64::from(self.passes));
        let product = limits::product(&[memory, passes]);
        self.salt.within(limits)?;
        at_most("digest_bytes", self.digest_len as u128, limits::length(limits.digest_bytes_max))?;
        at_most("memory_kib", memory, limits.argon2_memory_kib_max)?;
        at_most("passes", passes, limits.argon2_passes_max)?;
        at_most("lanes", u64::from(self.lanes), limits.argon2_lanes_max)?;
        at_most("memory_kib times passes", product, limits.argon2_memory_passes_kib_max)
    }

    fn key_ids(&self) -> Vec<&KeyId> {
        self.key_id.iter().collect()
    }
}
