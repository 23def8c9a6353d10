//! The pictures: drawings that a browser scales, with their numbers in text beside them.
use super::{count, escape, percent};
use crate::snapshot::{Counts, FormatRows, Snapshot};
use crate::trend::{Trend, date};
use std::fmt::Write as _;

/// What a row can be, the best first: the class that colours it, and its words.
const STATES: [(&str, &str); 7] = [
    ("strong", "strong"),
    ("wrapped", "wrapped: a strong hash over a weak one"),
    ("legacy", "weak, yet slow"),
    ("broken", "weak and fast"),
    ("locked", "locked"),
    ("none", "no password"),
    ("unreadable", "cannot be read"),
];

/// The rows in each state.
fn states(report: &Counts) -> [u64; 7] {
    let broken = report.broken();
    [
        report.strong.saturating_add(report.to_tag),
        report.wrapped,
        report.to_wrap.saturating_sub(broken),
        broken,
        report.locked,
        report.null,
        report.invalid,
    ]
}

/// The width of all drawings, in their own units.
const WIDTH: f64 = 720.0;

/// One bar, cut by state.
pub(super) fn strength(report: &Counts) -> String {
    let states = states(report);
    let all = states.iter().fold(0_u64, |sum, rows| sum.saturating_add(*rows)).max(1);
    let mut html =
        format!("<svg viewBox=\"0 0 {WIDTH} 36\" role=\"img\" aria-label=\"rows by strength\">\n");
    let mut x = 0.0;
    for ((class, _), rows) in STATES.iter().zip(states) {
        let width = WIDTH * rows as f64 / all as f64;
        if rows > 0 {
            let _ = writeln!(
                html,
                "<rect class=\"{class}\" x=\"{x:.2}\" width=\"{width:.2}\" height=\"36\"/>"
            );
        }
        x += width;
    }
    html.push_str("</svg>\n<ul class=\"key\">\n");
    for ((class, words), rows) in STATES.iter().zip(states).filter(|(_, rows)| *rows > 0) {
        let (rows, share) = (count(rows), percent(rows, all));
        let _ = writeln!(html, "<li><i class=\"{class}\"></i>{words}: {rows} ({share})</li>");
    }
    html.push_str("</ul>\n");
    html
}

/// A bar for each format, the commonest first.
pub(super) fn formats(report: &Counts) -> String {
    let Some(most) = report.formats.iter().map(|row| row.rows).max() else { return String::new() };
    let mut html = String::from(
        "<table>\n<tr><th>Format</th><th>Strength</th><th class=\"number\">Rows</th>\
         <th class=\"number\">Share</th><th></th></tr>\n",
    );
    for row in &report.formats {
        let width = 100.0 * row.rows as f64 / most.max(1) as f64;
        let _ = writeln!(
            html,
            "<tr><td>{}</td><td>{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td>\
             <td class=\"bar\"><svg viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" \
             height=\"12\" aria-hidden=\"true\"><rect class=\"{}\" width=\"{width:.2}\" \
             height=\"8\"/></svg></td></tr>",
            escape(&row.format),
            escape(&row.strength),
            count(row.rows),
            percent(row.rows, report.rows),
            class(row),
        );
    }
    html.push_str("</table>\n");
    html
}

/// The colour of a format.
fn class(row: &FormatRows) -> &'static str {
    match (row.format.as_str(), row.strength.as_str()) {
        ("wrapped", _) => "wrapped",
        (_, "strong") => "strong",
        (_, "legacy") => "legacy",
        (_, "broken") => "broken",
        _ => "locked",
    }
}

/// For each format with more than one cost: how many rows at each.
pub(super) fn costs(report: &Counts) -> String {
    let mut html = String::new();
    for row in report.formats.iter().filter(|row| row.costs.rows.len() > 1).take(FORMATS_MAX) {
        let _ = writeln!(html, "<h3>{}</h3>", escape(&row.format));
        html.push_str(&histogram(row));
    }
    if !html.is_empty() {
        html.push_str(
            "<p class=\"note\">Each bar is a cost, the cheapest on the left: rounds, and KiB of \
             memory where it takes any.</p>\n",
        );
    }
    html
}

/// Formats whose costs are drawn.
const FORMATS_MAX: usize = 12;
/// Bars of one drawing; dearer costs share the last.
const BARS_MAX: usize = 12;

fn histogram(row: &FormatRows) -> String {
    let (own, rest) = row.costs.rows.split_at(row.costs.rows.len().min(BARS_MAX));
    let mut bars: Vec<(String, u64)> = own
        .iter()
        .map(|cost| match cost.memory_kib {
            // bcrypt's 4 KiB are the same at every cost.
            0..=4 => (short(cost.rounds), cost.rows),
            kib => (format!("{}, {} KiB", short(cost.rounds), short(kib)), cost.rows),
        })
        .collect();
    let others = rest.iter().fold(row.costs.others, |sum, cost| sum.saturating_add(cost.rows));
    if others > 0 {
        bars.push(("others".to_owned(), others));
    }
    let most = bars.iter().map(|(_, rows)| *rows).max().unwrap_or(1).max(1);
    let (height, step) = (90.0, WIDTH / bars.len() as f64);
    let mut html = format!(
        "<svg viewBox=\"0 0 {WIDTH} 140\" role=\"img\" aria-label=\"rows by cost of {}\">\n\
         <line class=\"axis\" x1=\"0\" x2=\"{WIDTH}\" y1=\"110\" y2=\"110\"/>\n",
        escape(&row.format)
    );
    for (at, (cost, rows)) in bars.iter().enumerate() {
        let tall = (height * *rows as f64 / most as f64).max(1.0);
        let (left, middle) = (step * at as f64, step * (at as f64 + 0.5));
        let (width, top) = ((step * 0.7).min(90.0), 110.0 - tall);
        let x = left + (step - width) / 2.0;
        let _ = writeln!(
            html,
            "<rect class=\"{}\" x=\"{x:.2}\" y=\"{top:.2}\" width=\"{width:.2}\" \
             height=\"{tall:.2}\"/>\n<text x=\"{middle:.2}\" y=\"{:.2}\" \
             text-anchor=\"middle\">{}</text>\n<text class=\"faint\" x=\"{middle:.2}\" y=\"128\" \
             text-anchor=\"middle\">{cost}</text>",
            class(row),
            top - 5.0,
            count(*rows),
        );
    }
    html.push_str("</svg>\n");
    html
}

/// A number short enough to stand under a bar.
fn short(number: u64) -> String {
    match number {
        n if n >= 10_000_000 && n % 1_000_000 == 0 => format!("{}M", n / 1_000_000),
        n if n >= 10_000 && n % 1000 == 0 => format!("{}k", n / 1000),
        n => n.to_string(),
    }
}

/// The states over time, stacked, with the line to the expected end.
pub(super) fn trend(audits: &[Snapshot], trend: &Trend) -> String {
    let [first, .., last] = audits else { return String::new() };
    let until = trend.end.filter(|end| {
        // An end far away would press the audits into a corner.
        end.duration_since(last.at) <= last.at.duration_since(first.at).saturating_mul(3)
    });
    let from = first.at.as_second() as f64;
    let span = (until.unwrap_or(last.at).as_second() as f64 - from).max(1.0);
    let rows_max = audits.iter().map(|audit| audit.report.rows).max().unwrap_or(1).max(1);
    let most = rows_max as f64;
    let (left, right, top, bottom) = (70.0, WIDTH - 30.0, 10.0, 230.0);
    let x = |at: jiff::Timestamp| left + (right - left) * (at.as_second() as f64 - from) / span;
    let y = |rows: f64| bottom - (bottom - top) * rows / most;
    let mut html = format!(
        "<svg viewBox=\"0 0 {WIDTH} 260\" role=\"img\" aria-label=\"rows by strength over time\">\n"
    );
    // The worst at the bottom, so that what has to go is what shrinks towards the axis.
    let order = [3, 2, 1, 0, 4, 5, 6];
    let mut below = vec![0.0; audits.len()];
    for state in order {
        let Some((class, words)) = STATES.get(state) else { continue };
        let mut over = String::new();
        let mut under = Vec::new();
        let mut any = false;
        for (audit, below) in audits.iter().zip(&mut below) {
            let rows = states(&audit.report).get(state).copied().unwrap_or(0);
            any |= rows > 0;
            under.push(format!("{:.2},{:.2}", x(audit.at), y(*below)));
            *below += rows as f64;
            let _ = write!(over, "{:.2},{:.2} ", x(audit.at), y(*below));
        }
        under.reverse();
        if any {
            let _ = writeln!(
                html,
                "<polygon class=\"{class}\" points=\"{over}{}\"><title>{words}</title></polygon>",
                under.join(" ")
            );
        }
    }
    if let Some(end) = until {
        let _ = writeln!(
            html,
            "<line class=\"trend\" x1=\"{:.2}\" y1=\"{:.2}\" x2=\"{:.2}\" y2=\"{bottom}\"/>",
            x(last.at),
            y(last.report.left() as f64),
            x(end)
        );
        let _ = writeln!(
            html,
            "<text class=\"faint\" x=\"{:.2}\" y=\"250\" text-anchor=\"end\">{}</text>",
            right + 25.0,
            date(end)
        );
    }
    let _ = writeln!(
        html,
        "<line class=\"axis\" x1=\"{left}\" x2=\"{right}\" y1=\"{bottom}\" y2=\"{bottom}\"/>\n\
         <text class=\"faint\" x=\"{left}\" y=\"250\">{}</text>\n\
         <text class=\"faint\" x=\"{:.2}\" y=\"20\" text-anchor=\"end\">{}</text>\n\
         <text class=\"faint\" x=\"{:.2}\" y=\"{bottom}\" text-anchor=\"end\">0</text>",
        date(first.at),
        left - 8.0,
        count(rows_max),
        left - 8.0,
    );
    let ends = until.is_none() || x(last.at) < right - 120.0;
    if ends {
        let _ = writeln!(
            html,
            "<text class=\"faint\" x=\"{:.2}\" y=\"250\" text-anchor=\"middle\">{}</text>",
            x(last.at).min(right - 10.0),
            date(last.at)
        );
    }
    html.push_str("</svg>\n");
    let _ = writeln!(html, "<p>{}</p>", escape(&trend.words()));
    html
}
