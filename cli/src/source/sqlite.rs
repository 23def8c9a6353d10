//! SQLite. Names are quoted, values are bound; nothing is ever spliced into a statement. It has one
//! writer at a time, so one process works on a file at a time.
use super::filter::Value;
use super::sql::{self, Link, fault, list, put, say};
use super::{Access, Columns, Facts, Filter, Key, Source, missing};
use crate::exit::Failure;
use hashlift::job::{Cell, Row, Table};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteRow};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Row as _, Sqlite as Db, SqliteConnection, TypeInfo, ValueRef,
};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) struct Sqlite {
    database: Database,
    columns: Columns,
    filter: Filter,
    found: Found,
    first: String,
    after: String,
    swap: String,
    /// The statement that keeps a row's old text, if there is a backup.
    backup: Option<String>,
    size: u64,
    position: u64,
    /// Whether swaps wait for their commit.
    open: bool,
    _only: Option<Only>,
}

/// A connection with the thread that waits for it.
pub(crate) struct Database(Link<SqliteConnection>);

/// How long to wait for another writer's transaction.
const BUSY: Duration = Duration::from_secs(30);

impl Database {
    pub(crate) fn open(options: SqliteConnectOptions, name: &str) -> Result<Self, Failure> {
        let options = options.busy_timeout(BUSY).disable_statement_logging();
        Ok(Self(Link::open(&options, name)?))
    }

    pub(crate) fn execute(&mut self, query: Bound<'_>) -> Result<u64, Failure> {
        Ok(self.0.affected(query).map_err(|error| fault(&error))?.rows_affected())
    }

    pub(crate) fn rows(&mut self, query: Bound<'_>) -> Result<Vec<SqliteRow>, Failure> {
        self.0.fetch(query).map_err(|error| fault(&error))
    }

    fn count(&mut self, query: Bound<'_>) -> Result<i64, Failure> {
        let rows = self.rows(query)?;
        rows.first().map_or(Ok(0), |row| row.try_get(0)).map_err(|error| fault(&error))
    }
}

type Bound<'q> = Query<'q, Db, SqliteArguments>;

impl Sqlite {
    pub(crate) fn open(
        path: &Path,
        table: &str,
        columns: Columns,
        filter: Filter,
        access: Access<'_>,
    ) -> Result<Self, Failure> {
        let writes = access.writes();
        let options = SqliteConnectOptions::new().filename(path).read_only(!writes);
        let name = path.display().to_string();
        let mut database = Database::open(options, &name)?;
        let found = find(&mut database, &name, table, &columns, &filter, writes)?;
        let only = if writes { Some(Only::lock(path, &name)?) } else { None };

        let (from, hash) = (&found.name, &found.hash);
        let order = found.ids.join(", ");
        let mut read = order.clone();
        for column in std::iter::once(hash).chain(&found.others) {
            put(&mut read, format_args!(", {column}"));
        }
        let tests =
            list(filter.tests().iter().zip(&found.tested), " AND ", |text, (test, name)| {
                let value = if test.value.is_some() { " ?" } else { "" };
                put(text, format_args!("{name} {}{value}", test.operator));
            });
        let holes = vec!["?"; found.ids.len()].join(", ");
        let only_those = if filter.is_empty() { String::new() } else { format!(" WHERE {tests}") };
        let and = if filter.is_empty() { String::new() } else { format!("{tests} AND ") };
        let same = list(&found.ids, " AND ", |text, id| put(text, format_args!("{id} = ?")));
        let count = format!("SELECT count(*) FROM {from}{only_those}");
        let count = filter.values().fold(sqlx::query(AssertSqlSafe(count)), bind_value);
        let size = database.count(count)?;
        Ok(Self {
            database,
            first: format!("SELECT {read} FROM {from}{only_those} ORDER BY {order} LIMIT ?"),
            after: format!(
                "SELECT {read} FROM {from} WHERE {and}({order}) > ({holes}) ORDER BY {order} LIMIT ?"
            ),
            // To the byte, whatever the column's collation holds for equal.
            swap: format!(
                "UPDATE {from} SET {hash} = ? WHERE {same} AND {hash} = ? COLLATE BINARY"
            ),
            columns,
            filter,
            found,
            backup: None,
            size: u64::try_from(size).unwrap_or(0),
            position: 0,
            open: false,
            _only: only,
        })
    }

    fn row(&self, row: &SqliteRow) -> Result<Row<Key>, Failure> {
        let ids = self.found.ids.len();
        let key = (0..ids).map(|at| key(row, at)).collect::<Result<_, _>>()?;
        let key = Key::of(key);
        let cells = (ids..row.len()).map(|at| cell(row, at)).collect::<Result<Vec<_>, _>>()?;
        if let Some(Cell::Text(_)) = cells.first()
            && kind(row, ids)? != "TEXT"
        {
            let rule = "the hash is a number, which loses digits; store it as text";
            return Ok(Row::new(key, Cell::Fault(rule.into())));
        }
        Ok(self.columns.row(key, cells.into_iter()))
    }
}

impl Table for Sqlite {
    type Key = Key;
    type Error = Failure;

    fn batch(&mut self, after: Option<&Key>, rows_max: usize) -> Result<Vec<Row<Key>>, Failure> {
        let rows_max = i64::try_from(rows_max).unwrap_or(i64::MAX);
        let sql = if after.is_some() { &self.after } else { &self.first };
        let query = self.filter.values().fold(sqlx::query(AssertSqlSafe(sql.as_str())), bind_value);
        let query = if let Some(key) = after { bind(query, key) } else { query };
        let rows = self.database.rows(query.bind(rows_max))?;
        self.position += rows.len() as u64;
        rows.iter().map(|row| self.row(row)).collect()
    }

    fn swap(&mut self, key: &Key, old: &str, new: &str) -> Result<bool, Failure> {
        if !self.open {
            self.database.execute(sqlx::query("BEGIN IMMEDIATE"))?;
            self.open = true;
        }
        let query = sqlx::query(AssertSqlSafe(self.swap.as_str())).bind(new.to_owned());
        let swapped = self.database.execute(bind(query, key).bind(old.to_owned()))? == 1;
        if let (true, Some(keep)) = (swapped, &self.backup) {
            let query = bind(sqlx::query(AssertSqlSafe(keep.as_str())), key);
            self.database.execute(query.bind(old.to_owned()))?;
        }
        Ok(swapped)
    }

    fn commit(&mut self) -> Result<(), Failure> {
        if std::mem::take(&mut self.open) {
            self.database.execute(sqlx::query("COMMIT"))?;
        }
        Ok(())
    }

    fn reads_ahead(&self) -> bool {
        true
    }
}

impl Source for Sqlite {
    fn size(&self) -> u64 {
        self.size
    }

    fn position(&self) -> u64 {
        self.position
    }

    fn facts(&self) -> Facts {
        let Found { name: from, hash, ids, .. } = &self.found;
        let same = list(ids, " AND ", |text, id| put(text, format_args!("t.{id} = b.{id}")));
        Facts {
            notes: self.found.notes.clone(),
            undo: (
                format!("UPDATE {from} AS t SET {hash} = b.old_hash FROM "),
                format!(" AS b WHERE {same} AND t.{hash} LIKE '$wrap$%'"),
            ),
            quote: '"',
            ..Facts::default()
        }
    }

    fn keep_backup(&mut self, table: &str) -> Result<(), Failure> {
        let backup = sql::qualified(table, '"')?;
        let Found { name: from, hash, ids, .. } = &self.found;
        let keys = ids.join(", ");
        let create = format!(
            "CREATE TABLE IF NOT EXISTS {backup} AS SELECT {keys}, {hash} AS old_hash, \
             CURRENT_TIMESTAMP AS saved_at FROM {from} WHERE 0"
        );
        let holes = "?, ".repeat(ids.len());
        self.backup = Some(format!(
            "INSERT INTO {backup} ({keys}, old_hash, saved_at) \
             VALUES ({holes}?, CURRENT_TIMESTAMP)"
        ));
        self.database.execute(sqlx::query(AssertSqlSafe(create))).map(drop)
    }
}

/// That no other process of ours writes to the file. The operating system gives up the lock when
/// the process ends, however it does.
struct Only {
    path: PathBuf,
    _file: File,
}

impl Only {
    fn lock(database: &Path, name: &str) -> Result<Self, Failure> {
        let mut path = database.as_os_str().to_owned();
        path.push("-hashlift");
        let path = PathBuf::from(path);
        let wrong = |error: &std::io::Error| {
            Failure::environment("io", format!("{}: {error}", path.display()))
        };
        let file = File::create(&path).map_err(|error| wrong(&error))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { path, _file: file }),
            Err(std::fs::TryLockError::WouldBlock) => {
                let rule = format!(
                    "another hashlift is writing to {name}; SQLite takes one at a time, so wait \
                     until it has ended"
                );
                Err(Failure::environment("in-use", rule))
            }
            Err(std::fs::TryLockError::Error(error)) => Err(wrong(&error)),
        }
    }
}

impl Drop for Only {
    fn drop(&mut self) {
        // A file that stays is in nobody's way: it is the lock that counts.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn bind<'q>(query: Bound<'q>, key: &Key) -> Bound<'q> {
    match key {
        Key::Int(id) => query.bind(*id),
        Key::Text(id) => query.bind(id.clone()),
        Key::Bytes(id) => query.bind(id.clone()),
        Key::Several(parts) => parts.iter().fold(query, bind),
        Key::Unsigned(id) | Key::Line(id) | Key::Row(id, _) => {
            query.bind(i64::try_from(*id).unwrap_or(i64::MAX))
        }
    }
}

fn bind_value<'q>(query: Bound<'q>, value: &Value) -> Bound<'q> {
    match value {
        Value::Text(text) => query.bind(text.clone()),
        Value::Int(number) => query.bind(*number),
        Value::Real(number) => query.bind(*number),
        Value::Bool(yes) => query.bind(*yes),
    }
}

/// A table, looked up; names in quotes.
struct Found {
    name: String,
    ids: Vec<String>,
    hash: String,
    others: Vec<String>,
    tested: Vec<String>,
    notes: Vec<String>,
}

/// A name that says what is wrong before SQLite takes a misspelt column for a text.
fn find(
    database: &mut Database,
    file: &str,
    table: &str,
    columns: &Columns,
    filter: &Filter,
    writes: bool,
) -> Result<Found, Failure> {
    let tables = database.rows(sqlx::query(
        "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name",
    ))?;
    let tables: Vec<(String, String)> = tables
        .iter()
        .map(|row| Ok((get(row, 0)?, get(row, 1)?)))
        .collect::<Result<_, Failure>>()?;
    let same = |have: &str, want: &str| have.eq_ignore_ascii_case(want);
    let Some((_, kind)) = tables.iter().find(|(name, _)| same(name, table)) else {
        let names: Vec<_> = tables.into_iter().map(|(name, _)| name).collect();
        return Err(Failure { kind: "missing-table", ..missing("table", table, file, &names) });
    };
    if kind == "view" && writes {
        let rule = format!("{table:?} is a view; name the table that it shows");
        return Err(Failure::environment("view", rule));
    }
    let found = database.rows(
        sqlx::query("SELECT name, pk, hidden FROM pragma_table_xinfo(?)").bind(table.to_owned()),
    )?;
    let found: Vec<(String, i64, i64)> = found
        .iter()
        .map(|row| Ok((get(row, 0)?, get(row, 1)?, get(row, 2)?)))
        .collect::<Result<_, Failure>>()?;
    let names: Vec<_> = found.iter().map(|(name, ..)| name.clone()).collect();
    let shown = format!("table {table:?}");
    let find = |name: &str| {
        let found = names.iter().find(|have| same(have, name));
        found.ok_or_else(|| missing("column", name, &shown, &names))
    };
    let mut primary: Vec<_> = found.iter().filter(|(_, pk, _)| *pk > 0).collect();
    primary.sort_by_key(|(_, pk, _)| *pk);
    let primary: Vec<_> = primary.into_iter().map(|(name, ..)| name.clone()).collect();
    let ids = sql::ids(columns.id.as_deref(), &names, &primary, &shown)?;
    let mut wanted = Vec::new();
    for name in columns.wanted() {
        wanted.push(sql::quoted(find(name)?, '"')?);
    }
    let tested = filter.tests().iter().map(|test| sql::quoted(find(&test.column)?, '"'));
    let tested = tested.collect::<Result<_, _>>()?;
    // Generated columns are hidden as 2 or 3.
    let is_hash = |name: &str| same(name, &columns.hash);
    if writes && found.iter().any(|(name, _, hidden)| *hidden > 1 && is_hash(name)) {
        let rule = "the column of the hashes is computed from others; name the one that is stored";
        return Err(Failure::environment("bad-column", rule));
    }
    let quoted_ids = ids.iter().map(|id| sql::quoted(id, '"')).collect::<Result<Vec<_>, _>>()?;
    let name = sql::quoted(table, '"')?;
    distinct(database, table, &name, &ids, &quoted_ids, &primary)?;
    let triggers = database.rows(
        sqlx::query(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE
             AND sql LIKE '%UPDATE%' ORDER BY 1",
        )
        .bind(table.to_owned()),
    )?;
    let note = |row: &SqliteRow| {
        let name: String = get(row, 0)?;
        Ok(format!("The trigger {name:?} may fire for each row that is written."))
    };
    let notes = triggers.iter().map(note).collect::<Result<_, Failure>>()?;
    let mut wanted = wanted.into_iter();
    let hash = wanted.next().unwrap_or_default();
    Ok(Found { name, ids: quoted_ids, hash, others: wanted.collect(), tested, notes })
}

/// Whether the key tells rows apart: by an index, or else because it does so now. SQLite lets NULLs
/// into keys, which no comparison would find again.
fn distinct(
    database: &mut Database,
    table: &str,
    from: &str,
    ids: &[String],
    quoted: &[String],
    primary: &[String],
) -> Result<(), Failure> {
    let own = |name: &String| ids.iter().any(|id| id.eq_ignore_ascii_case(name));
    let mut unique = !primary.is_empty() && primary.iter().all(own);
    if !unique {
        let indexes = database.rows(
            sqlx::query("SELECT name FROM pragma_index_list(?) WHERE \"unique\" AND NOT partial")
                .bind(table.to_owned()),
        )?;
        for index in &indexes {
            let index: String = get(index, 0)?;
            let query = sqlx::query("SELECT coalesce(name, '') FROM pragma_index_info(?)");
            let names = database.rows(query.bind(index))?;
            let names = names.iter().map(|row| get(row, 0)).collect::<Result<Vec<String>, _>>()?;
            unique |= names.iter().all(own);
        }
    }
    let null = list(quoted, " OR ", |text, id| put(text, format_args!("{id} IS NULL")));
    let list = quoted.join(", ");
    let sql = match unique {
        true => format!("SELECT NOT EXISTS (SELECT 1 FROM {from} WHERE {null})"),
        false => format!(
            "SELECT (SELECT count(*) FROM {from}) = \
             (SELECT count(*) FROM (SELECT DISTINCT {list} FROM {from} WHERE NOT ({null})))"
        ),
    };
    match database.count(sqlx::query(AssertSqlSafe(sql)))? {
        1 => Ok(()),
        _ => {
            let names = ids.join(",");
            let rule = format!("{names:?} does not tell rows apart; name a unique --id");
            Err(Failure::environment("id-not-unique", rule))
        }
    }
}

fn get<'r, T>(row: &'r SqliteRow, at: usize) -> Result<T, Failure>
where
    T: sqlx::Decode<'r, Db> + sqlx::Type<Db>,
{
    row.try_get(at).map_err(|error| fault(&error))
}

fn kind(row: &SqliteRow, at: usize) -> Result<String, Failure> {
    let value = row.try_get_raw(at).map_err(|error| fault(&error))?;
    // Of an empty value, sqlx names the type that its column was declared with.
    Ok(if value.is_null() { "NULL".to_owned() } else { value.type_info().name().to_owned() })
}

fn key(row: &SqliteRow, at: usize) -> Result<Key, Failure> {
    let key = match kind(row, at)?.as_str() {
        "INTEGER" => row.try_get_unchecked(at).map(Key::Int),
        "TEXT" => row.try_get_unchecked(at).map(Key::Text),
        "BLOB" => row.try_get_unchecked(at).map(Key::Bytes),
        other => {
            let rule = format!("an id is {other}; ids are whole numbers, texts or bytes");
            return Err(Failure::environment("bad-id", rule));
        }
    };
    key.map_err(|error| Failure::environment("bad-id", say(&error)))
}

fn cell(row: &SqliteRow, at: usize) -> Result<Cell, Failure> {
    Ok(match kind(row, at)?.as_str() {
        "NULL" => Cell::Null,
        "TEXT" => match row.try_get_unchecked(at) {
            Ok(text) => Cell::Text(text),
            Err(_) => Cell::Fault("the column holds a text that is not UTF-8".into()),
        },
        "INTEGER" => {
            let number: i64 = row.try_get_unchecked(at).map_err(|error| fault(&error))?;
            Cell::Text(number.to_string())
        }
        _ => Cell::Fault("the column holds neither a text nor a whole number".into()),
    })
}
