//! crypt(3) on DES with an array element for each bit, in the manner of Unix V7's `crypt.c`.

fn pick(bits: &[u8], table: &[u8]) -> Vec<u8> {
    table.iter().map(|place| bits[usize::from(*place) - 1]).collect()
}

fn bits(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect()
}

fn bytes(bits: &[u8]) -> Vec<u8> {
    bits.chunks(8).map(|eight| eight.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
}

fn xor(a: &[u8], b: &[u8]) -> Vec<u8> {
    a.iter().zip(b).map(|(a, b)| a ^ b).collect()
}

/// Encrypts `block` so many times under the 8 bytes of `key`; the salt's bits swap places of E.
pub(crate) fn des(key: &[u8], block: &[u8], salt: u32, times: u32) -> Vec<u8> {
    let mut e = E.to_vec();
    for bit in (0..24).filter(|bit| salt >> bit & 1 == 1) {
        e.swap(bit, bit + 24);
    }
    let mut block = bits(block);
    for _ in 0..times {
        let chosen = pick(&bits(key), &PC1);
        let (mut c, mut d) = (chosen[..28].to_vec(), chosen[28..].to_vec());
        block = pick(&block, &IP);
        let (mut left, mut right) = (block[..32].to_vec(), block[32..].to_vec());
        for turn in TURNS {
            c.rotate_left(turn);
            d.rotate_left(turn);
            let input = xor(&pick(&right, &e), &pick(&[&c[..], &d].concat(), &PC2));
            let mut output = Vec::new();
            for (six, s) in input.chunks(6).zip(&S) {
                let row = six[0] * 2 + six[5];
                let column = six[1] * 8 + six[2] * 4 + six[3] * 2 + six[4];
                let value = s[usize::from(row * 16 + column)];
                output.extend([value >> 3 & 1, value >> 2 & 1, value >> 1 & 1, value & 1]);
            }
            let next = xor(&left, &pick(&output, &P));
            left = right;
            right = next;
        }
        block = pick(&[&right[..], &left].concat(), &FP);
    }
    bytes(&block)
}

/// Eight bytes of a password as a key: seven bits of each, and zeros.
fn key(password: &[u8]) -> Vec<u8> {
    (0..8).map(|i| password.get(i).map_or(0, |byte| byte << 1)).collect()
}

/// The first two letters of a digest in crypt(3)'s base64, as the salt that they are.
fn salt_of(digest: &[u8]) -> u32 {
    let bits = bits(digest);
    let letter = |at: usize| bits[at..at + 6].iter().fold(0, |n, bit| n * 2 + u32::from(*bit));
    letter(0) + 64 * letter(6)
}

pub(crate) fn descrypt(salt: u32, password: &[u8]) -> Vec<u8> {
    des(&key(password), &[0; 8], salt, 25)
}

pub(crate) fn crypt16(salt: u32, password: &[u8]) -> Vec<u8> {
    let second = password.get(8..).unwrap_or_default();
    [des(&key(password), &[0; 8], salt, 20), des(&key(second), &[0; 8], salt, 5)].concat()
}

/// As many digests as the password asks for, one after the other.
pub(crate) fn bigcrypt(salt: u32, password: &[u8]) -> Vec<u8> {
    let (mut all, mut rest, mut salt) = (Vec::new(), password, salt);
    loop {
        let digest = descrypt(salt, rest);
        salt = salt_of(&digest);
        all.extend(digest);
        rest = rest.get(8..).unwrap_or_default();
        if rest.is_empty() {
            return all;
        }
    }
}

pub(crate) fn bsdi(rounds: u32, salt: u32, password: &[u8]) -> Vec<u8> {
    let mut folded = key(password);
    let mut rest = password.get(8..).unwrap_or_default();
    while !rest.is_empty() {
        folded = xor(&des(&folded, &folded, 0, 1), &key(rest));
        rest = rest.get(8..).unwrap_or_default();
    }
    des(&folded, &[0; 8], salt, rounds)
}

/// LM, of bytes that are ASCII: seven characters a half, their bits followed by a zero each.
pub(crate) fn lm(password: &[u8]) -> Vec<u8> {
    let mut whole = password.to_ascii_uppercase();
    whole.resize(14, 0);
    let half = |half: &[u8]| {
        let spread: Vec<u8> = bits(half).chunks(7).flat_map(|b| [b, &[0]].concat()).collect();
        des(&bytes(&spread), b"KGS!@#$%", 0, 1)
    };
    [half(&whole[..7]), half(&whole[7..])].concat()
}

const TURNS: [usize; 16] = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];

#[rustfmt::skip]
const E: [u8; 48] = [
    32,  1,  2,  3,  4,  5,  4,  5,  6,  7,  8,  9,  8,  9, 10, 11,
    12, 13, 12, 13, 14, 15, 16, 17, 16, 17, 18, 19, 20, 21, 20, 21,
    22, 23, 24, 25, 24, 25, 26, 27, 28, 29, 28, 29, 30, 31, 32,  1,
];

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
