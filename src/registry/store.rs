//! What is kept, and the maps that must agree with it.
use super::index::Indexes;
use super::sessions::Held;
use super::{Log, Time, User, UsersError};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// The number of a slot: users in order of insertion. Never given twice.
pub(super) type Seq = u32;

/// Entries kept in a user's log; the oldest are dropped.
pub(super) const LOGS_MAX: usize = 1000;

/// Everything behind the lock.
#[derive(Default)]
pub(super) struct State {
    /// Users in order of insertion: the slot's number is its [`Seq`].
    pub(super) slots: Vec<Option<Arc<User>>>,
    by_id: HashMap<Box<str>, Seq>,
    by_email: HashMap<Box<str>, Seq>,
    by_phone: HashMap<Box<str>, Seq>,
    /// Of targets that were added; those of emails and phone numbers are in the maps above.
    by_identifier: HashMap<Box<str>, Seq>,
    pub(super) indexes: Indexes,
    pub(super) sessions: HashMap<Seq, Vec<Held>>,
    pub(super) logs: HashMap<Seq, VecDeque<Log>>,
    last: Time,
}

impl State {
    /// The slot of a user.
    pub(super) fn seq_of(&self, id: &str) -> Option<Seq> {
        self.by_id.get(id).copied()
    }

    /// The slot of whoever has this email, in lower case.
    pub(super) fn seq_of_email(&self, email: &str) -> Option<Seq> {
        self.by_email.get(email).copied()
    }

    /// The slot of whoever has this phone number.
    pub(super) fn seq_of_phone(&self, phone: &str) -> Option<Seq> {
        self.by_phone.get(phone).copied()
    }

    /// The slot of whoever has a target of this address, of their own making or not.
    pub(super) fn seq_of_identifier(&self, identifier: &str) -> Option<Seq> {
        [&self.by_identifier, &self.by_email, &self.by_phone]
            .into_iter()
            .find_map(|map| map.get(identifier).copied())
    }

    /// The user in a slot.
    pub(super) fn user(&self, seq: Seq) -> Option<&Arc<User>> {
        self.slots.get(usize::try_from(seq).ok()?)?.as_ref()
    }

    /// A user by id, and the slot.
    pub(super) fn find(&self, id: &str) -> Result<(Seq, &Arc<User>), UsersError> {
        let seq = self.seq_of(id).ok_or(UsersError::UserNotFound)?;
        Ok((seq, self.user(seq).ok_or(UsersError::UserNotFound)?))
    }

    /// How many users there are.
    pub(super) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// A time after all that were given out before: clients find a user by the very millisecond.
    pub(super) fn tick(&mut self, now: Time) -> Time {
        self.last = Time(now.0.max(self.last.0.saturating_add(1)));
        self.last
    }

    /// No later tick is at or before `time`.
    pub(super) fn seen(&mut self, time: Time) {
        self.last = self.last.max(time);
    }

    /// Add a user who conflicts with nobody.
    pub(super) fn insert(&mut self, user: Arc<User>) -> Result<Seq, UsersError> {
        let seq = Seq::try_from(self.slots.len()).map_err(|_| UsersError::Internal)?;
        self.link(seq, &user);
        self.indexes.insert(seq, &user);
        self.slots.push(Some(user));
        Ok(seq)
    }

    /// Put a changed user in the place of the old one. The id stays.
    pub(super) fn replace(&mut self, seq: Seq, user: User) -> Option<Arc<User>> {
        let slot = self.slots.get_mut(usize::try_from(seq).ok()?)?.as_mut()?;
        let user = Arc::new(user);
        let old = core::mem::replace(slot, Arc::clone(&user));
        self.unlink(&old);
        self.link(seq, &user);
        self.indexes.replace(seq, &old, &user);
        Some(user)
    }

    /// Remove a user and everything that was theirs.
    pub(super) fn remove(&mut self, seq: Seq) {
        let slot = usize::try_from(seq).ok().and_then(|i| self.slots.get_mut(i));
        let Some(old) = slot.and_then(Option::take) else { return };
        self.unlink(&old);
        self.indexes.remove(seq, &old);
        self.sessions.remove(&seq);
        self.logs.remove(&seq);
    }

    /// Note what happened to a user.
    pub(super) fn log(&mut self, seq: Seq, entry: Log) {
        let log = self.logs.entry(seq).or_default();
        if log.len() >= LOGS_MAX {
            log.pop_front();
        }
        log.push_back(entry);
    }

    fn link(&mut self, seq: Seq, user: &User) {
        self.by_id.insert(user.id.as_str().into(), seq);
        if let Some(email) = &user.email {
            self.by_email.insert(email.as_str().into(), seq);
        }
        if let Some(phone) = &user.phone {
            self.by_phone.insert(phone.as_str().into(), seq);
        }
        for target in user.targets.iter().filter(|target| !user.owns(target)) {
            self.by_identifier.insert(target.identifier.as_str().into(), seq);
        }
    }

    fn unlink(&mut self, user: &User) {
        self.by_id.remove(user.id.as_str());
        if let Some(email) = &user.email {
            self.by_email.remove(email.as_str());
        }
        if let Some(phone) = &user.phone {
            self.by_phone.remove(phone.as_str());
        }
        for target in user.targets.iter().filter(|target| !user.owns(target)) {
            self.by_identifier.remove(target.identifier.as_str());
        }
    }
}
