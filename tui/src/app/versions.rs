//! The versions of a dictionary, and what changed with one of them.

use ddgen_ipc::message::VersionRow;
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Clone, PartialEq)]
pub struct Versions {
    pub dictionary: String,
    /// Newest first.
    pub rows: Vec<VersionRow>,
    /// Place in `rows` of the version that is looked at.
    pub at: usize,
    /// What changed with it; none until it is here.
    pub diff: Option<Result<Diff, String>>,
    /// How far the text is scrolled.
    pub offset: usize,
}

/// What of the diff document is shown.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Diff {
    pub changes: Vec<Change>,
    /// What was judged of the version against those before it.
    #[serde(default)]
    pub findings: Vec<Found>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Found {
    pub field: Option<String>,
    pub severity: String,
    pub message: String,
}

impl Diff {
    /// The new path of the first rename that a person is asked about; else, of the last that was
    /// applied, where that may do as well.
    #[must_use]
    pub fn rename(&self, or_applied: bool) -> Option<&str> {
        let of = |state: &str| {
            let mut found = self
                .changes
                .iter()
                .filter(|c| c.state.as_deref() == Some(state));
            found.find_map(|change| change.to.as_str())
        };
        of("proposed").or_else(|| of("applied").filter(|_| or_applied))
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Change {
    pub kind: String,
    pub severity: String,
    #[serde(default)]
    pub path: String,
    pub aspect: Option<String>,
    /// Of a rename: applied or proposed.
    pub state: Option<String>,
    #[serde(default)]
    pub from: Value,
    #[serde(default)]
    pub to: Value,
}

impl Versions {
    #[must_use]
    pub fn new(dictionary: String) -> Self {
        Self {
            dictionary,
            rows: Vec::new(),
            at: 0,
            diff: None,
            offset: 0,
        }
    }

    /// The number of the version that is looked at, and whether there is one before it.
    #[must_use]
    pub fn number(&self) -> Option<u32> {
        self.rows.get(self.at).map(|row| row.number)
    }
}

impl Change {
    /// The change in a few words.
    #[must_use]
    pub fn words(&self) -> String {
        match (self.kind.as_str(), &self.aspect) {
            ("modified", Some(aspect)) => {
                let aspect = aspect.replace('_', " ");
                format!("{aspect}: {} → {}", shown(&self.from), shown(&self.to))
            }
            ("renamed", _) => {
                let asked = match self.state.as_deref() {
                    Some("proposed") => "  renamed?",
                    _ => "  renamed",
                };
                format!("{} → {}{asked}", shown(&self.from), shown(&self.to))
            }
            (kind, _) => kind.to_owned(),
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}
