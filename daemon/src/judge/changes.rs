//! What changed between two versions of a dictionary, and how much it matters to who reads the data.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Values that must all differ before a field is taken for a key: in a short file any column is one.
pub const KEY_EVIDENCE: u64 = 100;

/// What of a field is compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldFacts {
    pub path: String,
    /// Counts from 1.
    pub position: u32,
    pub field_type: String,
    pub format: Option<String>,
    pub nullable: bool,
    /// Values that are there.
    pub present: u64,
    /// Whether all values are there and differ; None: not known.
    pub key: Option<bool>,
    pub semantic_type: Option<String>,
    /// Presidio's entity.
    pub pii: Option<String>,
}

/// How much a change matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing that reads the data has to care.
    Info,
    /// What reads the data may be surprised.
    Warning,
    /// What read the data before will fail, or read something else.
    Breaking,
}

impl Severity {
    /// The word, as in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Breaking => "breaking",
        }
    }
}

impl Aspect {
    /// The word, as in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Format => "format",
            Self::Nullable => "nullable",
            Self::Key => "key",
            Self::SemanticType => "semantic_type",
            Self::Pii => "pii",
        }
    }
}

/// What of a field was modified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    Type,
    Format,
    Nullable,
    Key,
    SemanticType,
    Pii,
}

/// One difference; `from` and `to` are old and new.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    Added {
        severity: Severity,
        path: String,
    },
    Removed {
        severity: Severity,
        path: String,
    },
    Modified {
        severity: Severity,
        path: String,
        aspect: Aspect,
        from: Value,
        to: Value,
    },
    /// Fields that both versions have stand in another order; `path` is the first one that moved.
    Reordered {
        severity: Severity,
        path: String,
    },
}

impl Change {
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Self::Added { severity, .. }
            | Self::Removed { severity, .. }
            | Self::Modified { severity, .. }
            | Self::Reordered { severity, .. } => *severity,
        }
    }

    /// The word of its kind, as in JSON.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Added { .. } => "added",
            Self::Removed { .. } => "removed",
            Self::Modified { .. } => "modified",
            Self::Reordered { .. } => "reordered",
        }
    }

    /// What happened to the field, for people.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Added { .. } => "added".to_owned(),
            Self::Removed { .. } => "removed".to_owned(),
            Self::Modified {
                aspect, from, to, ..
            } => match (aspect, from, to) {
                (Aspect::Nullable, _, Value::Bool(true)) => "values may be missing now".to_owned(),
                (Aspect::Nullable, ..) => "no value is missing any more".to_owned(),
                (Aspect::Key, _, Value::Bool(true)) => "every value is there once now".to_owned(),
                (Aspect::Key, ..) => "values repeat now, or are missing".to_owned(),
                _ => format!(
                    "{}: {} -> {}",
                    aspect.word().replace('_', " "),
                    shown(from),
                    shown(to)
                ),
            },
            Self::Reordered { .. } => "moved to another place in the order of columns".to_owned(),
        }
    }

    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Added { path, .. }
            | Self::Removed { path, .. }
            | Self::Modified { path, .. }
            | Self::Reordered { path, .. } => path,
        }
    }
}

/// All changes from `before` to `after`, each in order of position: what was removed (by its old
/// position), then field by field what was added or modified, then whether the order changed. Paths
/// differ from each other within a version.
#[must_use]
pub fn changes(before: &[FieldFacts], after: &[FieldFacts]) -> Vec<Change> {
    let (before, after) = (in_order(before), in_order(after));
    let old: HashMap<&str, &FieldFacts> = by_path(&before);
    let new: HashMap<&str, &FieldFacts> = by_path(&after);
    let gone = before.iter().filter(|f| !new.contains_key(&*f.path));
    let mut changes: Vec<Change> = gone
        .map(|field| Change::Removed {
            severity: Severity::Breaking,
            path: field.path.clone(),
        })
        .collect();
    for field in &after {
        match old.get(&*field.path) {
            Some(earlier) => modified(earlier, field, &mut changes),
            None => changes.push(Change::Added {
                severity: Severity::Info,
                path: field.path.clone(),
            }),
        }
    }
    changes.extend(reordered(&before, &after));
    changes
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn in_order(fields: &[FieldFacts]) -> Vec<&FieldFacts> {
    let mut fields: Vec<&FieldFacts> = fields.iter().collect();
    fields.sort_by_key(|field| field.position);
    fields
}

fn by_path<'a>(fields: &[&'a FieldFacts]) -> HashMap<&'a str, &'a FieldFacts> {
    fields.iter().map(|field| (&*field.path, *field)).collect()
}

fn modified(before: &FieldFacts, after: &FieldFacts, changes: &mut Vec<Change>) {
    let mut note = |aspect, severity, from: Value, to: Value| {
        if from != to {
            let path = after.path.clone();
            changes.push(Change::Modified {
                severity,
                path,
                aspect,
                from,
                to,
            });
        }
    };
    let retyped = before.field_type != after.field_type;
    note(
        Aspect::Type,
        retyping(before, after),
        json!(before.field_type),
        json!(after.field_type),
    );
    // Of another type, another format says nothing new.
    if !retyped && before.present > 0 && after.present > 0 {
        note(
            Aspect::Format,
            Severity::Breaking,
            json!(before.format),
            json!(after.format),
        );
    }
    let nullable = if after.nullable {
        Severity::Warning
    } else {
        Severity::Info
    };
    note(
        Aspect::Nullable,
        nullable,
        json!(before.nullable),
        json!(after.nullable),
    );
    if let (Some(was), Some(is)) = (before.key, after.key) {
        // It may have been one by chance.
        let severity = if is {
            Severity::Info
        } else {
            Severity::Warning
        };
        note(Aspect::Key, severity, json!(was), json!(is));
    }
    note(
        Aspect::SemanticType,
        Severity::Info,
        json!(before.semantic_type),
        json!(after.semantic_type),
    );
    // Personal data where none was is nobody's failure, but somebody must know.
    let pii = if after.pii.is_some() {
        Severity::Warning
    } else {
        Severity::Info
    };
    note(Aspect::Pii, pii, json!(before.pii), json!(after.pii));
}

/// A field without a value has whatever type: what comes first decides it.
fn retyping(before: &FieldFacts, after: &FieldFacts) -> Severity {
    if before.present == 0 {
        Severity::Info
    } else if after.present == 0 || (&*before.field_type, &*after.field_type) == WIDENED {
        Severity::Warning
    } else {
        Severity::Breaking
    }
}

/// Every integer is a number.
const WIDENED: (&str, &str) = ("integer", "number");

/// Of the fields on both sides the fewest that have to move explain the order.
fn reordered(before: &[&FieldFacts], after: &[&FieldFacts]) -> Option<Change> {
    let old: HashMap<&str, usize> = before.iter().map(|f| &*f.path).zip(0..).collect();
    let (paths, places): (Vec<&str>, Vec<usize>) = after
        .iter()
        .filter_map(|field| Some((&*field.path, *old.get(&*field.path)?)))
        .unzip();
    let stayed = longest_rise(&places);
    let moved = paths.iter().zip(&stayed).find(|(_, stayed)| !**stayed);
    moved.map(|(path, _)| Change::Reordered {
        severity: Severity::Info,
        path: (*path).to_owned(),
    })
}

/// Which places belong to one longest rising subsequence (patience sorting: Fredman 1975).
fn longest_rise(places: &[usize]) -> Vec<bool> {
    let mut ends: Vec<usize> = Vec::new();
    let mut earlier = vec![None; places.len()];
    for (at, place) in places.iter().enumerate() {
        let pile = ends.partition_point(|end| places[*end] < *place);
        earlier[at] = pile.checked_sub(1).map(|under| ends[under]);
        if pile == ends.len() {
            ends.push(at);
        } else {
            ends[pile] = at;
        }
    }
    let mut rises = vec![false; places.len()];
    let mut next = ends.last().copied();
    while let Some(at) = next {
        rises[at] = true;
        next = earlier[at];
    }
    rises
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
        serde_json::to_value(changes(&table(before), &table(after))).unwrap()
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
            changes(std::slice::from_ref(one), std::slice::from_ref(other))[0].severity()
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
        let there = serde_json::to_value(changes(
            std::slice::from_ref(&before),
            std::slice::from_ref(&after),
        ));
        assert_eq!(there.unwrap(), expected);
        let back = changes(&[after], &[before]);
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
        for change in changes(&table("a b:date c d"), &table("c b a x")) {
            assert_eq!(json!(change)["kind"], change.kind());
        }
    }

    #[test]
    fn what_is_not_known_is_not_compared() {
        let known = FieldFacts {
            key: Some(true),
            ..field(1, "a", "string")
        };
        assert_eq!(changes(&[known], &[field(1, "a", "string")]), []);
    }

    proptest! {
        /// Against the plain definition: the sets of paths, and by trying all subsequences.
        #[test]
        fn changes_are_those_of_the_sets(
            before in prop::sample::subsequence(vec!["a", "b", "c", "d", "e", "f", "g"], 0..7).prop_shuffle(),
            after in prop::sample::subsequence(vec!["a", "b", "c", "d", "e", "f", "g"], 0..7).prop_shuffle(),
        ) {
            let found = changes(&table(&before.join(" ")), &table(&after.join(" ")));
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
}
