//! Where rows come from: a database or a file, behind the library's `Table`.
use crate::args;
use crate::exit::Failure;
use hashlift::job::{Cell, Row, Table};
use hashlift::{Format, Side};
use std::fmt;
use std::path::{Path, PathBuf};

mod csv;
pub(crate) mod file;
mod jsonl;
pub(crate) mod sqlite;

/// SOURCE, and which of its columns hold what.
#[derive(clap::Args)]
pub(crate) struct SourceArgs {
    /// `sqlite:FILE`, or a file that ends in `.csv`, `.jsonl` or `.ndjson`.
    #[arg(value_name = "SOURCE")]
    pub(crate) source: String,
    /// The table, in a database.
    #[arg(long, value_name = "NAME")]
    pub(crate) table: Option<String>,
    #[command(flatten)]
    pub(crate) columns: Columns,
    /// What stands between the cells of a CSV file.
    #[arg(long, value_name = "CHAR", default_value = ",", value_parser = delimiter)]
    pub(crate) delimiter: u8,
}

/// Which columns hold what. In JSON Lines they are the keys of the objects.
#[derive(clap::Args, Clone)]
pub(crate) struct Columns {
    /// The column that tells rows apart, in a database.
    #[arg(long, value_name = "COLUMN", default_value = "id")]
    pub(crate) id: String,
    /// The column of the hashes.
    #[arg(long, value_name = "COLUMN")]
    pub(crate) hash: String,
    /// The column of the salts, where they stand apart.
    #[arg(long, value_name = "COLUMN")]
    pub(crate) salt: Option<String>,
    /// The format of hashes that carry no tag, such as bare hexadecimal; or, where no format has
    /// that name, the column that names it row by row.
    #[arg(long, value_name = "SLUG|COLUMN")]
    pub(crate) format: Option<String>,
    /// The column that names the format of each hash without a tag, whatever the column is called.
    #[arg(long, value_name = "COLUMN")]
    pub(crate) format_column: Option<String>,
    /// Another column that a format needs, as `signer_key=COLUMN`; may be repeated.
    #[arg(long, value_name = "KEY=COLUMN", value_parser = args::pair)]
    pub(crate) side: Vec<(String, String)>,
}

impl Columns {
    /// The keys of side data with their columns.
    fn sides(&self) -> impl Iterator<Item = (&str, &str)> {
        let salt = self.salt.iter().map(|column| ("salt", column.as_str()));
        salt.chain(self.side.iter().map(|(key, column)| (key.as_str(), column.as_str())))
    }

    /// All columns to read besides the id: the hash, the side data, the format.
    fn wanted(&self) -> Vec<&str> {
        let columns = std::iter::once(self.hash.as_str()).chain(self.sides().map(|(_, name)| name));
        columns.chain(self.naming_column()).collect()
    }

    /// The one format of all hashes that carry no tag, if it was given.
    pub(crate) fn one_format(&self) -> Option<&'static Format> {
        self.format.as_deref().and_then(|name| args::format(name).ok())
    }

    /// The column that names the format row by row.
    fn naming_column(&self) -> Option<&str> {
        let named = self.format.as_deref().filter(|name| args::format(name).is_err());
        self.format_column.as_deref().or(named)
    }

    /// A row from the cells of the [`wanted`](Self::wanted) columns, in their order.
    fn row(&self, key: Key, mut cells: impl Iterator<Item = Cell>) -> Row<Key> {
        let stored = cells.next().unwrap_or_default();
        let mut pairs = Vec::new();
        for ((name, _), cell) in self.sides().zip(cells.by_ref()) {
            match cell {
                Cell::Text(text) => pairs.push((name, text)),
                Cell::Fault(rule) => return Row::new(key, fault(&stored, rule)),
                _ => {}
            }
        }
        let format = match cells.next() {
            Some(Cell::Text(name)) if !name.is_empty() => match args::format(&name) {
                Ok(format) => Some(format),
                Err(_) => {
                    let rule = "the row names a format that is not known";
                    return Row::new(key, fault(&stored, rule.into()));
                }
            },
            _ => None,
        };
        let side = match pairs.is_empty() {
            true => Ok(Side::NONE),
            false => Side::from_pairs(pairs.iter().map(|(key, value)| (*key, value.as_str()))),
        };
        match side {
            Ok(side) => {
                let row = Row::new(key, stored).beside(side);
                format.map_or(row.clone(), |format| row.of(format))
            }
            Err(error) => Row::new(key, fault(&stored, error.to_string().into())),
        }
    }
}

/// A fault beside the hash matters only where there is a hash.
fn fault(stored: &Cell, rule: std::borrow::Cow<'static, str>) -> Cell {
    match stored {
        Cell::Null => Cell::Null,
        _ => Cell::Fault(rule),
    }
}

/// What tells a row from others, shown as its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Key {
    Int(i64),
    Text(String),
    Line(u64),
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(id) => write!(f, "id {id}"),
            Self::Text(id) => write!(f, "id {id:?}"),
            Self::Line(line) => write!(f, "line {line}"),
        }
    }
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
}

/// What a source is opened for.
#[derive(Clone, Copy)]
pub(crate) enum Access<'a> {
    Read,
    Write { output: Option<&'a Path>, replace: bool },
}

/// What SOURCE is.
pub(crate) enum Kind {
    Sqlite(PathBuf),
    Csv(PathBuf),
    Jsonl(PathBuf),
}

impl SourceArgs {
    pub(crate) fn kind(&self) -> Result<Kind, Failure> {
        if let Some(file) = self.source.strip_prefix("sqlite:") {
            return Ok(Kind::Sqlite(file.into()));
        }
        let path = PathBuf::from(&self.source);
        match path.extension().and_then(|ext| ext.to_str()).unwrap_or_default() {
            "csv" | "tsv" => Ok(Kind::Csv(path)),
            "jsonl" | "ndjson" => Ok(Kind::Jsonl(path)),
            _ => Err(Failure::usage(
                "unknown-source",
                "SOURCE is `sqlite:FILE`, or a file that ends in .csv, .jsonl or .ndjson",
            )),
        }
    }

    pub(crate) fn open(&self, access: Access<'_>) -> Result<Box<dyn Source>, Failure> {
        Side::from_pairs(self.columns.sides().map(|(key, _)| (key, "0")))?;
        let columns = self.columns.clone();
        Ok(match self.kind()? {
            Kind::Sqlite(path) => {
                if let Access::Write { output: Some(_), .. } = access {
                    let rule = "a database is changed in place; --output is for files";
                    return Err(Failure::usage("output", rule));
                }
                let table = self.table.as_deref();
                let table = table.ok_or_else(|| Failure::usage("table", "name the --table"))?;
                Box::new(sqlite::Sqlite::open(&path, table, columns, access)?)
            }
            Kind::Csv(path) => Box::new(csv::Csv::open(&path, columns, self.delimiter, access)?),
            Kind::Jsonl(path) => Box::new(jsonl::Jsonl::open(&path, columns, access)?),
        })
    }
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
