//! The older syntax of queries: `method("attribute", ["value", 25, true])`.
//!
//! Everything before the first `(` is the method and the last character closes the call. Lists and
//! bare values are the same: `between("a", ["x", "y"])` is what clients send, `between("a", "x",
//! "y")` is what the peer reads, and both are read here. Calls do not nest.
use super::method::Method;
use super::raw::{Raw, syntax, unknown};
use serde_json::Value;

/// Read a query in the old syntax.
pub(super) fn read(text: &str) -> Result<Raw, String> {
    let (method, rest) = text.split_once('(').ok_or_else(syntax)?;
    let arguments = rest.trim_end().strip_suffix(')').ok_or_else(syntax)?;
    let method = method.trim();
    let (name, method) = Method::named(method).ok_or_else(|| unknown(method))?;
    let mut values = values(arguments).ok_or_else(syntax)?;
    let mut attribute = String::new();
    if method.has_attribute() && !values.is_empty() {
        match values.remove(0) {
            Value::String(name) => attribute = name,
            other => attribute = other.to_string(),
        }
    }
    Ok(Raw { name, method, attribute, values })
}

/// The arguments, lists taken apart. `None` if a string or a list does not end, or ends twice.
fn values(text: &str) -> Option<Vec<Value>> {
    let mut values = Vec::new();
    let mut word = Word::default();
    let mut inside = false;
    let mut rest = text.chars().peekable();
    while let Some(char) = rest.next() {
        match char {
            '"' | '\'' => {
                word.quoted = true;
                loop {
                    match rest.next()? {
                        end if end == char => break,
                        '\\' => word.text.push(rest.next_if(|c| escaped(*c)).unwrap_or('\\')),
                        other => word.text.push(other),
                    }
                }
            }
            '\\' => word.text.push(rest.next_if(|c| escaped(*c)).unwrap_or('\\')),
            '[' if !inside && word.is_empty() => inside = true,
            ']' if inside => {
                word.finish(&mut values);
                inside = false;
            }
            '[' | ']' => return None,
            ',' => word.finish(&mut values),
            blank if blank.is_whitespace() => {}
            other => word.text.push(other),
        }
    }
    word.finish(&mut values);
    (!inside).then_some(values)
}

/// What a backslash can stand before.
const fn escaped(char: char) -> bool {
    matches!(char, '"' | '\'' | ',' | '[' | ']')
}

/// A value that is being read.
#[derive(Default)]
struct Word {
    text: String,
    quoted: bool,
}

impl Word {
    const fn is_empty(&self) -> bool {
        self.text.is_empty() && !self.quoted
    }

    /// Add it to the values, if there is one, and start anew.
    fn finish(&mut self, values: &mut Vec<Value>) {
        let Self { text, quoted } = core::mem::take(self);
        if quoted {
            values.push(Value::String(text));
        } else if !text.is_empty() {
            values.push(bare(text));
        }
    }
}

/// A value without quotes: JSON's `true`, `false`, `null` and numbers; anything else is text.
fn bare(text: String) -> Value {
    match serde_json::from_str(&text) {
        Ok(value @ (Value::Bool(_) | Value::Null | Value::Number(_))) => value,
        _ => Value::String(text),
    }
}
