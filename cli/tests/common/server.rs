//! Real databases for tests: SQLite always; PostgreSQL and MySQL or MariaDB where
//! `HASHLIFT_TEST_POSTGRES` and `HASHLIFT_TEST_MYSQL` hold the URL of a database in which schemas and
//! databases may be made. Each test has one of its own, which is gone afterwards.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::disallowed_methods, reason = "tests are switched on by the environment")]
use sqlx::{AssertSqlSafe, Connection, Executor, Row};
use std::sync::atomic::{AtomicU32, Ordering};

pub(crate) struct Server {
    pub(crate) kind: Kind,
    /// What `hashlift` takes as SOURCE.
    pub(crate) source: String,
    /// The schema or database of the test.
    pub(crate) space: String,
    runtime: tokio::runtime::Runtime,
    connection: Link,
    _folder: Option<tempfile::TempDir>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
    Mysql,
}

enum Link {
    Sqlite(sqlx::SqliteConnection),
    Postgres(sqlx::PgConnection),
    Mysql(sqlx::MySqlConnection),
}

impl Server {
    /// One of each kind that there is; what is left out is said.
    pub(crate) fn all() -> Vec<Self> {
        let mut all = vec![Self::sqlite()];
        all.extend(Self::shared());
        all
    }

    /// Those that several processes may share.
    pub(crate) fn shared() -> Vec<Self> {
        let open = [Self::postgres as fn() -> Option<Self>, Self::mysql];
        open.iter().filter_map(|open| open()).collect()
    }

    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut server = Self::sqlite_in(folder.path());
        server._folder = Some(folder);
        server
    }

    pub(crate) fn sqlite_in(folder: &std::path::Path) -> Self {
        let file = folder.join("users.db");
        let source = format!("sqlite:{}", file.display());
        let runtime = runtime();
        let options = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(true)
            .busy_timeout(std::time::Duration::from_secs(30));
        let connection = runtime.block_on(sqlx::SqliteConnection::connect_with(&options)).unwrap();
        let (kind, connection) = (Kind::Sqlite, Link::Sqlite(connection));
        Self { kind, source, space: String::new(), runtime, connection, _folder: None }
    }

    pub(crate) fn postgres() -> Option<Self> {
        let url = told("HASHLIFT_TEST_POSTGRES")?;
        let (runtime, space) = (runtime(), space());
        let mut connection = runtime.block_on(sqlx::PgConnection::connect(&url)).unwrap();
        let sql = format!("CREATE SCHEMA {space}; SET search_path = {space}");
        runtime.block_on(connection.execute(sqlx::raw_sql(AssertSqlSafe(sql)))).unwrap();
        let more = if url.contains('?') { '&' } else { '?' };
        let source = format!("{url}{more}options[search_path]={space}");
        let (kind, connection) = (Kind::Postgres, Link::Postgres(connection));
        Some(Self { kind, source, space, runtime, connection, _folder: None })
    }

    pub(crate) fn mysql() -> Option<Self> {
        let url = told("HASHLIFT_TEST_MYSQL")?;
        let (runtime, space) = (runtime(), space());
        let mut connection = runtime.block_on(sqlx::MySqlConnection::connect(&url)).unwrap();
        let sql = format!("CREATE DATABASE {space} CHARACTER SET utf8mb4; USE {space}");
        runtime.block_on(connection.execute(sqlx::raw_sql(AssertSqlSafe(sql)))).unwrap();
        let (server, query) = url.split_once('?').map_or((url.as_str(), ""), |(a, b)| (a, b));
        let (server, _) = server.rsplit_once('/').unwrap();
        let more = if query.is_empty() { String::new() } else { format!("?{query}") };
        let source = format!("{server}/{space}{more}");
        let (kind, connection) = (Kind::Mysql, Link::Mysql(connection));
        Some(Self { kind, source, space, runtime, connection, _folder: None })
    }

    /// The same source for another user, without a password.
    pub(crate) fn source_of(&self, user: &str) -> String {
        let (scheme, rest) = self.source.split_once("://").unwrap();
        let (server, path) = rest.split_once('/').unwrap();
        let host = server.rsplit_once('@').map_or(server, |(_, host)| host);
        format!("{scheme}://{user}@{host}/{path}")
    }

    /// Statements, as this kind of database writes them.
    pub(crate) fn run(&mut self, sql: &str) {
        let done = self.try_run(sql);
        done.unwrap_or_else(|error| panic!("{:?}: {error}: {sql}", self.kind));
    }

    pub(crate) fn try_run(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match &mut self.connection {
            Link::Sqlite(it) => self.runtime.block_on(it.execute(sql)).map(drop),
            Link::Postgres(it) => self.runtime.block_on(it.execute(sql)).map(drop),
            Link::Mysql(it) => self.runtime.block_on(it.execute(sql)).map(drop),
        }
    }

    /// A statement with texts for `?`, whatever this kind of database writes for it. Rows affected.
    pub(crate) fn put(&mut self, sql: &str, values: &[Option<&str>]) -> u64 {
        let own = || values.iter().map(|value| value.map(str::to_owned));
        let done = match &mut self.connection {
            Link::Sqlite(it) => {
                let query = sqlx::query(AssertSqlSafe(sql.to_owned()));
                let query = own().fold(query, |query, value| query.bind(value));
                self.runtime.block_on(query.execute(it)).map(|done| done.rows_affected())
            }
            Link::Postgres(it) => {
                let mut sql = sql.to_owned();
                for number in 1..=values.len() {
                    sql = sql.replacen('?', &format!("${number}"), 1);
                }
                let query = own().fold(sqlx::query(AssertSqlSafe(sql)), |query, it| query.bind(it));
                self.runtime.block_on(query.execute(it)).map(|done| done.rows_affected())
            }
            Link::Mysql(it) => {
                let query = sqlx::query(AssertSqlSafe(sql.to_owned()));
                let query = own().fold(query, |query, value| query.bind(value));
                self.runtime.block_on(query.execute(it)).map(|done| done.rows_affected())
            }
        };
        done.unwrap_or_else(|error| panic!("{:?}: {error}: {sql}", self.kind))
    }

    /// A column of texts.
    pub(crate) fn texts(&mut self, sql: &str) -> Vec<Option<String>> {
        let sql = AssertSqlSafe(sql.to_owned());
        match &mut self.connection {
            Link::Sqlite(it) => {
                let rows = self.runtime.block_on(it.fetch_all(sqlx::query(sql))).unwrap();
                rows.iter().map(|row| row.try_get_unchecked(0).unwrap()).collect()
            }
            Link::Postgres(it) => {
                let rows = self.runtime.block_on(it.fetch_all(sqlx::query(sql))).unwrap();
                rows.iter().map(|row| row.try_get_unchecked(0).unwrap()).collect()
            }
            Link::Mysql(it) => {
                let rows = self.runtime.block_on(it.fetch_all(sqlx::query(sql))).unwrap();
                rows.iter().map(|row| row.try_get_unchecked(0).unwrap()).collect()
            }
        }
    }

    /// How many rows a statement finds.
    pub(crate) fn count(&mut self, of: &str) -> u64 {
        let text = match self.kind {
            Kind::Mysql => "CHAR",
            _ => "TEXT",
        };
        let found = self.texts(&format!("SELECT CAST(count(*) AS {text}) FROM {of}"));
        found[0].as_ref().unwrap().parse().unwrap()
    }

    /// A second connection to the same place.
    pub(crate) fn again(&self) -> Self {
        let runtime = runtime();
        let connection = match self.kind {
            Kind::Sqlite => {
                let file = self.source.strip_prefix("sqlite:").unwrap();
                let options = sqlx::sqlite::SqliteConnectOptions::new()
                    .filename(file)
                    .busy_timeout(std::time::Duration::from_secs(30));
                let open = sqlx::SqliteConnection::connect_with(&options);
                Link::Sqlite(runtime.block_on(open).unwrap())
            }
            Kind::Postgres => {
                let open = sqlx::PgConnection::connect(&self.source);
                Link::Postgres(runtime.block_on(open).unwrap())
            }
            Kind::Mysql => {
                let open = sqlx::MySqlConnection::connect(&self.source);
                Link::Mysql(runtime.block_on(open).unwrap())
            }
        };
        let source = self.source.clone();
        // Whoever made the space takes it away.
        Self { kind: self.kind, source, space: String::new(), runtime, connection, _folder: None }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let space = std::mem::take(&mut self.space);
        let _ = match self.kind {
            _ if space.is_empty() => Ok(()),
            Kind::Postgres => self.try_run(&format!("DROP SCHEMA {space} CASCADE")),
            _ => self.try_run(&format!("DROP DATABASE {space}")),
        };
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn told(name: &str) -> Option<String> {
    let url = std::env::var(name).ok();
    if url.is_none() {
        eprintln!("left out: {name} is not set, so nothing is tested on that database");
    }
    url
}

/// A name that nobody else uses.
fn space() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("hl_{}_{}_{number}", std::process::id(), time.as_millis() % 1_000_000)
}
