//! A job that counts, and the engine that runs it.
use super::engine::{
    Bounds, Engine, Kept, Lanes, Left, Needs, PoolError, Promise, Ticket, Work, attempt, pair,
};
use shuttle::thread;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// What the toys do, seen from outside. Its locks are the standard library's and held for a
/// statement, so they do not take part in the schedule.
#[derive(Default)]
pub(super) struct Seen {
    /// The names of the jobs, in the order in which their steps were begun.
    pub(super) begun: Vec<u32>,
    /// KiB in use by thread, and kept.
    used: HashMap<thread::ThreadId, u64>,
    kept: HashMap<thread::ThreadId, u64>,
    pub(super) most_kib: u64,
    /// Threads keep no memory.
    pub(super) forgetful: bool,
    pub(super) widest: usize,
}

impl Seen {
    fn measure(&mut self) {
        let threads = self.used.iter().map(|(id, used)| {
            let kept = self.kept.get(id).copied().unwrap_or_default();
            (*used).max(kept)
        });
        self.most_kib = self.most_kib.max(threads.sum());
    }
}

#[derive(Clone, Default)]
pub(super) struct Tools(Arc<Mutex<Seen>>);

impl Tools {
    pub(super) fn see<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.0.lock().unwrap())
    }
}

pub(super) struct Toy {
    pub(super) name: u32,
    pub(super) kib: u64,
    pub(super) lanes: Option<Lanes<u8>>,
    pub(super) steps: u8,
    pub(super) panics: bool,
    /// What happens in its first step.
    pub(super) meanwhile: Option<Box<dyn FnOnce() + Send>>,
    pub(super) promise: Promise<u32>,
}

impl Work for Toy {
    type Tools = Tools;
    type Shape = u8;
    type Kept = Shelf;

    fn needs(&self) -> Needs<u8> {
        Needs { memory_kib: self.kib, lanes: self.lanes }
    }

    fn is_moot(&self, now: Instant) -> bool {
        self.promise.is_moot(now)
    }

    fn begin(&mut self, now: Instant) -> bool {
        self.promise.begin(now)
    }

    fn refuse(self, error: PoolError) {
        self.promise.keep(Err(error));
    }

    fn keep(tools: &Tools) -> Shelf {
        Shelf(tools.clone())
    }

    fn run(mut group: Vec<Self>, tools: &Tools) -> Vec<Left<Self>> {
        let id = thread::current().id();
        let kib: u64 = group.iter().map(|toy| toy.kib).sum();
        tools.see(|seen| {
            seen.begun.extend(group.iter().map(|toy| toy.name));
            seen.widest = seen.widest.max(group.len());
            seen.used.insert(id, kib);
            seen.measure();
        });
        group.iter_mut().filter_map(|toy| toy.meanwhile.take()).for_each(|meanwhile| meanwhile());
        tools.see(|seen| {
            seen.used.insert(id, 0);
            let kept = if seen.forgetful { 0 } else { kib };
            let before = seen.kept.entry(id).or_default();
            *before = kept.max(*before);
        });
        let step = |toy: Self| match toy {
            Toy { panics: true, promise, .. } => {
                let nothing = attempt(|| std::panic::resume_unwind(Box::new("a toy broke")));
                promise.keep(nothing);
                Left::Panicked
            }
            Toy { steps: 0, name, promise, .. } => {
                promise.keep(Ok(name));
                Left::Done
            }
            Toy { steps, .. } => Left::Next(Toy { steps: steps - 1, ..toy }),
        };
        group.into_iter().map(step).collect()
    }
}

/// What a thread keeps, as far as `Seen` knows.
pub(super) struct Shelf(Tools);

impl Kept for Shelf {
    fn kib(&self) -> u64 {
        let id = thread::current().id();
        self.0.see(|seen| seen.kept.get(&id).copied().unwrap_or_default())
    }

    fn release(&mut self) {
        self.0.see(|seen| seen.kept.remove(&thread::current().id()));
        thread::yield_now();
    }
}

/// A toy of that name, and its ticket.
pub(super) fn toy(name: u32) -> (Ticket<u32>, Toy) {
    let (ticket, promise) = pair();
    let meanwhile: Option<Box<dyn FnOnce() + Send>> = Some(Box::new(thread::yield_now));
    (ticket, Toy { name, kib: 0, lanes: None, steps: 0, panics: false, meanwhile, promise })
}

pub(super) fn start(
    threads: usize,
    queue_max: usize,
    memory_kib: u64,
) -> (Arc<Engine<Toy>>, Tools) {
    let tools = Tools::default();
    let bounds = Bounds { threads, queue_max, memory_kib };
    (Arc::new(Engine::start(bounds, tools.clone()).unwrap()), tools)
}

/// Run a toy that takes that much memory and does that meanwhile.
pub(super) fn give(
    engine: &Engine<Toy>,
    name: u32,
    kib: u64,
    meanwhile: impl FnOnce() + Send + 'static,
) -> Ticket<u32> {
    let (ticket, toy) = toy(name);
    engine.push(Toy { kib, meanwhile: Some(Box::new(meanwhile)), ..toy });
    ticket
}

/// They are done, whatever they answer.
pub(super) fn all_done(tickets: impl IntoIterator<Item = Ticket<u32>>) {
    for ticket in tickets {
        ticket.wait().unwrap();
    }
}

/// Two closures that both wait until both run.
pub(super) fn meeting() -> [Box<dyn FnOnce() + Send>; 2] {
    let barrier = shuttle::sync::Arc::new(shuttle::sync::Barrier::new(2));
    let other = shuttle::sync::Arc::clone(&barrier);
    [Box::new(move || _ = barrier.wait()), Box::new(move || _ = other.wait())]
}

/// A toy that is at work from now on until the closure is called.
pub(super) fn busy(engine: &Engine<Toy>, name: u32, kib: u64) -> (Ticket<u32>, impl FnOnce()) {
    let ([here, begun], [open, gate]) = (meeting(), meeting());
    let ticket = give(engine, name, kib, || {
        begun();
        gate();
    });
    here();
    (ticket, open)
}
