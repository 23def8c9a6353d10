//! `hashlift hash`: a new hash of a password.
use crate::args::PolicyArgs;
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::secret;
use serde_json::json;

/// Hash a password with Argon2id, under a random salt.
///
/// The password is asked for twice, and never taken from an argument, which every user of the
/// machine can see. Where standard input is no terminal, the password is its first line (the line
/// end, LF or CRLF, is not part of it).
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashlift hash
  hashlift hash --policy interactive < password.txt
  hashlift hash --memory-kib 65536 --passes 3 --lanes 1")]
pub(crate) struct Args {
    #[command(flatten)]
    policy: PolicyArgs,
}

pub(crate) fn run(args: &Args, out: &mut Output) -> Result<Exit, Failure> {
    let policy = args.policy.policy()?;
    let hash = policy.hash(&secret::new_password()?)?;
    out.answer(&json!({ "hash": hash }), &hash)?;
    Ok(Exit::Ok)
}
