//! `hashlift wrap`.
use crate::audit::{self, JobArgs};
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::progress::Progress;
use crate::report;
use crate::source::{Access, Key, Kind, SourceArgs};
use hashlift::job::{Forecast, InvalidRow, Job, JobError, Refusal, Report, Tally, Watch};
use serde::Serialize;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
    #[arg(long, value_name = "ROWS", default_value = "200")]
    page: NonZeroUsize,
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
  hashlift wrap users.csv --hash pw --format md5 --output wrapped.csv --apply";

/// Refused rows that are listed.
const LISTED: usize = 20;

#[derive(Serialize)]
struct Plan<'a> {
    audit: &'a Report,
    forecast: Forecast,
    text_bytes_now: usize,
    text_bytes_wrapped: usize,
}

#[derive(Serialize)]
struct Answer<'a> {
    applied: bool,
    plan: Plan<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tally: Option<Tally>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refused: Vec<InvalidRow>,
    stopped: bool,
    seconds: f64,
}

pub(crate) fn run(args: &Args, out: &mut Output) -> Result<Exit, Failure> {
    let mut job = args.job.job(&args.source)?;
    job.rows_max = args.page.get();
    let access = Access::Write { output: args.output.as_deref(), replace: args.force };
    // What cannot be written is told before anything is read.
    let target = if args.apply { Some(args.source.open(access)?) } else { None };
    let report = look(args, &job, out)?;
    let price = audit::price(&job)?;
    let plan = plan(&report, &job, &price);
    if !out.is_json() {
        tell(args, out, &plan)?;
    }
    let Some(mut target) = target else {
        if out.is_json() {
            let answer = Answer {
                applied: false,
                plan,
                tally: None,
                refused: report.first_invalid.clone(),
                stopped: false,
                seconds: 0.0,
            };
            out.value(&answer)?;
        }
        return Ok(Exit::Ok);
    };
    out.flush()?;

    let mut watch = Watcher::new(report.rows, args, out.is_json())?;
    let done = job.run(target.as_mut(), &mut watch);
    watch.progress.done();
    let seconds = watch.progress.seconds();
    let stopped = watch.stopped();
    let tally = match done {
        Ok(tally) => tally,
        Err(error) => return Err(interrupted(args, error, &watch.tally)),
    };
    watch.finish()?;
    let is_file = !matches!(args.source.kind()?, Kind::Sqlite(_));
    if !(stopped && is_file) {
        target.finish()?;
    }
    if out.is_json() {
        let refused = watch.listed;
        let tally = Some(tally);
        out.value(&Answer { applied: true, plan, tally, refused, stopped, seconds })?;
    } else {
        out.line(format_args!(
            "\n{} wrapped, {} kept, {} refused, {} overtaken in {}.",
            tally.wrapped,
            tally.kept() + tally.tagged,
            tally.refused,
            tally.overtaken,
            report::time(seconds),
        ))?;
        kept(out, &tally)?;
        report::refused(out, "were refused", &watch.listed, tally.refused)?;
    }
    if !stopped {
        return Ok(Exit::Ok);
    }
    if !out.is_json() {
        let what = match is_file {
            true => "No file was written: run the same command again",
            false => GO_ON,
        };
        out.line(format_args!("\nStopped. {what}."))?;
    }
    Ok(Exit::Environment)
}

const GO_ON: &str = "Run the same command again: it goes on where it was, and wraps nothing twice";

fn look(args: &Args, job: &Job, out: &Output) -> Result<Report, Failure> {
    let mut source = args.source.open(Access::Read)?;
    let progress = Progress::new(source.size(), "planning", out.is_json());
    let report = audit::audit(job, source.as_mut(), LISTED, &progress)?;
    progress.done();
    Ok(report)
}

fn plan<'a>(report: &'a Report, job: &Job, price: &audit::Price) -> Plan<'a> {
    let inner = report.formats.iter().filter(|row| row.to_wrap > 0).map(|row| row.inner_bytes_max);
    Plan {
        audit: report,
        forecast: job.forecast(report.to_wrap, price.time),
        text_bytes_now: report.formats.iter().map(|row| row.text_bytes_max).max().unwrap_or(0),
        text_bytes_wrapped: inner
            .max()
            .map_or(0, |inner| "$wrap$v=1$".len() + inner + price.text_bytes),
    }
}

fn tell(args: &Args, out: &mut Output, plan: &Plan<'_>) -> Result<(), Failure> {
    report::audit(out, plan.audit)?;
    out.line("")?;
    for row in plan.audit.formats.iter().filter(|row| row.to_wrap > 0) {
        out.line(format_args!("{}: {} rows become Argon2id over it", row.format, row.to_wrap))?;
    }
    out.line(format_args!(
        "\nThe longest text is {} bytes now and {} when wrapped: the column must hold that.",
        plan.text_bytes_now, plan.text_bytes_wrapped
    ))?;
    report::forecast(out, &plan.forecast)?;
    let undo = match args.source.kind()? {
        Kind::Sqlite(_) => {
            "Wrapping cannot be undone: keep a backup of the column until you trust it, then destroy it."
        }
        _ => "The input file stays as it is; destroy it when the new one is in use.",
    };
    out.line(undo)?;
    if !args.apply {
        out.line("\nNothing was written. To write: the same command with --apply.")?;
    }
    Ok(())
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
        Ok(Kind::Sqlite(_)) => format!("{} rows are done. {GO_ON}", tally.rows()),
        _ => "No file was written".to_owned(),
    };
    Failure { message: format!("{}. {rest}", failure.message), ..failure }
}

/// Shows progress, keeps the first refused rows, writes all of them, and hears Ctrl-C.
struct Watcher {
    progress: Progress,
    tally: Tally,
    listed: Vec<InvalidRow>,
    all: Option<BufWriter<File>>,
    failed: Option<std::io::Error>,
    stop: Arc<AtomicBool>,
}

impl Watcher {
    fn new(size: u64, args: &Args, json: bool) -> Result<Self, Failure> {
        let stop = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&stop);
        ctrlc::set_handler(move || {
            // Asked twice: at once. What is committed stands all the same.
            if asked.swap(true, Ordering::Relaxed) {
                std::process::exit(i32::from(Exit::Environment as u8));
            }
        })
        .map_err(|error| Failure::environment("signal", error.to_string()))?;
        let all = args.refused.as_ref().map(File::create).transpose()?.map(BufWriter::new);
        Ok(Self {
            progress: Progress::new(size, "wrapping", json),
            tally: Tally::default(),
            listed: Vec::new(),
            all,
            failed: None,
            stop,
        })
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn finish(&mut self) -> Result<(), Failure> {
        if let Some(error) = self.failed.take() {
            return Err(error.into());
        }
        self.all.as_mut().map_or(Ok(()), |all| Ok(all.flush()?))
    }
}

impl Watch<Key> for Watcher {
    fn refused(&mut self, key: &Key, why: &Refusal) {
        let row = InvalidRow::new(key.to_string(), why);
        if let Some(all) = &mut self.all {
            let line = serde_json::to_writer(&mut *all, &row).map_err(std::io::Error::from);
            let line = line.and_then(|()| all.write_all(b"\n"));
            self.failed = self.failed.take().or(line.err());
        }
        if self.listed.len() < LISTED {
            self.listed.push(row);
        }
    }

    fn page(&mut self, tally: &Tally) -> ControlFlow<()> {
        self.tally = *tally;
        self.progress.tally(tally);
        match self.stopped() || self.failed.is_some() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}
