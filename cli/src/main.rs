//! The command `hashlift`: identify, verify, audit and harden tables of password hashes.
mod args;
mod audit;
mod calibrate;
mod convert;
mod diagnose;
mod exit;
mod formats;
mod hash;
mod identify;
mod import;
mod jsonl;
mod output;
mod page;
mod progress;
mod report;
mod secret;
mod serve;
mod snapshot;
mod source;
mod status;
mod tour;
mod trend;
mod verify;
mod wrap;

use crate::exit::{Exit, Failure};
use crate::output::Output;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Lift password hashes out of legacy systems.
///
/// Start with `hashlift tour`: a legacy table of users, migrated end to end on a file of its own.
#[derive(Parser)]
#[command(version, max_term_width = 100, arg_required_else_help = true, after_help = AFTER_HELP)]
struct Cli {
    /// Answer in JSON, for scripts; errors too, on standard output.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Exit codes: 0 done; 1 the password does not match; 2 wrong use of the command; 3 data that could \
not be read; 4 something around it failed (memory, a missing key, a file or database).

Passwords are never taken from arguments, which every user of the machine can see.";

#[derive(Subcommand)]
enum Command {
    Formats(formats::Args),
    Identify(identify::Args),
    Verify(verify::Args),
    Convert(convert::Args),
    Diagnose(diagnose::Args),
    Hash(hash::Args),
    Audit(audit::Args),
    Import(import::Args),
    Wrap(wrap::Args),
    Status(status::Args),
    Report(page::Args),
    Calibrate(calibrate::Args),
    Serve(serve::Args),
    Tour(tour::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut out = Output::new(cli.json);
    let exit = run(cli.command, &mut out).and_then(|exit| {
        out.flush()?;
        Ok(exit)
    });
    exit.unwrap_or_else(|failure| out.failure(&failure)).into()
}

fn run(command: Command, out: &mut Output) -> Result<Exit, Failure> {
    match command {
        Command::Formats(args) => formats::run(&args, out),
        Command::Identify(args) => identify::run(&args, out),
        Command::Convert(args) => convert::run(&args, out),
        Command::Verify(args) => verify::run(&args, out),
        Command::Diagnose(args) => diagnose::run(&args, out),
        Command::Hash(args) => hash::run(&args, out),
        Command::Audit(args) => audit::run(&args, out),
        Command::Import(args) => import::run(&args, out),
        Command::Wrap(args) => wrap::run(&args, out),
        Command::Status(args) => status::run(&args, out),
        Command::Report(args) => page::run(&args, out),
        Command::Calibrate(args) => calibrate::run(&args, out),
        Command::Serve(args) => serve::run(&args, out),
        Command::Tour(args) => tour::run(&args, out),
    }
}
