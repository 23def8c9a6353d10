//! Lift password hashes out of legacy systems: read any stored password hash, verify a password
//! against it in constant time, say why it should be replaced, and replace it, at login or in bulk
//! without the password.
mod algorithm;
mod ct;
mod dialect;
mod error;
mod format;
mod hash;
mod limits;
mod policy;
mod secret;
mod text;

pub use crate::algorithm::{
    Algorithm, Argon2, Argon2Variant, Argon2Version, Bcrypt, BcryptIdent, BcryptPrehash, Cost,
    Digest, Locked, Md5, Md5Crypt, Md5CryptMagic, Md5Layout, Pbkdf2, PhPass, PhPassHash,
    PhPassPrehash, Prf, Salt, Scrypt, ScryptModified, Sha, Sha2Crypt, Sha2CryptVariant, ShaLayout,
    ShaVersion, Stored,
};
pub use crate::dialect::{Candidate, Evidence, identify, identify_beside};
pub use crate::error::{
    DeriveError, HashError, OverLimit, ParseError, ParseErrorKind, VerifyError,
};
pub use crate::format::{Claim, Format, Sample, Side, SideError, Strength};
pub use crate::hash::{PasswordHash, Wrapped};
pub use crate::limits::Limits;
pub use crate::policy::{Account, Login, Outcome, Policy, Reason};
pub use crate::secret::{KeyId, Keyring, SecretBytes};
