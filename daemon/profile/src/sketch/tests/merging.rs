//! Merging knows no order, and comes to what the whole would have come to.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

type Part = Vec<(u16, u64)>;

fn part() -> impl Strategy<Value = Part> {
    prop::collection::vec((0_u16..600, 1_u64..5), 0..200)
}

/// A part as the engine counts it: each value once.
fn counted(part: &[(u16, u64)]) -> BTreeMap<u16, u64> {
    let mut counts = BTreeMap::new();
    for (value, count) in part {
        *counts.entry(*value).or_default() += count;
    }
    counts
}

/// Numbers as texts and as themselves, spread over many magnitudes and both signs.
fn number_of(value: u16) -> f64 {
    let size = f64::from(value % 97 + 1) * f64::from(value / 97).exp();
    if value.is_multiple_of(3) { -size } else { size }
}

fn sketch(part: &[(u16, u64)], level: u8, bounds: Bounds) -> FieldSketch {
    let counts = counted(part);
    let texts: Vec<(String, u64)> = counts.iter().map(|(v, n)| (format!("v{v}"), *n)).collect();
    let shown: Vec<(&str, u64)> = texts.iter().map(|(t, n)| (t.as_str(), *n)).collect();
    let numbers = counts.iter().map(|(v, n)| (number_of(*v), *n));
    FieldSketch {
        present: counts.values().sum(),
        missing: part.len() as u64,
        values: values(&shown, level, bounds.values),
        order: Order::Told(Quantiles::new(
            numbers,
            Scale::Number,
            false,
            bounds.buckets,
        )),
    }
}

fn merged(mut a: FieldSketch, b: &FieldSketch) -> FieldSketch {
    a.merge(b);
    a
}

proptest! {
    #[test]
    fn parts_come_to_what_the_whole_comes_to(
        a in part(), b in part(), values in 0_usize..80, buckets in 0_usize..40,
    ) {
        let bounds = bounds(values, buckets);
        let whole = [a.clone(), b.clone()].concat();
        let joined = merged(sketch(&a, 0, bounds), &sketch(&b, 0, bounds));
        prop_assert_eq!(joined, sketch(&whole, 0, bounds));
    }

    #[test]
    fn merging_knows_neither_order_nor_grouping(
        a in (part(), 0_u8..4, 1_usize..80),
        b in (part(), 0_u8..4, 1_usize..80),
        c in (part(), 0_u8..4, 1_usize..80),
    ) {
        let [a, b, c] = [a, b, c].map(|(part, level, n)| sketch(&part, level, bounds(n, n)));
        prop_assert_eq!(merged(a.clone(), &b), merged(b.clone(), &a));
        let left = merged(merged(a.clone(), &b), &c);
        prop_assert_eq!(&left, &merged(a.clone(), &merged(b.clone(), &c)));
        // What was thinned out and put down in between ends in the same bytes.
        let read = |sketch: &FieldSketch| FieldSketch::decode(&sketch.encode(&key()), &key()).unwrap();
        let by_bytes = merged(read(&merged(read(&c), &read(&a))), &read(&b));
        prop_assert_eq!(left.encode(&key()), by_bytes.encode(&key()));
    }

    #[test]
    fn nothing_merged_with_it_changes_nothing(a in part(), n in 1_usize..80) {
        let one = sketch(&a, 0, bounds(n, n));
        let nothing = FieldSketch::empty(bounds(n, n));
        prop_assert_eq!(&merged(nothing.clone(), &one), &one);
        prop_assert_eq!(&merged(one.clone(), &nothing), &one);
    }

    #[test]
    fn counts_and_shares_of_what_is_sampled_are_exact(a in part(), bound in 1_usize..700) {
        let one = sketch(&a, 0, bounds(bound, 8));
        let counts = counted(&a);
        prop_assert_eq!(one.values.is_complete(), counts.len() <= bound);
        let total: u64 = counts.values().sum();
        for value in 0..600_u16 {
            let expected = counts.get(&value).copied().unwrap_or(0);
            match one.share(key().hash(format!("v{value}").as_bytes())) {
                Some(share) => prop_assert_eq!(share, expected as f64 / total as f64),
                None => prop_assert!(!one.values.is_complete() || total == 0),
            }
        }
    }

    #[test]
    fn a_quantile_lies_within_its_bucket(a in part(), n in 1_usize..60, q in 0.0..=1.0_f64) {
        let one = sketch(&a, 0, bounds(8, n));
        let mut all: Vec<f64> = counted(&a)
            .into_iter()
            .flat_map(|(v, n)| std::iter::repeat_n(number_of(v), n as usize))
            .collect();
        all.sort_by(f64::total_cmp);
        let quantiles = one.quantiles().unwrap();
        prop_assert!(quantiles.buckets.len() <= n);
        if all.is_empty() {
            prop_assert_eq!(one.quantile(q), None);
            return Ok(());
        }
        let rank = ((q * all.len() as f64).ceil() as usize).max(1);
        let (low, high) = quantiles.bounds(q).unwrap();
        prop_assert!((low..high).contains(&all[rank - 1]), "{} in {low}..{high}", all[rank - 1]);
        let near = one.quantile(q).unwrap();
        prop_assert!((low..=high).contains(&near));
        // At the ends of buckets ranks are exact.
        let below = all.iter().filter(|x| **x < low).count() as f64 / all.len() as f64;
        prop_assert!(quantiles.rank(near).unwrap() >= below - 1e-12);
    }

    #[test]
    fn overlaps_are_those_of_the_sets_while_all_is_held(a in part(), b in part()) {
        let (left, right) = (sketch(&a, 0, bounds(700, 4)), sketch(&b, 0, bounds(700, 4)));
        let set = |part: &Part| counted(part).into_keys().collect::<BTreeSet<_>>();
        let (a, b) = (set(&a), set(&b));
        let both = a.intersection(&b).count() as f64;
        match left.overlap(&right) {
            None => prop_assert!(a.is_empty() || b.is_empty()),
            Some(found) => {
                prop_assert!(found.exact);
                prop_assert_eq!(found.jaccard, both / a.union(&b).count() as f64);
                prop_assert_eq!(found.of_left, both / a.len() as f64);
                prop_assert_eq!(found.of_right, both / b.len() as f64);
            }
        }
    }
}

#[test]
fn numbers_of_several_scales_have_no_order_together() {
    let of = |scale| FieldSketch {
        order: Order::Told(Quantiles::new([(1.0, 1)].into_iter(), scale, false, 4)),
        ..FieldSketch::empty(bounds(4, 4))
    };
    let (numbers, days) = (of(Scale::Number), of(Scale::Moment));
    let mixed = merged(numbers.clone(), &days);
    assert_eq!(mixed.order, Order::Untold);
    assert_eq!(merged(mixed.clone(), &numbers).order, Order::Untold);
    assert_eq!(merged(days, &merged(numbers.clone(), &numbers)), {
        let mut thrice = mixed;
        thrice.merge(&numbers);
        thrice
    });
}

#[test]
fn small_integers_are_told_as_themselves() {
    for expected in [-100_000.0, -5.0, -0.5, 0.0, 1.0, 5.0, 2026.0, 1_048_575.0] {
        let one = Quantiles::new([(expected, 3)].into_iter(), Scale::Number, false, 8);
        assert_eq!(one.quantile(0.5), Some(expected));
        assert_eq!(one.rank(expected), Some(1.0));
        let less = expected - expected.abs().max(0.01) / 1_000.0;
        assert_eq!(one.rank(less), Some(0.0));
    }
}

#[test]
fn six_digits_of_a_long_number_are_kept_and_no_more() {
    let card = 4_111_111_111_111_111.0;
    let one = Quantiles::new([(card, 1)].into_iter(), Scale::Number, false, 8);
    let (low, high) = one.bounds(0.5).unwrap();
    assert!(low <= card && card < high);
    assert!(high - low >= 1e9, "{low}..{high}");
    for extreme in [f64::MAX, f64::MIN, f64::MIN_POSITIVE, 0.0] {
        let one = Quantiles::new([(extreme, 1)].into_iter(), Scale::Number, false, 8);
        assert!(one.quantile(0.5).unwrap().is_finite());
    }
}
