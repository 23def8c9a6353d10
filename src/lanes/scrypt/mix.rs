//! ROMix on Salsa20/8, for several chains at a time.
//!
//! *Source*: RFC 7914, sections 3 to 5. Salsa20's sixteen words are four rows of four, turned so
//! that what the first round takes from a diagonal stands below each other.
#![expect(
    clippy::indexing_slicing,
    clippy::needless_range_loop,
    reason = "indices are constants, loop bounds, or masked; several arrays share one"
)]
use crate::lanes::memory::Line;
use fearless_simd::{Simd, prelude::*, u32x4, u32x16, u64x8};

/// Which word of a block stands where in its line.
const PIVOT: [usize; 16] = [0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11];

/// A row of one chain, or the same row of four.
pub(super) trait Row<S: Simd>: SimdInt<S, Element = u32> {
    const CHAINS: usize;

    /// The four rows of each chain, from a line of each.
    fn of_lines(s: S, lines: [&Line; 4]) -> [Self; 4];

    /// A line of each chain, from their rows.
    fn to_lines(rows: [Self; 4]) -> [Line; 4];

    /// Rows as they lie in the state: in as many lines as there are chains.
    fn load(s: S, lines: &[Line]) -> [Self; 4];

    fn store(rows: [Self; 4], lines: &mut [Line]);
}

/// Of the four lines, the first counts.
impl<S: Simd> Row<S> for u32x4<S> {
    const CHAINS: usize = 1;

    #[inline(always)]
    fn of_lines(s: S, [line, ..]: [&Line; 4]) -> [Self; 4] {
        let (low, high) = vector(s, line).bitcast::<u32x16<S>>().split();
        let ((a, b), (c, d)) = (low.split(), high.split());
        [a, b, c, d]
    }

    #[inline(always)]
    fn to_lines([a, b, c, d]: [Self; 4]) -> [Line; 4] {
        [line(a.combine(b).combine(c.combine(d)).bitcast()); 4]
    }

    #[inline(always)]
    fn load(s: S, lines: &[Line]) -> [Self; 4] {
        Self::of_lines(s, [&lines[0]; 4])
    }

    #[inline(always)]
    fn store(rows: [Self; 4], lines: &mut [Line]) {
        [lines[0], ..] = Self::to_lines(rows);
    }
}

impl<S: Simd> Row<S> for u32x16<S> {
    const CHAINS: usize = 4;

    #[inline(always)]
    fn of_lines(s: S, [a, b, c, d]: [&Line; 4]) -> [Self; 4] {
        let [a, b, c, d] = turned([vector(s, a), vector(s, b), vector(s, c), vector(s, d)]);
        [a.bitcast(), b.bitcast(), c.bitcast(), d.bitcast()]
    }

    #[inline(always)]
    fn to_lines([a, b, c, d]: [Self; 4]) -> [Line; 4] {
        let [a, b, c, d] = turned([a.bitcast(), b.bitcast(), c.bitcast(), d.bitcast()]);
        [line(a), line(b), line(c), line(d)]
    }

    #[inline(always)]
    fn load(s: S, lines: &[Line]) -> [Self; 4] {
        let mut rows = [Self::splat(s, 0); 4];
        for at in 0..4 {
            rows[at] = vector(s, &lines[at]).bitcast();
        }
        rows
    }

    #[inline(always)]
    fn store(rows: [Self; 4], lines: &mut [Line]) {
        for at in 0..4 {
            lines[at] = line(rows[at].bitcast());
        }
    }
}

#[inline(always)]
fn vector<S: Simd>(s: S, line: &Line) -> u64x8<S> {
    u64x8::load_array_ref(s, &line.0)
}

#[inline(always)]
fn line<S: Simd>(vector: u64x8<S>) -> Line {
    Line(vector.to_array())
}

/// The first quarters of all, the second quarters of all: the inverse of itself.
#[inline(always)]
fn turned<S: Simd>([a, b, c, d]: [u64x8<S>; 4]) -> [u64x8<S>; 4] {
    let (low, low_too) = (quarters(a, b, [0, 1, 4, 5]), quarters(c, d, [0, 1, 4, 5]));
    let (high, high_too) = (quarters(a, b, [2, 3, 6, 7]), quarters(c, d, [2, 3, 6, 7]));
    [
        quarters(low, low_too, [0, 2, 4, 6]),
        quarters(low, low_too, [1, 3, 5, 7]),
        quarters(high, high_too, [0, 2, 4, 6]),
        quarters(high, high_too, [1, 3, 5, 7]),
    ]
}

/// Four of the eight quarters of two vectors. The compiler makes one instruction of it where there
/// is one.
#[inline(always)]
fn quarters<S: Simd>(x: u64x8<S>, y: u64x8<S>, which: [usize; 4]) -> u64x8<S> {
    u64x8::from_fn(
        x.token(),
        #[inline(always)]
        |at| {
            let word = 2 * (which[at / 2] % 4) + at % 2;
            if which[at / 2] < 4 { x[word] } else { y[word] }
        },
    )
}

/// ROMix of up to `G` times as many chains as a row has. Each has its input and output in `blocks`,
/// of 2·r times 64 bytes, and its V in `chains`, of N times 2·r lines.
#[inline(always)]
pub(super) fn mix<S: Simd, V: Row<S>, const G: usize>(
    s: S,
    r: usize,
    blocks: &mut [&mut [u8]],
    chains: &mut [&mut [Line]],
    state: &mut [Line],
) {
    let (lines, last) = (2 * r, chains.len() - 1);
    let n = chains[0].len() / lines;
    let (x, y) = state.split_at_mut(lines * V::CHAINS * G);
    let (mut x, mut y) = (x, &mut y[..lines * V::CHAINS * G]);
    let mut end = [[V::splat(s, 0); 4]; G];
    // Lanes without a chain of their own repeat the last.
    let chain = |g: usize, c: usize| (g * V::CHAINS + c).min(last);
    for k in 0..lines {
        for g in 0..G {
            let mut input = [Line::ZERO; 4];
            for c in 0..4 {
                input[c] = pivoted(s, &blocks[chain(g, c)][64 * k..64 * k + 64]);
            }
            end[g] = V::of_lines(s, [&input[0], &input[1], &input[2], &input[3]]);
            V::store(end[g], place::<S, V, G>(x, k, g));
        }
    }
    for i in 0..n {
        for k in 0..lines {
            for g in 0..G {
                let rows = V::load(s, place::<S, V, G>(x, k, g));
                let out = V::to_lines(rows);
                for c in 0..V::CHAINS {
                    if let Some(chain) = chains.get_mut(g * V::CHAINS + c) {
                        chain[i * lines + k] = out[c];
                    }
                }
                end[g] = sum(end[g], rows);
            }
            salsa20_8(&mut end);
            for g in 0..G {
                V::store(end[g], place::<S, V, G>(y, shuffled(k, r), g));
            }
        }
        core::mem::swap(&mut x, &mut y);
    }
    for _ in 0..n {
        let mut rows: [[&[Line]; 4]; G] = [[&[]; 4]; G];
        for g in 0..G {
            for c in 0..4 {
                // A chain of its own starts where the first word of its first row says.
                let from = end[g][0][4 * c % V::LEN] as usize & (n - 1);
                rows[g][c] = &chains[chain(g, c)][from * lines..][..lines];
            }
            end[g] = sum(end[g], chosen(s, &rows[g], lines - 1));
        }
        for k in 0..lines {
            for g in 0..G {
                let own = V::load(s, place::<S, V, G>(x, k, g));
                end[g] = sum(end[g], sum(own, chosen(s, &rows[g], k)));
            }
            salsa20_8(&mut end);
            for g in 0..G {
                V::store(end[g], place::<S, V, G>(y, shuffled(k, r), g));
            }
        }
        core::mem::swap(&mut x, &mut y);
    }
    for k in 0..lines {
        for g in 0..G {
            let out = V::to_lines(V::load(s, place::<S, V, G>(x, k, g)));
            for c in 0..V::CHAINS {
                if let Some(block) = blocks.get_mut(g * V::CHAINS + c) {
                    unpivoted(s, &out[c], &mut block[64 * k..64 * k + 64]);
                }
            }
        }
    }
}

/// Where the `k`th block of a group of chains lies in the state.
#[inline(always)]
fn place<S: Simd, V: Row<S>, const G: usize>(
    state: &mut [Line],
    k: usize,
    g: usize,
) -> &mut [Line] {
    let start = (k * G + g) * V::CHAINS;
    &mut state[start..start + V::CHAINS]
}

/// Where BlockMix puts the `k`th block: those at even places are the first half of its output.
#[inline(always)]
fn shuffled(k: usize, r: usize) -> usize {
    if k.is_multiple_of(2) { k / 2 } else { r + k / 2 }
}

/// The rows of the `k`th block of a row of V in each chain.
#[inline(always)]
fn chosen<S: Simd, V: Row<S>>(s: S, rows: &[&[Line]; 4], k: usize) -> [V; 4] {
    V::of_lines(s, [&rows[0][k], &rows[1][k], &rows[2][k], &rows[3][k]])
}

#[inline(always)]
fn sum<S: Simd, V: Row<S>>([a, b, c, d]: [V; 4], [e, f, g, h]: [V; 4]) -> [V; 4] {
    [a ^ e, b ^ f, c ^ g, d ^ h]
}

#[inline(always)]
fn salsa20_8<S: Simd, V: Row<S>, const G: usize>(x: &mut [[V; 4]; G]) {
    let before = *x;
    for _ in 0..8 {
        for [a, b, _, d] in x.iter_mut() {
            *b ^= rotated::<S, V, 7>(*a + *d);
        }
        for [a, b, c, _] in x.iter_mut() {
            *c ^= rotated::<S, V, 9>(*b + *a);
        }
        for [_, b, c, d] in x.iter_mut() {
            *d ^= rotated::<S, V, 13>(*c + *b);
        }
        for [a, _, c, d] in x.iter_mut() {
            *a ^= rotated::<S, V, 18>(*d + *c);
        }
        for [_, b, c, d] in x.iter_mut() {
            let was = *b;
            *b = d.slide_within_blocks::<1>(*d);
            *c = c.slide_within_blocks::<2>(*c);
            *d = was.slide_within_blocks::<3>(was);
        }
    }
    for g in 0..G {
        for row in 0..4 {
            x[g][row] += before[g][row];
        }
    }
}

#[inline(always)]
fn rotated<S: Simd, V: Row<S>, const LEFT: u32>(x: V) -> V {
    (x << LEFT) | (x >> (32 - LEFT))
}

/// A block of the input as its line.
#[inline(always)]
fn pivoted<S: Simd>(s: S, block: &[u8]) -> Line {
    let words = block.as_chunks().0;
    line(u32x16::from_fn(s, |at| u32::from_le_bytes(words[PIVOT[at]])).bitcast())
}

/// A line as its block of the output.
#[inline(always)]
fn unpivoted<S: Simd>(s: S, line: &Line, block: &mut [u8]) {
    let words: u32x16<S> = vector(s, line).bitcast();
    let block = block.as_chunks_mut().0;
    for at in 0..16 {
        block[PIVOT[at]] = words[at].to_le_bytes();
    }
}
