//! Messages that hold the digest before them, laid out once and used for thousands of rounds.
//!
//! Stretched functions feed a digest back: `digest ‖ password` for PHPass, eight such messages in turn
//! for crypt(3). Only the digest changes, so all else is laid out beforehand, padded and word by word; a
//! round puts the digest in, whose words are side by side already. Where the digest does not stand at the
//! same place in every lane, it is shifted by bytes first and then put in word by word under masks.
use super::Message;
use super::core::{Active, Core, ElementOf, Token, WORDS_MAX, block, lanes, wipe};
use super::message::Layout;
use super::word::{Element, Word};
use fearless_simd::Simd;

type Mask<C> = <<C as Core>::Word as Word>::Mask;

/// The messages of all lanes.
pub(super) struct Template<C: Core> {
    /// With zeros for the digest.
    empty: Vec<[C::Word; 16]>,
    /// With the digest of the last round.
    blocks: Vec<[C::Word; 16]>,
    /// The lanes that have each block.
    active: Vec<Active<C>>,
    /// The lanes whose digest begins 1, 2 or 4 bytes into a word, or a sum of those (`None`: no lane).
    shifts: [Option<Mask<C>>; 3],
    /// The words that digests begin in, and in which lanes (`None`: in all).
    starts: Vec<(usize, Option<Mask<C>>)>,
}

impl<C: Core> Template<C> {
    /// The messages with zeros for the digest, and `offsets` for where those are. One of each a lane, or
    /// fewer: the lanes that are left over get the first ones again.
    #[inline(always)]
    pub(super) fn new(simd: Token<C>, messages: &[Message<'_>], offsets: &[usize]) -> Self {
        let layout = Layout::new(messages, offsets, lanes::<C>(), C::BIG_ENDIAN);
        simd.vectorize(
            #[inline(always)]
            || Self::of(simd, &layout),
        )
    }

    #[inline(always)]
    fn of(simd: Token<C>, layout: &Layout<ElementOf<C>>) -> Self {
        let mut empty = Vec::with_capacity(layout.active.len());
        for rows in layout.words.chunks_exact(16 * lanes::<C>()) {
            empty.push(block::<C>(simd, rows));
        }
        let mut active = Vec::with_capacity(layout.active.len());
        for bits in &layout.active {
            active.push(Active::new(simd, *bits));
        }
        let shifts = layout.shifts.map(|bits| (bits != 0).then(|| C::Word::mask(simd, bits)));
        let mut starts = Vec::with_capacity(layout.starts.len());
        for (start, bits) in &layout.starts {
            let some = layout.starts.len() > 1;
            starts.push((*start, some.then(|| C::Word::mask(simd, *bits))));
        }
        Self { blocks: empty.clone(), empty, active, shifts, starts }
    }

    /// The digest of the message that `digest` is put into, in its place.
    #[inline(always)]
    pub(super) fn digest(&mut self, simd: Token<C>, digest: &mut C::State) {
        self.put(simd, digest);
        *digest = C::initial(simd);
        for (block, active) in self.blocks.iter().zip(&self.active) {
            active.compress(simd, digest, block);
        }
    }

    #[inline(always)]
    fn put(&mut self, simd: Token<C>, digest: &C::State) {
        let (empty, message) = (self.empty.as_flattened(), self.blocks.as_flattened_mut());
        let shifted = self.shifts.iter().any(Option::is_some);
        if let ([(start, None)], false) = (&self.starts[..], shifted) {
            let places = message.iter_mut().skip(*start);
            places.zip(digest.as_ref()).for_each(|(place, word)| *place = *word);
            return;
        }
        let zero = C::Word::splat(simd, Default::default());
        let mut moved = [zero; WORDS_MAX + 1];
        moved.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
        for (mask, bits) in self.shifts.iter().zip([8, 16, 32]) {
            if let Some(mask) = mask {
                shift::<C>(&mut moved, zero, bits, *mask);
            }
        }
        let len = C::WORDS + usize::from(shifted);
        if let (Some((first, _)), Some((last, _))) = (self.starts.first(), self.starts.last()) {
            let places = message.iter_mut().zip(empty).take(last + len).skip(*first);
            places.for_each(|(place, empty)| *place = *empty);
        }
        for (start, mask) in &self.starts {
            let places = message.iter_mut().skip(*start);
            for (place, word) in places.zip(moved.iter().take(len)) {
                let word = match mask {
                    None => *word,
                    Some(mask) => word.or_else(zero, *mask),
                };
                *place = *place | word;
            }
        }
    }
}

/// Move `words` on in the message, in the lanes of the mask.
#[inline(always)]
fn shift<C: Core>(words: &mut [C::Word; WORDS_MAX + 1], zero: C::Word, bits: u32, mask: Mask<C>) {
    let back = ElementOf::<C>::BITS - bits;
    let mut before = zero;
    for word in words.iter_mut().take(C::WORDS + 1) {
        let moved = if C::BIG_ENDIAN {
            word.right(bits) | before.left(back)
        } else {
            word.left(bits) | before.right(back)
        };
        before = *word;
        *word = moved.or_else(*word, mask);
    }
}

impl<C: Core> Drop for Template<C> {
    fn drop(&mut self) {
        wipe(self.empty.as_flattened_mut());
        wipe(self.blocks.as_flattened_mut());
    }
}
