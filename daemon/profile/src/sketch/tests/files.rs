//! Sketches of files as they come: series, renamed fields, fields beyond the budget, personal data.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::*;

const PLENTY: u64 = 64 << 20;
/// Fields of a few thousand values no longer fit.
const TIGHT: u64 = 1 << 20;

/// A day of orders: customers come back, order numbers never do.
fn day(day: u64, rename: bool) -> String {
    let head = if rename {
        "order,client"
    } else {
        "order_id,customer"
    };
    let mut text = format!("{head},city,amount,ordered_at\n");
    let cities = ["Oslo", "Bergen", "Trondheim", "Bodo", "Molde"];
    for n in 0..2_000_u64 {
        let order = 4_000_000 + day * 2_000 + n;
        let customer = (n * 7 + day * 350) % 3_000;
        let city = cities[(n * n + day) as usize % 5 * usize::from(n % 3 > 0)];
        let cents = 995 + (n * 7919 + day * 13) % 25_000;
        let (hour, minute) = (n / 90 % 24, n % 60);
        writeln!(
            text,
            "{order},C{customer:05},{city},{}.{:02},2026-01-{:02} {hour:02}:{minute:02}:00",
            cents / 100,
            cents % 100,
            day + 1,
        )
        .unwrap();
    }
    text
}

fn column(text: &str, at: usize) -> Vec<&str> {
    text.lines()
        .skip(1)
        .map(|line| line.split(',').nth(at).unwrap())
        .collect()
}

#[test]
fn a_renamed_field_is_found_by_its_values_and_no_other_is() {
    let (before, after) = (day(0, false), day(1, true));
    let (left, right) = (learn(&before, PLENTY), learn(&after, PLENTY));
    for (at, name) in ["order_id", "customer", "city"].into_iter().enumerate() {
        for (other, to) in ["order", "client", "city"].into_iter().enumerate() {
            let Some(found) = sketch_of(&left, name).overlap(sketch_of(&right, to)) else {
                // Thinned out as the other is, nothing is left of five cities.
                assert!((name == "city") != (to == "city"), "{name} and {to}");
                continue;
            };
            let set = |text, at| column(text, at).into_iter().collect::<BTreeSet<_>>();
            let (a, b) = (set(&before, at), set(&after, other));
            let exact = a.intersection(&b).count() as f64 / a.union(&b).count() as f64;
            let error = (exact * (1.0 - exact) / found.witnesses as f64).sqrt();
            let off = (found.jaccard - exact).abs();
            assert!(
                off <= 4.0 * error + 1e-12,
                "{name} and {to}: {found:?}, exactly {exact}"
            );
        }
    }
    let customers = sketch_of(&left, "customer")
        .overlap(sketch_of(&right, "client"))
        .unwrap();
    assert!(customers.jaccard > 0.4 && !customers.exact, "{customers:?}");
    assert!(customers.witnesses > 150, "{customers:?}");
}

#[test]
fn fields_beyond_the_budget_compare_with_fields_within_it() {
    let (before, after) = (day(0, false), day(1, false));
    let (tight, plenty) = (learn(&before, TIGHT), learn(&after, PLENTY));
    let thin = sketch_of(&tight, "order_id");
    let estimated = &tight.profile.tables[0].fields[0].estimates;
    assert!(
        estimated.contains_key("distinct_count"),
        "the budget holds: nothing is shown here"
    );
    let off = (thin.values().distinct() / 2_000.0 - 1.0).abs();
    assert!(
        off <= 4.0 * thin.values().relative_error(),
        "{}",
        thin.values().distinct()
    );
    let found = sketch_of(&tight, "customer")
        .overlap(sketch_of(&plenty, "customer"))
        .unwrap();
    // 2,000 customers each day, all different; those of one day begin 350 further on.
    let set = |text| column(text, 1).into_iter().collect::<BTreeSet<_>>();
    let (a, b) = (set(&before), set(&after));
    let exact = a.intersection(&b).count() as f64 / a.union(&b).count() as f64;
    let error = (exact * (1.0 - exact) / found.witnesses as f64).sqrt();
    assert!(
        (found.jaccard - exact).abs() <= 4.0 * error,
        "{found:?}, exactly {exact}"
    );
}

#[test]
fn a_month_is_the_sum_of_its_days() {
    let days: Vec<String> = (0..8).map(|n| day(n, false)).collect();
    let mut month = learn(&days[0], PLENTY);
    for text in &days[1..] {
        let other = learn(text, PLENTY);
        let theirs = &other.sketches.tables[0];
        for (ours, theirs) in month.sketches.tables[0].iter_mut().zip(theirs) {
            ours.merge(theirs);
        }
    }
    let bodies = days.iter().map(|text| text.split_once('\n').unwrap().1);
    let head = days[0].split_once('\n').unwrap().0;
    let whole = learn(&format!("{head}\n{}", bodies.collect::<String>()), PLENTY);
    assert_eq!(month.sketches, whole.sketches);

    let city = sketch_of(&month, "city");
    let all: Vec<&str> = days.iter().flat_map(|text| column(text, 2)).collect();
    for name in ["Oslo", "Bergen", "Trondheim", "Bodo", "Molde", "Narvik"] {
        let exact = all.iter().filter(|c| **c == name).count() as f64 / all.len() as f64;
        assert_eq!(
            city.share(key().hash(name.as_bytes())),
            Some(exact),
            "{name}"
        );
    }
    let mut amounts: Vec<f64> = days
        .iter()
        .flat_map(|text| column(text, 3))
        .map(|amount| amount.parse().unwrap())
        .collect();
    amounts.sort_by(f64::total_cmp);
    let amount = sketch_of(&month, "amount");
    for q in [0.05, 0.25, 0.5, 0.75, 0.95] {
        let exact = amounts[(q * amounts.len() as f64).ceil() as usize - 1];
        let near = amount.quantile(q).unwrap();
        assert!(
            (near / exact - 1.0).abs() < 0.05,
            "{q}: {near}, exactly {exact}"
        );
    }
    let moments = sketch_of(&month, "ordered_at").quantiles().unwrap();
    assert_eq!(moments.scale(), Scale::Moment);
    // 2026-01-01 and 2026-01-09, in microseconds.
    let (first, last) = (1_767_225_600e6, 1_767_916_800e6);
    let middle = moments.quantile(0.5).unwrap();
    assert!(middle > first && middle < last, "{middle}");
    assert!((middle - (first + last) / 2.0).abs() < 86_400e6, "{middle}");
}

#[test]
fn quantiles_beyond_the_budget_are_near() {
    let text = day(0, false);
    let learned = learn(&text, TIGHT);
    let order = sketch_of(&learned, "order_id").quantiles().unwrap();
    assert!(order.is_sampled());
    assert!((order.quantile(0.5).unwrap() - 4_001_000.0).abs() < 100.0);
}

#[test]
fn threads_and_order_change_no_byte() {
    let text = day(3, false);
    let mut lines: Vec<&str> = text.lines().collect();
    lines[1..].reverse();
    let reversed = lines.join("\n") + "\n";
    assert_eq!(
        learn(&text, PLENTY).sketches,
        learn(&reversed, PLENTY).sketches
    );
    let brief = Brief {
        sketch_key: Some(key()),
        ..Brief::default()
    };
    let one = crate::learn(&text.as_bytes().to_vec(), &brief, &|_| {}).unwrap();
    assert_eq!(
        one.sketches.pack(&key()),
        learn(&text, PLENTY).sketches.pack(&key())
    );
}

#[test]
fn without_a_key_nothing_is_kept() {
    let text = day(0, false).into_bytes();
    let learned = crate::learn(&text, &Brief::default(), &|_| {}).unwrap();
    assert!(learned.sketches.tables.iter().all(Vec::is_empty));
}

#[test]
fn of_personal_data_no_order_is_kept_and_no_value_can_be_read() {
    let mut text = String::from("born,phone,pin,email,amount\n");
    for n in 0..300_u64 {
        // One account among the amounts is a card number.
        let amount = if n == 77 {
            4_111_111_111_111_111
        } else {
            n % 90
        };
        writeln!(
            text,
            "19{:02}-0{}-1{},+1 202-555-{:04},{:03}-{:02}-{:04},user{n}@example.org,{amount}",
            n % 100,
            n % 9 + 1,
            n % 9,
            100 + n,
            100 + n % 500,
            1 + n % 90,
            1_000 + n,
        )
        .unwrap();
    }
    // Dates of birth are told by their name alone.
    let text = text
        .replacen("born", "date_of_birth", 1)
        .replacen("pin", "ssn", 1);
    let learned = learn(&text, PLENTY);
    for path in ["date_of_birth", "phone", "ssn", "email", "amount"] {
        assert!(sketch_of(&learned, path).quantiles().is_none(), "{path}");
    }
    let packed = learned.sketches.pack(&key());
    for value in text.lines().skip(1).flat_map(|line| line.split(',')) {
        let found = value.len() > 4 && memchr::memmem::find(&packed, value.as_bytes()).is_some();
        assert!(!found, "{value} stands in the sketches");
    }
}
