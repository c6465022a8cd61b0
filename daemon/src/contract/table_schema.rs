//! Table Schema, version 1 and 2. What it has no word for stands under `ddgen`: `minRecords` and
//! `maxRecords`.

use ddgen_profile::contract::{Contract, FieldRule, Matching};
use serde_json::Value;

use super::{bound, name, values};

pub(super) fn read(schema: &Value) -> Result<Contract, String> {
    let fields = schema["fields"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let mut fields: Vec<FieldRule> = fields.iter().map(field).collect::<Result<_, _>>()?;
    let keys: Vec<&str> = match &schema["primaryKey"] {
        Value::String(key) => vec![key],
        Value::Array(keys) => keys.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    for field in fields
        .iter_mut()
        .filter(|field| keys.contains(&&*field.path))
    {
        field.required = true;
        // Of a key of several fields each alone may repeat.
        field.unique |= keys.len() == 1;
    }
    Ok(Contract {
        fields,
        matching: matching(&schema["fieldsMatch"])?,
        min_records: schema["ddgen"]["minRecords"].as_u64(),
        max_records: schema["ddgen"]["maxRecords"].as_u64(),
    })
}

fn matching(value: &Value) -> Result<Matching, String> {
    let word = match value {
        Value::Array(words) => words.first().unwrap_or(&Value::Null),
        other => other,
    };
    match word.as_str() {
        None => Ok(Matching::Exact),
        Some("exact") => Ok(Matching::Exact),
        Some("equal") => Ok(Matching::Equal),
        Some("subset") => Ok(Matching::Subset),
        Some("superset") => Ok(Matching::Superset),
        Some("partial") => Ok(Matching::Partial),
        Some(other) => Err(format!(
            "fieldsMatch `{other}` is none of exact, equal, subset, superset, partial"
        )),
    }
}

fn field(field: &Value) -> Result<FieldRule, String> {
    let constraints = &field["constraints"];
    let truth = |key: &str| constraints[key].as_bool().unwrap_or(false);
    let exclusive = |key: &str| bound(&constraints[key]);
    let (above, below) = (exclusive("exclusiveMinimum"), exclusive("exclusiveMaximum"));
    Ok(FieldRule {
        path: name(field)?,
        field_type: kind(field)?,
        required: truth("required"),
        unique: truth("unique"),
        exclusive_minimum: above.is_some(),
        exclusive_maximum: below.is_some(),
        minimum: above.or_else(|| bound(&constraints["minimum"])),
        maximum: below.or_else(|| bound(&constraints["maximum"])),
        min_length: constraints["minLength"].as_u64(),
        max_length: constraints["maxLength"].as_u64(),
        pattern: constraints["pattern"].as_str().map(str::to_owned),
        values: values(&constraints["enum"]),
    })
}

fn kind(field: &Value) -> Result<Option<String>, String> {
    const KNOWN: [&str; 16] = [
        "string",
        "number",
        "integer",
        "boolean",
        "object",
        "array",
        "date",
        "time",
        "datetime",
        "year",
        "yearmonth",
        "duration",
        "geopoint",
        "geojson",
        "any",
        "binary",
    ];
    match field["type"].as_str() {
        None => Ok(None),
        Some("list") => Ok(Some("array".to_owned())),
        Some(kind) if KNOWN.contains(&kind) => Ok(Some(kind.to_owned())),
        Some(other) => Err(format!("`{other}` is no type of Table Schema")),
    }
}
