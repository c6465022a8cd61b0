//! Paths and counts of nested columns; the expectations are written by hand.

use super::files::{Cells, Column, How, file, texts};
use super::{brief, field, table};
use crate::document::Table;

fn counts(table: &Table) -> Vec<(&str, &str, u64, u64, u64)> {
    let row = |f: &'_ crate::document::Field| (f.count, f.null_count, f.distinct_count);
    let fields = table.fields.iter();
    fields
        .map(|f| {
            let (count, nulls, distinct) = row(f);
            (
                f.path.as_str(),
                f.field_type.as_str(),
                count,
                nulls,
                distinct,
            )
        })
        .collect()
}

/// `null`, `{city: null, pos: null}`, `{city: "Oslo", pos: []}`,
/// `{city: "Oslo", pos: [null, {x: 1}, {x: null}]}`.
#[test]
fn structs_in_lists_in_structs() {
    let message = "message m { optional group customer { optional binary city (STRING);
        optional group pos (LIST) { repeated group list { optional group element { optional int64 x; } } } } }";
    let columns = vec![
        Column::optional(texts(&["Oslo", "Oslo"]), &[0, 1, 2, 2]),
        // customer 1, pos 2, an element 3, which is there 4, and x in it 5.
        Column::repeated(
            Cells::I64(vec![1]),
            &[0, 1, 2, 3, 5, 4],
            &[0, 0, 0, 0, 1, 1],
        ),
    ];
    let table = table(&file(message, &[columns], &How::default()));
    assert_eq!(
        counts(&table),
        [
            ("customer", "object", 4, 1, 0),
            ("customer.city", "string", 3, 1, 1),
            ("customer.pos", "array", 3, 1, 0),
            ("customer.pos[]", "object", 3, 1, 0),
            ("customer.pos[].x", "integer", 2, 1, 1),
        ]
    );
    let x = field(&table, "customer.pos[].x");
    assert_eq!(x.parent_path.as_deref(), Some("customer.pos[]"));
    assert_eq!((x.name.as_str(), x.nesting_level), ("x", 3));
}

/// `{a: 1, b: null}`, `{}`, null.
#[test]
fn a_map_is_a_list_of_entries() {
    let message = "message m { optional group tags (MAP) {
        repeated group key_value { required binary key (STRING); optional int32 value; } } }";
    let columns = vec![
        Column::repeated(texts(&["a", "b"]), &[2, 2, 1, 0], &[0, 1, 0, 0]),
        Column::repeated(Cells::I32(vec![1]), &[3, 2, 1, 0], &[0, 1, 0, 0]),
    ];
    let table = table(&file(message, &[columns], &How::default()));
    assert_eq!(
        counts(&table),
        [
            ("tags", "array", 3, 1, 0),
            ("tags[]", "object", 2, 0, 0),
            ("tags[].key", "string", 2, 0, 2),
            ("tags[].value", "integer", 2, 1, 1),
        ]
    );
    assert_eq!(
        field(&table, "tags").declared.as_ref().unwrap()["logical_type"],
        "MAP"
    );
}

/// The four ways to write lists that the format knows, of `[1, 2]` and `[]`.
#[test]
fn older_lists_have_the_same_paths() {
    let lists = [
        ("repeated int32 x", [1, 1, 0]),
        (
            "required group x (LIST) { repeated int32 array }",
            [1, 1, 0],
        ),
        (
            "required group x (LIST) { repeated group list { required int32 element } }",
            [1, 1, 0],
        ),
        (
            "optional group x (LIST) { repeated int32 element }",
            [2, 2, 1],
        ),
    ];
    for (list, definitions) in lists {
        let inner = list.replace(" }", "; }").replace("};", "}");
        let message = format!(
            "message m {{ {inner}{} }}",
            if inner.ends_with('}') { "" } else { ";" }
        );
        let column = Column::repeated(Cells::I32(vec![1, 2]), &definitions, &[0, 1, 0]);
        let table = table(&file(&message, &[vec![column]], &How::default()));
        let expected = [("x", "array", 2, 0, 0), ("x[]", "integer", 2, 0, 2)];
        assert_eq!(counts(&table), expected, "{list}");
    }
}

#[test]
fn lists_of_lists_and_groups_that_are_elements() {
    let message = "message m { optional group g (LIST) { repeated group list {
        optional group element (LIST) { repeated group list { required int32 element; } } } }
        optional group h (LIST) { repeated group h_tuple { required int32 a; } } }";
    // g: [[1, 2], [], null]; h: [{a: 5}].
    let columns = vec![
        Column::repeated(Cells::I32(vec![1, 2]), &[4, 4, 3, 2], &[0, 2, 1, 1]),
        Column::repeated(Cells::I32(vec![5]), &[2], &[0]),
    ];
    let table = table(&file(message, &[columns], &How::default()));
    assert_eq!(
        counts(&table),
        [
            ("g", "array", 1, 0, 0),
            ("g[]", "array", 3, 1, 0),
            ("g[][]", "integer", 2, 0, 2),
            ("h", "array", 1, 0, 0),
            ("h[]", "object", 1, 0, 0),
            ("h[].a", "integer", 1, 0, 1),
        ]
    );
}

#[test]
fn signs_of_paths_in_names_are_escaped_and_levels_end() {
    let message = "message m { required group a { required group b { required int32 c; } } required int32 d; }";
    let columns = || vec![Cells::I32(vec![1]).into(), Cells::I32(vec![2]).into()];
    let bytes = file(message, &[columns()], &How::default());
    let brief = crate::Brief {
        nested_depth_limit: 1,
        ..brief(1)
    };
    let profile = crate::profile(&bytes, &brief, &|_| {}).unwrap();
    let paths: Vec<_> = profile.tables[0]
        .fields
        .iter()
        .map(|f| f.path.as_str())
        .collect();
    assert_eq!(paths, ["a", "a.b", "d"]);
    let mut renamed = file(
        "message m { required int32 dot; }",
        &[vec![Cells::I32(vec![1]).into()]],
        &How::default(),
    );
    let at = renamed.windows(3).rposition(|w| w == b"dot").unwrap();
    renamed[at + 1] = b'.';
    let first = renamed.windows(3).position(|w| w == b"dot");
    assert_eq!(
        table(&renamed).fields[0].name.contains('.'),
        first.is_none() || table(&renamed).fields[0].path == "d\\.t"
    );
}
