//! One table of the document.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::field::{Assembled, Context, assemble};
use crate::accumulate::FieldId;
use crate::accumulate::columns::{Columns, FieldData};
use crate::contract::{self, Contract, Violation};
use crate::document::{Estimate, Field, Finding, Table};
use crate::lex::number::local::Notation;
use crate::meaning;
use crate::sketch::{Bounds, FieldSketch, SketchKey, Sketching};

/// What a reader says of a table beside its values.
#[derive(Debug, Default)]
pub struct Facts {
    pub name: String,
    pub rejected_records: u64,
    pub findings: Vec<Finding>,
    /// Fields of nested formats stand in the order of their first occurrence.
    pub by_first_occurrence: bool,
    /// A semicolon between cells spares the comma for decimals.
    pub decimal_comma: bool,
}

/// Numbers of records, from the counts of their chunks.
pub struct RecordNumbers(Vec<(u32, u64)>);

impl RecordNumbers {
    /// Of all chunks that were read.
    pub fn new(columns: &Columns) -> Self {
        let mut chunks: Vec<(u32, u64)> = columns
            .chunk_records
            .iter()
            .map(|(c, n)| (*c, *n))
            .collect();
        chunks.sort_unstable();
        let mut before = 0;
        for (_, records) in &mut chunks {
            before += std::mem::replace(records, before);
        }
        Self(chunks)
    }

    /// The number of the record at a place, from 1.
    pub fn number(&self, place: u64) -> u64 {
        let at = self
            .0
            .partition_point(|(chunk, _)| u64::from(*chunk) < place >> 32);
        let before = self.0.get(at).map_or(0, |(_, before)| *before);
        before + (place & u64::from(u32::MAX)) + 1
    }
}

/// How a table is written.
#[derive(Debug, Clone, Copy)]
pub struct Manner<'a> {
    pub sample_size: usize,
    pub threads: usize,
    pub sketch_key: Option<&'a SketchKey>,
    pub contract: Option<&'a Contract>,
}

/// Assembles the table, and the sketches of its fields where they are asked for. `finish` sees every
/// field with its values before it is final.
pub fn table(
    columns: &mut Columns,
    facts: Facts,
    manner: Manner<'_>,
    finish: impl Fn(&mut Assembled<'_>) + Sync,
) -> (Table, Vec<FieldSketch>) {
    let records = columns.records();
    let duplicates = columns.record_hashes.duplicates(records);
    let columns = &*columns;
    let numbers = RecordNumbers::new(columns);
    let record_number = |place| numbers.number(place);
    let sketched: Vec<bool> = columns.fields.iter().map(is_sketched).collect();
    let context = Context {
        columns,
        record_number: &record_number,
        sample_size: manner.sample_size,
        likely: if facts.decimal_comma {
            Notation::Comma
        } else {
            Notation::Point
        },
        sampled: columns.sample.by_field(|field| sketched[field as usize]),
        sketching: manner.sketch_key.and_then(|key| {
            let bounds = Bounds::of(columns.fields.len())?;
            Some(Sketching { key, bounds })
        }),
        contract: manner.contract,
    };
    let mut order: Vec<usize> = (0..columns.fields.len()).collect();
    if facts.by_first_occurrence {
        order.sort_by_key(|at| (columns.fields[*at].first, columns.fields[*at].position));
    }
    let one = |position: usize| {
        let at = order[position];
        let id = FieldId(u32::try_from(at).expect("readers bound their fields"));
        let level = nesting(columns, id);
        let number = u32::try_from(position).expect("readers bound their fields") + 1;
        let mut assembled = assemble(id, &columns.fields[at], number, level, &context);
        finish(&mut assembled);
        let Assembled {
            field,
            sketch,
            mut violations,
            ..
        } = assembled;
        mask_examples(&field, &mut violations);
        let sketch = sketch.map(|mut sketch| {
            // Only now is known whether the values are anyone's.
            if field.pii.is_some() || field.masked {
                sketch.hide_order();
            }
            sketch
        });
        (field, (sketch, violations))
    };
    let assembled = in_parallel(order.len(), manner.threads, one);
    let (fields, beside): (Vec<_>, Vec<_>) = assembled.into_iter().unzip();
    let (sketches, violations): (Vec<_>, Vec<_>) = beside.into_iter().unzip();
    let mut estimates = BTreeMap::new();
    if let Some(error) = duplicates.absolute_error {
        estimates.insert(
            "duplicate_records".to_owned(),
            Estimate {
                method: "record hash sample".into(),
                rank_error: None,
                relative_error: None,
                absolute_error: Some(error),
            },
        );
    }
    let table = Table {
        name: facts.name,
        records: columns.records(),
        duplicate_records: Some(duplicates.count),
        rejected_records: facts.rejected_records,
        estimates,
        findings: facts.findings,
        violations: None,
        fields,
    };
    let mut table = table;
    if let Some(contract) = manner.contract {
        let mut all = contract::of_table(contract, &table);
        all.extend(violations.into_iter().flatten());
        table.violations = Some(all);
    }
    (table, sketches.into_iter().flatten().collect())
}

/// Characters of an example that are shown.
const EXAMPLE: usize = 200;

/// Of personal data and of what is shown masked, examples are shown no other way.
fn mask_examples(field: &Field, violations: &mut [Violation]) {
    for example in violations.iter_mut().filter_map(|v| v.example.as_mut()) {
        if field.pii.is_some() || field.masked || meaning::is_pii(example) {
            *example = meaning::mask(example);
        }
        if let Some((end, _)) = example.char_indices().nth(EXAMPLE) {
            example.truncate(end);
        }
    }
}

fn is_sketched(field: &FieldData) -> bool {
    field.columns.iter().any(|c| c.table.level() > 0)
}

/// The results of numbers below `count`, in their order.
fn in_parallel<T: Send>(count: usize, threads: usize, one: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return done;
            }
            done.push((number, one(number)));
        }
    };
    let mut all: Vec<(usize, T)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(count)).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        for other in others {
            all.extend(
                other
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            );
        }
        all
    });
    all.sort_unstable_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, result)| result).collect()
}

fn nesting(columns: &Columns, id: FieldId) -> u32 {
    let mut level = 0;
    let mut at = columns.fields[id.0 as usize].spec.parent;
    while let Some(parent) = at {
        level += 1;
        at = columns.fields[parent.0 as usize].spec.parent;
    }
    level
}
