//! Columns that outgrow every table: what is estimated stays within the error it states, what is
//! claimed to be exact is, and threads do not show.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::io;

use ddgen_profile::document::Number;
use ddgen_profile::{Brief, Profile, ReadAt};

/// Bytes of a record, whatever its number.
const WIDTH: u64 = 40;
const HEADER: &[u8] = b"shuffled,in_pair,mixed,filler\n";

/// A text of records that are computed where they are read: `shuffled` holds every number below
/// `records` once, `in_pair` every one below half of it twice, `mixed` the same in every eighth record
/// and else a text of its own. `filler` makes all records as long.
struct Computed {
    records: u64,
}

impl Computed {
    fn record(&self, number: u64) -> String {
        // Prime to any power of ten.
        let shuffled = number.wrapping_mul(7_919) % self.records;
        let in_pair = (number / 2).wrapping_mul(104_729) % (self.records / 2);
        let text = match number % 8 {
            0 => "one and the same".to_owned(),
            _ => format!("x{number:015}"),
        };
        let cells = format!("{shuffled},{in_pair},{text},");
        format!("{cells:f<width$}\n", width = WIDTH as usize - 1)
    }
}

impl ReadAt for Computed {
    fn size(&self) -> u64 {
        HEADER.len() as u64 + self.records * WIDTH
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let length = buffer
            .len()
            .min(self.size().saturating_sub(offset) as usize);
        let mut filled = 0;
        while filled < length {
            let at = offset + filled as u64;
            let rest = if let Some(rest) = HEADER.get(at as usize..).filter(|r| !r.is_empty()) {
                rest.to_vec()
            } else {
                let beyond = at - HEADER.len() as u64;
                let record = self.record(beyond / WIDTH);
                record.as_bytes()[(beyond % WIDTH) as usize..].to_vec()
            };
            let taken = rest.len().min(length - filled);
            buffer[filled..filled + taken].copy_from_slice(&rest[..taken]);
            filled += taken;
        }
        Ok(length)
    }
}

fn profile(input: &Computed, threads: usize) -> Profile {
    let brief = Brief {
        name: "computed.csv".into(),
        threads,
        ..Brief::default()
    };
    ddgen_profile::profile(input, &brief, &|_| {}).unwrap()
}

/// A number as the document writes it.
fn text(value: &Number) -> String {
    match serde_json::to_value(value).unwrap() {
        serde_json::Value::String(text) => text,
        number => number.to_string(),
    }
}

/// Holds a profile of `records` records against what is known of them.
fn hold(records: u64) {
    let input = Computed { records };
    let one = profile(&input, 1);
    let two = profile(&input, 2);
    assert_eq!(
        serde_json::to_string(&one).unwrap(),
        serde_json::to_string(&two).unwrap()
    );
    let table = &one.tables[0];
    assert_eq!(table.records, records);
    // Up to about a million records their set is exact.
    let estimate = table.estimates.get("duplicate_records");
    let error = estimate.map_or(0, |e| e.absolute_error.unwrap());
    assert!(table.duplicate_records.unwrap() <= error);

    for (field, distinct, unique, times) in [
        (&table.fields[0], records, records, 1),
        (&table.fields[1], records / 2, 0, 2),
    ] {
        assert_eq!(field.field_type, "integer");
        assert_eq!(field.null_count, 0);
        let off = field.distinct_count.abs_diff(distinct) as f64 / distinct as f64;
        let error = field.estimates["distinct_count"].relative_error.unwrap();
        assert!(
            off <= error && error < 0.05,
            "{}: {off} of {error}",
            field.path
        );
        let off = field.unique_count.unwrap().abs_diff(unique);
        let error = field.estimates["unique_count"].absolute_error.unwrap();
        assert!(off <= error, "{}: {off} of {error}", field.path);
        // Exact, however many values there are: the sum of all numbers below `distinct`.
        let sum = times * (distinct * (distinct - 1) / 2);
        assert_eq!(text(field.sum.as_ref().unwrap()), sum.to_string());
        assert_eq!(text(field.min.as_ref().unwrap()), "0");
        assert_eq!(
            text(field.max.as_ref().unwrap()),
            (distinct - 1).to_string()
        );
        let error = field.estimates["quantiles"].rank_error.unwrap();
        assert!(error < 0.02, "{error}");
        let found = field.quantiles.as_ref().unwrap();
        for (q, value) in [
            (0.05, &found.p05),
            (0.25, &found.p25),
            (0.5, &found.p50),
            (0.75, &found.p75),
            (0.95, &found.p95),
        ] {
            // Values are their own ranks.
            let off = (text(value).parse::<f64>().unwrap() / distinct as f64 - q).abs();
            assert!(
                off <= error,
                "{}: {q} is off by {off} of {error}",
                field.path
            );
        }
    }

    let field = &table.fields[2];
    let top = &field.top_values[0];
    assert_eq!(top.value, "one and the same");
    let error = field.estimates["top_values"].absolute_error.unwrap();
    assert!(top.count.abs_diff(records.div_ceil(8)) <= error);
    assert_eq!(field.length.as_ref().unwrap().max, 16);
}

#[test]
fn a_million_distinct_values_are_estimated_within_their_errors() {
    hold(1_000_000);
}

mod long {
    #[test]
    fn ten_million_distinct_values_are_estimated_within_their_errors() {
        super::hold(10_000_000);
    }
}
