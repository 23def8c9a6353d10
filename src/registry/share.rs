//! How the users' hashes are made up, for a page that shows it.
use super::{HashName, Users};
use crate::policy::Reason;
use std::collections::BTreeMap;

/// A number of users whose passwords are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Share {
    /// The algorithm's name in the API; `None` for users without a password.
    pub hash: Option<HashName>,
    /// Why a login would replace the hash; `None` when it would stay, or can never verify.
    pub reason: Option<Reason>,
    /// How many.
    pub users: u64,
}

impl Users {
    /// The shares, in the order of the algorithms' names. Looks at every user.
    #[must_use]
    pub fn shares(&self) -> Vec<Share> {
        let mut shares: BTreeMap<_, Share> = BTreeMap::new();
        for user in self.read().slots.iter().flatten() {
            let password = user.password.as_ref();
            let hash = password.map(|password| password.name());
            let reason = password
                .and_then(|password| password.hash())
                .and_then(|hash| self.options.policy.reason(hash));
            let key = (hash, reason.map(Reason::as_str));
            let share = shares.entry(key).or_insert(Share { hash, reason, users: 0 });
            share.users = share.users.saturating_add(1);
        }
        shares.into_values().collect()
    }
}
