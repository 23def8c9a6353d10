//! Lines of bounded length, in batches, from a buffer of our own that is wiped.
use std::io::{self, Read};
use zeroize::Zeroizing;

/// A line of input, without its end.
pub(crate) enum Line {
    /// Its bytes.
    Bytes(Zeroizing<Vec<u8>>),
    /// It is over [`LINE_BYTES_MAX`]; nothing of it is kept.
    TooLong,
}

/// Longest line, in bytes: the longest password under the widest limits, every byte of it escaped
/// (`\u0000`), and the rest of the record.
pub(crate) const LINE_BYTES_MAX: usize = 512 * 1024;
/// Most lines of a batch: few, since one line may cost a thousand times another.
const BATCH_LINES_MAX: usize = 16;
/// A batch ends after this many bytes, so that memory stays bounded when lines are long.
const BATCH_BYTES_MAX: usize = 64 * 1024;
/// Room to read into: over the 8 KiB of `Stdin`, which then keeps no copy of what passes through.
const ROOM: usize = 64 * 1024;

pub(crate) struct Lines<R> {
    from: R,
    buffer: Zeroizing<Vec<u8>>,
    /// What has been read and not handed out lies here in the buffer.
    start: usize,
    end: usize,
    /// Up to here, no line ends.
    scanned: usize,
    skipping: bool,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(from: R) -> Self {
        let buffer = Zeroizing::new(vec![0; LINE_BYTES_MAX.saturating_add(ROOM)]);
        Self { from, buffer, start: 0, end: 0, scanned: 0, skipping: false }
    }

    /// The lines at hand: at least one, waiting for it if need be. `None` at the end of the input.
    pub(crate) fn batch(&mut self) -> io::Result<Option<Vec<Line>>> {
        let Some(first) = self.wait()? else { return Ok(None) };
        let mut bytes = first.len();
        let mut batch = vec![first];
        while batch.len() < BATCH_LINES_MAX && bytes < BATCH_BYTES_MAX {
            let Some(line) = self.at_hand() else { break };
            bytes = bytes.saturating_add(line.len());
            batch.push(line);
        }
        Ok(Some(batch))
    }

    fn wait(&mut self) -> io::Result<Option<Line>> {
        loop {
            if let Some(line) = self.at_hand() {
                return Ok(Some(line));
            }
            if self.end.saturating_sub(self.start) > LINE_BYTES_MAX {
                self.skipping = true;
            }
            if self.skipping {
                (self.start, self.scanned) = (self.end, self.end);
            }
            if self.fill()? == 0 {
                let unended = self.skipping || self.start < self.end;
                return Ok(unended.then(|| self.take(self.end)));
            }
        }
    }

    /// The next line that has ended already.
    fn at_hand(&mut self) -> Option<Line> {
        let unseen = self.buffer.get(self.scanned..self.end)?;
        match unseen.iter().position(|byte| *byte == b'\n') {
            Some(at) => {
                let newline = self.scanned.saturating_add(at);
                let line = self.take(newline);
                self.start = newline.saturating_add(1);
                self.scanned = self.start;
                Some(line)
            }
            None => {
                self.scanned = self.end;
                None
            }
        }
    }

    /// What lies before `end`.
    fn take(&mut self, end: usize) -> Line {
        let bytes = self.buffer.get(self.start..end).unwrap_or_default();
        let line = match self.skipping || bytes.len() > LINE_BYTES_MAX {
            true => Line::TooLong,
            false => Line::Bytes(Zeroizing::new(bytes.to_vec())),
        };
        self.skipping = false;
        (self.start, self.scanned) = (end, end);
        line
    }

    /// Read on; 0 at the end of the input.
    fn fill(&mut self) -> io::Result<usize> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end = self.end.saturating_sub(self.start);
        (self.start, self.scanned) = (0, self.end);
        let room = self.buffer.get_mut(self.end..).unwrap_or_default();
        loop {
            match self.from.read(room) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(got) => {
                    self.end = self.end.saturating_add(got);
                    return Ok(got);
                }
            }
        }
    }
}

impl Line {
    fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::TooLong => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives `step` bytes a read, as a pipe may.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let most = self.1.min(to.len());
            (&self.0[..most.min(self.0.len())]).read(to).inspect(|got| self.0 = &self.0[*got..])
        }
    }

    fn lengths(input: &[u8], step: usize) -> Vec<Option<usize>> {
        let mut lines = Lines::new(Drip(input, step));
        let mut all = Vec::new();
        while let Some(batch) = lines.batch().unwrap() {
            assert!(!batch.is_empty() && batch.len() <= BATCH_LINES_MAX);
            all.extend(batch.iter().map(|line| match line {
                Line::Bytes(bytes) => Some(bytes.len()),
                Line::TooLong => None,
            }));
        }
        all
    }

    #[test]
    fn every_line_comes_out_once_however_it_is_cut() {
        for step in [1, 2, 3, 1000] {
            assert_eq!(lengths(b"a\n\nbcd\nef", step), [Some(1), Some(0), Some(3), Some(2)]);
            assert_eq!(lengths(b"a\n", step), [Some(1)]);
            assert_eq!(lengths(b"\n", step), [Some(0)]);
            assert_eq!(lengths(b"", step), []);
        }
        assert_eq!(lengths(&b"12345\n".repeat(1000), 70_000), vec![Some(5); 1000]);
    }

    #[test]
    fn a_line_over_the_limit_is_skipped_and_the_next_one_is_whole() {
        for (len, kept) in [
            (LINE_BYTES_MAX, Some(LINE_BYTES_MAX)),
            (LINE_BYTES_MAX + 1, None),
            (LINE_BYTES_MAX + ROOM, None),
            (3 * LINE_BYTES_MAX, None),
        ] {
            let long = vec![b'x'; len];
            for step in [4096, 10_007, usize::MAX] {
                let ended = [&long[..], b"\nabc\n"].concat();
                assert_eq!(lengths(&ended, step), [kept, Some(3)], "{len} by {step}");
                assert_eq!(lengths(&long, step), [kept], "{len} by {step}");
            }
        }
    }
}
