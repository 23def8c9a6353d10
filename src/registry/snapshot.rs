//! JSON Lines: one user a line, in order of insertion, with their sessions. Logs are not kept.
use super::record::{Record, Why};
use super::{Users, UsersError};
use core::fmt;
use std::io::{self, BufRead, Write};

/// Longest line that is read, in bytes: preferences have 64 KiB, and are escaped.
const LINE_BYTES_MAX: u64 = 1 << 20;

/// Why a file could not be restored. Nothing of the line is shown: it holds hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RestoreError {
    /// The line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub why: String,
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

impl core::error::Error for RestoreError {}

impl Users {
    /// Write all users as JSON Lines, in order of insertion; the number of users.
    ///
    /// The users are those of one moment; the lock is not held while they are written.
    ///
    /// # Errors
    /// The writer's.
    ///
    /// # Security
    /// The file holds the hashes, and what Scrypt Modified needs beside them: keep it as you would
    /// the table itself. Of sessions it holds digests, which open nothing.
    pub fn snapshot(&self, out: &mut impl Write) -> io::Result<u64> {
        let users: Vec<_> = {
            let state = self.read();
            let held = |seq: usize| {
                let seq = u32::try_from(seq).ok();
                seq.and_then(|seq| state.sessions.get(&seq)).cloned().unwrap_or_default()
            };
            let slots = state.slots.iter().enumerate();
            slots.filter_map(|(seq, user)| Some((user.clone()?, held(seq)))).collect()
        };
        let mut count = 0_u64;
        for (user, sessions) in &users {
            serde_json::to_writer(&mut *out, &Record::of(user, sessions))?;
            out.write_all(b"\n")?;
            count = count.saturating_add(1);
        }
        out.flush()?;
        Ok(count)
    }

    /// Add the users of JSON Lines; the number of users. Empty lines are passed over.
    ///
    /// # Errors
    /// The first line that cannot be read, or whose user conflicts with another. The lines before it
    /// have been added.
    pub fn restore(&self, mut from: impl BufRead) -> Result<u64, RestoreError> {
        let mut count = 0_u64;
        let mut text = zeroize::Zeroizing::new(Vec::new());
        for line in 1_u64.. {
            let fault = |why: String| RestoreError { line, why };
            text.clear();
            let mut some = io::Read::take(&mut from, LINE_BYTES_MAX);
            let read = some.read_until(b'\n', &mut text);
            let read = read.map_err(|error| fault(format!("cannot be read: {error}")))?;
            if read == 0 {
                break;
            }
            if u64::try_from(read) == Ok(LINE_BYTES_MAX) && !text.ends_with(b"\n") {
                return Err(fault("is over 1 MiB; cut it into one user a line".to_owned()));
            }
            if text.trim_ascii().is_empty() {
                continue;
            }
            self.restore_line(&text).map_err(|why| fault(why.to_string()))?;
            count = count.saturating_add(1);
        }
        Ok(count)
    }

    fn restore_line(&self, text: &[u8]) -> Result<(), Why> {
        let record: Record = serde_json::from_slice(text).map_err(|error| Why::json(&error))?;
        let (user, sessions) = record.user(|import| self.imported(import))?;
        let mut state = self.write();
        super::users::no_conflict(&state, &user)?;
        let added = user.targets.iter().filter(|target| !user.owns(target));
        for target in added {
            if state.seq_of_identifier(&target.identifier).is_some() {
                return Err(UsersError::TargetExists.into());
            }
        }
        let times = [Some(user.created), Some(user.updated), user.password_updated];
        let latest = times.into_iter().flatten().max().unwrap_or_default();
        state.seen(latest);
        let seq = state.insert(std::sync::Arc::new(user))?;
        if !sessions.is_empty() {
            state.sessions.insert(seq, sessions);
        }
        Ok(())
    }
}
