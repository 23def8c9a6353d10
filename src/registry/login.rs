//! Logging in: where an imported hash is used, and replaced.
use super::sessions::Opening;
use super::validate::{self, Need};
use super::{Client, Password, Session, SessionSecret, User, Users, UsersError};
use crate::policy::{Account, Outcome};
use std::sync::Arc;

impl Users {
    /// Log in with email and password (`POST /account/sessions/email`). A hash that the policy
    /// wants replaced is replaced; the time of the password's last change stays.
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
        let email = validate::email(email, Need::Required)?;
        validate::password(password)?;
        let found = {
            let state = self.read();
            let seq = state.seq_of_email(&email);
            seq.and_then(|seq| state.user(seq).map(|user| (seq, Arc::clone(user))))
        };
        let hash = found.as_ref().and_then(|(_, user)| user.password.as_ref()?.hash());
        let account = hash.map_or(Account::Unknown, Account::Hash);
        let login = self.options.policy.login(account, password.as_bytes(), &self.options.keys);
        let new = match login.outcome {
            Outcome::Mismatch => return Err(UsersError::InvalidCredentials),
            Outcome::Match => None,
            Outcome::Upgrade(hash) => Some(Password::own(hash)),
        };
        let (seq, verified) = found.ok_or(UsersError::InvalidCredentials)?;
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
            Opening { provider: "email", provider_uid: &email, factor: "password", client };
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
