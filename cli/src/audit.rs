//! `hashlift audit`.
use crate::exit::{Exit, Failure};
use crate::output::Output;

/// Say what is in a table of password hashes, without changing it.
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: &Args, _out: &mut Output) -> Result<Exit, Failure> {
    Err(Failure::environment("unfinished", "`audit` is not written yet"))
}
