//! The new file: row group by row group as in the old one. Other columns are copied as they stand,
//! byte for byte and undecoded, so that nothing of them can change; the hashes are written anew.
use super::feed::spawn;
use super::footer::{Handle, disk};
use crate::exit::Failure;
use crate::source::file::Target;
use parquet::basic::{Compression, Encoding};
use parquet::column::writer::{ColumnCloseResult, ColumnWriter};
use parquet::data_type::ByteArray;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use std::io::Write;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

/// A hash on its way into the new file.
pub(super) struct Held {
    pub(super) text: Option<ByteArray>,
    pub(super) level: i16,
}

/// A thread that writes: the crate's writers borrow from each other, so they live in one function.
pub(super) struct Writer {
    to: Option<SyncSender<Vec<Held>>>,
    thread: Option<JoinHandle<std::result::Result<Target, Failure>>>,
    name: String,
}

impl Writer {
    pub(super) fn start(
        file: Handle,
        meta: Arc<ParquetMetaData>,
        hash: usize,
        mut target: Target,
    ) -> std::result::Result<Self, Failure> {
        let (to, from) = sync_channel(2);
        let (name, there) = (target.name(), target.name());
        let thread = spawn(move || {
            let rows = Rows { from, page: Vec::new().into_iter() };
            match copy(&file, &meta, hash, rows, &mut target.to) {
                Ok(()) => Ok(target),
                Err(error) => Err(match disk(&error) {
                    Some(error) => Failure::environment("io", format!("{there}: {error}")),
                    None => Failure::data("damaged", format!("{there}: {WRITING}")),
                }),
            }
        })?;
        Ok(Self { to: Some(to), thread: Some(thread), name })
    }

    pub(super) fn put(&mut self, page: Vec<Held>) -> std::result::Result<(), Failure> {
        let sent = self.to.as_ref().is_some_and(|to| to.send(page).is_ok());
        if sent { Ok(()) } else { Err(self.ended().err().unwrap_or_else(|| self.failed())) }
    }

    /// On the disk, and under its own name.
    pub(super) fn finish(&mut self) -> std::result::Result<(), Failure> {
        self.ended()?.finish()
    }

    fn ended(&mut self) -> std::result::Result<Target, Failure> {
        drop(self.to.take());
        let ended = self.thread.take().map(JoinHandle::join);
        match ended {
            Some(Ok(ended)) => ended,
            _ => Err(self.failed()),
        }
    }

    fn failed(&self) -> Failure {
        Failure::data("damaged", format!("{}: {WRITING}", self.name))
    }
}

const WRITING: &str = "the columns of the input could not be copied; is it damaged?";

/// A file that will not be finished leaves nothing behind.
impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.to.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The hashes of all rows in their order.
struct Rows {
    from: Receiver<Vec<Held>>,
    page: std::vec::IntoIter<Held>,
}

impl Rows {
    fn next(&mut self) -> Result<Held> {
        loop {
            if let Some(held) = self.page.next() {
                return Ok(held);
            }
            let page = self.from.recv();
            let page = page.map_err(|_| ParquetError::EOF("stopped".to_owned()))?;
            self.page = page.into_iter();
        }
    }
}

fn copy(
    file: &Handle,
    meta: &ParquetMetaData,
    hash: usize,
    mut rows: Rows,
    to: &mut (impl Write + Send),
) -> Result<()> {
    let schema = meta.file_metadata().schema_descr().root_schema_ptr();
    let mut writer = SerializedFileWriter::new(to, schema, Arc::new(properties(meta, hash)))?;
    for group in meta.row_groups() {
        let mut out = writer.next_row_group()?;
        for (at, chunk) in group.columns().iter().enumerate() {
            if at == hash {
                hashes(&mut out, group, chunk, &mut rows)?;
                continue;
            }
            let copied = ColumnCloseResult {
                bytes_written: u64::try_from(chunk.compressed_size())?,
                rows_written: u64::try_from(group.num_rows())?,
                metadata: chunk.clone(),
                // Indexes and filters are for speed alone; they tell where pages stood.
                bloom_filter: None,
                column_index: None,
                offset_index: None,
            };
            out.append_column(file, copied)?;
        }
        out.close()?;
    }
    writer.close().map(drop)
}

/// Most rows, and about the most bytes, that are encoded at a time.
const ROWS: usize = 1024;
const BYTES: usize = 1 << 20;

fn hashes<W: Write + Send>(
    out: &mut SerializedRowGroupWriter<'_, W>,
    group: &RowGroupMetaData,
    chunk: &ColumnChunkMetaData,
    rows: &mut Rows,
) -> Result<()> {
    let wrong = || ParquetError::General("not a column of texts".to_owned());
    let mut column = out.next_column()?.ok_or_else(wrong)?;
    let ColumnWriter::ByteArrayColumnWriter(texts) = column.untyped() else { return Err(wrong()) };
    let nullable = chunk.column_descr().max_def_level() > 0;
    let mut left = group.num_rows();
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    while left > 0 {
        values.clear();
        levels.clear();
        let mut bytes = 0_usize;
        while left > 0 && levels.len() < ROWS && bytes < BYTES {
            let held = rows.next()?;
            levels.push(held.level);
            if let Some(text) = held.text {
                bytes = bytes.saturating_add(text.len());
                values.push(text);
            }
            left -= 1;
        }
        texts.write_batch(&values, nullable.then_some(&levels), None)?;
    }
    column.close()
}

fn properties(meta: &ParquetMetaData, hash: usize) -> WriterProperties {
    let file = meta.file_metadata();
    let codec = meta.row_groups().first().and_then(|group| group.columns().get(hash));
    let codec = match codec.map_or(Compression::SNAPPY, ColumnChunkMetaData::compression) {
        // The one of two notations that everybody reads.
        Compression::LZ4 => Compression::LZ4_RAW,
        codec => codec,
    };
    // Columns that were sorted still are, but for that of the hashes.
    let sorted = |group: &RowGroupMetaData| group.sorting_columns().cloned();
    let sorting = meta.row_groups().first().and_then(sorted);
    let sorting = sorting.filter(|columns| {
        meta.row_groups().iter().all(|group| group.sorting_columns() == Some(columns))
            && columns.iter().all(|column| usize::try_from(column.column_idx) != Ok(hash))
    });
    let properties = WriterProperties::builder()
        .set_compression(codec)
        // No two wrapped hashes are alike, and the least and the greatest are nobody's business.
        .set_dictionary_enabled(false)
        .set_encoding(Encoding::PLAIN)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .set_sorting_columns(sorting)
        .set_key_value_metadata(file.key_value_metadata().cloned());
    // Readers know by this name which statistics of the copied columns to believe.
    match file.created_by() {
        Some(name) => properties.set_created_by(name.to_owned()).build(),
        None => properties.build(),
    }
}
