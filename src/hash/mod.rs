//! The value at the centre: a password hash, understood.
use crate::algorithm::{
    AixPbkdf2, Algorithm, Argon2, Bcrypt, CiscoPix, Cost, CramMd5, DesCrypt, Digest, Fshp, HmacKey,
    KeyedPbkdf2, Lm, Locked, Md5, Md5Crypt, Mssql, Mysql323, Nt, Oracle10, Pbkdf2, PhPass,
    SaltHmac, Scram, Scrypt, ScryptFile, ScryptModified, Sha, Sha1Crypt, Sha2Crypt, Stored,
    Stretched, SunMd5, SymfonyDigest, Templated, Yescrypt,
};
use crate::ct;
use crate::error::{DeriveError, OverLimit, VerifyError};
use crate::limits::Limits;
use crate::secret::{KeyId, Keyring};

mod layered;
mod many;
mod probe;
mod wrapped;
pub use layered::{Layer, Layered};
pub(crate) use many::Group;
pub(crate) use probe::{KNOWN_BYTES_MIN, leads_to};
pub use wrapped::Wrapped;

/// A stored password hash, by algorithm. How it was written down is the business of
/// [`Format`](crate::Format), not of this type.
///
/// A value in hand is well-formed, affordable under the limits it was read with, and labelled. It
/// has no `PartialEq`: hashes are verified, not compared.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum PasswordHash {
    /// AIX' PBKDF2.
    Aix(Stored<AixPbkdf2>),
    /// Argon2d, Argon2i, Argon2id.
    Argon2(Stored<Argon2>),
    /// bcrypt and what has been put in front of it.
    Bcrypt(Stored<Bcrypt>),
    /// crypt(3) on DES: traditional, bigcrypt, crypt16, BSDi.
    DesCrypt(Stored<DesCrypt>),
    /// The LAN Manager hash.
    Lm(Stored<Lm>),
    /// A hash over what another made of the password.
    Layered(Stored<Layered>),
    /// FSHP.
    Fshp(Stored<Fshp>),
    /// PBKDF2 with a key behind its salt.
    KeyedPbkdf2(Stored<KeyedPbkdf2>),
    /// HMAC with its key in the text.
    HmacKey(Stored<HmacKey>),
    /// No hash: an account that no password opens.
    Locked(Locked),
    /// Cisco PIX.
    CiscoPix(Stored<CiscoPix>),
    /// CRAM-MD5's context.
    CramMd5(Stored<CramMd5>),
    /// One pass or two of MD5.
    Md5(Stored<Md5>),
    /// md5crypt and apr1.
    Md5Crypt(Stored<Md5Crypt>),
    /// MySQL before 4.1.
    Mysql323(Stored<Mysql323>),
    /// The NT hash and the cached credentials made of it.
    Nt(Stored<Nt>),
    /// Microsoft SQL Server.
    Mssql(Stored<Mssql>),
    /// Oracle Database up to 10g.
    Oracle10(Stored<Oracle10>),
    /// PBKDF2.
    Pbkdf2(Stored<Pbkdf2>),
    /// PHPass portable and Drupal 7.
    PhPass(Stored<PhPass>),
    /// HMAC with the salt as its key.
    SaltHmac(Stored<SaltHmac>),
    /// What a server of SCRAM keeps.
    Scram(Stored<Scram>),
    /// scrypt.
    Scrypt(Stored<Scrypt>),
    /// Tarsnap's scrypt file header.
    ScryptFile(Stored<ScryptFile>),
    /// Firebase's scrypt.
    ScryptModified(Stored<ScryptModified>),
    /// One pass or two of SHA-1, SHA-2, SHA-3.
    Sha(Stored<Sha>),
    /// NetBSD's sha1crypt.
    Sha1Crypt(Stored<Sha1Crypt>),
    /// sha256crypt and sha512crypt.
    Sha2Crypt(Stored<Sha2Crypt>),
    /// Symfony's iterated digest.
    Symfony(Stored<SymfonyDigest>),
    /// A fast digest fed to itself.
    Stretched(Stored<Stretched>),
    /// SunMD5.
    SunMd5(Stored<SunMd5>),
    /// A digest by Kratos' password format.
    Templated(Stored<Templated>),
    /// A strong hash over the digest of a weak one.
    Wrapped(Stored<Wrapped>),
    /// yescrypt and gost-yescrypt.
    Yescrypt(Stored<Yescrypt>),
}

/// The only list of the variants besides the enum itself.
macro_rules! each {
    ($hash:expr, $stored:ident => $then:expr, $locked:ident => $else:expr) => {
        match $hash {
            Self::Aix($stored) => $then,
            Self::Argon2($stored) => $then,
            Self::Bcrypt($stored) => $then,
            Self::DesCrypt($stored) => $then,
            Self::Lm($stored) => $then,
            Self::Layered($stored) => $then,
            Self::Md5($stored) => $then,
            Self::Md5Crypt($stored) => $then,
            Self::Mysql323($stored) => $then,
            Self::Nt($stored) => $then,
            Self::CiscoPix($stored) => $then,
            Self::CramMd5($stored) => $then,
            Self::Fshp($stored) => $then,
            Self::HmacKey($stored) => $then,
            Self::KeyedPbkdf2($stored) => $then,
            Self::Mssql($stored) => $then,
            Self::Oracle10($stored) => $then,
            Self::Pbkdf2($stored) => $then,
            Self::PhPass($stored) => $then,
            Self::SaltHmac($stored) => $then,
            Self::Scram($stored) => $then,
            Self::Scrypt($stored) => $then,
            Self::ScryptFile($stored) => $then,
            Self::ScryptModified($stored) => $then,
            Self::Sha($stored) => $then,
            Self::Sha1Crypt($stored) => $then,
            Self::Sha2Crypt($stored) => $then,
            Self::Symfony($stored) => $then,
            Self::Stretched($stored) => $then,
            Self::SunMd5($stored) => $then,
            Self::Templated($stored) => $then,
            Self::Wrapped($stored) => $then,
            Self::Yescrypt($stored) => $then,
            Self::Locked($locked) => $else,
        }
    };
}

impl PasswordHash {
    /// Does `password` belong to this hash?
    ///
    /// Limits are [`Limits::DEFAULT`], and there are no keys.
    ///
    /// # Errors
    /// The check could not be carried out. A mismatch is `Ok(false)`.
    ///
    /// # Security
    /// The comparison takes the same time whatever the digests hold. Which algorithm a hash has,
    /// and its cost, shows in time: see [`Policy::login`](crate::Policy::login).
    pub fn verify(&self, password: impl AsRef<[u8]>) -> Result<bool, VerifyError> {
        self.verify_with(password.as_ref(), &Keyring::EMPTY, &Limits::DEFAULT)
    }

    /// As [`verify`](Self::verify), with keys and limits of your own.
    ///
    /// # Errors
    /// As [`verify`](Self::verify); and a key that the hash names is not in the ring.
    pub fn verify_with(
        &self,
        password: &[u8],
        keys: &Keyring,
        limits: &Limits,
    ) -> Result<bool, VerifyError> {
        let Some((setting, stored)) = self.parts() else { return Ok(false) };
        setting.within(limits)?;
        setting.admits(password, limits)?;
        let verdict = derive_and_compare(setting, stored, password, keys);
        // What the primitives spilled on the stack below us: registers, moved hasher states.
        zeroize::zeroize_stack::<65_536>();
        Ok(verdict?)
    }

    /// The setting, without its type; `None` for a locked account.
    #[must_use]
    pub fn setting(&self) -> Option<&dyn Algorithm> {
        self.parts().map(|(setting, _)| setting)
    }

    /// What one verification costs, known before it runs. Zero for a locked account.
    #[must_use]
    pub fn cost(&self) -> Cost {
        self.setting().map(Algorithm::cost).unwrap_or_default()
    }

    /// Whether a verification is affordable.
    ///
    /// # Errors
    /// The first quantity that is over its limit.
    pub fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.setting().map_or(Ok(()), |setting| setting.within(limits))
    }

    /// Whether no password can ever match.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        matches!(self, Self::Locked(_))
    }

    /// The hash that a marker disables, for the day when the account is opened again: what stands
    /// behind the `!` or `*LK*` of shadow's `!$6$…`. `None` where the marker holds none that its tag
    /// tells, and for a hash that is not locked.
    #[must_use]
    pub fn disabled(&self) -> Option<Self> {
        let Self::Locked(locked) = self else { return None };
        let (crypt, rest) = match locked.marker().strip_prefix("{CRYPT}") {
            Some(rest) => ("{CRYPT}", rest),
            None => ("", locked.marker()),
        };
        let rest = rest.strip_prefix("*LK*").unwrap_or(rest).trim_start_matches(['!', '*']);
        let hash = Self::parse_within(&format!("{crypt}{rest}"), &Limits::DEFAULT);
        hash.ok().filter(|hash| rest.starts_with('$') && !hash.is_locked())
    }

    /// The ids of all keys that a verification needs: peppers, secrets of a site.
    #[must_use]
    pub fn key_ids(&self) -> Vec<&KeyId> {
        self.setting().map(Algorithm::key_ids).unwrap_or_default()
    }

    /// The id of the Argon2 secret (the pepper of a policy) that a verification needs, if any.
    #[must_use]
    pub fn key_id(&self) -> Option<&KeyId> {
        self.argon2().and_then(Argon2::key_id)
    }

    /// The Argon2 setting that a verification ends in: the hash's own, or that around a weak one.
    pub(crate) fn argon2(&self) -> Option<&Argon2> {
        match self {
            Self::Argon2(stored) => Some(stored.setting()),
            Self::Wrapped(stored) => Some(stored.setting().outer()),
            _ => None,
        }
    }

    pub(crate) fn parts(&self) -> Option<(&dyn Algorithm, &Digest)> {
        each!(self, stored => Some((stored.setting(), stored.digest())), _locked => None)
    }

    /// The same setting with that answer, which has its length.
    pub(crate) fn with_digest(mut self, digest: &Digest) -> Self {
        let from = digest.expose().iter();
        each!(&mut self, stored => {
            let to = stored.digest_mut().as_mut_slice();
            to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
        }, _locked => ());
        self
    }

    /// The same setting with an answer of zeros, which nothing is known to give.
    pub(crate) fn blanked(mut self) -> Self {
        each!(&mut self, stored => stored.digest_mut().as_mut_slice().fill(0), _locked => ());
        self
    }
}

/// A frame of its own, so that what it leaves on the stack lies below the caller and can be wiped.
#[inline(never)]
fn derive_and_compare(
    setting: &dyn Algorithm,
    stored: &Digest,
    password: &[u8],
    keys: &Keyring,
) -> Result<bool, DeriveError> {
    let computed = setting.derive(password, keys)?;
    #[cfg(test)]
    count::one_more(setting.cost());
    Ok(ct::equal(computed.expose(), stored.expose()))
}

/// Derivations by this thread, so that tests can count the work of a login.
#[cfg(test)]
pub(crate) mod count {
    use crate::algorithm::Cost;
    use std::cell::RefCell;

    thread_local!(static DONE: RefCell<Vec<Cost>> = const { RefCell::new(Vec::new()) });

    pub(crate) fn one_more(cost: Cost) {
        DONE.with_borrow_mut(|done| done.push(cost));
    }

    /// The costs of the derivations since the last call.
    pub(crate) fn take() -> Vec<Cost> {
        DONE.take()
    }
}
