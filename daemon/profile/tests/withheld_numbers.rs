//! A number that is masked for itself cannot be computed back from the numbers beside it.

use ddgen_profile::document::{Field, Number};
use ddgen_profile::{Brief, profile};
use serde_json::Value;

const CARD: &str = "4111111111111111";

fn field(text: &str, budget: u64) -> Field {
    let brief = Brief {
        name: "t".into(),
        memory_budget: budget,
        ..Brief::default()
    };
    let mut profile = profile(&text.as_bytes().to_vec(), &brief, &|_| {}).expect("readable");
    profile.tables[0].fields.remove(0)
}

fn column(values: &[String]) -> Field {
    field(&format!("n,x\n{},1\n", values.join(",1\n")), 64 << 20)
}

/// The largest number that shows anywhere, as a number or as text.
fn largest(shown: &Value) -> f64 {
    match shown {
        Value::Number(n) => n.as_f64().unwrap_or(f64::INFINITY).abs(),
        Value::String(s) => s.parse().map_or(0.0, f64::abs),
        Value::Array(all) => all.iter().map(largest).fold(0.0, f64::max),
        Value::Object(all) => all.values().map(largest).fold(0.0, f64::max),
        _ => 0.0,
    }
}

fn assert_withheld(field: &Field) {
    let shown = serde_json::to_value(field).expect("serialises");
    assert!(largest(&shown) < 1e6, "{shown}");
    assert_eq!(
        (&field.sum, field.mean, field.stddev, &field.histogram),
        (&None, None, None, &None)
    );
    assert!(field.masked && field.pii.is_none());
    let codes: Vec<&str> = field.findings.iter().map(|f| f.code.as_str()).collect();
    assert!(codes.contains(&"NUMBERS_WITHHELD"), "{codes:?}");
    assert!(!codes.contains(&"SKEWED"), "{codes:?}");
}

fn small(range: std::ops::RangeInclusive<u32>) -> Vec<String> {
    range.map(|n| n.to_string()).collect()
}

#[test]
fn a_card_among_small_numbers_leaves_no_way_back() {
    let mut values = small(1..=20);
    values.push(CARD.into());
    let found = column(&values);
    assert_withheld(&found);
    // 21 values: every quantile falls on one of them, and none on the card.
    let q = found.quantiles.expect("they say nothing of the card");
    let whole = [q.p05, q.p25, q.p50, q.p75, q.p95];
    assert_eq!(whole, [2, 6, 11, 16, 20].map(Number::Integer));
    assert_eq!(found.min, Some(Number::Integer(1)));
    assert_eq!(found.max, Some(Number::Text("#".repeat(16))));
}

#[test]
fn a_quantile_beside_a_card_is_masked() {
    let mut values = small(1..=11);
    values.push(CARD.into());
    let found = column(&values);
    assert_withheld(&found);
    let q = found.quantiles.expect("the lower ones stay");
    // Of 12 values the ranks are 0.55, 2.75, 5.5, 8.25 and 10.45: the last lies between 11 and the card.
    assert_eq!(
        (q.p05, q.p25, q.p50, q.p75),
        (
            Number::Float(1.55),
            Number::Float(3.75),
            Number::Float(6.5),
            Number::Float(9.25)
        )
    );
    assert!(matches!(q.p95, Number::Text(t) if t.starts_with('#')));
}

#[test]
fn neither_does_one_among_fractions_in_json_or_in_the_middle() {
    let mut values: Vec<String> = small(1..=30).iter().map(|n| format!("{n}.5")).collect();
    values.push(CARD.into());
    assert_withheld(&column(&values));
    assert_withheld(&field(&format!("[{}]", values.join(",")), 64 << 20));
    *values.last_mut().expect("pushed") = "4.111111111111111e15".into();
    assert_withheld(&column(&values));

    // Larger numbers on both sides, and the median of an even count beside the card.
    let around = |n: u64| (4_000_000_000_000_000 + n * 100_000_000_000_000).to_string();
    let mut values: Vec<String> = (0..30).map(around).collect();
    values.push(CARD.into());
    let found = column(&values);
    assert!(found.sum.is_none() && found.histogram.is_none() && found.masked);
}

#[test]
fn nor_from_a_sample() {
    let mut values = small(1..=5000);
    values.push(CARD.into());
    let found = field(&format!("n,x\n{},1\n", values.join(",1\n")), 4000);
    assert!(found.estimates.contains_key("distinct_count"));
    assert_withheld(&found);
    assert_eq!(found.quantiles, None);
    assert!(!found.estimates.contains_key("quantiles"));
    assert!(!found.estimates.contains_key("histogram"));
}

#[test]
fn ordinary_numbers_keep_theirs() {
    let mut values = small(1..=20);
    // One digit off: no card.
    values.push("4111111111111112".into());
    let found = column(&values);
    assert_eq!(
        found.sum,
        Some(Number::Integer(4_111_111_111_111_112 + 210))
    );
    assert!(found.mean.is_some() && found.stddev.is_some() && found.histogram.is_some());
    assert!(found.findings.iter().all(|f| f.code != "NUMBERS_WITHHELD"));
}
