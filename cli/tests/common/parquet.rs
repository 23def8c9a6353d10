//! Files of Parquet for the tests, made with the crate; and one that pyarrow made.
#![allow(dead_code, reason = "each test file uses its own part")]
use parquet::basic::{Compression, Encoding};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, FixedLenByteArray};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use std::sync::Arc;

/// Made by `users-pyarrow.py` beside it.
pub(crate) const PYARROW: &[u8] = include_bytes!("../data/users-pyarrow.parquet");

/// How a file is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct How {
    pub(crate) codec: Compression,
    pub(crate) version: WriterVersion,
    /// `None`: dictionaries.
    pub(crate) texts: Option<Encoding>,
    /// Rows to a group, and to a page.
    pub(crate) group: usize,
    pub(crate) page: usize,
}

impl How {
    pub(crate) fn plain() -> Self {
        Self {
            codec: Compression::UNCOMPRESSED,
            version: WriterVersion::PARQUET_1_0,
            texts: Some(Encoding::PLAIN),
            group: 7,
            page: 3,
        }
    }

    /// Each codec, each encoding of texts, both versions of pages.
    pub(crate) fn all() -> Vec<Self> {
        let codecs = [
            Compression::UNCOMPRESSED,
            Compression::SNAPPY,
            Compression::GZIP(Default::default()),
            Compression::ZSTD(Default::default()),
            Compression::LZ4_RAW,
            Compression::LZ4,
        ];
        let texts = [
            None,
            Some(Encoding::PLAIN),
            Some(Encoding::DELTA_LENGTH_BYTE_ARRAY),
            Some(Encoding::DELTA_BYTE_ARRAY),
        ];
        let mut all = Vec::new();
        for (at, codec) in codecs.into_iter().enumerate() {
            for (nth, texts) in texts.into_iter().enumerate() {
                let version = match (at + nth) % 2 {
                    0 => WriterVersion::PARQUET_1_0,
                    _ => WriterVersion::PARQUET_2_0,
                };
                all.push(Self { codec, version, texts, ..Self::plain() });
            }
        }
        all
    }
}

/// Columns of values; texts may be NULL where the schema says so.
pub(crate) enum Values {
    Int(Vec<i64>),
    Texts(Vec<Option<Vec<u8>>>),
    Fixed(Vec<Vec<u8>>),
    /// A list to a row.
    Lists(Vec<Vec<i64>>),
}

/// A file with these columns, each the next leaf of the schema.
pub(crate) fn file(schema: &str, columns: &[Values], how: How) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut properties = WriterProperties::builder()
        .set_compression(how.codec)
        .set_writer_version(how.version)
        .set_dictionary_enabled(how.texts.is_none())
        .set_data_page_row_count_limit(how.page)
        .set_write_batch_size(1);
    let mut out = Vec::new();
    for column in parquet::schema::types::SchemaDescriptor::new(schema.clone()).columns() {
        let text = column.physical_type() == parquet::basic::Type::BYTE_ARRAY;
        let int = column.physical_type() == parquet::basic::Type::INT64;
        let encoding = match how.texts {
            Some(encoding) if text => encoding,
            Some(encoding) if int && encoding != Encoding::PLAIN => Encoding::DELTA_BINARY_PACKED,
            _ => Encoding::PLAIN,
        };
        properties = properties.set_column_encoding(column.path().clone(), encoding);
    }
    let properties = Arc::new(properties.build());
    let mut writer = SerializedFileWriter::new(&mut out, schema, properties).unwrap();
    let rows = match &columns[0] {
        Values::Int(values) => values.len(),
        Values::Texts(values) => values.len(),
        Values::Fixed(values) => values.len(),
        Values::Lists(values) => values.len(),
    };
    for from in (0..rows).step_by(how.group) {
        let range = from..rows.min(from + how.group);
        let mut group = writer.next_row_group().unwrap();
        for values in columns {
            let mut column = group.next_column().unwrap().unwrap();
            match (values, column.untyped()) {
                (Values::Int(values), ColumnWriter::Int64ColumnWriter(to)) => {
                    to.write_batch(&values[range.clone()], None, None).unwrap();
                }
                (Values::Texts(values), ColumnWriter::ByteArrayColumnWriter(to)) => {
                    let there = to.get_descriptor().max_def_level();
                    let values = &values[range.clone()];
                    let level = |value: &Option<_>| if value.is_some() { there } else { 0 };
                    let levels: Vec<i16> = values.iter().map(level).collect();
                    let texts: Vec<ByteArray> =
                        values.iter().flatten().map(|text| text.clone().into()).collect();
                    to.write_batch(&texts, (there > 0).then_some(&levels), None).unwrap();
                }
                (Values::Fixed(values), ColumnWriter::FixedLenByteArrayColumnWriter(to)) => {
                    let bytes = values[range.clone()].iter().map(|bytes| bytes.clone().into());
                    let bytes: Vec<FixedLenByteArray> = bytes.collect();
                    to.write_batch(&bytes, None, None).unwrap();
                }
                (Values::Lists(values), ColumnWriter::Int64ColumnWriter(to)) => {
                    let (mut flat, mut defined, mut repeated) = (vec![], vec![], vec![]);
                    for list in &values[range.clone()] {
                        if list.is_empty() {
                            defined.push(0);
                            repeated.push(0);
                        }
                        for (at, value) in list.iter().enumerate() {
                            flat.push(*value);
                            defined.push(1);
                            repeated.push(i16::from(at > 0));
                        }
                    }
                    to.write_batch(&flat, Some(&defined), Some(&repeated)).unwrap();
                }
                _ => panic!("the values are not of the schema's types"),
            }
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.close().unwrap();
    out
}

pub(crate) fn texts(values: &[Option<&str>]) -> Values {
    Values::Texts(values.iter().map(|text| text.map(|text| text.as_bytes().to_vec())).collect())
}
