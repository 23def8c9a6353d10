//! The loop: page by page, hash on several threads with no lock held, then swap and commit. Where the
//! table can be read ahead, the threads have the next page while one is being swapped.
use super::threads::{Hashing, Threads};
use super::{Cell, Decision, Job, Refusal, Row, Step, Swap, Table, Tally, part};
use crate::error::HashError;
use crate::pool::PoolError;
use core::fmt;
use core::ops::ControlFlow;

/// Someone who looks on while a job runs.
pub trait Watch<K> {
    /// A row was refused.
    fn refused(&mut self, key: &K, why: &Refusal) {
        let _ = (key, why);
    }

    /// A page is done and committed; the tally is that of the whole run so far. `Break` ends the
    /// run here.
    fn page(&mut self, tally: &Tally) -> ControlFlow<()> {
        let _ = tally;
        ControlFlow::Continue(())
    }

    /// All that is left has been claimed by other processes. `Continue` looks again, when it
    /// returns; `Break` leaves the rows to them and ends the run.
    fn wait(&mut self, tally: &Tally) -> ControlFlow<()> {
        let _ = tally;
        ControlFlow::Break(())
    }
}

/// Nobody looks on.
impl<K> Watch<K> for () {}

/// Why a run ended early. All pages that were committed before it stand.
#[derive(Debug)]
#[non_exhaustive]
pub enum JobError<E> {
    /// The driver failed.
    Table(E),
    /// A new hash could not be made.
    Hash(HashError),
    /// The threads gave no answer.
    Pool(PoolError),
    /// The operating system gave no threads.
    Threads(std::io::Error),
}

impl<E: fmt::Display> fmt::Display for JobError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(error) => error.fmt(f),
            Self::Hash(error) => error.fmt(f),
            Self::Pool(error) => error.fmt(f),
            Self::Threads(error) => write!(f, "no threads could be had: {error}"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> core::error::Error for JobError<E> {}

impl Job {
    /// Wrap the rows of a table, from its beginning to its end or until the watch says stop. What
    /// other processes have claimed is looked at again in the end, in case they were killed.
    ///
    /// # Errors
    /// The driver failed or no hash could be made. Run it again: nothing is lost, and nothing is
    /// wrapped twice.
    pub fn run<T: Table + ?Sized>(
        &self,
        table: &mut T,
        watch: &mut impl Watch<T::Key>,
    ) -> Result<Tally, JobError<T::Error>> {
        let threads = Threads::start(self).map_err(JobError::Threads)?;
        let (done, held, rest) = (Tally::default(), Vec::new(), None);
        let mut run = Run { job: self, threads, table, watch, done, held, rest };
        let ended = run.whole();
        for part in core::mem::take(&mut run.held) {
            // If this fails, the claim dies with the process.
            let _ = run.table.release(part);
        }
        ended.map(|()| run.done)
    }
}

struct Run<'r, T: Table + ?Sized, W> {
    job: &'r Job,
    threads: Threads,
    table: &'r mut T,
    watch: &'r mut W,
    done: Tally,
    /// The parts that are claimed: that of the page which is read, and the one before it until it
    /// is written.
    held: Vec<u64>,
    /// What was read beyond the end of a part, and in which part that stands.
    rest: Option<(u64, Vec<Row<T::Key>>)>,
}

/// Where a run is: behind a key, and in which part.
struct Place<K> {
    after: Option<K>,
    part: u64,
}

/// A part that another process had claimed, and how many of its rows were seen.
struct Left<K> {
    from: Place<K>,
    rows: u64,
}

/// A page that is read, and being hashed.
struct Page<K> {
    rows: Vec<Row<K>>,
    hashing: Hashing,
    /// The part that ends with it.
    ends: Option<u64>,
}

/// What became of reading a page.
enum Begun<K> {
    /// There are no more rows.
    End,
    /// Another process has claimed the part it stands in.
    Claimed,
    /// The threads have it.
    Page(Page<K>),
}

/// What became of a part that was passed over.
enum Again<K> {
    Done,
    Claimed(Left<K>),
    Stop,
}

impl<T: Table + ?Sized, W: Watch<T::Key>> Run<'_, T, W> {
    fn whole(&mut self) -> Result<(), JobError<T::Error>> {
        let mut place = Place { after: None, part: part::FIRST };
        let (mut ahead, mut left) = (None, Vec::new());
        loop {
            if !self.table.reads_ahead() && self.finish(ahead.take())? {
                return Ok(());
            }
            let stop = match self.begin(&mut place)? {
                Begun::End => break,
                Begun::Page(page) => self.finish(ahead.replace(page))?,
                Begun::Claimed => self.pass(&mut place, &mut left)?,
            };
            if stop {
                return Ok(());
            }
        }
        if self.finish(ahead)? {
            return Ok(());
        }
        while !left.is_empty() {
            let parts = left.len();
            for part in core::mem::take(&mut left) {
                match self.look_again(part)? {
                    Again::Done => {}
                    Again::Claimed(part) => left.push(part),
                    Again::Stop => return Ok(()),
                }
            }
            if left.len() == parts && self.watch.wait(&self.done).is_break() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Read a page; if there is anything to do, claim its part and have it hashed.
    fn begin(&mut self, place: &mut Place<T::Key>) -> Result<Begun<T::Key>, JobError<T::Error>> {
        let (mut rows, mut next) = self.read(place)?;
        let mut page = self.judge(&rows);
        let works = page.iter().any(Decision::is_work);
        if works && self.table.is_shared() && !self.held.contains(&place.part) {
            if !self.table.claim(place.part).map_err(JobError::Table)? {
                return Ok(Begun::Claimed);
            }
            self.held.push(place.part);
            // Whoever had the claim before may have written since.
            self.rest = None;
            (rows, next) = self.read(place)?;
            page = self.judge(&rows);
        }
        let Some(last) = rows.last() else { return Ok(Begun::End) };
        place.after = Some(last.key.clone());
        let ends = next.map(|next| core::mem::replace(&mut place.part, next));
        let hashing = self.threads.begin(page);
        Ok(Begun::Page(Page { rows, hashing, ends }))
    }

    /// Write a page that is hashed, if there is one, and give up the part that ends with it. Whether
    /// to stop.
    fn finish(&mut self, page: Option<Page<T::Key>>) -> Result<bool, JobError<T::Error>> {
        let Some(page) = page else { return Ok(false) };
        self.write(&page.rows, &page.hashing.finish()?)?;
        if let Some(at) = self.held.iter().position(|part| Some(*part) == page.ends) {
            let part = self.held.swap_remove(at);
            self.table.release(part).map_err(JobError::Table)?;
        }
        Ok(self.watch.page(&self.done).is_break())
    }

    /// The rows of the next page, and the name of the part behind it if a part ends with it.
    #[allow(clippy::type_complexity, reason = "a pair that is used here alone")]
    fn read(
        &mut self,
        place: &Place<T::Key>,
    ) -> Result<(Vec<Row<T::Key>>, Option<u64>), JobError<T::Error>> {
        let mut rows = match self.rest.take() {
            Some((part, rows)) if part == place.part => rows,
            _ => {
                let rows = self.table.batch(place.after.as_ref(), self.job.rows_max.max(1));
                rows.map_err(JobError::Table)?
            }
        };
        let mut next = None;
        if self.table.is_shared() {
            let ends = |(at, row): (usize, &Row<T::Key>)| Some((at, part::behind(&row.key)?));
            if let Some((at, part)) = rows.iter().enumerate().find_map(ends) {
                let rest = rows.split_off(at + 1);
                // None may be left because there is none, or because the page was full.
                self.rest = (!rest.is_empty()).then_some((part, rest));
                next = Some(part);
            }
        }
        Ok((rows, next))
    }

    fn judge(&self, rows: &[Row<T::Key>]) -> Vec<Decision> {
        rows.iter().map(|row| self.job.judge(row)).collect()
    }

    fn write(&mut self, rows: &[Row<T::Key>], steps: &[Step]) -> Result<(), JobError<T::Error>> {
        let (mut tally, mut refused, mut swaps) = (self.done, Vec::new(), Vec::new());
        for (row, step) in rows.iter().zip(steps) {
            let new = match step {
                Step::Keep(why) => {
                    tally.keep(*why);
                    continue;
                }
                Step::Refuse(why) => {
                    tally.refused += 1;
                    refused.push((&row.key, why));
                    continue;
                }
                Step::Replace(new) | Step::Tag(new) => new,
            };
            let Cell::Text(old) = &row.stored else { continue };
            swaps.push((step, Swap::new(&row.key, old, new)));
        }
        if !swaps.is_empty() {
            let page: Vec<_> = swaps.iter().map(|(_, swap)| *swap).collect();
            let swapped = self.table.swap_page(&page).map_err(JobError::Table)?;
            let swapped = swapped.into_iter().chain(core::iter::repeat(false));
            for ((step, _), swapped) in swaps.iter().zip(swapped) {
                *match (swapped, step) {
                    (false, _) => &mut tally.overtaken,
                    (true, Step::Tag(_)) => &mut tally.tagged,
                    (true, _) => &mut tally.wrapped,
                } += 1;
            }
        }
        self.table.commit().map_err(JobError::Table)?;
        self.done = tally;
        refused.iter().for_each(|(key, why)| self.watch.refused(key, why));
        Ok(())
    }

    /// Pass over a part that another process has claimed, and remember it. Whether to stop.
    fn pass(
        &mut self,
        place: &mut Place<T::Key>,
        left: &mut Vec<Left<T::Key>>,
    ) -> Result<bool, JobError<T::Error>> {
        let from = Place { after: place.after.clone(), part: place.part };
        let mut part = Left { from, rows: 0 };
        let mut stop = false;
        while !stop && place.part == part.from.part {
            let (rows, next) = self.read(place)?;
            let Some(last) = rows.last() else { break };
            place.after = Some(last.key.clone());
            place.part = next.unwrap_or(place.part);
            part.rows += rows.len() as u64;
            self.done.claimed += rows.len() as u64;
            stop = self.watch.page(&self.done).is_break();
        }
        left.push(part);
        Ok(stop)
    }

    /// Do what is left to do in a part that was passed over.
    fn look_again(&mut self, mut part: Left<T::Key>) -> Result<Again<T::Key>, JobError<T::Error>> {
        self.rest = None;
        loop {
            let (rows, ends, stop) = match self.begin(&mut part.from)? {
                Begun::Claimed => return Ok(Again::Claimed(part)),
                Begun::End => (0, true, false),
                Begun::Page(page) => {
                    let (rows, ends) = (page.rows.len() as u64, page.ends.is_some());
                    (rows, ends, self.finish(Some(page))?)
                }
            };
            let rows = if ends { part.rows } else { rows.min(part.rows) };
            part.rows -= rows;
            self.done.claimed = self.done.claimed.saturating_sub(rows);
            if stop || ends {
                return Ok(if stop { Again::Stop } else { Again::Done });
            }
        }
    }
}
