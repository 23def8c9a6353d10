//! Looking on while a run goes: progress, refused rows, a cap on the rate, Ctrl-C.
use super::{Args, LISTED};
use crate::exit::{Exit, Failure};
use crate::progress::Progress;
use crate::source::Key;
use hashlift::job::{InvalidRow, Refusal, Tally, Watch};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::num::NonZeroU64;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Shows progress, keeps the first refused rows, writes all of them, holds the run to its rate, and
/// hears Ctrl-C.
pub(super) struct Watcher {
    pub(super) progress: Progress,
    pub(super) tally: Tally,
    pub(super) listed: Vec<InvalidRow>,
    all: Option<BufWriter<File>>,
    failed: Option<std::io::Error>,
    stop: Arc<AtomicBool>,
    /// Hears of Ctrl-C at once, while the run is held.
    asked: Receiver<()>,
    rows_per_second: Option<NonZeroU64>,
    waits: Arc<AtomicU64>,
    /// Since when other processes have had all that is left, and how much that was.
    left: Option<(Instant, u64)>,
}

/// How often claimed rows are looked at again, and for how long while nothing changes.
const AGAIN: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(600);

impl Watcher {
    pub(super) fn new(
        size: u64,
        args: &Args,
        json: bool,
        waits: Arc<AtomicU64>,
    ) -> Result<Self, Failure> {
        let stop = Arc::new(AtomicBool::new(false));
        let (tell, asked) = channel();
        let told = Arc::clone(&stop);
        ctrlc::set_handler(move || {
            // Asked twice: at once. What is committed stands all the same.
            if told.swap(true, Ordering::Relaxed) {
                std::process::exit(i32::from(Exit::Environment as u8));
            }
            // Nobody listens while nobody waits.
            let _ = tell.send(());
        })
        .map_err(|error| Failure::environment("signal", error.to_string()))?;
        let all = args.refused.as_ref().map(File::create).transpose()?.map(BufWriter::new);
        Ok(Self {
            progress: Progress::new(size, "wrapping", json),
            tally: Tally::default(),
            listed: Vec::new(),
            all,
            failed: None,
            stop,
            asked,
            rows_per_second: args.rows_per_second,
            waits,
            left: None,
        })
    }

    pub(super) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Rows that others had locked.
    pub(super) fn lock_waits(&self) -> u64 {
        self.waits.load(Ordering::Relaxed)
    }

    pub(super) fn finish(&mut self) -> Result<(), Failure> {
        if let Some(error) = self.failed.take() {
            return Err(error.into());
        }
        self.all.as_mut().map_or(Ok(()), |all| Ok(all.flush()?))
    }

    /// Wait so long, or until Ctrl-C.
    fn pause(&self, time: Duration) {
        if !self.stopped() {
            // Either of both ends is what was waited for.
            let _ = self.asked.recv_timeout(time);
        }
    }

    /// How long to hold the run, for its rate to be no more than it may be.
    fn excess(&self) -> Option<Duration> {
        let rate = self.rows_per_second?.get();
        let due = Duration::try_from_secs_f64(self.tally.written() as f64 / rate as f64).ok()?;
        due.checked_sub(self.progress.elapsed())
    }
}

impl Watch<Key> for Watcher {
    fn refused(&mut self, key: &Key, why: &Refusal) {
        let row = InvalidRow::new(key.to_string(), why);
        if let Some(all) = &mut self.all {
            let line = serde_json::to_writer(&mut *all, &row).map_err(std::io::Error::from);
            let line = line.and_then(|()| all.write_all(b"\n"));
            self.failed = self.failed.take().or(line.err());
        }
        if self.listed.len() < LISTED {
            self.listed.push(row);
        }
    }

    fn page(&mut self, tally: &Tally) -> ControlFlow<()> {
        self.tally = *tally;
        self.progress.tally(tally, self.lock_waits());
        if let Some(excess) = self.excess() {
            self.pause(excess);
        }
        match self.stopped() || self.failed.is_some() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    fn wait(&mut self, tally: &Tally) -> ControlFlow<()> {
        self.tally = *tally;
        let now = Instant::now();
        let (since, _) = *match &mut self.left {
            Some(left) if left.1 == tally.claimed => left,
            left => left.insert((now, tally.claimed)),
        };
        self.progress.waiting(tally);
        self.pause(AGAIN);
        match self.stopped() || now.duration_since(since) > PATIENCE {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}
