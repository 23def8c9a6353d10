//! `hashlift report`: kept audits as one page that needs no network and no script.
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::snapshot::{self, Snapshot};
use crate::trend::{Trend, date};
use serde_json::json;
use std::fmt::Write as _;
use std::path::PathBuf;

mod advice;
mod chart;

/// Draw kept audits of a table as one HTML page.
///
/// The page holds its pictures and needs neither network nor script: send it by mail, print it.
/// It shows formats by share, strength, how costs are distributed, and, from two audits on, the
/// trend; and says in words what to do next.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Audits that `hashlift audit --save` or `hashlift status --save` wrote, of one table.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Where the page goes. An older one is replaced.
    #[arg(short, long, value_name = "FILE", default_value = "report.html")]
    output: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  hashlift audit sqlite:site.db --table users --hash password --save 2026-11.json
  hashlift report 2026-10.json 2026-11.json -o report.html";

pub(crate) fn run(args: &Args, out: &mut Output) -> Result<Exit, Failure> {
    let audits = snapshot::load_all(&args.files)?;
    let Some(page) = page(&audits) else { return Ok(Exit::Usage) }; // clap asks for one file
    snapshot::write_whole(&args.output, page.as_bytes())?;
    let name = args.output.display().to_string();
    let text = format!("{name}: {} audits. Open it in a browser.", audits.len());
    out.answer(&json!({ "output": name, "audits": audits.len() }), text)?;
    Ok(Exit::Ok)
}

/// The page; `None` without an audit.
fn page(audits: &[Snapshot]) -> Option<String> {
    let last = audits.last()?;
    let report = &last.report;
    let mut html = String::new();
    let mut add = |part: &str| html.push_str(part);
    add("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    add("<meta name=\"color-scheme\" content=\"light dark\">\n");
    add(&format!("<title>Password hashes of {}</title>\n", escape(&last.source)));
    add("<style>\n");
    add(include_str!("style.css"));
    add("</style>\n</head>\n<body>\n<header>\n");
    add(&format!("<h1>Password hashes of {}</h1>\n", escape(&last.source)));
    let policy = &last.policy;
    add(&format!(
        "<p class=\"about\">{} rows on {}, against Argon2id of m={} KiB, t={}, p={}.</p>\n",
        count(report.rows),
        date(last.at),
        count(policy.memory_kib.into()),
        policy.passes,
        policy.lanes
    ));
    add("</header>\n<main>\n");
    section(&mut html, "What to do next", &advice::list(last, Trend::of(audits).as_ref()));
    section(&mut html, "Strength", &chart::strength(report));
    section(&mut html, "Formats", &chart::formats(report));
    section(&mut html, "Costs", &chart::costs(report));
    if let Some(trend) = Trend::of(audits) {
        section(&mut html, "Trend", &chart::trend(audits, &trend));
    }
    if !report.first_invalid.is_empty() {
        section(&mut html, "Rows that cannot be read", &invalid(last));
    }
    let version = env!("CARGO_PKG_VERSION");
    let _ = writeln!(
        html,
        "</main>\n<footer>Made by hashlift {version}. It holds counts, no hash and no \
         password.</footer>\n</body>\n</html>"
    );
    Some(html)
}

fn section(html: &mut String, title: &str, body: &str) {
    if !body.is_empty() {
        let _ = writeln!(html, "<section>\n<h2>{title}</h2>\n{body}</section>");
    }
}

fn invalid(audit: &Snapshot) -> String {
    let report = &audit.report;
    let mut html = format!(
        "<p>The first {} of {}.</p>\n<table>\n<tr><th>Place</th><th>Rule</th></tr>\n",
        report.first_invalid.len(),
        count(report.invalid)
    );
    for row in &report.first_invalid {
        let (place, rule) = (escape(&row.place), escape(&row.rule));
        let _ = writeln!(html, "<tr><td>{place}</td><td>{rule}</td></tr>");
    }
    html.push_str("</table>\n");
    html
}

/// A text inside HTML: an audit is a file that somebody may have changed.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(letter),
        }
    }
    out
}

/// A number in groups of three.
fn count(rows: u64) -> String {
    let digits = rows.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// A share in percent that never hides the last row.
fn percent(rows: u64, all: u64) -> String {
    match rows as f64 * 100.0 / all.max(1) as f64 {
        _ if rows == all => "100 %".to_owned(),
        share if rows > 0 && share < 0.1 => "&lt;0.1 %".to_owned(),
        share => format!("{:.1} %", share.min(99.9)),
    }
}

#[cfg(test)]
mod tests {
    use super::{count, escape, percent};

    #[test]
    fn texts_of_a_file_cannot_leave_their_place_in_the_page() {
        assert_eq!(escape("<b a='1' b=\"2\">&"), "&lt;b a=&#39;1&#39; b=&quot;2&quot;&gt;&amp;");
    }

    #[test]
    fn numbers_are_told_as_people_read_them() {
        assert_eq!(count(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(count(999), "999");
        assert_eq!(percent(1, 1_000_000), "&lt;0.1 %");
        assert_eq!(percent(999_999, 1_000_000), "99.9 %");
        assert_eq!(percent(0, 0), "100 %");
    }
}
