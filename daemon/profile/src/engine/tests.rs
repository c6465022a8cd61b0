//! The engine as a whole: what may not show in a document, and what must.

use std::collections::{BTreeMap, HashSet};

use proptest::prelude::*;
use serde_json::Value;

use super::run;
use crate::charset::Charset;
use crate::delimited::Signs;
use crate::delimited::footer::footer;
use crate::detect::dialect::{Found, detect};
use crate::detect::encoding::Plan;
use crate::document::{Field, Number, Profile};
use crate::source::{BLOCK, Source};
use crate::unpack::{Bytes, Packing};
use crate::{Brief, Refusal};

fn profile_with(text: &[u8], threads: usize, block: usize, budget: u64) -> Profile {
    let brief = Brief {
        name: "t.csv".into(),
        threads,
        memory_budget: budget,
        ..Brief::default()
    };
    let learned = run(&text.to_vec(), &brief, block, &|_| {}).expect("a readable text");
    learned.profile
}

fn profile(text: &str) -> Profile {
    profile_with(text.as_bytes(), 1, BLOCK, 64 << 20)
}

fn field(text: &str) -> Field {
    profile(text).tables.remove(0).fields.remove(0)
}

fn refusal(text: &[u8]) -> Refusal {
    let brief = Brief::default();
    run(&text.to_vec(), &brief, BLOCK, &|_| {}).expect_err("nothing readable")
}

/// Cells of every kind the engine tells apart.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (-50_i64..50).prop_map(|n| n.to_string()),
        2 => (-1000_i64..1000).prop_map(|n| format!("{}.{:02}", n / 100, (n % 100).abs())),
        2 => (1_u32..29, 1_u32..13).prop_map(|(d, m)| format!("2024-{m:02}-{d:02}")),
        2 => "[a-cäß ]{0,3}",
        1 => Just(String::new()),
        1 => Just("NA".to_owned()),
        1 => "[a-b,\"\n]{1,4}",
        1 => Just("-999".to_owned()),
        1 => Just("0070".to_owned()),
    ]
}

/// Texts of signs mostly.
fn messy_text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => Just(",".to_owned()), 2 => Just("\"".to_owned()), 1 => Just("\"\"".to_owned()),
        2 => Just("\n".to_owned()), 1 => Just("\r\n".to_owned()), 1 => Just("\r".to_owned()),
        4 => "[a-cé]{0,20}", 2 => "[0-9./:-]{0,12}",
    ];
    prop::collection::vec(piece, 0..120).prop_map(|pieces| pieces.concat().into_bytes())
}

/// Texts with bytes that no text has.
fn messy_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => messy_text(),
        1 => prop::collection::vec(any::<u8>(), 0..20),
        1 => Just(b"\xff\xfe".to_vec()), 1 => Just(b"{\"a\":[1,".to_vec()), 1 => Just(b";\t|".to_vec()),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

/// Rows of a table of three columns, each column of one or all kinds.
fn rows() -> impl Strategy<Value = Vec<[String; 3]>> {
    let number = (-50_i64..50).prop_map(|n| n.to_string());
    let date = (1_u32..29, 1_u32..13).prop_map(|(d, m)| format!("{d:02}/{m:02}/2024"));
    let row = (
        number,
        prop_oneof![9 => date, 1 => Just(String::new())],
        cell(),
    );
    prop::collection::vec(row.prop_map(|(a, b, c)| [a, b, c]), 1..80)
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

fn written(rows: &[[String; 3]]) -> String {
    let mut text = "alpha,beta,gamma\n".to_owned();
    for row in rows {
        text.push_str(&row.each_ref().map(|c| quoted(c)).join(","));
        text.push('\n');
    }
    text
}

/// A document without what names a place.
fn placeless(profile: &Profile) -> Value {
    let mut value = serde_json::to_value(profile).expect("a document");
    value["source"]["blake3"] = Value::Null;
    for field in value["tables"][0]["fields"].as_array_mut().expect("fields") {
        field["type_exception"] = Value::Null;
    }
    value
}

proptest! {
    #[test]
    fn threads_and_blocks_never_show(rows in rows(), threads in 1_usize..4, block in 1_usize..200) {
        let text = written(&rows);
        let one = profile_with(text.as_bytes(), 1, BLOCK, 64 << 20);
        let many = profile_with(text.as_bytes(), threads, block, 64 << 20);
        prop_assert_eq!(
            serde_json::to_string(&one).expect("a document"),
            serde_json::to_string(&many).expect("a document")
        );
    }

    #[test]
    fn the_order_of_records_never_shows(rows in rows(), seed in any::<u64>()) {
        let mut shuffled = rows.clone();
        shuffled.sort_by_key(|row| crate::accumulate::hash::mix(crate::accumulate::hash::hash(row.concat().as_bytes()), seed));
        let (a, b) = (profile(&written(&rows)), profile(&written(&shuffled)));
        prop_assert_eq!(placeless(&a), placeless(&b));
    }

    #[test]
    fn exact_numbers_stay_exact_under_any_budget(rows in rows(), threads in 1_usize..3, budget in 0_u64..4000) {
        let text = written(&rows);
        let exact = profile_with(text.as_bytes(), 1, BLOCK, 64 << 20);
        let small = profile_with(text.as_bytes(), threads, 100, budget);
        for (a, b) in exact.tables[0].fields.iter().zip(&small.tables[0].fields) {
            let (mut a, b) = (a.clone(), b.clone());
            // What is estimated is labelled; samples are drawn from the values of smallest hash.
            if b.estimates.contains_key("distinct_count") {
                a.distinct_count = b.distinct_count;
                a.unique_count = b.unique_count;
                a.quantiles.clone_from(&b.quantiles);
                a.histogram.clone_from(&b.histogram);
                a.top_values.clone_from(&b.top_values);
                a.samples.clone_from(&b.samples);
                a.estimates.clone_from(&b.estimates);
                // Opinions are drawn from the values that are held.
                a.findings.clone_from(&b.findings);
                a.semantic_type.clone_from(&b.semantic_type);
                a.semantic_confidence = b.semantic_confidence;
                a.pii.clone_from(&b.pii);
            }
            prop_assert_eq!(a, b);
        }
    }

    #[test]
    fn any_bytes_end_in_a_profile_or_a_refusal(
        bytes in messy_bytes(), threads in 1_usize..3, block in 1_usize..90, budget in 0_u64..9000,
    ) {
        let brief = Brief { threads, memory_budget: budget, ..Brief::default() };
        if let Ok(learned) = run(&bytes, &brief, block, &|_| {}) {
            let profile = learned.profile;
            prop_assert_eq!(profile.source.blake3, blake3::hash(&bytes).to_hex().to_string());
            for field in &profile.tables[0].fields {
                prop_assert_eq!(field.type_counts.values().sum::<u64>(), field.count);
                prop_assert!(field.null_count <= field.count);
            }
        }
    }

    #[test]
    fn records_are_as_many_as_the_csv_crate_finds(bytes in messy_text(), block in 1_usize..90) {
        let text = [b"alpha,beta,1\n".as_slice(), &bytes].concat();
        let signs = Signs { delimiter: b',', quote: b'"' };
        let kept = text.len() - footer(&text, signs, 3).length;
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&text[..kept]);
        // Blank lines are no records to either; a lone pair of quotes is one.
        let expected = reader.byte_records().count() as u64;
        let found = Found { width: 3, header: false, ..detect(b"a,b,c\n1,2,3\n", true) };
        let plan = Plan { charset: Charset::UTF_8, mark: 0, direct: true };
        let count = |exact| {
            let bytes = Bytes::new(&text, Packing::None).expect("memory");
            let source = Source::new(bytes, &plan, block, &|_| {});
            match crate::delimited::read(source, Vec::new(), false, &found, exact, &Brief::default()) {
                Ok(crate::delimited::Outcome::Read(table)) => Some(table.columns.records()),
                Ok(_) => None,
                Err(refusal) => panic!("{refusal}"),
            }
        };
        prop_assert_eq!(count(true), Some(expected));
        // The fast way finds the same, or says that it cannot tell.
        prop_assert!(count(false).is_none_or(|records| records == expected));
    }

    #[test]
    fn counts_are_those_of_a_plain_count(rows in rows()) {
        let document = profile(&written(&rows));
        let table = &document.tables[0];
        prop_assert_eq!(table.records, rows.len() as u64);
        let distinct: HashSet<_> = rows.iter().collect();
        prop_assert_eq!(table.duplicate_records, Some((rows.len() - distinct.len()) as u64));
        let numbers: Vec<i64> = rows.iter().map(|r| r[0].parse().expect("a number")).collect();
        let alpha = &table.fields[0];
        prop_assert_eq!(alpha.field_type.as_str(), "integer");
        prop_assert_eq!(&alpha.sum, &Some(Number::Integer(numbers.iter().sum())));
        prop_assert_eq!(&alpha.min, &numbers.iter().min().map(|n| Number::Integer(*n)));
        let mut counts = BTreeMap::new();
        for n in &numbers {
            *counts.entry(n).or_insert(0_u64) += 1;
        }
        prop_assert_eq!(alpha.distinct_count, counts.len() as u64);
        prop_assert_eq!(alpha.unique_count, Some(counts.values().filter(|n| **n == 1).count() as u64));
        let empty = rows.iter().filter(|r| r[1].is_empty()).count() as u64;
        prop_assert_eq!(table.fields[1].null_count, empty);
    }
}

#[test]
fn estimates_of_a_large_column_hold_within_their_bounds() {
    use std::fmt::Write as _;
    let count = 300_000_u64;
    let mut text = "id,skewed\n".to_owned();
    for i in 0..count {
        // Half of the second column is one value.
        let skewed = if i % 2 == 0 { 7 } else { i };
        writeln!(text, "{},{skewed}", i * 7919 % 1_000_003).expect("memory");
    }
    let document = profile_with(text.as_bytes(), 2, 64 << 10, 1 << 20);
    let [id, skewed] = &document.tables[0].fields[..] else {
        panic!("two fields")
    };
    let bound = id.estimates["distinct_count"]
        .relative_error
        .expect("stated");
    assert!(bound < 0.15, "{bound}");
    assert!(
        (id.distinct_count as f64 / count as f64 - 1.0).abs() <= bound,
        "{}",
        id.distinct_count
    );
    let unique_bound = id.estimates["unique_count"].absolute_error.expect("stated");
    assert!(id.unique_count.expect("counted").abs_diff(count) <= unique_bound);
    let rank = id.estimates["quantiles"].rank_error.expect("stated");
    let mut sorted: Vec<f64> = (0..count).map(|i| (i * 7919 % 1_000_003) as f64).collect();
    sorted.sort_by(f64::total_cmp);
    let quantiles = id.quantiles.as_ref().expect("numbers");
    for (q, shown) in [
        (0.05, &quantiles.p05),
        (0.5, &quantiles.p50),
        (0.95, &quantiles.p95),
    ] {
        let shown = match shown {
            Number::Integer(n) => *n as f64,
            Number::Float(n) => *n,
            Number::Text(_) => panic!("a number"),
        };
        let found = sorted.partition_point(|n| *n < shown) as f64 / count as f64;
        assert!((found - q).abs() <= rank, "{q}: {found} with {rank}");
    }
    assert!(matches!(id.sum, Some(Number::Integer(n)) if n as f64 == sorted.iter().sum::<f64>()));
    let top = &skewed.top_values[0];
    let error = skewed.estimates["top_values"]
        .absolute_error
        .expect("stated");
    assert_eq!(top.value, "7");
    assert!(
        top.count.abs_diff(count / 2) <= error,
        "{} with {error}",
        top.count
    );
    assert_eq!(document.tables[0].records, count);
}

#[test]
fn types_are_decided_by_every_value() {
    let mut text = "n\n".to_owned() + &"1\n".repeat(100_000);
    assert_eq!(field(&text).field_type, "integer");
    text.push_str("2.5\n");
    let number = field(&text);
    assert_eq!(number.field_type, "number");
    let exception = number.type_exception.expect("the value that broke it");
    assert_eq!(
        (exception.record, exception.value.as_str()),
        (100_001, "2.5")
    );
    text.push_str("oops\n");
    let broken = field(&text);
    assert_eq!(broken.field_type, "string");
    assert_eq!(broken.type_exception.map(|e| e.record), Some(100_002));
    assert_eq!(broken.type_counts["integer"], 100_000);
}

#[test]
fn codes_with_leading_zeros_stay_text() {
    assert_eq!(field("zip\n0870\n1234\n").field_type, "string");
    assert_eq!(field("icd\n007.1\n10.2\n").field_type, "string");
    assert_eq!(field("n\n0\n10\n").field_type, "integer");
    assert_eq!(field("x\n0.5\n1\n").field_type, "number");
}

#[test]
fn the_order_of_day_and_month_is_decided_by_evidence() {
    let day_first = field("d,x\n01/02/2024,1\n13/02/2024,1\n");
    assert_eq!(day_first.format.as_deref(), Some("%d/%m/%Y"));
    assert_eq!(day_first.min, Some(Number::Text("2024-02-01".into())));
    let month_first = field("d,x\n01/02/2024,1\n02/13/2024,1\n");
    assert_eq!(month_first.format.as_deref(), Some("%m/%d/%Y"));
    assert_eq!(month_first.min, Some(Number::Text("2024-01-02".into())));
    let torn = field("d,x\n13/02/2024,1\n01/02/2024,1\n02/13/2024,1\n");
    assert_eq!(torn.field_type, "string");
    assert_eq!(torn.type_exception.map(|e| e.record), Some(3));
}

#[test]
fn missing_values_are_found_by_evidence() {
    let number = field("n,x\n1,a\nNA,b\n3,c\n-999,d\n");
    assert_eq!(number.missing_values, ["-999", "NA"]);
    assert_eq!(
        (number.null_count, number.max),
        (2, Some(Number::Integer(3)))
    );
    let negative = field("n,x\n-5,a\n-999,d\n");
    assert!(negative.missing_values.is_empty());
    let countries = field("code,x\nNA,1\nDE,2\nFR,3\n");
    assert!(
        countries.missing_values.is_empty(),
        "NA is Namibia among codes of two letters"
    );
    let never = field("end,x\n2024-01-01,1\n9999-12-31,2\n");
    assert_eq!(never.missing_values, ["9999-12-31"]);
    let quoted = field("a,b\n\"\",1\n\\N,2\nx,3\n");
    assert_eq!(
        (quoted.null_count, quoted.missing_values),
        (2, vec!["\\N".to_owned()])
    );
}

#[test]
fn ragged_records_are_kept_and_counted() {
    let document = profile("a,b,c\n1,2,3\n4,5\n6,7,8,9\n\n10,11,12\n");
    let table = &document.tables[0];
    assert_eq!(table.records, 4);
    assert_eq!(table.fields[2].null_count, 1);
    let finding = table
        .findings
        .iter()
        .find(|f| f.code == "RAGGED_RECORDS")
        .expect("found");
    assert_eq!(finding.numbers["short"], 1.0);
    assert_eq!(finding.numbers["long"], 1.0);
    assert_eq!(finding.numbers["first_record"], 2.0);
}

#[test]
fn encodings_do_not_show_but_in_the_source() {
    let text = "name;größe\nMüller;1,5\nJosé;2,5\nZoë;3,5\nÅsa;4,5\n".repeat(8);
    let plain = profile(&text);
    let marked = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = "\u{feff}"
        .encode_utf16()
        .chain(text.encode_utf16())
        .flat_map(u16::to_be_bytes)
        .collect();
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    for (bytes, label) in [
        (marked, "utf-8"),
        (little, "utf-16le"),
        (big, "utf-16be"),
        (latin, "windows-1252"),
    ] {
        for block in [64, BLOCK] {
            let other = profile_with(&bytes, 2, block, 64 << 20);
            assert_eq!(other.source.encoding.as_deref(), Some(label));
            assert_eq!(other.tables, plain.tables, "{label}");
            assert_eq!(other.source.bytes, bytes.len() as u64);
            assert_eq!(other.source.blake3, blake3::hash(&bytes).to_hex().as_str());
        }
    }
}

#[test]
fn invalid_bytes_are_reported_with_their_place() {
    let mut bytes = "name,city\n".to_owned().into_bytes();
    bytes.extend_from_slice("Zoë,Köln\n".repeat(10).as_bytes());
    let at = bytes.len() + 1;
    bytes.extend_from_slice(b"x\xffy,Bonn\n");
    let document = profile_with(&bytes, 1, BLOCK, 64 << 20);
    let finding = document.tables[0]
        .findings
        .iter()
        .find(|f| f.code == "INVALID_BYTES");
    assert_eq!(finding.expect("found").numbers["first_byte"], at as f64);
    assert_eq!(document.tables[0].records, 11);
}

#[test]
fn what_cannot_be_read_is_refused_in_words() {
    for (bytes, word) in [
        (b"".as_slice(), "empty"),
        (b" \n\n", "white space"),
        (b"\x1f\x8b\x08\0", "gzip stream is cut short"),
        (b"7z\xbc\xaf\x27\x1c\0\x04", "7z"),
        (b"PAR1....", "Parquet"),
        (b"a,b\n1,\0\n", "zero byte"),
    ] {
        let message = refusal(bytes).to_string();
        assert!(message.contains(word), "{message}");
    }
}

#[test]
fn names_are_kept_as_written() {
    let document = profile("x, y ,x,\n1,2,3,4\n");
    let fields = &document.tables[0].fields;
    assert_eq!(
        fields.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(),
        ["x", " y ", "x", ""]
    );
    assert_eq!(
        fields.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(),
        ["x", " y ", "x#2", ""]
    );
    let codes = |at: usize| {
        fields[at]
            .findings
            .iter()
            .map(|f| f.code.as_str())
            .collect::<Vec<_>>()
    };
    assert!(codes(2).contains(&"REPEATED_NAME"), "{:?}", codes(2));
    assert!(codes(3).contains(&"EMPTY_NAME"), "{:?}", codes(3));
}

#[test]
fn a_header_alone_is_a_table_without_records() {
    let document = profile("a,b\n");
    assert_eq!(
        (document.tables[0].records, document.tables[0].fields.len()),
        (0, 2)
    );
}

#[test]
fn what_opens_as_json_is_json_or_refused() {
    let document = profile("[{\"a\": 1, \"b\": {\"c\": \"x\"}}, {\"a\": 2}]");
    assert_eq!(document.source.format, "json");
    let paths: Vec<&str> = document.tables[0]
        .fields
        .iter()
        .map(|f| f.path.as_str())
        .collect();
    assert_eq!(paths, ["a", "b", "b.c"]);
    assert_eq!(document.tables[0].fields[1].null_count, 1);
    assert_eq!(document.tables[0].fields[2].count, 1);
    let lines = profile("{\"a\": 1}\n{\"a\": }\n{\"a\": 3}\n");
    assert_eq!(
        (
            lines.source.format.as_str(),
            lines.tables[0].rejected_records
        ),
        ("jsonl", 1)
    );
    let marked = b"\xef\xbb\xbf[1, 2";
    let Refusal::Unreadable {
        offset: Some(offset),
        ..
    } = refusal(marked)
    else {
        panic!("refused with its place");
    };
    assert!(offset >= 3, "{offset}");
}
