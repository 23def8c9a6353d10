//! Sessions and tokens. Of a session's secret a digest is kept, never the secret.
use super::store::{Seq, State};
use super::{Client, Log, Session, SessionSecret, Time, Token, User, Users, UsersError, validate};
use crate::algorithm::{Algorithm, Sha, ShaLayout, ShaVersion};
use crate::ct;
use crate::secret::Keyring;
use std::sync::Arc;

/// Bytes of a session's secret before they are written as hexadecimal digits.
const SECRET_BYTES: usize = 64;
/// How often a user's own requests move `accessed`, in milliseconds: once a day.
const ACCESS_MS: i64 = 86_400_000;

/// A session as it is kept.
#[derive(Clone)]
pub(super) struct Held {
    pub(super) session: Session,
    /// SHA-256 of the secret: it has 512 random bits, so a fast digest is enough.
    pub(super) digest: Vec<u8>,
}

/// How a session came about.
#[derive(Clone, Copy)]
pub(super) struct Opening<'a> {
    pub(super) provider: &'static str,
    pub(super) provider_uid: &'a str,
    pub(super) factor: &'static str,
    pub(super) client: &'a Client,
}

/// What must be had before the lock is taken: an id and a secret.
pub(super) struct Ready {
    id: String,
    secret: SessionSecret,
    digest: Vec<u8>,
}

impl Users {
    pub(super) fn ready(&self) -> Result<Ready, UsersError> {
        let secret = SessionSecret::new(random_hex(SECRET_BYTES)?.into_bytes());
        Ok(Ready { id: self.new_id()?, digest: digest(secret.expose())?, secret })
    }

    /// Open a session for the user in a slot, and drop the oldest beyond the most.
    pub(super) fn open(
        &self,
        state: &mut State,
        (seq, user): (Seq, &User),
        ready: Ready,
        opening: Opening<'_>,
    ) -> (Session, SessionSecret) {
        let now = state.tick(self.now());
        let session = Session {
            id: ready.id,
            user_id: user.id.clone(),
            created: now,
            expires: after(now, self.options.session_seconds),
            provider: opening.provider,
            provider_uid: opening.provider_uid.to_owned(),
            factor: opening.factor,
            client: opening.client.clone(),
        };
        let held = state.sessions.entry(seq).or_default();
        held.push(Held { session: session.clone(), digest: ready.digest });
        let excess = held.len().saturating_sub(self.options.sessions_max.max(1));
        held.drain(..excess);
        let entry = Log { event: "session.create", time: now, client: opening.client.clone() };
        state.log(seq, entry);
        (session, ready.secret)
    }

    /// Open a session without a password (`POST /users/{userId}/sessions`), for a user who may be
    /// blocked: the session is of no use until they are not.
    ///
    /// # Errors
    /// The id is malformed, there is no such user, or there are no random bytes.
    pub fn open_session(
        &self,
        id: &str,
        client: &Client,
    ) -> Result<(Session, SessionSecret), UsersError> {
        validate::uid("userId", id)?;
        let ready = self.ready()?;
        let mut state = self.write();
        let (seq, user) = state.find(id).map(|(seq, user)| (seq, Arc::clone(user)))?;
        let opening = Opening { provider: "server", provider_uid: "", factor: "server", client };
        Ok(self.open(&mut state, (seq, &user), ready, opening))
    }

    /// The sessions of a user, oldest first (`GET /users/{userId}/sessions`). Sessions that have
    /// ended are among them.
    ///
    /// # Errors
    /// The id is malformed, or there is no such user.
    pub fn sessions(&self, id: &str) -> Result<Vec<Session>, UsersError> {
        validate::uid("userId", id)?;
        let state = self.read();
        let (seq, _) = state.find(id)?;
        let held = state.sessions.get(&seq).map(Vec::as_slice).unwrap_or_default();
        Ok(held.iter().map(|held| held.session.clone()).collect())
    }

    /// Who makes a request with a session: the user and the session. The user's `accessed` moves
    /// once a day.
    ///
    /// # Errors
    /// [`SessionNotFound`](UsersError::SessionNotFound) when there is no such user or secret, or
    /// the session has ended; [`UserBlocked`](UsersError::UserBlocked).
    pub fn authenticate(
        &self,
        user_id: &str,
        secret: &[u8],
    ) -> Result<(Arc<User>, Session), UsersError> {
        let digest = digest(secret)?;
        let now = self.now();
        let (user, session) = {
            let state = self.read();
            let (seq, user) = state.find(user_id).map_err(|_| UsersError::SessionNotFound)?;
            let held = state.sessions.get(&seq).map(Vec::as_slice).unwrap_or_default();
            let held = held.iter().find(|held| ct::equal(&digest, &held.digest));
            let held = held.filter(|held| held.session.expires > now);
            let held = held.ok_or(UsersError::SessionNotFound)?;
            (Arc::clone(user), held.session.clone())
        };
        if !user.status {
            return Err(UsersError::UserBlocked);
        }
        let fresh = |at: Time| now.0.saturating_sub(at.0) < ACCESS_MS;
        if user.accessed.is_some_and(fresh) {
            return Ok((user, session));
        }
        Ok((self.accessed(&user.id, now).unwrap_or(user), session))
    }

    fn accessed(&self, id: &str, now: Time) -> Option<Arc<User>> {
        let mut state = self.write();
        let (seq, mut user) = super::users::owned(&state, id).ok()?;
        user.accessed = Some(now);
        state.replace(seq, user)
    }

    /// End a session (`DELETE /users/{userId}/sessions/{sessionId}`).
    ///
    /// # Errors
    /// An id is malformed, there is no such user, or the user has no such session.
    pub fn delete_session(
        &self,
        id: &str,
        session_id: &str,
        client: &Client,
    ) -> Result<(), UsersError> {
        validate::uid("userId", id)?;
        validate::uid("sessionId", session_id)?;
        let mut state = self.write();
        let (seq, _) = state.find(id)?;
        let held = state.sessions.get_mut(&seq).ok_or(UsersError::SessionNotFound)?;
        let at = held.iter().position(|held| held.session.id == session_id);
        held.remove(at.ok_or(UsersError::SessionNotFound)?);
        self.log_deletion(&mut state, seq, client);
        Ok(())
    }

    /// End all sessions of a user (`DELETE /users/{userId}/sessions`).
    ///
    /// # Errors
    /// The id is malformed, or there is no such user.
    pub fn delete_sessions(&self, id: &str, client: &Client) -> Result<(), UsersError> {
        validate::uid("userId", id)?;
        let mut state = self.write();
        let (seq, _) = state.find(id)?;
        state.sessions.remove(&seq);
        self.log_deletion(&mut state, seq, client);
        Ok(())
    }

    fn log_deletion(&self, state: &mut State, seq: Seq, client: &Client) {
        let time = state.tick(self.now());
        state.log(seq, Log { event: "session.delete", time, client: client.clone() });
    }

    /// Make a token for a login flow of one's own (`POST /users/{userId}/tokens`): 4 to 128
    /// characters (6), for 60 seconds to a year (900). Nothing in the registry takes it.
    ///
    /// # Errors
    /// The id is malformed, a number is out of range, there is no such user, or there are no random
    /// bytes.
    pub fn create_token(
        &self,
        id: &str,
        length: Option<i64>,
        expire_seconds: Option<i64>,
    ) -> Result<Token, UsersError> {
        validate::uid("userId", id)?;
        let length = validate::range("length", length.unwrap_or(6), 4..=128)?;
        let seconds = validate::range("expire", expire_seconds.unwrap_or(900), 60..=31_536_000)?;
        let length = usize::try_from(length).map_err(|_| UsersError::Internal)?;
        let mut secret = random_hex(length.div_ceil(2))?;
        secret.truncate(length);
        let token_id = self.new_id()?;
        let mut state = self.write();
        state.find(id)?;
        let created = state.tick(self.now());
        Ok(Token {
            id: token_id,
            user_id: id.to_owned(),
            created,
            expires: after(created, seconds),
            secret,
        })
    }
}

fn after(time: Time, seconds: i64) -> Time {
    Time(time.0.saturating_add(seconds.saturating_mul(1000)))
}

fn digest(secret: &[u8]) -> Result<Vec<u8>, UsersError> {
    let sha = Sha::new(ShaVersion::Sha256, ShaLayout::Bare, crate::algorithm::Salt::default())
        .ok_or(UsersError::Internal)?;
    let digest = sha.derive(secret, &Keyring::EMPTY).map_err(|_| UsersError::Internal)?;
    Ok(digest.expose().to_vec())
}

fn random_hex(bytes: usize) -> Result<String, UsersError> {
    let mut random = zeroize::Zeroizing::new(vec![0; bytes]);
    getrandom::fill(&mut random).map_err(|_| UsersError::Internal)?;
    Ok(hex(&random))
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).flatten().collect()
}
