//! Progress on standard error, for people who watch: share done, rows, rate, time left.
use hashlift::job::Tally;
use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Instant;

pub(crate) struct Progress {
    bar: ProgressBar,
    started: Instant,
}

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
        Self { bar, started: Instant::now() }
    }

    pub(crate) fn rows(&self, position: u64, rows: u64) {
        self.bar.set_position(position);
        self.bar.set_message(format!(
            "{} rows, {}/s",
            HumanCount(rows),
            HumanCount(self.rate(rows))
        ));
    }

    pub(crate) fn tally(&self, tally: &Tally) {
        self.bar.set_position(tally.rows());
        let (rows, rate) = (HumanCount(tally.rows()), HumanCount(self.rate(tally.rows())));
        let (refused, overtaken) = (tally.refused, tally.overtaken);
        let message = format!("{rows} rows, {rate}/s, {refused} refused, {overtaken} overtaken");
        self.bar.set_message(message);
    }

    /// Rows a second since the beginning.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate for people")]
    pub(crate) fn rate(&self, rows: u64) -> u64 {
        (rows as f64 / self.started.elapsed().as_secs_f64().max(1e-9)) as u64
    }

    pub(crate) fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    pub(crate) fn done(&self) {
        self.bar.finish_and_clear();
    }
}
