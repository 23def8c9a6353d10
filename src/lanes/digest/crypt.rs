//! md5crypt, sha256crypt and sha512crypt.
//!
//! What comes before the rounds differs, and is a hundredth of the work; the rounds are the same.
use super::core::{Core, Token, digests, lanes, put_digests, wipe};
use super::rounds::{self, Sequence};
use super::{Digests, Job, Message, Secret, messages};
use zeroize::Zeroizing;

/// What comes before the rounds.
pub(super) enum Start<'a> {
    Md5 {
        magic: &'a [u8],
    },
    /// sha256crypt or sha512crypt.
    Sha2,
}

/// As many rounds as asked for, for every job.
#[inline(always)]
pub(super) fn run<C: Core>(simd: Token<C>, start: &Start<'_>, rounds: u32, jobs: &mut [Job<'_>]) {
    for jobs in jobs.chunks_mut(lanes::<C>()) {
        let digests = |messages: &[Message<'_>]| digests::<C>(simd, messages);
        let (first, sequences) = match start {
            Start::Md5 { magic } => start_md5(&digests, magic, jobs),
            Start::Sha2 => start_sha2(&digests, jobs),
        };
        let mut digest = super::core::load_digests::<C>(simd, &first);
        rounds::run::<C>(simd, &mut digest, rounds, &sequences);
        put_digests::<C>(&digest, jobs.iter_mut().map(|job| &mut *job.digest));
        wipe(digest.as_mut());
    }
}

/// The digests before the rounds, and what the rounds mix in.
type Started = (Vec<Secret>, Vec<Sequence>);

fn start_md5(digests: Digests<'_>, magic: &[u8], jobs: &[Job<'_>]) -> Started {
    let inner = digests(&messages(jobs, |job| [job.password, job.salt, job.password]));
    let mut first = messages(jobs, |job| [job.password, magic, job.salt]);
    for (message, (job, inner)) in first.iter_mut().zip(jobs.iter().zip(&inner)) {
        repeat(message, inner, job.password.len());
        // The published code takes a NUL for a set bit and the first character for a clear one.
        let character = job.password.get(..1).unwrap_or_default();
        message.extend(bits(job.password.len()).map(|bit| if bit { &[0] } else { character }));
    }
    let sequence = |job: &Job<'_>| Sequence {
        password: Zeroizing::new(job.password.to_vec()),
        salt: Zeroizing::new(job.salt.to_vec()),
    };
    (digests(&first), jobs.iter().map(sequence).collect())
}

fn start_sha2<'a>(digests: Digests<'_>, jobs: &[Job<'a>]) -> Started {
    let inner = digests(&messages(jobs, |job| [job.password, job.salt, job.password]));
    let mut first = messages(jobs, |job| [job.password, job.salt]);
    for (message, (job, inner)) in first.iter_mut().zip(jobs.iter().zip(&inner)) {
        repeat(message, inner, job.password.len());
        let bits = bits(job.password.len());
        message.extend(bits.map(|bit| if bit { &inner[..] } else { job.password }));
    }
    let first = digests(&first);

    let password = |job: &Job<'a>| vec![job.password; job.password.len()];
    let passwords = digests(&jobs.iter().map(password).collect::<Vec<_>>());
    let times = |first: &Secret| 16 + usize::from(first.first().copied().unwrap_or_default());
    let salt = |(job, first): (&Job<'a>, _)| vec![job.salt; times(first)];
    let salts = digests(&jobs.iter().zip(&first).map(salt).collect::<Vec<_>>());
    let digests = jobs.iter().zip(passwords.iter().zip(&salts));
    let sequences = digests.map(|(job, (password, salt))| Sequence {
        password: cycled(password, job.password.len()),
        salt: cycled(salt, job.salt.len()),
    });
    let sequences = sequences.collect();
    (first, sequences)
}

/// `len` bytes of `digest`, over and over, after what the message holds.
fn repeat<'a>(message: &mut Message<'a>, digest: &'a [u8], len: usize) {
    let mut left = len;
    while left > 0 && !digest.is_empty() {
        let part = digest.get(..left).unwrap_or(digest);
        message.push(part);
        left -= part.len();
    }
}

/// `len` bytes of `digest`, over and over.
fn cycled(digest: &[u8], len: usize) -> Secret {
    let mut out = Zeroizing::new(Vec::with_capacity(len));
    out.extend(digest.iter().cycle().take(len));
    out
}

/// The bits of `len`, from the lowest to the highest that is set.
fn bits(len: usize) -> impl Iterator<Item = bool> {
    (0..usize::BITS - len.leading_zeros()).map(move |bit| (len >> bit) & 1 == 1)
}
