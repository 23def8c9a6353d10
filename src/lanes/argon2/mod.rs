//! Argon2, on memory that is kept.
//!
//! *Source*: RFC 9106; for version 0x10 the reference C code.
//!
//! One derivation after another: it is bound by memory, and its compress fills the vectors by itself.
//! What it gains, it gains by the width of these and by memory that is already there. Milliseconds of
//! Argon2id with one lane on a server core with AVX-512, the thread's own time, minimum of 15:
//!
//! | KiB, passes | memory | AVX-512 | AVX2 | SSE2 |
//! |---|---|---|---|---|
//! | 19,456, 2 | kept | 6.0 | 11.0 | 17.0 |
//! | | fresh | 8.2 | 12.7 | 20.4 |
//! | 47,104, 1 | kept | 10.5 | 16.0 | 22.3 |
//! | | fresh | 38.7 | 44.1 | 56.0 |
//! | 65,536, 3 | kept | 57.6 | 84.7 | 110.5 |
//! | | fresh | 93.9 | 129.3 | 154.8 |
//!
//! Fresh memory under 32 MiB is not all that fresh: the C library's allocator has it still.
//!
//! Two chains in turns, a block of one and a block of the other, so that one computes while the other
//! waits for memory, gain nothing. Tried on hashes of two lanes, whose slices are such chains (in
//! turns, in brackets one slice after the other; as above):
//!
//! | KiB, passes, lanes | AVX-512 | AVX2 | SSE2 |
//! |---|---|---|---|
//! | 19,456, 2, 2 | 6.0 (6.3) | 10.8 (11.1) | 18.5 (18.6) |
//! | 65,536, 3, 2 | 56.8 (54.2) | 91.4 (90.6) | 112.0 (107.2) |
//!
//! A compress is longer than what the processor looks ahead, so it does not see the other chain's
//! loads in time; and a block is sixteen lines in a row, of which it fetches the later ones by itself.
#![expect(clippy::indexing_slicing, reason = "indices are constants, or come from `place`")]
use super::{Cpu, memory};
use blake2::digest::block_api::{UpdateCore, VariableOutputCore};
use blake2::digest::block_buffer::LazyBuffer;
use blake2::{Blake2b512, Blake2bVarCore, Digest};
use compress::{Block, ZERO, place};
use memory::NoMemory;
use zeroize::Zeroize;

mod compress;
mod fill;
#[cfg(test)]
mod tests;

/// Which of the three functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variant {
    D,
    I,
    Id,
}

impl Variant {
    fn number(self) -> u32 {
        match self {
            Self::D => 0,
            Self::I => 1,
            Self::Id => 2,
        }
    }
}

/// Which version of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V10,
    V13,
}

/// What a derivation costs. The memory is at least 8 KiB a lane, and there are passes and lanes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    pub(crate) variant: Variant,
    pub(crate) version: Version,
    pub(crate) memory_kib: u32,
    pub(crate) passes: u32,
    pub(crate) lanes: u32,
}

impl Cost {
    /// Four equal slices.
    fn lane_blocks(&self) -> usize {
        let slice = u64::from(self.memory_kib) / (4 * u64::from(self.lanes.max(1)));
        usize::try_from(slice.saturating_mul(4)).unwrap_or(usize::MAX)
    }
}

/// What is hashed.
#[derive(Clone, Copy)]
pub(crate) struct Job<'a> {
    pub(crate) password: &'a [u8],
    pub(crate) salt: &'a [u8],
    pub(crate) secret: &'a [u8],
    pub(crate) data: &'a [u8],
}

/// As many bytes as `out` has, by up to so many threads.
pub(crate) fn argon2(
    cpu: Cpu,
    cost: &Cost,
    job: &Job<'_>,
    threads: usize,
    out: &mut [u8],
) -> Result<(), NoMemory> {
    let per_lane = cost.lane_blocks();
    let lanes = usize::try_from(cost.lanes).map_err(|_| NoMemory)?;
    let blocks = per_lane.checked_mul(lanes).ok_or(NoMemory)?;
    let mut buffer = memory::take(blocks.checked_mul(ZERO.len()).ok_or(NoMemory)?)?;
    let (blocks, _) = buffer.lines().as_chunks_mut();
    begin(cost, job, per_lane, blocks, out.len());
    fill::fill(cpu, cost, blocks, threads);
    end(per_lane, blocks, out);
    Ok(())
}

/// The first two blocks of each lane (RFC 9106, section 3.2, steps 1 to 4).
fn begin(cost: &Cost, job: &Job<'_>, per_lane: usize, blocks: &mut [Block], len: usize) {
    let version = match cost.version {
        Version::V10 => 0x10,
        Version::V13 => 0x13,
    };
    let mut hasher = Blake2b512::new();
    let (memory, variant) = (cost.memory_kib, cost.variant.number());
    for number in [cost.lanes, short(len), memory, cost.passes, version, variant] {
        hasher.update(number.to_le_bytes());
    }
    for bytes in [job.password, job.salt, job.secret, job.data] {
        hasher.update(short(bytes.len()).to_le_bytes());
        hasher.update(bytes);
    }
    let mut first = hasher.finalize();
    for (lane, blocks) in (0_u32..).zip(blocks.chunks_exact_mut(per_lane)) {
        for (column, block) in (0_u32..2).zip(blocks) {
            let mut bytes = [0; 1024];
            long(&[&first, &column.to_le_bytes(), &lane.to_le_bytes()], &mut bytes);
            for (word, bytes) in bytes.as_chunks().0.iter().enumerate() {
                let (line, at) = place(word);
                block[line].0[at] = u64::from_le_bytes(*bytes);
            }
            bytes.zeroize();
        }
    }
    first.as_mut_slice().zeroize();
}

/// The hash of all last blocks (steps 7 and 8).
fn end(per_lane: usize, blocks: &[Block], out: &mut [u8]) {
    let mut bytes = [0; 1024];
    for (word, bytes) in bytes.as_chunks_mut().0.iter_mut().enumerate() {
        let (line, at) = place(word);
        let last = blocks.chunks_exact(per_lane).filter_map(|blocks| blocks.last());
        *bytes = last.fold(0, |sum, block| sum ^ block[line].0[at]).to_le_bytes();
    }
    long(&[&bytes], out);
    bytes.zeroize();
}

fn short(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// H', BLAKE2b of any length (RFC 9106, section 3.3).
fn long(parts: &[&[u8]], out: &mut [u8]) {
    let len = short(out.len()).to_le_bytes();
    let parts = || core::iter::once(len.as_slice()).chain(parts.iter().copied());
    if out.len() <= 64 {
        return blake2b(parts(), out);
    }
    let mut link = [0; 64];
    blake2b(parts(), &mut link);
    let mut rest = out;
    while rest.len() > 64 {
        let (half, more) = rest.split_at_mut(32);
        half.copy_from_slice(&link[..32]);
        rest = more;
        let before = link;
        blake2b([before.as_slice()], if rest.len() > 64 { &mut link } else { &mut *rest });
    }
    link.zeroize();
}

/// BLAKE2b with an answer of 1 to 64 bytes.
fn blake2b<'a>(parts: impl IntoIterator<Item = &'a [u8]>, out: &mut [u8]) {
    let Ok(mut hasher) = Blake2bVarCore::new(out.len()) else { return };
    let mut buffer = LazyBuffer::default();
    for part in parts {
        buffer.digest_blocks(part, |blocks| hasher.update_blocks(blocks));
    }
    let mut full = Default::default();
    hasher.finalize_variable_core(&mut buffer, &mut full);
    out.iter_mut().zip(&full).for_each(|(to, from)| *to = *from);
    full.as_mut_slice().zeroize();
}
