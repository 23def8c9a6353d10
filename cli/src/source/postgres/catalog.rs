//! What PostgreSQL knows about a table. Names are looked up as values, never spliced.
use super::Link;
use crate::exit::Failure;
use crate::source::sql::{fault, ids, list, quoted};
use crate::source::{Access, Columns, Filter, missing};
use sqlx::PgConnection;
use sqlx::Row as _;
use sqlx::postgres::PgRow;

/// A table, looked up.
pub(super) struct Found {
    pub(super) oid: i64,
    /// Schema and name, in quotes.
    pub(super) name: String,
    /// The columns of the key.
    pub(super) ids: Vec<Column>,
    pub(super) hash: Column,
    /// The columns that are read besides.
    pub(super) others: Vec<Column>,
    /// The columns of the filter.
    pub(super) tested: Vec<Column>,
    pub(super) notes: Vec<String>,
    pub(super) grant: String,
}

/// A column.
#[derive(Clone)]
pub(super) struct Column {
    pub(super) name: String,
    /// The name in quotes.
    pub(super) quoted: String,
    number: i16,
    /// What a text is cast to, to be compared with the column.
    pub(super) kind: String,
    /// The name of the type, under any domain.
    base: String,
    category: String,
    /// Characters it holds, if there is a bound.
    pub(super) characters_max: Option<u64>,
    not_null: bool,
    generated: bool,
    readable: bool,
    writable: bool,
}

impl Column {
    /// Whether it holds bytes rather than texts.
    pub(super) fn is_bytes(&self) -> bool {
        self.base == "bytea"
    }

    /// Whether it holds whole numbers of up to 64 bits.
    pub(super) fn is_int(&self) -> bool {
        matches!(self.base.as_str(), "int2" | "int4" | "int8")
    }
}

pub(super) fn find(
    link: &mut Link<PgConnection>,
    name: &str,
    columns: &Columns,
    filter: &Filter,
    access: Access<'_>,
) -> Result<Found, Failure> {
    let (oid, schema, table, kind) = relation(link, name)?;
    let shown = format!("table {name:?}");
    if access.writes() {
        let rule = match kind.as_str() {
            "v" | "m" => format!("{name:?} is a view; name the table that it shows"),
            "f" => format!("{name:?} is on another server; connect to that one"),
            _ => String::new(),
        };
        if !rule.is_empty() {
            return Err(Failure::environment("view", rule));
        }
    }
    let all = columns_of(link, oid)?;
    let names: Vec<_> = all.iter().map(|column| column.name.clone()).collect();
    let find = |name: &str| {
        let found = all.iter().find(|column| column.name == name);
        let found =
            found.or_else(|| all.iter().find(|column| column.name.eq_ignore_ascii_case(name)));
        found.cloned().ok_or_else(|| missing("column", name, &shown, &names))
    };
    let unique = unique_indexes(link, oid)?;
    let primary = unique.iter().find(|index| index.primary).map(|index| index.columns.clone());
    let ids = ids(columns.id.as_deref(), &names, &primary.unwrap_or_default(), &shown)?;
    let ids = ids.iter().map(|name| find(name)).collect::<Result<Vec<_>, _>>()?;
    let mut wanted = columns.wanted().into_iter();
    let hash = find(wanted.next().unwrap_or_default())?;
    let others = wanted.map(find).collect::<Result<Vec<_>, _>>()?;
    let tests = filter.tests().iter();
    let tested = tests.map(|test| find(&test.column)).collect::<Result<Vec<_>, _>>()?;

    let from = format!("{}.{}", quoted(&schema, '"')?, quoted(&table, '"')?);
    let read: Vec<_> = ids.iter().chain([&hash]).chain(&others).chain(&tested).collect();
    let grant = grant(&from, &read, &hash);
    denied(link, &schema, &read, &hash, access, &grant)?;
    writable(&hash, access)?;
    distinct(link, &from, &ids, &unique, &columns.id, access)?;
    let notes = notes(link, oid, &hash)?;
    Ok(Found { oid, name: from, ids, hash, others, tested, notes, grant })
}

/// The table of that name: one that is seen without its schema, or one that is named with it.
fn relation(
    link: &mut Link<PgConnection>,
    name: &str,
) -> Result<(i64, String, String, String), Failure> {
    let query = sqlx::query(
        "SELECT c.oid::int8, n.nspname::text, c.relname::text, c.relkind::text
         FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
           AND (c.relname::text = $1 AND pg_catalog.pg_table_is_visible(c.oid)
                OR n.nspname::text || '.' || c.relname::text = $1)
         ORDER BY c.relname::text = $1 DESC LIMIT 1",
    );
    if let [row] = rows(link, query.bind(name.to_owned()))?.as_slice() {
        return Ok((get(row, 0)?, get(row, 1)?, get(row, 2)?, get(row, 3)?));
    }
    let there = rows(
        link,
        sqlx::query(
            "SELECT CASE WHEN pg_catalog.pg_table_is_visible(c.oid) THEN '' ELSE n.nspname || '.' END
                    || c.relname
             FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
               AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
             ORDER BY 1 LIMIT 50",
        ),
    )?;
    let there = there.iter().map(|row| get(row, 0)).collect::<Result<Vec<_>, _>>()?;
    let missing = missing("table", name, "the database", &there);
    Err(Failure { kind: "missing-table", ..missing })
}

fn columns_of(link: &mut Link<PgConnection>, oid: i64) -> Result<Vec<Column>, Failure> {
    let query = sqlx::query(
        "SELECT a.attname::text, pg_catalog.format_type(coalesce(b.oid, t.oid), -1),
                coalesce(b.typname, t.typname)::text, coalesce(b.typcategory, t.typcategory)::text,
                CASE WHEN b.oid IS NULL THEN a.atttypmod ELSE t.typtypmod END,
                a.attnotnull, a.attgenerated::text <> '', a.attnum,
                pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT'),
                pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'UPDATE')
         FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
              LEFT JOIN pg_catalog.pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype
         WHERE a.attrelid = $1::int8::oid AND a.attnum > 0 AND NOT a.attisdropped
         ORDER BY a.attnum",
    );
    let column = |row: &PgRow| {
        let (name, base): (String, String) = (get(row, 0)?, get(row, 2)?);
        let modifier: i32 = get(row, 4)?;
        let bounded = matches!(base.as_str(), "varchar" | "bpchar") && modifier > 4;
        Ok(Column {
            quoted: quoted(&name, '"')?,
            name,
            number: get(row, 7)?,
            kind: get(row, 1)?,
            base,
            category: get(row, 3)?,
            // The modifier counts its own four bytes.
            characters_max: bounded.then(|| u64::try_from(modifier - 4).unwrap_or(0)),
            not_null: get(row, 5)?,
            generated: get(row, 6)?,
            readable: get(row, 8)?,
            writable: get(row, 9)?,
        })
    };
    rows(link, query.bind(oid))?.iter().map(column).collect()
}

struct Unique {
    primary: bool,
    columns: Vec<String>,
}

/// Unique indexes of whole columns over all rows.
fn unique_indexes(link: &mut Link<PgConnection>, oid: i64) -> Result<Vec<Unique>, Failure> {
    let query = sqlx::query(
        "SELECT i.indisprimary, array_agg(a.attname::text ORDER BY k.place)
         FROM pg_catalog.pg_index i
              CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(number, place)
              JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
         WHERE i.indrelid = $1::int8::oid AND i.indisunique AND i.indisvalid
           AND i.indpred IS NULL AND i.indexprs IS NULL AND k.place <= i.indnkeyatts
         GROUP BY i.indexrelid, i.indisprimary ORDER BY i.indisprimary DESC",
    );
    let rows = rows(link, query.bind(oid))?;
    rows.iter().map(|row| Ok(Unique { primary: get(row, 0)?, columns: get(row, 1)? })).collect()
}

fn grant(from: &str, read: &[&Column], hash: &Column) -> String {
    let mut names: Vec<&str> = Vec::new();
    for column in read {
        if !names.contains(&column.quoted.as_str()) {
            names.push(&column.quoted);
        }
    }
    let hash = &hash.quoted;
    format!("GRANT SELECT ({}), UPDATE ({hash}) ON {from} TO …", names.join(", "))
}

fn denied(
    link: &mut Link<PgConnection>,
    schema: &str,
    read: &[&Column],
    hash: &Column,
    access: Access<'_>,
    grant: &str,
) -> Result<(), Failure> {
    let may = sqlx::query(
        "SELECT pg_catalog.has_schema_privilege($1, 'USAGE'),
                pg_catalog.current_setting('transaction_read_only') = 'on'",
    );
    let may = rows(link, may.bind(schema.to_owned()))?;
    let (mut usage, mut read_only) = (true, false);
    if let [row] = may.as_slice() {
        (usage, read_only) = (get(row, 0)?, get(row, 1)?);
    }
    let unread = read.iter().find(|column| !column.readable);
    let what = match unread {
        _ if !usage => format!("use the schema {schema:?}"),
        Some(column) => format!("read the column {:?}", column.name),
        None if access.writes() && !hash.writable => {
            format!("update the column {:?}", hash.name)
        }
        None if access.writes() && read_only => {
            let rule = "the server takes no writes: it is a replica, or read-only; connect to the \
                        primary";
            return Err(Failure::environment("read-only", rule));
        }
        None => return Ok(()),
    };
    let rule = format!("this role may not {what}; all that is needed: {grant}");
    Err(Failure::environment("privilege", rule))
}

/// Whether a text can be put into the column of the hashes at all.
fn writable(hash: &Column, access: Access<'_>) -> Result<(), Failure> {
    let name = &hash.name;
    let rule = if hash.category != "S" && !hash.is_bytes() {
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
    link: &mut Link<PgConnection>,
    from: &str,
    ids: &[Column],
    unique: &[Unique],
    named: &Option<String>,
    access: Access<'_>,
) -> Result<(), Failure> {
    let full = |name: &String| ids.iter().any(|id| id.name == *name && id.not_null);
    if unique.iter().any(|index| index.columns.iter().all(full)) {
        return Ok(());
    }
    let names = named.as_deref().unwrap_or_default();
    if access.writes() {
        let primary = unique.iter().find(|index| index.primary);
        let instead = primary.map_or_else(
            || "make a unique index over columns that are NOT NULL".to_owned(),
            |index| format!("the primary key is --id {}", index.columns.join(",")),
        );
        let rule = format!("no unique index says that {names:?} tells rows apart; {instead}");
        return Err(Failure::environment("id-not-unique", rule));
    }
    let columns = list(ids, ", ", |text, id| text.push_str(&id.quoted));
    let full = list(ids, " AND ", |text, id| {
        text.push_str(&id.quoted);
        text.push_str(" IS NOT NULL");
    });
    let sql = format!(
        "SELECT count(*) = count(DISTINCT ({columns})) AND coalesce(bool_and({full}), true) FROM {from}"
    );
    match rows(link, sqlx::query(sqlx::AssertSqlSafe(sql)))?.as_slice() {
        [row] if get(row, 0)? => Ok(()),
        _ => {
            let rule = format!("{names:?} does not tell rows apart; name a unique --id");
            Err(Failure::environment("id-not-unique", rule))
        }
    }
}

fn notes(link: &mut Link<PgConnection>, oid: i64, hash: &Column) -> Result<Vec<String>, Failure> {
    let mut notes = Vec::new();
    let query = sqlx::query("SELECT pg_catalog.row_security_active($1::int8::oid)");
    if let [row] = rows(link, query.bind(oid))?.as_slice()
        && get(row, 0)?
    {
        notes.push(
            "Row-level security is on for this role: rows that its policies hide are not seen. Use \
             the table's owner or a role with BYPASSRLS."
                .to_owned(),
        );
    }
    // Bit 4 of the type is for UPDATE; a trigger without columns is for all of them.
    let query = sqlx::query(
        "SELECT tgname::text FROM pg_catalog.pg_trigger
         WHERE tgrelid = $1::int8::oid AND NOT tgisinternal AND tgenabled <> 'D' AND tgtype & 16 <> 0
           AND (tgattr::text = '' OR $2 = ANY (tgattr::int2[]))
         ORDER BY 1",
    );
    for row in rows(link, query.bind(oid).bind(hash.number))? {
        let name: String = get(&row, 0)?;
        notes.push(format!("The trigger {name:?} fires for each row that is written."));
    }
    Ok(notes)
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

fn rows(link: &mut Link<PgConnection>, query: Query<'_>) -> Result<Vec<PgRow>, Failure> {
    link.fetch(query).map_err(|error| fault(&error))
}

fn get<'r, T>(row: &'r PgRow, at: usize) -> Result<T, Failure>
where
    T: sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    row.try_get(at).map_err(|error| fault(&error))
}
