//! Comma-separated values (RFC 4180), and the lines of /etc/passwd's kin.
//!
//! *Deviations*: quotes inside a cell that does not begin with one are text, and text behind a
//! closing quote is added. A record that runs over the limit, as one does when a quote is left open,
//! is skipped to the end of the line where that was noticed.
use super::{Broken, Input, Item};
use crate::import::{Options, RECORD_BYTES_MAX, Record, Why};
use std::io::BufRead;
use std::rc::Rc;

pub(super) struct Csv<R> {
    input: Input<R>,
    delimiter: u8,
    names: Rc<[String]>,
    /// What to tell of the header before anything else.
    fault: Option<Broken>,
    /// Whether rows may be longer or shorter than the names.
    loose: bool,
}

/// A line, and the cells of the record that begins there.
type Numbered = (u64, Vec<Vec<u8>>);

/// The groups of columns of which a header must hold one each.
type Must = &'static [&'static [&'static str]];

impl<R: BufRead> Csv<R> {
    pub(super) fn new(input: Input<R>, delimiter: u8, names: &[&str]) -> Self {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Self { input, delimiter, names, fault: None, loose: true }
    }

    pub(super) fn under_a_header(input: Input<R>, options: &Options, must: Must) -> Self {
        let mut csv = Self::new(input, options.delimiter, &[]);
        csv.loose = false;
        let Some(header) = csv.cells() else { return csv };
        match header {
            Ok((line, cells)) => {
                csv.names = cells.iter().map(|cell| name(cell, options)).collect();
                let has =
                    |name: &&str| csv.names.iter().any(|have| have.eq_ignore_ascii_case(name));
                let lacking = must.iter().find(|group| !group.iter().any(has));
                csv.fault = lacking.map(|group| {
                    let field = group.first().copied().unwrap_or_default();
                    let rule = "the header has no such column; --column names another";
                    Broken { whole: true, ..Broken::record(line, field, rule) }
                });
            }
            Err(broken) => csv.fault = Some(Broken { whole: true, ..broken }),
        }
        csv
    }

    /// The cells of the next record that is not a blank line.
    fn cells(&mut self) -> Option<Result<Numbered, Broken>> {
        while let Some(b'\r' | b'\n') = self.input.peek() {
            self.input.next();
        }
        let line = self.input.line();
        self.input.peek()?;
        let (mut cells, mut cell, mut size) = (Vec::new(), Vec::new(), 0_usize);
        let mut open = self.input.eat(b'"');
        loop {
            let byte = self.input.next();
            size = size.saturating_add(1);
            if size > RECORD_BYTES_MAX {
                self.input.next_line(0);
                let why = Why::TooLong { max: RECORD_BYTES_MAX };
                return Some(Err(Broken::record(line, "", why)));
            }
            match byte {
                None if open => {
                    let rule = "a quote is open where the export ends";
                    return Some(Err(Broken::record(line, "", rule)));
                }
                Some(b'"') if open => match self.input.eat(b'"') {
                    true => cell.push(b'"'),
                    false => open = false,
                },
                Some(byte) if open => cell.push(byte),
                Some(byte) if byte == self.delimiter => {
                    cells.push(core::mem::take(&mut cell));
                    open = self.input.eat(b'"');
                }
                Some(b'\r') if self.input.peek() == Some(b'\n') => {}
                None | Some(b'\n') => {
                    cells.push(cell);
                    return Some(Ok((line, cells)));
                }
                Some(byte) => cell.push(byte),
            }
        }
    }
}

/// The system's name for a column of the header.
fn name(cell: &[u8], options: &Options) -> String {
    let name = String::from_utf8_lossy(cell).trim().to_owned();
    let ours = options.columns.iter().find(|(_, theirs)| *theirs == name);
    ours.map_or(name, |(ours, _)| ours.clone())
}

impl<R: BufRead> Iterator for Csv<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        if let Some(fault) = self.fault.take() {
            self.names = Rc::new([]);
            return Some(Err(fault));
        }
        if self.names.is_empty() {
            return None;
        }
        let cells = self.cells();
        if let Some(why) = self.input.failure() {
            return Some(Err(Broken::whole(self.input.line(), why)));
        }
        Some(cells?.and_then(|(line, cells)| {
            // Without a header, later columns may be left out or be added.
            if cells.len() != self.names.len() && !self.loose {
                let rule = "the row has not as many cells as the header";
                return Err(Broken::record(line, "", rule));
            }
            Ok(Record::cells(line, Rc::clone(&self.names), cells.into_iter().map(Some).collect()))
        }))
    }
}

pub(super) struct Colons<R> {
    input: Input<R>,
    names: Rc<[String]>,
}

impl<R: BufRead> Colons<R> {
    pub(super) fn new(input: Input<R>, names: &[&str]) -> Self {
        Self { input, names: names.iter().map(|name| (*name).to_owned()).collect() }
    }
}

impl<R: BufRead> Iterator for Colons<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            let (line, bytes) = match self.input.next_record()? {
                Ok(numbered) => numbered,
                Err(broken) => return Some(Err(broken)),
            };
            let text = bytes.trim_ascii();
            if text.starts_with(b"#") {
                continue;
            }
            let cells: Vec<_> = text.split(|byte| *byte == b':').collect();
            if cells.len() < 2 {
                let rule = "the line has no `:`";
                return Some(Err(Broken::record(line, "", rule)));
            }
            let cells = cells.into_iter().map(|cell| Some(cell.to_vec())).collect();
            return Some(Ok(Record::cells(line, Rc::clone(&self.names), cells)));
        }
    }
}
