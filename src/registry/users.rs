//! The registry: making users, reading them, listing them.
use super::store::{Seq, State};
use super::validate::{self, Need};
use super::{
    Count, Identity, Import, Membership, NewUser, Options, Page, Password, Prefs, Target, Time,
    User, UsersError, list,
};
use crate::limits::Limits;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Users in memory, shared by reference between threads.
///
/// Every operation is one step: others see all of it or nothing. Hashing takes place with no lock
/// held. Users are handed out as they were at that moment, without copying them.
pub struct Users {
    pub(super) options: Options,
    state: RwLock<State>,
}

impl Users {
    /// An empty registry.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { options, state: RwLock::default() }
    }

    /// What the registry was made with.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// How many users there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.read().len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The state, to look at. An operation that panicked has changed nothing that matters: each
    /// checks first and writes last.
    pub(super) fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> Time {
        self.options.clock.now()
    }

    pub(super) fn new_id(&self) -> Result<String, UsersError> {
        self.options.ids.next().ok_or(UsersError::Internal)
    }

    /// The id that was asked for, or a new one.
    pub(super) fn id_or_new(&self, id: String) -> Result<String, UsersError> {
        if id == "unique()" { self.new_id() } else { Ok(id) }
    }

    /// Make a user (`POST /users`). A password is hashed by the policy.
    ///
    /// # Errors
    /// A parameter breaks its rule, or a user of that id, email or phone number exists.
    pub fn create(&self, new: NewUser) -> Result<Arc<User>, UsersError> {
        validate::custom_id("userId", &new.id)?;
        let email = new.email.as_deref().map(|e| validate::email(e, Need::Optional)).transpose()?;
        let phone = new
            .phone
            .as_deref()
            .map(|p| validate::phone("phone", p, Need::Optional))
            .transpose()?;
        new.password.as_deref().map_or(Ok(()), |p| validate::password(p))?;
        let name = name(new.name)?;
        let mut user = draft(self.id_or_new(new.id)?, email, phone, name);
        if let Some(password) = new.password {
            // What would be refused afterwards is refused before the work.
            no_conflict(&self.read(), &user)?;
            user.password = Some(self.hash(password.as_bytes())?);
        }
        self.add(user)
    }

    /// Make a user with a hash from elsewhere (`POST /users/argon2` and its six sisters). The phone
    /// number and the password in clear text of `new` are not used.
    ///
    /// # Errors
    /// As [`create`](Self::create); the text can never verify, or is too dear to verify.
    pub fn import(&self, new: NewUser, import: Import) -> Result<Arc<User>, UsersError> {
        validate::custom_id("userId", &new.id)?;
        let email = new.email.as_deref().ok_or(UsersError::Missing { param: "email" })?;
        let email = validate::email(email, Need::Required)?;
        let password = self.imported(import)?;
        let name = name(new.name)?;
        let mut user = draft(self.id_or_new(new.id)?, Some(email), None, name);
        user.password = Some(password);
        self.add(user)
    }

    pub(super) fn imported(&self, import: Import) -> Result<Password, UsersError> {
        // The limits that a login verifies under.
        match self.options.store_unverifiable {
            false => Password::import(import, &Limits::DEFAULT),
            true => Password::import_any(import, &Limits::DEFAULT),
        }
    }

    pub(super) fn hash(&self, password: &[u8]) -> Result<Password, UsersError> {
        let hash = self.options.policy.hash_with(password, &self.options.keys);
        hash.map(Password::own).map_err(|_| UsersError::Internal)
    }

    fn add(&self, mut user: User) -> Result<Arc<User>, UsersError> {
        let target_ids = [&user.email, &user.phone]
            .map(|address| address.as_ref().map(|_| self.new_id()).transpose());
        let [email_id, phone_id] = target_ids;
        let (email_id, phone_id) = (email_id?, phone_id?);
        let mut state = self.write();
        no_conflict(&state, &user)?;
        let now = state.tick(self.now());
        (user.created, user.updated) = (now, now);
        user.password_updated = user.password.as_ref().map(|_| now);
        follow(&mut user.targets, "email", None, user.email.as_deref(), email_id, now);
        follow(&mut user.targets, "sms", None, user.phone.as_deref(), phone_id, now);
        let user = Arc::new(user);
        state.insert(Arc::clone(&user))?;
        Ok(user)
    }

    /// A user (`GET /users/{userId}`).
    ///
    /// # Errors
    /// The id is malformed, or there is no such user.
    pub fn get(&self, id: &str) -> Result<Arc<User>, UsersError> {
        validate::uid("userId", id)?;
        self.read().find(id).map(|(_, user)| Arc::clone(user))
    }

    /// The preferences of a user (`GET /users/{userId}/prefs`).
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn prefs(&self, id: &str) -> Result<Prefs, UsersError> {
        self.get(id).map(|user| user.prefs.clone())
    }

    /// Users that match (`GET /users`), the queries as they arrived, in either syntax.
    ///
    /// # Errors
    /// A query or the search breaks a rule, or the cursor's user does not exist.
    pub fn list(
        &self,
        queries: &[String],
        search: Option<&str>,
        count: Count,
    ) -> Result<Page<Arc<User>>, UsersError> {
        list::list(&self.read(), queries, search, count)
    }

    /// The teams of a user (`GET /users/{userId}/memberships`). There are no teams here.
    ///
    /// # Errors
    /// As [`get`](Self::get); the search has not 1 to 256 characters.
    pub fn memberships(
        &self,
        id: &str,
        queries: &[String],
        search: Option<&str>,
    ) -> Result<Page<Membership>, UsersError> {
        validate::uid("userId", id)?;
        validate::queries(queries)?;
        search.map_or(Ok(()), |search| validate::text("search", search, 1..=256))?;
        self.get(id).map(|_| Page { total: 0, items: Vec::new() })
    }

    /// OAuth identities (`GET /users/identities`). There is no OAuth here.
    ///
    /// # Errors
    /// A search: the API has no index for it.
    pub fn identities(
        &self,
        queries: &[String],
        search: Option<&str>,
    ) -> Result<Page<Identity>, UsersError> {
        validate::queries(queries)?;
        match search {
            None => Ok(Page { total: 0, items: Vec::new() }),
            Some(search) => {
                validate::text("search", search, 1..=256)?;
                let why = "Searching by attribute \"search\" requires a fulltext index.";
                Err(UsersError::QueryInvalid { why: why.to_owned() })
            }
        }
    }

    /// Delete a user and all that was theirs (`DELETE /users/{userId}`).
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn delete(&self, id: &str) -> Result<(), UsersError> {
        validate::uid("userId", id)?;
        let mut state = self.write();
        let (seq, _) = state.find(id)?;
        state.remove(seq);
        Ok(())
    }

    /// The costs of the policy, as `hashOptions` has them: for users without a password.
    #[must_use]
    pub fn default_options(&self) -> serde_json::Map<String, serde_json::Value> {
        let policy = &self.options.policy;
        let costs = super::password::argon2_options(policy.memory_kib, policy.passes, policy.lanes);
        let name = ("type".to_owned(), super::HashName::Argon2.as_str().into());
        core::iter::once(name).chain(costs).collect()
    }
}

impl core::fmt::Debug for Users {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Users({})", self.len())
    }
}

fn name(name: Option<String>) -> Result<String, UsersError> {
    let Some(name) = name else { return Ok(String::new()) };
    validate::text("name", &name, 1..=128)?;
    Ok(name)
}

/// A user before the clock has been asked.
fn draft(id: String, email: Option<String>, phone: Option<String>, name: String) -> User {
    User {
        id,
        created: Time(0),
        updated: Time(0),
        name,
        email,
        phone,
        email_verified: false,
        phone_verified: false,
        status: true,
        password: None,
        password_updated: None,
        labels: Vec::new(),
        prefs: Prefs::new(),
        targets: Vec::new(),
        accessed: None,
        mfa: false,
    }
}

/// Nobody has the id, the email, the phone number, or a target of either.
pub(super) fn no_conflict(state: &State, user: &User) -> Result<(), UsersError> {
    let taken = |address: &Option<String>| {
        address.as_ref().is_some_and(|address| state.seq_of_identifier(address).is_some())
    };
    match state.seq_of(&user.id).is_some() || taken(&user.email) || taken(&user.phone) {
        true => Err(UsersError::UserExists),
        false => Ok(()),
    }
}

/// Let the target of an address follow the address: made, changed and removed with it.
pub(super) fn follow(
    targets: &mut Vec<Target>,
    provider_type: &str,
    old: Option<&str>,
    new: Option<&str>,
    id: Option<String>,
    now: Time,
) {
    let at = targets.iter().position(|target| {
        target.provider_type == provider_type && Some(target.identifier.as_str()) == old
    });
    match (at.and_then(|at| targets.get_mut(at)), new, id) {
        (Some(target), Some(new), _) => {
            new.clone_into(&mut target.identifier);
            target.updated = now;
        }
        (Some(_), None, _) => targets.retain(|target| {
            target.provider_type != provider_type || Some(target.identifier.as_str()) != old
        }),
        (None, Some(new), Some(id)) => targets.push(Target {
            id,
            created: now,
            updated: now,
            name: String::new(),
            provider_id: None,
            provider_type: provider_type.to_owned(),
            identifier: new.to_owned(),
        }),
        (None, _, _) => {}
    }
}

/// A slot and the user in it, taken apart from the lock.
pub(super) fn owned(state: &State, id: &str) -> Result<(Seq, User), UsersError> {
    state.find(id).map(|(seq, user)| (seq, User::clone(user)))
}
