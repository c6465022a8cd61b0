//! What a person said of a field wins over what its values say: when a file is profiled, and on what
//! is stored of earlier ones.

use std::collections::BTreeMap;

use super::findings::{said_not_personal, taken_for_personal, values_stay_masked};
use super::mask::{mask, mask_field};
use super::scan::is_pii;
use crate::document::{Field, Finding, FoundMeaning, Pii, Said, SaidPii};

/// A person's word that a field is of no semantic type.
pub const NO_TYPE: &str = "none";

/// Findings in whose words or numbers no value of the field can stand.
const WITHOUT_VALUES: [&str; 12] = [
    "CONSTANT",
    "EMPTY_NAME",
    "HIGH_CARDINALITY",
    "IMBALANCE",
    "MISSING",
    "MIXED_TYPES",
    "NEARLY_UNIQUE",
    "NUMBERS_WITHHELD",
    "PERSONAL_DATA",
    "PERSONAL_DATA_IN_NAME",
    "REPEATED_NAME",
    "UNIQUE",
];
/// Findings that a verdict brings or takes away.
const OF_VERDICTS: [&str; 3] = ["PERSONAL_DATA", "SAID_NOT_PERSONAL", "VALUES_STAY_MASKED"];

/// Lets what a person said win over what was found just now; `tested` values were looked at. A finding
/// where the values say something else of whose they are.
pub(super) fn by_word(field: &mut Field, said: &Said, tested: u64) -> Option<Finding> {
    field.said = Some(said.clone());
    field.found = Some(FoundMeaning {
        semantic_type: field.semantic_type.clone(),
        semantic_confidence: field.semantic_confidence,
        pii: field.pii.clone(),
    });
    if let Some(semantic_type) = &said.semantic_type {
        let named = semantic_type != NO_TYPE;
        field.semantic_type = named.then(|| semantic_type.clone());
        field.semantic_confidence = named.then_some(1.0);
    }
    match said.pii.as_ref()? {
        SaidPii::Entity(entity) => {
            let word = match &said.pii_by {
                Some(by) => format!("said by {by}"),
                None => "a person said so".to_owned(),
            };
            // The evidence of a detector of the same entity stays; else there is only the word.
            let (matched, because) = match field.pii.take().filter(|pii| pii.entity == *entity) {
                Some(pii) => (pii.matched, format!("{word}; {}", pii.because)),
                None => (0, word),
            };
            field.pii = Some(Pii {
                entity: entity.clone(),
                confidence: 1.0,
                matched,
                tested,
                because,
            });
            None
        }
        SaidPii::No => field.pii.take().map(|pii| said_not_personal(&pii)),
    }
}

/// Lets a person's word win on a stored field, or takes it back where there is none any more: then what
/// its values said stands again. What is personal data from now on is masked for good; what is none any
/// more stays masked, since its values are not there to be shown.
pub fn say(field: &mut Field, said: Option<&Said>) {
    let was_personal = field.pii.is_some();
    let was_masked = was_personal
        || field
            .findings
            .iter()
            .any(|f| f.code == "VALUES_STAY_MASKED");
    if let Some(found) = field.found.take() {
        field.semantic_type = found.semantic_type;
        field.semantic_confidence = found.semantic_confidence;
        field.pii = found.pii;
    }
    field.said = None;
    field
        .findings
        .retain(|f| !OF_VERDICTS.contains(&f.code.as_str()));
    let tested = field.pii.as_ref().map_or(0, |pii| pii.tested);
    let doubt = said.and_then(|said| by_word(field, said, tested));
    field.findings.extend(doubt);
    match &field.pii {
        Some(pii) => {
            let told = taken_for_personal(pii);
            field.findings.push(told);
            if !was_personal {
                field
                    .findings
                    .retain(|f| WITHOUT_VALUES.contains(&f.code.as_str()));
            }
            mask_field(field);
        }
        None if was_masked => field.findings.push(values_stay_masked()),
        None => {}
    }
}

/// What people said of the fields of a table, by path; a field whose name is personal data is called
/// by its masked name.
#[must_use]
pub fn said_of<'a>(said: &'a BTreeMap<String, Said>, field: &Field) -> Option<&'a Said> {
    if said.is_empty() {
        return None;
    }
    let masked = || is_pii(&field.name).then(|| said.get(&mask(&field.path)));
    said.get(&field.path).or_else(|| masked().flatten())
}
