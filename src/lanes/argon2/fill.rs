//! The memory of Argon2: which block is made of which two.
//!
//! *Source*: RFC 9106, sections 3.2 to 3.4; for version 0x10 the reference C code.
#![expect(
    clippy::indexing_slicing,
    reason = "indices are constants, or bounded where they come from"
)]
use super::compress::{Block, ZERO, compress, compressed, place};
use super::{Cost, Variant, Version};
use crate::lanes::{Cpu, dispatch};
use fearless_simd::Simd;
use std::sync::{Mutex, PoisonError};
use std::thread::Builder;

const SLICES: usize = 4;

/// A quarter of a pass.
#[derive(Clone, Copy)]
struct Slice {
    pass: u32,
    slice: usize,
}

/// What may be read of a lane while a slice is filled: its blocks before that slice, and after it.
#[derive(Clone, Copy)]
struct Around<'m> {
    before: &'m [Block],
    after: &'m [Block],
}

/// What is written: the slice of a lane.
struct Segment<'m> {
    lane: usize,
    blocks: &'m mut [Block],
}

/// Fills the memory, of which each lane has its first two blocks.
///
/// Within a slice no lane reads what another writes, so up to so many threads share the lanes.
pub(super) fn fill(cpu: Cpu, cost: &Cost, memory: &mut [Block], threads: usize) {
    let blocks = cost.lane_blocks() / SLICES;
    for pass in 0..cost.passes {
        for slice in 0..SLICES {
            let at = Slice { pass, slice };
            let (mut around, mut segments) = (Vec::new(), Vec::new());
            for (lane, own) in memory.chunks_exact_mut(SLICES * blocks).enumerate() {
                let (before, rest) = own.split_at_mut(slice * blocks);
                let (blocks, after) = rest.split_at_mut(blocks);
                around.push(Around { before, after });
                segments.push(Segment { lane, blocks });
            }
            let around = around.as_slice();
            share(segments, threads, |segment| fill_segment(cpu, cost, at, around, segment));
        }
    }
}

/// Each thread takes the next segment that nobody has. Where no other thread is to be had, this one
/// takes them all.
fn share<'m>(segments: Vec<Segment<'m>>, threads: usize, run: impl Fn(Segment<'m>) + Sync) {
    let helpers = threads.min(segments.len()).saturating_sub(1);
    if helpers == 0 {
        return segments.into_iter().for_each(run);
    }
    let queue = Mutex::new(segments.into_iter());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || core::iter::from_fn(next).for_each(&run);
    std::thread::scope(|scope| {
        for _ in 0..helpers {
            // The scope waits for it; without it, the others do its part.
            let _ = Builder::new().spawn_scoped(scope, || {
                work();
                zeroize::zeroize_stack::<65_536>();
            });
        }
        work();
    });
}

fn fill_segment(cpu: Cpu, cost: &Cost, at: Slice, around: &[Around<'_>], segment: Segment<'_>) {
    let Segment { lane, blocks } = segment;
    let fixed = match cost.variant {
        Variant::D => false,
        Variant::I => true,
        Variant::Id => at.pass == 0 && at.slice < SLICES / 2,
    };
    let mix = at.pass > 0 && cost.version == Version::V13;
    let view = View { at, around, own: around[lane], lane, lanes: cost.lanes };
    let chain = Chain { view, blocks };
    let numbers = fixed.then(|| Numbers::new(cpu, cost, at, lane));
    match mix {
        false => dispatch!(cpu.level(), s => chain.fill::<_, false>(s, numbers)),
        true => dispatch!(cpu.level(), s => chain.fill::<_, true>(s, numbers)),
    }
}

/// Where the choice of blocks comes from if it must not depend on the password: a counter,
/// compressed twice, is good for 128 of them.
struct Numbers {
    cpu: Cpu,
    counter: Block,
    now: Block,
}

impl Numbers {
    const EACH: usize = 128;

    fn new(cpu: Cpu, cost: &Cost, at: Slice, lane: usize) -> Self {
        let mut counter = ZERO;
        let words = [
            u64::from(at.pass),
            lane as u64,
            at.slice as u64,
            (cost.lane_blocks() as u64).wrapping_mul(u64::from(cost.lanes)),
            u64::from(cost.passes),
            u64::from(cost.variant.number()),
        ];
        for (word, value) in words.into_iter().enumerate() {
            let (line, at) = place(word);
            counter[line].0[at] = value;
        }
        Self { cpu, counter, now: ZERO }
    }

    fn turn(&mut self) {
        let (line, at) = place(6);
        let count = &mut self.counter[line].0[at];
        *count = count.wrapping_add(1);
        let once = compressed(self.cpu, &ZERO, &self.counter);
        self.now = compressed(self.cpu, &ZERO, &once);
    }

    #[inline(always)]
    fn get(&self, block: usize) -> u64 {
        let (line, at) = place(block % Self::EACH);
        self.now[line].0[at]
    }
}

/// What a segment sees of the memory.
#[derive(Clone, Copy)]
struct View<'a, 'm> {
    at: Slice,
    around: &'a [Around<'m>],
    own: Around<'m>,
    lane: usize,
    lanes: u32,
}

/// The blocks of a segment, each made of the one before it and of one that a number points to.
struct Chain<'a, 'm> {
    view: View<'a, 'm>,
    blocks: &'a mut [Block],
}

impl Chain<'_, '_> {
    /// Without numbers, a block's number is the first word of the one before it.
    #[inline(always)]
    fn fill<S: Simd, const MIX: bool>(mut self, s: S, mut numbers: Option<Numbers>) {
        // Two blocks of each lane come from the password.
        let first = if (self.view.at.pass, self.view.at.slice) == (0, 0) { 2 } else { 0 };
        for block in first..self.blocks.len() {
            let number = numbers.as_mut().map(|numbers| {
                if block == first || block % Numbers::EACH == 0 {
                    numbers.turn();
                }
                numbers.get(block)
            });
            self.step::<S, MIX>(s, block, number);
        }
    }

    #[inline(always)]
    fn step<S: Simd, const MIX: bool>(&mut self, s: S, block: usize, number: Option<u64>) {
        let (len, view) = (self.blocks.len(), self.view);
        let (done, rest) = self.blocks.split_at_mut(block);
        let Some(out) = rest.first_mut() else { return };
        // Before the first block of a lane comes its last.
        let of_own = || view.own.before.last().or(view.own.after.last());
        let Some(previous) = done.last().or_else(of_own) else { return };
        let number = number.unwrap_or(previous[0].0[0]);
        let (around, column) = view.target(block, len, number);
        let other = match column.checked_sub(around.before.len()) {
            None => &around.before[column],
            Some(here) => match here.checked_sub(len) {
                None => &done[here],
                Some(after) => &around.after[after],
            },
        };
        compress::<S, MIX>(s, previous, other, out);
    }
}

impl<'m> View<'_, 'm> {
    /// The lane and the block in it that a number points to (RFC 9106, section 3.4.2).
    #[inline(always)]
    fn target(self, block: usize, len: usize, number: u64) -> (Around<'m>, usize) {
        let Slice { pass, slice } = self.at;
        let (mut lane, mut around) = (self.lane, self.own);
        if self.lanes > 1 && (pass, slice) != (0, 0) {
            lane = ((number >> 32) as u32 % self.lanes) as usize;
            around = self.around[lane];
        }
        // What may be read, oldest first: of this lane all but the block before, of another all
        // but the slice being made, and at its start but the newest block.
        let slices = if pass == 0 { slice } else { SLICES - 1 };
        let whole = slices.wrapping_mul(len);
        let made = if lane == self.lane { block.wrapping_sub(1) } else { 0 };
        let newest = usize::from(lane != self.lane && block == 0);
        let blocks = whole.wrapping_add(made).wrapping_sub(newest);
        let part = number & 0xffff_ffff;
        let back = (part.wrapping_mul(part) >> 32).wrapping_mul(blocks as u64) >> 32;
        let chosen = blocks.wrapping_sub(1).wrapping_sub(back as usize);
        let oldest =
            if pass == 0 || slice == SLICES - 1 { 0 } else { (slice + 1).wrapping_mul(len) };
        let column = oldest.wrapping_add(chosen);
        let columns = SLICES.wrapping_mul(len);
        (around, if column >= columns { column.wrapping_sub(columns) } else { column })
    }
}
