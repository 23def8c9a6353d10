//! MD5 (RFC 1321).
use super::core::Core;
use super::word::Word;
use core::marker::PhantomData;
use fearless_simd::Simd;

/// MD5 on lanes of `W`.
pub(super) struct Md5<W>(PhantomData<W>);

const INITIAL: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];

impl<W: Word<Element = u32>> Core for Md5<W> {
    type Word = W;
    type State = [W; 4];
    const BIG_ENDIAN: bool = false;
    const WORDS: usize = 4;

    #[inline(always)]
    fn initial(simd: W::Simd) -> [W; 4] {
        INITIAL.map(|word| W::splat(simd, word))
    }

    #[inline(always)]
    fn compress(simd: W::Simd, state: &mut [W; 4], block: &[W; 16]) {
        simd.vectorize(
            #[inline(always)]
            || compress(simd, state, block),
        );
    }
}

/// Steps of one round: the word of the block, the rotation, the constant.
macro_rules! steps {
    ($simd:ident $m:ident $f:ident; $a:ident $b:ident $c:ident $d:ident;) => {};
    ($simd:ident $m:ident $f:ident; $a:ident $b:ident $c:ident $d:ident;
     $word:literal $left:literal $constant:literal, $($rest:tt)*) => {
        let sum = $a + ($m[$word] + W::splat($simd, $constant)) + $f($b, $c, $d);
        $a = sum.rotated(32 - $left) + $b;
        steps!($simd $m $f; $d $a $b $c; $($rest)*);
    };
}

#[inline(always)]
fn compress<W: Word<Element = u32>>(simd: W::Simd, state: &mut [W; 4], m: &[W; 16]) {
    let [mut a, mut b, mut c, mut d] = *state;
    let f = |x: W, y: W, z: W| (x & y) | (!x & z);
    let g = |x: W, y: W, z: W| (x & z) | (y & !z);
    let h = |x: W, y: W, z: W| x ^ y ^ z;
    let i = |x: W, y: W, z: W| y ^ (x | !z);
    steps!(simd m f; a b c d;
        0 7 0xd76a_a478, 1 12 0xe8c7_b756, 2 17 0x2420_70db, 3 22 0xc1bd_ceee,
        4 7 0xf57c_0faf, 5 12 0x4787_c62a, 6 17 0xa830_4613, 7 22 0xfd46_9501,
        8 7 0x6980_98d8, 9 12 0x8b44_f7af, 10 17 0xffff_5bb1, 11 22 0x895c_d7be,
        12 7 0x6b90_1122, 13 12 0xfd98_7193, 14 17 0xa679_438e, 15 22 0x49b4_0821,);
    steps!(simd m g; a b c d;
        1 5 0xf61e_2562, 6 9 0xc040_b340, 11 14 0x265e_5a51, 0 20 0xe9b6_c7aa,
        5 5 0xd62f_105d, 10 9 0x0244_1453, 15 14 0xd8a1_e681, 4 20 0xe7d3_fbc8,
        9 5 0x21e1_cde6, 14 9 0xc337_07d6, 3 14 0xf4d5_0d87, 8 20 0x455a_14ed,
        13 5 0xa9e3_e905, 2 9 0xfcef_a3f8, 7 14 0x676f_02d9, 12 20 0x8d2a_4c8a,);
    steps!(simd m h; a b c d;
        5 4 0xfffa_3942, 8 11 0x8771_f681, 11 16 0x6d9d_6122, 14 23 0xfde5_380c,
        1 4 0xa4be_ea44, 4 11 0x4bde_cfa9, 7 16 0xf6bb_4b60, 10 23 0xbebf_bc70,
        13 4 0x289b_7ec6, 0 11 0xeaa1_27fa, 3 16 0xd4ef_3085, 6 23 0x0488_1d05,
        9 4 0xd9d4_d039, 12 11 0xe6db_99e5, 15 16 0x1fa2_7cf8, 2 23 0xc4ac_5665,);
    steps!(simd m i; a b c d;
        0 6 0xf429_2244, 7 10 0x432a_ff97, 14 15 0xab94_23a7, 5 21 0xfc93_a039,
        12 6 0x655b_59c3, 3 10 0x8f0c_cc92, 10 15 0xffef_f47d, 1 21 0x8584_5dd1,
        8 6 0x6fa8_7e4f, 15 10 0xfe2c_e6e0, 6 15 0xa301_4314, 13 21 0x4e08_11a1,
        4 6 0xf753_7e82, 11 10 0xbd3a_f235, 2 15 0x2ad7_d2bb, 9 21 0xeb86_d391,);
    let [state_a, state_b, state_c, state_d] = *state;
    *state = [state_a + a, state_b + b, state_c + c, state_d + d];
}
