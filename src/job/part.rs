//! Parts of a table: what a process claims while it hashes.
//!
//! A part ends with a row whose key says so, and has its name from the key it begins behind. So all
//! processes see the same parts, however long their pages are, and a row that comes or goes changes
//! the part it stands in and no other. Nobody has to hand out ranges, and nothing is written down.
use core::fmt::{self, Display, Write};

/// Rows of a part, on average. It is the same for all processes, whatever their pages are: many
/// enough that claiming costs nothing beside hashing, few enough that no process has much left to
/// do when the others find nothing more.
const ROWS: u64 = 128;

/// The name of the first part, which begins behind no key.
pub(super) const FIRST: u64 = 0;

/// The name of the part behind `key`, if a part ends with it.
pub(super) fn behind(key: &impl Display) -> Option<u64> {
    let mut mark = Mark(0xcbf2_9ce4_8422_2325);
    // Nothing that `Mark` does can fail.
    let _ = write!(mark, "{key}");
    let mark = mark.mixed();
    mark.is_multiple_of(ROWS).then_some(mark | 1)
}

/// FNV-1a, of which the low bits are mixed with the high ones (the end of `MurmurHash3`). It is
/// the same on every machine, unlike the hashes of the standard library.
struct Mark(u64);

impl Write for Mark {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Ok(())
    }
}

impl Mark {
    fn mixed(&self) -> u64 {
        let mut mark = self.0;
        mark = (mark ^ (mark >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        mark = (mark ^ (mark >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        mark ^ (mark >> 33)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_as_long_as_they_should_be_and_have_names_of_their_own() {
        let mut names: Vec<u64> = (0..200_000_u32).filter_map(|id| behind(&id)).collect();
        let parts = names.len() as u64;
        assert!((200_000 / ROWS).abs_diff(parts) < 120, "{parts} parts");
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len() as u64, parts);
        assert!(!names.contains(&FIRST));
    }
}
