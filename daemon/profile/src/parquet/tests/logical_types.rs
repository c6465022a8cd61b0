//! What every type comes to; the expectations are written by hand.

use ::parquet::basic::Encoding;

use super::files::{Cells, Column, How, file, texts};
use super::{field, table};
use crate::document::Number;

/// Type, smallest and largest value of the one column, which is optional and has a null at its end.
fn column(declaration: &str, cells: Cells, there: usize) -> (String, String, String) {
    let message = format!("message m {{ optional {declaration}; }}");
    let mut levels = vec![1; there];
    levels.push(0);
    let groups = [vec![Column::optional(cells, &levels)]];
    let mut found = Vec::new();
    for dictionary in [true, false] {
        let how = How {
            dictionary,
            ..How::default()
        };
        let table = table(&file(&message, &groups, &how));
        let field = field(&table, "x");
        assert_eq!(
            (field.count, field.null_count),
            (there as u64 + 1, 1),
            "{declaration}"
        );
        let show = |number: &Option<Number>| number.as_ref().map(Number::text).unwrap_or_default();
        found.push((field.field_type.clone(), show(&field.min), show(&field.max)));
    }
    assert_eq!(
        found[0], found[1],
        "{declaration}: with and without a dictionary"
    );
    found.remove(0)
}

fn is(declaration: &str, cells: Cells, there: usize, expected: (&str, &str, &str)) {
    let (a, b, c) = column(declaration, cells, there);
    assert_eq!(
        (a.as_str(), b.as_str(), c.as_str()),
        expected,
        "{declaration}"
    );
}

#[test]
fn numbers_and_truths() {
    let whole = |v: Vec<i32>| Cells::I32(v);
    is(
        "int32 x",
        whole(vec![-5, 7, 2_147_483_647]),
        3,
        ("integer", "-5", "2147483647"),
    );
    is(
        "int32 x (INTEGER(8,true))",
        whole(vec![-128, 127]),
        2,
        ("integer", "-128", "127"),
    );
    is(
        "int32 x (INTEGER(32,false))",
        whole(vec![-1, 1]),
        2,
        ("integer", "1", "4294967295"),
    );
    let large = Cells::I64(vec![i64::MIN, 0, i64::MAX]);
    is(
        "int64 x",
        large,
        3,
        ("integer", "-9223372036854775808", "9223372036854775807"),
    );
    let unsigned = Cells::I64(vec![-1, 3]);
    is(
        "int64 x (INTEGER(64,false))",
        unsigned,
        2,
        ("integer", "3", "18446744073709551615"),
    );
    is(
        "double x",
        Cells::F64(vec![13.0, 0.25]),
        2,
        ("number", "0.25", "13"),
    );
    is(
        "float x",
        Cells::F32(vec![0.1, 2.5]),
        2,
        ("number", "0.1", "2.5"),
    );
    is(
        "boolean x",
        Cells::Bool(vec![true, false]),
        2,
        ("boolean", "false", "true"),
    );
    // 0x3c00 is 1, 0xc100 is -2.5, 0x0001 is 2^-24.
    let halves = Cells::Fixed(vec![vec![0, 0x3c], vec![0, 0xc1], vec![1, 0]]);
    is(
        "fixed_len_byte_array(2) x (FLOAT16)",
        halves,
        3,
        ("number", "-2.5", "1"),
    );
}

#[test]
fn decimals_keep_every_digit() {
    is(
        "int32 x (DECIMAL(9,2))",
        Cells::I32(vec![-1, 123_456]),
        2,
        ("number", "-0.01", "1234.56"),
    );
    is(
        "int64 x (DECIMAL(18,3))",
        Cells::I64(vec![5, 7000]),
        2,
        ("number", "0.005", "7"),
    );
    is(
        "int32 x (DECIMAL(5,0))",
        Cells::I32(vec![3, 12]),
        2,
        ("integer", "3", "12"),
    );
    // 38 digits, the last of them after the point, in 16 bytes.
    let value = 12_345_678_901_234_567_890_123_456_789_012_345_678_i128;
    let wide = Cells::Fixed(vec![
        value.to_be_bytes().to_vec(),
        (-value).to_be_bytes().to_vec(),
    ]);
    let digits = "1234567890123456789012345678901234567.8";
    let low = format!("-{digits}");
    is(
        "fixed_len_byte_array(16) x (DECIMAL(38,1))",
        wide,
        2,
        ("number", low.as_str(), digits),
    );
    let short = Cells::Bytes(vec![vec![0xff], vec![1, 0]]);
    is(
        "binary x (DECIMAL(9,1))",
        short,
        2,
        ("number", "-0.1", "25.6"),
    );
}

#[test]
fn dates_times_and_durations() {
    is(
        "int32 x (DATE)",
        Cells::I32(vec![0, 19_723, -1]),
        3,
        ("date", "1969-12-31", "2024-01-01"),
    );
    is(
        "int32 x (TIME(MILLIS,true))",
        Cells::I32(vec![0, 3_661_500]),
        2,
        ("time", "00:00:00Z", "01:01:01.500000Z"),
    );
    is(
        "int64 x (TIME(MICROS,false))",
        Cells::I64(vec![86_399_999_999, 1]),
        2,
        ("time", "00:00:00.000001", "23:59:59.999999"),
    );
    is(
        "int64 x (TIMESTAMP(MILLIS,false))",
        Cells::I64(vec![1_704_067_200_000, -1]),
        2,
        (
            "datetime",
            "1969-12-31T23:59:59.999000",
            "2024-01-01T00:00:00",
        ),
    );
    is(
        "int64 x (TIMESTAMP(MICROS,true))",
        Cells::I64(vec![1, 1_704_067_200_000_000]),
        2,
        (
            "datetime",
            "1970-01-01T00:00:00.000001Z",
            "2024-01-01T00:00:00Z",
        ),
    );
    is(
        "int64 x (TIMESTAMP(NANOS,false))",
        Cells::I64(vec![1_704_067_200_123_456_789]),
        1,
        (
            "datetime",
            "2024-01-01T00:00:00.123456",
            "2024-01-01T00:00:00.123456",
        ),
    );
    // Julian day 2440589 is 1970-01-02; its nanoseconds are 3600 * 10^9 = 0x346_30b8_a000.
    is(
        "int96 x",
        Cells::I96(vec![[0x30b8_a000, 0x346, 2_440_589]]),
        1,
        ("datetime", "1970-01-02T01:00:00", "1970-01-02T01:00:00"),
    );
    let interval = [14_u32, 3, 1500].map(u32::to_le_bytes).concat();
    is(
        "fixed_len_byte_array(12) x (INTERVAL)",
        Cells::Fixed(vec![interval]),
        1,
        ("duration", "P428DT1.5S", "P428DT1.5S"),
    );
}

#[test]
fn texts_and_bytes() {
    is(
        "binary x (STRING)",
        texts(&["0870", "12"]),
        2,
        ("string", "0870", "12"),
    );
    is(
        "binary x (UTF8)",
        texts(&["2024-01-02", "2024-02-01"]),
        2,
        ("date", "2024-01-02", "2024-02-01"),
    );
    is(
        "binary x (ENUM)",
        texts(&["SPADE", "HEART"]),
        2,
        ("string", "HEART", "SPADE"),
    );
    is(
        "binary x (JSON)",
        texts(&["{\"a\":1}", "{}"]),
        2,
        ("object", "{\"a\":1}", "{}"),
    );
    is(
        "binary x",
        Cells::Bytes(vec![b"ab".to_vec(), vec![0, 0xff]]),
        2,
        ("binary", "\\x00\\xFF", "ab"),
    );
    is(
        "fixed_len_byte_array(3) x",
        Cells::Fixed(vec![b"xyz".to_vec()]),
        1,
        ("binary", "xyz", "xyz"),
    );
    let uuid = Cells::Fixed(vec![(0..16).map(|n| n * 17).collect()]);
    let text = "00112233-4455-6677-8899-aabbccddeeff";
    is(
        "fixed_len_byte_array(16) x (UUID)",
        uuid,
        1,
        ("string", text, text),
    );
}

#[test]
fn what_is_no_number_is_missing_among_numbers_and_said() {
    let cells = Cells::F64(vec![
        1.0,
        f64::NAN,
        3.0,
        f64::INFINITY,
        f64::NEG_INFINITY,
        -0.0,
        0.0,
    ]);
    let message = "message m { required double x; }";
    let bytes = file(message, &[vec![cells.into()]], &How::default());
    let table = table(&bytes);
    let x = field(&table, "x");
    assert_eq!(x.field_type, "number");
    assert_eq!((x.count, x.null_count), (7, 3));
    assert_eq!(x.missing_values, ["-Infinity", "Infinity", "NaN"]);
    assert_eq!((x.mean, x.distinct_count), (Some(1.0), 3));
}

#[test]
fn text_that_is_not_utf8_is_mended_and_reported() {
    let cells = Cells::Bytes(vec![b"ok".to_vec(), vec![0xff, b'a'], b"ok".to_vec()]);
    let message = "message m { required binary x (STRING); }";
    let table = table(&file(message, &[vec![cells.into()]], &How::default()));
    assert_eq!(
        field(&table, "x").max.as_ref().map(Number::text).as_deref(),
        Some("\u{fffd}a")
    );
    let found = table
        .findings
        .iter()
        .find(|f| f.code == "INVALID_BYTES")
        .expect("a finding");
    assert_eq!(
        (found.numbers["values"], found.numbers["first_record"]),
        (1.0, 2.0)
    );
}

#[test]
fn a_column_of_nulls_has_the_type_the_file_states() {
    let message = "message m { optional int64 n; optional int32 d (DATE); required group s { optional double x; } }";
    let nulls = |cells| Column::optional(cells, &[0, 0]);
    let columns = vec![
        nulls(Cells::I64(vec![])),
        nulls(Cells::I32(vec![])),
        nulls(Cells::F64(vec![])),
    ];
    let table = table(&file(message, &[columns], &How::default()));
    let types: Vec<_> = table
        .fields
        .iter()
        .map(|f| (f.path.as_str(), f.field_type.as_str(), f.null_count))
        .collect();
    assert_eq!(
        types,
        [
            ("n", "integer", 2),
            ("d", "date", 2),
            ("s", "object", 0),
            ("s.x", "number", 2)
        ]
    );
}

#[test]
fn the_file_s_own_statement_is_shown() {
    let message = "message m { required int32 price (DECIMAL(9,2)); optional int64 t (TIMESTAMP(MICROS,true)); }";
    let columns = vec![
        Cells::I32(vec![1]).into(),
        Column::optional(Cells::I64(vec![1]), &[1]),
    ];
    let table = table(&file(message, &[columns], &How::default()));
    let declared = |path: &str| field(&table, path).declared.clone().expect("stated");
    assert_eq!(
        declared("price"),
        serde_json::json!({"physical_type": "INT32", "logical_type": "DECIMAL", "precision": 9, "scale": 2, "required": true})
    );
    assert_eq!(
        declared("t"),
        serde_json::json!({"physical_type": "INT64", "logical_type": "TIMESTAMP", "unit": "us", "utc": true, "required": false})
    );
}

#[test]
fn no_rows_and_no_row_groups() {
    let message = "message m { required int64 n; optional binary s (STRING); }";
    let empty = vec![Cells::I64(vec![]).into(), Column::optional(texts(&[]), &[])];
    for groups in [vec![], vec![empty]] {
        let table = table(&file(message, &groups, &How::default()));
        assert_eq!((table.records, table.fields.len()), (0, 2));
        assert_eq!(table.fields[0].field_type, "integer");
    }
}

#[test]
fn every_encoding_says_the_same() {
    let numbers: Vec<i64> = (0..5000).map(|n| (n * n) % 977 - 300).collect();
    let words: Vec<Vec<u8>> = numbers
        .iter()
        .map(|n| format!("prefix-{}", n % 50).into_bytes())
        .collect();
    let message = "message m { required int64 a; required int32 b; required double c; required binary d (STRING); required boolean e; required fixed_len_byte_array(4) f; }";
    let columns = || {
        vec![
            Cells::I64(numbers.clone()).into(),
            Cells::I32(numbers.iter().map(|n| *n as i32).collect()).into(),
            Cells::F64(numbers.iter().map(|n| *n as f64 / 8.0).collect()).into(),
            Cells::Bytes(words.clone()).into(),
            Cells::Bool(numbers.iter().map(|n| n % 3 == 0).collect()).into(),
            Cells::Fixed(
                numbers
                    .iter()
                    .map(|n| (*n as i32).to_be_bytes().to_vec())
                    .collect(),
            )
            .into(),
        ]
    };
    let plain = table(&file(message, &[columns()], &How::default()));
    let sum: i64 = numbers.iter().sum();
    assert_eq!(field(&plain, "a").sum, Some(Number::Integer(sum)));
    let ways: [&[(&str, Encoding)]; 4] = [
        &[
            ("a", Encoding::PLAIN),
            ("b", Encoding::PLAIN),
            ("c", Encoding::PLAIN),
            ("d", Encoding::PLAIN),
        ],
        &[
            ("a", Encoding::DELTA_BINARY_PACKED),
            ("b", Encoding::DELTA_BINARY_PACKED),
            ("d", Encoding::DELTA_LENGTH_BYTE_ARRAY),
            ("e", Encoding::RLE),
        ],
        &[
            ("a", Encoding::BYTE_STREAM_SPLIT),
            ("b", Encoding::BYTE_STREAM_SPLIT),
            ("c", Encoding::BYTE_STREAM_SPLIT),
            ("d", Encoding::DELTA_BYTE_ARRAY),
            ("f", Encoding::BYTE_STREAM_SPLIT),
        ],
        &[("f", Encoding::DELTA_BYTE_ARRAY)],
    ];
    for way in ways {
        for second_version in [false, true] {
            let how = How {
                second_version,
                dictionary: false,
                encodings: way
                    .iter()
                    .map(|(path, encoding)| ((*path).to_owned(), *encoding))
                    .collect(),
                ..How::default()
            };
            assert_eq!(
                table(&file(message, &[columns()], &how)),
                plain,
                "{way:?} {second_version}"
            );
        }
    }
}

#[test]
fn every_compression_says_the_same() {
    use ::parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
    let numbers: Vec<i64> = (0..3000).map(|n| (n * 7919) % 1013).collect();
    let message = "message m { required int64 a; }";
    let write = |compression, second_version| {
        let how = How {
            compression,
            second_version,
            ..How::default()
        };
        table(&file(
            message,
            &[vec![Cells::I64(numbers.clone()).into()]],
            &how,
        ))
    };
    let plain = write(Compression::UNCOMPRESSED, false);
    for compression in [
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::BROTLI(BrotliLevel::default()),
        Compression::LZ4,
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4_RAW,
    ] {
        for second_version in [false, true] {
            assert_eq!(write(compression, second_version), plain, "{compression:?}");
        }
    }
}
