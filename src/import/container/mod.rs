//! What exports come in: CSV, JSON, SQL, LDIF, lines. All give [`Record`]s, one at a time.
use super::{Fault, Options, Record, System, Why};
use std::io::{BufRead, Cursor, Read};

mod csv;
mod input;
mod json;
mod ldif;
mod sql;

use input::Input;

/// A shape that the exports of a system come in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// Comma-separated, under a header that must hold one of each group of names.
    Csv { must: &'static [&'static [&'static str]] },
    /// Comma-separated, without a header.
    Columns(&'static [&'static str]),
    /// Fields between colons, as in /etc/passwd. Behind the last column anything may follow.
    Colons(&'static [&'static str]),
    /// JSON. The users are at that path of keys of a document that is an object, or an array;
    /// arrays on the way are looked through. Documents may follow one another, as in JSON Lines.
    Json { object: &'static [&'static str], array: &'static [&'static str] },
    /// `INSERT`s or `COPY`s of a database dump, for the table of that name unless `table` is set.
    Sql { table: &'static str },
    /// LDAP Data Interchange Format (RFC 2849).
    Ldif,
}

/// What could not be made a record.
pub(crate) struct Broken {
    pub(crate) line: u64,
    /// Whether it is about the export, not a record of it.
    pub(crate) whole: bool,
    pub(crate) fault: Fault,
}

impl Broken {
    fn record(line: u64, field: &'static str, why: impl Into<Why>) -> Self {
        Self { line, whole: false, fault: Fault::new(field, why) }
    }

    fn whole(line: u64, why: impl Into<Why>) -> Self {
        Self { line, whole: true, fault: Fault::new("", why) }
    }
}

type Item = Result<Record, Broken>;

/// How much is looked at to see the shape.
const HEAD_BYTES: u64 = 1 << 16;

pub(crate) fn open<'a>(
    system: &System,
    options: &'a Options,
    mut from: impl BufRead + 'a,
) -> Box<dyn Iterator<Item = Item> + 'a> {
    let mut head = Vec::new();
    if let Err(error) = from.by_ref().take(HEAD_BYTES).read_to_end(&mut head) {
        return one(Why::Io(error.kind()));
    }
    if head.starts_with(b"\xef\xbb\xbf") {
        head.drain(..3);
    }
    let shape = match shape(system, &head) {
        Ok(shape) => shape,
        Err(rule) => return one(Why::Rule(rule)),
    };
    let by_lines = json::is_lines(&head);
    let input = Input::new(Cursor::new(head).chain(from));
    match shape {
        Shape::Csv { must } => Box::new(csv::Csv::under_a_header(input, options, must)),
        Shape::Columns(names) => Box::new(csv::Csv::new(input, options.delimiter, names)),
        Shape::Colons(names) => Box::new(csv::Colons::new(input, names)),
        Shape::Json { object: [], .. } if by_lines => Box::new(json::Lines::new(input)),
        Shape::Json { object, array } => Box::new(json::Document::new(input, object, array)),
        Shape::Sql { table } => {
            Box::new(sql::Dump::new(input, options.get("table").unwrap_or(table)))
        }
        Shape::Ldif => Box::new(ldif::Ldif::new(input)),
    }
}

fn one<'a>(why: Why) -> Box<dyn Iterator<Item = Item> + 'a> {
    Box::new(core::iter::once(Err(Broken::whole(1, why))))
}

/// The shape of the system's that the export seems to have.
fn shape(system: &System, head: &[u8]) -> Result<Shape, &'static str> {
    let find = |is: fn(&Shape) -> bool| system.shapes.iter().copied().find(is);
    let start = head.trim_ascii_start();
    match start {
        [0x1f, 0x8b, ..] => return Err("it is compressed; gunzip it first"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Err("it is UTF-16; make it UTF-8 first"),
        _ => {}
    }
    if matches!(start.first(), Some(b'{' | b'[')) {
        let json = find(|shape| matches!(shape, Shape::Json { .. }));
        return json.ok_or("it is JSON, which this system is not read from");
    }
    let sql = find(|shape| matches!(shape, Shape::Sql { .. }));
    if let (true, Some(sql)) = (sql::is_dump(start), sql) {
        return Ok(sql);
    }
    find(|shape| !matches!(shape, Shape::Json { .. } | Shape::Sql { .. }))
        .or(sql)
        .ok_or("it is not JSON, which this system is read from")
}
