//! Lift password hashes out of legacy systems.
//!
//! One crate reads any stored password hash, verifies a password against it in constant time, says
//! why it should be replaced, and replaces it, at login or in bulk without the password.
//!
//! - [`PasswordHash`] is a hash, understood: [`parse`](PasswordHash::parse) it,
//!   [`verify`](PasswordHash::verify) it, print it.
//! - [`Format`] is a way of writing hashes down; [`identify`] says which of them a text could be.
//! - [`diagnose`] says why a hash does not verify with a password that it should verify with.
//! - [`Limits`] is what reading and verifying may let through.
//! - [`Policy`] makes new hashes, says why old ones should go, [`wrap`](Policy::wrap)s them without
//!   their passwords, and walks a [`login`](Policy::login).
//! - [`VerifyPool`] does all that for many at a time, on threads and memory that are bounded.
//!
//! # Features
//!
//! - `import`: the exports of other systems, `hashlift::import`. Off by default.
//! - `users`: the in-memory registry of the Users API, `hashlift::registry`. Off by default.
//!
//! Without features the library depends on RustCrypto, serde and Unicode's tables alone.
//!
//! # The front page
#![doc = include_str!("../README.md")]

mod algorithm;
mod ct;
mod diagnose;
mod dialect;
mod error;
mod format;
mod hash;
#[cfg(feature = "import")]
pub mod import;
pub mod job;
mod lanes;
mod limits;
mod policy;
mod pool;
#[cfg(feature = "users")]
pub mod registry;
mod secret;
mod side;
mod text;

pub use crate::algorithm::{
    AixPbkdf2, Algorithm, Argon2, Argon2Variant, Argon2Version, Bcrypt, BcryptIdent, BcryptPrehash,
    CiscoPix, Cost, CramMd5, DesCrypt, DesCryptVariant, Digest, FastHash, Feed, Fshp, HmacKey,
    HmacLayout, InnerHash, KeyedPbkdf2, Letters, Lm, Locked, Md5, Md5Crypt, Md5CryptMagic,
    Md5Layout, Mssql, MssqlVersion, Mysql323, Nt, NtVariant, Oracle10, Pbkdf2, PhPass, PhPassHash,
    PhPassPrehash, Prf, Salt, SaltHmac, Scram, ScramKeep, ScramPrep, Scrypt, ScryptFile,
    ScryptModified, Sha, Sha1Crypt, Sha2Crypt, Sha2CryptVariant, ShaLayout, ShaVersion, SignerKey,
    Stored, Stretched, SunMd5, SymfonyDigest, Templated, Yescrypt, YescryptFlavour,
};
pub use crate::diagnose::{
    Deviation, Diagnosis, Effort, PasswordSlip, Reading, SettingSlip, SideSlip, TextSlip, Verdict,
    diagnose, diagnose_as,
};
pub use crate::dialect::{
    Candidate, Evidence, Neighbours, identify, identify_among, identify_beside, tidied,
};
pub use crate::error::{
    DeriveError, HashError, OverLimit, ParseError, ParseErrorKind, VerifyError,
};
pub use crate::format::{Claim, Format, Sample, Strength};
pub use crate::hash::{Layer, Layered, PasswordHash, Wrapped};
pub use crate::lanes::memory::KeptMemory;
pub use crate::limits::Limits;
pub use crate::policy::{Account, Login, Outcome, Policy, Reason};
pub use crate::pool::{PoolError, PoolOptions, PoolStats, Ticket, VerifyPool};
pub use crate::secret::{KeyId, Keyring, SecretBytes};
pub use crate::side::{Side, SideError};
