//! bcrypt (Provos and Mazières, USENIX 1999) with the ways its password has been prepared.
//!
//! The key schedule is ours, in [lanes](crate::lanes::blowfish). The crate `bcrypt` is not used: it
//! reads untrusted text leniently (`$2b$+4$`), computes `$2x$` as `$2y$`, and cycles over NUL bytes.
use super::{
    Algorithm, Cost, Digest, Lanes, PhPass, hasher, no_nul, password_fits, sealed::Sealed,
};
use crate::error::{DeriveError, OverLimit, VerifyError};
use crate::lanes::{Cpu, blowfish};
use crate::limits::{Limits, at_most};
use crate::secret::{KeyId, Keyring};
use zeroize::Zeroize;

/// The letter in `$2…$`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BcryptIdent {
    /// `$2a$`, computed as `$2b$`: the quirks of single implementations under this name
    /// (lengths kept in 8 bits, the counter-measure of `crypt_blowfish` 1.1) are not emulated.
    A,
    /// `$2b$`.
    B,
    /// `$2x$`: the sign-extension bug of `crypt_blowfish` before 1.1 (CVE-2011-2483), emulated.
    X,
    /// `$2y$`, the same function as `$2b$`.
    Y,
    /// `$2$`, OpenBSD's first: no NUL ends the password, so that `abc` and `abcabc` are one.
    Original,
}

impl BcryptIdent {
    /// Whether it is one of the letters that mean the same function.
    pub(crate) fn is_usual(self) -> bool {
        matches!(self, Self::A | Self::B | Self::Y)
    }

    /// As it stands between the first two `$`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::A => "2a",
            Self::B => "2b",
            Self::X => "2x",
            Self::Y => "2y",
            Self::Original => "2",
        }
    }
}

/// What is done to the password before bcrypt sees it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum BcryptPrehash {
    /// Nothing: the first 72 bytes count.
    None,
    /// Lower-case hex of SHA-256 (Django's `bcrypt_sha256`).
    Sha256Hex,
    /// Base64 of SHA-256 (passlib's `bcrypt_sha256` version 1).
    Sha256Base64,
    /// Base64 of HMAC-SHA-256 keyed with the 22 characters of the salt (passlib's version 2).
    HmacSha256Base64,
    /// Base64 of HMAC-SHA-384 keyed with `wp-sha384`, over the trimmed password (WordPress 6.8).
    WordPress,
    /// The 22 crypt(3) characters of a PHPass digest (phpBB 3 tables converted to bcrypt).
    PhPass(PhPass),
    /// The password and a pepper behind it (Devise): the first 72 bytes of both count.
    Pepper(KeyId),
    /// Base64 of SHA-512, if the password is over 72 bytes long or holds a NUL (Symfony).
    LongSha512Base64,
    /// Base64 of HMAC-SHA-512 under a key of the site (Flask-Security).
    HmacSha512Base64(KeyId),
}

/// The setting of a bcrypt hash.
#[derive(Clone, Debug)]
pub struct Bcrypt {
    pub(crate) ident: BcryptIdent,
    pub(crate) prehash: BcryptPrehash,
    pub(crate) cost: u8,
    pub(crate) salt: BcryptSalt,
}

/// 16 bytes.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct BcryptSalt(pub(crate) [u8; 16]);

impl core::fmt::Debug for BcryptSalt {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Salt(16 bytes)")
    }
}

/// How much of its key bcrypt takes.
const KEY_BYTES: usize = 72;

impl Bcrypt {
    /// Bytes of the digest: 23 of the 24 that the cipher yields.
    pub const DIGEST_BYTES: usize = 23;

    /// A setting of plain bcrypt; `None` when `cost` is not from 4 to 31.
    #[must_use]
    pub fn new(ident: BcryptIdent, cost: u8, salt: [u8; 16]) -> Option<Self> {
        let prehash = BcryptPrehash::None;
        (4..=31).contains(&cost).then_some(Self { ident, prehash, cost, salt: BcryptSalt(salt) })
    }

    /// The same setting with a prepared password.
    #[must_use]
    pub fn with_prehash(mut self, prehash: BcryptPrehash) -> Self {
        self.prehash = prehash;
        self
    }

    /// The base-2 logarithm of the rounds.
    #[must_use]
    pub fn cost_log2(&self) -> u8 {
        self.cost
    }

    /// What is done to the password first.
    #[must_use]
    pub fn prehash(&self) -> &BcryptPrehash {
        &self.prehash
    }

    /// Whether bytes of `password` beyond the 72nd were ignored.
    #[must_use]
    pub fn truncates(&self, password: &[u8]) -> bool {
        matches!(self.prehash, BcryptPrehash::None | BcryptPrehash::Pepper(_))
            && password.len() > KEY_BYTES
    }

    /// The crypt(3) text of `digest` under this setting, letter by letter without tables.
    pub(crate) fn crypt_text(&self, digest: &Digest) -> Digest {
        let tens = b'0'.saturating_add(self.cost / 10);
        let cost = [b'$', tens, b'0'.saturating_add(self.cost % 10), b'$'];
        let salt = super::crypt::bcrypt_base64(&self.salt.0);
        let digest = super::crypt::bcrypt_base64(digest.expose());
        let head: [&[u8]; 3] = [b"$", self.ident.as_str().as_bytes(), &cost];
        Digest::new([&head.concat(), salt.expose(), digest.expose()].concat())
    }

    /// The password as bcrypt sees it, under the salt.
    fn job(&self, password: &[u8], keys: &Keyring) -> Result<blowfish::Job, DeriveError> {
        let prepared = self.prepared(password, keys)?;
        let password = prepared.as_ref().map_or(password, Digest::expose);
        let mut key = match self.ident {
            BcryptIdent::X => sign_extended_key(password),
            BcryptIdent::A | BcryptIdent::B | BcryptIdent::Y => cyclic_key(password, &[0]),
            BcryptIdent::Original if password.is_empty() => cyclic_key(&[0], &[]),
            BcryptIdent::Original => cyclic_key(password, &[]),
        };
        let job = blowfish::Job::new(&key, &self.salt.0);
        key.zeroize();
        Ok(job)
    }

    /// What stands in for the password; `None` for the password itself.
    fn prepared(&self, password: &[u8], keys: &Keyring) -> Result<Option<Digest>, DeriveError> {
        Ok(Some(match &self.prehash {
            BcryptPrehash::None => return Ok(None),
            BcryptPrehash::Sha256Hex => hasher::hex(&hasher::digest::<sha2::Sha256>(&[password])),
            BcryptPrehash::Sha256Base64 => {
                super::crypt::base64_padded(hasher::digest::<sha2::Sha256>(&[password]).expose())
            }
            BcryptPrehash::LongSha512Base64 if !is_long(password) => return Ok(None),
            BcryptPrehash::LongSha512Base64 => {
                super::crypt::base64_padded(hasher::digest::<sha2::Sha512>(&[password]).expose())
            }
            BcryptPrehash::HmacSha256Base64 => {
                let key = super::crypt::bcrypt_base64(&self.salt.0);
                let mac = hasher::hmac::<sha2::Sha256>(key.expose(), password);
                super::crypt::base64_padded(mac.expose())
            }
            BcryptPrehash::WordPress => {
                let mac = hasher::hmac::<sha2::Sha384>(b"wp-sha384", php_trim(password));
                super::crypt::base64_padded(mac.expose())
            }
            BcryptPrehash::PhPass(inner) => {
                let digest = inner.derive(password, keys)?;
                super::crypt::crypt_base64(digest.expose())
            }
            BcryptPrehash::Pepper(id) => Digest::new([password, super::key(keys, id)?].concat()),
            BcryptPrehash::HmacSha512Base64(id) => {
                let mac = hasher::hmac::<sha2::Sha512>(super::key(keys, id)?, password);
                super::crypt::base64_padded(mac.expose())
            }
        }))
    }

    /// The digests of jobs at one cost.
    fn digests(cost: u8, jobs: &[blowfish::Job]) -> Vec<Digest> {
        let mut found = blowfish::bcrypt(Cpu::here(), cost, jobs);
        let cut = |bytes: &[u8; 24]| bytes.iter().copied().take(Self::DIGEST_BYTES).collect();
        let digests = found.iter().map(cut).map(Digest::new).collect();
        found.zeroize();
        digests
    }
}

/// The password and what ends it, over and over, 72 bytes of it.
fn cyclic_key(password: &[u8], end: &[u8]) -> [u8; KEY_BYTES] {
    let mut key = [0; KEY_BYTES];
    for (to, from) in key.iter_mut().zip(password.iter().chain(end).cycle()) {
        *to = *from;
    }
    key
}

/// The key that `crypt_blowfish` before 1.1 built: each byte is sign-extended to 32 bits before it
/// is joined to the word, so that a byte from 0x80 wipes out up to three before it.
fn sign_extended_key(password: &[u8]) -> [u8; KEY_BYTES] {
    let mut key = [0; KEY_BYTES];
    let mut bytes = password.iter().chain(&[0]).cycle();
    for word in key.chunks_exact_mut(4) {
        let value = bytes
            .by_ref()
            .take(4)
            .fold(0_u32, |word, byte| (word << 8) | i32::from(byte.cast_signed()).cast_unsigned());
        word.copy_from_slice(&value.to_be_bytes());
    }
    key
}

impl Sealed for Bcrypt {}
impl Algorithm for Bcrypt {
    fn derive(&self, password: &[u8], keys: &Keyring) -> Result<Digest, DeriveError> {
        let job = self.job(password, keys)?;
        let digest = Self::digests(self.cost, core::slice::from_ref(&job)).pop();
        Ok(digest.unwrap_or_else(|| Digest::zeros(0))) // one job, one digest
    }

    fn digest_len(&self) -> usize {
        Self::DIGEST_BYTES
    }

    fn cost(&self) -> Cost {
        let own = Cost { rounds: 1_u64 << self.cost.min(63), memory_kib: 4 };
        match &self.prehash {
            BcryptPrehash::PhPass(inner) => inner.cost().then(own),
            _ => own,
        }
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        if let BcryptPrehash::PhPass(inner) = &self.prehash {
            inner.within(limits)?;
        }
        at_most("bcrypt_cost", u64::from(self.cost), limits.bcrypt_cost_max)
    }

    /// A NUL is refused where bcrypt itself would see it: its makers stop at it or cycle over it.
    fn admits(&self, password: &[u8], limits: &Limits) -> Result<(), VerifyError> {
        password_fits(password, limits.password_bytes_max)?;
        match &self.prehash {
            BcryptPrehash::None | BcryptPrehash::Pepper(_) => no_nul(password),
            BcryptPrehash::PhPass(inner) => inner.admits(password, limits),
            _ => Ok(()),
        }
    }

    fn key_ids(&self) -> Vec<&KeyId> {
        match &self.prehash {
            BcryptPrehash::Pepper(id) | BcryptPrehash::HmacSha512Base64(id) => vec![id],
            _ => Vec::new(),
        }
    }
}

/// All that derive at one cost share lanes, whatever is done to their passwords first.
impl Lanes for Bcrypt {
    type Shape = u8;

    fn shape(&self) -> Option<u8> {
        Some(self.cost)
    }

    fn width(_cost: &u8) -> usize {
        blowfish::WIDTH
    }

    fn derive_group(
        cost: &u8,
        group: &[(&Self, &[u8])],
        keys: &Keyring,
    ) -> Vec<Result<Digest, DeriveError>> {
        super::in_lanes(
            group.iter().map(|(setting, password)| setting.job(password, keys)),
            |jobs| Self::digests(*cost, jobs).into_iter().map(Ok).collect(),
        )
    }
}

/// Whether Symfony hashes the password first, since bcrypt would not see all of it.
fn is_long(password: &[u8]) -> bool {
    password.len() > KEY_BYTES || password.contains(&0)
}

/// PHP's `trim()`: ASCII space, tab, newline, carriage return, NUL and vertical tab.
fn php_trim(password: &[u8]) -> &[u8] {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0 | 0x0b);
    let start = password.iter().position(|byte| !blank(byte)).unwrap_or(password.len());
    let end = password.iter().rposition(|byte| !blank(byte)).map_or(start, |last| last + 1);
    password.get(start..end).unwrap_or_default()
}
