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
    /// A field goes on under another path; where that is only proposed, it may.
    Renamed {
        severity: Severity,
        from: String,
        to: String,
        /// From 0 to 1; 1 by a person's word.
        score: f64,
        state: RenameState,
    },
}

/// Whether a rename is taken for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RenameState {
    /// The field's annotations and history go on under the new path.
    Applied,
    /// A person is asked.
    Proposed,
}

impl RenameState {
    /// The word, as in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Proposed => "proposed",
        }
    }
}

/// Two paths of one field, or of what may be one.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    pub from: String,
    pub to: String,
    pub score: f64,
    pub state: RenameState,
}

impl Change {
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Self::Added { severity, .. }
            | Self::Removed { severity, .. }
            | Self::Modified { severity, .. }
            | Self::Reordered { severity, .. }
            | Self::Renamed { severity, .. } => *severity,
        }
    }

    pub(super) fn severity_mut(&mut self) -> &mut Severity {
        match self {
            Self::Added { severity, .. }
            | Self::Removed { severity, .. }
            | Self::Modified { severity, .. }
            | Self::Reordered { severity, .. }
            | Self::Renamed { severity, .. } => severity,
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
            Self::Renamed { .. } => "renamed",
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
            Self::Renamed {
                from, score, state, ..
            } => match state {
                RenameState::Applied => format!("renamed from {from} (score {score})"),
                RenameState::Proposed => {
                    format!("may be {from}, renamed (score {score}): `ddgend accept` or `refuse`")
                }
            },
        }
    }

    /// Of a renamed field the new one.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Added { path, .. }
            | Self::Removed { path, .. }
            | Self::Modified { path, .. }
            | Self::Reordered { path, .. }
            | Self::Renamed { to: path, .. } => path,
        }
    }
}

/// All changes from `before` to `after`, each in order of position: what was removed (by its old
/// position), then field by field what was added, renamed or modified, then whether the order changed.
/// Paths differ from each other within a version. Of `pairs` those count whose paths stand on one side
/// each and on no other.
#[must_use]
pub fn changes(before: &[FieldFacts], after: &[FieldFacts], pairs: &[Pair]) -> Vec<Change> {
    let (before, after) = (in_order(before), in_order(after));
    let old: HashMap<&str, &FieldFacts> = by_path(&before);
    let new: HashMap<&str, &FieldFacts> = by_path(&after);
    let of_both = |pair: &&Pair| {
        let (from, to) = (&*pair.from, &*pair.to);
        old.contains_key(from)
            && !new.contains_key(from)
            && new.contains_key(to)
            && !old.contains_key(to)
    };
    let pairs: Vec<&Pair> = pairs.iter().filter(of_both).collect();
    let renamed_to: HashMap<&str, &Pair> = pairs.iter().map(|pair| (&*pair.to, *pair)).collect();
    let renamed_from: HashMap<&str, &Pair> =
        pairs.iter().map(|pair| (&*pair.from, *pair)).collect();
    let gone = before
        .iter()
        .filter(|f| !new.contains_key(&*f.path) && !renamed_from.contains_key(&*f.path));
    let mut changes: Vec<Change> = gone
        .map(|field| Change::Removed {
            severity: Severity::Breaking,
            path: field.path.clone(),
        })
        .collect();
    for field in &after {
        match (old.get(&*field.path), renamed_to.get(&*field.path)) {
            (Some(earlier), _) => modified(earlier, field, &mut changes),
            (None, Some(pair)) => {
                changes.push(renamed(pair));
                if pair.state == RenameState::Applied {
                    modified(old[&*pair.from], field, &mut changes);
                }
            }
            (None, None) => changes.push(Change::Added {
                severity: Severity::Info,
                path: field.path.clone(),
            }),
        }
    }
    let now = |path: &'_ str| {
        let applied = |pair: &&&Pair| pair.state == RenameState::Applied;
        renamed_from.get(path).filter(applied).map(|pair| &*pair.to)
    };
    let before: Vec<&str> = before
        .iter()
        .map(|field| now(&field.path).unwrap_or(&field.path))
        .collect();
    changes.extend(reordered(&before, &after));
    changes
}

/// Whoever reads the data by the old name reads nothing any more.
fn renamed(pair: &Pair) -> Change {
    Change::Renamed {
        severity: Severity::Breaking,
        from: pair.from.clone(),
        to: pair.to.clone(),
        score: pair.score,
        state: pair.state,
    }
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
fn reordered(before: &[&str], after: &[&FieldFacts]) -> Option<Change> {
    let old: HashMap<&str, usize> = before.iter().copied().zip(0..).collect();
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
mod tests;
