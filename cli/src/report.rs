//! What an audit found, for people.
use crate::exit::Failure;
use crate::output::Output;
use hashlift::job::{Costs, Forecast, InvalidRow, Report};
use std::fmt::Display;

pub(crate) fn audit(out: &mut Output, report: &Report) -> Result<(), Failure> {
    formats(out, report)?;
    out.line(format_args!("\n{} rows under the policy", report.rows))?;
    let mut of = |rows: u64, what: &str| match rows {
        0 => Ok(()),
        rows => out.line(format_args!("{rows:>12}  {:>6}  {what}", share(rows, report.rows))),
    };
    of(report.to_wrap, "to wrap")?;
    of(report.strong, "strong: they stay")?;
    of(report.to_tag, "strong, but need their tag")?;
    of(report.wrapped, "wrapped already: a login takes the weak hash out")?;
    of(report.locked, "locked: no password opens them")?;
    of(report.null, "without a password")?;
    of(report.invalid, "that cannot be read")?;
    if !report.reasons.is_empty() {
        let reasons = report.reasons.iter().map(|(reason, rows)| format!("{reason} {rows}"));
        out.line(format_args!("\nReasons to replace: {}", reasons.collect::<Vec<_>>().join(", ")))?;
    }
    if report.shared_unsalted.rows > 0 {
        let about = if report.shared_unsalted.exact { "" } else { "about " };
        out.line(format_args!(
            "\n{about}{} rows have an unsalted digest that another row has too: the same password.",
            report.shared_unsalted.rows
        ))?;
    }
    for (readings, rows) in &report.untagged {
        out.line(format_args!(
            "\n{rows} rows carry no tag; name their --format, one of: {readings}"
        ))?;
    }
    refused(out, "cannot be read", &report.first_invalid, report.invalid, report.untidy)
}

fn formats(out: &mut Output, report: &Report) -> Result<(), Failure> {
    let width = report.formats.iter().map(|row| row.format.len()).max().unwrap_or(0).max(6);
    out.line(format_args!(
        "{:width$}  {:8} {:>12} {:>7}  {:>19}  {:>10}",
        "format", "strength", "rows", "share", "rounds", "memory"
    ))?;
    for row in &report.formats {
        let memory = match row.costs.memory_kib_max {
            0 => String::new(),
            kib => format!("{kib} KiB"),
        };
        out.line(format_args!(
            "{:width$}  {:8} {:>12} {:>7}  {:>19}  {memory:>10}",
            row.format,
            row.strength,
            row.rows,
            share(row.rows, report.rows),
            rounds(&row.costs),
        ))?;
    }
    Ok(())
}

/// Rounds as a number, or as lowest, median and highest.
fn rounds(costs: &Costs) -> String {
    match (costs.rounds_min, costs.rounds_max) {
        (_, 0) => String::new(),
        (min, max) if min == max => min.to_string(),
        (min, max) => format!("{min}..{}..{max}", costs.rounds_median),
    }
}

pub(crate) fn forecast(out: &mut Output, forecast: &Forecast) -> Result<(), Failure> {
    out.line(format_args!(
        "\nWrapping {} rows takes about {} here: {:.1} ms a hash on {} threads, {} MiB of memory.",
        forecast.rows,
        time(forecast.seconds),
        forecast.hash_ms,
        forecast.threads,
        forecast.memory_kib.div_ceil(1024),
    ))
}

/// The first rows that were left out, with place and rule, and how many there are.
pub(crate) fn refused(
    out: &mut Output,
    what: &str,
    first: &[InvalidRow],
    all: u64,
    untidy: u64,
) -> Result<(), Failure> {
    if all == 0 {
        return Ok(());
    }
    out.line(format_args!("\nRows that {what} (the first {} of {all}):", first.len()))?;
    first.iter().try_for_each(|row| out.line(format_args!("  {}: {}", row.place, row.rule)))?;
    if untidy > 0 {
        out.line(format_args!(
            "  {untidy} of them have unused bits that an old generator left set, which change \
             nothing: --tidy reads such rows."
        ))?;
    }
    Ok(())
}

/// A share in percent that never hides the last row.
pub(crate) fn share(rows: u64, all: u64) -> String {
    let percent = rows as f64 * 100.0 / all.max(1) as f64;
    match percent {
        _ if rows == 0 => "-".to_owned(),
        _ if rows == all => "100 %".to_owned(),
        percent if percent < 0.1 => "<0.1 %".to_owned(),
        percent => format!("{:.1} %", percent.min(99.9)),
    }
}

/// A duration as people say it.
pub(crate) fn time(seconds: f64) -> impl Display {
    match seconds {
        s if s < 1.0 => "a second".to_owned(),
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7200.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}
