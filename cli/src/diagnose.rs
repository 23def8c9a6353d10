//! `hashlift diagnose`: why does a hash not verify with its password?
use crate::args::{self, HashArgs};
use crate::exit::{Exit, Failure};
use crate::jsonl::{self, Line};
use crate::output::Output;
use crate::secret;
use hashlift::{Diagnosis, Effort, Format, Side, Verdict, diagnose, diagnose_as};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use zeroize::Zeroizing;

/// Say why a hash does not verify with a password that it should verify with.
///
/// Take an account whose password you know, in the old system, and give its hash, its password and
/// what stands beside the hash. The readings that go wrong in practice are tried, the likeliest and
/// cheapest first, single ones and pairs of them:
///
///   the text      blanks, quotes, a byte order mark, 0x, \x, base64 or URL-encoding around it,
///                 a wrong base64 alphabet or padding, cut by a column
///   the salt      text, hexadecimal or base64; before or after; its case; cut by a column
///   the cost      another number of rounds; Firebase's costs swapped; a wrong separator
///   the password  in Latin-1 or UTF-16, NFC or NFD, trimmed, with a trailing newline,
///                 pre-hashed with MD5, SHA-1 or SHA-256, with a pepper (--side pepper=...)
///   the format    another one of the same shape; $2x$ for $2y$
///
/// The answer names the reading that verifies and what to write in the import, or what was ruled
/// out. It never repeats the password, a salt or a key. The password is asked for without echo, and
/// never taken from an argument. Where standard input is no terminal, its lines are the hash, unless
/// it is an argument, and the password.
///
/// With `--json` and no hash among the arguments, every line of standard input is a JSON object:
///   {"hash": TEXT, "password": TEXT, "side": {KEY: VALUE}, "format": SLUG}
/// where `side` and `format` may be left out, `password_b64` (base64) may stand in place of
/// `password`, and `id` is passed over. Each line is answered by one line, in order:
///   {"verdict": "verifies" | "explained" | "unexplained", "reading": TEXT or null,
///    "advice": TEXT, "tried": NUMBER}
/// A line that cannot be read is "unexplained" and has an `error` {"kind":..., "message":...}.
///
/// Exits with 0 when the hash verifies or is explained, with 1 when it is not; after JSON lines
/// with 0.
#[derive(clap::Args)]
#[command(
    verbatim_doc_comment,
    after_help = "\
Examples:
  hashlift diagnose
  hashlift diagnose 5f4dcc3b5aa765d61d8327deb882cf99 --format md5-salt-pass --side salt=NaCl
  hashlift diagnose --side-file firebase.json
  hashlift diagnose --json < accounts.jsonl"
)]
pub(crate) struct Args {
    #[command(flatten)]
    hash: HashArgs,
    /// Most derivations for a hash.
    #[arg(long, value_name = "N", default_value_t = Effort::DEFAULT.attempts)]
    attempts: u64,
    /// Most work for a hash, in rounds of about half a microsecond.
    #[arg(long, value_name = "N", default_value_t = Effort::DEFAULT.work)]
    work: u64,
}

pub(crate) fn run(args: &Args, out: &mut Output) -> Result<Exit, Failure> {
    let HashArgs { hash, format, side, limits } = &args.hash;
    let effort = Effort::DEFAULT.with_bounds(args.attempts, args.work).with_limits(limits.limits);
    let side = side.side()?;
    if out.is_json() && hash.is_none() {
        let answer = |line: &Line| {
            let found = ask(line, *format, &side, effort);
            found.map_or_else(Answer::failed, |diagnosis| Answer::of(&diagnosis))
        };
        return jsonl::each(&answer, Answer::failed, out);
    }
    let text = args.hash.text()?;
    let password = secret::password("Password: ")?;
    let diagnosis = search(*format, &text, &password, &side, effort);
    let answer = Answer::of(&diagnosis);
    out.answer(&answer, answer.as_text())?;
    Ok(if diagnosis.verdict == Verdict::Unexplained { Exit::Mismatch } else { Exit::Ok })
}

fn search(
    format: Option<&'static Format>,
    text: &str,
    password: &[u8],
    side: &Side,
    effort: Effort,
) -> Diagnosis {
    match format {
        Some(format) => diagnose_as(format, text, password, side, effort),
        None => diagnose(text, password, side, effort),
    }
}

/// What is asked on a line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record<'a> {
    hash: Zeroizing<String>,
    password: Option<Zeroizing<String>>,
    password_b64: Option<Zeroizing<String>>,
    format: Option<Cow<'a, str>>,
    #[serde(borrow)]
    side: Option<&'a RawValue>,
    #[serde(borrow, rename = "id")]
    _id: Option<&'a RawValue>,
}

const RECORD: &str = "a JSON object in UTF-8 with the text `hash`, one of the texts `password` and \
                      `password_b64`, and at most `side`, `format` and `id` beside them";

/// What the arguments say holds for lines that do not say otherwise.
fn ask(
    line: &Line,
    format: Option<&'static Format>,
    side: &Side,
    effort: Effort,
) -> Result<Diagnosis, Failure> {
    let line = jsonl::of_line(line)?;
    let record: Record<'_> = jsonl::object(line, "bad-json", "the line", RECORD)?;
    let password = jsonl::password(record.password, record.password_b64)?;
    let named = args::format_of_line(record.format.as_deref())?.or(format);
    let side = match record.side {
        Some(_) => jsonl::side(record.side)?,
        None => side.clone(),
    };
    Ok(search(named, &record.hash, &password, &side, effort))
}

#[derive(Serialize)]
struct Answer {
    verdict: &'static str,
    reading: Option<String>,
    advice: String,
    tried: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Failure>,
}

impl Answer {
    fn of(diagnosis: &Diagnosis) -> Self {
        Self {
            verdict: diagnosis.verdict.as_str(),
            reading: diagnosis.reading.as_ref().map(ToString::to_string),
            advice: diagnosis.advice(),
            tried: diagnosis.tried,
            error: None,
        }
    }

    fn failed(failure: Failure) -> Self {
        Self {
            verdict: Verdict::Unexplained.as_str(),
            reading: None,
            advice: format!("nothing was tried: {failure}"),
            tried: 0,
            error: Some(failure),
        }
    }

    fn as_text(&self) -> String {
        let reading = self.reading.as_ref().map(|reading| format!("\nreading: {reading}"));
        format!(
            "{} ({} tried){}\nadvice: {}",
            self.verdict,
            self.tried,
            reading.unwrap_or_default(),
            self.advice
        )
    }
}
