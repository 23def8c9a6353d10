//! What the numbers ask for, in words, the most urgent first.
use super::{count, escape};
use crate::snapshot::Snapshot;
use crate::trend::Trend;

/// A list of things to do.
pub(super) fn list(audit: &Snapshot, trend: Option<&Trend>) -> String {
    let items = items(audit, trend);
    let items: Vec<String> = items.into_iter().map(|item| format!("<li>{item}</li>\n")).collect();
    format!("<ol>\n{}</ol>\n", items.concat())
}

/// Each in HTML.
fn items(audit: &Snapshot, trend: Option<&Trend>) -> Vec<String> {
    let report = &audit.report;
    let mut items = Vec::new();
    let broken = report.broken();
    if broken > 0 {
        items.push(format!(
            "<b>{} rows hold fast hashes: whoever copies the table reads most of their passwords \
             within days.</b> Harden them all now, without the passwords: <code>hashlift wrap … \
             --apply</code>. Nobody has to log in, nobody is locked out.",
            count(broken)
        ));
    }
    let slow = report.to_wrap.saturating_sub(broken);
    if slow > 0 {
        items.push(format!(
            "{} rows hold slow hashes below the policy. The same <code>hashlift wrap … \
             --apply</code> hardens them; or leave them to the logins.",
            count(slow)
        ));
    }
    for (formats, rows) in &report.untagged {
        items.push(format!(
            "{} rows do not say what they are. They could be {}: name the right one with \
             <code>--format</code>, and audit again. <code>hashlift diagnose</code> finds it from \
             one password that you know.",
            count(*rows),
            escape(&formats.replace(' ', ", "))
        ));
    }
    let tagged: u64 = report.untagged.values().fold(0, |sum, rows| sum.saturating_add(*rows));
    let other = report.invalid.saturating_sub(tagged);
    if other > 0 {
        items.push(format!(
            "{} rows cannot be read; the places and rules are below. They stay as they are: nobody \
             behind them can log in before they are mended.",
            count(other)
        ));
    }
    if report.shared_unsalted.rows > 0 {
        items.push(format!(
            "{}{} rows have an unsalted digest that another row has too, so the same password. \
             Wrapping gives each a salt of its own; ask these users for a new password first.",
            if report.shared_unsalted.exact { "" } else { "About " },
            count(report.shared_unsalted.rows)
        ));
    }
    if report.wrapped > 0 {
        items.push(format!(
            "{} rows are wrapped. They are safe at rest; each login takes the weak hash out for \
             good. Let <code>Policy::login</code> do it.",
            count(report.wrapped)
        ));
    }
    if report.to_tag > 0 {
        items.push(format!(
            "{} rows are strong but carry no tag: <code>hashlift wrap … --apply</code> writes it, \
             so that the column explains itself.",
            count(report.to_tag)
        ));
    }
    match trend {
        Some(trend) if trend.left > 0 && trend.end.is_none() => items.push(
            "The number of weak hashes does not fall. Check that logins store what \
             <code>Outcome::Upgrade</code> gives them, then ask the users who stay away for a new \
             password."
                .to_owned(),
        ),
        Some(_) => {}
        None if report.left() > 0 => items.push(
            "Keep an audit each month with <code>--save</code>: from two on, this page shows how \
             fast the old hashes go, and when the last will be gone."
                .to_owned(),
        ),
        None => {}
    }
    match report.left() {
        0 => items.push(
            "No weak hash is left. Delete the backups of the table from before: the old hashes in \
             them are as good to a thief as ever."
                .to_owned(),
        ),
        _ => items.push(
            "Think of the copies: backups, replicas and dumps keep the weak hashes until they \
             expire."
                .to_owned(),
        ),
    }
    items
}
