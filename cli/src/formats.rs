//! `hashlift formats`.
use crate::exit::{Exit, Failure};
use crate::output::Output;

/// To be written.
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: &Args, _out: &mut Output) -> Result<Exit, Failure> {
    Err(Failure::environment("unfinished", "`formats` is not written yet"))
}
