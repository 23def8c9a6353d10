//! What MySQL and MariaDB know about a table. Names are looked up as values, never spliced.
use super::{Link, text_of};
use crate::exit::Failure;
use crate::source::sql::{fault, ids, list, quoted};
use crate::source::{Access, Columns, Filter, missing};
use sqlx::mysql::{MySqlArguments, MySqlRow};
use sqlx::query::Query;
use sqlx::{MySql as Db, MySqlConnection};

/// A table, looked up.
pub(super) struct Found {
    /// Database and name, in quotes.
    pub(super) name: String,
    /// What claims are named after: the same for all who work on the column.
    pub(super) path: String,
    /// Whether its engine has transactions.
    pub(super) transactional: bool,
    /// The columns of the key.
    pub(super) ids: Vec<Column>,
    pub(super) hash: Column,
    /// The columns that are read besides.
    pub(super) others: Vec<Column>,
    /// The columns of the filter.
    pub(super) tested: Vec<Column>,
    /// Columns that the server sets to the time of each UPDATE, unless it is told not to.
    pub(super) stamps: Vec<String>,
    pub(super) notes: Vec<String>,
    pub(super) grant: String,
}

/// A column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    /// The name in quotes.
    pub(super) quoted: String,
    /// The name of its type, without width and sign.
    kind: String,
    pub(super) unsigned: bool,
    /// Characters it holds (bytes, if it holds bytes).
    pub(super) characters_max: Option<u64>,
    not_null: bool,
    /// What is behind the type in its definition.
    pub(super) rest: String,
    generated: bool,
    stamp: bool,
}

impl Column {
    /// Whether it holds bytes rather than texts.
    pub(super) fn is_bytes(&self) -> bool {
        self.kind.ends_with("binary") || self.kind.ends_with("blob")
    }

    pub(super) fn is_int(&self) -> bool {
        self.kind.ends_with("int")
    }

    fn is_text(&self) -> bool {
        self.kind.ends_with("char") || self.kind.ends_with("text")
    }

    /// The type that holds so many characters: the head of its name, and what closes it.
    pub(super) fn wider(&self) -> (&'static str, &'static str) {
        match (self.is_bytes(), self.kind.ends_with("blob") || self.kind.ends_with("text")) {
            (true, true) => ("BLOB(", ")"),
            (true, false) => ("VARBINARY(", ")"),
            (false, true) => ("TEXT(", ")"),
            (false, false) => ("VARCHAR(", ")"),
        }
    }
}

pub(super) fn find(
    link: &mut Link<MySqlConnection>,
    name: &str,
    columns: &Columns,
    filter: &Filter,
    access: Access<'_>,
) -> Result<Found, Failure> {
    let (schema, table, kind, engine) = relation(link, name)?;
    if kind != "BASE TABLE" && access.writes() {
        let rule = format!("{name:?} is a view; name the table that it shows");
        return Err(Failure::environment("view", rule));
    }
    let shown = format!("table {name:?}");
    let all = columns_of(link, &schema, &table)?;
    let names: Vec<_> = all.iter().map(|column| column.name.clone()).collect();
    // Names of columns differ by more than case in no MySQL.
    let find = |name: &str| {
        let found = all.iter().find(|column| column.name.to_lowercase() == name.to_lowercase());
        found.cloned().ok_or_else(|| missing("column", name, &shown, &names))
    };
    let unique = unique_indexes(link, &schema, &table)?;
    let primary = unique.iter().find(|index| index.name == "PRIMARY");
    let primary: Vec<_> = primary.map(|index| index.columns.clone()).unwrap_or_default();
    let ids = ids(columns.id.as_deref(), &names, &primary, &shown)?;
    let ids = ids.iter().map(|name| find(name)).collect::<Result<Vec<_>, _>>()?;
    let mut wanted = columns.wanted().into_iter();
    let hash = find(wanted.next().unwrap_or_default())?;
    let others = wanted.map(find).collect::<Result<Vec<_>, _>>()?;
    let tests = filter.tests().iter();
    let tested = tests.map(|test| find(&test.column)).collect::<Result<Vec<_>, _>>()?;
    fit(&ids, &hash, access)?;

    let from = format!("{}.{}", quoted(&schema, '`')?, quoted(&table, '`')?);
    distinct(link, &from, &ids, &unique, &primary, columns.id.as_deref(), access)?;
    let stamps = all.iter().filter(|column| column.stamp && column.name != hash.name);
    let stamps: Vec<_> = stamps.map(|column| column.quoted.clone()).collect();
    let mut read: Vec<&str> = Vec::new();
    for column in ids.iter().chain([&hash]).chain(&others).chain(&tested) {
        if !read.contains(&column.quoted.as_str()) {
            read.push(&column.quoted);
        }
    }
    let written = [hash.quoted.clone()].into_iter().chain(stamps.iter().cloned());
    let written = written.collect::<Vec<_>>().join(", ");
    let kept = stamps.iter().map(String::as_str).filter(|name| !read.contains(name));
    let read = read.iter().copied().chain(kept).collect::<Vec<_>>().join(", ");
    let grant = format!("GRANT SELECT ({read}), UPDATE ({written}) ON {from} TO …");
    let notes = notes(link, &schema, &table, &stamps)?;
    Ok(Found {
        path: format!("{from}.{}", hash.quoted),
        name: from,
        transactional: engine.eq_ignore_ascii_case("innodb"),
        ids,
        hash,
        others,
        tested,
        stamps,
        notes,
        grant,
    })
}

/// The table of that name, in the database of the connection or in one that is named with it.
fn relation(
    link: &mut Link<MySqlConnection>,
    name: &str,
) -> Result<(String, String, String, String), Failure> {
    let query = sqlx::query(
        "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, COALESCE(ENGINE, '')
         FROM information_schema.TABLES
         WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?
            OR CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) = ?",
    );
    let found = rows(link, query.bind(name.to_owned()).bind(name.to_owned()))?;
    let found = found.iter().map(four).collect::<Result<Vec<_>, _>>()?;
    let exact = |(schema, table, ..): &&(String, String, String, String)| {
        table == name || format!("{schema}.{table}") == name
    };
    // Where names of tables have no case, the one there is will do.
    if let Some(found) = found.iter().find(exact).or(found.first().filter(|_| found.len() == 1)) {
        return Ok(found.clone());
    }
    let there = rows(
        link,
        sqlx::query(
            "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()
             ORDER BY 1 LIMIT 50",
        ),
    )?;
    let there = there.iter().map(|row| text_of(row, 0)).collect::<Result<Vec<_>, _>>()?;
    let missing = missing("table", name, "the database", &there);
    Err(Failure { kind: "missing-table", ..missing })
}

fn four(row: &MySqlRow) -> Result<(String, String, String, String), Failure> {
    Ok((text_of(row, 0)?, text_of(row, 1)?, text_of(row, 2)?, text_of(row, 3)?))
}

fn columns_of(
    link: &mut Link<MySqlConnection>,
    schema: &str,
    table: &str,
) -> Result<Vec<Column>, Failure> {
    let query = sqlx::query(
        "SELECT COLUMN_NAME, LOWER(DATA_TYPE), LOWER(COLUMN_TYPE),
                COALESCE(CAST(CHARACTER_MAXIMUM_LENGTH AS CHAR), ''), IS_NULLABLE,
                LOWER(COALESCE(EXTRA, '')), COALESCE(CHARACTER_SET_NAME, ''),
                COALESCE(COLLATION_NAME, ''), COALESCE(COLUMN_DEFAULT, ''),
                CASE WHEN COLUMN_DEFAULT IS NULL THEN 'no' ELSE 'yes' END,
                COALESCE(GENERATION_EXPRESSION, ''), COALESCE(COLUMN_COMMENT, ''), VERSION()
         FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?
         ORDER BY ORDINAL_POSITION",
    );
    let found = rows(link, query.bind(schema.to_owned()).bind(table.to_owned()))?;
    let column = |row: &MySqlRow| {
        let cells = (0..13).map(|at| text_of(row, at)).collect::<Result<Vec<_>, _>>()?;
        let [
            name,
            kind,
            full,
            max,
            null,
            extra,
            set,
            collation,
            default,
            defaults,
            formula,
            comment,
            version,
        ] = cells.as_slice()
        else {
            return Err(Failure::environment("database", "the catalogue has other columns"));
        };
        let text = |value: &str| format!("'{}'", value.replace('\\', "\\\\").replace('\'', "''"));
        let mut rest = String::new();
        if !set.is_empty() {
            rest.push_str(&format!(" CHARACTER SET {set} COLLATE {collation}"));
        }
        rest.push_str(if null == "NO" { " NOT NULL" } else { " NULL" });
        // MariaDB keeps an expression, MySQL the text itself.
        match (defaults == "yes", version.contains("MariaDB")) {
            (true, true) => rest.push_str(&format!(" DEFAULT {default}")),
            (true, false) => rest.push_str(&format!(" DEFAULT {}", text(default))),
            _ => {}
        }
        if !comment.is_empty() {
            rest.push_str(&format!(" COMMENT {}", text(comment)));
        }
        Ok(Column {
            quoted: quoted(name, '`')?,
            name: name.clone(),
            kind: kind.clone(),
            unsigned: full.contains("unsigned"),
            characters_max: max.parse().ok(),
            not_null: null == "NO",
            rest,
            generated: !formula.is_empty(),
            stamp: extra.contains("on update"),
        })
    };
    found.iter().map(column).collect()
}

struct Unique {
    name: String,
    columns: Vec<String>,
}

fn unique_indexes(
    link: &mut Link<MySqlConnection>,
    schema: &str,
    table: &str,
) -> Result<Vec<Unique>, Failure> {
    let query = sqlx::query(
        "SELECT INDEX_NAME, COALESCE(COLUMN_NAME, '') FROM information_schema.STATISTICS
         WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND NON_UNIQUE = 0
         ORDER BY INDEX_NAME, SEQ_IN_INDEX",
    );
    let mut indexes: Vec<Unique> = Vec::new();
    for row in rows(link, query.bind(schema.to_owned()).bind(table.to_owned()))? {
        let (name, column) = (text_of(&row, 0)?, text_of(&row, 1)?);
        match indexes.last_mut() {
            Some(index) if index.name == name => index.columns.push(column),
            _ => indexes.push(Unique { name, columns: vec![column] }),
        }
    }
    Ok(indexes)
}

/// Whether the columns are of a kind that keys and hashes can be.
fn fit(ids: &[Column], hash: &Column, access: Access<'_>) -> Result<(), Failure> {
    let known = |id: &&Column| id.is_int() || id.is_text() || id.is_bytes() || id.kind == "uuid";
    if let Some(id) = ids.iter().find(|id| !known(id)) {
        let (name, kind) = (&id.name, &id.kind);
        let rule =
            format!("the id {name:?} is of type {kind}; ids are whole numbers, texts or bytes");
        return Err(Failure::environment("bad-id", rule));
    }
    let name = &hash.name;
    let rule = if hash.kind == "binary" {
        format!("the column {name:?} is BINARY, which fills texts up with zeros; make it VARBINARY")
    } else if !hash.is_text() && !hash.is_bytes() {
        format!("the column {name:?} is of type {}; hashes are kept in a text", hash.kind)
    } else if access.writes() && hash.generated {
        format!("the column {name:?} is computed from others; name the one that is stored")
    } else {
        return Ok(());
    };
    Err(Failure::environment("bad-column", rule))
}

/// Whether the key tells rows apart, by an index if rows are to be written.
fn distinct(
    link: &mut Link<MySqlConnection>,
    from: &str,
    ids: &[Column],
    unique: &[Unique],
    primary: &[String],
    named: Option<&str>,
    access: Access<'_>,
) -> Result<(), Failure> {
    let full = |name: &String| ids.iter().any(|id| id.name == *name && id.not_null);
    if unique.iter().any(|index| index.columns.iter().all(full)) {
        return Ok(());
    }
    let names = named.unwrap_or_default();
    if access.writes() {
        let instead = match primary.is_empty() {
            true => "make a unique index over columns that are NOT NULL".to_owned(),
            false => format!("the primary key is --id {}", primary.join(",")),
        };
        let rule = format!("no unique index says that {names:?} tells rows apart; {instead}");
        return Err(Failure::environment("id-not-unique", rule));
    }
    let columns = list(ids, ", ", |text, id| text.push_str(&id.quoted));
    // A row with a NULL in its key is not counted as distinct.
    let sql = format!("SELECT CAST(COUNT(*) = COUNT(DISTINCT {columns}) AS CHAR) FROM {from}");
    let same = rows(link, sqlx::query(sqlx::AssertSqlSafe(sql)))?;
    match same.first().map(|row| text_of(row, 0)).transpose()?.as_deref() {
        Some("1") => Ok(()),
        _ => {
            let rule = format!("{names:?} does not tell rows apart; name a unique --id");
            Err(Failure::environment("id-not-unique", rule))
        }
    }
}

fn notes(
    link: &mut Link<MySqlConnection>,
    schema: &str,
    table: &str,
    stamps: &[String],
) -> Result<Vec<String>, Failure> {
    let mut notes = Vec::new();
    for name in stamps {
        notes.push(format!("{name} is set by each UPDATE; it is written as it was, so it stays."));
    }
    let query = sqlx::query(
        "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS
         WHERE EVENT_OBJECT_SCHEMA = ? AND EVENT_OBJECT_TABLE = ? AND EVENT_MANIPULATION = 'UPDATE'
         ORDER BY 1",
    );
    for row in rows(link, query.bind(schema.to_owned()).bind(table.to_owned()))? {
        let name = text_of(&row, 0)?;
        notes.push(format!("The trigger {name:?} fires for each row that is written."));
    }
    Ok(notes)
}

fn rows(
    link: &mut Link<MySqlConnection>,
    query: Query<'_, Db, MySqlArguments>,
) -> Result<Vec<MySqlRow>, Failure> {
    link.fetch(query).map_err(|error| fault(&error))
}
