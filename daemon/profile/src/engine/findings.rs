//! Findings about the text itself: its records and its bytes.

use std::collections::BTreeMap;

use crate::assemble::table::RecordNumbers;
use crate::charset::Damage;
use crate::delimited::footer::Footer;
use crate::delimited::ragged::Ragged;
use crate::detect::encoding::Plan;
use crate::document::{Finding, Severity};

pub(super) fn ragged_finding(ragged: &Ragged, numbers: &RecordNumbers) -> Option<Finding> {
    let first = numbers.number(ragged.first?);
    Some(Finding {
        code: "RAGGED_RECORDS".into(),
        severity: Severity::Warning,
        message: format!(
            "{} records have fewer cells than there are columns and {} have more, the first is \
             record {first}; missing cells count as missing values, the {} cells beyond the last \
             column belong to no field",
            ragged.short, ragged.long, ragged.extra_cells,
        ),
        numbers: BTreeMap::from([
            ("short".to_owned(), ragged.short as f64),
            ("long".to_owned(), ragged.long as f64),
            ("extra_cells".to_owned(), ragged.extra_cells as f64),
            ("first_record".to_owned(), first as f64),
        ]),
    })
}

pub(super) fn damage_finding(damage: Damage, packed: bool, plan: &Plan) -> Option<Finding> {
    let first = damage.first?;
    let of = if packed {
        " of the unpacked content"
    } else {
        ""
    };
    Some(Finding {
        code: "INVALID_BYTES".into(),
        severity: Severity::Warning,
        message: format!(
            "{} byte sequences are not valid {}, the first near byte {first}{of}; U+FFFD stands for each",
            damage.sequences,
            plan.charset.name().to_ascii_uppercase(),
        ),
        numbers: BTreeMap::from([
            ("sequences".to_owned(), damage.sequences as f64),
            ("first_byte".to_owned(), first as f64),
        ]),
    })
}

pub(super) fn footer_finding(footer: Footer) -> Option<Finding> {
    (footer.lines > 0).then(|| Finding {
        code: "FOOTER_LINES".into(),
        severity: Severity::Info,
        message: format!(
            "the last {} lines of the text are a footer: they do not have the columns of the \
             table, and were kept out of it",
            footer.lines
        ),
        numbers: BTreeMap::from([("lines".to_owned(), footer.lines as f64)]),
    })
}
