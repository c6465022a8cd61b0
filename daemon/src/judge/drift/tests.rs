//! Weeks of files, read by the real engine, and what is odd about the last of them.

use ddgen_profile::{Brief, SketchKey};

use super::*;

fn key() -> SketchKey {
    SketchKey::new([5; 32])
}

/// Level and shown values of the one column of a file.
fn level(values: impl IntoIterator<Item = String>) -> (Level, Shown) {
    let mut text = "id,x\n".to_owned();
    for (n, value) in values.into_iter().enumerate() {
        text += &format!("{n},{value}\n");
    }
    let brief = Brief {
        sketch_key: Some(key()),
        ..Brief::default()
    };
    let learned = ddgen_profile::learn(&text.into_bytes(), &brief, &|_| {}).unwrap();
    let field = &learned.profile.tables[0].fields[1];
    let level = Level {
        count: field.count,
        missing: field.null_count,
        distinct: field.distinct_count,
        sketch: Some(learned.sketches.tables[0][1].clone()),
    };
    let shown = field.top_values.iter();
    let shown = shown.map(|top| (key().hash(top.value.as_bytes()), top.value.clone()));
    (level, shown.collect())
}

/// What is said of a file after five of another kind; `n` is the file's number.
fn said(usual: impl Fn(u64) -> Vec<String>, now: Vec<String>) -> Vec<String> {
    let before: Vec<(Level, Shown)> = (1..=5).rev().map(|n| level(usual(n))).collect();
    let (now, shown) = level(now);
    let names = || (shown.clone(), before[0].1.clone());
    let course = Course {
        path: "x",
        field_type: "string",
        now,
        before: before.iter().map(|(level, _)| level.clone()).collect(),
        shown: &names,
    };
    drift((500, &[500; 5]), &[course])
        .into_iter()
        .map(|drift| format!("{}: {}", drift.finding.code, drift.finding.message))
        .collect()
}

/// A number that looks thrown, below `below`.
fn thrown(seed: u64, n: u64, below: u64) -> u64 {
    let mut x = (seed << 32) ^ n ^ 0x9e37_79b9_7f4a_7c15;
    for _ in 0..3 {
        x = (x ^ (x >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    }
    (x >> 20) % below
}

fn prices(seed: u64) -> Vec<String> {
    (0..500)
        .map(|n| (100 + thrown(seed, n, 900)).to_string())
        .collect()
}

fn states(seed: u64) -> Vec<String> {
    let state = |n| ["open", "paid", "sent", "void"][thrown(seed, n, 4) as usize].to_owned();
    (0..500).map(state).collect()
}

#[test]
fn what_goes_on_as_usual_is_no_drift() {
    assert_eq!(said(prices, prices(9)), Vec::<String>::new());
    assert_eq!(said(states, states(9)), Vec::<String>::new());
    let ids = |seed: u64| (0..500).map(|n| format!("k{}", seed * 500 + n)).collect();
    assert_eq!(said(ids, ids(6)), Vec::<String>::new());
    let numbers = |seed: u64| (0..500).map(|n| (seed * 500 + n).to_string()).collect();
    assert_eq!(said(numbers, numbers(6)), Vec::<String>::new());
    let weekday = |seed: u64| (0..500).map(|n| (seed * 7 + n % 7).to_string()).collect();
    assert_eq!(said(weekday, weekday(6)), Vec::<String>::new());
    let days = |seed: u64| {
        (0..500)
            .map(|_| format!("2026-01-{:02}", seed + 1))
            .collect()
    };
    assert_eq!(said(days, days(20)), Vec::<String>::new());
}

#[test]
fn values_that_lie_elsewhere_are_told() {
    let cents = prices(9).iter().map(|price| format!("{price}00")).collect();
    let found = said(prices, cents);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("DRIFT_QUANTILES: the values lie elsewhere"),
        "{found:?}"
    );
}

#[test]
fn values_that_go_missing_are_told() {
    let mut now = prices(9);
    for value in now.iter_mut().step_by(4) {
        value.clear();
    }
    let found = said(prices, now);
    let expected =
        "DRIFT_MISSING: 25 % of the values are missing; in the 5 versions before it was 0 %";
    assert_eq!(found, [expected]);
}

#[test]
fn new_and_vanished_categories_are_told_by_name() {
    let now = states(9)
        .into_iter()
        .map(|s| if s == "void" { "lost".to_owned() } else { s });
    let found = said(states, now.collect());
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].starts_with("DRIFT_NEW_VALUES: ") && found[0].ends_with(": `lost`"),
        "{found:?}"
    );
    assert!(
        found[1].starts_with("DRIFT_GONE_VALUES: ") && found[1].ends_with(": `void`"),
        "{found:?}"
    );
}

#[test]
fn shares_that_change_are_told() {
    let now = (0..500).map(|n| {
        if n % 10 == 0 {
            states(9)[n].clone()
        } else {
            "open".to_owned()
        }
    });
    let found = said(states, now.collect());
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("DRIFT_SHARES: "), "{found:?}");
}

#[test]
fn more_distinct_values_than_ever_are_told() {
    let names = |seed: u64| {
        (0..500)
            .map(|n| format!("n{}", thrown(seed, n, 230)))
            .collect()
    };
    assert_eq!(said(names, names(9)), Vec::<String>::new());
    let few = (0..500).map(|n| format!("n{}", thrown(9, n, 60))).collect();
    let found = said(
        |seed| {
            (0..500)
                .map(|n| format!("n{}", thrown(seed, n, 240)))
                .collect()
        },
        few,
    );
    assert!(
        found
            .iter()
            .any(|f| f.starts_with("DRIFT_DISTINCT: 60 distinct")),
        "{found:?}"
    );
}

#[test]
fn of_records_half_or_double_are_told() {
    let found = |now: u64| drift((now, &[500, 480, 520]), &[]).len();
    assert_eq!([500, 245, 1_030].map(found), [0, 0, 0]);
    assert_eq!([239, 0, 1_050].map(found), [1, 1, 1]);
    assert!(drift((0, &[500, 500]), &[]).is_empty());
    let said = &drift((7, &[500, 480, 520]), &[])[0];
    assert_eq!(said.path, None);
    let words = "7 records; in the 3 versions before there were 480 to 520";
    assert_eq!(said.finding.message, words);
}

#[test]
fn a_drop_that_did_not_come_is_missed() {
    let day = 24 * 3_600_000_i64;
    let daily = [10 * day, 9 * day, 8 * day, 7 * day];
    assert_eq!(overdue(&daily, 11 * day), None);
    assert_eq!(overdue(&daily, 12 * day), None);
    let late = Overdue {
        usual_ms: day,
        since_ms: 2 * day + 1,
    };
    assert_eq!(overdue(&daily, 12 * day + 1), Some(late));
    // Over the weekend none came before either.
    let weekdays = [10 * day, 9 * day, 8 * day, 5 * day];
    assert_eq!(overdue(&weekdays, 15 * day), None);
    // A backlog came at once: when the next one is due nobody knows.
    assert_eq!(overdue(&[3_000, 2_000, 1_000, 0], 30 * day), None);
}
