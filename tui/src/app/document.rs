//! A field of the profile document, as far as a screen shows it.
//!
//! Every key may be absent: a daemon newer or older than this client computes other things. An
//! absent key and a null are told apart where it matters: not computed, and none found.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct FieldDocument {
    pub path: String,
    pub name: String,
    pub position: Option<u32>,
    #[serde(rename = "type")]
    pub field_type: String,
    pub format: Option<String>,
    pub nullable: Option<bool>,
    pub type_counts: BTreeMap<String, u64>,
    pub type_exception: Option<TypeException>,
    pub count: Option<u64>,
    pub null_count: Option<u64>,
    pub missing_values: Vec<String>,
    pub distinct_count: Option<u64>,
    #[serde(deserialize_with = "seen")]
    pub unique_count: Option<Value>,
    #[serde(deserialize_with = "seen")]
    pub min: Option<Value>,
    #[serde(deserialize_with = "seen")]
    pub max: Option<Value>,
    #[serde(deserialize_with = "seen")]
    pub mean: Option<Value>,
    #[serde(deserialize_with = "seen")]
    pub stddev: Option<Value>,
    #[serde(deserialize_with = "seen")]
    pub sum: Option<Value>,
    pub quantiles: Option<BTreeMap<String, Value>>,
    pub histogram: Option<Vec<Bin>>,
    pub top_values: Vec<TopValue>,
    pub length: Option<Length>,
    pub samples: Vec<String>,
    pub semantic_type: Option<String>,
    pub semantic_confidence: Option<f64>,
    pub pii: Option<Pii>,
    pub said: Option<Said>,
    pub masked: bool,
    pub estimates: BTreeMap<String, Estimate>,
    pub declared: Option<Value>,
    pub findings: Vec<Finding>,
}

/// Keeps a null as a value, so that it differs from an absent key.
fn seen<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct TypeException {
    pub record: u64,
    pub value: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Bin {
    pub from: Value,
    pub to: Value,
    pub count: u64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct TopValue {
    pub value: String,
    pub count: u64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Length {
    pub min: u64,
    pub max: u64,
    pub mean: f64,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Pii {
    pub entity: String,
    pub confidence: Option<f64>,
    pub matched: Option<u64>,
    pub tested: Option<u64>,
    pub because: String,
}

/// What a person said of it; that won.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Said {
    pub semantic_type: Option<String>,
    pub type_by: Option<String>,
    pub pii: Option<Value>,
    pub pii_by: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Estimate {
    pub method: String,
    pub rank_error: Option<f64>,
    pub relative_error: Option<f64>,
    pub absolute_error: Option<u64>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Finding {
    pub code: String,
    pub severity: String,
    pub message: String,
}

impl FieldDocument {
    /// How far off a number can be, in words; none of an exact one.
    #[must_use]
    pub fn estimate(&self, key: &str) -> Option<String> {
        let estimate = self.estimates.get(key)?;
        let share = |error: f64| format!("±{}%", crate::format::real(error * 100.0));
        let error = match estimate {
            Estimate {
                relative_error: Some(error),
                ..
            } => share(*error),
            Estimate {
                rank_error: Some(error),
                ..
            } => format!("{} of rank", share(*error)),
            Estimate {
                absolute_error: Some(error),
                ..
            } => format!("±{}", crate::format::count(*error)),
            _ => "estimated".to_owned(),
        };
        Some(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_and_none_are_told_apart_and_the_rest_may_be_missing() {
        let field: FieldDocument =
            serde_json::from_str(r#"{"path":"a","mean":null,"type":"string","new":[1]}"#).unwrap();
        assert_eq!(field.mean, Some(Value::Null));
        assert_eq!(field.sum, None);
    }

    #[test]
    fn an_estimate_is_labelled_with_its_error() {
        let field: FieldDocument = serde_json::from_str(
            r#"{"estimates":{"quantiles":{"method":"kll","rank_error":0.01},
                "distinct_count":{"method":"hll","relative_error":0.008},
                "top_values":{"method":"fi","absolute_error":1200}}}"#,
        )
        .unwrap();
        assert_eq!(field.estimate("quantiles").unwrap(), "±1% of rank");
        assert_eq!(field.estimate("distinct_count").unwrap(), "±0.8%");
        assert_eq!(field.estimate("top_values").unwrap(), "±1,200");
        assert_eq!(field.estimate("mean"), None);
    }
}
