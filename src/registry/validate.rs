//! The rules for parameters, each with the description that the API has for it.
use super::{Prefs, UsersError, phone};
use email_address::{EmailAddress, Options as EmailOptions};
use serde_json::Value;

const CUSTOM_ID: &str = "Parameter must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, \
    period, hyphen, and underscore. Can't start with a special char";
pub(super) const UID: &str = "UID must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, and \
    underscore. Can't start with a leading underscore";
const EMAIL: &str = "Value must be a valid email address";
const PHONE: &str = "Phone number must start with a '+' can have a maximum of fifteen digits.";
const PASSWORD: &str = "Password must be between 8 and 256 characters long.";
const OBJECT: &str = "Value must be a valid object.";
/// Where a parameter may be left out, its rule says so.
const OR_NULL: &str = " or null";
/// Most bytes of preferences, as the API measures them.
const PREFS_BYTES_MAX: usize = 65_535;

/// The id of something that exists, from a path.
pub(super) fn uid(param: &'static str, id: &str) -> Result<(), UsersError> {
    if is_id(id) { Ok(()) } else { Err(UsersError::argument(param, UID)) }
}

/// The id of something new.
pub(super) fn custom_id(param: &'static str, id: &str) -> Result<(), UsersError> {
    let good = id == "unique()" || is_id(id);
    if good { Ok(()) } else { Err(UsersError::argument(param, CUSTOM_ID)) }
}

/// Whether it is made like an id.
pub(super) fn is_id(id: &str) -> bool {
    let letter = |b: &u8| b.is_ascii_alphanumeric();
    id.len() <= 36
        && id.as_bytes().first().is_some_and(letter)
        && id.bytes().all(|b| letter(&b) || matches!(b, b'.' | b'-' | b'_'))
}

/// Whether a parameter may be left out; its rule says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third")]
pub enum Need {
    /// It may.
    Optional,
    /// It may not.
    Required,
}

fn rule(need: Need, text: &str) -> String {
    match need {
        Need::Required => text.to_owned(),
        Need::Optional => format!("{text}{OR_NULL}"),
    }
}

/// An email, in lower case.
pub(super) fn email(email: &str, need: Need) -> Result<String, UsersError> {
    match is_email(email) {
        true => Ok(email.to_ascii_lowercase()),
        false => Err(UsersError::argument("email", rule(need, EMAIL))),
    }
}

/// What a well-kept parser of RFC 5321 lets through, and PHP's filter too: ASCII, no blanks, a domain
/// of two labels or an address literal, a last label that is no number.
fn is_email(email: &str) -> bool {
    let options = EmailOptions::default().without_display_text();
    let graphic = email.bytes().all(|b| b.is_ascii_graphic());
    if !graphic || email.len() > 254 || EmailAddress::parse_with_options(email, options).is_err() {
        return false;
    }
    let Some((local, domain)) = email.rsplit_once('@') else { return false };
    local.len() <= 64 && (is_literal(domain) || is_domain(domain))
}

fn is_literal(domain: &str) -> bool {
    let Some(inner) = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
        return false;
    };
    match inner.strip_prefix("IPv6:") {
        Some(six) => six.parse::<std::net::Ipv6Addr>().is_ok(),
        None => inner.parse::<std::net::Ipv4Addr>().is_ok(),
    }
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    domain.contains('.')
        && domain.split('.').all(is_label)
        && !last.bytes().all(|b| b.is_ascii_digit())
}

/// A phone number.
pub(super) fn phone(param: &'static str, number: &str, need: Need) -> Result<String, UsersError> {
    match phone::is_number(number) {
        true => Ok(number.to_owned()),
        false => Err(UsersError::argument(param, rule(need, PHONE))),
    }
}

/// A password in clear text, or the text of a hash: the same lengths, in bytes.
pub(super) fn password(password: &str) -> Result<(), UsersError> {
    match (8..=256).contains(&password.len()) {
        true => Ok(()),
        false => Err(UsersError::argument("password", PASSWORD)),
    }
}

/// A text of so many characters.
pub(super) fn text(
    param: &'static str,
    text: &str,
    chars: core::ops::RangeInclusive<usize>,
) -> Result<(), UsersError> {
    if chars.contains(&text.chars().count()) {
        return Ok(());
    }
    let least = match chars.start() {
        0 => String::new(),
        least => format!("at least {least} chars and "),
    };
    let rule =
        format!("Value must be a valid string and {least}no longer than {} chars", chars.end());
    Err(UsersError::argument(param, rule))
}

/// Preferences: an object that is no list in disguise, and not too large.
pub(super) fn prefs(prefs: &Prefs) -> Result<(), UsersError> {
    let listed = !prefs.is_empty() && (0..prefs.len()).all(|i| prefs.contains_key(&i.to_string()));
    let bytes = prefs.iter().map(|(key, value)| {
        json_bytes_of_text(key).saturating_add(2).saturating_add(json_bytes(value))
    });
    let bytes = bytes.fold(1_usize, usize::saturating_add).max(2);
    match listed || bytes > PREFS_BYTES_MAX {
        true => Err(UsersError::argument("prefs", OBJECT)),
        false => Ok(()),
    }
}

/// The bytes of compact JSON in ASCII, with `\/` for `/`: how the API measures.
fn json_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => json_bytes_of_text(text),
        // The brackets, and a comma between each two.
        Value::Array(items) => items
            .iter()
            .map(|item| json_bytes(item).saturating_add(1))
            .fold(1_usize, usize::saturating_add)
            .max(2),
        Value::Object(map) => map
            .iter()
            .map(|(key, item)| {
                json_bytes_of_text(key).saturating_add(2).saturating_add(json_bytes(item))
            })
            .fold(1_usize, usize::saturating_add)
            .max(2),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string().len(),
    }
}

fn json_bytes_of_text(text: &str) -> usize {
    let bytes = text.chars().map(|c| match c {
        '"' | '\\' | '/' | '\u{8}' | '\u{c}' | '\n' | '\r' | '\t' => 2,
        c if c.is_ascii() && !c.is_ascii_control() || c == '\u{7f}' => 1,
        c => c.len_utf16().saturating_mul(6),
    });
    bytes.fold(2_usize, usize::saturating_add)
}

/// Labels: at most 1000 of 1 to 36 letters and digits. Duplicates go.
pub(super) fn labels(labels: Vec<String>) -> Result<Vec<String>, UsersError> {
    let good = |label: &String| {
        (1..=36).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    if labels.len() > 1000 || !labels.iter().all(good) {
        let rule = "Value must a valid array no longer than 1000 items and Value must be a valid \
                    string and at least 1 chars and no longer than 36 chars and only consist of \
                    'A-Z', 'a-z', '0-9' chars";
        return Err(UsersError::argument("labels", rule));
    }
    let mut seen = std::collections::HashSet::new();
    Ok(labels.into_iter().filter(|label| seen.insert(label.clone())).collect())
}

/// What every list of queries must keep to, whatever the queries say.
pub(super) fn queries(queries: &[String]) -> Result<(), UsersError> {
    if queries.len() > 100 || queries.iter().any(|query| query.chars().count() > 4096) {
        let rule = "Maximum of 100 queries are allowed, each 4096 characters long";
        return Err(UsersError::argument("queries", rule));
    }
    Ok(())
}

/// A number in a range.
pub(super) fn range(
    param: &'static str,
    number: i64,
    range: core::ops::RangeInclusive<i64>,
) -> Result<i64, UsersError> {
    if range.contains(&number) {
        return Ok(number);
    }
    let rule = format!("Value must be a valid range between {} and {}", range.start(), range.end());
    Err(UsersError::argument(param, rule))
}

/// The address of a target that is an email, in lower case.
pub(super) fn target_email(identifier: &str) -> Result<String, UsersError> {
    match is_email(identifier) {
        true => Ok(identifier.to_ascii_lowercase()),
        false => Err(UsersError::argument("identifier", EMAIL)),
    }
}
