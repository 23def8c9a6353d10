//! Logging in: where an imported hash is used, and replaced.
use super::sessions::Opening;
use super::store::Seq;
use super::validate::{self, Need};
use super::{Client, Options, Password, Session, SessionSecret, User, Users, UsersError};
use crate::policy::{Account, Outcome};
use core::fmt;
use std::sync::Arc;

/// Somebody at the door: the first half of a login, before the password is checked.
pub struct Knock {
    email: String,
    found: Option<(Seq, Arc<User>)>,
}

impl Knock {
    /// What to give to [`Policy::login`](crate::Policy::login) or
    /// [`VerifyPool::login`](crate::VerifyPool::login), with the registry's policy and keys.
    #[must_use]
    pub fn account(&self) -> Account<'_> {
        let password = self.found.as_ref().and_then(|(_, user)| user.password.as_ref());
        password.and_then(Password::hash).map_or(Account::Unknown, Account::Hash)
    }
}

/// Not even whether they are known.
impl fmt::Debug for Knock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Knock")
    }
}

impl Users {
    /// Log in with email and password (`POST /account/sessions/email`). A hash that the policy
    /// wants replaced is replaced; the time of the password's last change stays.
    ///
    /// The password is checked on this thread. To have it checked elsewhere, [`knock`](Self::knock)
    /// and [`admit`](Self::admit).
    ///
    /// # Errors
    /// A parameter breaks its rule; [`InvalidCredentials`](UsersError::InvalidCredentials) for an
    /// unknown email, a user without a password, a wrong password, and a password that has been
    /// changed meanwhile; [`UserBlocked`](UsersError::UserBlocked), only to who knows the password.
    ///
    /// # Security
    /// Each way of failing costs one derivation at the policy's price.
    pub fn login(
        &self,
        email: &str,
        password: &str,
        client: &Client,
    ) -> Result<(Session, SessionSecret), UsersError> {
        let knock = self.knock(email, password)?;
        let Options { policy, keys, .. } = &self.options;
        let login = policy.login(knock.account(), password.as_bytes(), keys);
        self.admit(knock, login.outcome, client)
    }

    /// The first half of a login: whose hash the password must match.
    ///
    /// # Errors
    /// A parameter breaks its rule. An unknown email is no error: their
    /// [`account`](Knock::account) costs what others do.
    pub fn knock(&self, email: &str, password: &str) -> Result<Knock, UsersError> {
        let email = validate::email(email, Need::Required)?;
        validate::password(password)?;
        let state = self.read();
        let seq = state.seq_of_email(&email);
        let found = seq.and_then(|seq| state.user(seq).map(|user| (seq, Arc::clone(user))));
        Ok(Knock { email, found })
    }

    /// The second half of a login: what came of the password. That the outcome is this knock's is
    /// the caller's word.
    ///
    /// # Errors
    /// As [`login`](Self::login), but for the parameters.
    pub fn admit(
        &self,
        knock: Knock,
        outcome: Outcome,
        client: &Client,
    ) -> Result<(Session, SessionSecret), UsersError> {
        let new = match outcome {
            Outcome::Mismatch => return Err(UsersError::InvalidCredentials),
            Outcome::Match => None,
            Outcome::Upgrade(hash) => Some(Password::own(hash)),
        };
        let (seq, verified) = knock.found.ok_or(UsersError::InvalidCredentials)?;
        let ready = self.ready()?;
        let mut state = self.write();
        // What was verified is a moment old. A user may be gone by now, or have another password:
        // the time of its last change is no other user's, and an upgrade does not move it.
        let user = state
            .user(seq)
            .filter(|user| user.password_updated == verified.password_updated)
            .map(Arc::clone)
            .ok_or(UsersError::InvalidCredentials)?;
        if !user.status {
            return Err(UsersError::UserBlocked);
        }
        if let Some(new) = new
            && same_password(&user, &verified)
        {
            let mut upgraded = User::clone(&user);
            upgraded.password = Some(new);
            upgraded.updated = state.tick(self.now());
            state.replace(seq, upgraded);
        }
        let opening =
            Opening { provider: "email", provider_uid: &knock.email, factor: "password", client };
        Ok(self.open(&mut state, (seq, &user), ready, opening))
    }
}

/// Compare-and-swap: only what was verified may be replaced.
fn same_password(now: &User, verified: &User) -> bool {
    match (&now.password, &verified.password) {
        (Some(now), Some(verified)) => now.is(verified),
        _ => false,
    }
}
