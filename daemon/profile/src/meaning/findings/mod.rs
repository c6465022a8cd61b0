//! Opinions drawn from the finished numbers of a field or a table. No sentence holds a value of a
//! masked field, nor one that alone passes a detector.

mod dates;
mod extremes;
mod field;
mod spelling;
mod table;

pub use field::field_findings;
pub(super) use field::{
    numbers_withheld, said_not_personal, taken_for_personal, values_stay_masked,
};
pub use table::{TableFacts, table_findings};

use std::collections::BTreeMap;

use crate::document::{Finding, Severity};

/// A finding with its numbers.
fn finding(code: &str, severity: Severity, message: String, numbers: &[(&str, f64)]) -> Finding {
    Finding {
        code: code.to_owned(),
        severity,
        message,
        numbers: numbers
            .iter()
            .map(|(k, v)| ((*k).to_owned(), *v))
            .collect::<BTreeMap<_, _>>(),
    }
}

/// A share as people read it: never `100 %` of almost all, never `0 %` of some.
fn percent(share: f64) -> String {
    let p = share * 100.0;
    if p > 0.0 && p < 0.1 {
        "under 0.1 %".into()
    } else if p < 100.0 && p > 99.9 {
        "over 99.9 %".into()
    } else if (p - p.round()).abs() < 0.05 {
        format!("{p:.0} %")
    } else {
        format!("{p:.1} %")
    }
}
