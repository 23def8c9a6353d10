//! Rows of the columns that are wanted, decoded row group by row group, some hundreds at a time.
use super::feed::{Feed, Out, Place};
use super::footer::Handle;
use super::pages::{Pages, failure, rows_at_once};
use crate::exit::Failure;
use parquet::basic::ConvertedType;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use std::sync::Arc;
use std::time::Duration;

/// A value of a row.
#[derive(Clone)]
pub(super) enum Value {
    Null,
    /// A piece of the page it stands in.
    Bytes(ByteArray),
    Int(i64),
    Unsigned(u64),
}

/// The wanted values of a row, the hash first.
pub(super) struct Raw {
    pub(super) values: Box<[Value]>,
    /// The definition level of the hash: which of the groups around it, if any, is not there.
    pub(super) level: i16,
}

/// Decode the rows of these columns.
pub(super) fn start(
    file: &Handle,
    meta: &Arc<ParquetMetaData>,
    wanted: Vec<usize>,
    place: &Arc<Place>,
    patience: Duration,
) -> std::result::Result<Feed<Vec<Raw>>, Failure> {
    let (file, meta, there) = (file.clone(), Arc::clone(meta), Arc::clone(place));
    Feed::start(place, patience, move |out| {
        rows(&file, &meta, &wanted, &there, out).map_err(|error| failure(&error, &there))
    })
}

fn rows(
    file: &Handle,
    meta: &ParquetMetaData,
    wanted: &[usize],
    place: &Place,
    out: &Out<Vec<Raw>>,
) -> Result<()> {
    for (group_at, group) in meta.row_groups().iter().enumerate() {
        let mut left = usize::try_from(group.num_rows())?;
        if left == 0 {
            continue;
        }
        let mut columns = Vec::with_capacity(wanted.len());
        for at in wanted {
            place.set(group_at, *at);
            let chunk = group.columns().get(*at).ok_or(ParquetError::IndexOutOfBound(*at, 0))?;
            columns.push((*at, Column::open(file, chunk, left)?));
        }
        let at_once = columns.iter().map(|(_, column)| column.rows_at_once).min().unwrap_or(1);
        while left > 0 {
            let count = left.min(at_once);
            let mut levels = Vec::new();
            let mut rows: Vec<Vec<Value>> = Vec::new();
            rows.resize_with(count, || Vec::with_capacity(wanted.len()));
            for (nth, (at, column)) in columns.iter_mut().enumerate() {
                place.set(group_at, *at);
                let read = column.read(count, &mut rows)?;
                if nth == 0 {
                    levels = read;
                }
            }
            // A column that must be there has no levels.
            let levels = levels.into_iter().chain(std::iter::repeat(0));
            let rows = rows.into_iter().zip(levels);
            let rows = rows.map(|(values, level)| Raw { values: values.into(), level });
            if !out.put(rows.collect()) {
                return Ok(());
            }
            left -= count;
        }
    }
    Ok(())
}

struct Column {
    reader: ColumnReader,
    /// The level at which there is a value.
    there: i16,
    unsigned: bool,
    rows_at_once: usize,
}

impl Column {
    fn open(file: &Handle, chunk: &ColumnChunkMetaData, rows: usize) -> Result<Self> {
        let column = chunk.column_descr_ptr();
        let unsigned = matches!(
            column.converted_type(),
            ConvertedType::UINT_8
                | ConvertedType::UINT_16
                | ConvertedType::UINT_32
                | ConvertedType::UINT_64
        );
        let there = column.max_def_level();
        let reader = get_column_reader(column, Box::new(Pages::open(file, chunk, rows)?));
        Ok(Self { reader, there, unsigned, rows_at_once: rows_at_once(chunk) })
    }

    /// Put a value behind each of the rows. The definition levels, if the column has any.
    fn read(&mut self, count: usize, rows: &mut [Vec<Value>]) -> Result<Vec<i16>> {
        let unsigned = self.unsigned;
        match &mut self.reader {
            ColumnReader::ByteArrayColumnReader(reader) => {
                read(reader, self.there, count, rows, Value::Bytes)
            }
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                read(reader, self.there, count, rows, |value| Value::Bytes(value.into()))
            }
            ColumnReader::Int32ColumnReader(reader) => {
                let value = |value: i32| match unsigned {
                    true => Value::Unsigned(value.cast_unsigned().into()),
                    false => Value::Int(value.into()),
                };
                read(reader, self.there, count, rows, value)
            }
            ColumnReader::Int64ColumnReader(reader) => {
                let value = |value: i64| match unsigned {
                    true => Value::Unsigned(value.cast_unsigned()),
                    false => Value::Int(value),
                };
                read(reader, self.there, count, rows, value)
            }
            // Refused by their names already.
            _ => Err(ParquetError::General("a column of another type".to_owned())),
        }
    }
}

fn read<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    there: i16,
    count: usize,
    rows: &mut [Vec<Value>],
    value: impl Fn(T::T) -> Value,
) -> Result<Vec<i16>> {
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    let mut have = 0;
    while have < count {
        let (records, ..) =
            reader.read_records(count - have, Some(&mut levels), None, &mut values)?;
        // Without this a column that is too short would be asked for ever.
        if records == 0 {
            return Err(ParquetError::EOF("a column that is too short".to_owned()));
        }
        have += records;
    }
    let mut values = values.into_iter();
    let mut next = || values.next().map_or(Value::Null, &value);
    if there == 0 {
        rows.iter_mut().for_each(|row| row.push(next()));
    } else {
        let levels = levels.iter().copied().chain(std::iter::repeat(0));
        rows.iter_mut().zip(levels).for_each(|(row, level)| {
            row.push(if level == there { next() } else { Value::Null });
        });
    }
    Ok(levels)
}
