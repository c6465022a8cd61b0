//! From the profile document to rows. Done by the caller's thread, so that the writer only writes.

use ddgen_ipc::Timestamp;
use ddgen_profile::contract::Violation;
use ddgen_profile::document::{Field, Finding, Number, Severity, Source, Table};
use ddgen_profile::sketch::KeyId;
use ddgen_profile::{Profile, SketchKey};
use serde::Serialize;

use super::arrived::Arrived;
use super::error::StoreError;
use crate::arrival::{After, DropId, Origin, Sighting};
use crate::dataset::Folding;
use crate::judge::{KEY_EVIDENCE, Schema};

/// An [`Arrived`] whose document has become rows.
pub(super) struct Work {
    pub(super) drop: DropId,
    pub(super) sighting: Sighting,
    pub(super) origin: Origin,
    pub(super) folding: Folding,
    pub(super) after: After,
    pub(super) tries: u32,
    pub(super) arrived_at: Timestamp,
    pub(super) seen_at: Timestamp,
    pub(super) provisional_until: Option<Timestamp>,
    pub(super) finished_at: Timestamp,
    pub(super) profiler_version: String,
    pub(super) duration_ms: u64,
    pub(super) source: Source,
    /// The key of the sketches.
    pub(super) sketch_key: Option<KeyId>,
    /// The key itself: sketches of other versions are read with it.
    pub(super) judge_key: Option<SketchKey>,
    /// At least one.
    pub(super) tables: Vec<Prepared>,
}

/// One table of a document as rows.
pub(super) struct Prepared {
    /// '' where the file has one table.
    pub(super) table_name: String,
    pub(super) schema: Schema,
    pub(super) records: u64,
    pub(super) pii_fields: usize,
    pub(super) warnings: usize,
    /// The document up to its fields, and from there on.
    pub(super) head: String,
    pub(super) tail: String,
    pub(super) fields: Vec<PreparedField>,
    /// Where it is not what its contract says.
    pub(super) violations: Vec<Violation>,
}

pub(super) struct PreparedField {
    pub(super) path: String,
    pub(super) name: String,
    pub(super) position: u32,
    pub(super) nesting_level: u32,
    pub(super) field_type: String,
    pub(super) format: Option<String>,
    /// None: not known.
    pub(super) key: Option<bool>,
    pub(super) nullable: bool,
    pub(super) count: u64,
    pub(super) null_count: u64,
    pub(super) distinct_count: u64,
    pub(super) semantic_type: Option<String>,
    pub(super) pii: Option<String>,
    pub(super) min: Option<String>,
    pub(super) max: Option<String>,
    pub(super) mean: Option<f64>,
    pub(super) findings: usize,
    pub(super) estimated: bool,
    /// A person's word won when it was read.
    pub(super) said: bool,
    /// The field as it stands in the document.
    pub(super) json: String,
    pub(super) sketch: Option<Vec<u8>>,
}

/// The document of one table: as [`Profile`], by reference.
#[derive(Serialize)]
struct Document<'a> {
    profile_version: u32,
    source: &'a Source,
    tables: [&'a Table; 1],
}

/// Where the fields of a document without them would stand.
pub(super) const NO_FIELDS: &str = "\"fields\":[]";

pub(super) fn prepare(arrived: Arrived) -> Result<Work, StoreError> {
    let Profile {
        profile_version,
        source,
        tables,
    } = arrived.document;
    if tables.is_empty() {
        return Err(StoreError::Refused("a profile without a table".to_owned()));
    }
    let several = tables.len() > 1;
    let (sketch_key, sketches) = match arrived.sketches {
        Some(packed) => (Some(packed.key), packed.tables),
        None => (None, Vec::new()),
    };
    let sketches = sketches.into_iter().chain(std::iter::repeat(Vec::new()));
    let tables = tables
        .into_iter()
        .zip(sketches)
        .map(|(table, sketches)| prepare_table(profile_version, &source, table, sketches, several))
        .collect::<Result<_, _>>()?;
    Ok(Work {
        drop: arrived.drop,
        sighting: arrived.sighting,
        origin: arrived.origin,
        folding: arrived.folding,
        after: arrived.after,
        tries: arrived.tries,
        arrived_at: arrived.arrived_at,
        seen_at: arrived.seen_at,
        provisional_until: arrived.provisional_until,
        finished_at: arrived.finished_at,
        profiler_version: arrived.profiler_version,
        duration_ms: arrived.duration_ms,
        source,
        sketch_key,
        judge_key: arrived.judge_key,
        tables,
    })
}

fn prepare_table(
    profile_version: u32,
    source: &Source,
    mut table: Table,
    sketches: Vec<Vec<u8>>,
    several: bool,
) -> Result<Prepared, StoreError> {
    let fields = std::mem::take(&mut table.fields);
    let document = json(&Document {
        profile_version,
        source,
        tables: [&table],
    })?;
    let (head, tail) = split(&document).ok_or_else(|| {
        StoreError::Internal("a profile document has no list of fields".to_owned())
    })?;
    let warnings = loud(&table.findings)
        + fields
            .iter()
            .map(|field| loud(&field.findings))
            .sum::<usize>();
    let schema = Schema::of(&fields);
    let pii_fields = fields.iter().filter(|field| field.pii.is_some()).count();
    let sketches = sketches.into_iter().map(Some);
    let mut fields: Vec<PreparedField> = fields
        .into_iter()
        .zip(sketches.chain(std::iter::repeat(None)))
        .map(|(field, sketch)| prepare_field(field, sketch))
        .collect::<Result<_, _>>()?;
    fields.sort_by_key(|field| field.position);
    Ok(Prepared {
        table_name: if several {
            table.name.clone()
        } else {
            String::new()
        },
        schema,
        records: table.records,
        pii_fields,
        warnings,
        head: head.to_owned(),
        tail: tail.to_owned(),
        fields,
        violations: table.violations.unwrap_or_default(),
    })
}

/// A document up to its fields, and from there on.
pub(super) fn split(document: &str) -> Option<(&str, &str)> {
    // Inside a JSON text its quotes would be escaped: these bytes are the empty list itself.
    let at = document.rfind(NO_FIELDS)? + NO_FIELDS.len() - 1;
    document.split_at_checked(at)
}

fn prepare_field(field: Field, sketch: Option<Vec<u8>>) -> Result<PreparedField, StoreError> {
    let (json, key) = (json(&field)?, is_key(&field));
    Ok(PreparedField {
        position: field.position,
        nesting_level: field.nesting_level,
        nullable: field.nullable,
        count: field.count,
        null_count: field.null_count,
        distinct_count: field.distinct_count,
        pii: field.pii.map(|pii| pii.entity),
        min: field.min.map(shown),
        max: field.max.map(shown),
        mean: field.mean,
        findings: field.findings.len(),
        key,
        estimated: !field.estimates.is_empty(),
        said: field.said.is_some(),
        format: field.format,
        semantic_type: field.semantic_type,
        field_type: field.field_type,
        name: field.name,
        path: field.path,
        json,
        sketch,
    })
}

/// Whether the field tells its records apart; None where that is an estimate, where there are too few
/// records to tell, or where it is nothing one would look up by.
fn is_key(field: &Field) -> Option<bool> {
    let exact = !field.estimates.contains_key("unique_count");
    let looked_up = matches!(&*field.field_type, "integer" | "string");
    (exact && looked_up && field.count >= KEY_EVIDENCE)
        .then(|| field.unique_count.map(|unique| unique == field.count))
        .flatten()
}

fn json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value)
        .map_err(|error| StoreError::Internal(format!("a profile cannot be written: {error}")))
}

pub(super) fn shown(number: Number) -> String {
    match number {
        Number::Integer(value) => value.to_string(),
        Number::Float(value) => value.to_string(),
        Number::Text(text) => text,
    }
}

fn loud(findings: &[Finding]) -> usize {
    findings
        .iter()
        .filter(|finding| finding.severity >= Severity::Warning)
        .count()
}
