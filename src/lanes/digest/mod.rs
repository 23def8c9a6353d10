//! Derivations that stretch MD5, SHA-1 or SHA-2: a vector holds the same word of as many chains as it
//! has room for.
//!
//! From below: [`word`] is a word of all lanes, [`core`] what the hash functions have in common, [`md5`],
//! [`sha1`] and [`sha2`] are they, [`message`] cuts messages into blocks, [`template`] feeds a digest back;
//! the others are the derivations.
//!
//! # Vectors a step
//!
//! MD5 takes two: its four words leave registers free, and each of its steps waits for the one before, so
//! that a second vector costs a fifth more time, not twice as much. With AVX-512, which has the registers,
//! it takes four where so many users wait: a twentieth less time on an Intel core, a quarter less on a
//! Zen 5 (4.7 and 3.5 ns in PHPass), whose vectors wait two cycles for each other. SHA-1 and SHA-2 have
//! enough in a step that does not wait; a second vector would gain them a tenth at most and ask for twice
//! as many users. Nanoseconds of one compression, for each lane, on an Intel server core with AVX-512:
//!
//! | | vectors | AVX-512 | AVX2 | SSE2 |
//! |---|---|---|---|---|
//! | MD5 | 1 | 6.4 | 15.9 | 38 |
//! | | **2** | **3.8** | **9.9** | **21** |
//! | | 4 | **3.6** | 9.2 | 17 |
//! | SHA-1 | **1** | **8.5** | **18.5** | **39** |
//! | | 2 | 9.2 | 17.6 | 37 |
//! | SHA-256 | **1** | **16.9** | **44** | **98** |
//! | | 2 | 18.8 | 43 | 91 |
//! | SHA-512 | **1** | **46** | **108** | **248** |
//! | | 2 | 41 | 105 | 228 |
//!
//! How many users make it worth while is told in [`gain`].
mod core;
mod crypt;
mod gain;
mod md5;
mod message;
mod pbkdf2;
mod phpass;
mod rounds;
mod sha1;
mod sha2;
mod template;
#[cfg(test)]
mod tests;
mod word;

use self::crypt::Start;
use self::md5::Md5;
use self::sha1::Sha1;
use self::sha2::{Sha256, Sha512};
use self::word::{Pair, U32, U64};
use super::{Cpu, dispatch};
use fearless_simd::Simd;

type Md5Lanes<S> = Md5<Pair<U32<S>>>;
type Md5Wide<S> = Md5<Pair<Pair<U32<S>>>>;
type Sha1Lanes<S> = Sha1<U32<S>>;
type Sha256Lanes<S> = Sha256<U32<S>>;
type Sha512Lanes<S> = Sha512<U64<S>>;

/// What is derived, with the cost that all lanes share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Derivation {
    /// PHPass over MD5. The rounds are those after the first.
    PhPassMd5 { rounds: u64 },
    /// PHPass over SHA-512.
    PhPassSha512 { rounds: u64 },
    /// md5crypt with its magic, as the text has it.
    Md5Crypt { magic: &'static str, rounds: u32 },
    /// sha256crypt.
    Sha256Crypt { rounds: u32 },
    /// sha512crypt.
    Sha512Crypt { rounds: u32 },
    /// PBKDF2 with HMAC-SHA-1.
    Pbkdf2Sha1 { rounds: u32 },
    /// PBKDF2 with HMAC-SHA-256.
    Pbkdf2Sha256 { rounds: u32 },
    /// PBKDF2 with HMAC-SHA-512.
    Pbkdf2Sha512 { rounds: u32 },
}

/// The part of one lane.
pub(crate) struct Job<'a> {
    /// The password.
    pub(crate) password: &'a [u8],
    /// The salt.
    pub(crate) salt: &'a [u8],
    /// Where the digest goes. Where the function yields more, the rest is left out; PBKDF2 yields as much
    /// as there is room for.
    pub(crate) digest: &'a mut [u8],
}

impl Derivation {
    /// Put the digest of every job where it goes.
    pub(crate) fn run(self, cpu: Cpu, jobs: &mut [Job<'_>]) {
        // Lanes run until the longest of them ends, so the long ones keep each other company.
        jobs.sort_unstable_by_key(|job| job.password.len());
        dispatch!(cpu.level(), simd => self.run_on(simd, jobs));
    }

    #[inline(always)]
    fn run_on<S: Simd>(self, simd: S, jobs: &mut [Job<'_>]) {
        match self {
            Self::PhPassMd5 { rounds } => {
                let (wide, jobs) = jobs.split_at_mut(in_wide::<S>(jobs.len()));
                if is_wide::<S>() {
                    phpass::run::<Md5Wide<S>>(simd, rounds, wide);
                }
                phpass::run::<Md5Lanes<S>>(simd, rounds, jobs);
            }
            Self::PhPassSha512 { rounds } => phpass::run::<Sha512Lanes<S>>(simd, rounds, jobs),
            Self::Md5Crypt { magic, rounds } => {
                let start = Start::Md5 { magic: magic.as_bytes() };
                let (wide, jobs) = jobs.split_at_mut(in_wide::<S>(jobs.len()));
                if is_wide::<S>() {
                    crypt::run::<Md5Wide<S>>(simd, &start, rounds, wide);
                }
                crypt::run::<Md5Lanes<S>>(simd, &start, rounds, jobs);
            }
            Self::Sha256Crypt { rounds } => {
                crypt::run::<Sha256Lanes<S>>(simd, &Start::Sha2, rounds, jobs);
            }
            Self::Sha512Crypt { rounds } => {
                crypt::run::<Sha512Lanes<S>>(simd, &Start::Sha2, rounds, jobs);
            }
            Self::Pbkdf2Sha1 { rounds } => pbkdf2::run::<Sha1Lanes<S>>(simd, rounds, jobs),
            Self::Pbkdf2Sha256 { rounds } => pbkdf2::run::<Sha256Lanes<S>>(simd, rounds, jobs),
            Self::Pbkdf2Sha512 { rounds } => pbkdf2::run::<Sha512Lanes<S>>(simd, rounds, jobs),
        }
    }
}

/// Whether MD5 on four vectors has the registers that it takes.
const fn is_wide<S: Simd>() -> bool {
    core::lanes::<Md5Lanes<S>>() == 32
}

/// How many of so many jobs gain by that: whole groups of them, and what more than half fills another.
const fn in_wide<S: Simd>(jobs: usize) -> usize {
    let lanes = core::lanes::<Md5Wide<S>>();
    let groups = if is_wide::<S>() { (jobs + lanes / 2 - 1) / lanes } else { 0 };
    if groups * lanes < jobs { groups * lanes } else { jobs }
}

/// What stands in a message for a digest that is put in later.
const ZEROS: [u8; 64] = [0; 64];

/// Bytes that are no one else's business.
type Secret = zeroize::Zeroizing<Vec<u8>>;

/// The message of a lane, in parts that lie elsewhere.
type Message<'a> = Vec<&'a [u8]>;

/// The digests of messages, one lane each.
type Digests<'a> = &'a dyn Fn(&[Message<'_>]) -> Vec<Secret>;

/// The message of each job.
fn messages<'a, const N: usize>(
    jobs: &[Job<'a>],
    parts: impl Fn(&Job<'a>) -> [&'a [u8]; N],
) -> Vec<Message<'a>> {
    jobs.iter().map(|job| parts(job).to_vec()).collect()
}
