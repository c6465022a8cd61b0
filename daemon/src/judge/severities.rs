//! How much changes matter to one watch, where it says so.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::changes::{Aspect, Change, Severity};

/// What of a comparison can be given another severity; `retyped` is another type.
pub const TOPICS: [&str; 10] = [
    "added",
    "removed",
    "renamed",
    "reordered",
    "retyped",
    "format",
    "nullable",
    "key",
    "semantic_type",
    "pii",
];

/// By topic; what is not named keeps the severity it has by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Severities(pub BTreeMap<String, Severity>);

impl Severities {
    /// Gives each change the severity that was said.
    pub fn apply(&self, changes: &mut [Change]) {
        for change in changes {
            if let Some(said) = self.0.get(topic(change)) {
                *change.severity_mut() = *said;
            }
        }
    }
}

fn topic(change: &Change) -> &'static str {
    match change {
        Change::Modified {
            aspect: Aspect::Type,
            ..
        } => "retyped",
        Change::Modified { aspect, .. } => aspect.word(),
        other => other.kind(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_said_of_a_topic_holds_for_its_changes_alone() {
        let change = |document| serde_json::from_value::<Change>(document).unwrap();
        let modified = |aspect: &str| {
            change(
                json!({ "kind": "modified", "severity": "warning", "path": "a", "aspect": aspect,
                           "from": 1, "to": 2 }),
            )
        };
        let mut changes = vec![
            change(json!({ "kind": "added", "severity": "info", "path": "a" })),
            modified("type"),
            modified("nullable"),
        ];
        let said = [("added", Severity::Breaking), ("retyped", Severity::Info)];
        let said = said.map(|(topic, severity)| (topic.to_owned(), severity));
        Severities(said.into()).apply(&mut changes);
        let severities: Vec<Severity> = changes.iter().map(Change::severity).collect();
        assert_eq!(
            severities,
            [Severity::Breaking, Severity::Info, Severity::Warning]
        );
    }

    #[test]
    fn every_change_has_a_topic() {
        for kind in ["added", "removed", "reordered"] {
            let change = json!({ "kind": kind, "severity": "info", "path": "a" });
            let change: Change = serde_json::from_value(change).unwrap();
            assert!(TOPICS.contains(&topic(&change)), "{kind}");
        }
        for aspect in ["type", "format", "nullable", "key", "semantic_type", "pii"] {
            let change = json!({ "kind": "modified", "severity": "info", "path": "a",
                                 "aspect": aspect, "from": 1, "to": 2 });
            let change: Change = serde_json::from_value(change).unwrap();
            assert!(TOPICS.contains(&topic(&change)), "{aspect}");
        }
    }
}
