//! Changing users: one attribute an operation, one way through all of them.
use super::users::{follow, owned};
use super::validate::{self, Need};
use super::{Client, Log, Password, Prefs, Time, User, Users, UsersError};
use std::sync::Arc;

const UPDATE: &str = "user.update";
const VERIFICATION: &str = "verification.update";

impl Users {
    /// The one way through: the parameters have been checked, `change` looks for conflicts.
    fn change(
        &self,
        id: &str,
        event: &'static str,
        client: &Client,
        change: impl FnOnce(
            &super::store::State,
            super::store::Seq,
            &mut User,
            Time,
        ) -> Result<(), UsersError>,
    ) -> Result<Arc<User>, UsersError> {
        let mut state = self.write();
        let (seq, mut user) = owned(&state, id)?;
        let now = state.tick(self.now());
        change(&state, seq, &mut user, now)?;
        user.updated = now;
        let user = state.replace(seq, user).ok_or(UsersError::UserNotFound)?;
        state.log(seq, Log { event, time: now, client: client.clone() });
        Ok(user)
    }

    /// Set the email (`PATCH /users/{userId}/email`); an empty one clears it. It is no longer
    /// verified then.
    ///
    /// # Errors
    /// The id or the email is malformed, there is no such user, or another one has the email.
    pub fn set_email(
        &self,
        id: &str,
        email: &str,
        client: &Client,
    ) -> Result<Arc<User>, UsersError> {
        validate::uid("userId", id)?;
        let email = match email {
            "" => None,
            email => Some(validate::email(email, Need::Required)?),
        };
        let target = self.new_id()?;
        self.change(id, UPDATE, client, |state, seq, user, now| {
            if let Some(email) = &email {
                match (state.seq_of_email(email), state.seq_of_identifier(email)) {
                    (Some(owner), _) if owner != seq => return Err(UsersError::EmailTaken),
                    (None, Some(_)) => return Err(UsersError::TargetExists),
                    _ => {}
                }
            }
            let old = user.email.as_deref();
            follow(&mut user.targets, "email", old, email.as_deref(), Some(target), now);
            (user.email, user.email_verified) = (email, false);
            Ok(())
        })
    }

    /// Set the phone number (`PATCH /users/{userId}/phone`); an empty one clears it. It is no
    /// longer verified then.
    ///
    /// # Errors
    /// The id or the number is malformed, there is no such user, or another one has the number.
    pub fn set_phone(
        &self,
        id: &str,
        number: &str,
        client: &Client,
    ) -> Result<Arc<User>, UsersError> {
        validate::uid("userId", id)?;
        let phone = match number {
            "" => None,
            number => Some(validate::phone("number", number, Need::Required)?),
        };
        let target = self.new_id()?;
        self.change(id, UPDATE, client, |state, seq, user, now| {
            if let Some(phone) = &phone {
                match (state.seq_of_phone(phone), state.seq_of_identifier(phone)) {
                    (Some(owner), _) if owner != seq => return Err(UsersError::PhoneTaken),
                    (None, Some(_)) => return Err(UsersError::TargetExists),
                    _ => {}
                }
            }
            let old = user.phone.as_deref();
            follow(&mut user.targets, "sms", old, phone.as_deref(), Some(target), now);
            (user.phone, user.phone_verified) = (phone, false);
            Ok(())
        })
    }

    /// Set the name (`PATCH /users/{userId}/name`); it may be empty.
    ///
    /// # Errors
    /// The id is malformed, the name is over 128 characters, or there is no such user.
    pub fn set_name(&self, id: &str, name: &str, client: &Client) -> Result<Arc<User>, UsersError> {
        validate::uid("userId", id)?;
        validate::text("name", name, 0..=128)?;
        self.change(id, UPDATE, client, |_, _, user, _| {
            name.clone_into(&mut user.name);
            Ok(())
        })
    }

    /// Set the password (`PATCH /users/{userId}/password`), hashed by the policy. An empty one
    /// leaves a text that nothing opens. Sessions stay.
    ///
    /// # Errors
    /// The id is malformed, the password has not 8 to 256 bytes, or there is no such user.
    pub fn set_password(
        &self,
        id: &str,
        password: &str,
        client: &Client,
    ) -> Result<Arc<User>, UsersError> {
        validate::uid("userId", id)?;
        let password = match password {
            "" => Password::cleared(),
            password => {
                validate::password(password)?;
                // No work for a user who is not there.
                self.read().find(id)?;
                self.hash(password.as_bytes())?
            }
        };
        self.change(id, UPDATE, client, |_, _, user, now| {
            (user.password, user.password_updated) = (Some(password), Some(now));
            Ok(())
        })
    }

    /// Say whether the email is verified (`PATCH /users/{userId}/verification`).
    ///
    /// # Errors
    /// The id is malformed, or there is no such user.
    pub fn set_email_verified(
        &self,
        id: &str,
        verified: bool,
        client: &Client,
    ) -> Result<Arc<User>, UsersError> {
        validate::uid("userId", id)?;
        self.change(id, VERIFICATION, client, |_, _, user, _| {
            user.email_verified = verified;
            Ok(())
        })
    }

    /// Say whether the phone number is verified (`PATCH /users/{userId}/verification/phone`).
    ///
    /// # Errors
    /// The id is malformed, or there is no such user.
    pub fn set_phone_verified(
        &self,
        id: &str,
        verified: bool,
        client: &Client,
    ) -> Result<Arc<User>, UsersError> {
        validate::uid("userId", id)?;
        self.change(id, VERIFICATION, client, |_, _, user, _| {
            user.phone_verified = verified;
            Ok(())
        })
    }

    /// Replace the preferences (`PATCH /users/{userId}/prefs`).
    ///
    /// # Errors
    /// The id is malformed, the preferences are a list in disguise or over 65,535 bytes, or there
    /// is no such user.
    pub fn set_prefs(&self, id: &str, prefs: Prefs, client: &Client) -> Result<Prefs, UsersError> {
        validate::uid("userId", id)?;
        validate::prefs(&prefs)?;
        let user = self.change(id, UPDATE, client, |_, _, user, _| {
            user.prefs = prefs;
            Ok(())
        })?;
        Ok(user.prefs.clone())
    }

    /// Block (`false`) or unblock a user (`PATCH /users/{userId}/status`). Nothing is deleted.
    ///
    /// # Errors
    /// The id is malformed, or there is no such user.
    pub fn set_status(
        &self,
        id: &str,
        status: bool,
        client: &Client,
    ) -> Result<Arc<User>, UsersError> {
        validate::uid("userId", id)?;
        self.change(id, UPDATE, client, |_, _, user, _| {
            user.status = status;
            Ok(())
        })
    }

    /// Replace the labels (`PUT /users/{userId}/labels`). Duplicates go.
    ///
    /// # Errors
    /// The id is malformed, there are over 1000 labels, one is not of 1 to 36 letters and digits,
    /// or there is no such user.
    pub fn set_labels(
        &self,
        id: &str,
        labels: Vec<String>,
        client: &Client,
    ) -> Result<Arc<User>, UsersError> {
        validate::uid("userId", id)?;
        let labels = validate::labels(labels)?;
        self.change(id, UPDATE, client, |_, _, user, _| {
            user.labels = labels;
            Ok(())
        })
    }

    /// Switch multi-factor authentication on or off (`PATCH /users/{userId}/mfa`). It is a mark
    /// alone: logins here have one factor.
    ///
    /// # Errors
    /// The id is malformed, or there is no such user.
    pub fn set_mfa(&self, id: &str, mfa: bool, client: &Client) -> Result<Arc<User>, UsersError> {
        validate::uid("userId", id)?;
        self.change(id, UPDATE, client, |_, _, user, _| {
            user.mfa = mfa;
            Ok(())
        })
    }
}
