//! What values mean: semantic types, personal data, and opinions drawn from the numbers.
//!
//! Everything here is a pure function of a view of a field. What a value means is decided by the
//! values; the name of a column is a hint that can lower a threshold, never a proof.
//!
//! The engine calls [`judge`] on every field and [`table_findings`] on every table; [`judge`] keeps
//! the order that matters: [`assess`], [`field_findings`], [`mask_field`] last. Names are masked when
//! all fields of a table are judged ([`mask_names`]), since a name is a hint.

mod checksum;
mod detectors;
mod findings;
mod hint;
mod mask;
mod person;
mod pii;
mod place;
mod said;
mod scan;
mod semantic;
mod shape;
mod strict;
mod values;
mod withhold;

#[cfg(test)]
mod finding_tests;
#[cfg(test)]
mod labelled_tests;
#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod tests;

pub use findings::{TableFacts, field_findings, table_findings};
pub use mask::{PERSONAL_KEYS, mask, mask_field, mask_names};
pub use said::{NO_TYPE, said_of, say};
pub use scan::is_pii;
pub use values::{CAP, Values};

use crate::document::{Field, Pii, Said};

/// What the judgement of one field sees of it.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The column's own name; in nested formats the last step of the path.
    pub name: &'a str,
    /// The Table Schema type that was decided.
    pub field_type: &'a str,
    pub values: &'a Values<'a>,
}

/// The judgement of one field.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Meaning {
    pub semantic_type: Option<String>,
    /// 0 to 1; there whenever `semantic_type` is.
    pub semantic_confidence: Option<f64>,
    pub pii: Option<Pii>,
}

/// Judges one field by its values, its type and, as a hint, its name.
#[must_use]
pub fn assess(view: &View<'_>) -> Meaning {
    if view.values.is_empty() {
        return Meaning::default();
    }
    let shapes = view.values.shapes();
    let words = hint::words(view.name);
    let pii = pii::vote(view, &shapes, &words);
    let semantic = semantic::vote(view, &shapes, &words, pii.as_ref());
    let (semantic_type, semantic_confidence) = match semantic {
        Some((name, confidence)) => (Some(name.to_owned()), Some(round2(confidence))),
        None => (None, None),
    };
    Meaning {
        semantic_type,
        semantic_confidence,
        pii,
    }
}

/// Completes a field whose numbers are in place: meaning, findings, and masking last, after which no
/// value of personal data is left in it.
///
/// `values` are its distinct non-missing values with their counts, all of them when `complete`;
/// `today` (`YYYY-MM-DD`) is what dates are called future by.
pub fn judge(field: &mut Field, values: &[(&str, u64)], complete: bool, today: Option<&str>) {
    judge_as(field, values, complete, today, None);
}

/// As [`judge`], under what a person said.
pub fn judge_as(
    field: &mut Field,
    values: &[(&str, u64)],
    complete: bool,
    today: Option<&str>,
    said: Option<&Said>,
) {
    let all = values;
    let values = Values::collect(all.iter().copied(), complete);
    let name = field.name.clone();
    let field_type = field.field_type.clone();
    let view = View {
        name: &name,
        field_type: &field_type,
        values: &values,
    };
    let meaning = assess(&view);
    field.semantic_type = meaning.semantic_type;
    field.semantic_confidence = meaning.semantic_confidence;
    field.pii = meaning.pii;
    let mut found = Vec::new();
    if let Some(said) = said {
        found.extend(said::by_word(field, said, values.len() as u64));
    }
    found.extend(field_findings(field, &view, today));
    field.findings.extend(found);
    let hides = field.pii.is_none() && withhold::hides_numbers(field, &values);
    mask_field(field);
    if hides {
        withhold::numbers(field, all, complete);
    }
}

/// Confidences are opinions: two places are all they bear.
pub(crate) fn round2(x: f64) -> f64 {
    (x * 100.0).round() / 100.0
}
