//! Against serde_json on random documents, whole and damaged: the same verdict, the same values.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::{counted, read_on, read_text};

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e300..1e300).prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "[\\x00-\\x1f\"\\\\/é𝄞a]{0,8}".prop_map(Value::from),
    ]
}

fn document() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(6, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-c.\\[\\]\\\\é]{0,3}", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// The same counting, the simple way: walk the tree.
fn walk(path: &str, value: &Value, counts: &mut BTreeMap<String, u64>) {
    let mut add = |what: String| *counts.entry(what).or_default() += 1;
    match value {
        Value::Null => add(format!("{path} -")),
        Value::Bool(b) => add(format!("{path} Boolean {b}")),
        Value::Number(n) => add(format!("{path} Number {n}")),
        Value::String(s) => add(format!("{path} Text {s}")),
        Value::Array(items) => {
            add(format!("{path} Array "));
            for item in items {
                walk(&format!("{path}[]"), item, counts);
            }
        }
        Value::Object(members) => {
            add(format!("{path} Object "));
            walk_members(&format!("{path}."), members, counts);
        }
    }
}

fn walk_members(
    prefix: &str,
    members: &serde_json::Map<String, Value>,
    counts: &mut BTreeMap<String, u64>,
) {
    for (key, value) in members {
        let mut escaped = String::new();
        for c in key.chars() {
            if ".[]\\".contains(c) {
                escaped.push('\\');
            }
            escaped.push(c);
        }
        walk(&format!("{prefix}{escaped}"), value, counts);
    }
}

fn walk_record(record: &Value, counts: &mut BTreeMap<String, u64>) {
    match record {
        Value::Object(members) => walk_members("", members, counts),
        other => walk("value", other, counts),
    }
}

pub(super) fn expected(records: &[&Value]) -> Vec<String> {
    let mut counts = BTreeMap::new();
    for record in records {
        walk_record(record, &mut counts);
    }
    let mut lines: Vec<String> = counts
        .into_iter()
        .map(|(what, n)| format!("{what} x{n}"))
        .collect();
    lines.sort();
    lines
}

/// Whether it is valid UTF-8 and, for serde_json, JSON. Values are ignored: serde_json refuses
/// numbers past an f64 and halves of surrogate pairs, which RFC 8259 does not.
fn serde_accepts(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok() && serde_json::from_slice::<IgnoredAny>(text).is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_document_gives_the_values_serde_json_gives(doc in document(), pretty: bool, step in 1usize..40) {
        let text = if pretty { serde_json::to_vec_pretty(&doc) } else { serde_json::to_vec(&doc) }.unwrap();
        let (columns, outcome) = read_text(&text, 50, step);
        let outcome = outcome.expect("serde_json wrote it");
        prop_assert_eq!(outcome.format, "json");
        let records: Vec<&Value> = match &doc {
            Value::Array(items) => items.iter().collect(),
            other => vec![other],
        };
        prop_assert_eq!(columns.records(), records.len() as u64);
        prop_assert_eq!(counted(&columns), expected(&records));
    }

    #[test]
    fn lines_give_the_values_serde_json_gives(docs in prop::collection::vec(document(), 2..8), step in 1usize..40) {
        let text: Vec<u8> = docs.iter().flat_map(|d| [serde_json::to_vec(d).unwrap(), b"\n".to_vec()].concat()).collect();
        let (columns, outcome) = read_text(&text, 50, step);
        let outcome = outcome.expect("serde_json wrote it");
        prop_assert_eq!((outcome.format, outcome.rejected), ("jsonl", 0));
        prop_assert_eq!(columns.records(), docs.len() as u64);
        prop_assert_eq!(counted(&columns), expected(&docs.iter().collect::<Vec<_>>()));
    }

    /// One byte is changed, dropped, doubled or put in.
    #[test]
    fn a_damaged_document_has_the_verdict_of_serde_json(
        doc in document(),
        at in any::<prop::sample::Index>(),
        how in 0u8..4,
        byte in prop::sample::select(b"{}[]\",:0123456789.eE+-\\/ntfu \n\t\x00\x1f\x80\xc3\xff".to_vec()),
        depth in 0usize..12,
    ) {
        let mut text = serde_json::to_vec(&doc).unwrap();
        let i = at.index(text.len());
        match how {
            0 => text[i] = byte,
            1 => { text.remove(i); }
            2 => text.insert(i, text[i]),
            _ => text.insert(i, byte),
        }
        let (_, outcome) = read_text(&text, depth, 7);
        let lines = matches!(&outcome, Ok(o) if o.format == "jsonl");
        let accepted = matches!(&outcome, Ok(o) if o.rejected == 0);
        prop_assert!(lines || accepted == serde_accepts(&text), "{:?} {:?}", String::from_utf8_lossy(&text), outcome);
    }

    /// Every line is judged alone, whatever the others are.
    #[test]
    fn damaged_lines_are_rejected_alone(
        docs in prop::collection::vec((document(), any::<prop::sample::Index>(), any::<bool>()), 1..8),
    ) {
        // Two whole records at the head make it lines beyond doubt.
        let mut text = b"{\"a\":1}\n{\"a\":2}\n".to_vec();
        let mut records = vec![serde_json::json!({"a": 1}), serde_json::json!({"a": 2})];
        let mut rejected = 0;
        for (doc, at, damage) in docs {
            let mut line = serde_json::to_vec(&doc).unwrap();
            // A number that is cut is a number, written as serde_json would not.
            if damage && (doc.is_array() || doc.is_object()) {
                line.truncate(at.index(line.len()));
            }
            match serde_json::from_slice::<Value>(&line) {
                Ok(value) => records.push(value),
                Err(_) if line.is_empty() => {}
                Err(_) => rejected += 1,
            }
            text.extend_from_slice(&line);
            text.push(b'\n');
        }
        let (columns, outcome) = read_text(&text, 50, 5);
        prop_assert_eq!(outcome.expect("two are readable").rejected, rejected);
        prop_assert_eq!(counted(&columns), expected(&records.iter().collect::<Vec<_>>()));
    }

    /// Threads and chunks change nothing: neither values nor records, nor what is said of rejected
    /// lines.
    #[test]
    fn threads_and_chunks_never_show(
        docs in prop::collection::vec((document(), any::<prop::sample::Index>(), 0u8..5), 3..30),
        threads in 1usize..4,
        chunk in 1usize..200,
    ) {
        let mut text = b"{\"a\":1}\n{\"a\":2}\n".to_vec();
        for (doc, at, how) in docs {
            let mut line = serde_json::to_vec(&doc).unwrap();
            match how {
                0 => line.truncate(at.index(line.len())),
                1 => line.insert(0, b'\n'),
                _ => {}
            }
            text.extend_from_slice(&line);
            text.push(b'\n');
        }
        let (whole, first) = read_on(&text, 1, 1 << 20);
        let (parts, second) = read_on(&text, threads, chunk);
        prop_assert_eq!(first.expect("readable"), second.expect("readable"));
        prop_assert_eq!(counted(&whole), counted(&parts));
        prop_assert_eq!(whole.records(), parts.records());
    }

    /// Bytes of JSON in no order: never a panic, and never accepted unless serde_json does.
    #[test]
    fn any_bytes_have_a_verdict(
        bytes in prop::collection::vec(prop::sample::select(b"{}[]\"\"\",,::01-.eE+\\u\n ntf$\xc3\xa9\xff\x00".to_vec()), 0..60),
        depth in 0usize..5,
        step in 1usize..9,
    ) {
        let (_, outcome) = read_text(&bytes, depth, step);
        match outcome {
            Ok(o) if o.format == "json" => prop_assert!(serde_accepts(&bytes), "{:?}", String::from_utf8_lossy(&bytes)),
            Ok(_) => {}
            Err(_) => prop_assert!(!serde_accepts(&bytes), "{:?}", String::from_utf8_lossy(&bytes)),
        }
    }
}
