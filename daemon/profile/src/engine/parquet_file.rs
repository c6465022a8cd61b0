//! A Parquet file to its profile.

use std::collections::BTreeMap;

use super::{judged_with, learned};
use crate::assemble::table::{Facts, RecordNumbers};
use crate::document::{self, Finding, Severity};
use crate::input::ReadAt;
use crate::meaning::{self, TableFacts};
use crate::name::table_name;
use crate::parquet::{self, Outcome};
use crate::{Brief, Learned, Refusal};

pub(super) fn parquet_file(
    input: &dyn ReadAt,
    brief: &Brief,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Learned, Refusal> {
    let mut outcome = parquet::read(input, brief, progress)?;
    Ok(learned_of(&mut outcome, input.size(), brief))
}

/// The document of what was read.
#[cfg(test)]
pub(crate) fn profile_of(outcome: &mut Outcome, bytes: u64, brief: &Brief) -> crate::Profile {
    learned_of(outcome, bytes, brief).profile
}

fn learned_of(outcome: &mut Outcome, bytes: u64, brief: &Brief) -> Learned {
    let facts = Facts {
        name: table_name(&brief.name),
        findings: damage_finding(outcome).into_iter().collect(),
        ..Facts::default()
    };
    let mut columns = outcome.take_columns();
    let mut judged = judged_with(
        &mut columns,
        facts,
        brief,
        &TableFacts::default(),
        |field| {
            outcome.declare(field);
        },
    );
    meaning::mask_names(&mut judged.table.fields);
    let source = document::Source {
        name: brief.name.clone(),
        bytes,
        blake3: outcome.blake3.clone(),
        format: "parquet".into(),
        // Of the file as a whole; every column has its own.
        compression: None,
        encoding: None,
        dialect: None,
    };
    learned(source, vec![judged])
}

fn damage_finding(outcome: &Outcome) -> Option<Finding> {
    let first = RecordNumbers::new(&outcome.columns).number(outcome.first_damaged?);
    Some(Finding {
        code: "INVALID_BYTES".into(),
        severity: Severity::Warning,
        message: format!(
            "{} values of text columns are not valid UTF-8, the first in record {first}; U+FFFD \
             stands for what is damaged",
            outcome.damaged,
        ),
        numbers: BTreeMap::from([
            ("values".to_owned(), outcome.damaged as f64),
            ("first_record".to_owned(), first as f64),
        ]),
    })
}
