//! SHA-1 (FIPS 180-4).
use super::core::Core;
use super::word::Word;
use core::marker::PhantomData;
use fearless_simd::Simd;

/// SHA-1 on lanes of `W`.
pub(super) struct Sha1<W>(PhantomData<W>);

const INITIAL: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];

impl<W: Word<Element = u32>> Core for Sha1<W> {
    type Word = W;
    type State = [W; 5];
    const BIG_ENDIAN: bool = true;
    const WORDS: usize = 5;

    #[inline(always)]
    fn initial(simd: W::Simd) -> [W; 5] {
        INITIAL.map(|word| W::splat(simd, word))
    }

    #[inline(always)]
    fn compress(simd: W::Simd, state: &mut [W; 5], block: &[W; 16]) {
        simd.vectorize(
            #[inline(always)]
            || compress(simd, state, *block),
        );
    }
}

/// Rounds of one kind, by their numbers.
macro_rules! rounds {
    ($w:ident $f:ident $k:ident; $a:ident $b:ident $c:ident $d:ident $e:ident;) => {};
    ($w:ident $f:ident $k:ident; $a:ident $b:ident $c:ident $d:ident $e:ident;
     $round:literal $($rest:literal)*) => {
        if $round >= 16 {
            let sum = $w[($round + 13) % 16] ^ $w[($round + 8) % 16] ^ $w[($round + 2) % 16];
            $w[$round % 16] = (sum ^ $w[$round % 16]).rotated(31);
        }
        $e = $e + ($w[$round % 16] + $k) + $f($b, $c, $d) + $a.rotated(27);
        $b = $b.rotated(2);
        rounds!($w $f $k; $e $a $b $c $d; $($rest)*);
    };
}

#[inline(always)]
fn compress<W: Word<Element = u32>>(simd: W::Simd, state: &mut [W; 5], mut w: [W; 16]) {
    let [mut a, mut b, mut c, mut d, mut e] = *state;
    let choose = |x: W, y: W, z: W| (x & y) | (!x & z);
    let parity = |x: W, y: W, z: W| x ^ y ^ z;
    let majority = |x: W, y: W, z: W| (x & y) | (z & (x | y));
    let k = W::splat(simd, 0x5a82_7999);
    rounds!(w choose k; a b c d e; 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19);
    let k = W::splat(simd, 0x6ed9_eba1);
    rounds!(w parity k; a b c d e;
        20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39);
    let k = W::splat(simd, 0x8f1b_bcdc);
    rounds!(w majority k; a b c d e;
        40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59);
    let k = W::splat(simd, 0xca62_c1d6);
    rounds!(w parity k; a b c d e;
        60 61 62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79);
    let [state_a, state_b, state_c, state_d, state_e] = *state;
    *state = [state_a + a, state_b + b, state_c + c, state_d + d, state_e + e];
}
