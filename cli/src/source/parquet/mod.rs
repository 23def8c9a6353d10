//! Apache Parquet. The columns that are wanted are decoded; all others are copied undecoded.
//!
//! It stands on the crate's low-level columns and pages, and not on Arrow: that would be a hundred
//! thousand lines more to compile, and would decode and encode what is to come through unchanged.
use super::file::Target;
use super::{Access, Columns, Key, Source, missing};
use crate::exit::Failure;
use feed::{Feed, PATIENCE, Place};
use hashlift::job::{Cell, Row, Table};
use parquet::basic::{Compression, Type};
use parquet::data_type::ByteArray;
use parquet::file::metadata::ParquetMetaData;
use parquet::schema::types::ColumnDescriptor;
use read::{Raw, Value};
use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;
use write::{Held, Writer};

#[cfg(test)]
mod damage;
mod feed;
mod footer;
mod pages;
mod read;
mod thrift;
mod write;

/// Longest text that is made of a value. The library reads far less.
const TEXT_BYTES_MAX: usize = 64 << 10;
/// Bytes of values that one batch holds, about.
const BATCH_BYTES: usize = 16 << 20;
/// Longest id that is shown.
const ID_BYTES_MAX: usize = 256;

pub(crate) struct Parquet {
    columns: Columns,
    /// Where among the decoded values the wanted ones stand, and those of the id.
    at: Vec<usize>,
    id: Vec<usize>,
    feed: Feed<Vec<Raw>>,
    queue: VecDeque<Raw>,
    /// Rows given out, and rows of the file.
    row: u64,
    rows: u64,
    writer: Option<Writer>,
    /// Rows of the page in hand; the last of them is `row`.
    held: Vec<Held>,
}

impl Parquet {
    pub(crate) fn open(path: &Path, columns: Columns, access: Access<'_>) -> Result<Self, Failure> {
        Self::open_within(path, columns, access, PATIENCE)
    }

    fn open_within(
        path: &Path,
        columns: Columns,
        access: Access<'_>,
        patience: Duration,
    ) -> Result<Self, Failure> {
        let (file, meta) = footer::open(path)?;
        let name = path.display().to_string();
        let chosen = Chosen::of(&meta, &columns, &name)?;
        let names = chosen.names;
        let hash = chosen.decoded.first().copied().unwrap_or_default();
        let writer = match Target::open(path, access)? {
            Some(target) => Some(Writer::start(file.clone(), meta.clone(), hash, target)?),
            None => None,
        };
        let rows = u64::try_from(meta.file_metadata().num_rows()).unwrap_or_default();
        let place = Place::new(&name, names);
        let feed = read::start(&file, &meta, chosen.decoded, &place, patience)?;
        let (queue, held) = (VecDeque::new(), Vec::new());
        let (at, id) = (chosen.at, chosen.id);
        Ok(Self { columns, at, id, feed, queue, row: 0, rows, writer, held })
    }

    fn row(&self, raw: &Raw) -> Row<Key> {
        let value = |at: &usize| raw.values.get(*at).unwrap_or(&Value::Null);
        let id: Option<Vec<_>> = self.id.iter().map(|at| part(value(at))).collect();
        let id = id.filter(|parts| !parts.is_empty()).map(Key::of).map(Box::new);
        self.columns.row(Key::Row(self.row, id), self.at.iter().map(|at| cell(value(at))))
    }
}

/// The columns that are decoded.
struct Chosen {
    /// The names of all columns.
    names: Vec<String>,
    /// Which of them are decoded; the hash is the first.
    decoded: Vec<usize>,
    /// Where among the decoded ones the wanted ones stand, in their order, and those of the id.
    at: Vec<usize>,
    id: Vec<usize>,
}

impl Chosen {
    fn of(meta: &ParquetMetaData, columns: &Columns, file: &str) -> Result<Self, Failure> {
        let schema = meta.file_metadata().schema_descr();
        let names: Vec<_> = schema.columns().iter().map(|column| column.path().string()).collect();
        let find = |name: &str| {
            let mut found =
                (0..names.len()).filter(|at| names.get(*at).is_some_and(|it| it == name));
            match (found.next(), found.next()) {
                (Some(at), None) => Ok(at),
                (None, _) => Err(missing("column", name, file, &names)),
                _ => Err(refuse(file, name, "there are several columns of that name")),
            }
        };
        let mut decoded = Vec::new();
        let mut decode = |name: &str, role: Role| {
            let at = find(name)?;
            for group in meta.row_groups() {
                let codec = group.columns().get(at).map(|chunk| chunk.compression());
                if let Some(codec @ (Compression::BROTLI(_) | Compression::LZO)) = codec {
                    let codec = codec.to_string();
                    let codec = codec.split('(').next().unwrap_or_default();
                    let rule =
                        format!("it is compressed by {codec}; use zstd, snappy, gzip or lz4");
                    return Err(refuse(file, name, &rule));
                }
            }
            if let Some(rule) = schema.columns().get(at).and_then(|it| refusal(it, role)) {
                return Err(refuse(file, name, rule));
            }
            Ok(decoded.iter().position(|have| *have == at).unwrap_or_else(|| {
                decoded.push(at);
                decoded.len() - 1
            }))
        };
        let mut at = Vec::new();
        for (nth, name) in columns.wanted().into_iter().enumerate() {
            at.push(decode(name, if nth == 0 { Role::Hash } else { Role::Beside })?);
        }
        let id = columns.id.as_deref().unwrap_or_default();
        // A name may hold a comma.
        let ids = match names.iter().any(|name| name == id) {
            true => vec![id],
            false => id.split(',').map(str::trim).filter(|name| !name.is_empty()).collect(),
        };
        let id = ids.into_iter().map(|name| decode(name, Role::Id)).collect::<Result<_, _>>()?;
        Ok(Self { names, decoded, at, id })
    }
}

fn refuse(file: &str, name: &str, rule: &str) -> Failure {
    Failure::usage("column", format!("{file}: column {name:?}: {rule}"))
}

#[derive(Clone, Copy, PartialEq)]
enum Role {
    Hash,
    Beside,
    Id,
}

/// Why a column cannot be what it is wanted for.
fn refusal(column: &ColumnDescriptor, role: Role) -> Option<&'static str> {
    if column.max_rep_level() > 0 {
        return Some("it is a list; there must be one value to a row");
    }
    match (column.physical_type(), role) {
        (Type::BYTE_ARRAY, _) | (Type::INT32 | Type::INT64, Role::Id | Role::Beside) => None,
        (Type::FIXED_LEN_BYTE_ARRAY, Role::Id) => None,
        (Type::FIXED_LEN_BYTE_ARRAY, _) => {
            Some("its values have a fixed length, which a wrapped hash exceeds; write it as text")
        }
        (Type::INT32 | Type::INT64, Role::Hash) => {
            Some("the hash is a number, which loses digits; write it as text")
        }
        _ => Some("its values are neither texts nor whole numbers"),
    }
}

fn cell(value: &Value) -> Cell {
    let bytes = match value {
        Value::Null => return Cell::Null,
        Value::Int(int) => return Cell::Text(int.to_string()),
        Value::Unsigned(int) => return Cell::Text(int.to_string()),
        Value::Bytes(bytes) => bytes.data(),
    };
    if bytes.len() > TEXT_BYTES_MAX {
        return Cell::Fault("the value is longer than 64 KiB".into());
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Cell::Text(text.to_owned()),
        Err(_) => Cell::Fault("the value is not UTF-8".into()),
    }
}

/// A part of an id, if it can be shown.
fn part(value: &Value) -> Option<Key> {
    match value {
        Value::Null => None,
        Value::Int(int) => Some(Key::Int(*int)),
        Value::Unsigned(int) => Some(Key::Unsigned(*int)),
        Value::Bytes(bytes) if bytes.len() > ID_BYTES_MAX => None,
        Value::Bytes(bytes) => Some(match std::str::from_utf8(bytes.data()) {
            Ok(text) => Key::Text(text.to_owned()),
            Err(_) => Key::Bytes(bytes.data().to_vec()),
        }),
    }
}

/// About what a row takes in memory.
fn weight(raw: &Raw) -> usize {
    let bytes = raw.values.iter().map(|value| match value {
        Value::Bytes(bytes) => bytes.len(),
        _ => 0,
    });
    bytes.fold(0, usize::saturating_add)
}

impl Table for Parquet {
    type Key = Key;
    type Error = Failure;

    fn batch(&mut self, _: Option<&Key>, rows_max: usize) -> Result<Vec<Row<Key>>, Failure> {
        let (mut rows, mut bytes) = (Vec::new(), 0_usize);
        while rows.len() < rows_max && bytes < BATCH_BYTES {
            let Some(raw) = self.queue.pop_front() else {
                let Some(more) = self.feed.next()? else { break };
                self.queue.extend(more);
                continue;
            };
            self.row += 1;
            bytes = bytes.saturating_add(weight(&raw));
            rows.push(self.row(&raw));
            if self.writer.is_some() {
                let text = match raw.values.into_iter().next() {
                    Some(Value::Bytes(text)) => Some(text),
                    _ => None,
                };
                self.held.push(Held { text, level: raw.level });
            }
        }
        Ok(rows)
    }

    fn swap(&mut self, key: &Key, _: &str, new: &str) -> Result<bool, Failure> {
        let Key::Row(row, _) = key else { return Ok(false) };
        let behind = self.row.checked_sub(*row).and_then(|rows| usize::try_from(rows).ok());
        let held = behind.and_then(|behind| self.held.iter_mut().rev().nth(behind));
        let Some(text) = held.and_then(|held| held.text.as_mut()) else { return Ok(false) };
        *text = ByteArray::from(new.as_bytes().to_vec());
        Ok(true)
    }

    fn commit(&mut self) -> Result<(), Failure> {
        let page = std::mem::take(&mut self.held);
        match &mut self.writer {
            Some(writer) if !page.is_empty() => writer.put(page),
            _ => Ok(()),
        }
    }
}

impl Source for Parquet {
    fn size(&self) -> u64 {
        self.rows
    }

    fn position(&self) -> u64 {
        self.row
    }

    fn finish(&mut self) -> Result<(), Failure> {
        self.commit()?;
        self.writer.take().map_or(Ok(()), |mut writer| writer.finish())
    }
}
