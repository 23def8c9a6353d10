//! `hashlift formats`: every way of writing a hash down that can be read.
use crate::exit::{Exit, Failure};
use crate::output::Output;
use hashlift::{Format, Sample};
use serde_json::{Value, json};

/// List the formats that can be read.
///
/// The slug is what `--format` takes. Strength says how a format stands today: `broken` (one fast
/// pass: wrap it now), `legacy` (costly enough to wait for a login), `strong`, or `locked` (no
/// hash). Needs are the columns beside the hash without which it cannot be checked.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashlift formats
  hashlift formats --samples
  hashlift formats --json")]
pub(crate) struct Args {
    /// Show known answers of each format, and who gave them.
    #[arg(long)]
    samples: bool,
}

pub(crate) fn run(args: &Args, out: &mut Output) -> Result<Exit, Failure> {
    if out.is_json() {
        let formats: Vec<_> = Format::all().map(|format| describe(format, args.samples)).collect();
        out.value(&formats)?;
        return Ok(Exit::Ok);
    }
    let needs = |format: &Format| match format.needs() {
        [] => "-".to_owned(),
        keys => keys.join(","),
    };
    let widest = |text: fn(&Format) -> usize| Format::all().map(text).max().unwrap_or_default();
    let slug_width = widest(|format| format.slug().len());
    let needs_width = widest(|format| format.needs().join(",").len()).min(24);
    let row = |slug: &str, strength: &str, needs: &str, summary: &str| {
        format!("{slug:slug_width$}  {strength:8}  {needs:needs_width$}  {summary}")
    };
    out.line(row("SLUG", "STRENGTH", "NEEDS", "SUMMARY"))?;
    for format in Format::all() {
        let strength = format.strength().as_str();
        out.line(row(format.slug(), strength, &needs(format), format.summary()))?;
        for sample in format.samples().iter().filter(|_| args.samples) {
            out.line(format_args!("    password  {}", sample.password))?;
            out.line(format_args!("    stored    {}", sample.stored))?;
            for (key, value) in sample.side {
                out.line(format_args!("    beside    {key}={value}"))?;
            }
            out.line(format_args!("    source    {}\n", sample.from))?;
        }
    }
    Ok(Exit::Ok)
}

fn describe(format: &Format, samples: bool) -> Value {
    let mut row = json!({
        "slug": format.slug(),
        "strength": format.strength().as_str(),
        "needs": format.needs(),
        "summary": format.summary(),
    });
    if let (true, Some(row)) = (samples, row.as_object_mut()) {
        let samples: Vec<_> = format.samples().iter().map(known_answer).collect();
        row.insert("samples".to_owned(), samples.into());
    }
    row
}

fn known_answer(sample: &Sample) -> Value {
    let side: serde_json::Map<_, _> =
        sample.side.iter().map(|(key, value)| ((*key).to_owned(), (*value).into())).collect();
    json!({
        "password": sample.password,
        "stored": sample.stored,
        "side": side,
        "source": sample.from,
    })
}
