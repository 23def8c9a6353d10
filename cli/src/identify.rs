//! `hashlift identify`: what a stored text could be.
use crate::args::SideArgs;
use crate::exit::{Exit, Failure};
use crate::jsonl::{Line, Lines};
use crate::output::Output;
use crate::secret;
use hashlift::{Candidate, Neighbours, Side, identify_among};
use serde_json::{Value, json};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Say what a stored text could be, likeliest first, and what speaks for it.
///
/// A text that carries a tag has one reading. Bare hexadecimal has many: only the system that it
/// came from can say which. A salt from another column (`--side salt=…`) makes salted readings
/// likelier, and so do the other texts of its column (`--column FILE`): 32 digits among hashes of
/// WordPress are WordPress's old MD5. Exits with 3 when a text is not recognised.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  hashlift identify 5f4dcc3b5aa765d61d8327deb882cf99
  hashlift identify 5f4dcc3b5aa765d61d8327deb882cf99 --side salt=NaCl
  cut -d: -f2 users.txt | hashlift identify --json
  hashlift identify 5f4dcc3b5aa765d61d8327deb882cf99 --column hashes.txt")]
pub(crate) struct Args {
    /// The stored text. Without it, standard input is read, one text a line.
    text: Option<String>,
    #[command(flatten)]
    side: SideArgs,
    /// The texts of the same column, one a line: they tell more than one text can.
    #[arg(long, value_name = "FILE")]
    column: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, out: &mut Output) -> Result<Exit, Failure> {
    let side = args.side.side()?;
    let neighbours = args.column.as_deref().map(neighbours).transpose()?.unwrap_or_default();
    if let Some(text) = &args.text {
        return tell(text, &side, &neighbours, out);
    }
    let mut exit = Exit::Ok;
    let mut number = 0_u64;
    while let Some(line) = secret::next_line()? {
        number = number.saturating_add(1);
        if !out.is_json() {
            out.line(format_args!("line {number}:"))?;
        }
        // A line that is no text at all is told as one that nothing recognises.
        let text = std::str::from_utf8(&line).unwrap_or("\u{fffd}");
        if tell(text, &side, &neighbours, out)? != Exit::Ok {
            exit = Exit::Data;
        }
    }
    Ok(exit)
}

/// A summary of the lines of a file. What is too long or no text is none of a hash.
fn neighbours(file: &Path) -> Result<Neighbours, Failure> {
    let fault = |error| Failure::environment("io", format!("{}: {error}", file.display()));
    let mut lines = Lines::new(File::open(file).map_err(fault)?);
    let mut all = Neighbours::new();
    while let Some(batch) = lines.batch().map_err(fault)? {
        for line in &batch {
            let Line::Bytes(bytes) = line else { continue };
            if let Ok(text) = std::str::from_utf8(bytes.strip_suffix(b"\r").unwrap_or(bytes)) {
                all.add(text);
            }
        }
    }
    Ok(all)
}

fn tell(
    text: &str,
    side: &Side,
    neighbours: &Neighbours,
    out: &mut Output,
) -> Result<Exit, Failure> {
    let candidates = identify_among(text, side, neighbours);
    if out.is_json() {
        let candidates: Vec<_> = candidates.iter().map(as_json).collect();
        out.value(&json!({ "candidates": candidates }))?;
    } else {
        for (place, candidate) in (1_usize..).zip(&candidates) {
            out.line(as_text(place, candidate))?;
        }
    }
    if !candidates.is_empty() {
        return Ok(Exit::Ok);
    }
    if !out.is_json() {
        out.line(
            "not a known password hash; check for cut columns, quotes and stray spaces \
             (`hashlift formats --samples` shows what can be read)",
        )?;
    }
    Ok(Exit::Data)
}

fn evidence(candidate: &Candidate) -> Vec<String> {
    candidate.evidence.iter().map(ToString::to_string).collect()
}

fn as_json(candidate: &Candidate) -> Value {
    let cost =
        candidate.cost.map(|cost| json!({ "rounds": cost.rounds, "memory_kib": cost.memory_kib }));
    json!({
        "format": candidate.format.slug(),
        "tagged": candidate.claim == hashlift::Claim::Tagged,
        "strength": candidate.strength().as_str(),
        "evidence": evidence(candidate),
        "missing": candidate.missing,
        "cost": cost,
    })
}

fn as_text(place: usize, candidate: &Candidate) -> String {
    let slug = candidate.format.slug();
    let strength = candidate.strength().as_str();
    let mut text = format!("{place:>3}. {slug} ({strength}): {}", evidence(candidate).join("; "));
    if !candidate.missing.is_empty() {
        text.push_str(&format!("; still needs {}", candidate.missing.join(", ")));
    }
    if let Some(cost) = candidate.cost.filter(|cost| cost.rounds > 0) {
        text.push_str(&format!("; costs {} rounds", cost.rounds));
        if cost.memory_kib > 0 {
            text.push_str(&format!(" in {} KiB", cost.memory_kib));
        }
    }
    text
}
