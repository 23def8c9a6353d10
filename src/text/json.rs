//! A reader of small JSON objects (RFC 8259), as one system keeps its hashes in.
//!
//! It is bounded by the length of the text, which the caller has checked, and by a depth. A name may
//! stand once in an object: two readers must not take two different values for one.
use super::Field;
use crate::error::ParseError;

/// A value, its texts unescaped.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Json {
    Text(String),
    /// As it is written: the caller says what range it must have.
    Number(String),
    Array(Vec<Self>),
    Object(Vec<(String, Self)>),
    /// `true`, `false`, `null`.
    Word,
}

/// How deep objects and arrays may stand in each other.
const DEPTH_MAX: u8 = 4;

impl Json {
    /// The value of `name` in an object.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A whole number without sign, as a number or as the text of one.
    pub(crate) fn number(&self) -> Option<u64> {
        match self {
            Self::Number(text) | Self::Text(text) => Field::whole(text).number().ok(),
            _ => None,
        }
    }

    /// The one element of an array, or the value itself.
    pub(crate) fn only(&self) -> Option<&Self> {
        match self {
            Self::Array(elements) => match elements.as_slice() {
                [element] => Some(element),
                _ => None,
            },
            value => Some(value),
        }
    }
}

/// The one value that `text` is.
pub(crate) fn read(text: &str) -> Result<Json, ParseError> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    reader.blank();
    match reader.peek() {
        None => Ok(value),
        Some(_) => Err(reader.fault("expected the end after the JSON value")),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn fault(&self, rule: &'static str) -> ParseError {
        ParseError::malformed(self.at, rule)
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.step();
        }
    }

    /// Step over `byte` and what is blank before it, if it comes next.
    fn skip(&mut self, byte: u8) -> bool {
        self.blank();
        let next = self.peek() == Some(byte);
        if next {
            self.step();
        }
        next
    }

    fn value(&mut self, depth: u8) -> Result<Json, ParseError> {
        self.blank();
        match self.peek() {
            Some(b'"') => self.string().map(Json::Text),
            Some(b'{' | b'[') if depth >= DEPTH_MAX => {
                Err(self.fault("the JSON is nested too deep"))
            }
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'-' | b'0'..=b'9') => Ok(self.number()),
            _ => self.word(),
        }
    }

    fn object(&mut self, depth: u8) -> Result<Json, ParseError> {
        self.step();
        let mut members: Vec<(String, Json)> = Vec::new();
        if self.skip(b'}') {
            return Ok(Json::Object(members));
        }
        loop {
            self.blank();
            let name = self.string()?;
            if members.iter().any(|(known, _)| *known == name) {
                return Err(self.fault("a name that was given before"));
            }
            if !self.skip(b':') {
                return Err(self.fault("expected `:` after a name"));
            }
            members.push((name, self.value(depth.saturating_add(1))?));
            if self.skip(b'}') {
                return Ok(Json::Object(members));
            }
            if !self.skip(b',') {
                return Err(self.fault("expected `,` or the end of the object"));
            }
        }
    }

    fn array(&mut self, depth: u8) -> Result<Json, ParseError> {
        self.step();
        let mut elements = Vec::new();
        if self.skip(b']') {
            return Ok(Json::Array(elements));
        }
        loop {
            elements.push(self.value(depth.saturating_add(1))?);
            if self.skip(b']') {
                return Ok(Json::Array(elements));
            }
            if !self.skip(b',') {
                return Err(self.fault("expected `,` or the end of the array"));
            }
        }
    }

    fn number(&mut self) -> Json {
        let from = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')) {
            self.step();
        }
        Json::Number(self.text.get(from..self.at).unwrap_or_default().to_owned())
    }

    fn word(&mut self) -> Result<Json, ParseError> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let word = ["true", "false", "null"].into_iter().find(|word| rest.starts_with(word));
        let word = word.ok_or_else(|| self.fault("expected a JSON value"))?;
        self.at = self.at.saturating_add(word.len());
        Ok(Json::Word)
    }

    fn string(&mut self) -> Result<String, ParseError> {
        if self.peek() != Some(b'"') {
            return Err(self.fault("expected a JSON string"));
        }
        self.step();
        let mut out = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let letter = rest.chars().next().ok_or_else(|| self.fault("the string has no end"))?;
            self.at = self.at.saturating_add(letter.len_utf8());
            match letter {
                '"' => return Ok(out),
                '\\' => out.push(self.escape()?),
                '\0'..='\x1f' => return Err(self.fault("a control character in a string")),
                letter => out.push(letter),
            }
        }
    }

    fn escape(&mut self) -> Result<char, ParseError> {
        let letter = self.peek();
        self.step();
        Ok(match letter {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\x08',
            Some(b'f') => '\x0c',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let unit = self.unit()?;
                // Half a pair means the other half follows.
                let pair = match unit {
                    0xd800..=0xdfff
                        if self.text.get(self.at..).is_some_and(|t| t.starts_with("\\u")) =>
                    {
                        self.at = self.at.saturating_add(2);
                        [unit, self.unit()?]
                    }
                    _ => [unit, 0],
                };
                let letter = char::decode_utf16(pair).next().and_then(Result::ok);
                letter.ok_or_else(|| self.fault("half a surrogate pair"))?
            }
            _ => return Err(self.fault("an escape that JSON does not have")),
        })
    }

    fn unit(&mut self) -> Result<u16, ParseError> {
        let digits = self.text.get(self.at..self.at.saturating_add(4));
        let digits = digits.filter(|digits| super::is_hex(digits, 4));
        let unit = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok());
        let unit = unit.ok_or_else(|| self.fault("expected four hexadecimal digits"))?;
        self.at = self.at.saturating_add(4);
        Ok(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read() {
        let json = read(
            " {\"a\" : [1, -2.5e3, {}], \"b\":\"x\\\"\\u00e9\\ud83d\\ude00\\/\", \"c\":null}\n",
        );
        let json = json.unwrap();
        assert_eq!(json.get("b").unwrap().text(), Some("x\"é😀/"));
        assert!(json.get("c") == Some(&Json::Word) && json.get("d").is_none());
        let Some(Json::Array(elements)) = json.get("a") else { panic!("no array") };
        assert_eq!(elements[0].number(), Some(1));
        assert_eq!(elements[1].number(), None);
        assert!(json.get("a").unwrap().only().is_none());
        assert_eq!(read("[\"32\"]").unwrap().only().unwrap().number(), Some(32));
    }

    #[test]
    fn what_is_not_json_is_refused() {
        let deep = format!("{}{}", "[".repeat(5), "]".repeat(5));
        let bad = [
            "",
            "{",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "[1,]",
            "[1 2]",
            "\"a",
            "\"\\x\"",
            "\"\\ud800\"",
            "\"\\ud800\\u0041\"",
            "\"\\u12\"",
            "\"\n\"",
            "1 1",
            "nul",
            "{\"a\":1,\"a\":1}",
            &deep,
        ];
        for text in bad {
            assert!(read(text).is_err(), "{text:?}");
        }
        assert!(read(&deep[1..9]).is_ok());
    }
}
