//! A drop as run events of OpenLineage 2-0-2. Pure: rows and documents in, JSON out. What is masked in a
//! document is masked here, since there is nothing else to write.

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{Aspect, DropRow, DropState};
use ddgen_profile::document::{Field, Number, Table};
use serde_json::{Map, Value, json};

use crate::export::Dictionary;

const SPEC: &str = "https://openlineage.io/spec";

fn producer() -> String {
    format!("urn:ddgen:{}", env!("CARGO_PKG_VERSION"))
}

/// Its file is being read.
pub(super) fn start(drop: &DropRow, namespace: &str) -> Value {
    let input = json!({"namespace": "file", "name": drop.path});
    run(
        drop,
        namespace,
        "START",
        drop.arrived_at,
        json!({}),
        (input, None),
    )
}

/// It came to its end; with what it taught, where it did.
pub(super) fn end(drop: &DropRow, taught: Option<&Dictionary>, namespace: &str) -> Value {
    let at = drop.finished_at.unwrap_or(drop.arrived_at);
    let table = taught.and_then(|dictionary| dictionary.profile.tables.first());
    let mut facets = Map::new();
    if let Some(hash) = &drop.blake3 {
        facets.insert("version".into(), version(hash));
    }
    if let Some(table) = table {
        facets.insert("schema".into(), schema(table, &|_| None));
    }
    let mut input = json!({"namespace": "file", "name": drop.path, "facets": facets});
    if let Some(table) = table {
        input["inputFacets"] = json!({"dataQualityMetrics": metrics(table, drop.size)});
    }
    let (kind, error) = match drop.state {
        DropState::Done | DropState::Duplicate => ("COMPLETE", None),
        _ => (
            "FAIL",
            Some(drop.reason.as_deref().unwrap_or(drop.state.as_str())),
        ),
    };
    let mut of_run = json!({});
    if let Some(why) = error {
        let facet = facet("1-0-1", "ErrorMessageRunFacet");
        of_run["errorMessage"] = with(
            facet,
            json!({"message": why, "programmingLanguage": "Rust"}),
        );
    }
    let output = taught.map(|dictionary| output(dictionary, namespace));
    run(drop, namespace, kind, at, of_run, (input, output))
}

fn run(
    drop: &DropRow,
    namespace: &str,
    kind: &str,
    at: Timestamp,
    mut facets: Value,
    (input, output): (Value, Option<Value>),
) -> Value {
    let engine = json!({"version": env!("CARGO_PKG_VERSION"), "name": "ddgen"});
    facets["processing_engine"] = with(facet("1-1-1", "ProcessingEngineRunFacet"), engine);
    // What the specification has no place for, under the name that it asks of others.
    let own = json!({
        "_producer": producer(),
        "_schemaURL": format!("{SPEC}/2-0-2/OpenLineage.json#/$defs/RunFacet"),
        "id": drop.id,
        "watch": drop.watch,
        "bytes": drop.size,
        "modifiedAt": drop.mtime,
        "blake3": drop.blake3,
        "state": drop.state.as_str(),
    });
    facets["ddgen_drop"] = own;
    json!({
        "eventType": kind,
        "eventTime": at,
        "producer": producer(),
        "schemaURL": format!("{SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"),
        "run": {"runId": run_id(&drop.id), "facets": facets},
        "job": {"namespace": namespace, "name": format!("profile {}", drop.watch), "facets": {
            "jobType": with(
                facet("2-0-4", "JobTypeJobFacet"),
                json!({"processingType": "BATCH", "integration": "DDGEN", "jobType": "PROFILE"}),
            ),
        }},
        "inputs": [input],
        "outputs": output.into_iter().collect::<Vec<_>>(),
    })
}

/// A drop's id is 16 bytes of its own: as a UUID of version 8 (RFC 9562), so that the same drop is the
/// same run whoever tells of it, and however often.
fn run_id(drop: &str) -> String {
    let mut digits: Vec<char> = drop
        .chars()
        .chain(std::iter::repeat('0'))
        .take(32)
        .collect();
    digits[12] = '8';
    let variant = digits[16].to_digit(16).unwrap_or(0) & 3 | 8;
    digits[16] = char::from_digit(variant, 16).unwrap_or('8');
    let mut text = String::with_capacity(36);
    for (at, digit) in digits.into_iter().enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

fn output(dictionary: &Dictionary, namespace: &str) -> Value {
    let said = |field: Option<&str>, aspect: Aspect| {
        let mut rows = dictionary.annotations.iter();
        let row = rows.find(|row| row.field.as_deref() == field && row.aspect == aspect);
        row.map(|row| row.value.clone())
            .filter(|text| !text.is_empty())
    };
    let mut facets = Map::new();
    facets.insert("version".into(), version(&dictionary.version.to_string()));
    if let Some(table) = dictionary.profile.tables.first() {
        let of_field = |path: &str| said(Some(path), Aspect::Description);
        facets.insert("schema".into(), schema(table, &of_field));
    }
    if let Some(text) = said(None, Aspect::Description) {
        let facet = facet("1-1-0", "DocumentationDatasetFacet");
        let says = json!({"description": text, "contentType": "text/markdown"});
        facets.insert("documentation".into(), with(facet, says));
    }
    if let Some(owner) = said(None, Aspect::Owner) {
        let facet = facet("1-0-1", "OwnershipDatasetFacet");
        facets.insert(
            "ownership".into(),
            with(facet, json!({"owners": [{"name": owner}]})),
        );
    }
    json!({"namespace": namespace, "name": dictionary.name, "facets": facets})
}

fn version(of: &str) -> Value {
    with(
        facet("1-0-1", "DatasetVersionDatasetFacet"),
        json!({"datasetVersion": of}),
    )
}

fn schema(table: &Table, description: &dyn Fn(&str) -> Option<String>) -> Value {
    let field = |field: &Field| {
        let mut told = json!({"name": field.path, "type": field.field_type, "ordinal_position": field.position});
        if let Some(text) = description(&field.path) {
            told["description"] = Value::String(text);
        }
        told
    };
    let fields: Vec<Value> = table.fields.iter().map(field).collect();
    with(
        facet("1-2-0", "SchemaDatasetFacet"),
        json!({"fields": fields}),
    )
}

fn metrics(table: &Table, bytes: u64) -> Value {
    let of = |field: &Field| {
        let mut told = Map::new();
        told.insert("nullCount".into(), field.null_count.into());
        told.insert("distinctCount".into(), field.distinct_count.into());
        told.insert("count".into(), field.count.into());
        for (name, number) in [
            ("sum", &field.sum),
            ("min", &field.min),
            ("max", &field.max),
        ] {
            if let Some(number) = number.as_ref().and_then(plain) {
                told.insert(name.into(), number);
            }
        }
        if let Some(q) = &field.quantiles {
            let each = [
                ("0.05", &q.p05),
                ("0.25", &q.p25),
                ("0.5", &q.p50),
                ("0.75", &q.p75),
                ("0.95", &q.p95),
            ];
            let each: Map<String, Value> = each
                .into_iter()
                .filter_map(|(share, number)| Some((share.to_owned(), plain(number)?)))
                .collect();
            if !each.is_empty() {
                told.insert("quantiles".into(), each.into());
            }
        }
        (field.path.clone(), Value::Object(told))
    };
    let columns: Map<String, Value> = table.fields.iter().map(of).collect();
    let told = json!({"rowCount": table.records, "bytes": bytes, "columnMetrics": columns});
    with(facet("1-0-3", "DataQualityMetricsInputDatasetFacet"), told)
}

/// The specification knows numbers only: no dates, no texts.
fn plain(number: &Number) -> Option<Value> {
    match number {
        Number::Integer(whole) => Some((*whole).into()),
        Number::Float(float) => serde_json::Number::from_f64(*float).map(Value::Number),
        Number::Text(_) => None,
    }
}

fn facet(release: &str, name: &str) -> Value {
    json!({
        "_producer": producer(),
        "_schemaURL": format!("{SPEC}/facets/{release}/{name}.json#/$defs/{name}"),
    })
}

fn with(mut facet: Value, says: Value) -> Value {
    if let (Value::Object(facet), Value::Object(says)) = (&mut facet, says) {
        facet.extend(says);
    }
    facet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drops_id_is_a_uuid_of_version_8() {
        let id = "0123456789abcdef0123456789abcdef";
        assert_eq!(run_id(id), "01234567-89ab-8def-8123-456789abcdef");
        assert_eq!(
            run_id(&"f".repeat(32)),
            "ffffffff-ffff-8fff-bfff-ffffffffffff"
        );
        // Of no length but its own.
        assert_eq!(run_id("").len(), 36);
    }
}
