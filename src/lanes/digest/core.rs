//! What the hash functions of the Merkle-Damgård kind have in common.
use super::message::{Rows, write_lane, write_rows};
use super::word::{Element, Word};
use super::{Message, Secret};
use fearless_simd::Simd;
use zeroize::Zeroizing;

/// A compression function, on every lane at once.
pub(super) trait Core {
    /// A word of all lanes.
    type Word: Word;
    /// The chaining value, which is the digest in the end.
    type State: Copy + AsRef<[Self::Word]> + AsMut<[Self::Word]>;
    /// Whether words are read with their highest byte first.
    const BIG_ENDIAN: bool;
    /// Words of the chaining value.
    const WORDS: usize;

    /// The chaining value before the first block.
    fn initial(simd: Token<Self>) -> Self::State;

    /// Take in one block.
    fn compress(simd: Token<Self>, state: &mut Self::State, block: &[Self::Word; 16]);
}

/// The proof that the CPU can do what the words of `C` need.
pub(super) type Token<C> = <<C as Core>::Word as Word>::Simd;

/// A word of one lane.
pub(super) type ElementOf<C> = <<C as Core>::Word as Word>::Element;

/// How many lanes `C` has.
pub(super) const fn lanes<C: Core>() -> usize {
    C::Word::LANES
}

/// Bytes of a digest.
pub(super) const fn digest_len<C: Core>() -> usize {
    C::WORDS * ElementOf::<C>::BYTES
}

/// The longest chaining value, in words.
pub(super) const WORDS_MAX: usize = 8;

/// Which lanes take part; `None`: all of them.
pub(super) struct Active<C: Core>(Option<<C::Word as Word>::Mask>);

impl<C: Core> Active<C> {
    /// The lanes whose bits are set.
    #[inline(always)]
    pub(super) fn new(simd: Token<C>, bits: u64) -> Self {
        let all = bits.count_ones() as usize == lanes::<C>();
        Self((!all).then(|| C::Word::mask(simd, bits)))
    }

    /// Take in a block on those lanes.
    #[inline(always)]
    pub(super) fn compress(&self, simd: Token<C>, state: &mut C::State, block: &[C::Word; 16]) {
        let Some(mask) = self.0 else { return C::compress(simd, state, block) };
        let before = *state;
        C::compress(simd, state, block);
        for (word, before) in state.as_mut().iter_mut().zip(before.as_ref()) {
            *word = word.or_else(*before, mask);
        }
    }
}

/// A block, from sixteen rows of words.
#[inline(always)]
pub(super) fn block<C: Core>(simd: Token<C>, rows: &[ElementOf<C>]) -> [C::Word; 16] {
    let mut block = [C::Word::splat(simd, Default::default()); 16];
    let rows = rows.chunks_exact(lanes::<C>());
    block.iter_mut().zip(rows).for_each(|(word, row)| *word = C::Word::load(simd, row));
    block
}

/// Take in what is left of the messages, of which `before` bytes are in already. There may be fewer
/// messages than lanes: the lanes that are left over get the first ones again.
#[inline(always)]
pub(super) fn absorb<C: Core>(
    simd: Token<C>,
    state: &mut C::State,
    messages: &[Message<'_>],
    before: usize,
) {
    let mut rows = Rows::new(messages, lanes::<C>(), before, C::BIG_ENDIAN);
    simd.vectorize(
        #[inline(always)]
        || {
            while let Some(bits) = rows.next() {
                let mut block = block::<C>(simd, rows.words());
                Active::<C>::new(simd, bits).compress(simd, state, &block);
                wipe(&mut block);
            }
        },
    );
}

/// Put the digest of each lane into `out` (as much of it as there is room for).
#[inline(always)]
pub(super) fn put_digests<'a, C: Core>(state: &C::State, out: impl Iterator<Item = &'a mut [u8]>) {
    let mut rows = Zeroizing::new(vec![Default::default(); C::WORDS * lanes::<C>()]);
    let words = state.as_ref().iter().zip(rows.chunks_exact_mut(lanes::<C>()));
    words.for_each(|(word, row)| word.store(row));
    for (lane, out) in out.enumerate() {
        write_lane(&rows, lanes::<C>(), lane, C::BIG_ENDIAN, out);
    }
}

/// The chaining value that `digests` are; the lanes that are left over get the first ones again.
#[inline(always)]
pub(super) fn load_digests<C: Core>(simd: Token<C>, digests: &[Secret]) -> C::State {
    let mut rows = Zeroizing::new(vec![Default::default(); C::WORDS * lanes::<C>()]);
    for (lane, digest) in digests.iter().cycle().take(lanes::<C>()).enumerate() {
        write_rows(&mut rows, lanes::<C>(), lane, C::BIG_ENDIAN, digest);
    }
    let mut state = C::initial(simd);
    let words = state.as_mut().iter_mut().zip(rows.chunks_exact(lanes::<C>()));
    words.for_each(|(word, row)| *word = C::Word::load(simd, row));
    state
}

/// The digests of whole messages.
#[inline(always)]
pub(super) fn digests<C: Core>(simd: Token<C>, messages: &[Message<'_>]) -> Vec<Secret> {
    let mut state = C::initial(simd);
    absorb::<C>(simd, &mut state, messages, 0);
    let mut digests = vec![Zeroizing::new(vec![0; digest_len::<C>()]); messages.len()];
    put_digests::<C>(&state, digests.iter_mut().map(|digest| digest.as_mut_slice()));
    wipe(state.as_mut());
    digests
}

/// Overwrite the words.
#[inline(always)]
pub(super) fn wipe<W: Word>(words: &mut [W]) {
    words.iter_mut().for_each(W::wipe);
}
