//! `hashlift audit`.
use crate::args::{LimitsArgs, PepperArgs, PolicyArgs};
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::progress::Progress;
use crate::report;
use crate::snapshot;
use crate::source::{Access, Source, SourceArgs};
use hashlift::job::{Audit, Forecast, Job, Report};
use serde::Serialize;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Say what is in a table of password hashes, without changing it.
///
/// Counts rows by format, strength and cost, lists what cannot be read with its place and rule,
/// and says what wrapping would take on this machine. Rows that cannot be read are counted; they
/// do not change the exit code.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    #[command(flatten)]
    pub(crate) job: JobArgs,
    /// How many rows that cannot be read are listed.
    #[arg(long, value_name = "N", default_value_t = 10)]
    invalid: usize,
    /// Keep the audit in a file, for `hashlift report` and `hashlift status`.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  hashlift audit sqlite:site.db --table auth_user --hash password
  hashlift audit mysql://reader@db.example/site --table wp_users --hash user_pass
  hashlift audit export.csv --hash pw --salt salt --format md5-salt-pass
  hashlift audit users.jsonl --hash passwordHash --json";

/// What a job goes by, as arguments.
#[derive(clap::Args)]
pub(crate) struct JobArgs {
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    pepper: PepperArgs,
    #[command(flatten)]
    limits: LimitsArgs,
    /// Read bcrypt hashes whose unused bits are set, as some old generators left them, as if they
    /// were clear: C libraries ignore them. Such rows are refused otherwise.
    #[arg(long)]
    tidy: bool,
    /// Rows hashed at a time; each takes the policy's memory. All cores, unless given.
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

impl JobArgs {
    pub(crate) fn job(&self, source: &SourceArgs) -> Result<Job, Failure> {
        let (policy, keys) = self.pepper.add(self.policy.policy()?)?;
        let mut job = Job::new(policy);
        job.keys = keys;
        let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        job.threads = self.threads.unwrap_or_else(cores).get();
        job.limits = self.limits.limits;
        job.tidy = self.tidy;
        job.format = source.columns.one_format();
        Ok(job)
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    report: &'a Report,
    forecast: Forecast,
    seconds: f64,
}

pub(crate) fn run(args: &Args, out: &mut Output) -> Result<Exit, Failure> {
    args.source.warn(out);
    let job = args.job.job(&args.source)?;
    let mut source = args.source.open(Access::Read)?;
    let progress = Progress::new(source.size(), "auditing", out.is_json());
    let report = audit(&job, source.as_mut(), args.invalid, &progress)?;
    progress.done();
    let forecast = job.forecast(report.to_wrap, price(&job)?.time);
    let seconds = progress.seconds();
    if let Some(file) = &args.save {
        snapshot::save(file, &args.source.label(), &job.policy, &report)?;
    }
    if out.is_json() {
        out.value(&Answer { report: &report, forecast, seconds })?;
        return Ok(Exit::Ok);
    }
    report::audit(out, &report)?;
    report::forecast(out, &forecast)?;
    out.line(format_args!("\nAudited in {seconds:.1} s, {} rows/s.", progress.rate(report.rows)))?;
    Ok(Exit::Ok)
}

/// Rows read at a time: enough to keep all threads busy, few enough to hold.
const PAGE: usize = 8192;

/// Count a whole source. Each page is split between the threads.
pub(crate) fn audit(
    job: &Job,
    source: &mut dyn Source,
    invalid_max: usize,
    progress: &Progress,
) -> Result<Report, Failure> {
    let mut whole = Audit::new(job, invalid_max);
    let (mut after, mut rows) = (None, 0);
    loop {
        let page = source.batch(after.as_ref(), PAGE)?;
        let Some(last) = page.last() else { return Ok(whole.report()) };
        after = Some(last.key.clone());
        rows += page.len() as u64;
        let parts: Vec<_> = std::thread::scope(|scope| {
            let share = page.len().div_ceil(job.threads);
            let parts = page.chunks(share).map(|rows| {
                let mut part = whole.part();
                scope.spawn(move || {
                    rows.iter().for_each(|row| part.add(row));
                    part
                })
            });
            let parts: Vec<_> = parts.collect();
            parts.into_iter().map(|part| part.join()).collect()
        });
        for part in parts {
            match part {
                Ok(part) => whole.merge(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        progress.rows(source.position(), rows);
    }
}

/// What a new hash takes and how long its text is, with all threads at work.
pub(crate) struct Price {
    pub(crate) time: Duration,
    pub(crate) text_bytes: usize,
}

pub(crate) fn price(job: &Job) -> Result<Price, Failure> {
    let text_bytes = job.policy.hash_with(b"to warm up", &job.keys)?.to_string().len();
    let mut times = [Duration::ZERO; ROUNDS];
    for time in &mut times {
        let begin = Instant::now();
        std::thread::scope(|scope| {
            let work = || job.policy.hash_with(b"to measure", &job.keys).map(drop);
            let threads: Vec<_> = (0..job.threads).map(|_| scope.spawn(work)).collect();
            threads.into_iter().try_for_each(|thread| match thread.join() {
                Ok(done) => done,
                Err(panic) => std::panic::resume_unwind(panic),
            })
        })?;
        *time = begin.elapsed();
    }
    times.sort_unstable();
    let time = times.get(ROUNDS / 2).copied().unwrap_or_default();
    Ok(Price { time, text_bytes })
}

/// Measurements, of which the middle one counts.
const ROUNDS: usize = 5;
