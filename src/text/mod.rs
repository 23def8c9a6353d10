//! The one way this crate takes a stored text apart: fields, numbers, base64, hexadecimal.
#![deny(clippy::arithmetic_side_effects)]
use crate::error::ParseError;

mod base64;
mod hex;
pub(crate) mod json;

pub(crate) use base64::{AB64, BCRYPT, Base64, CRYPT, DES, LDAP, PADDED, PHC, URL};
pub(crate) use hex::{hex, is_hex};

/// What is left of a text, and how far into it we are.
#[derive(Clone)]
pub(crate) struct Cursor<'a> {
    rest: &'a str,
    at: usize,
}

/// A part of a text that remembers where it stood, so that its faults can say so.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { rest: text, at: 0 }
    }

    /// A cursor over a field of a larger text.
    pub(crate) fn within(field: Field<'a>) -> Self {
        Self { rest: field.text, at: field.at }
    }

    /// Step over `tag`, which must come next.
    pub(crate) fn tag(&mut self, tag: &str, rule: &'static str) -> Result<(), ParseError> {
        let rest = self.rest.strip_prefix(tag).ok_or_else(|| self.fault(rule))?;
        self.step(rest);
        Ok(())
    }

    /// Step over `tag` if it comes next; whether it did.
    pub(crate) fn skip(&mut self, tag: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(tag) else { return false };
        self.step(rest);
        true
    }

    /// Everything up to `end`, which must be there and is stepped over.
    pub(crate) fn until(&mut self, end: char, rule: &'static str) -> Result<Field<'a>, ParseError> {
        let (text, rest) = self.rest.split_once(end).ok_or_else(|| self.fault(rule))?;
        let field = Field { text, at: self.at };
        self.step(rest);
        Ok(field)
    }

    /// Exactly so many bytes.
    pub(crate) fn take(
        &mut self,
        bytes: usize,
        rule: &'static str,
    ) -> Result<Field<'a>, ParseError> {
        let (text, rest) = self.rest.split_at_checked(bytes).ok_or_else(|| self.fault(rule))?;
        let field = Field { text, at: self.at };
        self.step(rest);
        Ok(field)
    }

    /// The remainder. A cursor is consumed by its last field, so nothing can trail it.
    pub(crate) fn last(self) -> Field<'a> {
        Field { text: self.rest, at: self.at }
    }

    /// What is left, without stepping.
    pub(crate) fn rest(&self) -> &'a str {
        self.rest
    }

    pub(crate) fn fault(&self, rule: &'static str) -> ParseError {
        ParseError::malformed(self.at, rule)
    }

    fn step(&mut self, rest: &'a str) {
        self.at = self.at.saturating_add(self.rest.len().saturating_sub(rest.len()));
        self.rest = rest;
    }
}

impl<'a> Field<'a> {
    /// A text that stands by itself, in a column of its own.
    pub(crate) fn whole(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(crate) fn fault(self, rule: &'static str) -> ParseError {
        ParseError::malformed(self.at, rule)
    }

    /// A decimal number: digits alone, no sign, no leading zero. (Other crates' parsers take `+4`
    /// and `05000`: two spellings of one hash.)
    pub(crate) fn number(self) -> Result<u64, ParseError> {
        let digits = self.text.bytes().all(|b| b.is_ascii_digit());
        let canonical = self.text == "0" || !self.text.starts_with('0');
        let number = if digits && canonical { self.text.parse().ok() } else { None };
        number.ok_or_else(|| self.fault("expected a decimal number without sign or leading zeros"))
    }

    /// A number of 32 bits; larger ones are over any limit that we have.
    pub(crate) fn number_u32(self) -> Result<u32, ParseError> {
        let number = self.number()?;
        u32::try_from(number).map_err(|_| self.fault("expected a number under 2^32"))
    }

    pub(crate) fn base64(self, dialect: &Base64) -> Result<Vec<u8>, ParseError> {
        dialect
            .decode(self.text)
            .map_err(|(at, rule)| ParseError::malformed(self.at.saturating_add(at), rule))
    }

    /// Standard or URL-safe, whichever the text turns out to be, with or without padding.
    pub(crate) fn base64_either(self) -> Result<Vec<u8>, ParseError> {
        self.base64(if self.text.contains(['-', '_']) { &URL } else { &LDAP })
    }

    /// Hexadecimal in either case.
    pub(crate) fn hex(self) -> Result<Vec<u8>, ParseError> {
        hex::decode(self.text)
            .map_err(|(at, rule)| ParseError::malformed(self.at.saturating_add(at), rule))
    }

    /// The `name=value` pairs between commas.
    pub(crate) fn pairs(self) -> Result<Vec<(&'a str, Self)>, ParseError> {
        let mut at = self.at;
        let mut pairs = Vec::new();
        for part in self.text.split(',') {
            let part = Self { text: part, at };
            at = at.saturating_add(part.text.len()).saturating_add(1);
            let (name, value) =
                part.text.split_once('=').ok_or_else(|| part.fault("expected `name=value`"))?;
            let value_at = part.at.saturating_add(name.len()).saturating_add(1);
            pairs.push((name, Self { text: value, at: value_at }));
        }
        Ok(pairs)
    }

    /// The field's bytes as they stand, which is how most systems use a salt.
    pub(crate) fn bytes(self) -> Vec<u8> {
        self.text.as_bytes().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_spelling() {
        let number = |text| Field::whole(text).number().ok();
        assert_eq!(number("0"), Some(0));
        assert_eq!(number("5000"), Some(5000));
        assert_eq!(number("18446744073709551615"), Some(u64::MAX));
        for bad in ["", "+4", "-1", "05000", "00", "5 000", "5e3", "１", "18446744073709551616"] {
            assert_eq!(number(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_fault_says_where_in_the_whole_text() {
        let mut cursor = Cursor::new("$x$ab$cd!");
        cursor.tag("$x$", "tag").unwrap();
        cursor.until('$', "salt").unwrap();
        let fault = cursor.last().hex().unwrap_err();
        assert_eq!(fault, ParseError::malformed(8, "expected hexadecimal digits in pairs"));
    }
}
