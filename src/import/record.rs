//! One record of an export, whatever its shape was: fields by name.
use super::{Fault, Imported, Options, Why};
use crate::format::Format;
use crate::hash::PasswordHash;
use crate::side::Side;
use serde_json::Value;
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) line: u64,
    pub(crate) row: u64,
    /// What was left out of a user who was read.
    pub(crate) left: RefCell<Vec<Fault>>,
    fields: Fields,
}

#[derive(Debug)]
enum Fields {
    /// Names from a header; `None` is NULL.
    Cells {
        names: Rc<[String]>,
        cells: Vec<Option<Vec<u8>>>,
    },
    /// Names with values, each of which may be there more than once.
    Pairs(Vec<(String, Vec<u8>)>),
    Json(Value),
}

/// What [`Record::user`] looks for, by the names of the system. The first that is there is taken.
#[derive(Clone, Copy, Default)]
pub(crate) struct Names {
    pub(crate) id: &'static [&'static str],
    pub(crate) email: &'static [&'static str],
    pub(crate) username: &'static [&'static str],
    pub(crate) name: &'static [&'static str],
    pub(crate) phone: &'static [&'static str],
}

impl Names {
    /// What frameworks call them.
    pub(crate) const USUAL: Self = Self {
        id: &["id"],
        email: &["email"],
        username: &["username"],
        name: &["name"],
        phone: &["phone"],
    };
}

impl Record {
    pub(crate) fn cells(line: u64, names: Rc<[String]>, cells: Vec<Option<Vec<u8>>>) -> Self {
        Self::new(line, Fields::Cells { names, cells })
    }

    pub(crate) fn pairs(line: u64, pairs: Vec<(String, Vec<u8>)>) -> Self {
        Self::new(line, Fields::Pairs(pairs))
    }

    pub(crate) fn json(line: u64, value: Value) -> Self {
        Self::new(line, Fields::Json(value))
    }

    fn new(line: u64, fields: Fields) -> Self {
        Self { line, row: 0, left: RefCell::default(), fields }
    }

    /// The JSON value at a path of keys, or places in arrays, with dots between them.
    pub(crate) fn value(&self, path: &str) -> Option<&Value> {
        let Fields::Json(value) = &self.fields else { return None };
        path.split('.').try_fold(value, |value, key| match value {
            Value::Array(values) => values.get(key.parse::<usize>().ok()?),
            value => value.get(key),
        })
    }

    /// The text of a field. `None` where it is not there, NULL or empty.
    pub(crate) fn text(&self, name: &'static str) -> Result<Option<Cow<'_, str>>, Fault> {
        if let Fields::Json(_) = &self.fields {
            return scalar(name, self.value(name));
        }
        let bytes = self.bytes(name);
        let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) else { return Ok(None) };
        let text = core::str::from_utf8(bytes);
        text.map(|text| Some(text.into())).map_err(|_| Fault::new(name, "it is not UTF-8"))
    }

    /// The first of these fields that has a text.
    pub(crate) fn first(
        &self,
        names: &'static [&'static str],
    ) -> Result<Option<Cow<'_, str>>, Fault> {
        for name in names {
            if let Some(text) = self.text(name)? {
                return Ok(Some(text));
            }
        }
        Ok(None)
    }

    /// As [`first`](Self::first), where a user is not to be lost over a letter of another encoding.
    fn lossy(&self, names: &'static [&'static str]) -> Option<String> {
        names.iter().find_map(|name| match (self.text(name), self.bytes(name)) {
            (Ok(text), _) => text.map(Cow::into_owned),
            (Err(_), Some(bytes)) => Some(String::from_utf8_lossy(bytes).into_owned()),
            (Err(_), None) => None,
        })
    }

    fn bytes(&self, name: &str) -> Option<&[u8]> {
        match &self.fields {
            Fields::Json(_) => None,
            Fields::Cells { names, cells } => {
                let at = names.iter().position(|have| have.eq_ignore_ascii_case(name));
                cells.get(at?)?.as_deref()
            }
            Fields::Pairs(pairs) => {
                let pair = pairs.iter().find(|(have, _)| have.eq_ignore_ascii_case(name));
                pair.map(|(_, value)| value.as_slice())
            }
        }
    }

    /// All values of a name that may be there more than once.
    pub(crate) fn all(&self, name: &'static str) -> impl Iterator<Item = &[u8]> {
        let pairs = if let Fields::Pairs(pairs) = &self.fields { pairs.as_slice() } else { &[] };
        let named = pairs.iter().filter(move |(have, _)| have.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_slice())
    }

    /// The strongest of the hashes in a field that may be there more than once, as `read` reads
    /// them; what becomes of the others is told in `left`. `None` where there is none.
    pub(crate) fn strongest(
        &self,
        field: &'static str,
        read: impl Fn(&str) -> Result<PasswordHash, Why>,
    ) -> Result<Option<PasswordHash>, Fault> {
        let texts: Vec<_> = self.all(field).filter(|bytes| !bytes.is_empty()).collect();
        let mut best: Option<PasswordHash> = None;
        let mut left = Vec::new();
        for bytes in &texts {
            let text = core::str::from_utf8(bytes).map_err(|_| Why::Rule("it is not UTF-8"));
            let why = match (text.and_then(&read), &mut best) {
                (Err(why), _) => why,
                (Ok(hash), None) => {
                    best = Some(hash);
                    continue;
                }
                (Ok(hash), Some(best)) => {
                    if worth(&hash) > worth(best) {
                        *best = hash;
                    }
                    Why::Another { of: texts.len() }
                }
            };
            left.push(Fault::new("password", why));
        }
        // A user of whom nothing can be read is refused, and the first reason is the user's own.
        let first = (best.is_none() && !left.is_empty()).then(|| left.remove(0));
        self.left.replace(left);
        first.map_or(Ok(best), Err)
    }

    /// Whether the field says yes, in the way of any of the systems.
    pub(crate) fn is(&self, name: &'static str) -> Result<bool, Fault> {
        let text = self.text(name)?;
        Ok(text.is_some_and(|text| ["1", "t", "true", "yes", "y"].contains(&&*text.to_lowercase())))
    }

    /// Whether the field says no.
    pub(crate) fn is_not(&self, name: &'static str) -> Result<bool, Fault> {
        let text = self.text(name)?;
        Ok(text.is_some_and(|text| ["0", "f", "false", "no", "n"].contains(&&*text.to_lowercase())))
    }

    /// A decimal number.
    pub(crate) fn number(&self, name: &'static str) -> Result<Option<u64>, Fault> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = if digits { text.parse().ok() } else { None };
        number.map(Some).ok_or(Fault::new(name, "it is not a decimal number"))
    }

    /// The hash in a field, as `read` reads it. `None` where there is none.
    pub(crate) fn hash_by(
        &self,
        field: &'static str,
        read: impl FnOnce(&str) -> Result<PasswordHash, Why>,
    ) -> Result<Option<PasswordHash>, Fault> {
        let hash = self.text(field)?.map(|text| read(&text)).transpose();
        hash.map_err(|why| Fault::new("password", why))
    }

    /// The hash in a field: one with its tag, or else of the format that the system had before.
    pub(crate) fn hash(
        &self,
        field: &'static str,
        untagged: Option<&'static str>,
        options: &Options,
    ) -> Result<Option<PasswordHash>, Fault> {
        self.hash_by(field, |text| options.hash(text, untagged, &Side::NONE))
    }

    /// The user of this record. Who has no id goes by the name or else the address.
    pub(crate) fn user(
        &self,
        names: Names,
        hash: Option<PasswordHash>,
        locked: bool,
    ) -> Result<Option<Imported>, Fault> {
        let owned = |names| Ok(self.first(names)?.map(Cow::into_owned));
        let (email, username) = (owned(names.email)?, owned(names.username)?);
        let id = owned(names.id)?.or_else(|| username.clone()).or_else(|| email.clone());
        Ok(Some(Imported {
            line: self.line,
            row: self.row,
            id: id.ok_or(Fault::new("id", "nothing says who the user is"))?,
            name: self.lossy(names.name),
            phone: self.lossy(names.phone),
            email,
            username,
            locked: locked || matches!(hash, Some(PasswordHash::Locked(_))),
            hash,
        }))
    }
}

/// By what one of a user's hashes is preferred: a locked one opens nothing.
fn worth(hash: &PasswordHash) -> impl Ord + use<> {
    let strength = Format::of(&hash.to_string()).map(Format::strength);
    (!hash.is_locked(), strength, hash.cost().rounds)
}

/// The text of a JSON value that is not an object or an array.
pub(crate) fn scalar<'a>(
    name: &'static str,
    value: Option<&'a Value>,
) -> Result<Option<Cow<'a, str>>, Fault> {
    Ok(match value {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) if text.is_empty() => None,
        Some(Value::String(text)) => Some(text.into()),
        Some(Value::Bool(yes)) => Some(yes.to_string().into()),
        Some(Value::Number(number)) => Some(number.to_string().into()),
        Some(_) => return Err(Fault::new(name, "it is neither a text nor a number")),
    })
}

/// First and last name, as far as they are there.
pub(crate) fn full(first: Option<String>, last: Option<&str>) -> Option<String> {
    match (first, last) {
        (Some(first), Some(last)) => Some(format!("{first} {last}")),
        (first, last) => first.or(last.map(str::to_owned)),
    }
}
