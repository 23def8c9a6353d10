//! The parameters of a request, checked in the order of the table.
use crate::body::{Params, wipe};
use crate::table::{Endpoint, Need, Param, Place, Rule};
use hashlift::registry::{Count, Prefs, UsersError, rules};
use serde_json::Value;
use zeroize::Zeroizing;

/// Checked parameters. Their texts are zeroed on drop.
#[derive(Default)]
pub(crate) struct Args(Vec<(&'static str, Value)>);

impl Args {
    /// Check what was sent.
    pub(crate) fn check(
        endpoint: &Endpoint,
        names: Vec<(&'static str, String)>,
        mut sent: Params,
    ) -> Result<Self, UsersError> {
        let mut names: Vec<_> = names;
        let mut args = Self::default();
        for param in endpoint.params {
            let value = match param.place {
                Place::Path => names
                    .iter_mut()
                    .find(|(name, _)| *name == param.name)
                    .map(|(_, value)| Value::String(core::mem::take(value))),
                Place::Query | Place::Body => sent.take(param.name),
            };
            match (value, param.need) {
                (None, Need::Required) => return Err(UsersError::Missing { param: param.name }),
                (None | Some(Value::Null), Need::Optional) => {}
                (Some(mut value), _) => match admit(param, &value) {
                    Ok(()) => args.0.push((param.name, value)),
                    Err(error) => {
                        wipe(&mut value);
                        return Err(error);
                    }
                },
            }
        }
        Ok(args)
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// A text; empty if it was left out.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.optional(name).unwrap_or_default()
    }

    /// A text, if it was sent.
    pub(crate) fn optional(&self, name: &str) -> Option<&str> {
        self.value(name).and_then(Value::as_str)
    }

    /// A text of one's own, if it was sent.
    pub(crate) fn owned(&self, name: &str) -> Option<String> {
        self.optional(name).map(str::to_owned)
    }

    /// A secret of one's own, if it was sent.
    pub(crate) fn secret(&self, name: &str) -> Option<Zeroizing<String>> {
        self.owned(name).map(Zeroizing::new)
    }

    /// A number, if it was sent.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        self.value(name).and_then(Value::as_i64)
    }

    /// A truth value.
    pub(crate) fn boolean(&self, name: &str) -> bool {
        self.value(name).and_then(loosely).unwrap_or_default()
    }

    /// An object.
    pub(crate) fn object(&self, name: &str) -> Prefs {
        self.value(name).and_then(Value::as_object).cloned().unwrap_or_default()
    }

    /// A list of texts.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let items = self.value(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// Whether a list counts.
    pub(crate) fn count(&self) -> Count {
        let no = self.value("total").and_then(loosely) == Some(false);
        if no { Count::No } else { Count::Yes }
    }
}

impl Drop for Args {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(|(_, value)| wipe(value));
    }
}

/// Whether a value keeps the rule. Values of another type are told what their rule tells a text
/// that no rule admits.
fn admit(param: &Param, value: &Value) -> Result<(), UsersError> {
    let name = param.name;
    let refuse = |rule: &str| Err(UsersError::Argument { param: name, rule: rule.to_owned() });
    let ensure = |good: bool, rule: &str| if good { Ok(()) } else { refuse(rule) };
    match param.rule {
        Rule::Any => ensure(value.is_string(), "Value must be a valid string"),
        Rule::Boolean => ensure(value.is_boolean(), BOOLEAN),
        Rule::LooseBoolean | Rule::Total => ensure(loosely(value).is_some(), BOOLEAN),
        Rule::Integer => ensure(is_i32(value), INTEGER),
        Rule::Object => match value {
            Value::Object(prefs) => rules::prefs(prefs),
            Value::Array(items) => ensure(items.is_empty(), OBJECT),
            _ => refuse(OBJECT),
        },
        Rule::Labels => match texts(value) {
            Some(labels) => rules::labels(labels),
            None => rules::labels(vec![NO_TEXT.to_owned()]),
        },
        Rule::Queries => match texts(value) {
            Some(queries) => rules::queries(&queries),
            None => refuse("Queries must be an array"),
        },
        Rule::EmptyOr(rule) => match value.as_str() {
            Some("") => Ok(()),
            _ => admit_text(*rule, param, value),
        },
        rule => admit_text(rule, param, value),
    }
}

fn admit_text(rule: Rule, param: &Param, value: &Value) -> Result<(), UsersError> {
    let text = value.as_str().unwrap_or(NO_TEXT);
    let name = param.name;
    match rule {
        Rule::CustomId => rules::custom_id(name, text),
        Rule::Email => rules::email(text, param.need),
        Rule::Id => rules::id(name, text),
        Rule::Password => rules::password(text),
        Rule::Phone => rules::phone(name, text, param.need),
        Rule::Text(min, max) => rules::text(name, text, min..=max),
        Rule::Version if is_version(text) => Ok(()),
        _ => Err(UsersError::Argument { param: name, rule: VERSION.to_owned() }),
    }
}

fn is_version(text: &str) -> bool {
    VERSIONS.contains(&text.to_ascii_lowercase().as_str())
}

fn is_i32(value: &Value) -> bool {
    value.as_i64().is_some_and(|number| i32::try_from(number).is_ok())
}

fn texts(value: &Value) -> Option<Vec<String>> {
    let items = value.as_array()?;
    items.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

/// What the API takes for true and false.
fn loosely(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::Number(number) => match number.as_i64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        // Python clients write their own spelling into query strings.
        Value::String(text) => match text.as_str() {
            "false" | "False" | "0" => Some(false),
            "true" | "True" | "1" => Some(true),
            _ => None,
        },
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A text that no rule admits: too long for all of them, and of blanks.
const NO_TEXT: &str = match core::str::from_utf8(&[b' '; 512]) {
    Ok(blanks) => blanks,
    Err(_) => "",
};
const BOOLEAN: &str = "Value must be a valid boolean";
const INTEGER: &str = "Value must be a valid signed 32-bit integer between -2,147,483,648 and \
                       2,147,483,647";
const OBJECT: &str = "Value must be a valid object.";
const VERSION: &str = "Value must be one of (sha1, sha224, sha256, sha384, sha512/224, \
                       sha512/256, sha512, sha3-224, sha3-256, sha3-384, sha3-512)";
pub(crate) const VERSIONS: [&str; 11] = [
    "sha1",
    "sha224",
    "sha256",
    "sha384",
    "sha512/224",
    "sha512/256",
    "sha512",
    "sha3-224",
    "sha3-256",
    "sha3-384",
    "sha3-512",
];
