//! The profile document: what `ddgend profile --format json` prints, the store keeps and the API
//! serves.
//!
//! Fields may be added; a meaning never changes without [`PROFILE_VERSION`] going up.
//! `null` means looked and found none; an absent key means not computed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::contract::Violation;

/// Version of the meaning of the document.
pub const PROFILE_VERSION: u32 = 1;

/// The measured facts of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    pub profile_version: u32,
    pub source: Source,
    pub tables: Vec<Table>,
}

/// The file the facts were measured on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    pub name: String,
    pub bytes: u64,
    /// Lower-case hex of the BLAKE3 of the bytes as stored (before decompression).
    pub blake3: String,
    /// `csv`, `json`, `jsonl`.
    pub format: String,
    pub compression: Option<String>,
    /// WHATWG label in lower case, e.g. `utf-8`, `windows-1252`.
    pub encoding: Option<String>,
    /// Only of delimited text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dialect: Option<Dialect>,
}

/// How a delimited text is written (Table Dialect of Frictionless).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dialect {
    /// Empty where a line is a value, whatever is in it.
    pub delimiter: String,
    pub quote: Option<String>,
    pub escape: Option<String>,
    pub comment: Option<String>,
    /// `\n`, `\r\n`, `\r`, `mixed`, or the record separator U+001E.
    pub line_terminator: String,
    pub header: bool,
    /// Lines before the header that are no records.
    pub preamble_lines: u64,
    pub byte_order_mark: bool,
    /// Lines after the last record that are no records.
    #[serde(default)]
    pub footer_lines: u64,
    /// Comments between the records.
    #[serde(default)]
    pub comment_lines: u64,
    /// A run of delimiters counts as one.
    #[serde(default)]
    pub delimiter_repeats: bool,
    /// Blanks between a delimiter and a quote say nothing.
    #[serde(default)]
    pub skip_initial_space: bool,
}

/// One table of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    pub name: String,
    pub records: u64,
    pub duplicate_records: Option<u64>,
    pub rejected_records: u64,
    pub estimates: BTreeMap<String, Estimate>,
    pub findings: Vec<Finding>,
    /// Where it is not what its contract says; absent without one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub violations: Option<Vec<Violation>>,
    pub fields: Vec<Field>,
}

/// One column or nested path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    pub path: String,
    pub name: String,
    pub parent_path: Option<String>,
    /// Counts from 1.
    pub position: u32,
    pub nesting_level: u32,
    /// A Table Schema v2 type.
    #[serde(rename = "type")]
    pub field_type: String,
    /// Of a date, time or datetime: its one `strptime` pattern. Of numbers that are not written with
    /// a decimal point alone: `decimalChar="," groupChar="."`.
    pub format: Option<String>,
    pub nullable: bool,
    /// Every value counted, by what it looks like; `missing` among them.
    pub type_counts: BTreeMap<String, u64>,
    pub type_exception: Option<TypeException>,
    pub count: u64,
    pub null_count: u64,
    pub null_proportion: f64,
    pub missing_values: Vec<String>,
    pub distinct_count: u64,
    pub unique_count: Option<u64>,
    pub min: Option<Number>,
    pub max: Option<Number>,
    pub mean: Option<f64>,
    /// The sample's.
    pub stddev: Option<f64>,
    pub sum: Option<Number>,
    pub quantiles: Option<Quantiles>,
    pub histogram: Option<Vec<Bin>>,
    /// Absent in what was thinned.
    #[serde(default)]
    pub top_values: Vec<TopValue>,
    pub length: Option<Length>,
    /// Absent in what was thinned.
    #[serde(default)]
    pub samples: Vec<String>,
    pub semantic_type: Option<String>,
    pub semantic_confidence: Option<f64>,
    pub pii: Option<Pii>,
    /// What a person said of the field; it won over what the values say.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub said: Option<Said>,
    /// What its values say, where a person said something.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub found: Option<FoundMeaning>,
    pub masked: bool,
    pub estimates: BTreeMap<String, Estimate>,
    /// What the file itself states of the field.
    pub declared: Option<serde_json::Value>,
    pub findings: Vec<Finding>,
}

impl Field {
    /// Whose word the shown meaning is, where it is a person's: `said by ana`, `not personal, said by ana`.
    #[must_use]
    pub fn said_by(&self) -> Option<String> {
        let said = self.said.as_ref()?;
        let by = |who: &Option<String>| format!("said by {}", who.as_deref().unwrap_or("a person"));
        match (&self.pii, &said.pii, &said.semantic_type) {
            (Some(_), Some(_), _) => Some(by(&said.pii_by)),
            (None, Some(_), None) => Some(format!("not personal, {}", by(&said.pii_by))),
            (None, _, Some(_)) => Some(by(&said.type_by)),
            _ => None,
        }
    }
}

/// The first value that broke a narrower type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TypeException {
    /// Record number, from 1.
    pub record: u64,
    pub value: String,
}

/// A JSON number, or a string: of a date, a text, or where an f64 would round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Number {
    Integer(i64),
    Float(f64),
    Text(String),
}

impl Number {
    /// Its text, whatever it is kept as.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Integer(i) => i.to_string(),
            Self::Float(f) => f.to_string(),
            Self::Text(t) => t.clone(),
        }
    }
}

/// Numbers interpolate (`quantile_cont`); dates and strings take a value (`quantile_disc`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quantiles {
    pub p05: Number,
    pub p25: Number,
    pub p50: Number,
    pub p75: Number,
    pub p95: Number,
}

impl Quantiles {
    /// Each with its share.
    pub(crate) fn each_mut(&mut self) -> [(f64, &mut Number); 5] {
        [
            (0.05, &mut self.p05),
            (0.25, &mut self.p25),
            (0.5, &mut self.p50),
            (0.75, &mut self.p75),
            (0.95, &mut self.p95),
        ]
    }
}

/// `from <= value < to`; the last bin of a histogram includes its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    pub from: Number,
    pub to: Number,
    pub count: u64,
}

/// A frequent value; ties go by value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TopValue {
    pub value: String,
    pub count: u64,
}

/// In characters, of the non-missing values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Length {
    pub min: u64,
    pub max: u64,
    pub mean: f64,
}

/// Personal data, in Presidio's words, with its evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pii {
    pub entity: String,
    pub confidence: f64,
    pub matched: u64,
    pub tested: u64,
    pub because: String,
}

/// What a person said of a field.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Said {
    /// `none`: of no semantic type.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub semantic_type: Option<String>,
    /// Who said so; so with the other.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub type_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pii: Option<SaidPii>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pii_by: Option<String>,
}

/// What the values of a field say of its meaning.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FoundMeaning {
    pub semantic_type: Option<String>,
    pub semantic_confidence: Option<f64>,
    pub pii: Option<Pii>,
}

/// Whose the values of a field are, by a person's word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaidPii {
    /// Of this entity, in Presidio's spelling.
    Entity(String),
    /// Not personal. A value that alone passes a strict detector is masked all the same.
    No,
}

/// How a number listed under `estimates` was made and how far off it can be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    pub method: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rank_error: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub relative_error: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub absolute_error: Option<u64>,
}

/// An opinion drawn from facts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// `UPPER_SNAKE_CASE`.
    pub code: String,
    pub severity: Severity,
    pub message: String,
    /// The numbers the sentence was drawn from.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub numbers: BTreeMap<String, f64>,
}

/// How much a finding or a change matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Info,
    Warning,
    Error,
}
