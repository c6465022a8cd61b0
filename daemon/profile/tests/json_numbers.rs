//! Numbers of nested JSON, against a second and simpler algorithm over serde_json's values.

use std::collections::{BTreeMap, BTreeSet};

use ddgen_profile::document::{Field, Number};
use ddgen_profile::{Brief, Profile, profile};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn profiled(text: &str) -> Profile {
    let brief = Brief {
        name: "t".into(),
        ..Brief::default()
    };
    profile(&text.as_bytes().to_vec(), &brief, &|_| {}).expect("readable")
}

/// What one path saw, collected value by value.
#[derive(Default)]
struct Seen {
    occurrences: u64,
    missing: u64,
    kinds: BTreeMap<&'static str, u64>,
    distinct: BTreeSet<String>,
    numbers: Vec<i64>,
}

/// Visits every path that any record has, for every occurrence of its parent.
fn collect(path: &str, values: &[Option<&Value>], all: &mut BTreeMap<String, Seen>) {
    let seen = all.entry(path.to_owned()).or_default();
    let (mut members, mut keys, mut elements) = (Vec::new(), BTreeSet::new(), Vec::new());
    for value in values {
        seen.occurrences += 1;
        let kind = match value {
            None | Some(Value::Null) => {
                seen.missing += 1;
                continue;
            }
            Some(Value::Object(object)) => {
                members.push(object);
                keys.extend(object.keys());
                "object"
            }
            Some(Value::Array(array)) => {
                elements.extend(array.iter().map(Some));
                "array"
            }
            Some(Value::Bool(b)) => {
                seen.distinct.insert(b.to_string());
                "boolean"
            }
            Some(Value::Number(n)) => {
                seen.distinct.insert(n.to_string());
                seen.numbers
                    .push(n.as_i64().expect("only integers are made"));
                "integer"
            }
            Some(Value::String(s)) => {
                seen.distinct.insert(s.clone());
                "string"
            }
        };
        *seen.kinds.entry(kind).or_default() += 1;
    }
    for key in keys {
        let values: Vec<Option<&Value>> = members.iter().map(|m| m.get(key)).collect();
        collect(&format!("{path}.{key}"), &values, all);
    }
    if !elements.is_empty() {
        collect(&format!("{path}[]"), &elements, all);
    }
}

fn expected(records: &[Map<String, Value>]) -> BTreeMap<String, Seen> {
    let mut all = BTreeMap::new();
    let keys: BTreeSet<&String> = records.iter().flat_map(Map::keys).collect();
    for key in keys {
        let values: Vec<Option<&Value>> = records.iter().map(|r| r.get(key)).collect();
        collect(key, &values, &mut all);
    }
    all
}

fn check(field: &Field, seen: &Seen) {
    let path = &field.path;
    assert_eq!(field.count, seen.occurrences, "count of {path}");
    assert_eq!(field.null_count, seen.missing, "null_count of {path}");
    for (kind, n) in &seen.kinds {
        assert_eq!(
            field.type_counts.get(*kind),
            Some(n),
            "{kind} of {path}: {:?}",
            field.type_counts
        );
    }
    assert_eq!(
        field.distinct_count,
        seen.distinct.len() as u64,
        "distinct_count of {path}"
    );
    if field.field_type == "integer" && seen.kinds.len() == 1 {
        assert_eq!(
            field.sum,
            Some(Number::Integer(seen.numbers.iter().sum())),
            "sum of {path}"
        );
        assert_eq!(
            field.min,
            seen.numbers.iter().min().map(|n| Number::Integer(*n)),
            "min of {path}"
        );
        assert_eq!(
            field.max,
            seen.numbers.iter().max().map(|n| Number::Integer(*n)),
            "max of {path}"
        );
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-40_i64..40).prop_map(Value::from),
        "[p-t]{1,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-c]", inner, 0..4)
                .prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

fn record() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::btree_map("[a-d]", value(), 0..5).prop_map(|m| m.into_iter().collect())
}

proptest! {
    #[test]
    fn every_path_has_the_numbers_of_a_plain_walk(records in prop::collection::vec(record(), 2..20), lines: bool) {
        let text = if lines {
            records.iter().map(|r| serde_json::to_string(r).unwrap() + "\n").collect()
        } else {
            serde_json::to_string(&records).unwrap()
        };
        let document = profiled(&text);
        let table = &document.tables[0];
        prop_assert_eq!(table.records, records.len() as u64);
        let wanted = expected(&records);
        let paths: BTreeSet<&str> = table.fields.iter().map(|f| f.path.as_str()).collect();
        let known: BTreeSet<&str> = wanted.keys().map(String::as_str).collect();
        prop_assert_eq!(paths, known);
        for field in &table.fields {
            check(field, &wanted[&field.path]);
        }
        let distinct: BTreeSet<String> = records.iter().map(|r| serde_json::to_string(r).unwrap()).collect();
        prop_assert_eq!(table.duplicate_records, Some((records.len() - distinct.len()) as u64));
    }
}

#[test]
fn a_field_knows_its_place() {
    let text =
        r#"[{"id":1,"customer":{"name":"A","address":[{"city":"X"},{"city":"Y"}]}},{"id":2}]"#;
    let document = profiled(text);
    let place = |f: &Field| {
        (
            f.path.clone(),
            f.name.clone(),
            f.parent_path.clone(),
            f.nesting_level,
            f.count,
            f.null_count,
        )
    };
    let places: Vec<_> = document.tables[0].fields.iter().map(place).collect();
    let s = |text: &str| text.to_owned();
    assert_eq!(
        places,
        [
            (s("id"), s("id"), None, 0, 2, 0),
            (s("customer"), s("customer"), None, 0, 2, 1),
            (s("customer.name"), s("name"), Some(s("customer")), 1, 1, 0),
            (
                s("customer.address"),
                s("address"),
                Some(s("customer")),
                1,
                1,
                0
            ),
            (
                s("customer.address[]"),
                s("address[]"),
                Some(s("customer.address")),
                2,
                2,
                0
            ),
            (
                s("customer.address[].city"),
                s("city"),
                Some(s("customer.address[]")),
                3,
                2,
                0
            ),
        ]
    );
    let types: Vec<&str> = document.tables[0]
        .fields
        .iter()
        .map(|f| f.field_type.as_str())
        .collect();
    assert_eq!(
        types,
        ["integer", "object", "string", "array", "object", "string"]
    );
}

/// Several chunks of lines: the document is the same byte for byte, places of records included.
#[test]
fn threads_never_show_in_the_document() {
    let mut text = String::new();
    for i in 0..40_000_u64 {
        let odd = if i == 31_234 { r#""oops""# } else { "1" };
        text.push_str(&format!("{{\"id\":{i},\"half\":{}.5,\"odd\":{odd},\"tags\":[\"t{}\"],\"deep\":{{\"k\":\"v{}\"}}}}\n", i % 977, i % 7, i % 13));
        if i % 10_000 == 9_999 {
            text.push_str("{broken\n");
        }
    }
    assert!(text.len() > 2 << 20, "more than two chunks");
    let document = |threads| {
        let brief = Brief {
            name: "t".into(),
            threads,
            ..Brief::default()
        };
        profile(&text.as_bytes().to_vec(), &brief, &|_| {}).expect("readable")
    };
    let one = document(1);
    for threads in [2, 3] {
        assert_eq!(
            serde_json::to_string(&one).unwrap(),
            serde_json::to_string(&document(threads)).unwrap()
        );
    }
    let table = &one.tables[0];
    assert_eq!((table.records, table.rejected_records), (40_000, 4));
    let odd = table
        .fields
        .iter()
        .find(|f| f.path == "odd")
        .expect("there");
    assert_eq!(
        odd.type_exception
            .as_ref()
            .map(|e| (e.record, e.value.as_str())),
        Some((31_235, "oops"))
    );
    let rejected = table
        .findings
        .iter()
        .find(|f| f.code == "REJECTED_RECORDS")
        .expect("said");
    assert_eq!(rejected.numbers["first_line"], 10_001.0);
}

#[test]
fn numbers_are_not_rounded() {
    let document = profiled(
        "[{\"n\": 9007199254740993, \"d\": 0.1, \"b\": 123456789012345678901234567890}, {\"n\": 1, \"d\": 0.2, \"b\": 1}]",
    );
    let fields = &document.tables[0].fields;
    // Past 2^53 a reader that keeps doubles would round a JSON number: a string is shown.
    assert_eq!(fields[0].max, Some(Number::Text("9007199254740993".into())));
    assert_eq!(
        fields[2].max,
        Some(Number::Text("123456789012345678901234567890".into()))
    );
    assert_eq!(
        fields[2].sum,
        Some(Number::Text("123456789012345678901234567891".into()))
    );
    let document = profiled("[1e400, 1]");
    assert_eq!(
        document.tables[0].fields[0].count, 2,
        "a number past an f64 is no reason to refuse"
    );
}

#[test]
fn extended_json_has_the_types_it_names() {
    let lines: String = (1..=30)
        .map(|i| {
            json!({
                "_id": {"$oid": format!("5d505646cf6d4fe58101{i:04x}")},
                "at": {"$date": {"$numberLong": (i * 86_400_000_i64).to_string()}},
                "n": {"$numberLong": i.to_string()},
                "d": {"$numberDecimal": format!("{i}.5")},
                "raw": {"$binary": {"base64": "AQID", "subType": "00"}},
            })
            .to_string()
                + "\n"
        })
        .collect();
    let document = profiled(&lines);
    let types: BTreeMap<&str, &str> = document.tables[0]
        .fields
        .iter()
        .map(|f| (f.path.as_str(), f.field_type.as_str()))
        .collect();
    let wanted = [
        ("_id", "string"),
        ("at", "datetime"),
        ("d", "number"),
        ("n", "integer"),
        ("raw", "binary"),
    ];
    assert_eq!(types, BTreeMap::from(wanted));
    // 1970-01-02 to 1970-01-31; 1 + ... + 30.
    let by_path = |path: &str| {
        document.tables[0]
            .fields
            .iter()
            .find(|f| f.path == path)
            .expect("there")
    };
    assert_eq!(by_path("n").sum, Some(Number::Integer(465)));
    let Some(Number::Text(first)) = &by_path("at").min else {
        panic!("a moment")
    };
    assert!(first.starts_with("1970-01-02"), "{first}");
}
