//! Shapes and places.

use ddgen_profile::document::Field;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::dataset;

fn fields(shape: &[(String, String)]) -> Vec<Field> {
    shape
        .iter()
        .enumerate()
        .map(|(at, (path, kind))| {
            serde_json::from_value(json!({
                "path": path, "name": path, "parent_path": null, "position": at + 1,
                "nesting_level": 0, "type": kind, "format": null, "nullable": false,
                "type_counts": {}, "type_exception": null, "count": 0, "null_count": 0,
                "null_proportion": 0.0, "missing_values": [], "distinct_count": 0,
                "unique_count": null, "min": null, "max": null, "mean": null, "stddev": null,
                "sum": null, "quantiles": null, "histogram": null, "top_values": [],
                "length": null, "samples": [], "semantic_type": null,
                "semantic_confidence": null, "pii": null, "masked": false, "estimates": {},
                "declared": null, "findings": [] }))
            .unwrap()
        })
        .collect()
}

fn shape(text: &[(&str, &str)]) -> Vec<Field> {
    let owned: Vec<_> = text
        .iter()
        .map(|(path, kind)| ((*path).to_owned(), (*kind).to_owned()))
        .collect();
    fields(&owned)
}

fn paths(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn there(id: i64, stem: &str, text: &str) -> There {
    There {
        id,
        stem: stem.to_owned(),
        paths: paths(text),
    }
}

#[test]
fn only_the_order_of_columns_leaves_the_hash() {
    let hash = |text: &[(&str, &str)]| Schema::of(&shape(text)).hash;
    let before = hash(&[("a", "integer"), ("b", "string")]);
    assert_eq!(hash(&[("b", "string"), ("a", "integer")]), before);
    let others: [&[(&str, &str)]; 5] = [
        &[("a", "number"), ("b", "string")],
        &[("a", "string"), ("b", "integer")],
        &[("a", "integer")],
        &[("a", "integer"), ("c", "string")],
        &[("ai", "nteger"), ("b", "string")],
    ];
    for other in others {
        assert_ne!(hash(other), before, "{other:?}");
    }
}

#[test]
fn the_hash_is_of_sorted_paths_and_types_with_their_lengths() {
    let mut bytes = Vec::new();
    for part in ["a", "integer", "b", "string"] {
        bytes.extend(u64::try_from(part.len()).unwrap().to_le_bytes());
        bytes.extend(part.as_bytes());
    }
    let schema = Schema::of(&shape(&[("b", "string"), ("a", "integer")]));
    assert_eq!(schema.hash, blake3::hash(&bytes).to_hex().to_string());
    assert_eq!(schema.paths, ["b", "a"]);
}

#[test]
fn half_of_the_names_is_enough_seen_from_the_larger_side() {
    let cases = [
        ("a b c d", "a b x y", true),
        ("a b c d", "a x y z", false),
        ("a b c", "a b", true),
        ("a b c d e", "a b", false),
        ("a", "a b c", false),
        ("a", "A", false),
        ("", "", true),
        ("a", "", false),
        // A repeated name counts once.
        ("a b c d", "a a a a", false),
    ];
    for (one, other, expected) in cases {
        assert_eq!(
            agree(&paths(one), &paths(other)),
            expected,
            "{one} / {other}"
        );
        assert_eq!(
            agree(&paths(other), &paths(one)),
            expected,
            "{other} / {one}"
        );
    }
}

#[test]
fn a_date_folds_whatever_the_fields_are() {
    let day = dataset::fold("t_2026-01-05.csv", None);
    let head = there(7, "t", "a b");
    assert_eq!(
        place(&day, None, Some(&head), &[], &paths("x y")),
        Place::Known(7)
    );
    let fresh = Place::New {
        stem: "t".to_owned(),
        family: None,
    };
    assert_eq!(place(&day, None, None, &[], &paths("x y")), fresh);
}

#[test]
fn a_counter_folds_only_where_the_fields_agree() {
    let second = dataset::fold("t_2.csv", None);
    let apart = Place::New {
        stem: "t_2".to_owned(),
        family: Some("t".to_owned()),
    };
    let (head, own) = (there(1, "t", "a b"), there(2, "t_2", "x y"));
    let siblings = [
        there(5, "t_5", "a b"),
        there(4, "t_4", "x y"),
        there(3, "t_3", "x y"),
    ];
    let decide = |own, head, siblings, text| place(&second, own, head, siblings, &paths(text));
    assert_eq!(decide(None, None, &[], "a b"), apart);
    assert_eq!(decide(None, Some(&head), &[], "a b"), Place::Known(1));
    assert_eq!(decide(None, Some(&head), &[], "x y"), apart);
    // Its own dictionary comes first, whatever agrees.
    assert_eq!(decide(Some(&own), Some(&head), &[], "a b"), Place::Known(2));
    // Of those that kept their counter the newest that agrees.
    assert_eq!(decide(None, None, &siblings, "x y"), Place::Adopt(4));
    assert_eq!(decide(None, None, &siblings, "p q"), apart);
}

proptest! {
    #[test]
    fn the_hash_is_of_the_set(
        mut columns in prop::collection::vec(("[a-c.]{0,3}", "[st]{1,2}"), 0..8),
        seed in any::<prop::sample::Index>(),
    ) {
        let before = Schema::of(&fields(&columns));
        if !columns.is_empty() {
            let at = seed.index(columns.len());
            columns.rotate_left(at);
            let copy = columns[0].clone();
            columns.push(copy);
        }
        prop_assert_eq!(&Schema::of(&fields(&columns)).hash, &before.hash);
        columns.push(("new".to_owned(), "s".to_owned()));
        prop_assert_ne!(&Schema::of(&fields(&columns)).hash, &before.hash);
    }
}
