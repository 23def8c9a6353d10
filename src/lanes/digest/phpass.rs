//! PHPass: `digest = H(salt ‖ password)`, then `digest = H(digest ‖ password)` over and over.
use super::core::{Core, Token, absorb, digest_len, lanes, put_digests, wipe};
use super::template::Template;
use super::{Job, ZEROS};

/// `rounds` are those after the first.
#[inline(always)]
pub(super) fn run<C: Core>(simd: Token<C>, rounds: u64, jobs: &mut [Job<'_>]) {
    let zeros = ZEROS.split_at(digest_len::<C>()).0;
    for jobs in jobs.chunks_mut(lanes::<C>()) {
        let mut digest = C::initial(simd);
        absorb::<C>(simd, &mut digest, &super::messages(jobs, |job| [job.salt, job.password]), 0);
        let next = super::messages(jobs, |job| [zeros, job.password]);
        let mut template = Template::<C>::new(simd, &next, &[0]);
        for _ in 0..rounds {
            template.digest(simd, &mut digest);
        }
        put_digests::<C>(&digest, jobs.iter_mut().map(|job| &mut *job.digest));
        wipe(digest.as_mut());
    }
}
