//! Paths and counts of documents as people have them, worked out by hand.

use super::{counted, read_text};

fn fields(text: &str, depth: usize) -> Vec<String> {
    let (columns, outcome) = read_text(text.as_bytes(), depth, 5);
    outcome.expect("valid");
    counted(&columns)
}

#[test]
fn nested_paths() {
    let text = r#"[
        {"id": 1, "customer": {"name": "A", "address": [{"city": "X"}, {"city": "Y", "zip": "01"}]}},
        {"id": 2, "customer": {"name": null, "address": []}},
        {"id": 3, "customer": null, "tags": ["t", 5, null]}
    ]"#;
    assert_eq!(
        fields(text, 10),
        [
            "customer - x1",
            "customer Object  x2",
            "customer.address Array  x2",
            "customer.address[] Object  x2",
            "customer.address[].city Text X x1",
            "customer.address[].city Text Y x1",
            "customer.address[].zip Text 01 x1",
            "customer.name - x1",
            "customer.name Text A x1",
            "id Number 1 x1",
            "id Number 2 x1",
            "id Number 3 x1",
            "tags Array  x1",
            "tags[] - x1",
            "tags[] Number 5 x1",
            "tags[] Text t x1",
        ]
    );
}

#[test]
fn deeper_values_are_kept_as_one() {
    let text = r#"{"a": {"b": {"c": [1, {"d": 2}]}}}"#;
    assert_eq!(
        fields(text, 0),
        [r#"a Object {"b": {"c": [1, {"d": 2}]}} x1"#]
    );
    assert_eq!(
        fields(text, 1),
        ["a Object  x1", r#"a.b Object {"c": [1, {"d": 2}]} x1"#]
    );
    assert_eq!(
        fields(text, 2),
        [
            "a Object  x1",
            r#"a.b Object  x1"#,
            r#"a.b.c Array [1, {"d": 2}] x1"#
        ]
    );
}

#[test]
fn signs_of_paths_are_escaped_in_names() {
    assert_eq!(
        fields(r#"{"a.b": {"c[]": 1}, "\\": 2, "": 3}"#, 10),
        [
            " Number 3 x1",
            r"\\ Number 2 x1",
            r"a\.b Object  x1",
            r"a\.b.c\[\] Number 1 x1",
        ]
    );
}

#[test]
fn repeated_keys_lose_nothing() {
    let text = r#"[{"a": 1, "a": 2, "b": 0, "a": 3}, {"a": 4}]"#;
    let (columns, outcome) = read_text(text.as_bytes(), 10, 5);
    assert_eq!(outcome.expect("valid").repeated_keys, 2);
    assert_eq!(
        counted(&columns),
        [
            "a Number 1 x1",
            "a Number 4 x1",
            "a#2 Number 2 x1",
            "a#3 Number 3 x1",
            "b Number 0 x1",
        ]
    );
    assert!(
        columns
            .fields
            .iter()
            .filter(|f| f.spec.path.starts_with('a'))
            .all(|f| f.spec.name == "a")
    );
}

#[test]
fn strings_are_what_their_escapes_say() {
    let text = r#"["\u0041\u00e9\u20ac", "\ud834\udd1e", "\ud834x", "\udd1e\ud834", "a\/b\\c\"d\n", "\\ud834"]"#;
    assert_eq!(
        fields(text, 10),
        [
            "value Text A\u{e9}\u{20ac} x1",
            "value Text \\ud834 x1",
            "value Text a/b\\c\"d\n x1",
            "value Text \u{1d11e} x1",
            "value Text \u{fffd}\u{fffd} x1",
            "value Text \u{fffd}x x1",
        ]
        .iter()
        .map(|s| (*s).to_owned())
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect::<Vec<_>>()
    );
}

#[test]
fn numbers_keep_every_digit() {
    assert_eq!(
        fields("[12345678901234567890123, 0.10, 1E400, -0]", 10),
        [
            "value Number -0 x1",
            "value Number 0.10 x1",
            "value Number 12345678901234567890123 x1",
            "value Number 1E400 x1",
        ]
    );
}

#[test]
fn a_rejected_line_leaves_nothing_behind() {
    let text = "{\"a\": 1}\n{\"a\": 2, \"ghost\": 3, \"a\": 4, oops}\nnull\n{\"a\": 5}\n";
    let (columns, outcome) = read_text(text.as_bytes(), 10, 3);
    let outcome = outcome.expect("three lines are readable");
    assert_eq!(
        (outcome.format, outcome.rejected, outcome.repeated_keys),
        ("jsonl", 1, 0)
    );
    let first = outcome.first_rejected.expect("one");
    // 9 bytes of the first line, 29 of the second before its `o`.
    assert_eq!((first.line, first.offset), (2, 9 + 29));
    assert_eq!(
        counted(&columns),
        ["a Number 1 x1", "a Number 5 x1", "value - x1"]
    );
    assert_eq!(columns.records(), 3);
    assert_eq!(columns.fields.len(), 2, "no field of a rejected line");
}

#[test]
fn lines_are_told_from_documents() {
    let format = |text: &str| {
        read_text(text.as_bytes(), 10, 4096)
            .1
            .map(|o| (o.format, o.rejected))
            .ok()
    };
    assert_eq!(
        format("{\"a\":1}\n{\"a\":"),
        Some(("jsonl", 1)),
        "a line that is cut"
    );
    assert_eq!(
        format("{\"a\":1\n{\"a\":2}\n{\"a\":3}"),
        Some(("jsonl", 1)),
        "a first line that is broken"
    );
    assert_eq!(
        format("{\"a\":1}\nplain words\n{\"a\":3}"),
        Some(("jsonl", 1))
    );
    assert_eq!(format("{\"a\":1}\n"), Some(("json", 0)));
    assert_eq!(
        format("{\n\"a\":1}\n{\n\"a\":1}"),
        None,
        "several documents are no lines"
    );
    assert_eq!(format("{\"a\":1}{\"a\":2}"), None);
    assert_eq!(format("[1,\n2]\n[3]"), None);
    assert_eq!(
        format("{\"a\":1}\nplain words\n"),
        None,
        "what follows a document"
    );
    assert_eq!(format("{oops}\n{oops}\n"), None, "no readable line");
    let wide = format!("{{\"a\":\"{}\"}}", "x".repeat(2 << 20));
    assert_eq!(format(&wide), Some(("json", 0)));
    let long = format!("{{\"a\":[{}1]}}", "1,".repeat(17 << 20));
    assert_eq!(
        format(&long),
        Some(("json", 0)),
        "one line longer than a line may be is a document"
    );
    assert_eq!(
        format(&format!("{wide}\n{wide}\n{{\"a\":\n")),
        Some(("jsonl", 1)),
        "lines longer than the head"
    );
}

#[test]
fn extended_json_is_read_as_scalars() {
    let text = r#"{"_id": {"$oid": "5d505646cf6d4fe581014ab2"}, "n": {"$numberLong": "5"}, "at": {"$date": {"$numberLong": "0"}},
        "x": {"$undefined": true}, "ref": {"$ref": "c", "$id": 7}, "deep": {"$oid": {"no": 1}}}"#;
    assert_eq!(
        fields(text, 10),
        [
            "_id Text 5d505646cf6d4fe581014ab2 x1",
            "at Text 1970-01-01T00:00:00Z x1",
            "deep Object  x1",
            "deep.$oid Object  x1",
            "deep.$oid.no Number 1 x1",
            "n Number 5 x1",
            "ref Object  x1",
            "ref.$id Number 7 x1",
            "ref.$ref Text c x1",
            "x - x1",
        ]
    );
}

/// Objects that look like wrappers at every level are read in place, not copied once a level.
#[test]
fn false_wrappers_may_be_nested() {
    let text = format!("{}{}{}", r#"{"$oid":"#.repeat(9), "[1,2]", "}".repeat(9));
    let found = fields(&text, 50);
    let path = ["$oid"; 9].join(".");
    assert!(
        found.contains(&format!("{path}[] Number 2 x1")),
        "{found:?}"
    );
    // Eight objects, one array, two numbers.
    assert_eq!(found.len(), 8 + 1 + 2);
}

#[test]
fn keys_that_are_values_are_refused_in_words() {
    let members: Vec<String> = (0..30_000).map(|i| format!("\"k{i}\":1")).collect();
    let (_, outcome) = read_text(format!("{{{}}}", members.join(",")).as_bytes(), 10, 4096);
    let refusal = outcome.expect_err("too many paths");
    assert!(
        refusal.to_string().contains("seem to be values"),
        "{refusal}"
    );
}
