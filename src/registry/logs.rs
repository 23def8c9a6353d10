//! The log of a user: every change of the user, and the user's own logins.
use super::{Count, Log, Page, Users, UsersError, query, validate};

impl Users {
    /// What happened to a user, newest first (`GET /users/{userId}/logs`). The last 1000 entries
    /// are kept.
    ///
    /// # Errors
    /// The id is malformed, a query is none of limit and offset, or there is no such user.
    pub fn logs(
        &self,
        id: &str,
        queries: &[String],
        count: Count,
    ) -> Result<Page<Log>, UsersError> {
        validate::uid("userId", id)?;
        let (limit, offset) = query::paging(queries)?;
        let state = self.read();
        let (seq, _) = state.find(id)?;
        let Some(log) = state.logs.get(&seq) else {
            return Ok(Page { total: 0, items: Vec::new() });
        };
        let items = log.iter().rev().skip(offset).take(limit).cloned().collect();
        let total = match count {
            Count::Yes => u64::try_from(log.len()).unwrap_or(u64::MAX),
            Count::No => 0,
        };
        Ok(Page { total, items })
    }
}
