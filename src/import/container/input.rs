//! Bytes with the line they stand on.
use super::Broken;
use crate::import::{RECORD_BYTES_MAX, Why};
use std::io::{self, BufRead};

pub(super) struct Input<R> {
    from: R,
    line: u64,
    failed: Option<io::ErrorKind>,
    /// Whether a read failed: then there is nothing more.
    over: bool,
}

/// A line without its end.
pub(super) struct Line {
    pub(super) number: u64,
    /// `None` when it is longer than allowed.
    pub(super) bytes: Option<Vec<u8>>,
}

impl<R: BufRead> Input<R> {
    pub(super) fn new(from: R) -> Self {
        Self { from, line: 1, failed: None, over: false }
    }

    /// The line of the next byte, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Why reading ended, unless at the end. Told once.
    pub(super) fn failure(&mut self) -> Option<Why> {
        self.failed.take().map(Why::Io)
    }

    /// Bytes that are at hand; none at the end.
    fn fill(&mut self) -> &[u8] {
        // Twice, because the borrow of a first answer would outlive the loop.
        while !self.over {
            match self.from.fill_buf() {
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failed = Some(error.kind());
                    self.over = true;
                }
            }
        }
        if self.over {
            return &[];
        }
        self.from.fill_buf().unwrap_or_default()
    }

    pub(super) fn peek(&mut self) -> Option<u8> {
        self.fill().first().copied()
    }

    pub(super) fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.from.consume(1);
        self.line = self.line.saturating_add(u64::from(byte == b'\n'));
        Some(byte)
    }

    /// Step over the next byte if it is this one.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let is = self.peek() == Some(byte);
        if is {
            self.next();
        }
        is
    }

    /// The next byte behind white space, without taking it.
    pub(super) fn peek_past_space(&mut self) -> Option<u8> {
        while self.peek()?.is_ascii_whitespace() {
            self.next();
        }
        self.peek()
    }

    /// The next line that is not blank, with the line it stands on. One that is too long costs itself.
    pub(super) fn next_record(&mut self) -> Option<Result<(u64, Vec<u8>), Broken>> {
        loop {
            let line = self.next_line(RECORD_BYTES_MAX);
            if let Some(why) = self.failure() {
                return Some(Err(Broken::whole(self.line, why)));
            }
            let line = line?;
            return Some(match line.bytes {
                Some(bytes) if bytes.trim_ascii().is_empty() => continue,
                Some(bytes) => Ok((line.number, bytes)),
                None => {
                    let why = Why::TooLong { max: RECORD_BYTES_MAX };
                    Err(Broken::record(line.number, "", why))
                }
            });
        }
    }

    /// The next line, of at most `max` bytes.
    pub(super) fn next_line(&mut self, max: usize) -> Option<Line> {
        let number = self.line;
        self.peek()?;
        let mut bytes = Some(Vec::new());
        loop {
            let at_hand = self.fill();
            let end = at_hand.iter().position(|byte| *byte == b'\n');
            let piece = at_hand.get(..end.unwrap_or(at_hand.len())).unwrap_or_default();
            let taken = piece.len().saturating_add(usize::from(end.is_some()));
            match &mut bytes {
                Some(have) if have.len().saturating_add(piece.len()) <= max => {
                    have.extend_from_slice(piece);
                }
                _ => bytes = None,
            }
            self.from.consume(taken);
            if end.is_some() {
                self.line = self.line.saturating_add(1);
            }
            if end.is_some() || taken == 0 {
                break;
            }
        }
        if let Some(b'\r') = bytes.as_ref().and_then(|bytes| bytes.last()) {
            bytes.as_mut().and_then(Vec::pop);
        }
        Some(Line { number, bytes })
    }
}
