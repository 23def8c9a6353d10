//! Where rows come from: a database or a file, behind the library's `Table`.
use crate::exit::Failure;
use crate::output::Output;
use hashlift::Side;
use hashlift::job::Table;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

mod columns;
#[cfg(test)]
mod contract;
mod csv;
pub(crate) mod file;
mod filter;
mod jsonl;
mod key;
mod mysql;
#[cfg(feature = "parquet")]
mod parquet;
mod postgres;
pub(crate) mod sql;
pub(crate) mod sqlite;

pub(crate) use columns::Columns;
pub(crate) use filter::Filter;
pub(crate) use key::Key;

/// SOURCE, and which of its columns hold what.
#[derive(clap::Args, Clone)]
pub(crate) struct SourceArgs {
    /// `sqlite:FILE`, `postgres://USER@HOST/DATABASE`, `mysql://USER@HOST/DATABASE`, or a file that
    /// ends in `.csv`, `.jsonl`, `.ndjson` or `.parquet` (if it is built in).
    /// `env:NAME` takes it from that environment variable: other users of the machine can see a
    /// password in an argument.
    #[arg(value_name = "SOURCE")]
    pub(crate) source: String,
    /// The table, in a database; with its schema, if that must be said: `auth.users`.
    #[arg(long, value_name = "NAME")]
    pub(crate) table: Option<String>,
    #[command(flatten)]
    pub(crate) columns: Columns,
    /// Only these rows of a database: COLUMN OPERATOR VALUE, joined by AND, such as
    /// `role = 'user' AND site_id >= 5`. Operators are = != < <= > >= LIKE, NOT LIKE, IS NULL and
    /// IS NOT NULL.
    #[arg(long = "where", value_name = "FILTER", value_parser = Filter::parse)]
    pub(crate) filter: Option<Filter>,
    /// What stands between the cells of a CSV file.
    #[arg(long, value_name = "CHAR", default_value = ",", value_parser = delimiter)]
    pub(crate) delimiter: u8,
}

/// A table with an end in sight.
pub(crate) trait Source: Table<Key = Key, Error = Failure> {
    /// How much there is, in rows or bytes.
    fn size(&self) -> u64;
    /// How much of it has been read.
    fn position(&self) -> u64;
    /// All is written: make it stand.
    fn finish(&mut self) -> Result<(), Failure> {
        Ok(())
    }
    /// What a database knows about itself that matters before rows are written.
    fn facts(&self) -> Facts {
        Facts::default()
    }
    /// Keep the old text of each row that is written in a table of its own, which is made if it is
    /// not there.
    fn keep_backup(&mut self, table: &str) -> Result<(), Failure> {
        let _ = table;
        Err(Failure::usage("backup", "--backup is for databases; a file stays as it is"))
    }
    /// Rows that others had locked when they were to be written.
    fn lock_waits(&self) -> Arc<AtomicU64> {
        Arc::default()
    }
}

/// What a database knows about itself that matters before rows are written.
#[derive(Clone, Default)]
pub(crate) struct Facts {
    /// Characters that the column of the hashes holds, if there is a bound.
    pub(crate) characters_max: Option<u64>,
    /// The statement that makes the column wide enough, up to the width, and behind it.
    pub(crate) widen: (String, String),
    /// What an operator should know.
    pub(crate) notes: Vec<String>,
    /// The statement that takes wrapped rows back, up to the backup's name, and behind it.
    pub(crate) undo: (String, String),
    /// What names stand in.
    pub(crate) quote: char,
    /// What the role must be allowed to do.
    pub(crate) grant: String,
}

impl Facts {
    /// The name of the backup in quotes, and the statement that takes wrapped rows back from it.
    pub(crate) fn undoing(&self, backup: &str) -> Result<(String, String), Failure> {
        let backup = sql::qualified(backup, self.quote)?;
        let (head, tail) = &self.undo;
        let undo = format!("{head}{backup}{tail}");
        Ok((backup, undo))
    }

    /// The statement that makes the column of the hashes hold so many characters.
    pub(crate) fn widening(&self, characters: u64) -> String {
        let (head, tail) = &self.widen;
        format!("{head}{}{tail}", sql::width(characters))
    }
}

/// What a source is opened for.
#[derive(Clone, Copy)]
pub(crate) enum Access<'a> {
    Read,
    Write { output: Option<&'a Path>, replace: bool },
}

impl Access<'_> {
    fn writes(self) -> bool {
        matches!(self, Self::Write { .. })
    }
}

/// What SOURCE is.
pub(crate) enum Kind {
    Sqlite(PathBuf),
    Postgres(String),
    Mysql(String),
    Csv(PathBuf),
    Jsonl(PathBuf),
    #[cfg(feature = "parquet")]
    Parquet(PathBuf),
}

impl Kind {
    /// Whether it is changed in place.
    pub(crate) fn is_database(&self) -> bool {
        matches!(self, Self::Sqlite(_) | Self::Postgres(_) | Self::Mysql(_))
    }
}

impl SourceArgs {
    /// Say that a password does not belong where it stands.
    pub(crate) fn warn(&self, out: &Output) {
        if !out.is_json() && sql::has_password(&self.source) {
            // If nobody can be told, the work is done all the same.
            let _ = io::stderr().write_all(
                b"note: every user of this machine can see the password in SOURCE; put the URL into \
                  an environment variable and say env:NAME, or the password into PGPASSWORD or \
                  MYSQL_PWD\n",
            );
        }
    }

    pub(crate) fn kind(&self) -> Result<Kind, Failure> {
        let source = match self.source.strip_prefix("env:") {
            Some(name) => environment(name)?,
            None => self.source.clone(),
        };
        if let Some(file) = source.strip_prefix("sqlite:") {
            return Ok(Kind::Sqlite(file.into()));
        }
        match source.split_once("://") {
            Some(("postgres" | "postgresql", _)) => return Ok(Kind::Postgres(source)),
            Some(("mysql" | "mariadb", _)) => return Ok(Kind::Mysql(source)),
            _ => {}
        }
        let path = PathBuf::from(&source);
        match path.extension().and_then(|ext| ext.to_str()).unwrap_or_default() {
            "csv" | "tsv" => Ok(Kind::Csv(path)),
            "jsonl" | "ndjson" => Ok(Kind::Jsonl(path)),
            #[cfg(feature = "parquet")]
            "parquet" => Ok(Kind::Parquet(path)),
            #[cfg(not(feature = "parquet"))]
            "parquet" => Err(Failure::usage(
                "no-parquet",
                "Parquet is not built into this command; it is a feature: `cargo install \
                 hashlift-cli --features parquet`",
            )),
            _ => Err(Failure::usage(
                "unknown-source",
                "SOURCE is `sqlite:FILE`, a URL that begins with postgres:// or mysql://, or a \
                 file that ends in .csv, .jsonl, .ndjson or .parquet",
            )),
        }
    }

    /// The same rows, if the column holds a moment from there on.
    pub(crate) fn since(&self, column: &str, since: &str) -> Self {
        let filter = self.filter.clone().unwrap_or_default().and_from(column, since);
        Self { filter: Some(filter), ..self.clone() }
    }

    /// What the source is called in an audit that is kept: never a user's name or password.
    pub(crate) fn label(&self) -> String {
        let source = match self.source.split_once("://") {
            None => self.source.clone(),
            Some((scheme, rest)) => {
                let (server, path) = rest.split_once('/').unwrap_or((rest, ""));
                let server = server.rsplit('@').next().unwrap_or_default();
                let name = path.split('?').next().unwrap_or_default();
                format!("{scheme}://{server}/{name}")
            }
        };
        let column = &self.columns.hash;
        match &self.table {
            Some(table) => format!("{source} {table}.{column}"),
            None => format!("{source} {column}"),
        }
    }

    pub(crate) fn open(&self, access: Access<'_>) -> Result<Box<dyn Source>, Failure> {
        Side::from_pairs(self.columns.sides().map(|(key, _)| (key, "0")))?;
        let columns = self.columns.clone();
        let kind = self.kind()?;
        if kind.is_database() {
            if let Access::Write { output: Some(_), .. } = access {
                let rule = "a database is changed in place; --output is for files";
                return Err(Failure::usage("output", rule));
            }
        } else if self.filter.is_some() {
            return Err(Failure::usage("where", "--where is for databases"));
        }
        let filter = self.filter.clone().unwrap_or_default();
        let table = || {
            let table = self.table.as_deref();
            table.ok_or_else(|| Failure::usage("table", "name the --table"))
        };
        Ok(match kind {
            Kind::Sqlite(path) => {
                Box::new(sqlite::Sqlite::open(&path, table()?, columns, filter, access)?)
            }
            Kind::Postgres(url) => {
                Box::new(postgres::Postgres::open(&url, table()?, columns, filter, access)?)
            }
            Kind::Mysql(url) => {
                Box::new(mysql::Mysql::open(&url, table()?, columns, filter, access)?)
            }
            Kind::Csv(path) => Box::new(csv::Csv::open(&path, columns, self.delimiter, access)?),
            Kind::Jsonl(path) => Box::new(jsonl::Jsonl::open(&path, columns, access)?),
            #[cfg(feature = "parquet")]
            Kind::Parquet(path) => Box::new(parquet::Parquet::open(&path, columns, access)?),
        })
    }
}

/// The one thing that is not an argument: arguments can be seen by every user of the machine.
#[allow(clippy::disallowed_methods, reason = "a password has no place among the arguments")]
fn environment(name: &str) -> Result<String, Failure> {
    std::env::var(name).map_err(|_| {
        let rule = format!("the environment variable {name:?} is not set, or is no text");
        Failure::usage("environment", rule)
    })
}

/// A name that is not there, and those that are.
pub(crate) fn missing(what: &str, name: &str, within: &str, there: &[String]) -> Failure {
    let there = match there.is_empty() {
        true => "there is none".to_owned(),
        false => format!("there is {}", there.join(", ")),
    };
    Failure::environment("missing-column", format!("{within} has no {what} {name:?}; {there}"))
}

pub(crate) fn delimiter(text: &str) -> Result<u8, String> {
    match (text, text.as_bytes()) {
        ("\\t" | "tab", _) => Ok(b'\t'),
        (_, [byte]) if byte.is_ascii() && !b"\"\r\n".contains(byte) => Ok(*byte),
        _ => Err("one ASCII character, or `tab`".to_owned()),
    }
}
