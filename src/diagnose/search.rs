//! The search: stage by stage, likeliest and cheapest first, within its bounds.
use super::password::Treated;
use super::salt;
use super::setting::SettingSlip;
use super::subject::{Subject, Target};
use super::{Deviation, Effort};
use crate::algorithm::Salt;
use crate::side::Side;

/// What has been done, and what may be.
pub(super) struct Search<'a> {
    side: &'a Side,
    effort: Effort,
    pub(super) tried: u64,
    pub(super) work: u64,
    /// Whether something was left out for want of budget.
    pub(super) cut_short: bool,
}

/// How much work one point of surprise weighs in the order of attempts.
const SURPRISE: u64 = 50_000;

/// A reading that verifies.
pub(super) struct Found {
    pub(super) subject: Subject,
    pub(super) treated: Vec<Deviation>,
}

impl<'a> Search<'a> {
    pub(super) fn new(side: &'a Side, effort: Effort) -> Self {
        Self { side, effort, tried: 0, work: 0, cut_short: false }
    }

    /// A stage that may use up a third of what is left of the work.
    pub(super) fn stage_of_a_third<'s>(
        &mut self,
        pairs: impl IntoIterator<Item = (&'s Subject, &'s Treated)>,
    ) -> Option<Found> {
        let all = self.effort.work;
        let third = all.saturating_sub(self.work).saturating_div(3);
        self.effort.work = self.work.saturating_add(third);
        let found = self.stage(pairs);
        self.effort.work = all;
        found
    }

    /// One stage: these pairs of readings and passwords, in the order that their surprise and cost
    /// suggest.
    pub(super) fn stage<'s>(
        &mut self,
        pairs: impl IntoIterator<Item = (&'s Subject, &'s Treated)>,
    ) -> Option<Found> {
        let order = |pair: &(&Subject, &Treated)| {
            let surprise = pair.0.surprise.saturating_add(pair.1.surprise);
            let work = pair.0.work(pair.1.bytes.len());
            surprise.saturating_mul(SURPRISE).saturating_add(work)
        };
        // No more than could be tried are put in order; a first pass keeps the likeliest.
        let mut pairs: Vec<_> = pairs.into_iter().map(|pair| (order(&pair), pair)).collect();
        pairs.sort_by_key(|(order, _)| *order);
        for (_, (subject, treated)) in pairs {
            if self.spent() {
                self.cut_short = true;
                return None;
            }
            if self.attempt(subject, &treated.bytes) {
                let treated = treated.deviations().collect();
                return Some(Found { subject: subject.clone(), treated });
            }
        }
        None
    }

    fn spent(&self) -> bool {
        self.tried >= self.effort.attempts || self.work >= self.effort.work
    }

    /// One attempt, if the budget has room for it.
    fn attempt(&mut self, subject: &Subject, password: &[u8]) -> bool {
        let cost = subject.work(password.len());
        let work = self.work.saturating_add(cost);
        if self.tried >= self.effort.attempts || work > self.effort.work {
            self.cut_short = true;
            return false;
        }
        let verdict = subject.verify(password, self.side, &self.effort.limits);
        // What is refused (a NUL in bcrypt, say) has cost nothing.
        if let Ok(verdict) = verdict {
            self.tried = self.tried.saturating_add(1);
            self.work = work;
            return verdict;
        }
        false
    }

    /// Salts whose last characters are missing, where a derivation costs next to nothing.
    pub(super) fn lost_salt(&mut self, subjects: &[Subject], password: &Treated) -> Option<Found> {
        let cheap = |subject: &&Subject| {
            subject.surprise < super::SINGLE && subject.work(password.bytes.len()) <= 8
        };
        let most = self.tried.saturating_add(LOST_ALL_MAX);
        for lost in 1..=3_usize {
            for subject in subjects.iter().filter(cheap) {
                let Target::Hash(hash) = &subject.target else { continue };
                let own = salt::salt(hash).map(Salt::as_bytes).unwrap_or_default();
                let letters = letters(own);
                let all = u32::try_from(lost).ok().and_then(|lost| letters.len().checked_pow(lost));
                if own.is_empty() || all.is_none_or(|all| all > LOST_MAX) {
                    continue;
                }
                for number in 0..all.unwrap_or_default() {
                    let longer = lengthened(own, letters, number, lost);
                    let Some(made) = salt::with_salt(hash, longer) else { break };
                    let deviation = Deviation::Setting(SettingSlip::SaltCut(lost));
                    let subject = subject.with(deviation, 20, Target::Hash(made));
                    if self.spent() || self.tried >= most {
                        self.cut_short = true;
                        return None;
                    }
                    if self.attempt(&subject, &password.bytes) {
                        return Some(Found { subject, treated: Vec::new() });
                    }
                }
            }
        }
        None
    }
}

/// Most ways to fill up one salt, and most attempts at it.
const LOST_MAX: usize = 4096;
const LOST_ALL_MAX: u64 = 8000;

/// The letters that a salt like this one is made of.
fn letters(salt: &[u8]) -> &'static [u8] {
    if salt.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        b"0123456789abcdef"
    } else if salt.iter().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F')) {
        b"0123456789ABCDEF"
    } else if salt.iter().all(u8::is_ascii_alphanumeric) {
        b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    } else {
        b" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
    }
}

/// `salt` and the digits of `number` behind it, with `letters` for digits.
fn lengthened(salt: &[u8], letters: &[u8], number: usize, lost: usize) -> Vec<u8> {
    let mut out = salt.to_vec();
    let mut rest = number;
    for _ in 0..lost {
        let digit = rest.checked_rem(letters.len()).unwrap_or_default();
        out.extend(letters.get(digit));
        rest = rest.checked_div(letters.len()).unwrap_or_default();
    }
    out
}
