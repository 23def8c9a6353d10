//! Where the old hashes go from audit to audit, and when the last one will be gone.
use crate::snapshot::Snapshot;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// A straight line through the rows that still hold a weak hash, by least squares.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Trend {
    /// Audits it goes by.
    pub(crate) audits: usize,
    /// The first of them.
    pub(crate) from: Timestamp,
    /// The last of them.
    pub(crate) to: Timestamp,
    /// Rows a day that lose their weak hash; negative when there are more of them each day.
    pub(crate) rows_a_day: f64,
    /// Rows that still hold one.
    pub(crate) left: u64,
    /// When the last will be gone at this pace; absent when there is no such day within a century.
    pub(crate) end: Option<Timestamp>,
}

const DAY: f64 = 86_400.0;
/// A pace that ends later than this is none: a hundred years, in days.
const DAYS_MAX: f64 = 36_525.0;

impl Trend {
    /// The line through audits in the order of their times; `None` for fewer than two moments.
    pub(crate) fn of(audits: &[Snapshot]) -> Option<Self> {
        let [first, .., last] = audits else { return None };
        let day = |at: Timestamp| at.duration_since(first.at).as_secs_f64() / DAY;
        let points: Vec<(f64, f64)> =
            audits.iter().map(|audit| (day(audit.at), audit.report.left() as f64)).collect();
        let count = points.len() as f64;
        let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0, y + point.1));
        let (x, y) = (x / count, y / count);
        let spread: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
        if spread <= 0.0 {
            return None;
        }
        let slope = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum::<f64>() / spread;
        let left = last.report.left();
        let days = left as f64 / -slope;
        let end = (slope < 0.0 && days <= DAYS_MAX)
            .then(|| last.at.checked_add(SignedDuration::from_secs_f64(days * DAY)).ok());
        Some(Self {
            audits: audits.len(),
            from: first.at,
            to: last.at,
            rows_a_day: -slope + 0.0,
            left,
            end: end.flatten(),
        })
    }

    /// The trend in a sentence.
    pub(crate) fn words(&self) -> String {
        let (from, to) = (date(self.from), date(self.to));
        let span = format!("{} audits from {from} to {to}", self.audits);
        match (self.left, self.end) {
            (0, _) => format!("No weak hash is left ({span})."),
            (left, Some(end)) => format!(
                "{left} rows still hold a weak hash; {} a day lose theirs ({span}). At this pace \
                 the last goes about {}.",
                pace(self.rows_a_day),
                date(end)
            ),
            (left, None) => format!(
                "{left} rows still hold a weak hash, and their number does not fall ({span}): ask \
                 the users behind them for a new password."
            ),
        }
    }
}

/// The day of a moment, in UTC.
pub(crate) fn date(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

fn pace(rows: f64) -> String {
    if rows < 10.0 { format!("{rows:.1}") } else { format!("{rows:.0}") }
}

#[cfg(test)]
mod tests {
    use super::Trend;
    use crate::snapshot::Snapshot;

    fn audit(at: &str, to_wrap: u64, wrapped: u64) -> Snapshot {
        serde_json::from_value(serde_json::json!({
            "hashlift": "audit-1", "at": at, "source": "s", "policy": {},
            "report": {
                "rows": 1000, "null": 0, "locked": 0, "strong": 0, "wrapped": wrapped,
                "to_wrap": to_wrap, "to_tag": 0, "invalid": 0, "formats": [], "untagged": {},
                "first_invalid": [], "shared_unsalted": {"rows": 0, "exact": true},
            },
        }))
        .unwrap()
    }

    #[test]
    fn the_end_is_where_the_line_meets_zero_and_wrapping_does_not_move_it() {
        let audits = [
            audit("2026-01-01T00:00:00Z", 1000, 0),
            audit("2026-01-11T00:00:00Z", 0, 900),
            audit("2026-01-21T00:00:00Z", 0, 800),
        ];
        let trend = Trend::of(&audits).unwrap();
        assert!((trend.rows_a_day - 10.0).abs() < 1e-9, "{trend:?}");
        assert_eq!(trend.end, Some("2026-04-11T00:00:00Z".parse().unwrap()));
        assert_eq!(
            trend.words(),
            "800 rows still hold a weak hash; 10 a day lose theirs (3 audits from 2026-01-01 to \
             2026-01-21). At this pace the last goes about 2026-04-11."
        );
    }

    #[test]
    fn a_number_that_grows_or_stands_has_no_end() {
        for later in [500, 501] {
            let audits =
                [audit("2026-01-01T00:00:00Z", 500, 0), audit("2026-01-02T00:00:00Z", later, 0)];
            let trend = Trend::of(&audits).unwrap();
            assert_eq!(trend.end, None);
            assert!(trend.words().contains("does not fall"), "{}", trend.words());
        }
    }

    #[test]
    fn one_moment_has_no_trend() {
        let one = audit("2026-01-01T00:00:00Z", 500, 0);
        assert_eq!(Trend::of(std::slice::from_ref(&one)), None);
        assert_eq!(Trend::of(&[one.clone(), one]), None);
    }
}
