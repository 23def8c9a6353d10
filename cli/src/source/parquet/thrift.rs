//! What a file claims, looked at before the `parquet` crate acts on it: the footer's schema and a
//! page's header, both in Thrift's compact protocol. The crate allocates what a header asks for,
//! and recurses as deep as a schema says; an allocation that fails, or a stack that ends, takes the
//! process with it and cannot be caught.

/// Not what the format allows, or more than anybody needs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken;

type Done = Result<(), Broken>;

/// Groups and columns of a schema.
const ELEMENTS_MAX: usize = 20_000;
/// Groups within groups.
const GROUPS_DEPTH_MAX: usize = 32;
const ROW_GROUPS_MAX: usize = 100_000;
/// Structures within structures. The format needs six.
const DEPTH_MAX: usize = 24;

const INTS: [u8; 3] = [4, 5, 6];
const BINARY: u8 = 8;
const LISTS: [u8; 2] = [9, 10];
const STRUCT: u8 = 12;

/// A value, as far as it matters.
#[derive(Clone, Copy, PartialEq)]
enum Seen {
    Int(i64),
    Bytes,
    /// A list of structures.
    Structs(usize),
    Struct,
    Other,
}

struct Walk<'a> {
    rest: &'a [u8],
    /// The ids of the fields that lead here; 0 stands for the elements of a list.
    path: Vec<i16>,
}

type See<'s> = &'s mut dyn FnMut(&[i16], Seen) -> Done;

impl<'a> Walk<'a> {
    fn new(rest: &'a [u8]) -> Self {
        Self { rest, path: Vec::new() }
    }

    fn byte(&mut self) -> Result<u8, Broken> {
        let (first, rest) = self.rest.split_first().ok_or(Broken)?;
        self.rest = rest;
        Ok(*first)
    }

    fn skip(&mut self, bytes: u64) -> Done {
        let bytes = usize::try_from(bytes).map_err(|_| Broken)?;
        self.rest = self.rest.get(bytes..).ok_or(Broken)?;
        Ok(())
    }

    fn zigzag(&mut self) -> Result<i64, Broken> {
        varint(&mut self.rest).map(unzigzag).ok_or(Broken)
    }

    fn structure(&mut self, see: See<'_>) -> Done {
        if self.path.len() >= DEPTH_MAX {
            return Err(Broken);
        }
        let mut last = 0_i16;
        loop {
            let head = self.byte()?;
            let kind = head & 15;
            if kind == 0 {
                return Ok(());
            }
            last = match i16::from(head >> 4) {
                0 => i16::try_from(self.zigzag()?).map_err(|_| Broken)?,
                step => last.checked_add(step).ok_or(Broken)?,
            };
            self.path.push(last);
            self.value(kind, see)?;
            self.path.pop();
        }
    }

    fn value(&mut self, kind: u8, see: See<'_>) -> Done {
        match kind {
            1 | 2 => see(&self.path, Seen::Other),
            3 => {
                see(&self.path, Seen::Other)?;
                self.skip(1)
            }
            kind if INTS.contains(&kind) => {
                let int = self.zigzag()?;
                see(&self.path, Seen::Int(int))
            }
            7 => {
                see(&self.path, Seen::Other)?;
                self.skip(8)
            }
            BINARY => {
                see(&self.path, Seen::Bytes)?;
                let bytes = varint(&mut self.rest).ok_or(Broken)?;
                self.skip(bytes)
            }
            kind if LISTS.contains(&kind) => self.list(see),
            STRUCT => {
                see(&self.path, Seen::Struct)?;
                self.structure(see)
            }
            // Maps and UUIDs are not in the format.
            _ => Err(Broken),
        }
    }

    fn list(&mut self, see: See<'_>) -> Done {
        let head = self.byte()?;
        let kind = head & 15;
        let len = match head >> 4 {
            15 => varint(&mut self.rest).ok_or(Broken)?,
            len => u64::from(len),
        };
        // Readers do not agree on the size of booleans in lists, and no footer has any: a list of
        // billions would take no bytes and all the time there is.
        let len = usize::try_from(len).map_err(|_| Broken)?;
        if len > self.rest.len() || (len > 0 && kind <= 2) {
            return Err(Broken);
        }
        see(&self.path, if kind == STRUCT { Seen::Structs(len) } else { Seen::Other })?;
        self.path.push(0);
        (0..len).try_for_each(|_| self.value(kind, see))?;
        self.path.pop();
        Ok(())
    }
}

/// A whole number in base 128, taken from the front.
pub(super) fn varint(rest: &mut &[u8]) -> Option<u64> {
    let (mut value, mut shift) = (0_u64, 0_u32);
    loop {
        let (byte, behind) = rest.split_first()?;
        *rest = behind;
        value |= u64::from(byte & 127).checked_shl(shift)?;
        if byte & 128 == 0 {
            return Some(value);
        }
        shift += 7;
    }
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

/// Look at a footer: is it well-formed, is its schema one tree, and of a size that can be meant?
pub(super) fn check_footer(footer: &[u8]) -> Done {
    let mut children: Vec<usize> = Vec::new();
    let mut walk = Walk::new(footer);
    walk.structure(&mut |path, seen| match (path, seen) {
        ([1 | 3], Seen::Int(_)) => Ok(()),
        ([2], Seen::Structs(len)) if len <= ELEMENTS_MAX && children.is_empty() => Ok(()),
        ([4], Seen::Structs(len)) if len <= ROW_GROUPS_MAX => Ok(()),
        ([2, 0], Seen::Struct) => {
            children.push(0);
            Ok(())
        }
        ([2, 0, 5], Seen::Int(have)) => {
            let last = children.last_mut().ok_or(Broken)?;
            *last = usize::try_from(have).map_err(|_| Broken)?;
            Ok(())
        }
        ([2, 0, 1..=3 | 6..=9], Seen::Int(int)) if i32::try_from(int).is_ok() => Ok(()),
        ([2, 0, 4], Seen::Bytes) | ([2, 0, 10], Seen::Struct) => Ok(()),
        ([1..=4] | [2, 0] | [2, 0, 1..=10], _) => Err(Broken),
        _ => Ok(()),
    })?;
    one_tree(&children)
}

/// Whether these numbers of children, parents first, make one tree.
fn one_tree(children: &[usize]) -> Done {
    let mut open: Vec<usize> = Vec::new();
    for (at, have) in children.iter().enumerate() {
        if at > 0 {
            let left = open.last_mut().ok_or(Broken)?;
            *left = left.checked_sub(1).ok_or(Broken)?;
        }
        if *have > children.len() || open.len() >= GROUPS_DEPTH_MAX {
            return Err(Broken);
        }
        open.push(*have);
        while open.last() == Some(&0) {
            open.pop();
        }
    }
    if open.is_empty() && !children.is_empty() { Ok(()) } else { Err(Broken) }
}

/// What the header of a page claims.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PageHeader {
    pub(super) kind: i32,
    pub(super) uncompressed_bytes: u32,
    pub(super) compressed_bytes: u32,
    /// Values, with NULLs.
    pub(super) values: u32,
    /// Bytes of levels that stand in front of what is compressed.
    pub(super) levels_bytes: u32,
    /// How long the header itself is.
    pub(super) header_bytes: usize,
}

impl PageHeader {
    pub(super) const DATA: i32 = 0;
    pub(super) const INDEX: i32 = 1;
    pub(super) const DICTIONARY: i32 = 2;
    pub(super) const DATA_V2: i32 = 3;

    pub(super) fn read(bytes: &[u8]) -> Result<Self, Broken> {
        let (mut kind, mut sizes, mut values) = (None, [None; 2], [None; 3]);
        let mut levels_bytes = 0_u32;
        let mut walk = Walk::new(bytes);
        let size = |int: i64| match i32::try_from(int).and_then(u32::try_from) {
            Ok(size) => Ok(Some(size)),
            Err(_) => Err(Broken),
        };
        walk.structure(&mut |path, seen| {
            let Seen::Int(int) = seen else {
                return match (path, seen) {
                    ([1..=4] | [5, 1..=4] | [7, 1..=2] | [8, 1..=6], _) => Err(Broken),
                    ([5..=8], seen) if seen != Seen::Struct => Err(Broken),
                    _ => Ok(()),
                };
            };
            match path {
                [1] => kind = Some(i32::try_from(int).map_err(|_| Broken)?),
                [2] => sizes[0] = size(int)?,
                [3] => sizes[1] = size(int)?,
                [5, 1] => values[0] = size(int)?,
                [7, 1] => values[1] = size(int)?,
                [8, 1] => values[2] = size(int)?,
                [8, 2 | 3] => drop(size(int)?),
                [8, 5 | 6] => {
                    let more = size(int)?.unwrap_or_default();
                    levels_bytes = levels_bytes.checked_add(more).ok_or(Broken)?;
                }
                [5..=8] => return Err(Broken),
                _ => {}
            }
            Ok(())
        })?;
        let kind = kind.ok_or(Broken)?;
        let [uncompressed, compressed] = sizes;
        let [data, dictionary, data_v2] = values;
        let values = match kind {
            Self::DATA => data,
            Self::DICTIONARY => dictionary,
            Self::DATA_V2 => data_v2,
            Self::INDEX => Some(0),
            _ => None,
        };
        Ok(Self {
            kind,
            uncompressed_bytes: uncompressed.ok_or(Broken)?,
            compressed_bytes: compressed.ok_or(Broken)?,
            values: values.ok_or(Broken)?,
            levels_bytes,
            header_bytes: bytes.len() - walk.rest.len(),
        })
    }
}

/// Where a run of DELTA_BINARY_PACKED ends, if it has no more than so many values. The crate makes
/// room for as many as the run itself claims.
pub(super) fn delta_end(bytes: &[u8], values_max: u64) -> Option<usize> {
    let mut rest = bytes;
    let block = varint(&mut rest)?;
    let parts = varint(&mut rest)?;
    let values = varint(&mut rest)?;
    varint(&mut rest)?; // the first value
    let each = block.checked_div(parts)?;
    let shaped = block <= 1 << 16 && each > 0 && each % 32 == 0 && each * parts == block;
    if !shaped || block % 128 != 0 || values > values_max {
        return None;
    }
    let parts = usize::try_from(parts).ok()?;
    let mut left = values.saturating_sub(1);
    while left > 0 {
        varint(&mut rest)?; // the least difference
        let (widths, behind) = rest.split_at_checked(parts)?;
        rest = behind;
        for width in widths {
            if left == 0 {
                break;
            }
            if *width > 64 {
                return None;
            }
            let bytes = usize::try_from(u64::from(*width) * each / 8).ok()?;
            // Some writers leave out the padding of the last part.
            rest = rest.get(bytes.min(rest.len())..)?;
            left = left.saturating_sub(each);
        }
    }
    Some(bytes.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_one_tree_of_bounded_depth() {
        for tree in [&[0][..], &[2, 0, 0], &[2, 1, 0, 0], &[1, 1, 1, 0]] {
            assert_eq!(one_tree(tree), Ok(()), "{tree:?}");
        }
        for tree in [&[][..], &[1], &[0, 0], &[3, 0, 0], &[1, 0, 0], &[usize::MAX, 0]] {
            assert_eq!(one_tree(tree), Err(Broken), "{tree:?}");
        }
        let deep = |depth: usize| [vec![1; depth], vec![0]].concat();
        assert_eq!(one_tree(&deep(GROUPS_DEPTH_MAX - 1)), Ok(()));
        assert_eq!(one_tree(&deep(GROUPS_DEPTH_MAX + 1)), Err(Broken));
    }

    #[test]
    fn a_list_of_two_billion_booleans_in_six_bytes_is_refused() {
        let list = [0x79, 0xf1, 0xff, 0xff, 0xff, 0xff, 0x07, 0];
        assert_eq!(check_footer(&list), Err(Broken));
        let short = [0x79, 0x21, 0x01, 0x01, 0];
        assert_eq!(check_footer(&short), Err(Broken));
    }

    #[test]
    fn a_page_header_is_read_and_never_believed_beyond_its_bytes() {
        // type 0, 100 bytes of which 60 are stored, a data page of 7 values, plain, RLE, RLE
        let header =
            [0x15, 0, 0x15, 200, 1, 0x15, 120, 0x2c, 0x15, 14, 0x15, 0, 0x15, 6, 0x15, 6, 0, 0];
        let read = PageHeader::read(&header).unwrap();
        assert_eq!((read.kind, read.values, read.header_bytes), (0, 7, header.len()));
        assert_eq!((read.uncompressed_bytes, read.compressed_bytes), (100, 60));
        for len in 0..header.len() {
            assert_eq!(PageHeader::read(&header[..len]), Err(Broken), "{len}");
        }
        // A negative size, and a size that is no number.
        assert_eq!(PageHeader::read(&[0x15, 0, 0x15, 1, 0x15, 0, 0]), Err(Broken));
        assert_eq!(PageHeader::read(&[0x15, 0, 0x18, 0, 0x15, 0, 0]), Err(Broken));
    }

    #[test]
    fn a_run_of_deltas_that_claims_more_values_than_the_page_is_refused() {
        // blocks of 128 in 4 parts, 3 values, the first 0; least 1, widths 0
        let run = [0x80, 1, 4, 3, 0, 2, 0, 0, 0, 0, 99];
        assert_eq!(delta_end(&run, 3), Some(10));
        assert_eq!(delta_end(&run, 2), None);
        // No values in a block: the crate would go round and round.
        assert_eq!(delta_end(&[0, 4, 3, 0, 2, 0, 0, 0, 0], 3), None);
        assert_eq!(delta_end(&[0x80, 1, 0, 3, 0], 3), None);
        let terabyte = [0x80, 1, 4, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0];
        assert_eq!(delta_end(&terabyte, 1000), None);
    }
}
