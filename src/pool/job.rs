//! The jobs of the pool: verifications, which run in lanes, and errands, which run by themselves.
//!
//! A check or a login is a verification first. If a new hash or a decoy must follow, that is an
//! errand in the same place of the queue.
use super::engine::{Kept, Lanes, Left, Needs, PoolError, Promise, Work, attempt};
use crate::error::VerifyError;
use crate::hash::{Group, PasswordHash};
use crate::lanes::memory::Streak;
use crate::limits::Limits;
use crate::policy::{Login, Next, Outcome, Policy};
use crate::secret::{Keyring, SecretBytes};
use std::sync::Arc;
use std::time::Instant;

/// What all threads use.
pub(super) struct Tools {
    pub(super) keys: Keyring,
    pub(super) limits: Limits,
    /// How a group is verified: another way only in tests.
    pub(super) verify: fn(&[Pair<'_>], &Keyring, &Limits) -> Verdicts,
}

type Pair<'a> = (&'a PasswordHash, &'a [u8]);
type Verdicts = Vec<Result<bool, VerifyError>>;

impl Tools {
    pub(super) fn new(keys: Keyring, limits: Limits) -> Self {
        Self { keys, limits, verify: PasswordHash::verify_many_with }
    }
}

/// A job, or the next step of one.
pub(super) enum Job {
    Check(Check),
    Errand(Box<dyn Errand>),
}

/// A password to be verified.
pub(super) struct Check {
    pub(super) hash: Arc<PasswordHash>,
    pub(super) password: SecretBytes,
    pub(super) then: Then,
}

/// What a verdict leads to.
pub(super) enum Then {
    Verdict(Promise<Result<bool, VerifyError>>),
    Outcome(Policy, Promise<Result<Outcome, VerifyError>>),
    Login(Policy, Promise<Login>),
}

impl Job {
    pub(super) fn errand<T: Send + 'static>(
        memory_kib: u64,
        promise: Promise<T>,
        work: impl FnOnce(&Tools) -> T + Send + 'static,
    ) -> Self {
        Self::Errand(Box::new(Closure { memory_kib, promise, work }))
    }
}

impl Work for Job {
    type Tools = Tools;
    type Shape = Group;
    type Kept = Streak;

    fn needs(&self) -> Needs<Group> {
        match self {
            Self::Check(Check { hash, .. }) => Needs {
                memory_kib: hash.cost().memory_kib,
                lanes: Group::of(hash).map(|group| {
                    let (least, width) = (group.least(), group.width());
                    Lanes { shape: group, least, width }
                }),
            },
            Self::Errand(errand) => Needs { memory_kib: errand.memory_kib(), lanes: None },
        }
    }

    fn is_moot(&self, now: Instant) -> bool {
        match self {
            Self::Check(Check { then: Then::Verdict(promise), .. }) => promise.is_moot(now),
            Self::Check(Check { then: Then::Outcome(_, promise), .. }) => promise.is_moot(now),
            Self::Check(Check { then: Then::Login(_, promise), .. }) => promise.is_moot(now),
            Self::Errand(errand) => errand.is_moot(now),
        }
    }

    fn begin(&mut self, now: Instant) -> bool {
        match self {
            Self::Check(Check { then: Then::Verdict(promise), .. }) => promise.begin(now),
            Self::Check(Check { then: Then::Outcome(_, promise), .. }) => promise.begin(now),
            Self::Check(Check { then: Then::Login(_, promise), .. }) => promise.begin(now),
            Self::Errand(errand) => errand.begin(now),
        }
    }

    fn refuse(self, error: PoolError) {
        match self {
            Self::Check(check) => check.then.refuse(error),
            Self::Errand(errand) => errand.refuse(error),
        }
    }

    fn keep(_: &Tools) -> Streak {
        Streak::begin()
    }

    fn run(group: Vec<Self>, tools: &Tools) -> Vec<Left<Self>> {
        // A group is of one shape, and an errand has none: it comes alone.
        let mut checks = Vec::with_capacity(group.len());
        let mut left = Vec::with_capacity(group.len());
        for job in group {
            match job {
                Self::Check(check) => checks.push(check),
                Self::Errand(errand) => left.push(errand.run(tools)),
            }
        }
        let verdicts = verify(&checks, tools);
        let finished = checks.into_iter().zip(verdicts);
        left.extend(finished.map(|(check, verdict)| check.finish(verdict)));
        left
    }
}

/// The memory of Argon2 and scrypt stays with a thread while it goes from job to job, each writing
/// over what the last one left; it is wiped before it is given back.
impl Kept for Streak {
    fn kib(&self) -> u64 {
        self.kib()
    }

    fn release(&mut self) {
        self.release();
    }
}

/// The verdicts of a group, in order. If it panics, each is asked by itself: it is one of them that
/// panics, and the others shall have their answers.
fn verify(checks: &[Check], tools: &Tools) -> Vec<Result<Result<bool, VerifyError>, PoolError>> {
    let pairs: Vec<Pair<'_>> =
        checks.iter().map(|check| (check.hash.as_ref(), check.password.expose())).collect();
    let ask = |pairs: &[Pair<'_>]| attempt(|| (tools.verify)(pairs, &tools.keys, &tools.limits));
    match ask(&pairs) {
        Ok(verdicts) => verdicts.into_iter().map(Ok).collect(),
        Err(_) => {
            let alone = |pair| ask(&[pair])?.pop().ok_or(PoolError::Panicked);
            pairs.into_iter().map(alone).collect()
        }
    }
}

impl Check {
    /// Answer, or say what is to be done first.
    fn finish(self, verdict: Result<Result<bool, VerifyError>, PoolError>) -> Left<Job> {
        let Self { hash, password, then } = self;
        let verdict = match verdict {
            Ok(verdict) => verdict,
            Err(error) => {
                then.refuse(error);
                return Left::Panicked;
            }
        };
        match then {
            Then::Verdict(promise) => promise.keep(Ok(verdict)),
            Then::Outcome(policy, promise) => {
                let next = match verdict {
                    Ok(matched) => policy.after_check(&hash, matched),
                    Err(error) => {
                        promise.keep(Ok(Err(error)));
                        return Left::Done;
                    }
                };
                match next {
                    Next::Answer(outcome) => promise.keep(Ok(Ok(outcome))),
                    next => {
                        let kib = policy.rest_kib(&hash);
                        return Left::Next(Job::errand(kib, promise, move |tools| {
                            Ok(policy.finish(next, Some(&hash), password.expose(), &tools.keys))
                        }));
                    }
                }
            }
            Then::Login(policy, promise) => {
                let next = policy.after_login(Some(&hash), Some(&verdict));
                let failed = verdict.err();
                match next {
                    Next::Answer(outcome) => {
                        promise.keep(Ok(Login { outcome, unreadable: None, failed }));
                    }
                    next => {
                        let kib = policy.rest_kib(&hash);
                        return Left::Next(Job::errand(kib, promise, move |tools| {
                            let hash = Some(&*hash);
                            let outcome = policy.finish(next, hash, password.expose(), &tools.keys);
                            Login { outcome, unreadable: None, failed }
                        }));
                    }
                }
            }
        }
        Left::Done
    }
}

impl Then {
    fn refuse(self, error: PoolError) {
        match self {
            Self::Verdict(promise) => promise.keep(Err(error)),
            Self::Outcome(_, promise) => promise.keep(Err(error)),
            Self::Login(_, promise) => promise.keep(Err(error)),
        }
    }
}

/// Something to be done by itself, whatever its answer is.
pub(super) trait Errand: Send {
    fn memory_kib(&self) -> u64;
    fn is_moot(&self, now: Instant) -> bool;
    fn begin(&mut self, now: Instant) -> bool;
    fn refuse(self: Box<Self>, error: PoolError);
    fn run(self: Box<Self>, tools: &Tools) -> Left<Job>;
}

struct Closure<T, F> {
    memory_kib: u64,
    promise: Promise<T>,
    work: F,
}

impl<T: Send, F: FnOnce(&Tools) -> T + Send> Errand for Closure<T, F> {
    fn memory_kib(&self) -> u64 {
        self.memory_kib
    }

    fn is_moot(&self, now: Instant) -> bool {
        self.promise.is_moot(now)
    }

    fn begin(&mut self, now: Instant) -> bool {
        self.promise.begin(now)
    }

    fn refuse(self: Box<Self>, error: PoolError) {
        self.promise.keep(Err(error));
    }

    fn run(self: Box<Self>, tools: &Tools) -> Left<Job> {
        let Self { promise, work, .. } = *self;
        match attempt(|| work(tools)) {
            Ok(answer) => {
                promise.keep(Ok(answer));
                Left::Done
            }
            Err(error) => {
                promise.keep(Err(error));
                Left::Panicked
            }
        }
    }
}
