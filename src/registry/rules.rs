//! The rules for parameters, for a front that checks them in the order it declares them in.
//!
//! The registry checks them again: these are for telling the first fault first.
use super::validate;
use super::{Prefs, UsersError};
use core::ops::RangeInclusive;

pub use super::validate::Need;

/// The id of something new, or `unique()`.
///
/// # Errors
/// The rule that is broken; likewise below.
pub fn custom_id(param: &'static str, id: &str) -> Result<(), UsersError> {
    validate::custom_id(param, id)
}

/// The id of something that exists.
///
/// # Errors
/// The rule that is broken.
pub fn id(param: &'static str, id: &str) -> Result<(), UsersError> {
    validate::uid(param, id)
}

/// An email.
///
/// # Errors
/// The rule that is broken.
pub fn email(email: &str, need: Need) -> Result<(), UsersError> {
    validate::email(email, need).map(drop)
}

/// Labels.
///
/// # Errors
/// The rule that is broken.
pub fn labels(labels: Vec<String>) -> Result<(), UsersError> {
    validate::labels(labels).map(drop)
}

/// A password, or the text of a hash.
///
/// # Errors
/// The rule that is broken.
pub fn password(password: &str) -> Result<(), UsersError> {
    validate::password(password)
}

/// A phone number.
///
/// # Errors
/// The rule that is broken.
pub fn phone(param: &'static str, number: &str, need: Need) -> Result<(), UsersError> {
    validate::phone(param, number, need).map(drop)
}

/// Preferences.
///
/// # Errors
/// The rule that is broken.
pub fn prefs(prefs: &Prefs) -> Result<(), UsersError> {
    validate::prefs(prefs)
}

/// A list of queries, whatever they say.
///
/// # Errors
/// The rule that is broken.
pub fn queries(queries: &[String]) -> Result<(), UsersError> {
    validate::queries(queries)
}

/// A text of so many characters.
///
/// # Errors
/// The rule that is broken.
pub fn text(
    param: &'static str,
    text: &str,
    chars: RangeInclusive<usize>,
) -> Result<(), UsersError> {
    validate::text(param, text, chars)
}
