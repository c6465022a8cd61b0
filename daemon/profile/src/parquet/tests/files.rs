//! Small Parquet files, written column by column.

use std::sync::Arc;

use ::parquet::basic::{Compression, Encoding};
use ::parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DoubleType, FixedLenByteArray, FixedLenByteArrayType,
    FloatType, Int32Type, Int64Type, Int96, Int96Type,
};
use ::parquet::file::properties::{WriterProperties, WriterVersion};
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use ::parquet::schema::parser::parse_message_type;
use ::parquet::schema::types::ColumnPath;

/// The values of a column that are there.
#[derive(Debug, Clone)]
pub(super) enum Cells {
    Bool(Vec<bool>),
    I32(Vec<i32>),
    I64(Vec<i64>),
    I96(Vec<[u32; 3]>),
    F32(Vec<f32>),
    F64(Vec<f64>),
    Bytes(Vec<Vec<u8>>),
    Fixed(Vec<Vec<u8>>),
}

impl Cells {
    fn is_empty(&self) -> bool {
        match self {
            Self::Bool(v) => v.is_empty(),
            Self::I32(v) => v.is_empty(),
            Self::I64(v) => v.is_empty(),
            Self::I96(v) => v.is_empty(),
            Self::F32(v) => v.is_empty(),
            Self::F64(v) => v.is_empty(),
            Self::Bytes(v) | Self::Fixed(v) => v.is_empty(),
        }
    }
}

/// A column of one row group; no levels where the schema has none.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) cells: Cells,
    pub(super) definitions: Vec<i16>,
    pub(super) repetitions: Vec<i16>,
}

impl From<Cells> for Column {
    fn from(cells: Cells) -> Self {
        Self {
            cells,
            definitions: Vec::new(),
            repetitions: Vec::new(),
        }
    }
}

impl Column {
    pub(super) fn optional(cells: Cells, definitions: &[i16]) -> Self {
        Self {
            definitions: definitions.to_vec(),
            ..cells.into()
        }
    }

    pub(super) fn repeated(cells: Cells, definitions: &[i16], repetitions: &[i16]) -> Self {
        Self {
            cells,
            definitions: definitions.to_vec(),
            repetitions: repetitions.to_vec(),
        }
    }
}

/// How a file is written.
#[derive(Debug, Clone)]
pub(super) struct How {
    pub(super) compression: Compression,
    pub(super) second_version: bool,
    pub(super) dictionary: bool,
    /// By column path, where it is not a dictionary.
    pub(super) encodings: Vec<(String, Encoding)>,
    pub(super) rows_a_page: usize,
}

impl Default for How {
    fn default() -> Self {
        Self {
            compression: Compression::SNAPPY,
            second_version: false,
            dictionary: true,
            encodings: Vec::new(),
            rows_a_page: 1000,
        }
    }
}

/// A file of these row groups.
pub(super) fn file(message: &str, groups: &[Vec<Column>], how: &How) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(message).unwrap());
    let mut properties = WriterProperties::builder()
        .set_compression(how.compression)
        .set_dictionary_enabled(how.dictionary)
        .set_data_page_row_count_limit(how.rows_a_page)
        .set_write_batch_size(how.rows_a_page)
        .set_writer_version(if how.second_version {
            WriterVersion::PARQUET_2_0
        } else {
            WriterVersion::PARQUET_1_0
        });
    for (path, encoding) in &how.encodings {
        properties = properties.set_column_encoding(ColumnPath::from(path.as_str()), *encoding);
    }
    let properties = Arc::new(properties.build());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties).unwrap();
    for columns in groups {
        let mut group = writer.next_row_group().unwrap();
        for column in columns {
            let mut to = group
                .next_column()
                .unwrap()
                .expect("as many columns as given");
            write(&mut to, column);
            to.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.into_inner().unwrap()
}

fn write(to: &mut SerializedColumnWriter<'_>, column: &Column) {
    if column.cells.is_empty() && column.definitions.is_empty() {
        return;
    }
    let some = |levels: &Vec<i16>| (!levels.is_empty()).then(|| levels.clone());
    let (definitions, repetitions) = (some(&column.definitions), some(&column.repetitions));
    let (d, r) = (definitions.as_deref(), repetitions.as_deref());
    let bytes = |values: &[Vec<u8>]| {
        values
            .iter()
            .cloned()
            .map(ByteArray::from)
            .collect::<Vec<_>>()
    };
    match &column.cells {
        Cells::Bool(v) => to.typed::<BoolType>().write_batch(v, d, r),
        Cells::I32(v) => to.typed::<Int32Type>().write_batch(v, d, r),
        Cells::I64(v) => to.typed::<Int64Type>().write_batch(v, d, r),
        Cells::F32(v) => to.typed::<FloatType>().write_batch(v, d, r),
        Cells::F64(v) => to.typed::<DoubleType>().write_batch(v, d, r),
        Cells::Bytes(v) => to.typed::<ByteArrayType>().write_batch(&bytes(v), d, r),
        Cells::Fixed(v) => {
            let v: Vec<FixedLenByteArray> = bytes(v).into_iter().map(Into::into).collect();
            to.typed::<FixedLenByteArrayType>().write_batch(&v, d, r)
        }
        Cells::I96(v) => {
            let v: Vec<Int96> = v
                .iter()
                .map(|[a, b, c]| {
                    let mut value = Int96::new();
                    value.set_data(*a, *b, *c);
                    value
                })
                .collect();
            to.typed::<Int96Type>().write_batch(&v, d, r)
        }
    }
    .unwrap();
}

/// Texts as they are stored.
pub(super) fn texts(values: &[&str]) -> Cells {
    Cells::Bytes(values.iter().map(|v| v.as_bytes().to_vec()).collect())
}
