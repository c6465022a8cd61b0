//! Against hand-made cases and the plain definition.

use proptest::prelude::*;

use super::*;

fn changes_of(before: &[FieldFacts], after: &[FieldFacts]) -> Vec<Change> {
    changes(before, after, &[])
}

fn field(position: u32, path: &str, kind: &str) -> FieldFacts {
    FieldFacts {
        path: path.to_owned(),
        position,
        field_type: kind.to_owned(),
        present: 10,
        ..FieldFacts::default()
    }
}

fn table(columns: &str) -> Vec<FieldFacts> {
    (1..)
        .zip(columns.split_whitespace())
        .map(|(position, column)| {
            let (path, kind) = column.split_once(':').unwrap_or((column, "string"));
            field(position, path, kind)
        })
        .collect()
}

fn between(before: &str, after: &str) -> Value {
    serde_json::to_value(changes_of(&table(before), &table(after))).unwrap()
}

#[test]
fn what_is_the_same_has_no_changes() {
    assert_eq!(between("a b:integer", "a b:integer"), json!([]));
    assert_eq!(between("", ""), json!([]));
}

#[test]
fn added_and_removed_stand_for_themselves() {
    let expected = json!([
        { "kind": "removed", "severity": "breaking", "path": "b" },
        { "kind": "added", "severity": "info", "path": "x" },
    ]);
    assert_eq!(between("a b c", "a x c"), expected);
}

#[test]
fn the_fewest_moves_explain_the_order() {
    let moved = |path| json!([{ "kind": "reordered", "severity": "info", "path": path }]);
    assert_eq!(between("a b c d", "d a b c"), moved("d"));
    assert_eq!(between("a b c d", "b c d a"), moved("a"));
    // What came or went in between moves nothing.
    let kinds = between("a b c", "x a c");
    assert!(!kinds.to_string().contains("reordered"), "{kinds}");
}

#[test]
fn a_wider_type_surprises_and_another_one_breaks() {
    let severity = |before, after| between(before, after)[0]["severity"].clone();
    assert_eq!(severity("a:integer", "a:number"), "warning");
    assert_eq!(severity("a:number", "a:integer"), "breaking");
    assert_eq!(severity("a:date", "a:string"), "breaking");
    let (mut none, some) = (field(1, "a", "any"), field(1, "a", "integer"));
    none.present = 0;
    let of = |one: &FieldFacts, other: &FieldFacts| {
        changes_of(std::slice::from_ref(one), std::slice::from_ref(other))[0].severity()
    };
    assert_eq!(of(&none, &some), Severity::Info);
    assert_eq!(of(&some, &none), Severity::Warning);
}

#[test]
fn every_aspect_says_old_and_new() {
    let before = FieldFacts {
        format: Some("%Y-%m-%d".to_owned()),
        key: Some(true),
        pii: None,
        ..field(1, "a", "date")
    };
    let after = FieldFacts {
        format: Some("%d.%m.%Y".to_owned()),
        nullable: true,
        key: Some(false),
        semantic_type: Some("date_of_birth".to_owned()),
        pii: Some("DATE_TIME".to_owned()),
        ..field(1, "a", "date")
    };
    let modified = |severity: &str, aspect: &str, from: Value, to: Value| {
        json!({ "kind": "modified", "severity": severity, "path": "a", "aspect": aspect,
                "from": from, "to": to })
    };
    let expected = json!([
        modified("breaking", "format", json!("%Y-%m-%d"), json!("%d.%m.%Y")),
        modified("warning", "nullable", json!(false), json!(true)),
        modified("warning", "key", json!(true), json!(false)),
        modified("info", "semantic_type", json!(null), json!("date_of_birth")),
        modified("warning", "pii", json!(null), json!("DATE_TIME")),
    ]);
    let there = serde_json::to_value(changes_of(
        std::slice::from_ref(&before),
        std::slice::from_ref(&after),
    ));
    assert_eq!(there.unwrap(), expected);
    let back = changes_of(&[after], &[before]);
    let severities: Vec<_> = back.iter().map(Change::severity).collect();
    use Severity::{Breaking, Info};
    assert_eq!(severities, [Breaking, Info, Info, Info, Info]);
}

#[test]
fn the_words_are_those_of_the_document() {
    let aspects = [
        Aspect::Type,
        Aspect::Format,
        Aspect::Nullable,
        Aspect::Key,
        Aspect::SemanticType,
        Aspect::Pii,
    ];
    for aspect in aspects {
        assert_eq!(json!(aspect), aspect.word());
    }
    for severity in [Severity::Info, Severity::Warning, Severity::Breaking] {
        assert_eq!(json!(severity), severity.word());
    }
    for state in [RenameState::Applied, RenameState::Proposed] {
        assert_eq!(json!(state), state.word());
    }
    let pairs = [pair("d", "x", RenameState::Applied)];
    for change in changes(&table("a b:date c d e"), &table("c b a x y"), &pairs) {
        assert_eq!(json!(change)["kind"], change.kind());
    }
}

fn pair(from: &str, to: &str, state: RenameState) -> Pair {
    Pair {
        from: from.to_owned(),
        to: to.to_owned(),
        score: 0.75,
        state,
    }
}

#[test]
fn a_renamed_field_is_neither_removed_nor_added_and_goes_on() {
    let (before, after) = (table("a b:integer c"), table("a x:number c"));
    let found = |pairs: &[Pair]| json!(changes(&before, &after, pairs));
    let renamed = |state: &str| {
        json!({ "kind": "renamed", "severity": "breaking", "from": "b", "to": "x", "score": 0.75,
                "state": state })
    };
    let retyped = json!({ "kind": "modified", "severity": "warning", "path": "x",
                          "aspect": "type", "from": "integer", "to": "number" });
    assert_eq!(
        found(&[pair("b", "x", RenameState::Applied)]),
        json!([renamed("applied"), retyped])
    );
    assert_eq!(
        found(&[pair("b", "x", RenameState::Proposed)]),
        json!([renamed("proposed")])
    );
    // Of pairs that these versions do not tell apart nothing is heard.
    let plain = json!(changes_of(&before, &after));
    for (from, to) in [("b", "y"), ("a", "x"), ("z", "x"), ("b", "c")] {
        assert_eq!(found(&[pair(from, to, RenameState::Applied)]), plain);
    }
}

#[test]
fn a_renamed_field_keeps_its_place_in_the_order() {
    let pairs = [pair("b", "x", RenameState::Applied)];
    let kinds = |after: &str| -> Vec<&str> {
        let found = changes(&table("a b c"), &table(after), &pairs);
        found.iter().map(Change::kind).collect()
    };
    assert_eq!(kinds("a x c"), ["renamed"]);
    assert_eq!(kinds("x a c"), ["renamed", "reordered"]);
}

#[test]
fn what_is_not_known_is_not_compared() {
    let known = FieldFacts {
        key: Some(true),
        ..field(1, "a", "string")
    };
    assert_eq!(changes_of(&[known], &[field(1, "a", "string")]), []);
}

proptest! {
    /// Against the plain definition: the sets of paths, and by trying all subsequences.
    #[test]
    fn changes_are_those_of_the_sets(
        before in prop::sample::subsequence(vec!["a", "b", "c", "d", "e", "f", "g"], 0..7).prop_shuffle(),
        after in prop::sample::subsequence(vec!["a", "b", "c", "d", "e", "f", "g"], 0..7).prop_shuffle(),
    ) {
        let found = changes_of(&table(&before.join(" ")), &table(&after.join(" ")));
        let of = |wanted: fn(&Change) -> bool| -> Vec<&str> {
            found.iter().filter(|change| wanted(change)).map(Change::path).collect()
        };
        let removed: Vec<_> = before.iter().filter(|p| !after.contains(p)).copied().collect();
        let added: Vec<_> = after.iter().filter(|p| !before.contains(p)).copied().collect();
        prop_assert_eq!(of(|c| matches!(c, Change::Removed { .. })), removed);
        prop_assert_eq!(of(|c| matches!(c, Change::Added { .. })), added);
        let both: Vec<_> = before.iter().filter(|p| after.contains(p)).collect();
        let now: Vec<_> = after.iter().filter(|p| before.contains(p)).collect();
        prop_assert_eq!(of(|c| matches!(c, Change::Reordered { .. })).len(), usize::from(both != now));
    }

    #[test]
    fn no_rise_is_longer(places in Just((0..8).collect::<Vec<usize>>()).prop_shuffle()) {
        let kept = longest_rise(&places);
        let chosen: Vec<_> = places.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(p, _)| *p).collect();
        prop_assert!(chosen.is_sorted());
        let longest = (0_u32..256)
            .map(|mask| (0..8).filter(|at| mask >> at & 1 == 1).map(|at| places[at]).collect::<Vec<_>>())
            .filter(|some| some.is_sorted())
            .map(|some| some.len())
            .max();
        prop_assert_eq!(Some(chosen.len()), longest);
    }
}
