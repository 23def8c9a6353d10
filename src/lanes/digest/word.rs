//! A word of every lane: what the hash functions compute with.
use core::fmt::Debug;
use core::ops::{Add, BitAnd, BitOr, BitXor, Not};
use fearless_simd::{Select, Simd, SimdBase, SimdMask};
use zeroize::Zeroize;

/// A word of one lane.
pub(super) trait Element: Copy + Debug + Default + Zeroize {
    /// Bytes of a word.
    const BYTES: usize;
    /// Bits of a word.
    const BITS: u32;

    /// The word that `bytes` are; missing bytes count as zero.
    fn read(bytes: &[u8], big_endian: bool) -> Self;

    /// The bytes of the word, put into `out` (as many as fit).
    fn write(self, out: &mut [u8], big_endian: bool);
}

macro_rules! element {
    ($element:ty) => {
        impl Element for $element {
            const BYTES: usize = size_of::<Self>();
            const BITS: u32 = Self::BITS;

            #[inline]
            fn read(bytes: &[u8], big_endian: bool) -> Self {
                let word = bytes.first_chunk().copied().unwrap_or_else(|| {
                    let mut word = [0; size_of::<Self>()];
                    word.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
                    word
                });
                if big_endian { Self::from_be_bytes(word) } else { Self::from_le_bytes(word) }
            }

            #[inline]
            fn write(self, out: &mut [u8], big_endian: bool) {
                let word = if big_endian { self.to_be_bytes() } else { self.to_le_bytes() };
                out.iter_mut().zip(word).for_each(|(to, from)| *to = from);
            }
        }
    };
}
element!(u32);
element!(u64);

/// The same word of all lanes, side by side.
pub(super) trait Word:
    Copy
    + Add<Output = Self>
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + BitXor<Output = Self>
    + Not<Output = Self>
{
    /// What the CPU can do.
    type Simd: Simd;
    /// A word of one lane.
    type Element: Element;
    /// A yes or no for each lane.
    type Mask: Copy;
    /// How many lanes there are.
    const LANES: usize;

    /// `value` in every lane.
    fn splat(simd: Self::Simd, value: Self::Element) -> Self;
    /// Each lane shifted towards its highest bit.
    fn left(self, bits: u32) -> Self;
    /// Each lane shifted towards its lowest bit.
    fn right(self, bits: u32) -> Self;
    /// Each lane rotated towards its lowest bit.
    fn rotated(self, bits: u32) -> Self;
    /// Yes in the lanes whose bit is set; the lowest bit is the first lane's.
    fn mask(simd: Self::Simd, lanes: u64) -> Self::Mask;
    /// `self` where the mask says yes, `other` elsewhere.
    fn or_else(self, other: Self, mask: Self::Mask) -> Self;
    /// One word of each lane, of which there must be as many as lanes.
    fn load(simd: Self::Simd, words: &[Self::Element]) -> Self;
    /// Put the words where `load` would take them from.
    fn store(self, words: &mut [Self::Element]);
    /// Overwrite all lanes with zeros, whatever the optimiser thinks of it.
    fn wipe(&mut self);
}

macro_rules! word {
    ($(#[$doc:meta])* $word:ident, $element:ty, $vector:ident, $mask:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub(super) struct $word<S: Simd>(S::$vector);

        word!(@operator $word, Add, add);
        word!(@operator $word, BitAnd, bitand);
        word!(@operator $word, BitOr, bitor);
        word!(@operator $word, BitXor, bitxor);

        impl<S: Simd> Not for $word<S> {
            type Output = Self;

            #[inline(always)]
            fn not(self) -> Self {
                Self(!self.0)
            }
        }

        impl<S: Simd> Word for $word<S> {
            type Simd = S;
            type Element = $element;
            type Mask = S::$mask;
            const LANES: usize = <S::$vector as SimdBase<S>>::LEN;

            #[inline(always)]
            fn splat(simd: S, value: Self::Element) -> Self {
                Self(S::$vector::splat(simd, value))
            }

            #[inline(always)]
            fn left(self, bits: u32) -> Self {
                Self(self.0 << bits)
            }

            #[inline(always)]
            fn right(self, bits: u32) -> Self {
                Self(self.0 >> bits)
            }

            #[inline(always)]
            fn rotated(self, bits: u32) -> Self {
                Self((self.0 >> bits) | (self.0 << (<$element>::BITS - bits)))
            }

            #[inline(always)]
            fn mask(simd: S, lanes: u64) -> Self::Mask {
                S::$mask::from_bitmask(simd, lanes)
            }

            #[inline(always)]
            fn or_else(self, other: Self, mask: Self::Mask) -> Self {
                Self(mask.select(self.0, other.0))
            }

            #[inline(always)]
            fn load(simd: S, words: &[Self::Element]) -> Self {
                Self(S::$vector::from_slice(simd, words))
            }

            #[inline(always)]
            fn store(self, words: &mut [Self::Element]) {
                self.0.store_slice(words);
            }

            #[inline(always)]
            fn wipe(&mut self) {
                self.0.as_mut_slice().zeroize();
            }
        }
    };
    (@operator $word:ident, $operator:ident, $method:ident) => {
        impl<S: Simd> $operator for $word<S> {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self($operator::$method(self.0, other.0))
            }
        }
    };
}
word!(
    /// As many words of 32 bits as the CPU has lanes for.
    U32, u32, u32s, mask32s
);
word!(
    /// As many words of 64 bits as the CPU has lanes for.
    U64, u64, u64s, mask64s
);

/// Twice as many lanes: two vectors a step, so that the second runs while the first waits.
#[derive(Clone, Copy)]
pub(super) struct Pair<W>(W, W);

macro_rules! pair {
    ($operator:ident, $method:ident) => {
        impl<W: $operator<Output = W>> $operator for Pair<W> {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(self.0.$method(other.0), self.1.$method(other.1))
            }
        }
    };
}
pair!(Add, add);
pair!(BitAnd, bitand);
pair!(BitOr, bitor);
pair!(BitXor, bitxor);

impl<W: Not<Output = W>> Not for Pair<W> {
    type Output = Self;

    #[inline(always)]
    fn not(self) -> Self {
        Self(!self.0, !self.1)
    }
}

impl<W: Word> Word for Pair<W> {
    type Simd = W::Simd;
    type Element = W::Element;
    type Mask = (W::Mask, W::Mask);
    const LANES: usize = 2 * W::LANES;

    #[inline(always)]
    fn splat(simd: W::Simd, value: Self::Element) -> Self {
        Self(W::splat(simd, value), W::splat(simd, value))
    }

    #[inline(always)]
    fn left(self, bits: u32) -> Self {
        Self(self.0.left(bits), self.1.left(bits))
    }

    #[inline(always)]
    fn right(self, bits: u32) -> Self {
        Self(self.0.right(bits), self.1.right(bits))
    }

    #[inline(always)]
    fn rotated(self, bits: u32) -> Self {
        Self(self.0.rotated(bits), self.1.rotated(bits))
    }

    #[inline(always)]
    fn mask(simd: W::Simd, lanes: u64) -> Self::Mask {
        (W::mask(simd, lanes), W::mask(simd, lanes >> W::LANES))
    }

    #[inline(always)]
    fn or_else(self, other: Self, mask: Self::Mask) -> Self {
        Self(self.0.or_else(other.0, mask.0), self.1.or_else(other.1, mask.1))
    }

    #[inline(always)]
    fn load(simd: W::Simd, words: &[Self::Element]) -> Self {
        let (first, second) = words.split_at(W::LANES);
        Self(W::load(simd, first), W::load(simd, second))
    }

    #[inline(always)]
    fn store(self, words: &mut [Self::Element]) {
        let (first, second) = words.split_at_mut(W::LANES);
        self.0.store(first);
        self.1.store(second);
    }

    #[inline(always)]
    fn wipe(&mut self) {
        self.0.wipe();
        self.1.wipe();
    }
}
