//! A query as it was written: a known method, an attribute, values of any kind.
use super::method::Method;
use super::old;
use serde::Deserialize;
use serde_json::Value;

/// A query as it was written, in either syntax.
#[derive(Debug)]
pub(super) struct Raw {
    /// The method, as it is spelled.
    pub(super) name: &'static str,
    pub(super) method: Method,
    /// The attribute, or empty.
    pub(super) attribute: String,
    pub(super) values: Vec<Value>,
}

/// The JSON form of a query.
#[derive(Deserialize)]
struct Json {
    method: String,
    #[serde(default)]
    attribute: Option<String>,
    #[serde(default)]
    values: Option<Vec<Value>>,
}

impl Raw {
    /// Read a query: JSON if it starts like an object, the old syntax otherwise.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        if text.trim_start().starts_with('{') {
            // serde_json ends at a depth of 128.
            serde_json::from_str(text).map_err(|_| syntax()).and_then(Self::from_json)
        } else {
            old::read(text)
        }
    }

    /// Read a query that is a value of `and` or `or`.
    pub(super) fn nested(value: &Value) -> Result<Self, String> {
        Json::deserialize(value).map_err(|_| syntax()).and_then(Self::from_json)
    }

    fn from_json(json: Json) -> Result<Self, String> {
        let (name, method) = Method::named(&json.method).ok_or_else(|| unknown(&json.method))?;
        let attribute = json.attribute.unwrap_or_default();
        Ok(Self { name, method, attribute, values: json.values.unwrap_or_default() })
    }
}

/// The query cannot be read.
pub(super) fn syntax() -> String {
    "Invalid query: Invalid query: Syntax error".to_owned()
}

/// There is no such method.
pub(super) fn unknown(method: &str) -> String {
    format!("Invalid query: Invalid query method: {method}")
}
