//! Work that may never end, or panic: on a thread of its own, with an eye on it.
//!
//! A damaged file has made the `parquet` crate go round for ever, and panic. Neither may be the end
//! of the command without a word. A thread that does not come back is left to itself; it ends with
//! the process.
use crate::exit::Failure;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Once};
use std::thread::{Builder, JoinHandle, current};
use std::time::Duration;

/// How long a batch may take. The largest takes a second; the rest is for disks far away.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// Steps that make the whole of a wait.
const STEPS: u32 = 30;

/// The name of the threads whose panics are told as a failure, and not by Rust's own message.
const NAME: &str = "parquet";

/// Where in a file the work is.
pub(super) struct Place {
    pub(super) name: String,
    /// What the columns are called.
    pub(super) columns: Vec<String>,
    /// 0 is the footer; the first row group is 1.
    group: AtomicUsize,
    column: AtomicUsize,
}

impl Place {
    pub(super) fn new(name: &str, columns: Vec<String>) -> Arc<Self> {
        let (group, column) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Arc::new(Self { name: name.to_owned(), columns, group, column })
    }

    /// Row groups are counted from 0 here, and from 1 where people read it.
    pub(super) fn set(&self, group: usize, column: usize) {
        self.group.store(group.saturating_add(1), Ordering::Relaxed);
        self.column.store(column, Ordering::Relaxed);
    }

    pub(super) fn damaged(&self, rule: &str) -> Failure {
        let what_to_do = "The file is damaged, or was made to do harm: make it again";
        Failure::data("damaged", format!("{self}: {rule}. {what_to_do}"))
    }

    fn panicked(&self) -> Failure {
        self.damaged("what stands here cannot be decoded")
    }

    fn stuck(&self, patience: Duration) -> Failure {
        self.damaged(&format!("nothing came of it for {} s", patience.as_secs_f32()))
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (group, column) =
            (self.group.load(Ordering::Relaxed), self.column.load(Ordering::Relaxed));
        match (group, self.columns.get(column)) {
            (1.., Some(column)) => {
                write!(f, "{}: row group {group}, column {column:?}", self.name)
            }
            _ => write!(f, "{}: the footer", self.name),
        }
    }
}

/// What a thread makes, piece by piece.
pub(super) struct Feed<T> {
    from: Receiver<Result<T, Failure>>,
    thread: Option<JoinHandle<()>>,
    place: Arc<Place>,
    patience: Duration,
}

/// Where a thread puts what it makes. `false`: nobody wants more.
pub(super) struct Out<T>(SyncSender<Result<T, Failure>>);

impl<T> Out<T> {
    pub(super) fn put(&self, piece: T) -> bool {
        self.0.send(Ok(piece)).is_ok()
    }
}

impl<T: Send + 'static> Feed<T> {
    pub(super) fn start(
        place: &Arc<Place>,
        patience: Duration,
        work: impl FnOnce(&Out<T>) -> Result<(), Failure> + Send + 'static,
    ) -> Result<Self, Failure> {
        // Two pieces ahead: enough to decode while rows are hashed.
        let (to, from) = sync_channel(2);
        let thread = spawn(move || {
            let out = Out(to);
            if let Err(failure) = work(&out) {
                // Nobody wants it any more: then nobody needs to know.
                let _ = out.0.send(Err(failure));
            }
        })?;
        Ok(Self { from, thread: Some(thread), place: Arc::clone(place), patience })
    }

    /// The next piece, or the end.
    pub(super) fn next(&mut self) -> Result<Option<T>, Failure> {
        // In steps: a process that was stopped for an hour has waited one step.
        for _ in 0..STEPS {
            match self.from.recv_timeout(self.patience / STEPS) {
                Ok(piece) => return piece.map(Some),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return match self.thread.take().is_some_and(|thread| thread.join().is_err()) {
                        true => Err(self.place.panicked()),
                        false => Ok(None),
                    };
                }
            }
        }
        Err(self.place.stuck(self.patience))
    }
}

/// A thread whose panics are silent: whoever waits for it says what is to be said.
pub(super) fn spawn<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<JoinHandle<T>, Failure> {
    static SILENCE: Once = Once::new();
    SILENCE.call_once(|| {
        let told = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if current().name() != Some(NAME) {
                told(panic);
            }
        }));
    });
    let no_thread = |error| Failure::environment("threads", format!("no thread: {error}"));
    Builder::new().name(NAME.to_owned()).spawn(work).map_err(no_thread)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Arc<Place> {
        let place = Place::new("u.parquet", vec!["id".to_owned(), "pw".to_owned()]);
        place.set(2, 1);
        place
    }

    fn feed(work: impl FnOnce(&Out<u8>) -> Result<(), Failure> + Send + 'static) -> Feed<u8> {
        Feed::start(&place(), Duration::from_millis(50), work).unwrap()
    }

    fn told(result: Result<Option<u8>, Failure>) -> String {
        result.err().map(|failure| format!("{}: {}", failure.kind, failure.message)).unwrap()
    }

    #[test]
    fn work_that_never_ends_is_a_failure_that_names_the_place() {
        let mut feed = feed(|out| {
            assert!(out.put(7));
            loop {
                std::thread::park();
            }
        });
        assert_eq!(feed.next().unwrap(), Some(7));
        assert_eq!(
            told(feed.next()),
            "damaged: u.parquet: row group 3, column \"pw\": nothing came of it for 0.05 s. The \
             file is damaged, or was made to do harm: make it again"
        );
    }

    #[test]
    fn work_that_panics_is_a_failure_that_names_the_place() {
        let mut feed = feed(|_| panic!("out of bounds"));
        assert_eq!(
            told(feed.next()),
            "damaged: u.parquet: row group 3, column \"pw\": what stands here cannot be decoded. \
             The file is damaged, or was made to do harm: make it again"
        );
        assert!(feed.next().is_ok());
    }

    #[test]
    fn work_that_fails_says_so_and_work_that_ends_ends() {
        let mut failed = feed(|_| Err(place().damaged("no")));
        assert!(told(failed.next()).contains("column \"pw\": no. "));
        let mut ended = feed(|out| {
            out.put(1);
            Ok(())
        });
        assert_eq!((ended.next().unwrap(), ended.next().unwrap()), (Some(1), None));
    }
}
