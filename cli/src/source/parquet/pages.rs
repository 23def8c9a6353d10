//! The pages of a column, each looked at before the crate decodes it.
use super::feed::Place;
use super::footer::{Handle, disk};
use super::thrift::{PageHeader, delta_end};
use crate::exit::Failure;
use flate2::read::MultiGzDecoder;
use parquet::basic::{Compression, Encoding, Type};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::properties::ReaderProperties;
use parquet::file::reader::SerializedPageReader;
use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

/// Largest page, decompressed. Writers make pages of about 1 MiB; the largest known stop at 100 MB.
const PAGE_BYTES_MAX: u32 = 100 << 20;
/// Largest page of values that are built upon each other: each may be as long as the page.
const BUILT_BYTES_MAX: usize = 4 << 20;
/// Rows of such values that are decoded at once.
const BUILT_ROWS: usize = 16;
/// Most entries of a dictionary, each of which takes 32 bytes besides its text.
const ENTRIES_MAX: u32 = 4 << 20;
/// Most values of a page whose lengths are decoded at once.
const LENGTHS_MAX: u32 = 16 << 20;
/// Longest header of a page. It may hold the least and the greatest value.
const HEADER_BYTES_MAX: u64 = 1 << 20;
/// What a header takes nearly always.
const HEADER_BYTES: u64 = 1 << 10;
/// Rows that are decoded at once.
const ROWS: usize = 1024;

/// Why a page is not decoded.
#[derive(Debug)]
pub(super) struct Rule(&'static str, &'static str);

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.1)
    }
}

impl std::error::Error for Rule {}

fn rule<T>(kind: &'static str, rule: &'static str) -> Result<T> {
    Err(ParquetError::External(Box::new(Rule(kind, rule))))
}

fn damaged<T>(text: &'static str) -> Result<T> {
    rule("damaged", text)
}

fn too_large<T>(text: &'static str) -> Result<T> {
    rule("too-large", text)
}

/// What the crate, or a check before it, says of a place. The crate's own words are left out: they
/// are made of what stands in the file.
pub(super) fn failure(error: &ParquetError, place: &Place) -> Failure {
    if let Some(error) = disk(error) {
        return Failure::environment("io", format!("{}: {error}", place.name));
    }
    let ours = match error {
        ParquetError::External(error) => error.downcast_ref::<Rule>(),
        _ => None,
    };
    match ours {
        Some(Rule("damaged", rule)) => place.damaged(rule),
        Some(Rule(kind, rule)) => Failure::data(kind, format!("{place}: {rule}")),
        None => place.damaged("what stands here cannot be decoded"),
    }
}

/// How many rows of a column are decoded at once.
pub(super) fn rows_at_once(chunk: &ColumnChunkMetaData) -> usize {
    if builds(chunk) { BUILT_ROWS } else { ROWS }
}

fn builds(chunk: &ColumnChunkMetaData) -> bool {
    chunk.encodings().any(|encoding| encoding == Encoding::DELTA_BYTE_ARRAY)
}

pub(super) struct Pages {
    inner: SerializedPageReader<Handle>,
    file: Handle,
    at: u64,
    left: u64,
    /// Values that the column may still have.
    values_left: u64,
    stored: Type,
    /// Bytes of a value, at least.
    value_bytes: u32,
    definition_max: i16,
    builds: bool,
    gzip: bool,
}

impl Pages {
    pub(super) fn open(file: &Handle, chunk: &ColumnChunkMetaData, rows: usize) -> Result<Self> {
        let (at, left) = chunk.byte_range();
        // What other systems mean by LZ4 is tried for as long as it makes bytes.
        let props = ReaderProperties::builder().set_backward_compatible_lz4(false).build();
        let stored = chunk.column_type();
        let value_bytes = match stored {
            Type::INT64 | Type::DOUBLE => 8,
            Type::FIXED_LEN_BYTE_ARRAY => {
                u32::try_from(chunk.column_descr().type_length()).unwrap_or(0)
            }
            _ => 4,
        };
        Ok(Self {
            inner: SerializedPageReader::new_with_properties(
                Arc::new(file.clone()),
                chunk,
                rows,
                None,
                Arc::new(props),
            )?,
            file: file.clone(),
            at,
            left,
            values_left: rows as u64,
            stored,
            value_bytes,
            definition_max: chunk.column_descr().max_def_level(),
            builds: builds(chunk),
            gzip: matches!(chunk.compression(), Compression::GZIP(_)),
        })
    }

    /// The header of the next page, whose sizes can be believed.
    fn header(&mut self) -> Result<PageHeader> {
        let mut header = Err(super::thrift::Broken);
        for most in [HEADER_BYTES, HEADER_BYTES_MAX] {
            let bytes = self.file.bytes(self.at, self.left.min(most))?;
            header = PageHeader::read(&bytes);
            if header.is_ok() || self.left <= most {
                break;
            }
        }
        let Ok(header) = header else { return damaged("the header of a page is not well-formed") };
        let whole = (header.header_bytes as u64).checked_add(header.compressed_bytes.into());
        let Some(left) = whole.and_then(|whole| self.left.checked_sub(whole)) else {
            return damaged("a page is longer than its column");
        };
        if header.uncompressed_bytes.max(header.compressed_bytes) > PAGE_BYTES_MAX {
            return too_large("a page of over 100 MiB; write the file again with smaller pages");
        }
        match header.kind {
            PageHeader::DATA | PageHeader::DATA_V2 => {
                let Some(left) = self.values_left.checked_sub(header.values.into()) else {
                    return damaged("more values than rows");
                };
                self.values_left = left;
            }
            PageHeader::DICTIONARY => {
                if header.values > ENTRIES_MAX {
                    return too_large("a dictionary of over four million values");
                }
                let least = u64::from(header.values) * u64::from(self.value_bytes);
                if least > u64::from(header.uncompressed_bytes) {
                    return damaged("a dictionary has more values than it has room for");
                }
            }
            _ => {}
        }
        if self.gzip {
            self.check_gzip(&header)?;
        }
        self.at += self.left - left;
        self.left = left;
        Ok(header)
    }

    /// Of all codecs only gzip is decompressed without a bound: a page of 1 MiB can make 1 GiB.
    fn check_gzip(&self, header: &PageHeader) -> Result<()> {
        // Levels stand in front of what is compressed, in pages of the second version.
        let levels = header.levels_bytes.min(header.compressed_bytes);
        let begin = self.at + header.header_bytes as u64 + u64::from(levels);
        let stored = self.file.bytes(begin, (header.compressed_bytes - levels).into())?;
        let most = u64::from(header.uncompressed_bytes);
        let mut bounded = MultiGzDecoder::new(stored.as_slice()).take(most + 1);
        match io::copy(&mut bounded, &mut io::sink()) {
            Ok(bytes) if bytes > most => damaged("a page is longer than it says"),
            // What is no gzip is told by the crate.
            _ => Ok(()),
        }
    }

    /// Look at a page of values that is decompressed.
    fn check(&self, page: &Page) -> Result<()> {
        let bytes: &[u8] = page.buffer();
        let begin = match page {
            Page::DictionaryPage { .. } => return Ok(()),
            Page::DataPage { def_level_encoding, num_values, .. } => {
                self.levels_end(bytes, *def_level_encoding, *num_values)
            }
            Page::DataPageV2 { def_levels_byte_len, rep_levels_byte_len, .. } => {
                def_levels_byte_len.checked_add(*rep_levels_byte_len).map(u64::from)
            }
        };
        let begin = begin.and_then(|begin| usize::try_from(begin).ok());
        let Some(values) = begin.and_then(|begin| bytes.get(begin..)) else {
            return damaged("the levels of a page are longer than the page");
        };
        let counted = match page.encoding() {
            Encoding::DELTA_BINARY_PACKED => 1,
            Encoding::DELTA_LENGTH_BYTE_ARRAY => 1,
            Encoding::DELTA_BYTE_ARRAY if bytes.len() > BUILT_BYTES_MAX => {
                return too_large("a page of over 4 MiB of values built upon each other");
            }
            Encoding::DELTA_BYTE_ARRAY if !self.builds => {
                return damaged("an encoding that the footer does not name");
            }
            Encoding::DELTA_BYTE_ARRAY => 2,
            _ => return Ok(()),
        };
        if page.num_values() > LENGTHS_MAX {
            return too_large("a page of over sixteen million values");
        }
        let mut rest = values;
        for _ in 0..counted {
            let end = delta_end(rest, page.num_values().into());
            let Some(behind) = end.and_then(|end| rest.get(end..)) else {
                return damaged("a page claims more values than it has");
            };
            rest = behind;
        }
        Ok(())
    }

    /// Where the definition levels of a page of the first version end.
    fn levels_end(&self, bytes: &[u8], encoding: Encoding, values: u32) -> Option<u64> {
        if self.definition_max == 0 {
            return Some(0);
        }
        if encoding == Encoding::RLE {
            let len = bytes.first_chunk::<4>()?;
            return u64::from(u32::from_le_bytes(*len)).checked_add(4);
        }
        let bits = i16::BITS - self.definition_max.leading_zeros();
        Some((u64::from(values) * u64::from(bits)).div_ceil(8))
    }
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        while self.left > 0 {
            let header = self.header()?;
            if header.kind == PageHeader::INDEX {
                continue; // The crate passes over it by itself.
            }
            let Some(page) = self.inner.get_next_page()? else { return Ok(None) };
            if page.num_values() != header.values || page.buffer().len() > PAGE_BYTES_MAX as usize {
                return damaged("the header of a page is not well-formed");
            }
            self.check(&page)?;
            // A page without values would pass for the end of the column.
            if page.is_dictionary_page() || page.num_values() > 0 {
                return Ok(Some(page));
            }
        }
        Ok(None)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        rule("damaged", "a column of lists where there is none")
    }

    fn skip_next_page(&mut self) -> Result<()> {
        rule("damaged", "a column of lists where there is none")
    }
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pages({:?}, {} bytes left)", self.stored, self.left)
    }
}
