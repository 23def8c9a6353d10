//! The compression function of Argon2 on one block of 1 KiB.
//!
//! *Source*: RFC 9106, sections 3.5 and 3.6. The permutation P takes sixteen words, four rows of
//! four; it is done to each of the eight rows of a block, then to each of its eight columns. Here
//! two of those eight go through one vector of 512 bits, so that a block is sixteen vectors, and a
//! processor with AVX-512 holds it in its registers. Narrower ones have halves or quarters of such
//! a vector.
//!
//! What a row of P is to the second round, a permutation within the vector is to the first; the one
//! back is joined with the exchange of two quarters that makes columns of rows. For that, a block
//! does not lie in memory as its words are numbered: see [`place`].
#![expect(
    clippy::indexing_slicing,
    clippy::needless_range_loop,
    reason = "indices are constants or loop bounds of arrays, several of which share one"
)]
use crate::lanes::memory::Line;
use crate::lanes::{Cpu, dispatch};
use fearless_simd::{Simd, prelude::*, u64x8};

/// 1 KiB: a row of four vectors for each two of the eight rows.
pub(super) type Block = [Line; 16];

pub(super) const ZERO: Block = [Line::ZERO; 16];

/// Where a word lies: in which line, and where in it.
///
/// A line has four words of an even row, then the four below it, of the odd row.
pub(super) const fn place(word: usize) -> (usize, usize) {
    (word / 32 * 4 + word / 4 % 4, word / 16 % 2 * 4 + word % 4)
}

/// Four rows of P, for two P.
type Rows<S> = [u64x8<S>; 4];

/// The compression of two blocks, by itself.
pub(super) fn compressed(cpu: Cpu, x: &Block, y: &Block) -> Block {
    let mut out = ZERO;
    dispatch!(cpu.level(), s => compress::<_, false>(s, x, y, &mut out));
    out
}

/// The compression of two blocks, written to a third or (version 0x13, after the first pass) mixed
/// into it.
#[inline(always)]
pub(super) fn compress<S: Simd, const MIX: bool>(s: S, x: &Block, y: &Block, out: &mut Block) {
    let mut q = [[u64x8::splat(s, 0); 4]; 4];
    for m in 0..4 {
        for n in 0..4 {
            q[m][n] = r(s, x, y, 4 * m + n);
        }
    }
    q = turned(permuted(turned(permuted(q))));
    for m in 0..4 {
        for n in 0..4 {
            let at = 4 * m + n;
            let mut z = q[m][n] ^ r(s, x, y, at);
            if MIX {
                z ^= u64x8::load_array_ref(s, &out[at].0);
            }
            z.store_array(&mut out[at].0);
        }
    }
}

/// What goes in, which is added to what comes out: to load it again is cheaper than to keep it.
#[inline(always)]
fn r<S: Simd>(s: S, x: &Block, y: &Block, at: usize) -> u64x8<S> {
    u64x8::load_array_ref(s, &x[at].0) ^ u64x8::load_array_ref(s, &y[at].0)
}

/// The first rows of all, the second rows of all: the inverse of itself.
#[inline(always)]
fn turned<S: Simd>([a, b, c, d]: [Rows<S>; 4]) -> [Rows<S>; 4] {
    let ([a0, a1, a2, a3], [b0, b1, b2, b3]) = (a, b);
    let ([c0, c1, c2, c3], [d0, d1, d2, d3]) = (c, d);
    [[a0, b0, c0, d0], [a1, b1, c1, d1], [a2, b2, c2, d2], [a3, b3, c3, d3]]
}

/// P on eight times sixteen words, at once if there are registers for it.
#[inline(always)]
fn permuted<S: Simd>(mut q: [Rows<S>; 4]) -> [Rows<S>; 4] {
    match const { S::u64s::LEN } {
        8.. => rounds(q),
        4..8 => {
            let [a, b, c, d] = q;
            let ([a], [b], [c], [d]) = (rounds([a]), rounds([b]), rounds([c]), rounds([d]));
            [a, b, c, d]
        }
        // Written out four times it would be no faster here, and takes the compiler minutes.
        _ => {
            for rows in &mut q {
                [*rows] = rounds([*rows]);
            }
            q
        }
    }
}

#[inline(always)]
fn rounds<S: Simd, const N: usize>(mut q: [Rows<S>; N]) -> [Rows<S>; N] {
    half_round::<S, N, 32, 24>(&mut q);
    half_round::<S, N, 16, 63>(&mut q);
    for [_, b, c, d] in q.iter_mut() {
        *b = ordered(*b, [1, 2, 3, 0, 5, 6, 7, 4]);
        *c = ordered(*c, [2, 3, 0, 1, 6, 7, 4, 5]);
        *d = ordered(*d, [3, 0, 1, 2, 7, 4, 5, 6]);
    }
    half_round::<S, N, 32, 24>(&mut q);
    half_round::<S, N, 16, 63>(&mut q);
    for [a, b, c, d] in q.iter_mut() {
        *a = ordered(*a, [0, 1, 4, 5, 2, 3, 6, 7]);
        *b = ordered(*b, [3, 0, 7, 4, 1, 2, 5, 6]);
        *c = ordered(*c, [2, 3, 6, 7, 0, 1, 4, 5]);
        *d = ordered(*d, [1, 2, 5, 6, 3, 0, 7, 4]);
    }
    q
}

/// Half of the function G, on all columns.
#[inline(always)]
fn half_round<S: Simd, const N: usize, const D: u32, const B: u32>(q: &mut [Rows<S>; N]) {
    for [a, b, c, d] in q.iter_mut() {
        *a = blamka(*a, *b);
        *d = rotated::<S, D>(*d ^ *a);
        *c = blamka(*c, *d);
        *b = rotated::<S, B>(*b ^ *c);
    }
}

/// a + b + 2·a·b, the product being of the lower halves.
#[inline(always)]
fn blamka<S: Simd>(a: u64x8<S>, b: u64x8<S>) -> u64x8<S> {
    let low = u64x8::splat(a.token(), 0xffff_ffff);
    let product = (a & low) * (b & low);
    a + b + product + product
}

#[inline(always)]
fn rotated<S: Simd, const RIGHT: u32>(x: u64x8<S>) -> u64x8<S> {
    (x >> RIGHT) | (x << (64 - RIGHT))
}

/// A constant permutation. The compiler makes one instruction of it where there is one.
#[inline(always)]
fn ordered<S: Simd>(x: u64x8<S>, order: [usize; 8]) -> u64x8<S> {
    u64x8::from_fn(x.token(), |at| x[order[at]])
}
