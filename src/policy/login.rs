//! The login walk: every way of failing costs one derivation at the policy's price.
use super::{Outcome, Policy};
use crate::algorithm::{Algorithm, Argon2};
use crate::error::{ParseError, VerifyError};
use crate::hash::PasswordHash;
use crate::limits::Limits;
use crate::secret::Keyring;
use std::borrow::Cow;

/// What the user table says about whoever knocks.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Account<'a> {
    /// There is no such user, or the user has no password.
    Unknown,
    /// The text in the password column.
    Text(&'a str),
    /// A hash that was read before.
    Hash(&'a PasswordHash),
}

impl<'a> Account<'a> {
    /// The hash, if there is one, or why its text could not be read.
    pub(crate) fn read(
        self,
        limits: &Limits,
    ) -> (Option<Cow<'a, PasswordHash>>, Option<ParseError>) {
        match self {
            Self::Unknown => (None, None),
            Self::Hash(hash) => (Some(Cow::Borrowed(hash)), None),
            Self::Text(text) => match PasswordHash::parse_within(text, limits) {
                Ok(hash) => (Some(Cow::Owned(hash)), None),
                Err(error) => (None, Some(error)),
            },
        }
    }
}

/// What is left to do, once a password has been verified or could not be.
#[derive(Debug)]
pub(crate) enum Next {
    /// To answer.
    Answer(Outcome),
    /// To spend what a new hash costs, and to answer.
    Decoy(Outcome),
    /// To make the hash that replaces the old one.
    Renew,
}

/// What came of a login, and what to log about it.
#[derive(Debug)]
#[must_use = "a mismatch is a value, not an error"]
#[non_exhaustive]
pub struct Login {
    /// What to answer. Answer all mismatches alike.
    pub outcome: Outcome,
    /// Why the stored text could not be read, if it could not: for the log, not for the user.
    pub unreadable: Option<ParseError>,
    /// Why the check could not be carried out, if it could not: for the log, not for the user.
    pub failed: Option<VerifyError>,
}

impl Policy {
    /// Walk a login so that an onlooker with a clock learns nothing from how it fails.
    ///
    /// An unknown user, a locked account, a text that cannot be read, a password that is too long
    /// or holds a NUL, a wrong password on a fast legacy hash, on a wrapped one and on a new one:
    /// each costs exactly one derivation at the price of a new hash. What can still show is the
    /// cost of the legacy hash itself, on top, until the table is wrapped.
    ///
    /// # Security
    /// This is why nothing in here returns early: the same mistake was made in three places of one
    /// framework (CVE-2024-39329, CVE-2025-13473), and by the fix of another (CVE-2025-22234).
    pub fn login(&self, account: Account<'_>, password: &[u8], keys: &Keyring) -> Login {
        let (hash, unreadable) = account.read(&Limits::DEFAULT);
        let hash = hash.as_deref();
        let verdict = hash.map(|hash| hash.verify_with(password, keys, &Limits::DEFAULT));
        let next = self.after_login(hash, verdict.as_ref());
        let outcome = self.finish(next, hash, password, keys);
        Login { outcome, unreadable, failed: verdict.and_then(Result::err) }
    }

    /// What is left of a login once its hash, if there is one, has been verified.
    pub(crate) fn after_login(
        &self,
        hash: Option<&PasswordHash>,
        verdict: Option<&Result<bool, VerifyError>>,
    ) -> Next {
        let (matched, derived) = match verdict {
            Some(Ok(matched)) => (*matched, true),
            Some(Err(_)) | None => (false, false),
        };
        let paid = derived && hash.is_some_and(|hash| self.has_paid(hash));
        let reason = hash.and_then(|hash| self.reason(hash));
        match (matched, reason, paid) {
            (true, None, true) => Next::Answer(Outcome::Match),
            (true, None, false) => Next::Decoy(Outcome::Match),
            // The upgrade is the derivation at the policy's price.
            (true, Some(_), _) => Next::Renew,
            (false, _, true) => Next::Answer(Outcome::Mismatch),
            (false, _, false) => Next::Decoy(Outcome::Mismatch),
        }
    }

    /// What is left of a check once the hash has been verified.
    pub(crate) fn after_check(&self, hash: &PasswordHash, matched: bool) -> Next {
        match matched.then(|| self.reason(hash)) {
            None => Next::Answer(Outcome::Mismatch),
            Some(None) => Next::Answer(Outcome::Match),
            Some(Some(_)) => Next::Renew,
        }
    }

    /// Do what is left. If a new hash cannot be made, the login does not fail: the old one has
    /// matched, and will be replaced another time.
    pub(crate) fn finish(
        &self,
        next: Next,
        hash: Option<&PasswordHash>,
        password: &[u8],
        keys: &Keyring,
    ) -> Outcome {
        match next {
            Next::Answer(outcome) => outcome,
            Next::Decoy(outcome) => {
                self.decoy_with(password, keys);
                outcome
            }
            Next::Renew => match hash.map(|hash| self.renew(hash, password, keys)) {
                Some(Ok(new)) => Outcome::Upgrade(new),
                _ => Outcome::Match,
            },
        }
    }

    /// Memory that the rest of a login or a check can take, in KiB: that of a new hash, which has
    /// the costs of the old one if they are greater.
    pub(crate) fn rest_kib(&self, hash: &PasswordHash) -> u64 {
        let old_kib = hash.argon2().map_or(0, Argon2::memory_kib);
        u64::from(self.memory_kib.max(old_kib))
    }

    /// Whether verifying this hash costs a derivation at the price of a new hash already, whatever
    /// other reason there is to replace it: during the rotation of a pepper, say, a known user must
    /// not cost two where an unknown one costs one.
    fn has_paid(&self, hash: &PasswordHash) -> bool {
        let price = u64::from(self.memory_kib).saturating_mul(u64::from(self.passes));
        hash.argon2().is_some_and(|setting| setting.cost().rounds >= price)
    }
}
