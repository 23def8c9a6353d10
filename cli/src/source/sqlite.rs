//! SQLite. Names are quoted, values are bound; nothing is ever spliced into a statement.
use super::{Access, Columns, Key, Source, missing};
use crate::exit::Failure;
use hashlift::job::{Cell, Row, Table};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteRow};
use sqlx::{
    AssertSqlSafe, Connection, Row as _, Sqlite as Db, SqliteConnection, TypeInfo, ValueRef,
};
use std::path::Path;
use std::time::Duration;

pub(crate) struct Sqlite {
    database: Database,
    columns: Columns,
    first: String,
    after: String,
    swap: String,
    size: u64,
    position: u64,
    /// Whether swaps wait for their commit.
    open: bool,
}

/// A connection with the thread that waits for it.
pub(crate) struct Database {
    runtime: tokio::runtime::Runtime,
    connection: SqliteConnection,
}

/// How long to wait for another writer's transaction.
const BUSY: Duration = Duration::from_secs(30);

impl Database {
    pub(crate) fn open(options: SqliteConnectOptions, name: &str) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let options = options.busy_timeout(BUSY);
        let connection =
            runtime.block_on(SqliteConnection::connect_with(&options)).map_err(|error| {
                Failure::environment("database", format!("{name}: {}", say(&error)))
            })?;
        Ok(Self { runtime, connection })
    }

    pub(crate) fn execute(
        &mut self,
        query: Query<'_, Db, SqliteArguments>,
    ) -> Result<u64, Failure> {
        let done = self.runtime.block_on(query.execute(&mut self.connection));
        Ok(done.map_err(|error| fault(&error))?.rows_affected())
    }

    pub(crate) fn rows(
        &mut self,
        query: Query<'_, Db, SqliteArguments>,
    ) -> Result<Vec<SqliteRow>, Failure> {
        let rows = self.runtime.block_on(query.fetch_all(&mut self.connection));
        rows.map_err(|error| fault(&error))
    }

    fn count(&mut self, query: Query<'_, Db, SqliteArguments>) -> Result<i64, Failure> {
        let row = self.runtime.block_on(query.fetch_one(&mut self.connection));
        row.and_then(|row| row.try_get(0)).map_err(|error| fault(&error))
    }
}

impl Sqlite {
    pub(crate) fn open(
        path: &Path,
        table: &str,
        columns: Columns,
        access: Access<'_>,
    ) -> Result<Self, Failure> {
        let writes = matches!(access, Access::Write { .. });
        let options = SqliteConnectOptions::new().filename(path).read_only(!writes);
        let name = path.display().to_string();
        let mut database = Database::open(options, &name)?;
        check(&mut database, &name, table, &columns, writes)?;

        let (from, id) = (quoted(table)?, quoted(&columns.id)?);
        let mut list = id.clone();
        for column in columns.wanted() {
            list.push_str(", ");
            list.push_str(&quoted(column)?);
        }
        let hash = quoted(&columns.hash)?;
        let size =
            database.count(sqlx::query(AssertSqlSafe(format!("SELECT count(*) FROM {from}"))))?;
        Ok(Self {
            database,
            first: format!("SELECT {list} FROM {from} ORDER BY {id} LIMIT ?"),
            after: format!("SELECT {list} FROM {from} WHERE {id} > ? ORDER BY {id} LIMIT ?"),
            // To the byte, whatever the column's collation holds for equal.
            swap: format!(
                "UPDATE {from} SET {hash} = ? WHERE {id} = ? AND {hash} = ? COLLATE BINARY"
            ),
            columns,
            size: u64::try_from(size).unwrap_or(0),
            position: 0,
            open: false,
        })
    }

    fn row(&self, row: &SqliteRow) -> Result<Row<Key>, Failure> {
        let key = match kind(row, 0)?.as_str() {
            "INTEGER" => Key::Int(row.try_get_unchecked(0).map_err(|error| fault(&error))?),
            "TEXT" => Key::Text(row.try_get_unchecked(0).map_err(|error| fault(&error))?),
            other => {
                let rule = format!("an id is {other}; ids are whole numbers or texts");
                return Err(Failure::environment("bad-id", rule));
            }
        };
        let cells = (1..row.len()).map(|at| cell(row, at)).collect::<Result<Vec<_>, _>>()?;
        if let Some(Cell::Text(_)) = cells.first()
            && kind(row, 1)? != "TEXT"
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
        let query = sqlx::query(AssertSqlSafe(sql.as_str()));
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
        Ok(self.database.execute(bind(query, key).bind(old.to_owned()))? == 1)
    }

    fn commit(&mut self) -> Result<(), Failure> {
        if std::mem::take(&mut self.open) {
            self.database.execute(sqlx::query("COMMIT"))?;
        }
        Ok(())
    }
}

impl Source for Sqlite {
    fn size(&self) -> u64 {
        self.size
    }

    fn position(&self) -> u64 {
        self.position
    }
}

fn bind<'q>(query: Query<'q, Db, SqliteArguments>, key: &Key) -> Query<'q, Db, SqliteArguments> {
    match key {
        Key::Int(id) => query.bind(*id),
        Key::Text(id) => query.bind(id.clone()),
        Key::Line(line) => query.bind(i64::try_from(*line).unwrap_or(i64::MAX)),
    }
}

/// A name that says what is wrong before SQLite takes a misspelt column for a text.
fn check(
    database: &mut Database,
    file: &str,
    table: &str,
    columns: &Columns,
    writes: bool,
) -> Result<(), Failure> {
    let tables = database.rows(sqlx::query(
        "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name",
    ))?;
    let tables: Vec<(String, String)> = tables
        .iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect::<Result<_, sqlx::Error>>()
        .map_err(|error| fault(&error))?;
    let same = |have: &str, want: &str| have.eq_ignore_ascii_case(want);
    let Some((_, kind)) = tables.iter().find(|(name, _)| same(name, table)) else {
        let names: Vec<_> = tables.into_iter().map(|(name, _)| name).collect();
        return Err(Failure { kind: "missing-table", ..missing("table", table, file, &names) });
    };
    if kind == "view" && writes {
        let rule = format!("{table:?} is a view; name the table that it shows");
        return Err(Failure::environment("view", rule));
    }
    let found = database
        .rows(sqlx::query("SELECT name, pk FROM pragma_table_info(?)").bind(table.to_owned()))?;
    let found: Vec<(String, i64)> = found
        .iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect::<Result<_, sqlx::Error>>()
        .map_err(|error| fault(&error))?;
    for column in std::iter::once(columns.id.as_str()).chain(columns.wanted()) {
        if !found.iter().any(|(name, _)| same(name, column)) {
            let names: Vec<_> = found.into_iter().map(|(name, _)| name).collect();
            return Err(missing("column", column, &format!("table {table:?}"), &names));
        }
    }
    let keys = found.iter().filter(|(_, pk)| *pk > 0).count();
    let is_key = found.iter().any(|(name, pk)| *pk > 0 && same(name, &columns.id));
    if keys == 1 && is_key {
        return Ok(());
    }
    let (from, id) = (quoted(table)?, quoted(&columns.id)?);
    let sql = format!("SELECT count(*) = count(DISTINCT {id}) FROM {from}");
    match database.count(sqlx::query(AssertSqlSafe(sql)))? {
        1 => Ok(()),
        _ => {
            let rule = format!("{:?} does not tell rows apart; name a unique --id", columns.id);
            Err(Failure::environment("id-not-unique", rule))
        }
    }
}

fn kind(row: &SqliteRow, at: usize) -> Result<String, Failure> {
    let value = row.try_get_raw(at).map_err(|error| fault(&error))?;
    // Of an empty value, sqlx names the type that its column was declared with.
    Ok(if value.is_null() { "NULL".to_owned() } else { value.type_info().name().to_owned() })
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

/// A name in double quotes, its own doubled.
pub(crate) fn quoted(name: &str) -> Result<String, Failure> {
    if name.contains('\0') {
        return Err(Failure::usage("bad-name", "a name holds a NUL byte"));
    }
    Ok(format!("\"{}\"", name.replace('"', "\"\"")))
}

fn fault(error: &sqlx::Error) -> Failure {
    Failure::environment("database", say(error))
}

/// What the database says: never a value of a row.
fn say(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        other => other.to_string(),
    }
}
