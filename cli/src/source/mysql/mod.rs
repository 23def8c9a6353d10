//! MySQL and MariaDB. A page is locked where nobody else has locked it, and written by a few
//! statements; where the server or the table's engine can't do that, row by row. Texts travel as
//! bytes, so that no collation has a say in what is equal.
use super::filter::Value;
use super::sql::{self, Link, fault, is_denied, is_lock_wait, list, put};
use super::{Access, Columns, Facts, Filter, Key, Source};
use crate::exit::Failure;
use catalog::{Column, Found};
use hashlift::job::{Cell, Row, Swap, Table};
use sqlx::mysql::{MySqlArguments, MySqlConnectOptions, MySqlRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, ConnectOptions, MySql as Db, MySqlConnection, Row as _};
use std::collections::HashSet;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

mod catalog;

pub(crate) struct Mysql {
    link: Link<MySqlConnection>,
    columns: Columns,
    filter: Filter,
    found: Found,
    first: String,
    after: String,
    /// Whether a page is written by one statement.
    paged: bool,
    /// The statement that keeps a row's old text, if there is a backup, but for its rows.
    backup: Option<String>,
    size: u64,
    position: u64,
    waits: Arc<AtomicU64>,
}

/// Rows that are written by one statement. Statements of few different lengths are filled up by
/// their last row, so that the server has prepared them.
const LENGTHS: [usize; 3] = [4, 16, 64];

impl Mysql {
    pub(crate) fn open(
        url: &str,
        table: &str,
        columns: Columns,
        filter: Filter,
        access: Access<'_>,
    ) -> Result<Self, Failure> {
        let options = MySqlConnectOptions::from_str(url).map_err(|_| {
            let rule = "write it as mysql://USER@HOST:PORT/DATABASE?ssl-mode=VERIFY_IDENTITY";
            Failure::usage("bad-url", rule)
        })?;
        let name = format!("mysql://{}:{}", options.get_host(), options.get_port());
        let options = options.disable_statement_logging();
        let options = match super::environment("MYSQL_PWD") {
            Ok(password) if !sql::has_password(url) => options.password(&password),
            _ => options,
        };
        let mut link = Link::open(&options, &name)?;
        let found = catalog::find(&mut link, table, &columns, &filter, access)?;
        let paged = match access.writes() {
            true => prepare(&mut link, &found)?,
            false => false,
        };

        let from = &found.name;
        let read = list(&found.ids, ", ", |text, id| {
            let name = &id.quoted;
            match (id.is_int(), id.unsigned) {
                (true, true) => put(text, format_args!("CAST(t.{name} AS UNSIGNED)")),
                (true, false) => put(text, format_args!("CAST(t.{name} AS SIGNED)")),
                _ => put(text, format_args!("{}", bytes(id))),
            }
        });
        let read =
            std::iter::once(&found.hash).chain(&found.others).fold(read, |mut read, column| {
                put(&mut read, format_args!(", {}", bytes(column)));
                read
            });
        let tests =
            list(filter.tests().iter().zip(&found.tested), " AND ", |text, (test, column)| {
                let value = if test.value.is_some() { " ?" } else { "" };
                put(text, format_args!("t.{} {}{value}", column.quoted, test.operator));
            });
        let order = list(&found.ids, ", ", |text, id| put(text, format_args!("t.{}", id.quoted)));
        let only = if filter.is_empty() { String::new() } else { format!(" WHERE {tests}") };
        let and = if filter.is_empty() { String::new() } else { format!("{tests} AND ") };
        let behind = behind(&found.ids);
        let count = format!("SELECT CAST(COUNT(*) AS SIGNED) FROM {from} AS t{only}");
        let query = filter.values().fold(sqlx::query(AssertSqlSafe(count)), bind_value);
        let rows = link.fetch(query).map_err(|error| fault(&error))?;
        let size: i64 = rows.first().map_or(Ok(0), |row| row.try_get(0)).map_err(|e| fault(&e))?;
        Ok(Self {
            link,
            columns,
            filter,
            first: format!("SELECT {read} FROM {from} AS t{only} ORDER BY {order} LIMIT ?"),
            after: format!(
                "SELECT {read} FROM {from} AS t WHERE {and}{behind} ORDER BY {order} LIMIT ?"
            ),
            found,
            paged,
            backup: None,
            size: u64::try_from(size).unwrap_or(0),
            position: 0,
            waits: Arc::default(),
        })
    }

    fn row(&self, row: &MySqlRow) -> Result<Row<Key>, Failure> {
        let key = self.key(row)?;
        let columns = std::iter::once(&self.found.hash).chain(&self.found.others);
        let first = self.found.ids.len();
        let cells: Vec<_> = columns.enumerate().map(|(at, _)| cell(row, first + at)).collect();
        Ok(self.columns.row(key, cells.into_iter()))
    }

    fn key(&self, row: &MySqlRow) -> Result<Key, Failure> {
        let part = |(at, id): (usize, &Column)| {
            let part = match (id.is_int(), id.unsigned, id.is_bytes()) {
                (true, true, _) => {
                    let number: u64 = row.try_get_unchecked(at)?;
                    i64::try_from(number).map_or(Key::Unsigned(number), Key::Int)
                }
                (true, false, _) => Key::Int(row.try_get_unchecked(at)?),
                (_, _, true) => Key::Bytes(row.try_get_unchecked(at)?),
                _ => Key::Text(row.try_get_unchecked(at)?),
            };
            Ok(part)
        };
        let parts = self.found.ids.iter().enumerate().map(part);
        Ok(Key::of(parts.collect::<Result<_, _>>().map_err(|error: sqlx::Error| fault(&error))?))
    }

    /// A page in one transaction: which of the swaps were made.
    fn swap_all(&mut self, swaps: &[Swap<'_, Key>]) -> Result<Vec<bool>, sqlx::Error> {
        let [.., longest] = LENGTHS;
        self.link.plain("START TRANSACTION")?;
        let mut done = Vec::with_capacity(swaps.len());
        for chunk in sql::chunks(swaps, longest) {
            done.extend(self.swap_paged(chunk)?);
        }
        self.link.plain("COMMIT")?;
        Ok(done)
    }

    /// Lock the rows whose old text still stands and that nobody else has locked, write them, and
    /// keep their old texts. Which of the swaps were made.
    fn swap_paged(&mut self, swaps: &[Swap<'_, Key>]) -> Result<Vec<bool>, sqlx::Error> {
        let filled = fill(swaps);
        let from = &self.found.name;
        let same = list(&filled, " OR ", |text, _| text.push_str(&self.same()));
        let keys = list(&self.found.ids, ", ", |text, id| match id.is_int() {
            true if id.unsigned => put(text, format_args!("CAST(t.{} AS UNSIGNED)", id.quoted)),
            true => put(text, format_args!("CAST(t.{} AS SIGNED)", id.quoted)),
            false => put(text, format_args!("{}", bytes(id))),
        });
        let lock = format!("SELECT {keys} FROM {from} AS t WHERE {same} FOR UPDATE SKIP LOCKED");
        let query = filled.iter().fold(sqlx::query(AssertSqlSafe(lock)), bind_same);
        let locked = self.link.fetch(query)?;
        let locked: HashSet<Key> = locked.iter().filter_map(|row| self.key(row).ok()).collect();
        let mine: Vec<_> = swaps.iter().filter(|swap| locked.contains(swap.key)).copied().collect();
        if !mine.is_empty() {
            let filled = fill(&mine);
            let id = self.identity();
            let cases = list(&filled, " ", |text, _| put(text, format_args!("WHEN {id} THEN ?")));
            let same = list(&filled, " OR ", |text, _| text.push_str(&self.same()));
            let (from, column) = (&self.found.name, &self.found.hash.quoted);
            let update = format!(
                "UPDATE {from} AS t SET t.{column} = CASE {cases} ELSE t.{column} END{} WHERE {same}",
                self.stamps()
            );
            let query = sqlx::query(AssertSqlSafe(update));
            let query = filled
                .iter()
                .fold(query, |query, swap| bind_key(query, swap.key).bind(swap.new.to_owned()));
            let written = self.link.affected(filled.iter().fold(query, bind_same))?;
            if written.rows_affected() != mine.len() as u64 {
                return Err(sqlx::Error::Protocol("locked rows were not written".to_owned()));
            }
            self.keep(&mine)?;
        }
        Ok(swaps.iter().map(|swap| locked.contains(swap.key)).collect())
    }

    /// Write one row, if its old text still stands.
    fn swap_one(&mut self, swap: &Swap<'_, Key>) -> Result<bool, sqlx::Error> {
        let (from, column) = (&self.found.name, &self.found.hash.quoted);
        let sql =
            format!("UPDATE {from} AS t SET t.{column} = ?{} WHERE {}", self.stamps(), self.same());
        let kept = self.backup.is_some();
        if kept {
            self.link.plain("START TRANSACTION")?;
        }
        let query = sqlx::query(AssertSqlSafe(sql)).bind(swap.new.to_owned());
        let written = self.link.affected(bind_same(query, swap))?.rows_affected() == 1;
        if kept {
            if written {
                self.keep(std::slice::from_ref(swap))?;
            }
            self.link.plain("COMMIT")?;
        }
        Ok(written)
    }

    /// Keep the old texts of rows, if there is a backup.
    fn keep(&mut self, swaps: &[Swap<'_, Key>]) -> Result<(), sqlx::Error> {
        let Some(insert) = &self.backup else { return Ok(()) };
        let row = format!("({}?, UTC_TIMESTAMP())", "?, ".repeat(self.found.ids.len()));
        let sql = format!("{insert}{}", list(swaps, ", ", |text, _| text.push_str(&row)));
        // Of many lengths, so it is not kept.
        let query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
        let query = swaps
            .iter()
            .fold(query, |query, swap| bind_key(query, swap.key).bind(swap.old.to_owned()));
        self.link.affected(query).map(drop)
    }

    /// That a row is the one of a key.
    fn identity(&self) -> String {
        list(&self.found.ids, " AND ", |text, id| put(text, format_args!("t.{} = ?", id.quoted)))
    }

    /// That a row is the one of a key, and its old text stands to the byte.
    fn same(&self) -> String {
        format!("({} AND {} = ?)", self.identity(), bytes(&self.found.hash))
    }

    /// Columns that the server would set to the time, set to what they are.
    fn stamps(&self) -> String {
        let stamps = self.found.stamps.iter();
        stamps.map(|name| format!(", t.{name} = t.{name}")).collect()
    }

    /// What was begun is over. If another session's locks were in the way, that is counted.
    fn give_way(&mut self, error: &sqlx::Error) -> Result<(), Failure> {
        // If this fails, the connection is gone, and what was begun with it.
        let _ = self.link.plain("ROLLBACK");
        if !is_lock_wait(error) {
            return Err(fault(error));
        }
        self.waits.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn ask(&mut self, sql: &'static str, part: u64) -> Result<bool, Failure> {
        let query = sqlx::query(sql).bind(self.found.path.clone()).bind(format!("{part:016x}"));
        let rows = self.link.fetch(query).map_err(|error| fault(&error))?;
        let answer = rows.first().map(|row| row.try_get_unchecked::<Option<i64>, _>(0));
        Ok(answer.transpose().map_err(|error| fault(&error))?.flatten() == Some(1))
    }
}

/// Set up the session for writing, and see whether the role may write. Whether whole pages can be
/// written: the engine must have transactions, and the server must be able to pass over locks.
fn prepare(link: &mut Link<MySqlConnection>, found: &Found) -> Result<bool, Failure> {
    // A text that is cut must be an error; nobody is to wait long for us, nor we for them.
    let set = "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES'), \
               SESSION innodb_lock_wait_timeout = 1";
    link.plain(set).map_err(|error| fault(&error))?;
    // No gaps are locked then. A binary log of statements has no room for it.
    let format = link.fetch(sqlx::query("SELECT CAST(@@log_bin AS CHAR), @@binlog_format"));
    let statements = match format.map_err(|error| fault(&error))?.first() {
        Some(row) => text_of(row, 0)? == "1" && text_of(row, 1)?.eq_ignore_ascii_case("statement"),
        None => false,
    };
    if !statements {
        let set = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
        link.plain(set).map_err(|error| fault(&error))?;
    }
    let (from, column) = (&found.name, &found.hash.quoted);
    let stamps: String = found.stamps.iter().map(|name| format!(", {name} = {name}")).collect();
    let nothing = format!("UPDATE {from} SET {column} = {column}{stamps} WHERE FALSE");
    link.affected(sqlx::query(AssertSqlSafe(nothing))).map_err(|error| {
        let failure = fault(&error);
        let message = match is_denied(&error) {
            true => format!("{}; all that is needed: {}", failure.message, found.grant),
            false => failure.message,
        };
        Failure { message, ..failure }
    })?;
    let key = list(&found.ids, ", ", |text, id| text.push_str(&id.quoted));
    let lock = format!("SELECT {key} FROM {from} WHERE FALSE FOR UPDATE SKIP LOCKED");
    Ok(found.transactional && link.fetch(sqlx::query(AssertSqlSafe(lock))).is_ok())
}

/// A column's value as bytes: those of UTF-8, if it is a text.
fn bytes(column: &Column) -> String {
    match column.is_bytes() {
        true => format!("t.{}", column.quoted),
        false => format!("CAST(CONVERT(t.{} USING utf8mb4) AS BINARY)", column.quoted),
    }
}

/// That a row comes behind a key. Spelt out: for a comparison of rows, MySQL would read them all.
fn behind(ids: &[Column]) -> String {
    let (mut text, mut close) = (String::new(), String::new());
    for (at, id) in ids.iter().enumerate() {
        let name = &id.quoted;
        match at + 1 == ids.len() {
            true => put(&mut text, format_args!("t.{name} > ?")),
            false => {
                put(&mut text, format_args!("t.{name} >= ? AND (t.{name} > ? OR "));
                close.push(')');
            }
        }
    }
    text + &close
}

/// The swaps, filled up to one of the lengths.
fn fill<'s>(swaps: &[Swap<'s, Key>]) -> Vec<Swap<'s, Key>> {
    let length = LENGTHS.into_iter().find(|length| *length >= swaps.len());
    let last = swaps.last().into_iter().cycle();
    let missing = length.unwrap_or(0).saturating_sub(swaps.len());
    swaps.iter().chain(last.take(missing)).copied().collect()
}

type Bound<'q> = Query<'q, Db, MySqlArguments>;

fn bind_key<'q>(query: Bound<'q>, key: &Key) -> Bound<'q> {
    key.parts().iter().fold(query, bind_part)
}

fn bind_part<'q>(query: Bound<'q>, part: &Key) -> Bound<'q> {
    match part {
        Key::Int(id) => query.bind(*id),
        Key::Unsigned(id) | Key::Line(id) | Key::Row(id, _) => query.bind(*id),
        Key::Text(id) => query.bind(id.clone()),
        Key::Bytes(id) => query.bind(id.clone()),
        Key::Several(parts) => parts.iter().fold(query, bind_part),
    }
}

fn bind_same<'q>(query: Bound<'q>, swap: &Swap<'_, Key>) -> Bound<'q> {
    bind_key(query, swap.key).bind(swap.old.as_bytes().to_vec())
}

fn bind_value<'q>(query: Bound<'q>, value: &Value) -> Bound<'q> {
    match value {
        Value::Text(text) => query.bind(text.clone()),
        Value::Int(number) => query.bind(*number),
        Value::Real(number) => query.bind(*number),
        Value::Bool(yes) => query.bind(*yes),
    }
}

/// A text of the catalogue, which some versions keep as bytes.
fn text_of(row: &MySqlRow, at: usize) -> Result<String, Failure> {
    row.try_get_unchecked(at).map_err(|error| fault(&error))
}

fn cell(row: &MySqlRow, at: usize) -> Cell {
    match row.try_get_unchecked::<Option<Vec<u8>>, _>(at).map(|it| it.map(String::from_utf8)) {
        Ok(None) => Cell::Null,
        Ok(Some(Ok(text))) => Cell::Text(text),
        _ => Cell::Fault("the column holds bytes that are not UTF-8".into()),
    }
}

impl Table for Mysql {
    type Key = Key;
    type Error = Failure;

    fn batch(&mut self, after: Option<&Key>, rows_max: usize) -> Result<Vec<Row<Key>>, Failure> {
        let sql = if after.is_some() { &self.after } else { &self.first };
        let query = self.filter.values().fold(sqlx::query(AssertSqlSafe(sql.as_str())), bind_value);
        let parts = after.map(Key::parts).unwrap_or_default();
        // All but the last are compared twice.
        let query = parts.iter().enumerate().fold(query, |query, (at, part)| {
            let query = bind_part(query, part);
            if at + 1 == parts.len() { query } else { bind_part(query, part) }
        });
        let query = query.bind(i64::try_from(rows_max).unwrap_or(i64::MAX));
        let rows = self.link.fetch(query).map_err(|error| fault(&error))?;
        self.position += rows.len() as u64;
        rows.iter().map(|row| self.row(row)).collect()
    }

    fn swap(&mut self, key: &Key, old: &str, new: &str) -> Result<bool, Failure> {
        Ok(self.swap_page(&[Swap::new(key, old, new)])? == [true])
    }

    fn swap_page(&mut self, swaps: &[Swap<'_, Key>]) -> Result<Vec<bool>, Failure> {
        let mut done = vec![false; swaps.len()];
        for _ in 0..if self.paged { sql::TRIES } else { 0 } {
            match self.swap_all(swaps) {
                Ok(swapped) => {
                    done = swapped;
                    break;
                }
                Err(error) => self.give_way(&error)?,
            }
        }
        // What was not swapped has changed, or is locked by someone who may be changing it: wait for
        // each a moment, with no other lock in hand.
        for (swap, done) in swaps.iter().zip(&mut done).filter(|(_, done)| !**done) {
            match self.swap_one(swap) {
                Ok(swapped) => *done = swapped,
                Err(error) => self.give_way(&error)?,
            }
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

    /// A lock by name of the session: it needs no privilege and no table, blocks nobody who does
    /// not ask for it, and is gone with the connection. Its name has up to 64 characters, and is
    /// the server's, so the table is part of it.
    fn claim(&mut self, part: u64) -> Result<bool, Failure> {
        self.ask("SELECT GET_LOCK(CONCAT('hashlift:', LEFT(MD5(?), 16), ':', ?), 0)", part)
    }

    fn release(&mut self, part: u64) -> Result<(), Failure> {
        self.ask("SELECT RELEASE_LOCK(CONCAT('hashlift:', LEFT(MD5(?), 16), ':', ?))", part)
            .map(drop)
    }
}

impl Source for Mysql {
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
        let (kind, close) = hash.wider();
        let mut notes = notes.clone();
        if !self.found.transactional {
            notes.push(
                "The table's engine has no transactions: rows are written one by one, and none is \
                 half written."
                    .to_owned(),
            );
        }
        let stamps = self.stamps();
        Facts {
            characters_max: hash.characters_max,
            widen: (
                format!("ALTER TABLE {from} MODIFY {column} {kind}"),
                format!("{close}{}", hash.rest),
            ),
            notes,
            undo: (
                format!("UPDATE {from} AS t JOIN "),
                format!(
                    " AS b ON {same} SET t.{column} = b.old_hash{stamps} \
                     WHERE t.{column} LIKE '$wrap$%'"
                ),
            ),
            quote: '`',
            grant: grant.clone(),
        }
    }

    fn keep_backup(&mut self, table: &str) -> Result<(), Failure> {
        if !self.found.transactional {
            let rule = "a backup row and its row are written together, which takes a transaction; \
                        the table's engine has none: ALTER TABLE … ENGINE=InnoDB";
            return Err(Failure::environment("backup", rule));
        }
        let backup = sql::qualified(table, '`')?;
        let Found { name: from, ids, hash, .. } = &self.found;
        let keys = list(ids, "", |text, id| put(text, format_args!("t.{}, ", id.quoted)));
        let create = format!(
            "CREATE TABLE IF NOT EXISTS {backup} ENGINE=InnoDB AS SELECT {keys}t.{} AS old_hash, \
             UTC_TIMESTAMP() AS saved_at FROM {from} AS t WHERE FALSE",
            hash.quoted
        );
        self.link.affected(sqlx::query(AssertSqlSafe(create))).map_err(|error| fault(&error))?;
        let columns = list(ids, "", |text, id| put(text, format_args!("{}, ", id.quoted)));
        self.backup = Some(format!("INSERT INTO {backup} ({columns}old_hash, saved_at) VALUES "));
        Ok(())
    }

    fn lock_waits(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.waits)
    }
}
