//! Threads, the size of chunks and of what is read at once never show: the whole table is the same
//! byte for byte, estimates included. The order of lines shows only where a place is named.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::form::HEAD;
use super::super::{Limits, read_looking_at};
use super::Drip;
use crate::accumulate::{Budget, Columns};
use crate::assemble::shorten::shorten;
use crate::assemble::table::{Facts, Manner, table};
use crate::meaning;

/// So little that some fields are estimated after a few hundred records.
const TIGHT: Budget = Budget {
    values: 12_000,
    records: 300,
    sample: 30_000,
};

const AMPLE: Budget = Budget {
    values: 64 << 20,
    records: 1 << 20,
    sample: 16 << 20,
};

#[derive(Debug)]
struct How {
    threads: usize,
    chunk: usize,
    step: usize,
}

const PLAIN: How = How {
    threads: 1,
    chunk: 1 << 20,
    step: 1 << 20,
};

/// The table and what is said of rejected lines, as JSON.
fn document(text: &str, how: &How, budget: Budget) -> Value {
    let mut columns = Columns::new(budget);
    let limits = Limits {
        nested_depth: 6,
        first_byte: 3,
        threads: how.threads,
    };
    let mut source = Drip(text.as_bytes(), how.step);
    let outcome = match read_looking_at(HEAD, how.chunk, &mut source, limits, &mut columns) {
        Ok(outcome) => outcome,
        Err(refusal) => return json!({ "refused": refusal.to_string() }),
    };
    columns.enforce();
    let facts = Facts {
        by_first_occurrence: true,
        ..Facts::default()
    };
    let manner = Manner {
        sample_size: 5,
        threads: 1,
        sketch_key: None,
        contract: None,
    };
    let (table, _) = table(&mut columns, facts, manner, |field| {
        meaning::judge(&mut field.field, &field.values, field.complete, None);
        shorten(&mut field.field);
    });
    json!({ "table": table, "outcome": format!("{outcome:?}") })
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..50_i64).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e6..1e6).prop_map(Value::from),
        "[a-c]{0,2}".prop_map(Value::from),
        "[a-zäß\"\\\\\n]{0,40}".prop_map(Value::from),
        (1..13_u32, 1..29_u32).prop_map(|(m, d)| Value::from(format!("2025-{m:02}-{d:02}"))),
        Just(json!({"$numberLong": "5"})),
        Just(json!({"$date": "2019-08-11T17:54:14.692Z"})),
    ]
}

/// Objects of few keys in any order, some absent, some of them personal data.
fn record() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "id",
        "name",
        "tags",
        "a_rather_long_key_name",
        "ключ",
        "x.y",
        "eve@example.org",
        "e\"s",
    ]);
    let value = scalar().prop_recursive(3, 12, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(vec!["k", "id", "deep"]), inner), 0..4)
                .prop_map(|m| Value::Object(
                    m.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
                )),
        ]
    });
    // Written by hand: the order of keys is part of it, and a key may come again.
    prop::collection::vec((key, value), 0..7).prop_map(|members| {
        let members: Vec<String> = members
            .iter()
            .map(|(k, v)| format!("{}:{v}", Value::from(*k)))
            .collect();
        format!("{{{}}}", members.join(","))
    })
}

fn how() -> impl Strategy<Value = How> {
    (1..4_usize, 1..700_usize, 1..900_usize).prop_map(|(threads, chunk, step)| How {
        threads,
        chunk,
        step,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn of_lines(
        lines in prop::collection::vec(prop_oneof![
            12 => record(),
            1 => scalar().prop_map(|v| v.to_string()),
            1 => Just(String::new()),
            1 => "[{}\":,a]{1,9}",
        ], 2..60),
        copies in 1..12_usize,
        how in how(),
    ) {
        let text = format!("{{\"id\":1}}\n{{\"id\":2}}\r\n{}", (lines.join("\n") + "\n").repeat(copies));
        for budget in [AMPLE, TIGHT] {
            prop_assert_eq!(document(&text, &PLAIN, budget), document(&text, &how, budget));
        }
    }

    #[test]
    fn of_arrays(records in prop::collection::vec(prop_oneof![12 => record(), 1 => scalar().prop_map(|v| v.to_string())], 1..60), copies in 1..12_usize, how in how(), space in "[ \n\r\t]{0,3}", broken in prop::option::of((any::<prop::sample::Index>(), "[{}\":,a\\]\\[\\\\]"))) {
        let between = format!("{space},{space}");
        let mut text = format!("[{}]{space}", vec![records.join(&between); copies].join(&between));
        // A damaged array is refused, in the same words, at the same byte.
        if let Some((at, byte)) = broken {
            let mut at = at.index(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            text.insert_str(at, &byte);
        }
        for budget in [AMPLE, TIGHT] {
            prop_assert_eq!(document(&text, &PLAIN, budget), document(&text, &how, budget));
        }
    }

    #[test]
    fn of_shuffled_lines(lines in prop::collection::vec(record(), 2..60), seed in any::<u64>(), how in how()) {
        let mut shuffled = lines.clone();
        shuffled.sort_by_key(|line| crate::accumulate::hash::mix(crate::accumulate::hash::hash(line.as_bytes()), seed));
        let [one, other] = [lines, shuffled].map(|lines| {
            let text = format!("{{\"id\":1}}\n{{\"id\":1}}\n{}\n", lines.join("\n"));
            without_places(document(&text, &how, AMPLE))
        });
        prop_assert_eq!(one, other);
    }
}

/// Fields by path, without what names a place.
fn without_places(mut document: Value) -> Value {
    let table = &mut document["table"];
    table["findings"] = Value::Null;
    let fields = table["fields"].as_array_mut().expect("fields");
    for field in fields.iter_mut() {
        field["position"] = Value::Null;
        field["type_exception"] = Value::Null;
        field["findings"] = Value::Null;
    }
    fields.sort_by_key(|field| field["path"].to_string());
    document
}

/// Elements too large for a chunk are read as they come, lines as long twice: what is counted early
/// comes to the same as what is counted at the end of its record.
#[test]
fn of_records_larger_than_a_chunk() {
    let numbers: Vec<String> = (0..700_000).map(|i| (i % 1000).to_string()).collect();
    let large = format!(
        "{{\"n\":[{}],\"last\":\"x\",\"users\":{{\"eve@example.org\":1}}}}",
        numbers.join(",")
    );
    let other = large.replace("\"x\"", "\"y\"");
    let small = "{\"n\":[5],\"last\":null}";
    let all = [small, &large, small, &other, &large, small];
    let array = format!("[{}]", all.join(" ,\n"));
    let lines = all.join("\n");
    for budget in [AMPLE, TIGHT] {
        let whole = document(&array, &PLAIN, budget);
        for threads in [1, 2] {
            let how = How {
                threads,
                chunk: 64 << 10,
                step: 64 << 10,
            };
            assert_eq!(whole, document(&array, &how, budget));
            let of_lines = document(&lines, &how, budget);
            assert_eq!(of_lines, document(&lines, &PLAIN, budget));
            if budget == AMPLE {
                assert_eq!(whole["table"], of_lines["table"]);
            }
        }
        let table = &whole["table"];
        assert_eq!(table["records"], 6);
        if budget == AMPLE {
            assert_eq!(table["duplicate_records"], 3);
            let elements = &table["fields"][1];
            assert_eq!(elements["path"], "n[]");
            // Three times a thousand values, each 700 times, and three times the 5.
            assert_eq!(elements["count"], 2_100_003);
            assert_eq!(elements["distinct_count"], 1000);
            assert_eq!(elements["sum"], 3 * 700 * 499_500 + 15);
        }
    }
}
