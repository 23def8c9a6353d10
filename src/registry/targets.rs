//! Messaging targets: those of email and phone number follow them, others are added here.
use super::users::owned;
use super::{NewTarget, Page, Target, User, Users, UsersError, validate};

const TYPES: [&str; 3] = ["email", "sms", "push"];

impl Users {
    /// The targets of a user (`GET /users/{userId}/targets`); of the queries, limit and offset.
    ///
    /// # Errors
    /// The id is malformed, a query is neither limit nor offset, or there is no such user.
    pub fn targets(&self, id: &str, queries: &[String]) -> Result<Page<Target>, UsersError> {
        validate::uid("userId", id)?;
        let (limit, offset) = super::query::paging(queries)?;
        let user = self.get(id)?;
        let total = u64::try_from(user.targets.len()).unwrap_or(u64::MAX);
        let items = user.targets.iter().skip(offset).take(limit).cloned().collect();
        Ok(Page { total, items })
    }

    /// A target (`GET /users/{userId}/targets/{targetId}`).
    ///
    /// # Errors
    /// An id is malformed, there is no such user, or the user has no such target.
    pub fn target(&self, id: &str, target_id: &str) -> Result<Target, UsersError> {
        validate::uid("userId", id)?;
        validate::uid("targetId", target_id)?;
        let user = self.get(id)?;
        let target = user.targets.iter().find(|target| target.id == target_id);
        target.cloned().ok_or(UsersError::TargetNotFound)
    }

    /// Add a target (`POST /users/{userId}/targets`).
    ///
    /// # Errors
    /// A parameter breaks its rule, there is no such user, or the address is somebody's target.
    pub fn create_target(&self, id: &str, new: NewTarget) -> Result<Target, UsersError> {
        validate::uid("userId", id)?;
        validate::custom_id("targetId", &new.id)?;
        let identifier = address(&new.provider_type, &new.identifier)?;
        let name = optional_name(new.name)?.unwrap_or_default();
        let target_id = self.id_or_new(new.id)?;
        let mut state = self.write();
        let (seq, mut user) = owned(&state, id)?;
        let taken = user.targets.iter().any(|target| target.id == target_id);
        if taken || state.seq_of_identifier(&identifier).is_some() {
            return Err(UsersError::TargetExists);
        }
        let now = state.tick(self.now());
        let target = Target {
            id: target_id,
            created: now,
            updated: now,
            name,
            provider_id: new.provider_id.filter(|id| !id.is_empty()),
            provider_type: new.provider_type,
            identifier,
        };
        user.targets.push(target.clone());
        state.replace(seq, user);
        Ok(target)
    }

    /// Change a target (`PATCH /users/{userId}/targets/{targetId}`); `None` leaves a part as it is.
    ///
    /// # Errors
    /// A parameter breaks its rule, there is no such user or target, the target follows the user's
    /// email or phone number and the address would change, or the address is somebody's target.
    pub fn update_target(
        &self,
        id: &str,
        target_id: &str,
        identifier: Option<&str>,
        provider_id: Option<&str>,
        name: Option<&str>,
    ) -> Result<Target, UsersError> {
        validate::uid("userId", id)?;
        validate::uid("targetId", target_id)?;
        let name = optional_name(name.map(str::to_owned))?;
        let mut state = self.write();
        let (seq, mut user) = owned(&state, id)?;
        let now = state.tick(self.now());
        let at = position(&user, target_id)?;
        let follows = user.targets.get(at).is_some_and(|target| user.owns(target));
        let target = user.targets.get_mut(at).ok_or(UsersError::TargetNotFound)?;
        if let Some(identifier) = identifier {
            let identifier = address(&target.provider_type, identifier)?;
            if identifier != target.identifier {
                if follows || state.seq_of_identifier(&identifier).is_some() {
                    return Err(UsersError::TargetExists);
                }
                target.identifier = identifier;
            }
        }
        if let Some(provider) = provider_id {
            target.provider_id = Some(provider.to_owned()).filter(|id| !id.is_empty());
        }
        if let Some(name) = name {
            target.name = name;
        }
        target.updated = now;
        let target = target.clone();
        state.replace(seq, user);
        Ok(target)
    }

    /// Remove a target (`DELETE /users/{userId}/targets/{targetId}`).
    ///
    /// # Errors
    /// An id is malformed, or there is no such user or target.
    pub fn delete_target(&self, id: &str, target_id: &str) -> Result<(), UsersError> {
        validate::uid("userId", id)?;
        validate::uid("targetId", target_id)?;
        let mut state = self.write();
        let (seq, mut user) = owned(&state, id)?;
        let at = position(&user, target_id)?;
        user.targets.remove(at);
        state.replace(seq, user);
        Ok(())
    }
}

fn position(user: &User, target_id: &str) -> Result<usize, UsersError> {
    let at = user.targets.iter().position(|target| target.id == target_id);
    at.ok_or(UsersError::TargetNotFound)
}

/// The address of a target, by the rule of its type.
pub(super) fn address(provider_type: &str, identifier: &str) -> Result<String, UsersError> {
    match provider_type {
        "email" => validate::target_email(identifier),
        "sms" => validate::phone("identifier", identifier, validate::Need::Required),
        "push" => {
            validate::text("identifier", identifier, 1..=2048)?;
            Ok(identifier.to_owned())
        }
        _ => {
            let rule = format!("Value must be one of ({})", TYPES.join(", "));
            Err(UsersError::argument("providerType", rule))
        }
    }
}

fn optional_name(name: Option<String>) -> Result<Option<String>, UsersError> {
    if let Some(name) = &name {
        validate::text("name", name, 0..=128)?;
    }
    Ok(name)
}
