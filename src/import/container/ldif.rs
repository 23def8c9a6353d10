//! LDAP Data Interchange Format (RFC 2849): entries between blank lines, folded lines, base64.
use super::{Broken, Input, Item};
use crate::import::{RECORD_BYTES_MAX, Record, Why, recipe};
use std::io::BufRead;

pub(super) struct Ldif<R> {
    input: Input<R>,
}

impl<R: BufRead> Ldif<R> {
    pub(super) fn new(input: Input<R>) -> Self {
        Self { input }
    }

    /// The next line with those folded behind it; `None` where an entry ends.
    fn unfolded(&mut self) -> Option<Result<Vec<u8>, Why>> {
        let mut whole = self.input.next_line(RECORD_BYTES_MAX)?.bytes;
        if whole.as_ref().is_some_and(|line| line.is_empty()) {
            return None;
        }
        while self.input.peek() == Some(b' ') {
            let more = self.input.next_line(RECORD_BYTES_MAX)?.bytes;
            whole = match (whole, more) {
                (Some(mut whole), Some(more)) => {
                    whole.extend_from_slice(more.get(1..).unwrap_or_default());
                    (whole.len() <= RECORD_BYTES_MAX).then_some(whole)
                }
                _ => None,
            };
        }
        Some(whole.ok_or(Why::TooLong { max: RECORD_BYTES_MAX }))
    }
}

/// `name: value`, `name:: base64`. Options of the name (`;lang-en`) are left out.
fn pair(line: &[u8]) -> Result<(String, Vec<u8>), Why> {
    let at = line.iter().position(|byte| *byte == b':').ok_or("a line has no `:`")?;
    let (name, value) = line.split_at(at);
    let name = String::from_utf8_lossy(name);
    let name = name.split(';').next().unwrap_or_default().trim().to_owned();
    let value = match value {
        [b':', b':', base64 @ ..] => {
            let text = core::str::from_utf8(base64).map_err(|_| "the value is not base64")?;
            recipe::base64(text.trim()).map_err(|_| "the value is not base64")?
        }
        [b':', b'<', ..] => return Err("the value stands in another file".into()),
        [b':', value @ ..] => value.trim_ascii_start().to_vec(),
        _ => Vec::new(),
    };
    Ok((name, value))
}

impl<R: BufRead> Iterator for Ldif<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            while let Some(b'\n' | b'\r') = self.input.peek() {
                self.input.next();
            }
            let line = self.input.line();
            let (mut pairs, mut size, mut fault) = (Vec::new(), 0_usize, None);
            while let Some(read) = self.unfolded() {
                if read.as_ref().is_ok_and(|line| line.starts_with(b"#")) {
                    continue;
                }
                match read.and_then(|line| {
                    size = size.saturating_add(line.len());
                    match size > RECORD_BYTES_MAX {
                        true => Err(Why::TooLong { max: RECORD_BYTES_MAX }),
                        false => pair(&line),
                    }
                }) {
                    Ok(pair) => pairs.push(pair),
                    Err(why) => fault = fault.or(Some(why)),
                }
            }
            if let Some(why) = self.input.failure() {
                return Some(Err(Broken::whole(self.input.line(), why)));
            }
            if let Some(why) = fault {
                return Some(Err(Broken::record(line, "", why)));
            }
            pairs.retain(|(name, _)| !name.eq_ignore_ascii_case("version"));
            match pairs.is_empty() {
                true => self.input.peek().map(|_| ())?,
                false => return Some(Ok(Record::pairs(line, pairs))),
            }
        }
    }
}
