//! `hashlift verify --jsonl`, `hashlift diagnose --json`: many lines on all cores, answered in order.
//!
//! One thread reads lines in small batches, some answer them, one writes the answers. Queues between
//! them are short, so memory is bounded however long the input. A batch ends where reading on could
//! block, and answers are flushed before waiting for more, so a lone line is answered at once.
use crate::exit::{Exit, Failure};
use crate::output::Output;
use hashlift::Limits;
use serde::Serialize;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, SyncSender, TryRecvError};
use std::thread;

mod lines;
mod record;

pub(crate) use lines::{Line, Lines};
use record::Answer;
pub(crate) use record::{object, of_line, password, side};

/// Lines on their way to a worker, and where it puts their answers.
struct Job<A> {
    lines: Vec<Line>,
    answers: SyncSender<Vec<A>>,
}

/// Check every line of standard input.
pub(crate) fn run(limits: &Limits, out: &mut Output) -> Result<Exit, Failure> {
    each(&|line| record::answer(line, limits), Answer::Error, out)
}

/// Answer every line of standard input, in order. `fault` is the answer to a fault of our own.
pub(crate) fn each<A: Serialize + Send>(
    answer: &(impl Fn(&Line) -> A + Sync),
    fault: fn(Failure) -> A,
    out: &mut Output,
) -> Result<Exit, Failure> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let (to_workers, jobs) = mpsc::sync_channel(workers.saturating_mul(2));
    let (to_writer, in_order) = mpsc::sync_channel(workers.saturating_mul(16));
    let jobs = Mutex::new(jobs);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| work(&jobs, answer, fault));
        }
        let writer = scope.spawn(move || write(&in_order, out));
        let read = feed(Lines::new(io::stdin().lock()), to_workers, to_writer);
        let crash = |_| Err(Failure::environment("internal", "the writing thread came to an end"));
        writer.join().unwrap_or_else(crash)?;
        read.map(|()| Exit::Ok).map_err(Failure::from)
    })
}

/// Hand out batches until the input ends, or nobody takes the answers any more.
#[expect(clippy::needless_pass_by_value, reason = "dropping the senders ends the other threads")]
fn feed<R: Read, A>(
    mut lines: Lines<R>,
    to_workers: SyncSender<Job<A>>,
    to_writer: SyncSender<Receiver<Vec<A>>>,
) -> io::Result<()> {
    while let Some(lines) = lines.batch()? {
        let (answers, answered) = mpsc::sync_channel(1);
        let handed = to_workers.send(Job { lines, answers }).is_ok();
        if !handed || to_writer.send(answered).is_err() {
            break;
        }
    }
    Ok(())
}

fn work<A>(jobs: &Mutex<Receiver<Job<A>>>, answer: &impl Fn(&Line) -> A, fault: fn(Failure) -> A) {
    loop {
        let Ok(Ok(job)) = jobs.lock().map(|jobs| jobs.recv()) else { return };
        let answers = job.lines.iter().map(|line| shielded(line, answer, fault)).collect();
        // It fails when the writer is gone; then the feeder ends the run.
        let _ = job.answers.send(answers);
    }
}

/// A fault of our own costs its line, not the run.
fn shielded<A>(line: &Line, answer: &impl Fn(&Line) -> A, fault: fn(Failure) -> A) -> A {
    catch_unwind(AssertUnwindSafe(|| answer(line))).unwrap_or_else(|_| {
        let rule = "a fault in hashlift itself; please report the format of this line";
        fault(Failure::environment("internal", rule))
    })
}

fn write<A: Serialize>(
    in_order: &Receiver<Receiver<Vec<A>>>,
    out: &mut Output,
) -> Result<(), Failure> {
    while let Some(answered) = next(in_order, out)? {
        for answer in next(&answered, out)?.iter().flatten() {
            out.value(answer)?;
        }
    }
    Ok(())
}

/// The next value; what has been written so far is flushed before any wait for it.
fn next<T>(from: &Receiver<T>, out: &mut Output) -> Result<Option<T>, Failure> {
    match from.try_recv() {
        Ok(value) => Ok(Some(value)),
        Err(TryRecvError::Disconnected) => Ok(None),
        Err(TryRecvError::Empty) => {
            out.flush()?;
            Ok(from.recv().ok())
        }
    }
}
