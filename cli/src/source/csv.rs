//! CSV, record by record. What is not the hash is carried byte for byte: quotes, line ends, blank
//! lines and all.
use super::file::{Input, RECORD_BYTES_MAX, Target, skip_bom};
use super::{Access, Columns, Key, Source, missing};
use crate::exit::Failure;
use csv_core::{ReadFieldResult, Reader};
use hashlift::job::{Cell, Row, Table};
use std::ops::Range;
use std::path::Path;

pub(crate) struct Csv {
    input: Input,
    reader: Reader,
    delimiter: u8,
    columns: Columns,
    /// The number of the cell for each wanted column, and of all cells of the header.
    at: Vec<usize>,
    width: usize,
    record: Record,
    line: u64,
    target: Option<Target>,
    held: Vec<Held>,
}

/// The bytes of a record, and of its cells: as they stand, and as they read.
#[derive(Default)]
struct Record {
    raw: Vec<u8>,
    cells: Vec<(Range<usize>, Range<usize>)>,
    text: Vec<u8>,
}

/// A record of the page in hand, to be written when the page is.
struct Held {
    line: u64,
    raw: Vec<u8>,
    hash: Option<Range<usize>>,
}

impl Csv {
    pub(crate) fn open(
        path: &Path,
        columns: Columns,
        delimiter: u8,
        access: Access<'_>,
    ) -> Result<Self, Failure> {
        let mut input = Input::open(path)?;
        let bom = skip_bom(&mut input)?;
        let mut csv = Self {
            input,
            reader: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            delimiter,
            columns,
            at: Vec::new(),
            width: 0,
            record: Record::default(),
            line: 1,
            target: None,
            held: Vec::new(),
        };
        csv.next()?;
        csv.width = csv.record.cells.len();
        let names: Vec<_> = (0..csv.width).map(|at| csv.record.lossy(at)).collect();
        for name in csv.columns.wanted() {
            let at = names.iter().position(|have| have == name);
            csv.at.push(at.ok_or_else(|| missing("column", name, &csv.input.name, &names))?);
        }
        csv.target = Target::open(path, access)?;
        if let Some(target) = &mut csv.target {
            target.write(bom)?;
            target.write(&csv.record.raw)?;
        }
        Ok(csv)
    }

    /// Read a record. Its line, unless the file is at its end.
    fn next(&mut self) -> Result<Option<u64>, Failure> {
        self.record.clear();
        let mut out = [0; 4096];
        let (mut raw_from, mut text_from) = (0, 0);
        loop {
            let bytes = self.input.fill()?;
            let (result, read, written) = self.reader.read_field(bytes, &mut out);
            self.record.raw.extend_from_slice(bytes.get(..read).unwrap_or_default());
            self.record.text.extend_from_slice(out.get(..written).unwrap_or_default());
            self.input.consume(read);
            match result {
                ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {
                    if self.record.raw.len() > RECORD_BYTES_MAX {
                        return Err(self.input.too_long(self.line));
                    }
                    continue;
                }
                ReadFieldResult::End => break,
                ReadFieldResult::Field { record_end } => {
                    let raw = self.record.raw.len();
                    let text = self.record.text.len();
                    self.record.cells.push((raw_from..raw, text_from..text));
                    (raw_from, text_from) = (raw, text);
                    if record_end {
                        break;
                    }
                }
            }
        }
        let breaks = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        let begins = self.record.raw.iter().position(|byte| !b"\r\n".contains(byte));
        let line =
            self.line + breaks(self.record.raw.get(..begins.unwrap_or(0)).unwrap_or_default());
        self.line += breaks(&self.record.raw);
        Ok((!self.record.cells.is_empty()).then_some(line))
    }

    fn row(&self, line: u64) -> Row<Key> {
        let key = Key::Line(line);
        let cells = self.record.cells.len();
        if cells != self.width {
            let rule = format!("{cells} cells where the header has {}", self.width);
            return Row::new(key, Cell::Fault(rule.into()));
        }
        self.columns.row(key, self.at.iter().map(|at| self.record.cell(*at)))
    }
}

impl Record {
    fn clear(&mut self) {
        self.raw.clear();
        self.cells.clear();
        self.text.clear();
    }

    fn bytes(&self, at: usize) -> &[u8] {
        let range = self.cells.get(at).map(|(_, text)| text.clone());
        range.and_then(|range| self.text.get(range)).unwrap_or_default()
    }

    fn lossy(&self, at: usize) -> String {
        String::from_utf8_lossy(self.bytes(at)).into_owned()
    }

    fn cell(&self, at: usize) -> Cell {
        match std::str::from_utf8(self.bytes(at)) {
            Ok("") => Cell::Null,
            Ok(text) => Cell::Text(text.to_owned()),
            Err(_) => Cell::Fault("the cell is not UTF-8".into()),
        }
    }

    /// Where the cell stands in the raw record, without the line ends before it and the delimiter
    /// or line end behind it.
    fn place(&self, at: usize, delimiter: u8) -> Option<Range<usize>> {
        let (range, _) = self.cells.get(at)?;
        let raw = self.raw.get(range.clone())?;
        let begin = match at {
            0 => raw.iter().take_while(|byte| b"\r\n".contains(byte)).count(),
            _ => 0,
        };
        let last = at + 1 == self.cells.len();
        let ends = |byte: &u8| if last { b"\r\n".contains(byte) } else { *byte == delimiter };
        let end = raw.len() - usize::from(raw.len() > begin && raw.last().is_some_and(ends));
        Some(range.start + begin..range.start + end)
    }
}

impl Table for Csv {
    type Key = Key;
    type Error = Failure;

    fn batch(&mut self, _: Option<&Key>, rows_max: usize) -> Result<Vec<Row<Key>>, Failure> {
        let mut rows = Vec::with_capacity(rows_max);
        while rows.len() < rows_max {
            let line = self.next()?;
            if let Some(line) = line {
                rows.push(self.row(line));
            }
            if self.target.is_some() {
                // Behind the last record there may be blank lines.
                let hash = self.at.first().and_then(|at| self.record.place(*at, self.delimiter));
                let (line, raw) = (line.unwrap_or(u64::MAX), self.record.raw.clone());
                self.held.push(Held { line, raw, hash });
            }
            if line.is_none() {
                break;
            }
        }
        if rows.is_empty() {
            self.commit()?;
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
        let quoted = held.raw.get(place.start) == Some(&b'"');
        let special = |byte: u8| byte == self.delimiter || b"\"\r\n".contains(&byte);
        let new = match quoted || new.bytes().any(special) {
            true => format!("\"{}\"", new.replace('"', "\"\"")),
            false => new.to_owned(),
        };
        held.raw.splice(place, new.into_bytes());
        Ok(true)
    }

    fn commit(&mut self) -> Result<(), Failure> {
        let Some(target) = &mut self.target else { return Ok(()) };
        self.held.drain(..).try_for_each(|held| target.write(&held.raw))
    }
}

impl Source for Csv {
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
