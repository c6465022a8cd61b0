//! Findings of whole files, their numbers worked out by hand.
#![allow(clippy::unwrap_used, reason = "a test that unwraps says so itself")]

use ddgen_profile::document::{Field, Finding};
use ddgen_profile::{Brief, profile};

fn field(name: &str, values: &[String]) -> Field {
    let text = format!(
        "{name},n\n{}",
        values.iter().fold(String::new(), |all, v| all + v + ",1\n")
    );
    let brief = Brief {
        today: Some("2026-11-23".into()),
        ..Brief::default()
    };
    let document = profile(&text.into_bytes(), &brief, &|_| {}).unwrap();
    document.tables[0].fields[0].clone()
}

fn finding(field: &Field, code: &str) -> Option<Finding> {
    field.findings.iter().find(|f| f.code == code).cloned()
}

fn texts<T: ToString>(values: impl IntoIterator<Item = T>) -> Vec<String> {
    values.into_iter().map(|v| v.to_string()).collect()
}

#[test]
fn one_value_far_from_the_others() {
    let plain = texts(1..=100);
    assert_eq!(finding(&field("c", &plain), "OUTLIERS"), None);
    // Quartiles 25.75 and 75.25, three times 49.5 beyond them: -122.75 and 223.75.
    let far = texts((1..=99).chain([1_000]));
    let found = finding(&field("c", &far), "OUTLIERS").unwrap();
    let n = |name: &str| found.numbers[name];
    assert_eq!((n("below"), n("above"), n("share")), (0.0, 1.0, 0.01));
    assert_eq!((n("low"), n("high")), (-122.75, 223.75));
    assert!(
        found.message.starts_with("1 of 100 values"),
        "{}",
        found.message
    );
    // A tail of every tenth is how the values are spread.
    let tail = texts((1..=90).chain((1..=10).map(|n| n * 1_000)));
    assert_eq!(finding(&field("c", &tail), "OUTLIERS"), None);
    // One that is a card number gives nothing of itself away.
    let card = texts((1..=99_u64).chain([4_111_111_111_111_111]));
    let masked = field("c", &card);
    assert!(masked.masked && finding(&masked, "OUTLIERS").is_none());
}

#[test]
fn a_key_but_for_one_value() {
    let twice = texts((1..=199).chain([7]).map(|n| format!("K{n:05}")));
    let found = finding(&field("c", &twice), "NEARLY_UNIQUE").unwrap();
    let n = |name: &str| found.numbers[name];
    assert_eq!(
        (n("distinct"), n("values"), n("repeats")),
        (199.0, 200.0, 1.0)
    );
    let often = texts((1..=98).chain([7, 8]).map(|n| format!("K{n:05}")));
    assert_eq!(finding(&field("c", &often), "NEARLY_UNIQUE"), None);
    let unique = texts((1..=200).map(|n| format!("K{n:05}")));
    let unique = field("c", &unique);
    assert!(finding(&unique, "NEARLY_UNIQUE").is_none() && finding(&unique, "UNIQUE").is_some());
}

#[test]
fn texts_cut_at_a_round_length() {
    let of = |longest: usize| {
        let short = (1..=20).map(|n| format!("note {}", "z".repeat(n)));
        let long = (0..5).map(|n| format!("{n}{}", "y".repeat(longest - 1)));
        let again = (0..2).map(|n| format!("{n}{}", "y".repeat(longest - 1)));
        finding(
            &field("c", &texts(short.chain(long).chain(again))),
            "TRUNCATED",
        )
    };
    let found = of(40).unwrap();
    let n = |name: &str| found.numbers[name];
    assert_eq!((n("length"), n("values"), n("distinct")), (40.0, 7.0, 5.0));
    assert_eq!(of(41), None);
}

#[test]
fn dates_of_any_format_are_counted() {
    let days = (1..=27).map(|day| format!("{day:02}.03.2026"));
    let odd = ["12.12.2099", "24.12.2026", "31.12.1899", "01.01.1970"].map(str::to_owned);
    let dates = field("seen", &texts(days.chain(odd)));
    assert_eq!(
        (dates.field_type.as_str(), dates.format.as_deref()),
        ("date", Some("%d.%m.%Y"))
    );
    let found = finding(&dates, "OUT_OF_RANGE_DATES").unwrap();
    let n = |name: &str| found.numbers[name];
    assert_eq!(
        (n("future"), n("before_1900"), n("default")),
        (2.0, 1.0, 1.0)
    );
}
