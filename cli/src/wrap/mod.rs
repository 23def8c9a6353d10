//! `hashlift wrap`.
use crate::audit::{self, JobArgs};
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::progress::Progress;
use crate::report;
use crate::source::{Access, Facts, SourceArgs};
use hashlift::job::{InvalidRow, Job, JobError, Report, Tally};
use plan::Plan;
use serde::Serialize;
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use watch::Watcher;

mod plan;
mod watch;

/// Harden a table of password hashes without the passwords.
///
/// Each weak hash becomes Argon2id over its digest; the weak digest does not survive. Users log in
/// as before, and the first login replaces the wrapped hash by a plain one. Strong, locked, empty
/// and wrapped rows stay.
///
/// Without --apply nothing is written: the plan is printed. A run may be stopped, or killed, and
/// started again: it goes on where it was. A row that changes while it is being hashed keeps its
/// change. A database is changed in place, page by page; a file is never changed, a new one is
/// written.
///
/// On PostgreSQL and MySQL any number of runs, on any number of machines, share one table: start the
/// same command on each. SQLite takes one at a time.
///
/// Progress is told on standard error; with --json, as a JSON object a second.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    job: JobArgs,
    /// Write. Keep a backup: wrapping cannot be undone.
    #[arg(long)]
    apply: bool,
    /// Rows to a page: hashed with no lock held, then swapped in one transaction.
    #[arg(long, alias = "page", value_name = "N", default_value = "200")]
    rows: NonZeroUsize,
    /// Rows that this run may write in a second, for replicas to keep up. All it can, unless given.
    #[arg(long, value_name = "N")]
    rows_per_second: Option<NonZeroU64>,
    /// Keep the old hashes in this table, which is made if it is not there. They are as weak as they
    /// were: drop it as soon as people can log in.
    #[arg(long, value_name = "TABLE")]
    backup: Option<String>,
    /// The new file, where SOURCE is a file.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace --output if it exists.
    #[arg(long)]
    force: bool,
    /// Write all refused rows to this file, as JSON Lines of place, kind and rule.
    #[arg(long, value_name = "FILE")]
    refused: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  hashlift wrap sqlite:site.db --table auth_user --hash password
  hashlift wrap sqlite:site.db --table auth_user --hash password --apply
  hashlift wrap postgres://migrator@db.example/site --table auth.users --hash encrypted_password
  hashlift wrap env:SITE_DB --table wp_users --hash user_pass --rows-per-second 500 --apply
  hashlift wrap users.csv --hash pw --format md5 --output wrapped.csv --apply";

/// Refused rows that are listed.
const LISTED: usize = 20;

#[derive(Serialize)]
struct Answer<'a> {
    applied: bool,
    plan: Plan<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tally: Option<Tally>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refused: Vec<InvalidRow>,
    lock_waits: u64,
    stopped: bool,
    seconds: f64,
}

pub(crate) fn run(args: &Args, out: &mut Output) -> Result<Exit, Failure> {
    args.source.warn(out);
    let mut job = args.job.job(&args.source)?;
    let cap = args.rows_per_second.map(|rows| usize::try_from(rows.get()).unwrap_or(usize::MAX));
    job.rows_max = args.rows.get().min(cap.unwrap_or(usize::MAX));
    let access = Access::Write { output: args.output.as_deref(), replace: args.force };
    // What cannot be written is told before anything is read.
    let target = if args.apply { Some(args.source.open(access)?) } else { None };
    let (report, facts) = look(args, &job, out)?;
    let price = audit::price(&job)?;
    let plan = Plan::new(&report, &job, &price, facts, args.backup.as_deref())?;
    let (blocked, untidy) = (plan.blocked(), report.untidy);
    if !out.is_json() {
        plan.tell(args, out)?;
    }
    let Some(mut target) = target else {
        if out.is_json() {
            out.value(&Answer {
                applied: false,
                plan,
                tally: None,
                refused: report.first_invalid.clone(),
                lock_waits: 0,
                stopped: false,
                seconds: 0.0,
            })?;
        }
        return Ok(if blocked.is_some() { Exit::Environment } else { Exit::Ok });
    };
    if let Some(blocked) = blocked {
        return Err(blocked);
    }
    if let Some(backup) = &args.backup {
        target.keep_backup(backup)?;
    }
    out.flush()?;

    let mut watch = Watcher::new(report.rows, args, out.is_json(), target.lock_waits())?;
    let done = job.run(target.as_mut(), &mut watch);
    watch.progress.done();
    let seconds = watch.progress.seconds();
    let stopped = watch.stopped();
    let tally = match done {
        Ok(tally) => tally,
        Err(error) => return Err(interrupted(args, error, &watch.tally)),
    };
    watch.finish()?;
    let is_file = !args.source.kind()?.is_database();
    if !(stopped && is_file) {
        target.finish()?;
    }
    let lock_waits = watch.lock_waits();
    let exit = if stopped || tally.claimed > 0 { Exit::Environment } else { Exit::Ok };
    if out.is_json() {
        let refused = watch.listed;
        let tally = Some(tally);
        out.value(&Answer { applied: true, plan, tally, refused, lock_waits, stopped, seconds })?;
        return Ok(exit);
    }
    out.line(format_args!(
        "\n{} wrapped, {} kept, {} refused, {} overtaken in {}.",
        tally.wrapped,
        tally.kept() + tally.tagged,
        tally.refused,
        tally.overtaken,
        report::time(seconds),
    ))?;
    kept(out, &tally)?;
    report::refused(out, "were refused", &watch.listed, tally.refused, untidy)?;
    left(out, &tally, stopped, is_file)?;
    Ok(exit)
}

const GO_ON: &str = "Run the same command again: it goes on where it was, and wraps nothing twice";

fn look(args: &Args, job: &Job, out: &Output) -> Result<(Report, Facts), Failure> {
    let mut source = args.source.open(Access::Read)?;
    let progress = Progress::new(source.size(), "planning", out.is_json());
    let report = audit::audit(job, source.as_mut(), LISTED, &progress)?;
    progress.done();
    Ok((report, source.facts()))
}

/// What a run has left to the next, and how to go on.
fn left(out: &mut Output, tally: &Tally, stopped: bool, is_file: bool) -> Result<(), Failure> {
    if tally.overtaken > 0 {
        out.line(format_args!(
            "\n{} rows changed while they were hashed, or someone else had them locked. {GO_ON}.",
            tally.overtaken
        ))?;
    }
    if tally.claimed > 0 {
        out.line(format_args!(
            "\n{} rows belong to another process that is at work on them. When it has ended, run \
             the same command again: it does what is left. (If no other process is running, a \
             connection pool holds its claim: connect to the database itself.)",
            tally.claimed
        ))?;
    }
    match (stopped, is_file) {
        (false, _) => Ok(()),
        (true, true) => out.line("\nStopped. No file was written: run the same command again."),
        (true, false) => out.line(format_args!("\nStopped. {GO_ON}.")),
    }
}

fn kept(out: &mut Output, tally: &Tally) -> Result<(), Failure> {
    let kept = [
        (tally.strong, "strong"),
        (tally.tagged, "strong and now tagged"),
        (tally.locked, "locked"),
        (tally.already_wrapped, "already wrapped"),
        (tally.null, "without a password"),
    ];
    let kept = kept.iter().filter(|(rows, _)| *rows > 0);
    let kept: Vec<_> = kept.map(|(rows, why)| format!("{rows} {why}")).collect();
    match kept.is_empty() {
        true => Ok(()),
        false => out.line(format_args!("Kept: {}.", kept.join(", "))),
    }
}

fn interrupted(args: &Args, error: JobError<Failure>, tally: &Tally) -> Failure {
    let failure = match error {
        JobError::Table(failure) => failure,
        JobError::Hash(error) => error.into(),
        other => Failure::environment("job", other.to_string()),
    };
    let rest = match args.source.kind() {
        Ok(kind) if kind.is_database() => format!("{} rows are done. {GO_ON}", tally.rows()),
        _ => "No file was written".to_owned(),
    };
    Failure { message: format!("{}. {rest}", failure.message), ..failure }
}
