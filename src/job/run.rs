//! The loop: page by page, hash on several threads with no lock held, then swap and commit.
use super::{Cell, Job, Kept, Refusal, Row, Step, Table};
use crate::error::HashError;
use core::fmt;
use core::ops::ControlFlow;
use core::sync::atomic::{AtomicUsize, Ordering};
use serde::Serialize;

/// What became of the rows. Each row that was read is counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Tally {
    /// Weak hashes that were wrapped.
    pub wrapped: u64,
    /// Strong hashes that were written anew with their tag.
    pub tagged: u64,
    /// Rows left alone because no password opens them.
    pub locked: u64,
    /// Rows left alone because there is no password.
    pub null: u64,
    /// Rows left alone because they are strong.
    pub strong: u64,
    /// Rows left alone because they are wrapped already.
    pub already_wrapped: u64,
    /// Rows left alone because they could not be understood.
    pub refused: u64,
    /// Rows left alone because they changed while they were being hashed: a login was faster.
    pub overtaken: u64,
}

impl Tally {
    /// Rows left alone for a good reason.
    #[must_use]
    pub fn kept(&self) -> u64 {
        self.locked + self.null + self.strong + self.already_wrapped
    }

    /// Rows read.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.wrapped + self.tagged + self.kept() + self.refused + self.overtaken
    }

    fn keep(&mut self, why: Kept) {
        *match why {
            Kept::Locked => &mut self.locked,
            Kept::Null => &mut self.null,
            Kept::Strong => &mut self.strong,
            Kept::Wrapped => &mut self.already_wrapped,
        } += 1;
    }
}

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
}

impl<E: fmt::Display> fmt::Display for JobError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(error) => error.fmt(f),
            Self::Hash(error) => error.fmt(f),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> core::error::Error for JobError<E> {}

impl Job {
    /// Wrap the rows of a table, from its beginning to its end or until the watch says stop.
    ///
    /// # Errors
    /// The driver failed or no hash could be made. Run it again: nothing is lost, and nothing is
    /// wrapped twice.
    pub fn run<T: Table + ?Sized>(
        &self,
        table: &mut T,
        watch: &mut impl Watch<T::Key>,
    ) -> Result<Tally, JobError<T::Error>> {
        let (mut done, mut after) = (Tally::default(), None);
        loop {
            let rows =
                table.batch(after.as_ref(), self.rows_max.max(1)).map_err(JobError::Table)?;
            let Some(last) = rows.last() else { return Ok(done) };
            after = Some(last.key.clone());
            let steps = self.decide_all(&rows).map_err(JobError::Hash)?;
            let mut tally = done;
            let mut refused = Vec::new();
            for (row, step) in rows.iter().zip(steps) {
                let (new, count) = match step {
                    Step::Keep(why) => {
                        tally.keep(why);
                        continue;
                    }
                    Step::Refuse(why) => {
                        tally.refused += 1;
                        refused.push((&row.key, why));
                        continue;
                    }
                    Step::Replace(new) => (new, &mut tally.wrapped),
                    Step::Tag(new) => (new, &mut tally.tagged),
                };
                let Cell::Text(old) = &row.stored else { continue };
                match table.swap(&row.key, old, &new).map_err(JobError::Table)? {
                    true => *count += 1,
                    false => tally.overtaken += 1,
                }
            }
            table.commit().map_err(JobError::Table)?;
            done = tally;
            refused.iter().for_each(|(key, why)| watch.refused(key, why));
            if watch.page(&done).is_break() {
                return Ok(done);
            }
        }
    }

    /// The steps of a page, in its order. Each thread takes the next row that nobody has.
    fn decide_all<K: Sync>(&self, rows: &[Row<K>]) -> Result<Vec<Step>, HashError> {
        let threads = self.threads.clamp(1, rows.len().max(1));
        if threads == 1 {
            return rows.iter().map(|row| self.decide(row)).collect();
        }
        let next = AtomicUsize::new(0);
        let work = || -> Result<Vec<(usize, Step)>, HashError> {
            let mut steps = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                match rows.get(at) {
                    Some(row) => steps.push((at, self.decide(row)?)),
                    None => return Ok(steps),
                }
            }
        };
        let mut steps = Vec::with_capacity(rows.len());
        std::thread::scope(|scope| -> Result<(), HashError> {
            let helpers: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            steps.append(&mut work()?);
            for helper in helpers {
                match helper.join() {
                    Ok(theirs) => steps.append(&mut theirs?),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            Ok(())
        })?;
        steps.sort_unstable_by_key(|(at, _)| *at);
        Ok(steps.into_iter().map(|(_, step)| step).collect())
    }
}
