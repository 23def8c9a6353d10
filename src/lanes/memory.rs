//! The working memory of Argon2 and scrypt, kept between derivations.
//!
//! Memory that comes fresh from the system costs a page fault every 4 KiB, which is half of the
//! time of a cheap Argon2. So a derivation takes its memory from a shelf and puts it back.
//!
//! What a derivation leaves in memory is as good as a fast hash of the password: the first blocks
//! of Argon2 are a few calls of BLAKE2b away from it. So memory is wiped before it goes back to the
//! shelf, and with that before it goes back to the system. A thread with many derivations to do
//! says so with a [`Streak`]: then its memory stays with it, each job writes over what the last
//! one left, and it is wiped when the streak ends.
//!
//! To wipe costs what it takes to write the memory once. Milliseconds of Argon2id on a server core
//! with AVX-512, the thread's own time, minimum of 15:
//!
//! | KiB, passes | a streak | wiped after each | more |
//! |---|---|---|---|
//! | 19,456, 2 | 6.3 | 6.9 | 10 % |
//! | 47,104, 1 | 9.3 | 10.2 | 10 % |
//! | 65,536, 3 | 50.8 | 53.1 | 4 % |
use core::marker::PhantomData;
use std::cell::RefCell;
use std::sync::{Mutex, PoisonError};
use zeroize::{DefaultIsZeroes, Zeroize, Zeroizing};

/// A line of the cache, and one vector of AVX-512.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Line(pub(crate) [u64; 8]);

impl Line {
    pub(crate) const ZERO: Self = Self([0; 8]);
    pub(crate) const BYTES: usize = 64;
}

impl Default for Line {
    fn default() -> Self {
        Self::ZERO
    }
}

impl DefaultIsZeroes for Line {}

/// The memory could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoMemory;

/// The memory that is kept between derivations of Argon2 and scrypt, for the whole process.
///
/// A derivation that finds memory kept runs up to twice as fast as one that must get it from the
/// system. It is wiped after each derivation, after the last one of a
/// [`verify_many`](crate::PasswordHash::verify_many). As much is kept as was in use at once, up to
/// a bound.
#[derive(Debug)]
pub struct KeptMemory(());

impl KeptMemory {
    /// The bound until another is set, in KiB: enough for two derivations of 64 MiB.
    pub const KIB_DEFAULT: u64 = KIB_DEFAULT as u64;

    /// How much is kept now, in KiB. What running derivations use does not count.
    #[must_use]
    pub fn kib() -> u64 {
        u64::try_from(SHELF.lines() / LINES_PER_KIB).unwrap_or(u64::MAX)
    }

    /// Keep at most so many KiB from now on; 0 keeps nothing.
    ///
    /// The bound is on what waits for the next derivation. The derivation itself takes what its
    /// setting says, which is the business of [`Limits`](crate::Limits).
    pub fn keep_at_most(kib: u64) {
        let kib = usize::try_from(kib).unwrap_or(usize::MAX);
        SHELF.keep_at_most(kib.saturating_mul(LINES_PER_KIB));
    }

    /// Give all that is kept back to the system. The next derivations get theirs anew.
    pub fn release() {
        drop(SHELF.emptied());
    }
}

/// Two derivations of 64 MiB.
pub(crate) const KIB_DEFAULT: u32 = 131_072;

const LINES_PER_KIB: usize = 1024 / Line::BYTES;

static SHELF: Shelf = Shelf::new(KIB_DEFAULT as usize * LINES_PER_KIB);

/// Memory for a job: this thread's, or from the shelf, or new.
pub(crate) fn take(lines: usize) -> Result<Buffer, NoMemory> {
    SHELF.take(lines)
}

/// Memory of which there is little: not kept, but wiped.
pub(crate) fn zeros<T: Zeroize + Default + Clone>(
    len: usize,
) -> Result<Zeroizing<Vec<T>>, NoMemory> {
    filled(len).map(Zeroizing::new)
}

fn filled<T: Default + Clone>(len: usize) -> Result<Vec<T>, NoMemory> {
    let mut filled = Vec::new();
    filled.try_reserve_exact(len).map_err(|_| NoMemory)?;
    filled.resize(len, T::default());
    Ok(filled)
}

/// Memory that nobody uses.
struct Shelf(Mutex<Idle>);

struct Idle {
    /// All of it wiped.
    kept: Vec<Vec<Line>>,
    lines_max: usize,
}

impl Idle {
    fn lines(&self) -> usize {
        self.kept.iter().fold(0, |sum, lines| sum.saturating_add(lines.len()))
    }

    /// Take out what is over the bound, the smallest first.
    fn surplus(&mut self) -> Vec<Vec<Line>> {
        let mut surplus = Vec::new();
        while self.lines() > self.lines_max {
            let places = self.kept.iter().enumerate();
            let Some((at, _)) = places.min_by_key(|(_, lines)| lines.len()) else { break };
            surplus.push(self.kept.swap_remove(at));
        }
        surplus
    }
}

impl Shelf {
    const fn new(lines_max: usize) -> Self {
        Self(Mutex::new(Idle { kept: Vec::new(), lines_max }))
    }

    /// Memory is given back to the system outside of `f`: that takes long.
    fn with<T>(&self, f: impl FnOnce(&mut Idle) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn lines(&self) -> usize {
        self.with(|idle| idle.lines())
    }

    fn keep_at_most(&self, lines: usize) {
        let surplus = self.with(|idle| {
            idle.lines_max = lines;
            idle.surplus()
        });
        drop(surplus);
    }

    fn emptied(&self) -> Vec<Vec<Line>> {
        self.with(|idle| core::mem::take(&mut idle.kept))
    }

    fn take(&'static self, lines: usize) -> Result<Buffer, NoMemory> {
        #[cfg(test)]
        scarce::check(lines)?;
        let waiting = RUN.with_borrow_mut(|run| run.waiting.take());
        let mut memory = match waiting {
            Some(memory) if core::ptr::eq(memory.shelf, self) && memory.lines.len() >= lines => {
                memory
            }
            other => {
                if let Some(memory) = other {
                    memory.shelve();
                }
                Memory { shelf: self, lines: self.found_or_new(lines)?, dirty: 0 }
            }
        };
        memory.dirty = memory.dirty.max(lines);
        Ok(Buffer { memory: Some(memory), lines })
    }

    /// The smallest that will do. If none does, the largest goes, and a new one comes in its place.
    fn found_or_new(&self, lines: usize) -> Result<Vec<Line>, NoMemory> {
        let found = self.with(|idle| {
            let places = || idle.kept.iter().enumerate().map(|(at, kept)| (kept.len(), at));
            let fits = places().filter(|(len, _)| *len >= lines).min();
            fits.or_else(|| places().max()).map(|(_, at)| idle.kept.swap_remove(at))
        });
        if let Some(found) = found
            && found.len() >= lines
        {
            return Ok(found);
        }
        filled(lines)
    }

    fn put(&self, lines: Vec<Line>) {
        let surplus = self.with(|idle| {
            if lines.len() > idle.lines_max {
                return vec![lines]; // could not stay, so it must not push out the others
            }
            idle.kept.push(lines);
            idle.surplus()
        });
        drop(surplus);
    }
}

/// Memory away from its shelf.
struct Memory {
    shelf: &'static Shelf,
    lines: Vec<Line>,
    /// How many lines from the first on may hold what jobs wrote.
    dirty: usize,
}

impl Memory {
    fn shelve(mut self) {
        if let Some(dirty) = self.lines.get_mut(..self.dirty) {
            dirty.fill(Line::ZERO);
            zeroize::optimization_barrier(&*dirty);
        }
        self.shelf.put(self.lines);
    }
}

/// The memory of one job.
pub(crate) struct Buffer {
    memory: Option<Memory>,
    lines: usize,
}

impl Buffer {
    /// As many lines as were asked for. They hold what another job left: write before you read.
    pub(crate) fn lines(&mut self) -> &mut [Line] {
        let memory = self.memory.as_mut().and_then(|memory| memory.lines.get_mut(..self.lines));
        memory.unwrap_or_default()
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let Some(memory) = self.memory.take() else { return };
        let mut memory = Some(memory);
        let _ = RUN.try_with(|run| {
            let mut run = run.borrow_mut();
            if run.depth > 0 && run.waiting.is_none() {
                run.waiting = memory.take();
            }
        });
        if let Some(memory) = memory {
            memory.shelve();
        }
    }
}

/// What a thread keeps to itself while it is on a streak.
struct Run {
    depth: usize,
    waiting: Option<Memory>,
}

thread_local!(static RUN: RefCell<Run> = const { RefCell::new(Run { depth: 0, waiting: None }) });

/// While it lives, this thread has derivation after derivation to do: its memory is wiped at the
/// end instead of after each of them, and it takes no other threads to help, which have work of
/// their own.
#[must_use]
pub(crate) struct Streak(PhantomData<*const ()>);

impl Streak {
    pub(crate) fn begin() -> Self {
        RUN.with_borrow_mut(|run| run.depth = run.depth.saturating_add(1));
        Self(PhantomData)
    }

    /// Whether this thread is on one.
    pub(crate) fn is_on() -> bool {
        RUN.with_borrow(|run| run.depth > 0)
    }

    /// How much this thread keeps to itself now, in KiB.
    pub(crate) fn kib(&self) -> u64 {
        let lines = RUN.with_borrow(|run| run.waiting.as_ref().map_or(0, |own| own.lines.len()));
        u64::try_from(lines.div_ceil(LINES_PER_KIB)).unwrap_or(u64::MAX)
    }

    /// Wipe it now and let others have it.
    pub(crate) fn release(&mut self) {
        if let Some(memory) = RUN.with_borrow_mut(|run| run.waiting.take()) {
            memory.shelve();
        }
    }
}

impl Drop for Streak {
    fn drop(&mut self) {
        let left = RUN.try_with(|run| {
            let mut run = run.borrow_mut();
            run.depth = run.depth.saturating_sub(1);
            if run.depth == 0 { run.waiting.take() } else { None }
        });
        if let Ok(Some(memory)) = left {
            memory.shelve();
        }
    }
}

/// Tests that run out of memory.
#[cfg(test)]
pub(crate) mod scarce {
    use super::NoMemory;
    use core::cell::Cell;

    thread_local!(static LINES_MAX: Cell<usize> = const { Cell::new(usize::MAX) });

    /// This thread gets so many lines at a time and no more.
    pub(crate) fn from_now(lines_max: usize) {
        LINES_MAX.set(lines_max);
    }

    pub(super) fn check(lines: usize) -> Result<(), NoMemory> {
        if lines > LINES_MAX.get() { Err(NoMemory) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, NoMemory, Shelf, Streak};

    fn shelf(lines_max: usize) -> &'static Shelf {
        Box::leak(Box::new(Shelf::new(lines_max)))
    }

    /// Where the memory lies, after all its lines were written.
    fn used(shelf: &'static Shelf, lines: usize) -> *const Line {
        let mut buffer = shelf.take(lines).unwrap();
        assert_eq!(buffer.lines().len(), lines);
        buffer.lines().fill(Line([7; 8]));
        buffer.lines().as_ptr()
    }

    /// How many lines of what is taken next are not zeros.
    fn dirty(shelf: &'static Shelf, lines: usize) -> usize {
        let mut buffer = shelf.take(lines).unwrap();
        buffer.lines().iter().filter(|line| line.0 != [0; 8]).count()
    }

    #[test]
    fn memory_is_used_again_and_wiped_between() {
        let shelf = shelf(100);
        let first = used(shelf, 40);
        assert_eq!(shelf.lines(), 40);
        assert_eq!(dirty(shelf, 40), 0);
        assert_eq!(used(shelf, 30), first, "a smaller job takes it too");
        assert_eq!(shelf.lines(), 40);
        assert_eq!(dirty(shelf, 40), 0);
    }

    #[test]
    fn the_smallest_that_fits_is_taken_and_a_larger_job_replaces_the_largest() {
        let shelf = shelf(1000);
        let (small, large) = (shelf.take(10).unwrap(), shelf.take(50).unwrap());
        drop((small, large));
        assert_eq!(shelf.lines(), 60);
        let mut held = shelf.take(5).unwrap();
        assert_eq!((held.lines().len(), shelf.lines()), (5, 50), "of the two, that of 10");
        drop(held);
        drop(shelf.take(70).unwrap());
        assert_eq!(shelf.lines(), 80, "10 and 70");
    }

    #[test]
    fn no_more_is_kept_than_the_bound() {
        let shelf = shelf(100);
        drop(shelf.take(101).unwrap());
        assert_eq!(shelf.lines(), 0);
        drop([shelf.take(30).unwrap(), shelf.take(40).unwrap(), shelf.take(50).unwrap()]);
        assert_eq!(shelf.lines(), 90, "the smallest went");
        shelf.keep_at_most(60);
        assert_eq!(shelf.lines(), 50);
        drop(shelf.emptied());
        assert_eq!(shelf.lines(), 0);
        shelf.keep_at_most(0);
        drop(shelf.take(1).unwrap());
        assert_eq!(shelf.lines(), 0);
    }

    #[test]
    fn a_streak_keeps_its_memory_to_itself_and_wipes_it_at_the_end() {
        let shelf = shelf(100);
        let (outer, inner) = (Streak::begin(), Streak::begin());
        let first = used(shelf, 40);
        assert_eq!(shelf.lines(), 0);
        assert_eq!(dirty(shelf, 20), 20, "not wiped between jobs");
        drop(inner);
        assert_eq!(dirty(shelf, 40), 40);
        assert!(Streak::is_on());
        assert_eq!((outer.kib(), shelf.lines()), (3, 0), "40 lines");
        drop(outer);
        assert!(!Streak::is_on());
        assert_eq!(shelf.lines(), 40);
        assert_eq!(dirty(shelf, 40), 0, "all of it was wiped, though the last job was smaller");
        assert_eq!(used(shelf, 40), first);
    }

    #[test]
    fn a_streak_that_needs_more_wipes_what_it_had() {
        let shelf = shelf(100);
        let streak = Streak::begin();
        used(shelf, 10);
        let larger = shelf.take(20).unwrap();
        assert_eq!(shelf.lines(), 0, "the smaller was shelved, then gave way");
        drop((larger, streak));
        assert_eq!(shelf.lines(), 20);
    }

    #[test]
    fn a_streak_can_let_its_memory_go_and_go_on() {
        let shelf = shelf(100);
        let mut streak = Streak::begin();
        used(shelf, 40);
        streak.release();
        assert_eq!((streak.kib(), shelf.lines()), (0, 40));
        assert_eq!(dirty(shelf, 40), 0);
        assert_eq!(shelf.lines(), 0, "what it took then is its own again");
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri ends where memory does")]
    fn memory_that_cannot_be_had_is_an_error() {
        assert_eq!(shelf(1).take(usize::MAX).err(), Some(NoMemory));
        assert_eq!(shelf(1).take(isize::MAX as usize / Line::BYTES).err(), Some(NoMemory));
    }

    #[test]
    fn a_job_that_panics_leaves_wiped_memory() {
        let shelf = shelf(100);
        let job = || {
            let mut buffer = shelf.take(40).unwrap();
            buffer.lines().fill(Line([7; 8]));
            panic!("on purpose");
        };
        std::panic::catch_unwind(job).unwrap_err();
        assert_eq!(dirty(shelf, 40), 0);
    }
}
