//! Messages, cut into padded blocks and laid side by side: the first word of every lane, the second word
//! of every lane, and so on. Nothing here knows how wide a vector is.
use super::Message;
use super::word::Element;
use zeroize::Zeroizing;

/// The longest block, in bytes.
const BLOCK_MAX: usize = 128;

/// A message in parts that lie elsewhere, handed out as blocks with the padding of FIPS 180-4 (that of
/// RFC 1321 but for the order of bytes in the length).
struct Blocks<'a> {
    parts: &'a [&'a [u8]],
    /// What remains of the part before those.
    part: &'a [u8],
    /// Bytes of the whole message.
    len: usize,
    marked: bool,
    done: bool,
}

impl<'a> Blocks<'a> {
    /// `before`: bytes that were taken in earlier, which count in the length.
    fn new(parts: &'a [&'a [u8]], before: usize) -> Self {
        let len = parts.iter().map(|part| part.len()).sum::<usize>();
        Self { parts, part: &[], len: len.saturating_add(before), marked: false, done: false }
    }

    /// The next block into `block`; `false` when there is none, and zeros then.
    fn next(&mut self, block: &mut [u8], big_endian: bool) -> bool {
        // The length takes two words of sixteen.
        let length_len = block.len() / 8;
        let mut free = block;
        while !free.is_empty() {
            if let ([], [first, rest @ ..]) = (self.part, self.parts) {
                (self.part, self.parts) = (first, rest);
                continue;
            }
            let len = self.part.len().min(free.len());
            if len == 0 {
                break;
            }
            let (now, later) = self.part.split_at(len);
            let (to, after) = free.split_at_mut(len);
            to.copy_from_slice(now);
            (self.part, free) = (later, after);
        }
        if !self.marked
            && let [first, rest @ ..] = free
        {
            *first = 0x80;
            free = rest;
            self.marked = true;
        }
        free.fill(0);
        if self.done {
            return false;
        }
        if self.marked && free.len() >= length_len {
            let bits = (self.len as u128) << 3;
            if big_endian {
                let bytes = bits.to_be_bytes();
                free.iter_mut().rev().zip(bytes.iter().rev()).for_each(|(to, from)| *to = *from);
            } else {
                let at = free.len() - length_len;
                free.iter_mut().skip(at).zip(bits.to_le_bytes()).for_each(|(to, from)| *to = from);
            }
            self.done = true;
        }
        true
    }
}

/// The messages of all lanes, a block at a time.
pub(super) struct Rows<'a, E: Element> {
    lanes: Vec<Blocks<'a>>,
    big_endian: bool,
    /// Sixteen rows, each with a word of every lane.
    words: Zeroizing<Vec<E>>,
}

impl<'a, E: Element> Rows<'a, E> {
    /// Where there are fewer messages than lanes, the lanes that are left over get the first ones again.
    pub(super) fn new(
        messages: &'a [Message<'a>],
        lanes: usize,
        before: usize,
        big_endian: bool,
    ) -> Self {
        let blocks = messages.iter().cycle().take(lanes);
        let blocks = blocks.map(|parts| Blocks::new(parts, before)).collect();
        let words = Zeroizing::new(vec![E::default(); 16 * lanes]);
        Self { lanes: blocks, big_endian, words }
    }

    /// Go on to the next block of each lane. The bits of the lanes that had one; `None` when none had.
    pub(super) fn next(&mut self) -> Option<u64> {
        let mut bytes = Zeroizing::new([0; BLOCK_MAX]);
        let (block, _) = bytes.split_at_mut(16 * E::BYTES);
        let (width, mut bits) = (self.lanes.len(), 0);
        for (lane, blocks) in self.lanes.iter_mut().enumerate() {
            bits |= u64::from(blocks.next(block, self.big_endian)) << lane;
            write_rows(&mut self.words, width, lane, self.big_endian, block);
        }
        (bits != 0).then_some(bits)
    }

    /// The words of the block.
    pub(super) fn words(&self) -> &[E] {
        &self.words
    }
}

/// Put the words of `bytes` into the column of one lane.
pub(super) fn write_rows<E: Element>(
    rows: &mut [E],
    width: usize,
    lane: usize,
    big_endian: bool,
    bytes: &[u8],
) {
    let column = rows.iter_mut().skip(lane).step_by(width);
    for (word, bytes) in column.zip(bytes.chunks(E::BYTES)) {
        *word = E::read(bytes, big_endian);
    }
}

/// Put the words of one lane's column into `bytes` (as many as there is room for).
pub(super) fn write_lane<E: Element>(
    rows: &[E],
    width: usize,
    lane: usize,
    big_endian: bool,
    bytes: &mut [u8],
) {
    let column = rows.iter().skip(lane).step_by(width);
    for (word, bytes) in column.zip(bytes.chunks_mut(E::BYTES)) {
        word.write(bytes, big_endian);
    }
}

/// A message with a digest in it, the same in every round but for the digest.
#[derive(Debug)]
pub(super) struct Layout<E: Element> {
    /// The words of all blocks, with zeros for the digest.
    pub(super) words: Zeroizing<Vec<E>>,
    /// The lanes that have each block.
    pub(super) active: Vec<u64>,
    /// The lanes whose digest begins 1, 2 or 4 bytes into a word, or a sum of those.
    pub(super) shifts: [u64; 3],
    /// The words that digests begin in, and in which lanes.
    pub(super) starts: Vec<(usize, u64)>,
}

impl<E: Element> Layout<E> {
    /// `messages` with zeros for the digest, and `offsets` for where those are. One of each a lane, or
    /// fewer: the lanes that are left over get the first ones again.
    pub(super) fn new(
        messages: &[Message<'_>],
        offsets: &[usize],
        lanes: usize,
        big_endian: bool,
    ) -> Self {
        let mut rows = Rows::new(messages, lanes, 0, big_endian);
        let blocks = messages.iter().map(|message| blocks_of::<E>(message)).max();
        let mut words = Zeroizing::new(Vec::with_capacity(
            blocks.unwrap_or_default().saturating_mul(rows.words.len()),
        ));
        let mut active = Vec::new();
        while let Some(bits) = rows.next() {
            words.extend_from_slice(rows.words());
            active.push(bits);
        }
        let (mut shifts, mut starts) = ([0_u64; 3], Vec::<(usize, u64)>::new());
        for (lane, offset) in offsets.iter().cycle().take(lanes).enumerate() {
            for (bit, shift) in shifts.iter_mut().enumerate() {
                let set = ((offset % E::BYTES) >> bit) & 1;
                *shift |= u64::from(set == 1) << lane;
            }
            let start = offset / E::BYTES;
            match starts.iter_mut().find(|(other, _)| *other == start) {
                Some((_, lanes)) => *lanes |= 1 << lane,
                None => starts.push((start, 1 << lane)),
            }
        }
        starts.sort_unstable();
        Self { words, active, shifts, starts }
    }
}

/// How many blocks a message takes, with its padding.
fn blocks_of<E: Element>(parts: &[&[u8]]) -> usize {
    let len: usize = parts.iter().map(|part| part.len()).sum();
    (len + 1 + 2 * E::BYTES).div_ceil(16 * E::BYTES)
}
