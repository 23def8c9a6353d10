//! `hashlift verify`: does a password belong to a hash?
use crate::args::{self, HashArgs};
use crate::exit::{Exit, Failure};
use crate::jsonl;
use crate::output::Output;
use crate::secret;
use hashlift::Policy;
use serde_json::json;

/// Check a password against a stored hash.
///
/// The password is asked for, and never taken from an argument, which every user of the machine can
/// see. Where standard input is no terminal, its lines are, in this order: the hash, unless it is an
/// argument; the password (its line end, LF or CRLF, is not part of it).
///
/// Exits with 0 on a match, 1 on a mismatch, 3 when the hash cannot be read, 4 when the password
/// could not be checked. After a match it says why the hash should be replaced, if it should.
///
/// With `--jsonl`, every line of standard input is a JSON object:
///   {"hash": TEXT, "password": TEXT, "format": SLUG, "side": {KEY: VALUE}}
/// where `format` may be left out if the text carries a tag, `side` if the hash needs nothing from
/// other columns, and `password_b64` (base64) may stand in place of `password`. Each line is answered
/// by one line, in order: {"match":true}, {"match":false} or {"error":{"kind":…,"message":…}}. A line
/// that cannot be read is an error line; the run goes on, and exits with 0 at the end of its input.
#[derive(clap::Args)]
#[command(
    verbatim_doc_comment,
    after_help = "\
Examples:
  hashlift verify '$2y$10$.vGA1O9wmRjrwAVXD98HNOgsNpDczlqm3Jq7KnEd1rVAGv3Fykk1a'
  hashlift verify 5f4dcc3b5aa765d61d8327deb882cf99 --format md5
  hashlift verify --jsonl < logins.jsonl"
)]
pub(crate) struct Args {
    #[command(flatten)]
    hash: HashArgs,
    /// Check many: a JSON object a line on standard input, a line of answer for each.
    #[arg(long, conflicts_with_all = ["hash", "format", "side", "side_file"])]
    jsonl: bool,
}

pub(crate) fn run(args: &Args, out: &mut Output) -> Result<Exit, Failure> {
    let HashArgs { format, side, limits, .. } = &args.hash;
    let limits = &limits.limits;
    if args.jsonl {
        return jsonl::run(limits, out);
    }
    let text = args.hash.text()?;
    let side = side.side()?;
    let hash = args::read(*format, &text, &side, limits)?;
    let keys = args::keyring(&side, &hash)?;
    let password = secret::password("Password: ")?;
    if !hash.verify_with(&password, &keys, limits)? {
        out.answer(&json!({ "match": false }), "no match")?;
        return Ok(Exit::Mismatch);
    }
    let reason = Policy::default().reason(&hash);
    let advice = match reason {
        None => "match; the hash may stay".to_owned(),
        Some(reason) => format!(
            "match; the hash should be replaced ({reason}): `hashlift hash` makes a new one"
        ),
    };
    out.answer(&json!({ "match": true, "reason": reason }), advice)?;
    Ok(Exit::Ok)
}
