//! Open Data Contract Standard, version 3: of a document the schema of one table.

use ddgen_profile::contract::{Contract, FieldRule, Matching};
use serde_json::Value;

use super::{bound, name, values};

/// Lists within lists of properties.
const DEEPEST: usize = 32;

pub(super) fn read(document: &Value, table: &str) -> Result<Contract, String> {
    let schemas = document["schema"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let named = |schema: &&Value| names(schema).any(|name| name == table);
    let schema = match (schemas, schemas.iter().find(named)) {
        (_, Some(schema)) => schema,
        ([only], None) => only,
        ([], None) => return Err("the contract has no schema".to_owned()),
        (_, None) => {
            return Err(format!(
                "none of the contract's {} schemas is called `{table}`",
                schemas.len()
            ));
        }
    };
    let mut fields = Vec::new();
    properties(&schema["properties"], "", 0, &mut fields)?;
    let (min_records, max_records) = records(&schema["quality"]);
    Ok(Contract {
        fields,
        // The standard forbids no further columns.
        matching: Matching::Superset,
        min_records,
        max_records,
    })
}

/// What a schema is called.
pub(super) fn names(schema: &Value) -> impl Iterator<Item = &str> {
    let names = ["name", "physicalName"].into_iter();
    names.filter_map(|key| schema[key].as_str())
}

fn properties(
    list: &Value,
    above: &str,
    depth: usize,
    fields: &mut Vec<FieldRule>,
) -> Result<(), String> {
    if depth > DEEPEST {
        return Err(format!(
            "properties lie more than {DEEPEST} deep in each other"
        ));
    }
    for property in list.as_array().map(Vec::as_slice).unwrap_or_default() {
        let own = name(property)?;
        let path = if above.is_empty() {
            own
        } else {
            format!("{above}.{own}")
        };
        let rule = rule(property, path.clone())?;
        let kind = rule.field_type.clone();
        fields.push(rule);
        properties(&property["properties"], &path, depth + 1, fields)?;
        if kind.as_deref() == Some("array") {
            let items = &property["items"]["properties"];
            properties(items, &format!("{path}[]"), depth + 1, fields)?;
        }
    }
    Ok(())
}

fn rule(property: &Value, path: String) -> Result<FieldRule, String> {
    let options = &property["logicalTypeOptions"];
    let truth = |key: &str| property[key].as_bool().unwrap_or(false);
    let exclusive = |flag: &str| options[flag].as_bool().unwrap_or(false);
    let quality = property["quality"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let allowed = quality
        .iter()
        .map(|rule| match &rule["arguments"]["validValues"] {
            Value::Null => values(&rule["validValues"]),
            listed => values(listed),
        });
    let measures = |rule: &&Value, words: [&str; 2]| {
        ["metric", "rule"]
            .iter()
            .any(|key| rule[*key].as_str().is_some_and(|w| words.contains(&w)))
            && (rule["mustBe"] == 0 || rule["mustBe"].is_null())
    };
    let none_missing = quality
        .iter()
        .any(|rule| measures(&rule, ["nullValues", "missingValues"]));
    let none_twice = quality
        .iter()
        .any(|rule| measures(&rule, ["duplicateValues", "duplicateCount"]));
    Ok(FieldRule {
        field_type: kind(property)?,
        required: truth("required") || truth("primaryKey") || none_missing,
        unique: truth("unique") || (truth("primaryKey") && alone(property)) || none_twice,
        minimum: bound(&options["minimum"]),
        maximum: bound(&options["maximum"]),
        exclusive_minimum: exclusive("exclusiveMinimum"),
        exclusive_maximum: exclusive("exclusiveMaximum"),
        min_length: options["minLength"].as_u64(),
        max_length: options["maxLength"].as_u64(),
        pattern: options["pattern"].as_str().map(str::to_owned),
        values: allowed
            .into_iter()
            .find(|v| !v.is_empty())
            .unwrap_or_default(),
        path,
    })
}

/// Whether the key is this property by itself, as far as the property tells.
fn alone(property: &Value) -> bool {
    property["primaryKeyPosition"]
        .as_i64()
        .is_none_or(|at| at <= 1)
}

fn kind(property: &Value) -> Result<Option<String>, String> {
    let Some(kind) = property["logicalType"].as_str() else {
        return Ok(None);
    };
    match kind {
        "string" | "date" | "time" | "number" | "integer" | "object" | "array" | "boolean" => {
            Ok(Some(kind.to_owned()))
        }
        "timestamp" => Ok(Some("datetime".to_owned())),
        other => Err(format!("`{other}` is no logicalType of ODCS")),
    }
}

/// What the rules say about the number of records.
fn records(quality: &Value) -> (Option<u64>, Option<u64>) {
    let (mut least, mut most) = (None, None);
    for rule in quality.as_array().map(Vec::as_slice).unwrap_or_default() {
        let counts = ["metric", "rule"]
            .iter()
            .any(|key| rule[*key] == "rowCount");
        if !counts {
            continue;
        }
        let number = |key: &str| rule[key].as_u64();
        let between = rule["mustBeBetween"].as_array();
        let side = |at: usize| between.and_then(|b| b.get(at)).and_then(Value::as_u64);
        least = least
            .or(number("mustBe"))
            .or(number("mustBeGreaterThan").map(|n| n + 1))
            .or(number("mustBeGreaterOrEqualTo"))
            .or(side(0));
        most = most
            .or(number("mustBe"))
            .or(number("mustBeLessThan").map(|n| n.saturating_sub(1)))
            .or(number("mustBeLessOrEqualTo"))
            .or(side(1));
    }
    (least, most)
}
