//! One row: what a function says of it. The decisions are the library's.
use datafusion::error::DataFusionError;
use hashlift::job::{Cell, Decision, Job, Reading, Refusal, Row, Step};
use hashlift::{Format, identify};
use std::borrow::Cow;

/// A row of its own, without a key: nothing is looked up by it, and nothing reported.
pub(crate) fn row(stored: Option<&str>, format: Option<&str>) -> Row<&'static str> {
    let Some(text) = stored else { return Row::new("", Cell::Null) };
    let text = Cell::Text(text.to_owned());
    // A name may differ from the slug in case, `_` and `/`, as for the command.
    match format.filter(|name| !name.is_empty()) {
        None => Row::new("", text),
        Some(name) => match Format::named(name) {
            Some(format) => Row::new("", text).of(format),
            None => Row::new("", Cell::Fault("the row names a format that is not known".into())),
        },
    }
}

/// The format that a row is read as; of a text that cannot be read, the likeliest.
pub(crate) fn format(job: &Job, row: &Row<&str>) -> Option<&'static str> {
    match (job.read(row), &row.stored) {
        (Ok(Reading::Hash { format, .. }), _) => Some(format.slug()),
        (Err(_), Cell::Text(text)) => identify(text).first().map(|it| it.format.slug()),
        _ => None,
    }
}

/// The text to store. What cannot be understood comes back as it was.
///
/// # Errors
/// No hash could be made at all: memory, random bytes or the policy's pepper could not be had. That
/// is no row's fault, and to hand the old text on would look like success.
pub(crate) fn wrap<'a>(
    job: &Job,
    text: &'a str,
    row: &Row<&str>,
) -> Result<Cow<'a, str>, DataFusionError> {
    Ok(match decide(job, row)? {
        Step::Replace(new) | Step::Tag(new) => Cow::Owned(new),
        _ => Cow::Borrowed(text),
    })
}

/// Why a text comes back as it was, although it is no text that may stay.
///
/// # Errors
/// As [`wrap`], for the rare texts that have to be wrapped to know.
pub(crate) fn why(job: &Job, row: &Row<&str>) -> Result<Option<String>, DataFusionError> {
    match job.judge(row) {
        Decision::Refuse(why) => Ok(Some(said(&why))),
        // What is left to go wrong: the new text could be too long to be read again.
        Decision::Wrap(_) | Decision::Tag(_) if may_grow_too_long(job, row) => {
            Ok(match decide(job, row)? {
                Step::Refuse(why) => Some(said(&why)),
                _ => None,
            })
        }
        _ => Ok(None),
    }
}

/// A wrapped text is at most twice the old one and 300 bytes.
fn may_grow_too_long(job: &Job, row: &Row<&str>) -> bool {
    let Cell::Text(text) = &row.stored else { return false };
    text.len().saturating_mul(2).saturating_add(300) > job.limits.text_bytes_max
}

fn decide(job: &Job, row: &Row<&str>) -> Result<Step, DataFusionError> {
    job.decide(row).map_err(|error| DataFusionError::External(Box::new(error)))
}

/// The case, for counting, and the place and the rule. Never the text.
fn said(why: &Refusal) -> String {
    format!("{}: {why}", why.name())
}
