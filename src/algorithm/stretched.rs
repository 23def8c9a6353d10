//! A fast digest fed to itself, as web frameworks did before they knew of bcrypt; or once, under the
//! key of a site.
//!
//! *Sources*: authlogic's `crypto_providers`, devise-encryptable's `encryptors`, the
//! restful-authentication plugin, Spring Security's `Digester`, FusionAuth's password encryptors.
//! *Security*: each round is one fast digest; a thousand of them are still fast.
use super::{Algorithm, Cost, Digest, FastHash, Salt, hasher, sealed::Sealed};
use crate::error::{DeriveError, OverLimit, VerifyError};
use crate::limits::{self, Limits, at_most};
use crate::secret::{KeyId, Keyring};
use zeroize::Zeroizing;

/// What a round is fed. Closed: each was seen in the wild and has a known answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Feed {
    /// `d = h(salt ‖ password)`, then `h(d)`: Spring's `StandardPasswordEncoder`.
    SaltPassDigest,
    /// `d = h(password ‖ salt)`, then `h(d)`: authlogic from 6.0, FusionAuth.
    PassSaltDigest,
    /// `d = h(password ‖ salt)`, then `h(hex(d))`: authlogic before 6.0.
    PassSaltHex,
    /// `d = password`, then `h(hex(d) ‖ "--" ‖ salt)`: authlogic's SHA-1.
    HexDashedSalt,
    /// `d = key`, then `h("--" ‖ salt ‖ "--" ‖ hex(d) ‖ "--" ‖ password ‖ "--" ‖ key ‖ "--")`:
    /// devise-encryptable, where the key is the pepper.
    Devise,
    /// `d = key`, then `h(hex(d) ‖ "--" ‖ salt ‖ "--" ‖ password ‖ "--" ‖ key)`:
    /// restful-authentication, where the key is that of the site. One round without a key is
    /// Clearance's `h("--" ‖ salt ‖ "--" ‖ password ‖ "--")`.
    Restful,
    /// `d = hmac(key, salt ‖ password)`, once: Firebase's imports, Magento 2 before it had versions.
    KeySaltPass,
    /// `d = hmac(key, password ‖ salt)`, once: Firebase's imports.
    KeyPassSalt,
}

/// The setting of a stretched digest.
#[derive(Clone, Debug)]
pub struct Stretched {
    pub(crate) function: FastHash,
    pub(crate) feed: Feed,
    pub(crate) rounds: u32,
    pub(crate) salt: Salt,
    pub(crate) key_id: Option<KeyId>,
}

impl Stretched {
    /// A setting; `None` without rounds, with a key that the feed has no place for, or, for HMAC,
    /// without a key or with more rounds than its one.
    #[must_use]
    pub fn new(
        function: FastHash,
        feed: Feed,
        rounds: u32,
        salt: impl Into<Salt>,
        key_id: Option<KeyId>,
    ) -> Option<Self> {
        let fits = match feed {
            Feed::Devise | Feed::Restful => rounds > 0,
            Feed::KeySaltPass | Feed::KeyPassSalt => rounds == 1 && key_id.is_some(),
            _ => rounds > 0 && key_id.is_none(),
        };
        fits.then(|| Self { function, feed, rounds, salt: salt.into(), key_id })
    }

    /// The function inside.
    #[must_use]
    pub fn function(&self) -> FastHash {
        self.function
    }

    /// What a round is fed.
    #[must_use]
    pub fn feed(&self) -> Feed {
        self.feed
    }

    /// How many digests are made.
    #[must_use]
    pub fn rounds(&self) -> u32 {
        self.rounds
    }

    /// `first`, then `round` for each round after it.
    fn run(&self, first: Digest, round: impl Fn(&Digest) -> Digest) -> Digest {
        (1..self.rounds).fold(first, |digest, _| round(&digest))
    }
}

const DASHES: &[u8] = b"--";

impl Sealed for Stretched {}
impl Algorithm for Stretched {
    fn derive(&self, password: &[u8], keys: &Keyring) -> Result<Digest, DeriveError> {
        let (function, salt) = (self.function, self.salt.as_bytes());
        let key = match &self.key_id {
            None => &[][..],
            Some(id) => super::key(keys, id)?,
        };
        let hex = |digest: &Digest| hasher::hex(digest);
        let again = |digest: &Digest| function.digest(&[digest.expose()]);
        let dashed = |before: &[u8]| match self.feed {
            Feed::Restful => {
                function.digest(&[before, DASHES, salt, DASHES, password, DASHES, key])
            }
            Feed::HexDashedSalt => function.digest(&[before, DASHES, salt]),
            _ => function
                .digest(&[DASHES, salt, DASHES, before, DASHES, password, DASHES, key, DASHES]),
        };
        Ok(match self.feed {
            Feed::SaltPassDigest => self.run(function.digest(&[salt, password]), again),
            Feed::PassSaltDigest => self.run(function.digest(&[password, salt]), again),
            Feed::PassSaltHex => self.run(function.digest(&[password, salt]), |digest| {
                function.digest(&[hex(digest).expose()])
            }),
            Feed::HexDashedSalt => {
                self.run(dashed(password), |digest| dashed(hex(digest).expose()))
            }
            Feed::KeySaltPass => function.hmac(key, &Zeroizing::new([salt, password].concat())),
            Feed::KeyPassSalt => function.hmac(key, &Zeroizing::new([password, salt].concat())),
            Feed::Devise | Feed::Restful => {
                self.run(dashed(key), |digest| dashed(hex(digest).expose()))
            }
        })
    }

    fn digest_len(&self) -> usize {
        self.function.digest_len()
    }

    fn cost(&self) -> Cost {
        Cost::rounds(u64::from(self.rounds))
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.salt.within(limits)?;
        at_most("rounds", u64::from(self.rounds), limits.sha2crypt_rounds_max)
    }

    /// Where the password is hashed anew in each round, its length counts towards the work.
    fn admits(&self, password: &[u8], limits: &Limits) -> Result<(), VerifyError> {
        super::password_fits(password, limits.password_bytes_max)?;
        let bytes = match self.feed {
            Feed::Devise | Feed::Restful => limits::length(password.len()),
            _ => 0,
        };
        let work = limits::product(&[u64::from(self.rounds), bytes]);
        Ok(at_most("rounds times password_bytes", work, limits.phpass_bytes_max)?)
    }

    fn key_ids(&self) -> Vec<&KeyId> {
        self.key_id.iter().collect()
    }
}
