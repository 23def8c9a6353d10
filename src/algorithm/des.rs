//! The cipher DES (FIPS 46-3) with the salt of crypt(3).
//!
//! The salt swaps bits of the E box's output, which no cipher crate offers. The S boxes are 32 truth
//! tables of 64 bits, one for each output bit, and looking one up is shifting it: no address and no
//! branch depends on the password. (The usual tables of 4 KiB do leak through the cache.) The price
//! is small: a DES-based crypt(3) takes some 20 µs.
//!
//! Bits are numbered as in the standard: the first is the highest.
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A key schedule.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct Des {
    /// 48 bits each.
    round_keys: [u64; 16],
}

impl Des {
    /// The lowest bit of each byte of the key is for parity and ignored.
    pub(super) fn new(key: u64) -> Self {
        let [mut c, mut d] = halves::<28>(permute(key, 64, &PC1));
        let mut round_keys = [0; 16];
        for (round_key, turn) in round_keys.iter_mut().zip(TURNS) {
            c = (c << turn | c >> (28 - turn)) & 0x0fff_ffff;
            d = (d << turn | d >> (28 - turn)) & 0x0fff_ffff;
            *round_key = permute(c << 28 | d, 56, &PC2);
        }
        let des = Self { round_keys };
        c.zeroize();
        d.zeroize();
        des
    }

    /// Encrypt `times` over. Where bit `i` of the salt is set (its lowest is bit 0), bits `i` and
    /// `24 + i` of the E box's output change places. A salt of 0 is plain DES.
    pub(super) fn encrypt(&self, block: u64, salt: u32, times: u32) -> u64 {
        let swaps = u64::from(salt.reverse_bits() >> 8);
        let [left, right] = halves::<32>(permute(block, 64, &IP));
        let (mut left, mut right) = (low(left), low(right));
        for _ in 0..times {
            for round_key in &self.round_keys {
                (left, right) = (right, left ^ feistel(right, *round_key, swaps));
            }
            // The halves change places at the end. IP and its inverse between two times cancel out.
            (left, right) = (right, left);
        }
        permute(u64::from(left) << 32 | u64::from(right), 64, &FP)
    }
}

/// The function f of the standard.
fn feistel(half: u32, round_key: u64, swaps: u64) -> u32 {
    // E: eight groups of six bits, of which the outer two are the neighbours'.
    let turned = half.rotate_right(1);
    let group = |at: u32| u64::from(turned.rotate_left(4 * at + 6) & 0x3f);
    let expanded = (0..8).fold(0, |bits, at| bits << 6 | group(at));
    let differ = (expanded ^ expanded >> 24) & swaps;
    let input = expanded ^ differ ^ differ << 24 ^ round_key;
    let mut out = 0;
    for (sbox, at) in SBOXES.iter().zip((0..8_u32).rev()) {
        let six = input >> (6 * at) & 0x3f;
        for (truth, place) in sbox {
            out |= low(truth >> six & 1) << place;
        }
    }
    out
}

fn low(bits: u64) -> u32 {
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is what is wanted")]
    {
        bits as u32
    }
}

/// The upper and the lower `N` bits.
fn halves<const N: u32>(bits: u64) -> [u64; 2] {
    [bits >> N, bits & ((1 << N) - 1)]
}

/// Bits of a value of `width` bits, in the order of `table`.
fn permute<const N: usize>(bits: u64, width: u8, table: &[u8; N]) -> u64 {
    table.iter().fold(0, |out, place| out << 1 | bits >> (width - place) & 1)
}

/// For each S box and output bit: the truth table, and where the permutation P puts the bit.
static SBOXES: [[(u64, u32); 4]; 8] = truth_tables();

#[expect(clippy::indexing_slicing, reason = "evaluated when the crate is compiled")]
const fn truth_tables() -> [[(u64, u32); 4]; 8] {
    let mut tables = [[(0, 0); 4]; 8];
    let mut sbox = 0;
    while sbox < 8 {
        let mut bit = 0;
        while bit < 4 {
            let (mut truth, mut input) = (0_u64, 0);
            while input < 64 {
                // The outer bits of the six choose the row, the inner ones the column.
                let row = input >> 4 & 2 | input & 1;
                let value = S[sbox][row * 16 + (input >> 1 & 15)];
                truth |= ((value >> (3 - bit) & 1) as u64) << input;
                input += 1;
            }
            let mut place: u32 = 0;
            while P[place as usize] as usize != sbox * 4 + bit + 1 {
                place += 1;
            }
            tables[sbox][bit] = (truth, 31 - place);
            bit += 1;
        }
        sbox += 1;
    }
    tables
}

const TURNS: [u32; 16] = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];

#[rustfmt::skip]
const IP: [u8; 64] = [
    58, 50, 42, 34, 26, 18, 10, 2, 60, 52, 44, 36, 28, 20, 12, 4,
    62, 54, 46, 38, 30, 22, 14, 6, 64, 56, 48, 40, 32, 24, 16, 8,
    57, 49, 41, 33, 25, 17,  9, 1, 59, 51, 43, 35, 27, 19, 11, 3,
    61, 53, 45, 37, 29, 21, 13, 5, 63, 55, 47, 39, 31, 23, 15, 7,
];

#[rustfmt::skip]
const FP: [u8; 64] = [
    40, 8, 48, 16, 56, 24, 64, 32, 39, 7, 47, 15, 55, 23, 63, 31,
    38, 6, 46, 14, 54, 22, 62, 30, 37, 5, 45, 13, 53, 21, 61, 29,
    36, 4, 44, 12, 52, 20, 60, 28, 35, 3, 43, 11, 51, 19, 59, 27,
    34, 2, 42, 10, 50, 18, 58, 26, 33, 1, 41,  9, 49, 17, 57, 25,
];

#[rustfmt::skip]
const PC1: [u8; 56] = [
    57, 49, 41, 33, 25, 17,  9,  1, 58, 50, 42, 34, 26, 18,
    10,  2, 59, 51, 43, 35, 27, 19, 11,  3, 60, 52, 44, 36,
    63, 55, 47, 39, 31, 23, 15,  7, 62, 54, 46, 38, 30, 22,
    14,  6, 61, 53, 45, 37, 29, 21, 13,  5, 28, 20, 12,  4,
];

#[rustfmt::skip]
const PC2: [u8; 48] = [
    14, 17, 11, 24,  1,  5,  3, 28, 15,  6, 21, 10, 23, 19, 12,  4,
    26,  8, 16,  7, 27, 20, 13,  2, 41, 52, 31, 37, 47, 55, 30, 40,
    51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
];

#[rustfmt::skip]
const P: [u8; 32] = [
    16, 7, 20, 21, 29, 12, 28, 17,  1, 15, 23, 26,  5, 18, 31, 10,
     2, 8, 24, 14, 32, 27,  3,  9, 19, 13, 30,  6, 22, 11,  4, 25,
];

#[rustfmt::skip]
const S: [[u8; 64]; 8] = [
    [
        14,  4, 13,  1,  2, 15, 11,  8,  3, 10,  6, 12,  5,  9,  0,  7,
         0, 15,  7,  4, 14,  2, 13,  1, 10,  6, 12, 11,  9,  5,  3,  8,
         4,  1, 14,  8, 13,  6,  2, 11, 15, 12,  9,  7,  3, 10,  5,  0,
        15, 12,  8,  2,  4,  9,  1,  7,  5, 11,  3, 14, 10,  0,  6, 13,
    ],
    [
        15,  1,  8, 14,  6, 11,  3,  4,  9,  7,  2, 13, 12,  0,  5, 10,
         3, 13,  4,  7, 15,  2,  8, 14, 12,  0,  1, 10,  6,  9, 11,  5,
         0, 14,  7, 11, 10,  4, 13,  1,  5,  8, 12,  6,  9,  3,  2, 15,
        13,  8, 10,  1,  3, 15,  4,  2, 11,  6,  7, 12,  0,  5, 14,  9,
    ],
    [
        10,  0,  9, 14,  6,  3, 15,  5,  1, 13, 12,  7, 11,  4,  2,  8,
        13,  7,  0,  9,  3,  4,  6, 10,  2,  8,  5, 14, 12, 11, 15,  1,
        13,  6,  4,  9,  8, 15,  3,  0, 11,  1,  2, 12,  5, 10, 14,  7,
         1, 10, 13,  0,  6,  9,  8,  7,  4, 15, 14,  3, 11,  5,  2, 12,
    ],
    [
         7, 13, 14,  3,  0,  6,  9, 10,  1,  2,  8,  5, 11, 12,  4, 15,
        13,  8, 11,  5,  6, 15,  0,  3,  4,  7,  2, 12,  1, 10, 14,  9,
        10,  6,  9,  0, 12, 11,  7, 13, 15,  1,  3, 14,  5,  2,  8,  4,
         3, 15,  0,  6, 10,  1, 13,  8,  9,  4,  5, 11, 12,  7,  2, 14,
    ],
    [
         2, 12,  4,  1,  7, 10, 11,  6,  8,  5,  3, 15, 13,  0, 14,  9,
        14, 11,  2, 12,  4,  7, 13,  1,  5,  0, 15, 10,  3,  9,  8,  6,
         4,  2,  1, 11, 10, 13,  7,  8, 15,  9, 12,  5,  6,  3,  0, 14,
        11,  8, 12,  7,  1, 14,  2, 13,  6, 15,  0,  9, 10,  4,  5,  3,
    ],
    [
        12,  1, 10, 15,  9,  2,  6,  8,  0, 13,  3,  4, 14,  7,  5, 11,
        10, 15,  4,  2,  7, 12,  9,  5,  6,  1, 13, 14,  0, 11,  3,  8,
         9, 14, 15,  5,  2,  8, 12,  3,  7,  0,  4, 10,  1, 13, 11,  6,
         4,  3,  2, 12,  9,  5, 15, 10, 11, 14,  1,  7,  6,  0,  8, 13,
    ],
    [
         4, 11,  2, 14, 15,  0,  8, 13,  3, 12,  9,  7,  5, 10,  6,  1,
        13,  0, 11,  7,  4,  9,  1, 10, 14,  3,  5, 12,  2, 15,  8,  6,
         1,  4, 11, 13, 12,  3,  7, 14, 10, 15,  6,  8,  0,  5,  9,  2,
         6, 11, 13,  8,  1,  4, 10,  7,  9,  5,  0, 15, 14,  2,  3, 12,
    ],
    [
        13,  2,  8,  4,  6, 15, 11,  1, 10,  9,  3, 14,  5,  0, 12,  7,
         1, 15, 13,  8, 10,  3,  7,  4, 12,  5,  6, 11,  0, 14,  9,  2,
         7, 11,  4,  1,  9, 12, 14,  2,  0,  6, 10, 13, 15,  3,  5,  8,
         2,  1, 14,  7,  4, 10,  8, 13, 15, 12,  9,  0,  3,  5,  6, 11,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_answers() {
        // FIPS 81, and the classic worked example of the standard's textbooks.
        for (key, plain, cipher) in [
            (0x0123_4567_89ab_cdef, 0x4e6f_7720_6973_2074, 0x3fa4_0e8a_984d_4815),
            (0x1334_5779_9bbc_dff1, 0x0123_4567_89ab_cdef, 0x85e8_1354_0f0a_b405),
            // NBS SP 500-20: the variable-plaintext and variable-key tests begin so.
            (0x0101_0101_0101_0101, 0x8000_0000_0000_0000, 0x95f8_a5e5_dd31_d900),
            (0x8001_0101_0101_0101, 0, 0x95a8_d728_13da_a94d),
        ] {
            assert_eq!(Des::new(key).encrypt(plain, 0, 1), cipher);
        }
    }

    #[test]
    fn parity_bits_do_not_matter() {
        let of = |key| Des::new(key).encrypt(7, 0, 1);
        assert_eq!(of(0x0123_4567_89ab_cdef), of(0x0022_4466_88aa_ccee));
    }
}
