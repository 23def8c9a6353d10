//! `hashlift wrap`.
use crate::exit::{Exit, Failure};
use crate::output::Output;

/// Harden a table of password hashes without the passwords.
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: &Args, _out: &mut Output) -> Result<Exit, Failure> {
    Err(Failure::environment("unfinished", "`wrap` is not written yet"))
}
