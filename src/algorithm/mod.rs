//! The mathematics: password and setting in, digest out. No text is read or written here.
//!
//! Every algorithm implements [`Algorithm`], whose only verb is `derive`. Nothing here compares:
//! comparison takes place in one function of the crate, on bytes that [`Stored`] has checked for
//! length.
use crate::error::{DeriveError, OverLimit, VerifyError};
use crate::limits::{self, Limits};
use crate::secret::{KeyId, Keyring, SecretBytes};
use core::fmt;

mod aix;
mod argon2;
mod bcrypt;
mod cisco_pix;
mod cram_md5;
mod crypt;
mod des;
mod descrypt;
mod fast;
mod fshp;
mod grouped;
mod hasher;
mod hmac_key;
mod inner;
mod keyed;
mod letters;
mod lm;
mod locked;
mod md5;
mod md5crypt;
mod mssql;
mod mysql323;
mod nt;
mod oracle10;
mod pbkdf2;
mod pbkdf2_keyed;
mod phpass;
mod salt_hmac;
mod scram;
mod scrypt;
mod scrypt_file;
mod scrypt_modified;
mod sha;
mod sha1crypt;
mod sha2crypt;
mod stretched;
mod sunmd5;
mod symfony;
mod templated;
mod yescrypt;

pub use self::aix::AixPbkdf2;
pub use self::argon2::{Argon2, Argon2Variant, Argon2Version};
pub use self::bcrypt::{Bcrypt, BcryptIdent, BcryptPrehash};
pub use self::cisco_pix::CiscoPix;
pub use self::cram_md5::CramMd5;
pub use self::descrypt::{DesCrypt, DesCryptVariant};
pub use self::fast::FastHash;
pub use self::fshp::Fshp;
pub(crate) use self::hasher::hex;
pub use self::hmac_key::HmacKey;
pub use self::inner::InnerHash;
pub(crate) use self::keyed::Keyed;
pub use self::letters::Letters;
pub use self::lm::Lm;
pub use self::locked::Locked;
pub use self::md5::{Md5, Md5Layout};
pub use self::md5crypt::{Md5Crypt, Md5CryptMagic};
pub use self::mssql::{Mssql, MssqlVersion};
pub use self::mysql323::Mysql323;
pub use self::nt::{Nt, NtVariant};
pub use self::oracle10::Oracle10;
pub use self::pbkdf2::{Pbkdf2, Prf};
pub use self::pbkdf2_keyed::KeyedPbkdf2;
pub use self::phpass::{PhPass, PhPassHash, PhPassPrehash};
pub use self::salt_hmac::{HmacLayout, SaltHmac};
pub use self::scram::{Scram, ScramKeep, ScramPrep};
pub use self::scrypt::Scrypt;
pub use self::scrypt_file::ScryptFile;
pub use self::scrypt_modified::{ScryptModified, SignerKey};
pub use self::sha::{Sha, ShaLayout, ShaVersion};
pub use self::sha1crypt::Sha1Crypt;
pub use self::sha2crypt::{Sha2Crypt, Sha2CryptVariant};
pub use self::stretched::{Feed, Stretched};
pub use self::sunmd5::SunMd5;
pub use self::symfony::SymfonyDigest;
pub use self::templated::Templated;
pub(crate) use self::yescrypt::{STEPS, numbers_of_step};
pub use self::yescrypt::{Yescrypt, YescryptFlavour};

/// A setting (algorithm, cost and salt): everything but the password and the digest.
///
/// Sealed: only this crate adds algorithms. Applications extend it by formats.
pub trait Algorithm: fmt::Debug + Send + Sync + sealed::Sealed {
    /// Compute the digest of `password` under this setting.
    ///
    /// The result is secret until it has been compared.
    ///
    /// # Errors
    /// The memory could not be had, or `keys` lacks the key that the setting names.
    fn derive(&self, password: &[u8], keys: &Keyring) -> Result<Digest, DeriveError>;

    /// The exact number of bytes that `derive` yields.
    fn digest_len(&self) -> usize;

    /// What one `derive` costs, known before it runs.
    fn cost(&self) -> Cost;

    /// Whether the setting is affordable.
    ///
    /// # Errors
    /// The first quantity that is over its limit.
    fn within(&self, limits: &Limits) -> Result<(), OverLimit>;

    /// Whether `password` can be given to this algorithm at all.
    ///
    /// # Errors
    /// The password is too long, or holds a NUL byte where the algorithm cannot take one.
    fn admits(&self, password: &[u8], limits: &Limits) -> Result<(), VerifyError> {
        password_fits(password, limits.password_bytes_max)
    }

    /// The ids of the keys (peppers, secrets of a site) that `derive` will look for.
    fn key_ids(&self) -> Vec<&KeyId> {
        Vec::new()
    }
}

/// A setting whose derivations run side by side with those of other users.
pub(crate) trait Lanes: Algorithm + Sized {
    /// What settings have in common that share lanes: the flavour of the algorithm and its cost.
    type Shape: Clone + Eq + core::hash::Hash;

    /// `None`: this setting runs by itself.
    fn shape(&self) -> Option<Self::Shape>;

    /// The most derivations that gain by being given to one
    /// [`derive_group`](Self::derive_group).
    fn width(shape: &Self::Shape) -> usize;

    /// The fewest that gain: below it, one after another is faster.
    fn least(_shape: &Self::Shape) -> usize {
        2
    }

    /// The digests of a group of that shape, each exactly as `derive` has it, in the group's order.
    /// What goes wrong with one, goes wrong with it alone.
    fn derive_group(
        shape: &Self::Shape,
        group: &[(&Self, &[u8])],
        keys: &Keyring,
    ) -> Vec<Result<Digest, DeriveError>>;
}

/// The digests of those jobs that could be prepared, and the errors of the others in their places.
pub(crate) fn in_lanes<J>(
    jobs: impl Iterator<Item = Result<J, DeriveError>>,
    kernel: impl FnOnce(&[J]) -> Vec<Result<Digest, DeriveError>>,
) -> Vec<Result<Digest, DeriveError>> {
    let mut ready = Vec::with_capacity(jobs.size_hint().0);
    let places: Vec<Result<(), DeriveError>> =
        jobs.map(|job| job.map(|job| ready.push(job))).collect();
    let mut digests = kernel(&ready).into_iter();
    // A kernel gives a digest for each job; an empty one never matches.
    let mut next = || digests.next().unwrap_or_else(|| Ok(Digest::zeros(0)));
    places.into_iter().map(|place| place.and_then(|()| next())).collect()
}

pub(crate) mod sealed {
    /// Only this crate adds algorithms.
    #[expect(unnameable_types, reason = "that is what seals the trait")]
    pub trait Sealed {}
}

/// Bytes that a derivation yields.
///
/// Zeroed on drop. No `PartialEq`: digests are compared in one place of the crate, in constant time.
#[derive(Clone)]
pub struct Digest(SecretBytes);

impl Digest {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self(SecretBytes::new(bytes))
    }

    pub(crate) fn zeros(len: usize) -> Self {
        Self::new(vec![0; len])
    }

    /// The bytes. Compare them with [`PasswordHash::verify`](crate::PasswordHash::verify) alone.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [u8] {
        self.0.as_mut_slice()
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({} bytes)", self.0.len())
    }
}

/// What one derivation costs, comparable between settings of one algorithm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Cost {
    /// Calls of the inner primitive: iterations for PBKDF2 and crypt(3), key expansions for bcrypt,
    /// blocks filled for Argon2, block mixes for scrypt.
    pub rounds: u64,
    /// Memory, in KiB; 0 where it does not matter.
    pub memory_kib: u64,
}

impl Cost {
    /// A cost in rounds alone.
    pub(crate) const fn rounds(rounds: u64) -> Self {
        Self { rounds, memory_kib: 0 }
    }

    /// Both, one after the other.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        Self {
            rounds: self.rounds.saturating_add(next.rounds),
            memory_kib: self.memory_kib.max(next.memory_kib),
        }
    }
}

/// A salt. Not a secret, yet absent from `Debug`: it helps nobody but an attacker in a log.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Salt(Vec<u8>);

impl Salt {
    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        limits::at_most("salt_bytes", self.0.len() as u128, limits::length(limits.salt_bytes_max))
    }
}

impl From<Vec<u8>> for Salt {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&str> for Salt {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Salt({} bytes)", self.0.len())
    }
}

/// A setting together with the digest that was stored under it.
#[derive(Clone, Debug)]
pub struct Stored<A> {
    setting: A,
    digest: Digest,
}

impl<A: Algorithm> Stored<A> {
    /// `None` when the digest has not exactly the length that the setting yields: a truncated or
    /// empty digest can therefore never be compared (PROMISE: empty-digest).
    #[must_use]
    pub fn new(setting: A, digest: Vec<u8>) -> Option<Self> {
        let fits = !digest.is_empty() && digest.len() == setting.digest_len();
        fits.then(|| Self { setting, digest: Digest::new(digest) })
    }

    /// The setting.
    pub fn setting(&self) -> &A {
        &self.setting
    }

    pub(crate) fn digest(&self) -> &Digest {
        &self.digest
    }

    pub(crate) fn digest_mut(&mut self) -> &mut Digest {
        &mut self.digest
    }

    /// The setting, with the digest of `password` under it.
    pub(crate) fn derive(setting: A, password: &[u8], keys: &Keyring) -> Result<Self, DeriveError> {
        let digest = setting.derive(password, keys)?;
        Ok(Self { setting, digest })
    }
}

/// The key that a setting names.
pub(crate) fn key<'a>(keys: &'a Keyring, id: &KeyId) -> Result<&'a [u8], DeriveError> {
    let key = keys.find(id).map(SecretBytes::expose);
    key.ok_or_else(|| DeriveError::MissingKey { id: id.clone() })
}

pub(crate) fn password_fits(password: &[u8], max: usize) -> Result<(), VerifyError> {
    if password.len() > max {
        return Err(VerifyError::PasswordTooLong { max });
    }
    Ok(())
}

/// What crypt(3)'s functions can take: the work grows with the length, and C code stops at a NUL.
pub(crate) fn crypt_admits(password: &[u8], limits: &Limits) -> Result<(), VerifyError> {
    password_fits(password, limits.crypt_password_bytes_max.min(limits.password_bytes_max))?;
    no_nul(password)
}

pub(crate) fn no_nul(password: &[u8]) -> Result<(), VerifyError> {
    // All bytes are looked at, so that the time does not tell where the NUL stands.
    let nuls = password.iter().fold(0_usize, |nuls, byte| nuls | usize::from(*byte == 0));
    if nuls == 0 { Ok(()) } else { Err(VerifyError::PasswordHasNul) }
}
