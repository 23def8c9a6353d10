//! JSON, one user at a time: lines, or documents that are cut at the brackets of their users.
//!
//! The cut goes by brackets and quotes alone and is bounded; each piece is then read by `serde_json`,
//! which bounds its depth.
use super::{Broken, Input, Item};
use crate::import::{RECORD_BYTES_MAX, Record, Why};
use serde_json::Value;
use std::io::BufRead;

/// Whether the first line is an object by itself, and others follow or may follow.
pub(super) fn is_lines(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    head.starts_with(b"{") && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()
}

fn record(line: u64, bytes: &[u8]) -> Item {
    match serde_json::from_slice(bytes) {
        Ok(value @ Value::Object(_)) => Ok(Record::json(line, value)),
        Ok(_) => Err(Broken::record(line, "", "it is not a JSON object")),
        Err(_) => Err(Broken::record(line, "", "it is not JSON in UTF-8")),
    }
}

/// An object a line. A broken one costs its line.
pub(super) struct Lines<R> {
    input: Input<R>,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: Input<R>) -> Self {
        Self { input }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        let numbered = self.input.next_record()?;
        Some(numbered.and_then(|(line, bytes)| record(line, &bytes)))
    }
}

/// The records at a path of keys, arrays on the way looked through.
pub(super) struct Document<R> {
    input: Input<R>,
    /// For documents that are objects, and that are arrays.
    paths: [&'static [&'static str]; 2],
    path: &'static [&'static str],
    stack: Vec<Within>,
    /// Whether the place of the users was met, so that a wrong file does not pass for an empty one.
    met: bool,
    ended: bool,
}

/// What the walk is in, and how many keys of the path lead there.
#[derive(Clone, Copy)]
enum Within {
    Object(usize),
    Array(usize),
}

/// Arrays and objects on the way to the users.
const DEPTH_MAX: usize = 16;

/// Longest key that is looked at.
const KEY_BYTES_MAX: usize = 256;

impl<R: BufRead> Document<R> {
    pub(super) fn new(
        input: Input<R>,
        object: &'static [&'static str],
        array: &'static [&'static str],
    ) -> Self {
        let paths = [object, array];
        Self { input, paths, path: object, stack: Vec::new(), met: false, ended: false }
    }

    /// The next record. `Err` where the document breaks a rule of JSON: then it cannot be walked on.
    fn step(&mut self) -> Result<Option<Item>, &'static str> {
        const CUT: &str = "the document ends in the middle, or is not JSON";
        loop {
            let byte = self.input.peek_past_space();
            let Some(within) = self.stack.last().copied() else {
                let Some(byte) = byte else { return Ok(None) };
                self.path = if byte == b'[' { self.paths[1] } else { self.paths[0] };
                match byte {
                    b'[' | b'{' => {}
                    _ => return Err("it is not a JSON document"),
                }
                if let Some(item) = self.value(0)? {
                    return Ok(Some(item));
                }
                continue;
            };
            match (within, byte.ok_or(CUT)?) {
                (Within::Array(_), b']') | (Within::Object(_), b'}') => {
                    self.input.next();
                    self.stack.pop();
                }
                (_, b',') => {
                    self.input.next();
                }
                (Within::Array(keys), _) => {
                    if let Some(item) = self.value(keys)? {
                        return Ok(Some(item));
                    }
                }
                (Within::Object(keys), b'"') => {
                    let key = self.key().ok_or(CUT)?;
                    if self.input.peek_past_space() != Some(b':') {
                        return Err(CUT);
                    }
                    self.input.next();
                    self.input.peek_past_space();
                    if self.path.get(keys).is_some_and(|want| want.as_bytes() == key) {
                        if let Some(item) = self.value(keys.saturating_add(1))? {
                            return Ok(Some(item));
                        }
                    } else {
                        self.cut(0)?;
                    }
                }
                _ => return Err(CUT),
            }
        }
    }

    /// Look into a value to which so many keys of the path have led.
    fn value(&mut self, keys: usize) -> Result<Option<Item>, &'static str> {
        let there = keys == self.path.len();
        match self.input.peek() {
            Some(b'[') if self.stack.len() < DEPTH_MAX => {
                self.met |= there;
                self.input.next();
                self.stack.push(Within::Array(keys));
                Ok(None)
            }
            Some(b'{') if !there => {
                self.input.next();
                self.stack.push(Within::Object(keys));
                Ok(None)
            }
            _ => {
                let line = self.input.line();
                let max = if there { RECORD_BYTES_MAX } else { 0 };
                let bytes = self.cut(max)?;
                self.met |= there;
                Ok(there.then(|| match bytes {
                    Some(bytes) => record(line, &bytes),
                    None => Err(Broken::record(line, "", Why::TooLong { max })),
                }))
            }
        }
    }

    /// A key, its quotes taken off and nothing else; empty when it is too long to be ours.
    fn key(&mut self) -> Option<Vec<u8>> {
        self.input.next();
        let mut key = Vec::new();
        loop {
            match self.input.next()? {
                b'"' => break,
                b'\\' => {
                    self.input.next()?;
                    key.push(b'\\');
                }
                byte if key.len() <= KEY_BYTES_MAX => key.push(byte),
                _ => {}
            }
        }
        Some(if key.len() > KEY_BYTES_MAX { Vec::new() } else { key })
    }

    /// Cut out one value, up to the end of its brackets. `None` when it is over `max` bytes.
    fn cut(&mut self, max: usize) -> Result<Option<Vec<u8>>, &'static str> {
        const CUT: &str = "the document ends in the middle of a record";
        let mut bytes = Some(Vec::new());
        let (mut depth, mut quoted) = (0_u64, false);
        loop {
            let Some(next) = self.input.peek() else {
                return if depth == 0 && !quoted { Ok(bytes) } else { Err(CUT) };
            };
            // A number or a word ends before what follows it.
            if depth == 0 && !quoted && matches!(next, b',' | b']' | b'}') {
                return Ok(bytes);
            }
            self.input.next();
            push(&mut bytes, max, next);
            match next {
                b'\\' if quoted => push(&mut bytes, max, self.input.next().ok_or(CUT)?),
                b'"' => quoted = !quoted,
                b'{' | b'[' if !quoted => depth = depth.saturating_add(1),
                b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
                _ => continue,
            }
            if depth == 0 && !quoted {
                return Ok(bytes);
            }
        }
    }
}

/// Keep a byte, unless there are more than `max`: then nothing is kept.
fn push(bytes: &mut Option<Vec<u8>>, max: usize, byte: u8) {
    match bytes {
        Some(have) if have.len() < max => have.push(byte),
        _ => *bytes = None,
    }
}

impl<R: BufRead> Iterator for Document<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        if self.ended {
            return None;
        }
        let step = self.step();
        let broken = match (self.input.failure(), step) {
            (None, Ok(Some(item))) => return Some(item),
            (Some(why), _) => Broken::whole(self.input.line(), why),
            (None, Err(rule)) => Broken::whole(self.input.line(), rule),
            (None, Ok(None)) if !self.met => {
                let rule = "there are no users where this system's exports have them";
                Broken::whole(self.input.line(), rule)
            }
            (None, Ok(None)) => return None,
        };
        self.ended = true;
        Some(Err(broken))
    }
}
