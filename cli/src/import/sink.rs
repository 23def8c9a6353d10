//! Where imported users go: a table of SQLite, or a new file.
use crate::exit::Failure;
use crate::source::file::Target;
use crate::source::sql::quoted;
use crate::source::sqlite::Database;
use crate::source::{Access, missing};
use hashlift::import::Imported;
use serde_json::json;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Row as _};
use std::path::Path;

/// What became of a user.
pub(super) enum Put {
    New,
    /// A user of that id is there already, and stays.
    Existing,
}

pub(super) trait Sink {
    fn put(&mut self, user: &Imported, hash: Option<&str>) -> Result<Put, Failure>;
    /// What was put stands from here on, where that can be said before the end.
    fn commit(&mut self) -> Result<(), Failure> {
        Ok(())
    }
    fn finish(self: Box<Self>) -> Result<(), Failure>;
}

/// The columns that are written.
const COLUMNS: [&str; 8] = ["id", "email", "username", "name", "phone", "hash", "locked", "line"];

pub(super) fn open(
    to: &str,
    table: &str,
    from: &Path,
    replace: bool,
) -> Result<Box<dyn Sink>, Failure> {
    if let Some(file) = to.strip_prefix("sqlite:") {
        return Ok(Box::new(Table::open(file, table)?));
    }
    let path = Path::new(to);
    let csv = match path.extension().and_then(|ext| ext.to_str()).unwrap_or_default() {
        "csv" => true,
        "jsonl" | "ndjson" => false,
        _ => {
            let rule = "--to is `sqlite:FILE`, or a file that ends in .csv, .jsonl or .ndjson";
            return Err(Failure::usage("unknown-target", rule));
        }
    };
    let access = Access::Write { output: Some(path), replace };
    let target = Target::open(from, access)?;
    let mut target = target.ok_or_else(|| Failure::usage("output", "name a file"))?;
    if csv {
        target.write(format!("{}\n", COLUMNS.join(",")).as_bytes())?;
    }
    Ok(Box::new(File { target, csv }))
}

struct File {
    target: Target,
    csv: bool,
}

impl Sink for File {
    fn put(&mut self, user: &Imported, hash: Option<&str>) -> Result<Put, Failure> {
        let line = match self.csv {
            true => {
                let (locked, line) = (user.locked.to_string(), user.line.to_string());
                let texts = texts(user, hash).map(|text| cell(text.unwrap_or_default()));
                format!("{},{locked},{line}\n", texts.join(","))
            }
            false => {
                let [id, email, username, name, phone, hash] = texts(user, hash);
                let object = json!({
                    "id": id, "email": email, "username": username, "name": name, "phone": phone,
                    "hash": hash, "locked": user.locked, "line": user.line,
                });
                format!("{object}\n")
            }
        };
        self.target.write(line.as_bytes())?;
        Ok(Put::New)
    }

    fn finish(self: Box<Self>) -> Result<(), Failure> {
        self.target.finish()
    }
}

/// The texts of a user, in the order of the columns.
fn texts<'a>(user: &'a Imported, hash: Option<&'a str>) -> [Option<&'a str>; 6] {
    let of = |text: &'a Option<String>| text.as_deref();
    let id = Some(user.id.as_str());
    [id, of(&user.email), of(&user.username), of(&user.name), of(&user.phone), hash]
}

fn cell(text: &str) -> String {
    match text.contains([',', '"', '\r', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

struct Table {
    database: Database,
    insert: String,
    /// Whether rows wait for their commit.
    open: bool,
}

impl Table {
    fn open(file: &str, table: &str) -> Result<Self, Failure> {
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
        let mut database = Database::open(options, file)?;
        let into = quoted(table, '"')?;
        database.execute(sqlx::query(AssertSqlSafe(format!(
            "CREATE TABLE IF NOT EXISTS {into} (id TEXT PRIMARY KEY NOT NULL, email TEXT, \
             username TEXT, name TEXT, phone TEXT, hash TEXT, locked INTEGER NOT NULL, \
             line INTEGER NOT NULL)"
        ))))?;
        let have = sqlx::query("SELECT name FROM pragma_table_info(?)").bind(table.to_owned());
        let have = database.rows(have)?;
        let have: Vec<String> = have.iter().filter_map(|row| row.try_get(0).ok()).collect();
        for column in COLUMNS {
            if !have.iter().any(|name| name.eq_ignore_ascii_case(column)) {
                return Err(missing("column", column, &format!("table {table:?}"), &have));
            }
        }
        let columns = COLUMNS.join(", ");
        let insert = format!(
            "INSERT INTO {into} ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) \
             ON CONFLICT (id) DO NOTHING"
        );
        Ok(Self { database, insert, open: false })
    }
}

impl Sink for Table {
    fn put(&mut self, user: &Imported, hash: Option<&str>) -> Result<Put, Failure> {
        if !self.open {
            self.database.execute(sqlx::query("BEGIN IMMEDIATE"))?;
            self.open = true;
        }
        let query = sqlx::query(AssertSqlSafe(self.insert.as_str()));
        let texts = texts(user, hash);
        let query = texts.iter().fold(query, |query, text| query.bind(text.map(str::to_owned)));
        let line = i64::try_from(user.line).unwrap_or(i64::MAX);
        Ok(match self.database.execute(query.bind(user.locked).bind(line))? {
            0 => Put::Existing,
            _ => Put::New,
        })
    }

    fn commit(&mut self) -> Result<(), Failure> {
        if std::mem::take(&mut self.open) {
            self.database.execute(sqlx::query("COMMIT"))?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), Failure> {
        self.commit()
    }
}
