//! PostgreSQL. A page is a few statements: each swaps the rows whose old text still stands and that
//! nobody has locked, and says which. Keys travel as texts and are cast to the column's type, so
//! that every type has its own order and its own equality.
use super::sql::{self, Link, fault, is_lock_wait, list, put};
use super::{Access, Columns, Facts, Filter, Key, Source};
use crate::exit::Failure;
use catalog::{Column, Found};
use hashlift::job::{Cell, Row, Swap, Table};
use sqlx::postgres::{PgArguments, PgConnectOptions, PgRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection, Postgres as Db, Row as _};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

mod catalog;

pub(crate) struct Postgres {
    link: Link<PgConnection>,
    columns: Columns,
    filter: Filter,
    found: Found,
    first: String,
    after: String,
    /// A page of swaps; and those that were locked, one by one.
    swap: String,
    wait: String,
    size: u64,
    position: u64,
    waits: Arc<AtomicU64>,
}

impl Postgres {
    pub(crate) fn open(
        url: &str,
        table: &str,
        columns: Columns,
        filter: Filter,
        access: Access<'_>,
    ) -> Result<Self, Failure> {
        let options = PgConnectOptions::from_str(url).map_err(|_| {
            let rule = "write it as postgres://USER@HOST:PORT/DATABASE?sslmode=verify-full";
            Failure::usage("bad-url", rule)
        })?;
        let name = format!("postgres://{}:{}", options.get_host(), options.get_port());
        let options = options.application_name("hashlift").disable_statement_logging();
        let mut link = Link::open(&options, &name)?;
        let found = catalog::find(&mut link, table, &columns, &filter, access)?;

        let from = &found.name;
        let read =
            list(&found.ids, ", ", |text, id| put(text, format_args!("t.{}::text", id.quoted)));
        let read =
            std::iter::once(&found.hash).chain(&found.others).fold(read, |mut read, column| {
                let cast = if column.is_bytes() { "" } else { "::text" };
                put(&mut read, format_args!(", t.{}{cast}", column.quoted));
                read
            });
        let mut number = 0;
        let tests = tests(&found, &filter, &mut number);
        let order = list(&found.ids, ", ", |text, id| put(text, format_args!("t.{}", id.quoted)));
        let only = if filter.is_empty() { String::new() } else { format!(" WHERE {tests}") };
        let first =
            format!("SELECT {read} FROM {from} AS t{only} ORDER BY {order} LIMIT ${}", number + 1);
        let key = list(&found.ids, ", ", |text, id| {
            number += 1;
            put(text, format_args!("(${number}::text)::{}", id.kind));
        });
        let and = if filter.is_empty() { String::new() } else { format!("{tests} AND ") };
        let after = format!(
            "SELECT {read} FROM {from} AS t WHERE {and}({order}) > ({key}) ORDER BY {order} LIMIT ${}",
            number + 1
        );
        let count = format!("SELECT count(*) FROM {from} AS t{only}");
        let query = filter.values().fold(sqlx::query(AssertSqlSafe(count)), bind);
        let rows = link.fetch(query).map_err(|error| fault(&error))?;
        let size: i64 = rows.first().map_or(Ok(0), |row| row.try_get(0)).map_err(|e| fault(&e))?;
        let (swap, wait) = (statement(&found, "SKIP LOCKED", None), statement(&found, "", None));
        Ok(Self {
            link,
            columns,
            filter,
            found,
            first,
            after,
            swap,
            wait,
            size: u64::try_from(size).unwrap_or(0),
            position: 0,
            waits: Arc::default(),
        })
    }

    fn row(&self, row: &PgRow) -> Result<Row<Key>, Failure> {
        let mut key = Vec::with_capacity(self.found.ids.len());
        for (at, column) in self.found.ids.iter().enumerate() {
            let text: String = row.try_get_unchecked(at).map_err(|error| fault(&error))?;
            let int = column.is_int().then(|| text.parse().ok()).flatten();
            key.push(int.map_or(Key::Text(text), Key::Int));
        }
        let columns = std::iter::once(&self.found.hash).chain(&self.found.others);
        let cells = columns.enumerate().map(|(at, column)| cell(row, key.len() + at, column));
        let cells: Vec<_> = cells.collect();
        Ok(self.columns.row(Key::of(key), cells.into_iter()))
    }

    /// Which of the swaps were made.
    fn swap_with(&mut self, sql: &str, swaps: &[Swap<'_, Key>]) -> Result<Vec<bool>, sqlx::Error> {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for at in 0..self.found.ids.len() {
            let part = |swap: &Swap<'_, Key>| swap.key.parts().get(at).map(text);
            query = query.bind(swaps.iter().map(part).collect::<Vec<_>>());
        }
        let owned = |of: fn(&Swap<'_, Key>) -> String| swaps.iter().map(of).collect::<Vec<_>>();
        query = query.bind(owned(|swap| swap.old.to_owned()));
        query = query.bind(owned(|swap| swap.new.to_owned()));
        let mut done = vec![false; swaps.len()];
        for row in self.link.fetch(query)? {
            let place: i64 = row.try_get(0)?;
            if let Some(done) = usize::try_from(place - 1).ok().and_then(|at| done.get_mut(at)) {
                *done = true;
            }
        }
        Ok(done)
    }

    /// A page in one transaction: which of the swaps were made.
    fn swap_all(&mut self, swaps: &[Swap<'_, Key>]) -> Result<Vec<bool>, sqlx::Error> {
        let sql = self.swap.clone();
        let chunks = sql::chunks(swaps, usize::MAX);
        if let [chunk] = chunks.as_slice() {
            return self.swap_with(&sql, chunk);
        }
        self.link.plain("BEGIN")?;
        let mut done = Vec::with_capacity(swaps.len());
        for chunk in chunks {
            done.extend(self.swap_with(&sql, chunk)?);
        }
        self.link.plain("COMMIT")?;
        Ok(done)
    }

    /// Rows that were not swapped have changed, or are locked by someone who may be changing them:
    /// wait for each a moment, with no other lock in hand.
    fn swap_late(&mut self, swaps: &[Swap<'_, Key>], done: &mut [bool]) -> Result<(), sqlx::Error> {
        self.link.plain("SET lock_timeout = '1s'")?;
        let wait = self.wait.clone();
        for (swap, done) in swaps.iter().zip(done).filter(|(_, done)| !**done) {
            match self.swap_with(&wait, std::slice::from_ref(swap)) {
                Ok(swapped) => *done = swapped == [true],
                Err(error) if is_lock_wait(&error) => {
                    self.waits.fetch_add(1, Ordering::Relaxed);
                }
                Err(error) => return Err(error),
            }
        }
        self.link.plain("SET lock_timeout = 0")
    }

    /// The lock of a part: its name, the table's and the column's.
    fn lock(&self, part: u64) -> i64 {
        let table = self.found.oid.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (part ^ table).cast_signed()
    }

    fn ask(&mut self, sql: &'static str, lock: i64) -> Result<bool, Failure> {
        let rows = self.link.fetch(sqlx::query(sql).bind(lock)).map_err(|error| fault(&error))?;
        let row = rows.first().map_or(Ok(false), |row| row.try_get(0));
        row.map_err(|error| fault(&error))
    }
}

/// A page of swaps in one statement. Rows are locked first, in such a way that nobody who only
/// refers to them is in the way; what is locked already is passed over, so that the statement never
/// waits with locks in its hand. Each row is written if its text is the old one to the byte,
/// whatever the column's collation holds for equal.
fn statement(found: &Found, skip: &str, backup: Option<&str>) -> String {
    let Found { name: from, ids, hash, .. } = found;
    let mut lists = String::new();
    let mut names = String::new();
    let mut same = String::new();
    for (at, id) in ids.iter().enumerate() {
        put(&mut lists, format_args!("${}::text[], ", at + 1));
        put(&mut names, format_args!("k{at}, "));
        put(&mut same, format_args!("t.{} = p.k{at}::{} AND ", id.quoted, id.kind));
    }
    let (old, new) = (ids.len() + 1, ids.len() + 2);
    let column = &hash.quoted;
    let value = if hash.is_bytes() {
        put(&mut same, format_args!("t.{column} = convert_to(p.old, 'UTF8')"));
        "convert_to(p.new, 'UTF8')"
    } else {
        put(&mut same, format_args!("t.{column}::text COLLATE \"C\" = p.old"));
        "p.new"
    };
    let mut text = format!(
        "WITH page AS (SELECT * FROM unnest({lists}${old}::text[], ${new}::text[]) WITH ORDINALITY \
         AS p({names}old, new, place)), \
         free AS (SELECT p.place FROM {from} AS t JOIN page AS p ON {same} \
         FOR NO KEY UPDATE OF t {skip}), \
         done AS (UPDATE {from} AS t SET {column} = {value} FROM page AS p JOIN free USING (place) \
         WHERE {same} RETURNING p.*)"
    );
    if let Some(backup) = backup {
        let columns = list(ids, "", |text, id| put(text, format_args!("{}, ", id.quoted)));
        let mut at = 0;
        let keys = list(ids, "", |text, id| {
            put(text, format_args!("k{at}::{}, ", id.kind));
            at += 1;
        });
        put(
            &mut text,
            format_args!(
                ", kept AS (INSERT INTO {backup} ({columns}old_hash, saved_at) \
                 SELECT {keys}old, now() FROM done)"
            ),
        );
    }
    text.push_str(" SELECT place FROM done");
    text
}

/// The tests of the filter, with the numbers of their values.
fn tests(found: &Found, filter: &Filter, number: &mut usize) -> String {
    list(filter.tests().iter().zip(&found.tested), " AND ", |text, (test, column)| {
        let (name, operator) = (&column.quoted, test.operator);
        if test.value.is_none() {
            return put(text, format_args!("t.{name} {operator}"));
        }
        *number += 1;
        match test.is_pattern() {
            true => {
                put(text, format_args!("t.{name}::text COLLATE \"C\" {operator} ${number}::text"))
            }
            false => {
                put(text, format_args!("t.{name} {operator} (${number}::text)::{}", column.kind));
            }
        }
    })
}

fn bind<'q>(
    query: Query<'q, Db, PgArguments>,
    value: &super::filter::Value,
) -> Query<'q, Db, PgArguments> {
    use super::filter::Value;
    query.bind(match value {
        Value::Text(text) => text.clone(),
        Value::Int(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Bool(yes) => yes.to_string(),
    })
}

/// The column of a key as a text that casts back to it.
fn text(key: &Key) -> String {
    match key {
        Key::Int(id) => id.to_string(),
        Key::Unsigned(id) | Key::Line(id) | Key::Row(id, _) => id.to_string(),
        Key::Text(id) => id.clone(),
        // No key of PostgreSQL is read as one of these.
        Key::Bytes(_) | Key::Several(_) => String::new(),
    }
}

fn cell(row: &PgRow, at: usize, column: &Column) -> Cell {
    if column.is_bytes() {
        return match row
            .try_get_unchecked::<Option<Vec<u8>>, _>(at)
            .map(|it| it.map(String::from_utf8))
        {
            Ok(None) => Cell::Null,
            Ok(Some(Ok(text))) => Cell::Text(text),
            _ => Cell::Fault("the column holds bytes that are not UTF-8".into()),
        };
    }
    match row.try_get_unchecked(at) {
        Ok(None) => Cell::Null,
        Ok(Some(text)) => Cell::Text(text),
        Err(_) => Cell::Fault("the column holds a text that is not UTF-8".into()),
    }
}

impl Table for Postgres {
    type Key = Key;
    type Error = Failure;

    fn batch(&mut self, after: Option<&Key>, rows_max: usize) -> Result<Vec<Row<Key>>, Failure> {
        let rows_max = i64::try_from(rows_max).unwrap_or(i64::MAX);
        let sql = if after.is_some() { &self.after } else { &self.first };
        let query = self.filter.values().fold(sqlx::query(AssertSqlSafe(sql.as_str())), bind);
        let parts = after.map(Key::parts).unwrap_or_default();
        let query = parts.iter().fold(query, |query, part| query.bind(text(part)));
        let rows = self.link.fetch(query.bind(rows_max)).map_err(|error| fault(&error))?;
        self.position += rows.len() as u64;
        rows.iter().map(|row| self.row(row)).collect()
    }

    fn swap(&mut self, key: &Key, old: &str, new: &str) -> Result<bool, Failure> {
        Ok(self.swap_page(&[Swap::new(key, old, new)])? == [true])
    }

    fn swap_page(&mut self, swaps: &[Swap<'_, Key>]) -> Result<Vec<bool>, Failure> {
        let mut done = vec![false; swaps.len()];
        for _ in 0..sql::TRIES {
            match self.swap_all(swaps) {
                Ok(swapped) => {
                    done = swapped;
                    break;
                }
                Err(error) => {
                    // If this fails, the connection is gone, and what was begun with it.
                    let _ = self.link.plain("ROLLBACK");
                    if !is_lock_wait(&error) {
                        return Err(fault(&error));
                    }
                    self.waits.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
        if done.contains(&false) {
            self.swap_late(swaps, &mut done).map_err(|error| fault(&error))?;
        }
        Ok(done)
    }

    /// What is swapped is committed.
    fn commit(&mut self) -> Result<(), Failure> {
        Ok(())
    }

    fn reads_ahead(&self) -> bool {
        true
    }

    fn is_shared(&self) -> bool {
        true
    }

    /// An advisory lock of the session: it needs no privilege and no table, blocks nobody who does
    /// not ask for it, and is gone with the connection.
    fn claim(&mut self, part: u64) -> Result<bool, Failure> {
        self.ask("SELECT pg_catalog.pg_try_advisory_lock($1)", self.lock(part))
    }

    fn release(&mut self, part: u64) -> Result<(), Failure> {
        self.ask("SELECT pg_catalog.pg_advisory_unlock($1)", self.lock(part)).map(drop)
    }
}

impl Source for Postgres {
    fn size(&self) -> u64 {
        self.size
    }

    fn position(&self) -> u64 {
        self.position
    }

    fn facts(&self) -> Facts {
        let Found { name: from, ids, hash, notes, grant, .. } = &self.found;
        let column = &hash.quoted;
        let same = list(ids, " AND ", |text, id| {
            put(text, format_args!("t.{0} = b.{0}", id.quoted));
        });
        let (text, old) = match hash.is_bytes() {
            true => (format!("encode(t.{column}, 'escape')"), "convert_to(b.old_hash, 'UTF8')"),
            false => (format!("t.{column}::text COLLATE \"C\""), "b.old_hash"),
        };
        Facts {
            characters_max: hash.characters_max,
            widen: (
                format!("ALTER TABLE {from} ALTER COLUMN {column} TYPE varchar("),
                ")".to_owned(),
            ),
            notes: notes.clone(),
            undo: (
                format!("UPDATE {from} AS t SET {column} = {old} FROM "),
                format!(" AS b WHERE {same} AND {text} LIKE '$wrap$%'"),
            ),
            quote: '"',
            grant: grant.clone(),
        }
    }

    fn keep_backup(&mut self, table: &str) -> Result<(), Failure> {
        let backup = sql::qualified(table, '"')?;
        let Found { name: from, ids, .. } = &self.found;
        let keys = list(ids, "", |text, id| put(text, format_args!("{}, ", id.quoted)));
        let sql = format!(
            "CREATE TABLE IF NOT EXISTS {backup} AS SELECT {keys}''::text AS old_hash, \
             now() AS saved_at FROM {from} WITH NO DATA"
        );
        // Two processes may make it at once: then one of them fails, and finds it made.
        if self.link.affected(sqlx::query(AssertSqlSafe(sql.as_str()))).is_err() {
            let again = self.link.affected(sqlx::query(AssertSqlSafe(sql)));
            again.map_err(|error| fault(&error))?;
        }
        self.swap = statement(&self.found, "SKIP LOCKED", Some(&backup));
        self.wait = statement(&self.found, "", Some(&backup));
        Ok(())
    }

    fn lock_waits(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.waits)
    }
}
