//! bcrypt's core: the key schedule of Blowfish, expensive, for several passwords at a time.
//!
//! *Source*: Provos and Mazières, "A Future-Adaptable Password Scheme" (USENIX 1999).
//!
//! A round is one look-up in each of four tables, so it is not for vectors: a gather is no faster
//! than its loads. But each round waits for the one before it, about 11 cycles, of which its
//! instructions take a fifth. So the rounds of several lanes stand side by side in scalar
//! registers. A lane's tables take 4,168 bytes; that they are no multiple of a page keeps the lanes
//! of a group out of each other's sets in the first-level cache.
//!
//! Measured at cost 8 on a server core with AVX-512 and 48 KiB of first-level cache (Intel), as times
//! the speed of libxcrypt's one at a time (without BMI2, in brackets):
//!
//! | lanes | 1 | 2 | 3 | 4 | 5 | 6 | 8 | 10 | 12 |
//! |---|---|---|---|---|---|---|---|---|---|
//! | times | 1.00 | 1.8 | 2.5 | 3.2 | 3.7 | 4.0 | 3.9 | 4.0 | 3.9 |
//! | | (1.00) | (1.8) | (2.5) | (3.1) | (3.6) | (3.6) | (3.5) | (3.3) | (3.3) |
//!
//! and at cost 7 on one with 32 KiB (AMD Zen 4, 3.55 GHz), where eight lanes no longer fit:
//!
//! | lanes | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 |
//! |---|---|---|---|---|---|---|---|---|
//! | times | 0.96 | 1.6 | 2.2 | 2.5 | 2.4 | 2.6 | 2.5 | 2.5 |
//!
//! There a round of one of six lanes takes 4.0 cycles for 17.3 instructions (counted by callgrind), of
//! which that core retires six a cycle at the very best; libxcrypt's lone chain waits 10.5 cycles. A Zen 5
//! retires eight at best; there 64 jobs at cost 10 took 3.3 in groups of five, 3.4 of six, 3.2 of seven or
//! eight.
#![expect(
    clippy::indexing_slicing,
    clippy::needless_range_loop,
    reason = "indices are constants, loop bounds or masked; several arrays share a lane's index"
)]
use super::{Cpu, dispatch, pi};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The most lanes that still gain: with more, a first-level cache of 32 KiB overflows.
pub(crate) const WIDTH: usize = 6;

/// One password under one salt.
#[derive(Clone, ZeroizeOnDrop)]
pub(crate) struct Job {
    key: [u32; 18],
    salt: [u32; 4],
}

impl Job {
    /// A key of 72 bytes, cycled or not, and a salt.
    pub(crate) fn new(key: &[u8; 72], salt: &[u8; 16]) -> Self {
        Self { key: words(key), salt: words(salt) }
    }
}

fn words<const N: usize>(bytes: &[u8]) -> [u32; N] {
    let mut words = [0; N];
    for (word, bytes) in words.iter_mut().zip(bytes.as_chunks::<4>().0) {
        *word = u32::from_be_bytes(*bytes);
    }
    words
}

/// The 24 bytes of each job at 2 to the power of `cost`.
pub(crate) fn bcrypt(cpu: Cpu, cost: u8, jobs: &[Job]) -> Vec<[u8; 24]> {
    let mut digests = Vec::with_capacity(jobs.len());
    // Of even size: the last few alone would take as long as a full group.
    let groups = jobs.len().div_ceil(WIDTH).max(1);
    for group in jobs.chunks(jobs.len().div_ceil(groups).max(1)) {
        match group.len() {
            1 => lanes::<1>(cpu, cost, group, &mut digests),
            2 => lanes::<2>(cpu, cost, group, &mut digests),
            3 => lanes::<3>(cpu, cost, group, &mut digests),
            4 => lanes::<4>(cpu, cost, group, &mut digests),
            5 => lanes::<5>(cpu, cost, group, &mut digests),
            _ => lanes::<WIDTH>(cpu, cost, group, &mut digests),
        }
    }
    digests
}

/// A group of up to `N` jobs; lanes without a job of their own repeat the last.
fn lanes<const N: usize>(cpu: Cpu, cost: u8, group: &[Job], digests: &mut Vec<[u8; 24]>) {
    let Some(last) = group.last() else { return };
    let job = |lane: usize| group.get(lane).unwrap_or(last);
    let mut keys: [[u32; 18]; N] = core::array::from_fn(|lane| job(lane).key);
    let salts: [[u32; 4]; N] = core::array::from_fn(|lane| job(lane).salt);
    let mut tables = vec![Tables { s: pi::S, p: pi::P }; N];
    if let Ok(tables) = <&mut [Tables; N]>::try_from(tables.as_mut_slice()) {
        let found = dispatch!(cpu.level(), _ => derive(tables, &keys, &salts, cost));
        digests.extend(found.into_iter().take(group.len()));
    }
    keys.zeroize();
}

/// The state of a lane.
#[derive(Clone, ZeroizeOnDrop)]
struct Tables {
    s: [u32; 1024],
    p: [u32; 18],
}

/// A pair of words in each lane.
struct Pairs<const N: usize> {
    left: [u32; N],
    right: [u32; N],
}

/// What bcrypt encrypts: "OrpheanBeholderScryDoubt" as big-endian words.
const MAGIC: [[u32; 2]; 3] =
    [[0x4f72_7068, 0x6561_6e42], [0x6568_6f6c, 0x6465_7253], [0x6372_7944, 0x6f75_6274]];

#[inline(always)]
fn derive<const N: usize>(
    tables: &mut [Tables; N],
    keys: &[[u32; 18]; N],
    salts: &[[u32; 4]; N],
    cost: u8,
) -> [[u8; 24]; N] {
    let cycled: [[u32; 18]; N] =
        core::array::from_fn(|n| core::array::from_fn(|word| salts[n][word % 4]));
    let unsalted = [[0; 4]; N];
    expand(tables, keys, salts);
    for _ in 0..1_u64 << cost.min(63) {
        expand(tables, keys, &unsalted);
        expand(tables, &cycled, &unsalted);
    }
    let mut digests = [[0; 24]; N];
    for (block, [left, right]) in MAGIC.into_iter().enumerate() {
        let mut pairs = Pairs { left: [left; N], right: [right; N] };
        for _ in 0..64 {
            encrypt(tables, &mut pairs);
        }
        for (n, digest) in digests.iter_mut().enumerate() {
            digest[block * 8..block * 8 + 4].copy_from_slice(&pairs.left[n].to_be_bytes());
            digest[block * 8 + 4..block * 8 + 8].copy_from_slice(&pairs.right[n].to_be_bytes());
        }
    }
    digests
}

/// The key schedule: new subkeys and new tables, each pair the encryption of the one before it,
/// into which the salt has been mixed, half by half.
#[inline(always)]
fn expand<const N: usize>(tables: &mut [Tables; N], keys: &[[u32; 18]; N], salts: &[[u32; 4]; N]) {
    for n in 0..N {
        for word in 0..18 {
            tables[n].p[word] ^= keys[n][word];
        }
    }
    let mut pairs = Pairs { left: [0; N], right: [0; N] };
    let mut next = |tables: &[Tables; N], half: usize| {
        for n in 0..N {
            pairs.left[n] ^= salts[n][half % 2 * 2];
            pairs.right[n] ^= salts[n][half % 2 * 2 + 1];
        }
        encrypt(tables, &mut pairs);
        (pairs.left, pairs.right)
    };
    for at in 0..9 {
        let (left, right) = next(tables, at);
        for n in 0..N {
            (tables[n].p[2 * at], tables[n].p[2 * at + 1]) = (left[n], right[n]);
        }
    }
    for at in 0..512 {
        let (left, right) = next(tables, at + 9);
        for n in 0..N {
            (tables[n].s[2 * at], tables[n].s[2 * at + 1]) = (left[n], right[n]);
        }
    }
}

/// Sixteen rounds in each lane, two at a time so that the halves need no exchange.
#[inline(always)]
fn encrypt<const N: usize>(tables: &[Tables; N], pairs: &mut Pairs<N>) {
    let Pairs { left, right } = pairs;
    for n in 0..N {
        left[n] ^= tables[n].p[0];
    }
    for round in 0..8 {
        for n in 0..N {
            right[n] ^= early::<N>(tables[n].p[2 * round + 1]);
            right[n] ^= f::<N>(&tables[n].s, left[n]);
        }
        for n in 0..N {
            left[n] ^= early::<N>(tables[n].p[2 * round + 2]);
            left[n] ^= f::<N>(&tables[n].s, right[n]);
        }
    }
    for n in 0..N {
        (left[n], right[n]) = (right[n] ^ tables[n].p[17], left[n]);
    }
}

/// In one lane or two, keep the compiler from mixing in the subkey after the look-ups, where the
/// next round waits for it: a twelfth of the time.
#[inline(always)]
fn early<const N: usize>(subkey: u32) -> u32 {
    if N <= 2 { core::hint::black_box(subkey) } else { subkey }
}

/// The look-ups. Turning the word first takes a step more and fewer registers: few lanes wait for
/// steps, many for registers.
#[inline(always)]
fn f<const N: usize>(s: &[u32; 1024], word: u32) -> u32 {
    let [a, b, c, d] = match N {
        ..=4 => [24, 16, 8, 0].map(|at| (word >> at & 255) as usize),
        _ => word.to_be_bytes().map(usize::from),
    };
    (s[a].wrapping_add(s[256 + b]) ^ s[512 + c]).wrapping_add(s[768 + d])
}

#[cfg(test)]
mod tests {
    use super::{Job, Pairs, Tables, WIDTH, bcrypt, encrypt, pi};
    use crate::lanes::testing::{CASES, Random};
    use crate::lanes::{Cpu, dispatch};
    use ::blowfish::Blowfish;

    /// bcrypt on the plain crate.
    fn plain(cost: u8, key: &[u8; 72], salt: &[u8; 16]) -> [u8; 24] {
        let mut state = Blowfish::bc_init_state();
        state.salted_expand_key(salt, key);
        for _ in 0..1_u64 << cost {
            state.bc_expand_key(key);
            state.bc_expand_key(salt);
        }
        let mut out = Vec::new();
        for pair in b"OrpheanBeholderScryDoubt".chunks_exact(8) {
            let word = |at: usize| u32::from_be_bytes(pair[at..at + 4].try_into().unwrap());
            let block = (0..64).fold([word(0), word(4)], |block, _| state.bc_encrypt(block));
            out.extend(block.iter().flat_map(|word| word.to_be_bytes()));
        }
        out.try_into().unwrap()
    }

    #[test]
    fn a_block_in_each_lane_is_encrypted_as_by_the_plain_crate() {
        let mut random = Random::new(4);
        for cpu in Cpu::every() {
            let tables = [const { Tables { s: pi::S, p: pi::P } }; 4];
            let [left, right] = [(); 2].map(|()| random.bytes().map(u32::from));
            let mut pairs = Pairs { left, right };
            dispatch!(cpu.level(), _ => encrypt(&tables, &mut pairs));
            for lane in 0..4 {
                let plain = Blowfish::bc_init_state().bc_encrypt([left[lane], right[lane]]);
                assert_eq!([pairs.left[lane], pairs.right[lane]], plain, "{cpu:?}");
            }
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "takes minutes")]
    fn lanes_answer_as_the_plain_crate_at_every_number_of_jobs() {
        let mut random = Random::new(5);
        let cpus = Cpu::every();
        let mut cases = 0;
        // Costs under 4 are bcrypt's in all but name, and cheap.
        for round in 0.. {
            let jobs = round % (2 * WIDTH + 1) + 1;
            let cost = u8::from(round % 7 == 0);
            let inputs: Vec<([u8; 72], [u8; 16])> =
                (0..jobs).map(|_| (random.bytes(), random.bytes())).collect();
            let jobs: Vec<Job> = inputs.iter().map(|(key, salt)| Job::new(key, salt)).collect();
            let found = bcrypt(cpus[round % cpus.len()], cost, &jobs);
            let expected: Vec<_> =
                inputs.iter().map(|(key, salt)| plain(cost, key, salt)).collect();
            assert_eq!(found, expected, "round {round}");
            cases += found.len();
            if cases >= CASES {
                break;
            }
        }
    }
}
