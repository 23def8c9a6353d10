//! The part of a run that takes all the time: hashing, on several threads, with no lock held.
use super::{Decision, Job, Step};
use crate::error::HashError;
use core::sync::atomic::{AtomicUsize, Ordering};

impl Job {
    /// The steps of a page, in its order. Each thread takes the next row that nobody has.
    pub(super) fn hash_all(&self, page: &[Decision]) -> Result<Vec<Step>, HashError> {
        let work = page.iter().filter(|decision| decision.needs_hashing()).count();
        let threads = self.threads.clamp(1, work.max(1));
        if threads == 1 {
            return page.iter().map(|decision| self.step(decision)).collect();
        }
        let next = AtomicUsize::new(0);
        let work = || -> Result<Vec<(usize, Step)>, HashError> {
            let mut steps = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                match page.get(at) {
                    Some(decision) => steps.push((at, self.step(decision)?)),
                    None => return Ok(steps),
                }
            }
        };
        let mut steps = Vec::with_capacity(page.len());
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
