//! The footer of a file: read, and checked against the file before anything is done by it.
use super::feed::{Feed, Out, PATIENCE, Place};
use super::thrift;
use crate::exit::Failure;
use bytes::Bytes;
use parquet::errors::{ParquetError, Result as Parsed};
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use parquet::file::reader::{ChunkReader, Length};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// A file that several threads read, each where it wants. (Clones of a `File` share one position.)
struct Shared {
    file: Mutex<File>,
    bytes: u64,
}

impl Shared {
    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(at))?;
        file.read(into)
    }
}

/// A handle on the file, for the crate to read from.
#[derive(Clone)]
pub(super) struct Handle(Arc<Shared>);

impl Handle {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        Ok(Self(Arc::new(Shared { file: Mutex::new(file), bytes })))
    }

    /// Exactly these bytes of the file. No room is made for more than the file has.
    pub(super) fn bytes(&self, at: u64, bytes: u64) -> io::Result<Vec<u8>> {
        let cut_off = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let within = at.checked_add(bytes).is_some_and(|end| end <= self.0.bytes);
        let room = usize::try_from(bytes).ok().filter(|_| within).ok_or_else(cut_off)?;
        let mut buffer = Vec::with_capacity(room);
        let read = Onward { file: self.clone(), at }.take(bytes).read_to_end(&mut buffer)?;
        if read == room { Ok(buffer) } else { Err(cut_off()) }
    }
}

impl Length for Handle {
    fn len(&self) -> u64 {
        self.0.bytes
    }
}

/// Reads on from a place.
pub(super) struct Onward {
    file: Handle,
    at: u64,
}

impl Read for Onward {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.0.read_at(self.at, into)?;
        self.at = self.at.saturating_add(read as u64);
        Ok(read)
    }
}

impl ChunkReader for Handle {
    type T = BufReader<Onward>;

    fn get_read(&self, at: u64) -> Parsed<Self::T> {
        Ok(BufReader::with_capacity(1 << 14, Onward { file: self.clone(), at }))
    }

    fn get_bytes(&self, at: u64, bytes: usize) -> Parsed<Bytes> {
        Ok(self.bytes(at, bytes as u64)?.into())
    }
}

/// What went wrong in the disk, and not in the file.
pub(super) fn disk(error: &ParquetError) -> Option<&io::Error> {
    let ParquetError::External(error) = error else { return None };
    let error = error.downcast_ref::<io::Error>()?;
    // Decoders make errors of this type too, but not with the operating system's numbers.
    error.raw_os_error().map(|_| error)
}

/// Longest footer that is held in memory: a thousand row groups of a hundred columns.
const FOOTER_BYTES_MAX: u64 = 16 << 20;

const MAGIC: &[u8; 4] = b"PAR1";
/// The length of the footer and the magic number.
const TAIL_BYTES: u64 = 8;

/// Open a file and read its footer.
pub(super) fn open(path: &Path) -> Result<(Handle, Arc<ParquetMetaData>), Failure> {
    let name = path.display().to_string();
    let io = |error: &io::Error| Failure::environment("io", format!("{name}: {error}"));
    let file = Handle::open(path).map_err(|error| io(&error))?;
    let place = Place::new(&name, Vec::new());
    let footer = footer(&file, &place, &io)?;
    let (bytes, there) = (file.len(), Arc::clone(&place));
    let mut parsed = Feed::start(&place, PATIENCE, move |out: &Out<ParquetMetaData>| {
        let meta = ParquetMetaDataReader::decode_metadata(&footer);
        let meta = meta.map_err(|_| there.damaged(NOT_WELL_FORMED))?;
        check(&meta, bytes).map_err(|rule| there.damaged(&rule))?;
        out.put(meta);
        Ok(())
    })?;
    let meta = parsed.next()?.ok_or_else(|| place.damaged(NOT_WELL_FORMED))?;
    Ok((file, Arc::new(meta)))
}

const NOT_WELL_FORMED: &str = "it is not well-formed";

/// The bytes of the footer, once they are of a shape that can be parsed in bounds.
fn footer(
    file: &Handle,
    place: &Place,
    io: &dyn Fn(&io::Error) -> Failure,
) -> Result<Vec<u8>, Failure> {
    let no_parquet = || place.damaged("it does not end as a Parquet file does; was it cut off?");
    let footer_end = file.len().checked_sub(TAIL_BYTES).ok_or_else(no_parquet)?;
    let tail = file.bytes(footer_end, TAIL_BYTES).map_err(|error| io(&error))?;
    let (len, magic) = tail.split_first_chunk::<4>().ok_or_else(no_parquet)?;
    if magic == b"PARE" {
        let rule = format!("{}: the file is encrypted; decrypt it first", place.name);
        return Err(Failure::data("encrypted", rule));
    }
    if magic != MAGIC {
        return Err(no_parquet());
    }
    let len = u64::from(u32::from_le_bytes(*len));
    if len > FOOTER_BYTES_MAX {
        let rule = format!("{}: a footer of over 16 MiB; write fewer row groups", place.name);
        return Err(Failure::data("too-large", rule));
    }
    let begin = footer_end.checked_sub(len);
    let begin = begin.ok_or_else(|| place.damaged("it is longer than the file"))?;
    let footer = file.bytes(begin, len).map_err(|error| io(&error))?;
    thrift::check_footer(&footer).map_err(|_| place.damaged(NOT_WELL_FORMED))?;
    Ok(footer)
}

/// Whether what the footer claims can be true of a file of so many bytes.
fn check(meta: &ParquetMetaData, bytes: u64) -> Result<(), String> {
    let mut rows = 0_u64;
    for (at, group) in meta.row_groups().iter().enumerate() {
        let group_at = at + 1;
        let claim = |what: &str| format!("row group {group_at}: {what}");
        let count = u64::try_from(group.num_rows());
        let count = count.map_err(|_| claim("a negative number of rows"))?;
        rows = rows.checked_add(count).ok_or_else(|| claim("too many rows"))?;
        for chunk in group.columns() {
            if chunk.file_path().is_some_and(|path| !path.is_empty()) {
                return Err(claim("a column stands in another file"));
            }
            let data = chunk.data_page_offset();
            let begin = chunk.dictionary_page_offset().unwrap_or(data);
            let range = (u64::try_from(begin), u64::try_from(chunk.compressed_size()));
            let within = match range {
                (Ok(begin), Ok(len)) => {
                    begin >= MAGIC.len() as u64
                        && begin <= u64::try_from(data).unwrap_or_default()
                        && begin.checked_add(len).is_some_and(|end| end <= bytes)
                }
                _ => false,
            };
            if !within {
                return Err(claim("a column does not stand within the file"));
            }
            let flat = chunk.column_descr().max_rep_level() == 0;
            if flat && chunk.num_values() != group.num_rows() {
                return Err(claim("a column has not as many values as there are rows"));
            }
        }
    }
    match u64::try_from(meta.file_metadata().num_rows()) == Ok(rows) {
        true => Ok(()),
        false => Err("the rows of its row groups are not as many as it says".to_owned()),
    }
}
