//! scrypt, for several passwords at a time, on memory that is kept.
//!
//! *Source*: RFC 7914.
//!
//! A step of Salsa20/8 waits for the one before it. One chain fills a vector of 128 bits; with more of
//! them, a vector holds a row of four, and with AVX-512 two such vectors take turns. Milliseconds a hash
//! at N = 2^14, r = 8, p = 1 on a server core with AVX-512, the thread's own time, minimum of 15:
//!
//! | chains | 1 | 2 | 3 | 4 | 8 |
//! |---|---|---|---|---|---|
//! | AVX-512 | 23.7 | 15.1 | 11.1 | 8.4 | 5.9 |
//! | AVX2 | 24.6 | 15.9 | 11.3 | 8.9 | as 4 |
//! | SSE2 | 24.2 | 24.5 | 17.5 | 13.4 | as 4 |
//!
//! On a Zen 5, whose vector instructions wait two cycles for each other and whose scalar ones wait one, a
//! single chain takes 28 ms, against 26 ms of OpenSSL's scalar code; on a Zen 4 it was 26 against 49.
//!
//! Two chains on SSE2 cost what four do, which is no more than one after the other.
use super::memory::{self, Line, NoMemory, Streak};
use super::{Cpu, dispatch};
use fearless_simd::{Simd, SimdBase, u32x4, u32x16};
use sha2::Sha256;

mod mix;
#[cfg(test)]
mod tests;

/// What a derivation costs: N as its base-2 logarithm, r and p, each at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Cost {
    pub(crate) n_log2: u8,
    pub(crate) block_r: u32,
    pub(crate) parallel_p: u32,
}

impl Cost {
    /// The most derivations that gain by being done at once, of those whose memory is kept together.
    pub(crate) fn width(&self, cpu: Cpu) -> usize {
        let kept = memory::KIB_DEFAULT as usize * 1024 / Line::BYTES;
        let each = self.sizes().map_or(usize::MAX, |sizes| sizes.v_lines);
        (kept / each.max(1)).clamp(1, lanes_max(cpu))
    }

    /// Lines of memory; `None` if that is more than can be numbered.
    fn sizes(&self) -> Option<Sizes> {
        let (r, p) = (usize::try_from(self.block_r).ok()?, usize::try_from(self.parallel_p).ok()?);
        // The rows of V are chosen by 32 bits.
        let n = 1_usize.checked_shl(u32::from(self.n_log2)).filter(|n| *n <= 1 << 31)?;
        let block_lines = r.checked_mul(2)?;
        let v_lines = block_lines.checked_mul(n)?;
        v_lines.checked_mul(Line::BYTES * LANES_MAX)?;
        block_lines.checked_mul(Line::BYTES * LANES_MAX)?.checked_mul(p)?;
        Some(Sizes { r, p, block_lines, v_lines })
    }
}

struct Sizes {
    r: usize,
    p: usize,
    /// Of a block of 128·r bytes.
    block_lines: usize,
    /// Of N such blocks.
    v_lines: usize,
}

/// What is hashed, and where the answer goes.
pub(crate) struct Job<'a> {
    pub(crate) password: &'a [u8],
    pub(crate) salt: &'a [u8],
    pub(crate) out: &'a mut [u8],
}

const LANES_MAX: usize = 8;

/// Two vectors of four chains, where four fit in a register; else one.
fn lanes_max(cpu: Cpu) -> usize {
    if cpu.has_512_bits() { LANES_MAX } else { LANES_MAX / 2 }
}

/// Any number of derivations. As many chains are mixed at a time as there are jobs, up to the
/// number of lanes, so that the memory is the sum of theirs; fewer, if that cannot be had.
pub(crate) fn scrypt(cpu: Cpu, cost: &Cost, jobs: &mut [Job<'_>]) -> Result<(), NoMemory> {
    let sizes = cost.sizes().ok_or(NoMemory)?;
    let block_bytes = sizes.block_lines * Line::BYTES;
    let mut blocks = Vec::with_capacity(jobs.len());
    for job in jobs.iter() {
        let mut own = memory::zeros(block_bytes * sizes.p)?;
        pbkdf2::pbkdf2_hmac::<Sha256>(job.password, job.salt, 1, &mut own);
        blocks.push(own);
    }
    let mut chains: Vec<&mut [u8]> =
        blocks.iter_mut().flat_map(|own| own.chunks_exact_mut(block_bytes)).collect();
    mix_all(cpu, &sizes, &mut chains, jobs.len().min(lanes_max(cpu)))?;
    for (job, own) in jobs.iter_mut().zip(&blocks) {
        pbkdf2::pbkdf2_hmac::<Sha256>(job.password, own, 1, job.out);
    }
    Ok(())
}

fn mix_all(
    cpu: Cpu,
    sizes: &Sizes,
    mut chains: &mut [&mut [u8]],
    mut lanes: usize,
) -> Result<(), NoMemory> {
    let _streak = Streak::begin();
    let mut state = memory::zeros::<Line>(2 * sizes.block_lines * LANES_MAX)?;
    while !chains.is_empty() {
        lanes = lanes.clamp(1, chains.len());
        let mut v = match memory::take(sizes.v_lines * lanes) {
            Ok(v) => v,
            Err(NoMemory) if lanes > 1 => {
                lanes /= 2;
                continue;
            }
            Err(NoMemory) => return Err(NoMemory),
        };
        let (group, rest) = chains.split_at_mut(lanes);
        let mut v: Vec<&mut [Line]> = v.lines().chunks_exact_mut(sizes.v_lines).collect();
        let (r, v) = (sizes.r, v.as_mut_slice());
        dispatch!(cpu.level(), s => mix(s, r, group, v, &mut state));
        chains = rest;
    }
    Ok(())
}

#[inline(always)]
fn mix<S: Simd>(
    s: S,
    r: usize,
    blocks: &mut [&mut [u8]],
    chains: &mut [&mut [Line]],
    state: &mut [Line],
) {
    match chains.len() {
        1 => mix::mix::<S, u32x4<S>, 1>(s, r, blocks, chains, state),
        5.. if const { S::u64s::LEN >= 8 } => {
            mix::mix::<S, u32x16<S>, 2>(s, r, blocks, chains, state);
        }
        _ => mix::mix::<S, u32x16<S>, 1>(s, r, blocks, chains, state),
    }
}
