//! JSON Lines: an object a line. What is not the hash is carried byte for byte.
use super::file::{Input, RECORD_BYTES_MAX, Target, skip_bom};
use super::{Access, Columns, Key, Source, missing};
use crate::exit::Failure;
use hashlift::job::{Cell, Row, Table};
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;
use std::io::{BufRead, Read};
use std::ops::Range;
use std::path::Path;

pub(crate) struct Jsonl {
    input: Input,
    columns: Columns,
    line: u64,
    /// Whether any object had a hash's key, so that a misspelt one does not pass for empty.
    met: bool,
    keys: Vec<String>,
    target: Option<Target>,
    held: Vec<Held>,
}

/// A line of the page in hand, to be written when the page is.
struct Held {
    line: u64,
    raw: Vec<u8>,
    hash: Option<Range<usize>>,
}

impl Jsonl {
    pub(crate) fn open(path: &Path, columns: Columns, access: Access<'_>) -> Result<Self, Failure> {
        let mut input = Input::open(path)?;
        let bom = skip_bom(&mut input)?;
        let mut target = Target::open(path, access)?;
        if let Some(target) = &mut target {
            target.write(bom)?;
        }
        Ok(Self { input, columns, line: 0, met: false, keys: Vec::new(), target, held: Vec::new() })
    }

    /// Read a line with its end; empty at the end of the file.
    fn next(&mut self) -> Result<Vec<u8>, Failure> {
        let mut raw = Vec::new();
        let from = self.input.from.by_ref().take(RECORD_BYTES_MAX as u64 + 1);
        let read =
            { from }.read_until(b'\n', &mut raw).map_err(|error| self.input.fault(&error))?;
        self.line += 1;
        self.input.position += read as u64;
        match read > RECORD_BYTES_MAX {
            true => Err(self.input.too_long(self.line)),
            false => Ok(raw),
        }
    }

    fn row(&mut self, raw: &[u8]) -> (Row<Key>, Option<Range<usize>>) {
        let key = Key::Line(self.line);
        let faulty = |key, rule: &'static str| (Row::new(key, Cell::Fault(rule.into())), None);
        let Ok(text) = std::str::from_utf8(raw) else {
            return faulty(key, "the line is not UTF-8");
        };
        let wanted = self.columns.wanted();
        let mut json = serde_json::Deserializer::from_str(text);
        let object = Object { wanted: &wanted };
        let read = json.deserialize_map(object).and_then(|found| json.end().map(|()| found));
        let Ok(found) = read else {
            return faulty(key, "the line is not a JSON object, or has a key twice");
        };
        let first = found.values.first().copied().flatten();
        self.met |= first.is_some();
        if self.keys.is_empty() {
            self.keys = found.keys;
        }
        if first
            .is_some_and(|value| value.get().starts_with(|c: char| c == '-' || c.is_ascii_digit()))
        {
            return faulty(key, "the hash is a number, which loses digits; export it as text");
        }
        // The raw value is a piece of the line, so its place is a matter of addresses.
        let place = first.map(|value| value.get()).map(|value| {
            let from = value.as_ptr().addr() - text.as_ptr().addr();
            from..from + value.len()
        });
        (self.columns.row(key, found.values.into_iter().map(cell)), place)
    }
}

/// The values of the wanted keys, in their order, and the first keys of the object.
struct Found<'a> {
    values: Vec<Option<&'a RawValue>>,
    keys: Vec<String>,
}

struct Object<'w> {
    wanted: &'w [&'w str],
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = Found<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found<'de>, A::Error> {
        let mut found = Found { values: vec![None; self.wanted.len()], keys: Vec::new() };
        while let Some(key) = map.next_key::<String>()? {
            // A column may be wanted twice, for the hash and for its salt.
            let mut places = self.wanted.iter().zip(&mut found.values).filter(|(w, _)| **w == key);
            match places.next() {
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
                Some((_, first)) if first.is_none() => {
                    let value = map.next_value::<&RawValue>()?;
                    *first = Some(value);
                    places.for_each(|(_, other)| *other = Some(value));
                }
                Some(_) => return Err(serde::de::Error::custom("a key twice")),
            }
            if found.keys.len() < 20 {
                found.keys.push(key);
            }
        }
        Ok(found)
    }
}

fn cell(value: Option<&RawValue>) -> Cell {
    let Some(value) = value.map(RawValue::get) else { return Cell::Null };
    match value.as_bytes().first() {
        Some(b'"') => match serde_json::from_str(value) {
            Ok(text) => Cell::Text(text),
            Err(_) => Cell::Fault("the value is not a text that UTF-8 can hold".into()),
        },
        Some(b'0'..=b'9' | b'-') => Cell::Text(value.to_owned()),
        Some(b'n') => Cell::Null,
        _ => Cell::Fault("the value is neither a text nor a number".into()),
    }
}

impl Table for Jsonl {
    type Key = Key;
    type Error = Failure;

    fn batch(&mut self, _: Option<&Key>, rows_max: usize) -> Result<Vec<Row<Key>>, Failure> {
        let mut rows = Vec::with_capacity(rows_max);
        while rows.len() < rows_max {
            let raw = self.next()?;
            if raw.is_empty() {
                break;
            }
            let blank = raw.trim_ascii().is_empty();
            let (line, mut hash) = (self.line, None);
            if !blank {
                let (row, place) = self.row(&raw);
                rows.push(row);
                hash = place;
            }
            if self.target.is_some() {
                self.held.push(Held { line, raw, hash });
            }
        }
        if rows.is_empty() {
            if !self.met && !self.keys.is_empty() {
                let (name, within) = (&self.columns.hash, &self.input.name);
                return Err(missing("key", name, within, &self.keys));
            }
            self.commit()?; // blank lines behind the last object
        }
        Ok(rows)
    }

    fn swap(&mut self, key: &Key, _: &str, new: &str) -> Result<bool, Failure> {
        let Key::Line(line) = key else { return Ok(false) };
        let Ok(at) = self.held.binary_search_by_key(line, |held| held.line) else {
            return Ok(false);
        };
        let Some(held) = self.held.get_mut(at) else { return Ok(false) };
        let Some(place) = held.hash.take() else { return Ok(false) };
        let new = serde_json::to_vec(new).map_err(std::io::Error::from)?;
        held.raw.splice(place, new);
        Ok(true)
    }

    fn commit(&mut self) -> Result<(), Failure> {
        let Some(target) = &mut self.target else { return Ok(()) };
        self.held.drain(..).try_for_each(|held| target.write(&held.raw))
    }
}

impl Source for Jsonl {
    fn size(&self) -> u64 {
        self.input.size
    }

    fn position(&self) -> u64 {
        self.input.position
    }

    fn finish(&mut self) -> Result<(), Failure> {
        self.target.take().map_or(Ok(()), Target::finish)
    }
}
