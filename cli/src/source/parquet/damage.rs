//! Damaged files: an error with a name or a success, never a panic, never a hang.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail")]
#![allow(clippy::indexing_slicing, reason = "tests may fail")]
use super::*;
use made::{How, PYARROW, Values, file};
use parquet::basic::Encoding;

#[path = "../../../tests/common/parquet.rs"]
mod made;

const SCHEMA: &str = "message users {
    required int64 id;
    optional binary pw (UTF8);
    repeated int64 seen;
    optional binary kind (UTF8);
}";

fn columns() -> Columns {
    Columns {
        id: Some("id".to_owned()),
        hash: "pw".to_owned(),
        salt: None,
        format: None,
        format_column: Some("kind".to_owned()),
        side: Vec::new(),
    }
}

/// Small files of each codec and encoding.
fn files() -> Vec<Vec<u8>> {
    let text = |at: usize| (at % 4 != 2).then(|| format!("{:032x}", at * 7919).into_bytes());
    let kind = |at: usize| (!at.is_multiple_of(3)).then(|| b"md5".to_vec());
    let rows = 0..40_usize;
    let columns = [
        Values::Int(rows.clone().map(|at| i64::try_from(at).unwrap()).collect()),
        Values::Texts(rows.clone().map(text).collect()),
        Values::Lists(rows.clone().map(|at| vec![1; at % 3]).collect()),
        Values::Texts(rows.map(kind).collect()),
    ];
    let hows = How::all().into_iter().map(|how| How { group: 25, page: 10, ..how });
    let made = hows.map(|how| file(SCHEMA, &columns, how));
    std::iter::once(PYARROW.to_vec()).chain(made).collect()
}

struct Bench {
    folder: tempfile::TempDir,
    rows: u64,
    failed: u64,
}

impl Bench {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), rows: 0, failed: 0 }
    }

    fn through(&self, bytes: &[u8]) -> Result<u64, Failure> {
        let (old, new) = (self.folder.path().join("old"), self.folder.path().join("new"));
        std::fs::write(&old, bytes).unwrap();
        let access = Access::Write { output: Some(&new), replace: true };
        let patience = Duration::from_secs(20);
        let mut source = Parquet::open_within(&old, columns(), access, patience)?;
        loop {
            let rows = source.batch(None, 7)?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                if let Cell::Text(old) = &row.stored {
                    assert!(source.swap(&row.key, old, "new").unwrap());
                }
            }
            source.commit()?;
        }
        source.finish()?;
        Ok(source.row)
    }

    /// Read and write a file, which may be damaged.
    fn run(&mut self, bytes: &[u8], what: &dyn Fn() -> String) {
        match self.through(bytes) {
            Ok(rows) => self.rows += rows,
            Err(failure) => {
                self.failed += 1;
                let kind = failure.kind;
                let known = ["damaged", "too-large", "column", "missing-column", "encrypted"];
                assert!(known.contains(&kind), "{}: {}", what(), failure.message);
                // A hang is caught in the end; it is to be known all the same.
                let hung = failure.message.contains("nothing came of it");
                assert!(!hung, "{}: {}", what(), failure.message);
            }
        }
        let left = std::fs::read_dir(self.folder.path()).unwrap().count();
        assert!(left <= 2, "{}: something is left behind", what());
    }
}

/// The same numbers every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

#[test]
fn a_file_with_damaged_bytes_neither_hangs_nor_panics() {
    let (mut bench, mut dice) = (Bench::new(), Dice(7));
    for (at, whole) in files().iter().enumerate() {
        bench.run(whole, &|| format!("file {at}"));
        for flip in 0..if at < 4 { 500 } else { 60 } {
            let mut bytes = whole.clone();
            let mut hurt = Vec::new();
            for _ in 0..1 + flip % 3 {
                let place = dice.below(bytes.len());
                let value = u8::try_from(dice.below(255) + 1).unwrap();
                bytes[place] ^= if flip % 2 == 0 { value } else { 1 << (value % 8) };
                hurt.push((place, bytes[place]));
            }
            bench.run(&bytes, &|| format!("file {at}, bytes {hurt:?}"));
        }
    }
    assert!(bench.rows > 1000 && bench.failed > 1000, "{} {}", bench.rows, bench.failed);
}

#[test]
fn a_file_cut_off_anywhere_is_damaged() {
    let mut bench = Bench::new();
    let whole = files().remove(0);
    for len in 0..whole.len() {
        bench.run(&whole[..len], &|| format!("{len} bytes"));
    }
    assert_eq!(bench.failed, whole.len() as u64);
}

/// What the first rows of a file with hashes alone end in.
fn first_batch_of(bytes: &[u8]) -> Failure {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old");
    std::fs::write(&path, bytes).unwrap();
    let only = Columns { id: None, format_column: None, ..columns() };
    let mut source = Parquet::open(&path, only, Access::Read).unwrap();
    source.batch(None, 7).unwrap_err()
}

#[test]
fn memory_is_not_asked_for_what_a_page_claims_or_gzip_would_make() {
    let how =
        How { codec: Compression::GZIP(Default::default()), group: 4, page: 4, ..How::plain() };
    // 8 MiB of one letter are 8 KiB of gzip.
    let schema = "message users { optional binary pw; }";
    let whole = file(schema, &[Values::Texts(vec![Some(vec![b'x'; 8 << 20])])], how);
    let at = (4..64).find(|at| whole[at + 1..].starts_with(&[0x80, 0x80, 0x08])).unwrap();
    for (size, rule) in [
        (0x00, "a page is longer than it says. "),
        (0x7f, "a page of over 100 MiB; write the file again with smaller pages"),
    ] {
        let mut bytes = whole.clone();
        bytes[at + 3] = size;
        let failure = first_batch_of(&bytes);
        assert!(failure.message.contains(rule), "{}", failure.message);
    }
}

#[test]
fn room_is_not_made_for_more_lengths_than_a_page_has_values() {
    for texts in [Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY] {
        let how = How { texts: Some(texts), group: 10, page: 10, ..How::plain() };
        let rows = Values::Texts((0..10).map(|at| Some(vec![b'x'; at])).collect());
        let mut bytes = file("message users { required binary pw; }", &[rows], how);
        // Blocks of 128 in four parts, then how many values; the last such run is that of lengths.
        let run = [0x80, 0x01, 0x04, 10];
        let at = (4..bytes.len()).rev().find(|at| bytes[*at..].starts_with(&run)).unwrap();
        bytes[at + 3] = 0x7f;
        let failure = first_batch_of(&bytes);
        let rule = "row group 1, column \"pw\": a page claims more values than it has. ";
        assert!(failure.message.contains(rule), "{}", failure.message);
    }
}
