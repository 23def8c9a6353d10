//! `hashlift status`.
use crate::audit::{self, JobArgs};
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::progress::Progress;
use crate::snapshot::{self, Counts, Snapshot};
use crate::source::{Access, SourceArgs};
use crate::trend::{Trend, date};
use serde::Serialize;
use std::path::PathBuf;

/// Say how far a migration is.
///
/// Counts the table as it is now: how many users have a strong hash, how many a wrapped one, how
/// many still a weak one, by format. With a column that tells when users last logged in, it says
/// how many of those who did have been upgraded by it; with kept audits, when the last weak hash
/// can be expected to go. Nothing is changed.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    job: JobArgs,
    /// The column that tells when a user last logged in, in a database.
    #[arg(long, value_name = "COLUMN", requires = "since")]
    time: Option<String>,
    /// Count the logins from here on: a date such as `2026-01-31`, or a number where the column
    /// holds numbers.
    #[arg(long, value_name = "DATE", requires = "time", value_parser = since)]
    since: Option<String>,
    /// Kept audits of this table, for the trend; may be repeated.
    #[arg(long, value_name = "FILE")]
    trend: Vec<PathBuf>,
    /// Keep this count in a file, for the next `--trend` and for `hashlift report`.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  hashlift status sqlite:site.db --table users --hash password
  hashlift status postgres://app@db/site --table users --hash pw --time last_login --since 2026-06-01
  hashlift status users.csv --hash pw --trend 2026-09.json --trend 2026-10.json --save 2026-11.json";

/// A date, or a number of whatever the column counts.
fn since(text: &str) -> Result<String, String> {
    let date = text.parse::<jiff::civil::Date>().is_ok() || text.parse::<jiff::Timestamp>().is_ok();
    match date || text.parse::<i64>().is_ok() {
        true => Ok(text.to_owned()),
        false => Err("a date such as 2026-01-31, or a whole number".to_owned()),
    }
}

/// How far it is.
#[derive(Serialize)]
struct Status<'a> {
    at: jiff::Timestamp,
    source: &'a str,
    /// Rows with a hash.
    hashes: u64,
    strong: u64,
    wrapped: u64,
    weak: u64,
    locked: u64,
    null: u64,
    invalid: u64,
    formats: Vec<Share<'a>>,
    logins: Option<Logins<'a>>,
    trend: Option<Trend>,
}

/// Rows of one format.
#[derive(Serialize)]
struct Share<'a> {
    format: &'a str,
    strength: &'a str,
    rows: u64,
    weak: u64,
}

/// Users who logged in since a moment, by what they hold now.
#[derive(Serialize)]
struct Logins<'a> {
    since: &'a str,
    rows: u64,
    upgraded: u64,
    weak: u64,
}

pub(crate) fn run(args: &Args, out: &mut Output) -> Result<Exit, Failure> {
    args.source.warn(out);
    let mut audits = snapshot::load_all(&args.trend)?;
    let label = args.source.label();
    if let Some(other) = audits.iter().find(|audit| audit.source != label) {
        let rule = format!("--trend has an audit of {}, this is {label}", other.source);
        return Err(Failure::usage("two-tables", rule));
    }
    let job = args.job.job(&args.source)?;
    let count = |source: &SourceArgs| {
        let mut source = source.open(Access::Read)?;
        let progress = Progress::new(source.size(), "counting", out.is_json());
        let report = audit::audit(&job, source.as_mut(), PLACES, &progress)?;
        progress.done();
        Ok::<_, Failure>(report)
    };
    let report = count(&args.source)?;
    let now = Snapshot::of(&label, &job.policy, &report)?;
    let logins = match (&args.time, &args.since) {
        (Some(column), Some(since)) => {
            let report = count(&args.source.since(column, since))?;
            let counts = Snapshot::of(&label, &job.policy, &report)?.report;
            Some(Logins {
                since,
                rows: counts.rows,
                upgraded: strong(&counts),
                weak: counts.left(),
            })
        }
        _ => None,
    };
    if let Some(file) = &args.save {
        snapshot::save(file, &label, &job.policy, &report)?;
    }
    audits.push(now.clone());
    audits.sort_by_key(|audit| audit.at);
    let counts = &now.report;
    let formats = counts.formats.iter().map(|row| Share {
        format: &row.format,
        strength: &row.strength,
        rows: row.rows,
        weak: row.to_wrap,
    });
    let status = Status {
        at: now.at,
        source: &label,
        hashes: strong(counts).saturating_add(counts.left()),
        strong: strong(counts),
        wrapped: counts.wrapped,
        weak: counts.to_wrap,
        locked: counts.locked,
        null: counts.null,
        invalid: counts.invalid,
        formats: formats.collect(),
        logins,
        trend: Trend::of(&audits),
    };
    if out.is_json() {
        out.value(&status)?;
    } else {
        tell(out, &status, audits.len())?;
    }
    Ok(Exit::Ok)
}

/// Places of unreadable rows that are kept for the report.
const PLACES: usize = 20;

fn strong(counts: &Counts) -> u64 {
    counts.strong.saturating_add(counts.to_tag)
}

fn tell(out: &mut Output, status: &Status<'_>, audits: usize) -> Result<(), Failure> {
    let all = status.hashes.max(1);
    out.line(format_args!("{}, {}\n", status.source, date(status.at)))?;
    let rows = [
        (status.strong, "strong: done"),
        (status.wrapped, "wrapped: safe at rest, a login finishes them"),
        (status.weak, "weak: `hashlift wrap` hardens them now"),
    ];
    for (rows, words) in rows {
        let share = crate::report::share(rows, all);
        out.line(format_args!("{rows:>12}  {share:>7}  {words}"))?;
    }
    let beside = [
        (status.locked, "locked"),
        (status.null, "without a password"),
        (status.invalid, "that cannot be read: see `hashlift audit`"),
    ];
    for (rows, words) in beside.into_iter().filter(|(rows, _)| *rows > 0) {
        out.line(format_args!("{rows:>12}           {words}"))?;
    }
    let width = status.formats.iter().map(|row| row.format.len()).max().unwrap_or(0).max(6);
    out.line(format_args!(
        "\n{:width$}  {:8} {:>12} {:>12}",
        "format", "strength", "rows", "weak"
    ))?;
    for row in &status.formats {
        let (format, strength) = (row.format, row.strength);
        out.line(format_args!("{format:width$}  {strength:8} {:>12} {:>12}", row.rows, row.weak))?;
    }
    if let Some(logins) = &status.logins {
        out.line(format_args!(
            "\n{} users logged in since {}: {} of them have a strong hash, {} a weak one still.",
            logins.rows, logins.since, logins.upgraded, logins.weak
        ))?;
        if logins.weak > 0 {
            out.line("Do all logins store what an upgrade gives them?")?;
        }
    }
    match &status.trend {
        Some(trend) => out.line(format_args!("\n{}", trend.words())),
        None if audits > 1 => out.line("\nNo trend yet: the audits are of one moment."),
        None => out.line("\nNo trend yet: keep this count with --save, and name it with --trend."),
    }
}
