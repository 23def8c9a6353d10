//! The two ends of a job: a ticket for who asked, a promise for who works.
//!
//! Between them lies a slot under a lock of its own, which is only ever taken last: the queue's
//! lock may be held when a slot's is taken, never the other way round. Wakers are woken and answers
//! dropped with no lock held, for they may run anybody's code.
use super::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use super::{PoolError, attempt};
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::time::Instant;

struct Slot<T> {
    state: Mutex<State<T>>,
    answered: Condvar,
}

struct State<T> {
    answer: Answer<T>,
    /// By when the job must have begun.
    deadline: Option<Instant>,
    /// The deadline passed before the job began.
    expired: bool,
    begun: bool,
    /// Nobody will look at the answer.
    gone: bool,
    waker: Option<Waker>,
}

enum Answer<T> {
    Awaited,
    Given(Result<T, PoolError>),
    Taken,
}

impl<T> Slot<T> {
    fn new() -> Self {
        let state = State {
            answer: Answer::Awaited,
            deadline: None,
            expired: false,
            begun: false,
            gone: false,
            waker: None,
        };
        Self { state: Mutex::new(state), answered: Condvar::new() }
    }

    /// Nothing under this lock can panic, so there is nothing half done to be poisoned by.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> State<T> {
    fn is_late(&self, now: Instant) -> bool {
        !self.begun && self.deadline.is_some_and(|deadline| deadline <= now)
    }

    fn is_moot(&mut self, now: Instant) -> bool {
        self.expired |= self.is_late(now);
        self.gone || self.expired
    }

    /// The answer, if there is one by now. A job that has not begun by its deadline is given up.
    fn take(&mut self) -> Option<Result<T, PoolError>> {
        match core::mem::replace(&mut self.answer, Answer::Taken) {
            Answer::Given(answer) => Some(answer),
            Answer::Taken => Some(Err(PoolError::Closed)),
            Answer::Awaited => {
                self.answer = Answer::Awaited;
                if !self.is_late(Instant::now()) {
                    return None;
                }
                (self.gone, self.answer) = (true, Answer::Taken);
                Some(Err(PoolError::Expired))
            }
        }
    }
}

/// What a job will be answered on: [`wait`](Self::wait) for it on a thread, or `.await` it in any
/// runtime.
///
/// Each ticket gets exactly one answer. To drop it is to cancel: a job that has not begun then never
/// does.
#[must_use = "dropping a ticket cancels its job"]
pub struct Ticket<T> {
    slot: Arc<Slot<T>>,
}

impl<T> Ticket<T> {
    /// A job that has not begun at `deadline` never does: the answer is [`PoolError::Expired`].
    /// One that has begun is finished.
    ///
    /// [`wait`](Self::wait) returns at the deadline. As a `Future` it has no clock to be woken by:
    /// it notices when it is polled, or when a thread of the pool is free and comes upon the job.
    pub fn by(self, deadline: Instant) -> Self {
        self.slot.lock().deadline = Some(deadline);
        self
    }

    /// Wait for the answer.
    ///
    /// Not from a job of the same pool: were all its threads to wait, none would work.
    ///
    /// # Errors
    /// The pool has no answer.
    pub fn wait(self) -> Result<T, PoolError> {
        let mut state = self.slot.lock();
        loop {
            if let Some(answer) = state.take() {
                return answer;
            }
            let condition = &self.slot.answered;
            state = match state.deadline {
                Some(deadline) if !state.begun => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    let woken = condition.wait_timeout(state, left);
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
                _ => condition.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}

impl<T> Future for Ticket<T> {
    type Output = Result<T, PoolError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.slot.lock();
        if let Some(answer) = state.take() {
            return Poll::Ready(answer);
        }
        let known = state.waker.as_ref().is_some_and(|waker| waker.will_wake(context.waker()));
        if !known {
            let old = state.waker.replace(context.waker().clone());
            drop(state);
            drop(old);
        }
        Poll::Pending
    }
}

impl<T> Drop for Ticket<T> {
    fn drop(&mut self) {
        let mut state = self.slot.lock();
        state.gone = true;
        let answer = core::mem::replace(&mut state.answer, Answer::Taken);
        let waker = state.waker.take();
        drop(state);
        drop((answer, waker));
    }
}

impl<T> fmt::Debug for Ticket<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ticket")
    }
}

/// The worker's end. It is kept once; one that is dropped says that the pool has closed, or that
/// the deadline had passed.
pub(crate) struct Promise<T> {
    slot: Option<Arc<Slot<T>>>,
}

/// A ticket, and the promise to answer it.
pub(crate) fn pair<T>() -> (Ticket<T>, Promise<T>) {
    let slot = Arc::new(Slot::new());
    (Ticket { slot: Arc::clone(&slot) }, Promise { slot: Some(slot) })
}

impl<T> Promise<T> {
    /// Whether the job need not be done: the ticket was dropped, or the deadline passed before it
    /// began. It will not be done then.
    pub(crate) fn is_moot(&self, now: Instant) -> bool {
        self.slot.as_ref().is_none_or(|slot| slot.lock().is_moot(now))
    }

    /// Begin, unless it is moot. Once begun, the deadline is met, whatever steps follow.
    pub(crate) fn begin(&mut self, now: Instant) -> bool {
        let Some(slot) = &self.slot else { return false };
        let mut state = slot.lock();
        state.begun |= !state.is_moot(now);
        state.begun && !state.gone
    }

    /// Answer the ticket.
    pub(crate) fn keep(mut self, answer: Result<T, PoolError>) {
        if let Some(slot) = self.slot.take() {
            give(&slot, |_| answer);
        }
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        if let Some(slot) = self.slot.take() {
            give(&slot, |expired| {
                Err(if expired { PoolError::Expired } else { PoolError::Closed })
            });
        }
    }
}

fn give<T>(slot: &Slot<T>, answer: impl FnOnce(bool) -> Result<T, PoolError>) {
    let mut state = slot.lock();
    let answer = answer(state.expired);
    let unheard = if state.gone {
        Some(answer)
    } else {
        state.answer = Answer::Given(answer);
        None
    };
    let waker = state.waker.take();
    drop(state);
    slot.answered.notify_all();
    // Other people's code, which is not to end the work of this thread.
    attempt(|| drop(unheard)).ok();
    if let Some(waker) = waker {
        attempt(|| waker.wake()).ok();
    }
}
