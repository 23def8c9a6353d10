//! One line of `verify --jsonl` and its answer, and what such lines share.
use super::lines::{LINE_BYTES_MAX, Line};
use crate::args;
use crate::exit::Failure;
use base64ct::{Base64, Base64Unpadded, Encoding};
use hashlift::{Limits, Side};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use zeroize::Zeroizing;

/// What is asked. Other keys are passed over, so that a line may carry an id of its own.
#[derive(Deserialize)]
struct Record<'a> {
    hash: Zeroizing<String>,
    password: Option<Zeroizing<String>>,
    password_b64: Option<Zeroizing<String>>,
    format: Option<Cow<'a, str>>,
    #[serde(borrow)]
    side: Option<&'a RawValue>,
}

/// `{"match":…}` or `{"error":{"kind":…,"message":…}}`.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Answer {
    Match(bool),
    Error(Failure),
}

pub(super) fn answer(line: &Line, limits: &Limits) -> Answer {
    let checked = of_line(line).and_then(|bytes| check(bytes, limits));
    checked.map_or_else(Answer::Error, Answer::Match)
}

/// The bytes of a line that is not too long.
pub(crate) fn of_line(line: &Line) -> Result<&[u8], Failure> {
    match line {
        Line::Bytes(bytes) => Ok(bytes),
        Line::TooLong => {
            let message = format!("the line is over {LINE_BYTES_MAX} bytes; it was skipped");
            Err(Failure::data("line-too-long", message))
        }
    }
}

fn check(line: &[u8], limits: &Limits) -> Result<bool, Failure> {
    let record: Record<'_> = object(line, "bad-json", "the line", RECORD)?;
    let password = password(record.password, record.password_b64)?;
    let format = args::format_of_line(record.format.as_deref())?;
    let side = side(record.side)?;
    let hash = args::read(format, &record.hash, &side, limits)?;
    let keys = args::keyring(&side, &hash)?;
    Ok(hash.verify_with(&password, &keys, limits)?)
}

/// The side data of a line.
pub(crate) fn side(raw: Option<&RawValue>) -> Result<Side, Failure> {
    match raw {
        Some(raw) => object(raw.get().as_bytes(), "bad-side", "`side`", SIDE),
        None => Ok(Side::NONE),
    }
}

const RECORD: &str =
    "a JSON object in UTF-8 with the text `hash` and one of the texts `password`, `password_b64`";
const SIDE: &str =
    "a JSON object of keys that are known (salt, signer_key, …) with values of their type";

/// A JSON object. What it holds is secret, and serde's own messages quote it: ours tell the place.
pub(crate) fn object<'a, T: Deserialize<'a>>(
    text: &'a [u8],
    kind: &'static str,
    what: &str,
    wanted: &str,
) -> Result<T, Failure> {
    let fault =
        |column| Failure::data(kind, format!("at column {column} of {what}: it must be {wanted}"));
    // serde would take an array for an object of the same order.
    if !text.trim_ascii_start().starts_with(b"{") {
        return Err(fault(1));
    }
    serde_json::from_slice(text).map_err(|error| fault(error.column()))
}

/// The password of a line, from one of its two spellings.
pub(crate) fn password(
    text: Option<Zeroizing<String>>,
    base64: Option<Zeroizing<String>>,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let bad = |rule: &str| Failure::data("bad-password", rule);
    match (text, base64) {
        (Some(mut text), None) => Ok(Zeroizing::new(std::mem::take(&mut *text).into_bytes())),
        (None, Some(base64)) => Base64::decode_vec(&base64)
            .or_else(|_| Base64Unpadded::decode_vec(&base64))
            .map(Zeroizing::new)
            .map_err(|_| bad("`password_b64` is not base64 (RFC 4648, section 4)")),
        (None, None) => Err(bad("give `password`, or `password_b64`; neither is there")),
        (Some(_), Some(_)) => Err(bad("give `password` or `password_b64`, not both")),
    }
}
