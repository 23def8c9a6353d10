//! Progress on standard error: for people who watch, a line with the share done, rows, rate and time
//! left; for scripts, a JSON object a second.
use hashlift::job::Tally;
use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use std::cell::Cell;
use std::io::{self, Write};
use std::time::{Duration, Instant};

pub(crate) struct Progress {
    bar: ProgressBar,
    started: Instant,
    what: &'static str,
    size: u64,
    json: bool,
    /// When the last event was told.
    told: Cell<Option<Instant>>,
}

/// How often a script is told.
const EVENT: Duration = Duration::from_secs(1);

impl Progress {
    /// Hidden when nobody watches: no terminal, or JSON.
    pub(crate) fn new(size: u64, what: &'static str, json: bool) -> Self {
        let target = match json {
            true => ProgressDrawTarget::hidden(),
            false => ProgressDrawTarget::stderr_with_hz(4),
        };
        let bar = ProgressBar::with_draw_target(Some(size), target).with_prefix(what);
        let style = "{prefix} {bar:30} {percent:>3} %  {msg}  {eta} left";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        Self { bar, started: Instant::now(), what, size, json, told: Cell::new(None) }
    }

    pub(crate) fn rows(&self, position: u64, rows: u64) {
        self.bar.set_position(position);
        self.bar.set_message(format!(
            "{} rows, {}/s",
            HumanCount(rows),
            HumanCount(self.rate(rows))
        ));
        self.event(position, || json!({ "rows": rows, "rows_per_second": self.rate(rows) }));
    }

    pub(crate) fn tally(&self, tally: &Tally, lock_waits: u64) {
        self.bar.set_position(tally.rows());
        let (rows, rate) = (HumanCount(tally.rows()), HumanCount(self.rate(tally.rows())));
        let (refused, overtaken) = (tally.refused, tally.overtaken);
        let mut message =
            format!("{rows} rows, {rate}/s, {refused} refused, {overtaken} overtaken");
        if tally.claimed > 0 {
            message.push_str(&format!(", {} with others", HumanCount(tally.claimed)));
        }
        if lock_waits > 0 {
            message.push_str(&format!(", {lock_waits} lock waits"));
        }
        self.bar.set_message(message);
        self.event(tally.rows(), || {
            json!({
                "rows": tally.rows(), "rows_per_second": self.rate(tally.rows()),
                "tally": tally, "lock_waits": lock_waits,
            })
        });
    }

    /// All that is left is being done by other processes.
    pub(crate) fn waiting(&self, tally: &Tally) {
        let rows = HumanCount(tally.claimed);
        self.bar.set_message(format!("waiting for others, who have {rows} rows"));
        self.event(tally.rows(), || json!({ "waiting": true, "tally": tally }));
    }

    /// Tell a script, at most once a second.
    fn event(&self, position: u64, of: impl FnOnce() -> serde_json::Value) {
        if !self.json || self.told.get().is_some_and(|told| told.elapsed() < EVENT) {
            return;
        }
        self.told.set(Some(Instant::now()));
        let (done, all) = (position as f64, self.size.max(1) as f64);
        let seconds = self.seconds();
        let left = seconds * (all - done).max(0.0) / done.max(1.0);
        let mut event = of();
        if let Some(event) = event.as_object_mut() {
            event.insert("event".to_owned(), json!(self.what));
            event.insert("share".to_owned(), json!((done / all).min(1.0)));
            event.insert("seconds".to_owned(), json!(seconds));
            event.insert("seconds_left".to_owned(), json!(left));
        }
        // If nobody can be told, the work is done all the same.
        let _ = io::stderr().write_all(format!("{event}\n").as_bytes());
    }

    /// Rows a second since the beginning.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate for people")]
    pub(crate) fn rate(&self, rows: u64) -> u64 {
        (rows as f64 / self.started.elapsed().as_secs_f64().max(1e-9)) as u64
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    pub(crate) fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    pub(crate) fn done(&self) {
        self.bar.finish_and_clear();
    }
}
