//! Keys that are personal data: counted by hand, and never shown.

use super::{counted, read_on, read_text};
use crate::accumulate::Columns;

fn read(text: &str) -> (Vec<String>, u64, Columns) {
    let (columns, outcome) = read_text(text.as_bytes(), 10, 5);
    let personal = outcome.expect("valid").personal_keys;
    (counted(&columns), personal, columns)
}

#[test]
fn such_keys_of_one_object_share_a_path() {
    let text = r#"[
        {"users": {"ada@example.org": {"n": 1, "tags": ["x"]}, "b\u0040example.org": {"n": 2}, "total": 2}},
        {"users": {"+49 30 901820": {"n": 1}, "ada@example.org": null}},
        {"users": {}, "4111 1111 1111 1111": true, "192.168.17.4": false}
    ]"#;
    let (fields, personal, columns) = read(text);
    assert_eq!(
        fields,
        [
            "<PERSONAL_DATA> Boolean false x1",
            "<PERSONAL_DATA> Boolean true x1",
            "users Object  x3",
            "users.<PERSONAL_DATA> - x1",
            "users.<PERSONAL_DATA> Object  x3",
            "users.<PERSONAL_DATA>.n Number 1 x2",
            "users.<PERSONAL_DATA>.n Number 2 x1",
            "users.<PERSONAL_DATA>.tags Array  x1",
            "users.<PERSONAL_DATA>.tags[] Text x x1",
            "users.total Number 2 x1",
        ]
    );
    assert_eq!(personal, 6);
    let spec = |path| {
        let id = columns.find(path).expect("counted above");
        &columns.fields[id.0 as usize].spec
    };
    assert!(spec("users.<PERSONAL_DATA>").element, "never absent");
    assert!(!spec("users.<PERSONAL_DATA>.n").element);
    assert_eq!(
        spec("users.<PERSONAL_DATA>").parent,
        columns.find("users"),
        "a member of the object that holds the keys"
    );
}

#[test]
fn a_key_that_is_the_word_itself_has_its_own_path() {
    let (fields, personal, _) = read(r#"{"<PERSONAL_DATA>": 1, "ada@example.org": 2}"#);
    assert_eq!(
        fields,
        [
            "<PERSONAL_DATA> Number 2 x1",
            r"\<PERSONAL_DATA> Number 1 x1"
        ]
    );
    assert_eq!(personal, 1);
}

#[test]
fn any_number_of_them_is_one_field() {
    let keys = 50_000;
    let members: Vec<String> = (0..keys)
        .map(|i| format!(r#""user{i}@example.org":{{"n":{}}}"#, i % 3))
        .collect();
    let text = format!("{{{}}}", members.join(","));
    let (columns, outcome) = read_text(text.as_bytes(), 10, 1 << 16);
    assert_eq!(outcome.expect("valid").personal_keys, keys);
    assert_eq!(
        counted(&columns),
        [
            "<PERSONAL_DATA> Object  x50000",
            "<PERSONAL_DATA>.n Number 0 x16667",
            "<PERSONAL_DATA>.n Number 1 x16667",
            "<PERSONAL_DATA>.n Number 2 x16666",
        ]
    );
    assert_eq!(columns.fields.len(), 2);
}

#[test]
fn records_that_differ_by_such_a_key_are_no_duplicates() {
    let line = |a: &str, b: &str| {
        format!("{{\"u\":{{\"{a}@example.org\":{{\"n\":1}},\"{b}@example.org\":{{\"n\":2}}}}}}\n")
    };
    let duplicates = |lines: &[String]| {
        let text = lines.concat();
        let array = format!("[{}]", text.trim_end().replace('\n', ","));
        let of = |mut columns: Columns| {
            let records = columns.records();
            columns.record_hashes.duplicates(records).count
        };
        let (threads, outcome) = read_on(text.as_bytes(), 2, 64);
        outcome.expect("valid");
        let counts = [of(read(&text).2), of(read(&array).2), of(threads)];
        assert!(counts.iter().all(|n| *n == counts[0]), "{counts:?}");
        counts[0]
    };
    assert_eq!(duplicates(&[line("a", "b"), line("a", "c")]), 0);
    assert_eq!(
        duplicates(&[line("a", "b"), line("b", "a")]),
        0,
        "the values are exchanged"
    );
    assert_eq!(
        duplicates(&[line("a", "b"), line("c", "d"), line("a", "b")]),
        1
    );
    let turned = r#"{"u":{"b@example.org":{"n":2},"a@example.org":{"n":1}}}"#.to_owned() + "\n";
    assert_eq!(
        duplicates(&[line("a", "b"), turned]),
        1,
        "the order of keys is not part of an object"
    );
}

#[test]
fn those_of_rejected_lines_do_not_count() {
    let text = "{\"a@example.org\":1}\n{\"b@example.org\":1,\"b\":1,\"b\":2 oops}\n{\"c@example.org\":null}\n";
    let (columns, outcome) = read_on(text.as_bytes(), 1, 1 << 20);
    let outcome = outcome.expect("two lines are valid");
    assert_eq!(
        (
            outcome.rejected,
            outcome.personal_keys,
            outcome.repeated_keys
        ),
        (1, 2, 0)
    );
    assert_eq!(
        counted(&columns),
        ["<PERSONAL_DATA> - x1", "<PERSONAL_DATA> Number 1 x1"]
    );
}
