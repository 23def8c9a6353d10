//! The threads, and the door to the queue.
//!
//! One condition, `work`, is what idle threads wait on. It is signalled by who adds a job, by a
//! thread that took one and leaves others behind or gives memory back, and by the end of the pool.
//! Idle threads keep no memory, so it is all the same which of them wakes.
use super::queue::{Batch, Look, Queue, Slip};
use super::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, thread};
use super::{Bounds, Kept, Left, PoolError, PoolStats, Work};
use core::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

/// A pool of threads that do work. Dropped, it is closed: what waits is still done.
pub(crate) struct Engine<W: Work> {
    shared: Arc<Shared<W>>,
    threads: Mutex<Vec<thread::JoinHandle<()>>>,
}

struct Shared<W: Work> {
    queue: Mutex<Queue<W>>,
    work: Condvar,
    tools: W::Tools,
}

impl<W: Work> Engine<W> {
    /// Start the threads.
    pub(crate) fn start(bounds: Bounds, tools: W::Tools) -> io::Result<Self> {
        let queue = Mutex::new(Queue::new(bounds));
        let shared = Arc::new(Shared { queue, work: Condvar::new(), tools });
        // Dropped on the way out of an error, it ends the threads that there are.
        let engine = Self { shared, threads: Mutex::default() };
        for number in 0..bounds.threads.max(1) {
            let shared = Arc::clone(&engine.shared);
            let named = thread::Builder::new().name(format!("hashlift-{number}"));
            let thread = named.spawn(move || shared.serve())?;
            engine.threads().push(thread);
        }
        Ok(engine)
    }

    fn threads(&self) -> MutexGuard<'_, Vec<thread::JoinHandle<()>>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Put a job in the queue, or refuse it.
    pub(crate) fn push(&self, work: W) {
        let mut moot = Vec::new();
        let pushed = self.shared.lock().push(work, Instant::now(), &mut moot);
        discard(moot);
        match pushed {
            Ok(()) => self.shared.work.notify_one(),
            Err((error, work)) => work.refuse(error),
        }
    }

    pub(crate) fn stats(&self) -> PoolStats {
        self.shared.lock().stats()
    }

    pub(crate) fn tools(&self) -> &W::Tools {
        &self.shared.tools
    }

    /// Take no more jobs.
    pub(crate) fn close(&self) {
        self.shared.lock().close();
        self.shared.work.notify_all();
    }

    /// Take no more jobs, and drop those that have not begun.
    pub(crate) fn abandon(&self) {
        let work = self.shared.lock().abandon();
        self.shared.work.notify_all();
        refuse(work);
    }

    /// Wait for the threads to end.
    pub(crate) fn join(&self) {
        let own = thread::current().id();
        // Held to the end, so that whoever else joins waits too.
        let mut threads = self.threads();
        for thread in threads.drain(..).filter(|thread| thread.thread().id() != own) {
            // A thread that panicked all the same has ended.
            thread.join().unwrap_or_else(dispose);
        }
    }
}

impl<W: Work> Drop for Engine<W> {
    fn drop(&mut self) {
        self.close();
    }
}

impl<W: Work> Shared<W> {
    /// Nothing under this lock runs other people's code, so there is nothing to be poisoned by.
    fn lock(&self) -> MutexGuard<'_, Queue<W>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a thread does all its life.
    fn serve(&self) {
        let (mut kept, mut held_kib) = (W::keep(&self.tools), 0);
        while let Some(Batch { work, mut slip }) = self.take(&mut kept, &mut held_kib) {
            if slip.excess_kib > 0 {
                kept.release();
                self.lock().give_back_excess(&mut slip);
                self.work.notify_one();
            }
            let left = self.run(work, &slip);
            held_kib = kept.kib().min(slip.charge_kib);
            let unwanted = self.lock().settle(&slip, left, held_kib, Instant::now());
            refuse(unwanted);
        }
        // Others may wait for memory for jobs that are done by now.
        self.work.notify_all();
    }

    /// Work catches its own panics, to answer for them; this is for what it did not expect.
    fn run(&self, work: Vec<W>, slip: &Slip) -> Vec<Left<W>> {
        let run = attempt(|| W::run(work, &self.tools));
        run.unwrap_or_else(|_| slip.arrivals.iter().map(|_| Left::Panicked).collect())
    }

    /// What to do next; `None` when there will be nothing more. A thread waits and ends without
    /// memory.
    fn take(&self, kept: &mut W::Kept, held_kib: &mut u64) -> Option<Batch<W>> {
        let mut moot = Vec::new();
        let mut queue = self.lock();
        loop {
            let look = queue.look(*held_kib, Instant::now(), &mut moot);
            if let Look::Batch(batch) = look {
                let more = queue.wants_more();
                drop(queue);
                if more {
                    self.work.notify_one();
                }
                discard(moot);
                return Some(batch);
            }
            if !moot.is_empty() || kept.kib() > 0 {
                drop(queue);
                discard(core::mem::take(&mut moot));
                kept.release();
                queue = self.lock();
                queue.give_back(core::mem::take(held_kib));
                continue;
            }
            if let Look::Over = look {
                return None;
            }
            queue.rest(true);
            queue = self.work.wait(queue).unwrap_or_else(PoisonError::into_inner);
            queue.rest(false);
        }
    }
}

/// Drop work that nobody waits for. It may hold other people's values, whose `drop` may panic.
fn discard<W>(work: Vec<W>) {
    for work in work {
        attempt(|| drop(work)).ok();
    }
}

/// Answer that work will not be done.
fn refuse<W: Work>(work: Vec<W>) {
    for work in work {
        attempt(|| work.refuse(PoolError::Closed)).ok();
    }
}

/// Do something that may panic; the panic stays with it.
pub(crate) fn attempt<T>(work: impl FnOnce() -> T) -> Result<T, PoolError> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        dispose(payload);
        PoolError::Panicked
    })
}

/// Drop what a panic carried; a value that panics again when dropped is left where it is.
fn dispose(payload: Box<dyn Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        core::mem::forget(again);
    }
}
