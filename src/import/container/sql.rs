//! Rows out of a database dump: `COPY … FROM stdin` as pg_dump writes it, and `INSERT … VALUES` as
//! mysqldump, mariadb-dump, phpMyAdmin and `pg_dump --inserts` do.
//!
//! Nothing is executed and hardly anything understood: other statements are stepped over by their
//! quotes and their semicolon. Columns are those that the statement names, or else those of the
//! `CREATE TABLE` before it.
use super::{Broken, Input, Item};
use crate::import::{RECORD_BYTES_MAX, Record, Why};
use std::io::BufRead;
use std::rc::Rc;

pub(super) struct Dump<R> {
    input: Input<R>,
    table: String,
    /// The columns of the statement in hand; none where its table is another.
    columns: Rc<[String]>,
    /// The columns that the table was made with.
    made: Rc<[String]>,
    within: Within,
    /// Whether rows of the table were met, or their lack was told.
    met: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Within {
    Statements,
    /// Between `VALUES` and `;`. Whether backslashes escape, as in MySQL.
    Values(bool),
    /// Between `FROM stdin;` and `\.`.
    Copy,
    End,
}

/// Longest beginning of a statement that is looked at.
const STATEMENT_BYTES_MAX: usize = 1 << 18;

/// Whether a text begins as dumps do.
pub(super) fn is_dump(start: &[u8]) -> bool {
    let word: Vec<u8> = start.iter().take(7).map(u8::to_ascii_uppercase).collect();
    let words: &[&[u8]] = &[
        b"--",
        b"/*",
        b"INSERT ",
        b"COPY ",
        b"CREATE ",
        b"SET ",
        b"BEGIN",
        b"DROP ",
        b"LOCK ",
        b"START ",
        b"\\RESTRI",
    ];
    words.iter().any(|begin| word.starts_with(begin))
}

impl<R: BufRead> Dump<R> {
    pub(super) fn new(input: Input<R>, table: &str) -> Self {
        let table = table.to_owned();
        let none: Rc<[String]> = Rc::new([]);
        let (columns, made) = (Rc::clone(&none), none);
        Self { input, table, columns, made, within: Within::Statements, met: false }
    }

    /// Step over white space and comments.
    fn space(&mut self) -> Option<u8> {
        loop {
            let byte = self.input.peek_past_space()?;
            if byte != b'-' && byte != b'/' && byte != b'#' && byte != b'\\' {
                return Some(byte);
            }
            self.input.next();
            match byte {
                b'-' if self.input.peek() == Some(b'-') => self.input.next_line(0).map(|_| ())?,
                b'#' | b'\\' => self.input.next_line(0).map(|_| ())?,
                b'/' if self.input.peek() == Some(b'*') => {
                    self.input.next();
                    loop {
                        if self.input.next()? == b'*' && self.input.peek() == Some(b'/') {
                            break;
                        }
                    }
                    self.input.next();
                }
                _ => {}
            }
        }
    }

    /// Read a statement up to its `VALUES`, or over its `;`.
    fn statement(&mut self) -> Option<()> {
        let first = self.space()?;
        let mut head = Vec::new();
        let (mut quote, mut depth) = (None, 0_u64);
        let insert = first.eq_ignore_ascii_case(&b'i');
        loop {
            let byte = self.input.next()?;
            if head.len() < STATEMENT_BYTES_MAX {
                head.push(byte);
            }
            match (quote, byte) {
                // A doubled quote closes and opens again, which comes to the same.
                (Some(open), _) if byte == open => quote = None,
                (Some(b'\''), b'\\') => self.input.next().map(|_| ())?,
                (Some(_), _) => {}
                (None, b'\'' | b'"' | b'`') => quote = Some(byte),
                (None, b'(') => depth = depth.saturating_add(1),
                (None, b')') => depth = depth.saturating_sub(1),
                (None, b';') => break,
                _ => {}
            }
            let at_value = insert && quote.is_none() && depth == 0;
            if at_value && byte.eq_ignore_ascii_case(&b's') && ends_with_values(&head) {
                self.insert(&head);
                return Some(());
            }
        }
        let head = String::from_utf8_lossy(&head);
        let upper = head.get(..32).unwrap_or(&head).to_ascii_uppercase();
        if upper.starts_with("COPY ") && head.to_ascii_uppercase().contains(" FROM STDIN") {
            self.input.next_line(RECORD_BYTES_MAX);
            self.within = Within::Copy;
            self.ours(&head, "COPY");
        } else if upper.starts_with("CREATE TABLE ") {
            self.create(&head);
        }
        Some(())
    }

    fn insert(&mut self, head: &[u8]) {
        let head = String::from_utf8_lossy(head).into_owned();
        self.within = Within::Values(head.contains('`'));
        self.ours(&head, "INTO");
    }

    /// Take the columns of `… table (a, b) …`; none are taken when the table is another.
    fn ours(&mut self, head: &str, behind: &str) {
        let named = head.to_ascii_uppercase().find(behind).and_then(|at| {
            let rest = head.get(at.saturating_add(behind.len())..)?;
            Some(rest.split_at(rest.find('(').unwrap_or(rest.len())))
        });
        let Some((table, list)) = named else { return };
        let table = table.split_whitespace().next().unwrap_or_default();
        let list = list.get(1..).and_then(|list| list.split_once(')'));
        self.columns = match (self.is_ours(table), list) {
            (false, _) => Rc::new([]),
            (true, Some((list, _))) => list.split(',').map(bare).collect(),
            (true, None) => Rc::clone(&self.made),
        };
        self.met |= !self.columns.is_empty();
    }

    fn create(&mut self, head: &str) {
        let Some((table, body)) = head.split_once('(') else { return };
        let table = table.split_whitespace().last().unwrap_or_default();
        if !self.is_ours(table) {
            return;
        }
        let (mut columns, mut depth, mut begin, mut quote) = (Vec::new(), 0_i64, 0, None);
        for (at, c) in body.char_indices() {
            match (quote, c) {
                (Some(open), _) if c == open => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '`' | '"') => quote = Some(c),
                (None, '(') => depth = depth.saturating_add(1),
                (None, ')') if depth > 0 => depth = depth.saturating_sub(1),
                (None, ',' | ')') if depth == 0 => {
                    columns.extend(body.get(begin..at).and_then(column));
                    begin = at.saturating_add(1);
                    if c == ')' {
                        break;
                    }
                }
                _ => {}
            }
        }
        self.made = columns.into();
    }

    /// Whether a name, quoted or not, with or without a schema, is that of the table.
    fn is_ours(&self, name: &str) -> bool {
        let name: String = name.chars().filter(|c| !"`\"".contains(*c)).collect();
        let tail = |text: &str| text.rsplit('.').next().unwrap_or_default().to_owned();
        name == self.table
            || (tail(&name) == tail(&self.table) && !self.table.contains('.'))
            || (name == tail(&self.table) && !name.contains('.'))
    }

    /// The next row of `VALUES`, or of `COPY`. `None` where they end.
    fn row(&mut self) -> Option<Result<(u64, Cells), Broken>> {
        if self.within == Within::Copy {
            return self.copied();
        }
        while self.input.peek_past_space()? == b',' {
            self.input.next();
        }
        let line = self.input.line();
        if self.input.peek()? != b'(' {
            // `;`, or what stands before it, such as ON CONFLICT.
            self.within = Within::Statements;
            return None;
        }
        self.input.next();
        let (mut cells, mut size) = (Vec::new(), 0_usize);
        loop {
            let (cell, end) = self.cell(&mut size)?;
            cells.push(cell);
            if end {
                break;
            }
        }
        Some(match size > RECORD_BYTES_MAX {
            true => Err(Broken::record(line, "", Why::TooLong { max: RECORD_BYTES_MAX })),
            false => Ok((line, cells)),
        })
    }

    /// A value up to the `,` or `)` behind it, and whether it was the last.
    fn cell(&mut self, size: &mut usize) -> Option<(Option<Vec<u8>>, bool)> {
        let escapes = self.within == Within::Values(true);
        let (mut bare, mut quoted) = (Vec::new(), None);
        self.input.peek_past_space()?;
        loop {
            let byte = self.input.next()?;
            match byte {
                b'\'' => {
                    // What stood before a quote was an introducer, such as `_binary`.
                    let e = bare.as_slice() == b"E";
                    let text = self.quoted(escapes || e, size)?;
                    quoted.get_or_insert_with(Vec::new).extend_from_slice(&text);
                }
                b',' | b')' => {
                    let cell = match quoted {
                        Some(text) => Some(text),
                        None => value(bare.trim_ascii()),
                    };
                    return Some((cell, byte == b')'));
                }
                _ if bare.len() < RECORD_BYTES_MAX => bare.push(byte),
                _ => *size = usize::MAX,
            }
        }
    }

    /// A text up to its closing quote. Beyond the limit it is read, but not kept.
    fn quoted(&mut self, escapes: bool, size: &mut usize) -> Option<Vec<u8>> {
        let mut text = Vec::new();
        loop {
            let byte = match self.input.next()? {
                b'\'' if self.input.eat(b'\'') => b'\'',
                b'\'' => return Some(text),
                b'\\' if escapes => unescaped(self.input.next()?),
                byte => byte,
            };
            *size = size.saturating_add(1);
            if *size <= RECORD_BYTES_MAX {
                text.push(byte);
            }
        }
    }

    fn copied(&mut self) -> Option<Result<(u64, Cells), Broken>> {
        let line = self.input.next_line(RECORD_BYTES_MAX)?;
        let Some(bytes) = line.bytes else {
            let why = Why::TooLong { max: RECORD_BYTES_MAX };
            return Some(Err(Broken::record(line.number, "", why)));
        };
        if bytes == b"\\." {
            self.within = Within::Statements;
            return None;
        }
        let cells = bytes.split(|byte| *byte == b'\t').map(|cell| match cell {
            b"\\N" => None,
            cell => {
                let mut bytes = cell.iter().copied();
                let mut text = Vec::with_capacity(cell.len());
                while let Some(byte) = bytes.next() {
                    text.push(match byte {
                        b'\\' => bytes.next().map_or(b'\\', unescaped),
                        byte => byte,
                    });
                }
                Some(text)
            }
        });
        Some(Ok((line.number, cells.collect())))
    }
}

type Cells = Vec<Option<Vec<u8>>>;

fn ends_with_values(head: &[u8]) -> bool {
    let Some((before, word)) = head.split_last_chunk::<6>() else { return false };
    word.eq_ignore_ascii_case(b"VALUES")
        && before.last().is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b')')
}

/// The byte that a backslash and this one stand for.
fn unescaped(byte: u8) -> u8 {
    match byte {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'b' => 8,
        b'f' => 12,
        b'v' => 11,
        b'0' => 0,
        byte => byte,
    }
}

/// A value without quotes: NULL, a number, a word, or bytes in hexadecimal.
fn value(bare: &[u8]) -> Option<Vec<u8>> {
    if bare.eq_ignore_ascii_case(b"NULL") {
        return None;
    }
    let hex = bare.strip_prefix(b"0x").and_then(|hex| core::str::from_utf8(hex).ok());
    Some(hex.and_then(|hex| crate::import::recipe::hex(hex).ok()).unwrap_or_else(|| bare.to_vec()))
}

/// A name without its quotes.
fn bare(name: &str) -> String {
    name.trim().trim_matches(['`', '"']).to_owned()
}

/// The column that a line of `CREATE TABLE` makes, unless it makes a key.
fn column(text: &str) -> Option<String> {
    const KEYS: &[&str] = &[
        "PRIMARY",
        "KEY",
        "UNIQUE",
        "CONSTRAINT",
        "INDEX",
        "FULLTEXT",
        "SPATIAL",
        "FOREIGN",
        "CHECK",
        "EXCLUDE",
    ];
    let word = text.split_whitespace().next()?;
    (!KEYS.contains(&word.to_ascii_uppercase().as_str())).then(|| bare(word))
}

impl<R: BufRead> Iterator for Dump<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while self.within != Within::End {
            if self.within == Within::Statements {
                if self.statement().is_none() {
                    self.within = Within::End;
                }
                continue;
            }
            match self.row() {
                None if self.within == Within::Statements => {}
                None => {
                    self.within = Within::End;
                    let rule = "the dump ends in the middle of a statement";
                    let why = self.input.failure().unwrap_or(Why::Rule(rule));
                    return Some(Err(Broken::whole(self.input.line(), why)));
                }
                Some(_) if self.columns.is_empty() => {}
                Some(Ok((line, cells))) if cells.len() != self.columns.len() => {
                    let rule = "the row has not as many values as the table has columns";
                    return Some(Err(Broken::record(line, "", rule)));
                }
                Some(Ok((line, cells))) => {
                    return Some(Ok(Record::cells(line, Rc::clone(&self.columns), cells)));
                }
                Some(Err(broken)) => return Some(Err(broken)),
            }
        }
        if let Some(why) = self.input.failure() {
            return Some(Err(Broken::whole(self.input.line(), why)));
        }
        if !core::mem::replace(&mut self.met, true) {
            let rule =
                "the dump has no rows of the table, or not its columns; set `table` to its name";
            return Some(Err(Broken::whole(self.input.line(), rule)));
        }
        None
    }
}
