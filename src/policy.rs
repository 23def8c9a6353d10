//! What a site wants of a hash, and what a login leads to.
//!
//! A [`Policy`] is a value: named profiles to start from, fields to change, serde to keep it in a
//! configuration file. It makes new hashes, says why an old one should be replaced, hardens old ones
//! without their passwords, and walks a login so that every way of failing costs the same.
use crate::algorithm::{Algorithm, Argon2, Argon2Variant, Argon2Version, Stored};
use crate::error::{HashError, VerifyError};
use crate::hash::{PasswordHash, Wrapped};
use crate::limits::Limits;
use crate::secret::{KeyId, Keyring};
use core::fmt;
use serde::{Deserialize, Serialize};

mod login;
#[cfg(test)]
mod tests;
pub(crate) use login::Next;
pub use login::{Account, Login};

/// What new hashes look like, and how low an old one may lie.
///
/// New hashes are Argon2id. An old hash stays as long as it is *at least* as strong: by the square
/// of its memory times its passes (what a guess costs in area and time), or by OWASP's table of
/// equals. A stronger hash is never replaced by a weaker one, and what replaces a hash keeps the
/// greater cost and the pepper of the two, so servers with different policies cannot take turns at
/// a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Policy {
    /// Memory of a new hash, in KiB.
    pub memory_kib: u32,
    /// Passes of a new hash.
    pub passes: u32,
    /// Lanes of a new hash.
    pub lanes: u32,
    /// Whether scrypt hashes at OWASP's minimum (N·r·p of 2^17·8·1 or an equal) may stay.
    pub keep_strong_scrypt: bool,
    /// The id of the pepper that new hashes get, in text; it must be in the [`Keyring`].
    pub pepper: Option<String>,
}

/// What came of a password at the door.
#[derive(Debug)]
#[must_use = "a mismatch is a value, not an error"]
#[non_exhaustive]
pub enum Outcome {
    /// Turn them away.
    Mismatch,
    /// Let them in.
    Match,
    /// Let them in, and store this in place of the old hash if the old one is still there.
    Upgrade(PasswordHash),
}

/// Why a hash should be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// The algorithm is below the policy's, whatever its cost.
    Algorithm,
    /// The cost is under the policy's.
    Cost,
    /// The digest is under 16 bytes.
    DigestTooShort,
    /// A version of the algorithm that has been replaced (Argon2 0x10).
    ObsoleteVersion,
    /// The policy has a pepper; the hash has none.
    PepperMissing,
    /// The hash has another pepper than the policy's.
    PepperRetired,
    /// The salt is under 16 bytes.
    SaltTooShort,
    /// A strong hash over a weak one: a login can take the weak one out.
    Wrapped,
}

impl Reason {
    /// The name, in lower case with hyphens.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Algorithm => "algorithm",
            Self::Cost => "cost",
            Self::DigestTooShort => "digest-too-short",
            Self::ObsoleteVersion => "obsolete-version",
            Self::PepperMissing => "pepper-missing",
            Self::PepperRetired => "pepper-retired",
            Self::SaltTooShort => "salt-too-short",
            Self::Wrapped => "wrapped",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::OWASP
    }
}

/// Bytes of salt in a new hash.
const SALT_BYTES: usize = 16;
/// Bytes of digest in a new hash.
const DIGEST_BYTES: usize = 32;
/// Settings that OWASP's Password Storage Cheat Sheet holds for equal: memory in KiB, and passes.
const OWASP_EQUALS: [(u32, u32); 5] =
    [(47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5)];

impl Policy {
    /// The current minimum of OWASP's Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane.
    pub const OWASP: Self = Self::of(19_456, 2, 1);
    /// The second choice of RFC 9106, section 4: 64 MiB, 3 passes, 4 lanes.
    pub const RFC9106_LOW_MEMORY: Self = Self::of(65_536, 3, 4);
    /// libsodium's `INTERACTIVE`: 64 MiB, 2 passes, 1 lane.
    pub const INTERACTIVE: Self = Self::of(65_536, 2, 1);
    /// libsodium's `MODERATE`: 256 MiB, 3 passes, 1 lane. The dearest within the default limits.
    pub const MODERATE: Self = Self::of(262_144, 3, 1);

    const fn of(memory_kib: u32, passes: u32, lanes: u32) -> Self {
        Self { memory_kib, passes, lanes, keep_strong_scrypt: true, pepper: None }
    }

    /// The profiles by name: `owasp`, `rfc9106-low-memory`, `interactive`, `moderate`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "owasp" => Some(Self::OWASP),
            "rfc9106-low-memory" => Some(Self::RFC9106_LOW_MEMORY),
            "interactive" => Some(Self::INTERACTIVE),
            "moderate" => Some(Self::MODERATE),
            _ => None,
        }
    }

    /// The same policy with other costs: KiB of memory, passes, lanes.
    #[must_use]
    pub fn with_costs(mut self, memory_kib: u32, passes: u32, lanes: u32) -> Self {
        (self.memory_kib, self.passes, self.lanes) = (memory_kib, passes, lanes);
        self
    }

    /// The same policy with a pepper.
    #[must_use]
    pub fn with_pepper(mut self, id: impl Into<String>) -> Self {
        self.pepper = Some(id.into());
        self
    }

    /// A new hash of `password`, under a random salt.
    ///
    /// # Errors
    /// The password is over 4096 bytes, the policy is beyond [`Limits::DEFAULT`] or breaks a rule
    /// of Argon2, its pepper is not in the ring, memory or random bytes could not be had.
    pub fn hash(&self, password: &[u8]) -> Result<PasswordHash, HashError> {
        self.hash_with(password, &Keyring::EMPTY)
    }

    /// As [`hash`](Self::hash), with the ring that holds the policy's pepper.
    ///
    /// # Errors
    /// As [`hash`](Self::hash).
    pub fn hash_with(&self, password: &[u8], keys: &Keyring) -> Result<PasswordHash, HashError> {
        let max = Limits::DEFAULT.password_bytes_max;
        if password.len() > max {
            return Err(HashError::PasswordTooLong { max });
        }
        derive_new(self.setting(random_salt()?)?, password, keys)
    }

    /// The hash that takes the place of `old`, which `password` has matched: a new one of this
    /// policy, with the costs and the pepper of the old one where the policy's are weaker.
    fn renew(
        &self,
        old: &PasswordHash,
        password: &[u8],
        keys: &Keyring,
    ) -> Result<PasswordHash, HashError> {
        let mut setting = self.setting(random_salt()?)?;
        if let Some(old) = old.argon2() {
            let costs = |of: &Argon2| area_time((of.memory_kib, of.passes));
            if costs(old) > costs(&setting) {
                setting.memory_kib = old.memory_kib;
                setting.passes = old.passes;
                setting.lanes = old.lanes;
            }
            setting.key_id = setting.key_id.or_else(|| old.key_id.clone());
        }
        derive_new(setting, password, keys)
    }

    /// Check a password and, where the policy asks for it, bring the hash up to date.
    ///
    /// This is for callers who have the hash at hand. At a door that the internet knocks at, use
    /// [`login`](Self::login): it spends the same work on users who are not there.
    ///
    /// # Errors
    /// The check could not be carried out. That a *new* hash could not be made is no error: the
    /// old one matched, and will be upgraded another time.
    pub fn check(&self, stored: &PasswordHash, password: &[u8]) -> Result<Outcome, VerifyError> {
        self.check_with(stored, password, &Keyring::EMPTY)
    }

    /// As [`check`](Self::check), with keys.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn check_with(
        &self,
        stored: &PasswordHash,
        password: &[u8],
        keys: &Keyring,
    ) -> Result<Outcome, VerifyError> {
        let matched = stored.verify_with(password, keys, &Limits::DEFAULT)?;
        Ok(self.finish(self.after_check(stored, matched), Some(stored), password, keys))
    }

    /// Why `stored` should be replaced, if it should. Decided from the hash alone, so that a whole
    /// table can be asked.
    #[must_use]
    pub fn reason(&self, stored: &PasswordHash) -> Option<Reason> {
        match stored {
            PasswordHash::Argon2(stored) => self.argon2_reason(stored.setting()),
            PasswordHash::Scrypt(stored) => {
                let setting = stored.setting();
                let strong = self.keep_strong_scrypt
                    && self.pepper.is_none()
                    && setting.n_log2() >= 13
                    && setting.block_r() >= 8
                    && setting.cost().rounds >= scrypt_floor(setting.n_log2());
                (!strong).then_some(Reason::Algorithm)
            }
            PasswordHash::Wrapped(_) => Some(Reason::Wrapped),
            PasswordHash::Locked(_) => None,
            _ => Some(Reason::Algorithm),
        }
    }

    fn argon2_reason(&self, setting: &Argon2) -> Option<Reason> {
        if setting.variant() != Argon2Variant::Id {
            return Some(Reason::Algorithm);
        }
        if setting.version() != Argon2Version::V13 {
            return Some(Reason::ObsoleteVersion);
        }
        if !self.costs_suffice(setting.memory_kib(), setting.passes()) {
            return Some(Reason::Cost);
        }
        if setting.salt.as_bytes().len() < SALT_BYTES {
            return Some(Reason::SaltTooShort);
        }
        if setting.digest_len() < 16 {
            return Some(Reason::DigestTooShort);
        }
        match (&self.pepper, setting.key_id()) {
            (Some(_), None) => Some(Reason::PepperMissing),
            (Some(want), Some(have)) if want.as_bytes() != have.as_bytes() => {
                Some(Reason::PepperRetired)
            }
            _ => None,
        }
    }

    /// Whether Argon2 at these costs is at least as strong as asked for: an order without cycles, so
    /// that policies can differ and a hash still comes to rest.
    fn costs_suffice(&self, memory_kib: u32, passes: u32) -> bool {
        let target = (self.memory_kib, self.passes);
        let at_least = |(m, t): (u32, u32)| memory_kib >= m && passes >= t;
        let equal = OWASP_EQUALS.contains(&target) && OWASP_EQUALS.into_iter().any(at_least);
        equal || area_time((memory_kib, passes)) >= area_time(target)
    }

    /// Harden a hash without its password: Argon2id over its digest.
    ///
    /// `None` when there is no reason to: the hash is strong enough, or the account is locked.
    ///
    /// # Errors
    /// The hash is wrapped already; or as [`hash`](Self::hash).
    pub fn wrap(&self, stored: &PasswordHash) -> Result<Option<PasswordHash>, HashError> {
        self.wrap_with(stored, &Keyring::EMPTY)
    }

    /// As [`wrap`](Self::wrap), with the ring that holds the policy's pepper.
    ///
    /// # Errors
    /// As [`wrap`](Self::wrap).
    pub fn wrap_with(
        &self,
        stored: &PasswordHash,
        keys: &Keyring,
    ) -> Result<Option<PasswordHash>, HashError> {
        match self.reason(stored) {
            None => Ok(None),
            Some(Reason::Wrapped) => Err(HashError::AlreadyWrapped),
            Some(_) => {
                let wrapped = Wrapped::over(stored, self.setting(random_salt()?)?, keys)?;
                Ok(Some(PasswordHash::Wrapped(wrapped)))
            }
        }
    }

    /// Spend what a new hash costs, on a user who does not exist or cannot log in.
    pub fn decoy(&self, password: &[u8]) {
        self.decoy_with(password, &Keyring::EMPTY);
    }

    /// As [`decoy`](Self::decoy), with keys.
    pub fn decoy_with(&self, password: &[u8], keys: &Keyring) {
        // A password that is too long is cut: the work must be done, its length must not show.
        let max = Limits::DEFAULT.password_bytes_max;
        let password = password.get(..max).unwrap_or(password);
        let Ok(mut setting) = self.setting([0; SALT_BYTES]) else { return };
        // A pepper that is not in the ring would end the derivation before it begins.
        setting.key_id = setting.key_id.filter(|id| keys.find(id).is_some());
        let hash = derive_new(setting, password, keys);
        std::hint::black_box(&hash);
    }

    /// The setting of a new hash: what the policy's own hashes cost is within the default limits,
    /// so that they can be verified wherever they are read.
    fn setting(&self, salt: [u8; SALT_BYTES]) -> Result<Argon2, HashError> {
        let costs = (self.memory_kib, self.passes, self.lanes);
        let setting = Argon2::new(Argon2Variant::Id, costs, salt.to_vec(), DIGEST_BYTES)
            .map_err(HashError::Setting)?;
        setting.within(&Limits::DEFAULT)?;
        match &self.pepper {
            None => Ok(setting),
            Some(id) => {
                let rule = "a pepper's id has 1 to 8 bytes";
                let id = KeyId::new(id.as_bytes()).ok_or(HashError::Setting(rule))?;
                Ok(setting.with_key(id))
            }
        }
    }
}

/// What a guess at Argon2 costs hardware: memory, for as long as the memory is filled.
fn area_time((memory_kib, passes): (u32, u32)) -> u128 {
    let memory = u64::from(memory_kib);
    crate::limits::product(&[memory, memory, u64::from(passes)])
}

/// OWASP's table for scrypt with r = 8: N times p for each N.
fn scrypt_floor(n_log2: u8) -> u64 {
    let parallel_p = match n_log2 {
        17.. => 1,
        16 => 2,
        15 => 3,
        14 => 5,
        _ => 10,
    };
    (8_u64 << n_log2.min(40)).saturating_mul(parallel_p)
}

fn derive_new(setting: Argon2, password: &[u8], keys: &Keyring) -> Result<PasswordHash, HashError> {
    #[cfg(test)]
    let cost = setting.cost();
    let stored = Stored::derive(setting, password, keys)?;
    #[cfg(test)]
    crate::hash::count::one_more(cost);
    zeroize::zeroize_stack::<65_536>();
    Ok(PasswordHash::Argon2(stored))
}

fn random_salt() -> Result<[u8; SALT_BYTES], HashError> {
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|_| HashError::Random)?;
    Ok(salt)
}
