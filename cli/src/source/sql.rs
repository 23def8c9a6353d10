//! What the databases share: a connection with the thread that waits for it, names in quotes, the
//! columns of a key, and what is said when something fails.
use super::{Key, missing};
use crate::exit::Failure;
use hashlift::job::Swap;
use sqlx::query::Query;
use sqlx::{Connection, Database, Executor, IntoArguments};
use std::fmt::Write;

/// A connection with the thread that waits for it.
pub(crate) struct Link<C> {
    runtime: tokio::runtime::Runtime,
    connection: C,
}

type Arguments<C> = <<C as Connection>::Database as Database>::Arguments;

impl<C> Link<C>
where
    C: Connection,
    for<'c> &'c mut C: Executor<'c, Database = C::Database>,
    Arguments<C>: IntoArguments<C::Database>,
{
    /// Connect, as `name` in what is said.
    pub(super) fn open(options: &<C as Connection>::Options, name: &str) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let connection = runtime.block_on(C::connect_with(options)).map_err(|error| {
            let failure = fault(&error);
            Failure { message: format!("{name}: {}", failure.message), ..failure }
        })?;
        Ok(Self { runtime, connection })
    }

    /// Rows affected.
    pub(super) fn affected(
        &mut self,
        query: Query<'_, C::Database, Arguments<C>>,
    ) -> Result<<C::Database as Database>::QueryResult, sqlx::Error> {
        self.runtime.block_on(query.execute(&mut self.connection))
    }

    pub(super) fn fetch(
        &mut self,
        query: Query<'_, C::Database, Arguments<C>>,
    ) -> Result<Vec<<C::Database as Database>::Row>, sqlx::Error> {
        self.runtime.block_on(query.fetch_all(&mut self.connection))
    }

    /// A statement without values that the protocol of prepared ones may not know, such as BEGIN.
    pub(super) fn plain(&mut self, sql: &'static str) -> Result<(), sqlx::Error> {
        self.runtime.block_on((&mut self.connection).execute(sql)).map(drop)
    }
}

/// Whether a URL brings its password.
pub(super) fn has_password(url: &str) -> bool {
    let server = url.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or_default());
    let user = server.and_then(|server| server.rsplit_once('@'));
    user.is_some_and(|(user, _)| user.contains(':'))
}

/// A name in quotes, its own doubled.
pub(crate) fn quoted(name: &str, quote: char) -> Result<String, Failure> {
    if name.contains('\0') {
        return Err(Failure::usage("bad-name", "a name holds a NUL byte"));
    }
    let mut text = String::from(quote);
    for letter in name.chars() {
        text.push(letter);
        if letter == quote {
            text.push(quote);
        }
    }
    text.push(quote);
    Ok(text)
}

/// The name of a table in quotes, behind that of its schema if it is named with it.
pub(super) fn qualified(name: &str, quote: char) -> Result<String, Failure> {
    match name.split_once('.') {
        Some((schema, table)) => {
            Ok(format!("{}.{}", quoted(schema, quote)?, quoted(table, quote)?))
        }
        None => quoted(name, quote),
    }
}

/// The columns that tell rows apart, by the names they have in the table: those that were named,
/// with commas between if they are several, or else the primary key, or else a column called `id`.
pub(super) fn ids(
    named: Option<&str>,
    columns: &[String],
    primary: &[String],
    table: &str,
) -> Result<Vec<String>, Failure> {
    let Some(named) = named else {
        if !primary.is_empty() {
            return Ok(primary.to_vec());
        }
        if let Some(id) = columns.iter().find(|name| name.eq_ignore_ascii_case("id")) {
            return Ok(vec![id.clone()]);
        }
        let rule = format!("{table} has no primary key; name the --id, a unique column");
        return Err(Failure::environment("id-not-unique", rule));
    };
    // A name may hold a comma.
    if columns.iter().any(|name| name == named) {
        return Ok(vec![named.to_owned()]);
    }
    let names = named.split(',').map(|name| {
        let name = name.trim();
        let found = columns.iter().find(|have| *have == name);
        let found = found.or_else(|| columns.iter().find(|have| have.eq_ignore_ascii_case(name)));
        found.cloned().ok_or_else(|| missing("column", name, table, columns))
    });
    names.collect()
}

/// A list of texts with something between.
pub(super) fn list<T>(
    of: impl IntoIterator<Item = T>,
    between: &str,
    mut write: impl FnMut(&mut String, T),
) -> String {
    let mut text = String::new();
    for item in of {
        if !text.is_empty() {
            text.push_str(between);
        }
        write(&mut text, item);
    }
    text
}

/// `write!` into a `String`, which cannot fail.
pub(super) fn put(text: &mut String, what: std::fmt::Arguments<'_>) {
    let _ = text.write_fmt(what);
}

/// The column that is too narrow may as well be widened for good: a `VARCHAR` of one byte's length,
/// or of the next round number.
pub(super) fn width(needed: u64) -> u64 {
    (needed + 1).next_power_of_two().max(256) - 1
}

/// Bytes of values that a statement may have to be sent as one record of TLS. What takes several is
/// held up by the two ends' waiting for each other's acknowledgement (sqlx leaves Nagle's algorithm
/// on): 40 ms a page, measured.
const VALUES_BYTES_MAX: usize = 14 << 10;

/// Cut a page into statements that are sent at once, of up to `rows_max` rows.
pub(super) fn chunks<'s, 'p>(
    swaps: &'p [Swap<'s, Key>],
    rows_max: usize,
) -> Vec<&'p [Swap<'s, Key>]> {
    let (mut chunks, mut rest, mut bytes) = (Vec::new(), swaps, 0);
    let mut rows = 0;
    for swap in swaps {
        // With the keys, which are short, twice.
        let more = swap.old.len() + swap.new.len() + 64;
        if rows > 0 && (bytes + more > VALUES_BYTES_MAX || rows == rows_max) {
            let (chunk, behind) = rest.split_at(rows);
            chunks.push(chunk);
            (rest, rows, bytes) = (behind, 0, 0);
        }
        rows += 1;
        bytes += more;
    }
    if rows > 0 {
        chunks.push(rest);
    }
    chunks
}

/// Tries at a page that other sessions get in the way of.
pub(super) const TRIES: u32 = 5;

/// Whether another session's locks were in the way: what was tried can be tried again.
pub(super) fn is_lock_wait(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    if let Some(error) = error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        // ER_LOCK_WAIT_TIMEOUT, ER_LOCK_DEADLOCK; ER_LOCK_NOWAIT of MySQL 8.
        return matches!(error.number(), 1205 | 1213 | 3572);
    }
    // lock_not_available, deadlock_detected, serialization_failure
    matches!(error.code().as_deref(), Some("55P03" | "40P01" | "40001"))
}

/// Whether the role may not do what was tried.
pub(super) fn is_denied(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    if let Some(error) = error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        // Denied: the database, the statement on the table, the column, the table.
        return matches!(error.number(), 1044 | 1142 | 1143 | 1227 | 1370);
    }
    error.code().as_deref() == Some("42501")
}

pub(super) fn fault(error: &sqlx::Error) -> Failure {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => {
            Failure::environment("connection", say(error))
        }
        _ if is_denied(error) => Failure::environment("privilege", say(error)),
        _ => Failure::environment("database", say(error)),
    }
}

/// What the database says: never a value of a row.
pub(super) fn say(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_whatever_they_hold() {
        assert_eq!(quoted("a\"b", '"').unwrap(), "\"a\"\"b\"");
        assert_eq!(quoted("a`b`; --", '`').unwrap(), "`a``b``; --`");
        assert!(quoted("a\0", '`').is_err());
    }

    #[test]
    fn a_password_in_a_url_is_seen() {
        assert!(has_password("postgres://me:secret@host/site"));
        assert!(!has_password("postgres://me@host:5432/site"));
        assert!(!has_password("env:SITE") && !has_password("mysql://host:3306/a@b"));
    }

    #[test]
    fn a_key_is_what_was_named_or_the_primary_key() {
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let columns = own(&["id", "a,b", "A", "b"]);
        let ids = |named, primary: &[&str]| ids(named, &columns, &own(primary), "t");
        assert_eq!(ids(None, &["b", "A"]).unwrap(), ["b", "A"]);
        assert_eq!(ids(None, &[]).unwrap(), ["id"]);
        let error = super::ids(None, &own(&["a"]), &[], "t").unwrap_err();
        assert_eq!(error.message, "t has no primary key; name the --id, a unique column");
        assert_eq!(ids(Some("a,b"), &["id"]).unwrap(), ["a,b"]);
        assert_eq!(ids(Some("b, a"), &["id"]).unwrap(), ["b", "A"]);
        let error = ids(Some("b,c"), &["id"]).unwrap_err();
        assert_eq!(error.message, "t has no column \"c\"; there is id, a,b, A, b");
    }

    #[test]
    fn a_page_is_cut_into_statements_that_hold_every_row_once() {
        let (key, long) = (Key::Int(1), "x".repeat(5000));
        let swap = |text| Swap::new(&key, text, text);
        let lengths = |swaps: &[Swap<'_, Key>], rows_max| {
            chunks(swaps, rows_max).iter().map(|chunk| chunk.len()).collect::<Vec<_>>()
        };
        assert_eq!(lengths(&[], 3), [0; 0]);
        assert_eq!(lengths(&[swap("a"); 7], 3), [3, 3, 1]);
        assert_eq!(lengths(&[swap("a"); 3], 3), [3]);
        assert_eq!(lengths(&[swap("a"), swap("a"), swap(&long), swap(&long)], 9), [3, 1]);
        let longer = "x".repeat(50_000);
        assert_eq!(lengths(&[swap(&longer); 2], 9), [1, 1]);
    }

    #[test]
    fn a_column_is_widened_to_a_round_number() {
        assert_eq!([60, 255, 256, 300, 512].map(width), [255, 255, 511, 511, 1023]);
    }
}
