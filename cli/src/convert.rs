//! `hashlift convert`: write a stored hash down in another notation.
use crate::args::{self, HashArgs};
use crate::exit::{Exit, Failure};
use crate::jsonl::{self, Lines};
use crate::output::Output;
use hashlift::{Format, Limits, PasswordHash, Sample, Side};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::io::{self, Write};
use std::mem::discriminant;
use zeroize::Zeroizing;

/// Write a stored hash down in another notation of the same algorithm.
///
/// The hash stays what it is: no password is needed, and the same passwords match. With `--to`, the
/// text is the one that the named system writes, byte for byte, for those who must keep it running;
/// what that system keeps in other columns (a salt, a key) is not part of the text. Without `--to`,
/// it is hashlift's own: one text a value, with everything in it that is not a secret key.
///
/// Standard input is read where no hash is given, one a line. A line that cannot be written in that
/// notation is told on standard error, or with `--json` in its place, and has no line of text.
///
/// Exits with 3 when a hash could not be read, or the notation cannot hold it.
///
/// With `--jsonl`, every line of standard input is a JSON object:
///   {"hash": TEXT, "to": SLUG, "format": SLUG, "side": {KEY: VALUE}}
/// where all but `hash` may be left out. Each line is answered by one line, in order: {"hash":TEXT}
/// or {"error":{"kind":…,"message":…}}.
#[derive(clap::Args)]
#[command(
    verbatim_doc_comment,
    after_help = "\
Examples:
  hashlift convert 'pbkdf2:sha256:1000$NaCl$ea7ee8532cfa0d3ac25ead6b6a3ca9eb96e9ef00ea7aad57d58aec62a77dfe52' --to django-pbkdf2-sha256
  hashlift convert 5f4dcc3b5aa765d61d8327deb882cf99 --format md5
  hashlift convert --to ldap-ssha < hashes.txt"
)]
pub(crate) struct Args {
    #[command(flatten)]
    hash: HashArgs,
    /// The notation to write, by its format's slug; without it, hashlift's own.
    #[arg(long, value_name = "SLUG", value_parser = args::format)]
    to: Option<&'static Format>,
    /// Convert many, each in its own way: a JSON object a line on standard input.
    #[arg(long, conflicts_with_all = ["hash", "format", "side", "side_file"])]
    jsonl: bool,
}

/// One line of `--jsonl`. Other keys are passed over, so that a line may carry an id of its own.
#[derive(Deserialize)]
struct Record<'a> {
    hash: Zeroizing<String>,
    to: Option<Cow<'a, str>>,
    format: Option<Cow<'a, str>>,
    #[serde(borrow)]
    side: Option<&'a RawValue>,
}

const RECORD: &str = "a JSON object in UTF-8 with the text `hash`";

pub(crate) fn run(args: &Args, out: &mut Output) -> Result<Exit, Failure> {
    let HashArgs { hash, format, side, limits } = &args.hash;
    let (limits, side) = (&limits.limits, side.side()?);
    let plain = |text: &str| converted(*format, text, &side, args.to, limits);
    if let Some(text) = hash {
        let text = plain(text)?;
        out.answer(&json!({ "hash": *text }), text.as_str())?;
        return Ok(Exit::Ok);
    }
    let mut lines = Lines::new(io::stdin().lock());
    let (mut number, mut exit) = (0_u64, Exit::Ok);
    while let Some(batch) = lines.batch()? {
        for line in batch {
            number = number.saturating_add(1);
            let answer = jsonl::of_line(&line).and_then(|bytes| match args.jsonl {
                true => recorded(bytes, args.to, limits),
                false => plain(utf8(bytes.strip_suffix(b"\r").unwrap_or(bytes))?),
            });
            match answer {
                Ok(text) if args.jsonl || out.is_json() => out.value(&json!({ "hash": *text }))?,
                Ok(text) => out.line(text.as_str())?,
                Err(failure) => {
                    exit = Exit::Data;
                    told(number, &failure, args.jsonl || out.is_json(), out)?;
                }
            }
        }
        out.flush()?;
    }
    // A line of `--jsonl` that cannot be read is an answer like others.
    Ok(if args.jsonl { Exit::Ok } else { exit })
}

fn told(number: u64, failure: &Failure, json: bool, out: &mut Output) -> Result<(), Failure> {
    if json {
        return out.value(&json!({ "error": failure }));
    }
    out.flush()?;
    Ok(writeln!(io::stderr(), "line {number}: {failure}")?)
}

fn utf8(line: &[u8]) -> Result<&str, Failure> {
    let fault = |_| Failure::data("unrecognised", "the hash is not UTF-8 text");
    std::str::from_utf8(line).map_err(fault)
}

fn recorded(
    line: &[u8],
    to: Option<&'static Format>,
    limits: &Limits,
) -> Result<Zeroizing<String>, Failure> {
    let record: Record<'_> = jsonl::object(line, "bad-json", "the line", RECORD)?;
    let to = args::format_of_line(record.to.as_deref())?.or(to);
    let format = args::format_of_line(record.format.as_deref())?;
    converted(format, &record.hash, &jsonl::side(record.side)?, to, limits)
}

fn converted(
    format: Option<&'static Format>,
    text: &str,
    side: &Side,
    to: Option<&'static Format>,
    limits: &Limits,
) -> Result<Zeroizing<String>, Failure> {
    let hash = args::read(format, text, side, limits)?;
    let text = match to {
        None => hash.to_string(),
        Some(to) => hash.to_text_as(to).ok_or_else(|| unwritable(&hash, to, limits))?,
    };
    Ok(Zeroizing::new(text))
}

/// Why the notation cannot hold the hash, as far as its known answers tell.
fn unwritable(hash: &PasswordHash, to: &'static Format, limits: &Limits) -> Failure {
    let slug = to.slug();
    let samples: Vec<_> = to.samples().iter().filter_map(|it| known(it, to, limits)).collect();
    let rule = if hash.is_locked() {
        "the account is locked: there is no hash to write".to_owned()
    } else if samples.iter().all(|it| it.to_text_as(to).is_none()) {
        format!("hashlift reads {slug} and does not write it")
    } else if samples.iter().all(|it| discriminant(it) != discriminant(hash)) {
        format!(
            "{slug} is a notation of another algorithm; only with the password could the hash \
             become one of that kind"
        )
    } else {
        format!(
            "{slug} has no place for the variant, the cost, the salt or the length of this hash"
        )
    };
    Failure::data("unwritable", rule)
}

fn known(sample: &Sample, format: &'static Format, limits: &Limits) -> Option<PasswordHash> {
    let side = Side::from_pairs(sample.side.iter().copied()).ok()?;
    PasswordHash::parse_beside(format, sample.stored, &side, limits).ok()
}
