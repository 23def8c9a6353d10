//! The login walk: every way of failing costs one derivation at the policy's price.
use super::{Outcome, Policy};
use crate::algorithm::Algorithm;
use crate::error::{ParseError, VerifyError};
use crate::hash::PasswordHash;
use crate::limits::Limits;
use crate::secret::Keyring;

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
        let (mut unreadable, mut failed, mut read) = (None, None, None);
        let hash = match account {
            Account::Unknown => None,
            Account::Hash(hash) => Some(hash),
            Account::Text(text) => match PasswordHash::parse(text) {
                Ok(hash) => Some(&*read.insert(hash)),
                Err(error) => {
                    unreadable = Some(error);
                    None
                }
            },
        };
        let verdict = hash.map(|hash| hash.verify_with(password, keys, &Limits::DEFAULT));
        let (matched, derived) = match verdict {
            None => (false, false),
            Some(Ok(matched)) => (matched, true),
            Some(Err(error)) => {
                failed = Some(error);
                (false, false)
            }
        };
        let paid = derived && hash.is_some_and(|hash| self.has_paid(hash));
        let reason = hash.and_then(|hash| self.reason(hash));
        let outcome = match (matched, reason, paid) {
            (true, None, true) => Outcome::Match,
            (true, None, false) => {
                self.decoy_with(password, keys);
                Outcome::Match
            }
            // The upgrade is the derivation at the policy's price. If it fails, the login does not.
            (true, Some(_), _) => match hash.map(|hash| self.renew(hash, password, keys)) {
                Some(Ok(new)) => Outcome::Upgrade(new),
                _ => Outcome::Match,
            },
            (false, _, true) => Outcome::Mismatch,
            (false, _, false) => {
                self.decoy_with(password, keys);
                Outcome::Mismatch
            }
        };
        Login { outcome, unreadable, failed }
    }

    /// Whether verifying this hash costs a derivation at the price of a new hash already, whatever
    /// other reason there is to replace it: during the rotation of a pepper, say, a known user must
    /// not cost two where an unknown one costs one.
    fn has_paid(&self, hash: &PasswordHash) -> bool {
        let price = u64::from(self.memory_kib).saturating_mul(u64::from(self.passes));
        hash.argon2().is_some_and(|setting| setting.cost().rounds >= price)
    }
}
