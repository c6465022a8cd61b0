//! A contract made from a version: what is so now, to be edited by a person. Bounds are left to people:
//! what the largest value was is no promise.

use ddgen_profile::Profile;
use ddgen_profile::document::Field;
use serde_json::{Map, Value, json};

use crate::export::tree::{self, Node};

/// Distinct values that are taken for an enumeration, each of them many times.
const CATEGORIES: u64 = 20;
const REPEATS: u64 = 10;
/// Values that must differ before a field is taken for a key.
const KEY: u64 = 100;

/// A Table Schema of the profile's first table.
#[must_use]
pub fn table_schema(profile: &Profile) -> Value {
    // What lies within a field comes with it.
    let fields: Vec<Value> = fields(profile).iter().map(table_schema_field).collect();
    json!({
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fieldsMatch": ["superset"],
        "fields": fields,
        "ddgen": { "minRecords": 1 },
    })
}

/// An ODCS document of the profile's first table, which is called `name`.
#[must_use]
pub fn odcs(profile: &Profile, name: &str) -> Value {
    let nodes = tree::of(fields(profile));
    let properties: Vec<Value> = nodes.iter().map(odcs_named).collect();
    json!({
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": name,
        "name": name,
        "version": "1.0.0",
        "status": "active",
        "schema": [{
            "name": name,
            "logicalType": "object",
            "physicalType": profile.source.format,
            "quality": [{ "type": "library", "metric": "rowCount", "mustBeGreaterOrEqualTo": 1 }],
            "properties": properties,
        }],
    })
}

fn fields(profile: &Profile) -> &[Field] {
    let table = profile.tables.first();
    table
        .map(|table| table.fields.as_slice())
        .unwrap_or_default()
}

/// What holds for a field now, as far as it looks meant.
struct Holds<'a> {
    required: bool,
    unique: bool,
    /// The only values there are; empty: any.
    values: Vec<&'a str>,
}

fn holds(field: &Field) -> Holds<'_> {
    let exact = field.estimates.is_empty();
    let present = field.count.saturating_sub(field.null_count);
    let categories = exact
        && field.field_type == "string"
        && !field.masked
        && field.pii.is_none()
        && field.distinct_count <= CATEGORIES
        && field.top_values.len() as u64 == field.distinct_count
        && present > 0
        && present >= field.distinct_count.saturating_mul(REPEATS);
    let mut values = Vec::new();
    if categories {
        values.extend(field.top_values.iter().map(|top| &*top.value));
        values.sort_unstable();
    }
    Holds {
        required: !field.nullable && field.count > 0,
        unique: exact && field.count >= KEY && field.unique_count == Some(field.count),
        values,
    }
}

fn table_schema_field(field: &Field) -> Value {
    let holds = holds(field);
    let mut constraints = Map::new();
    if holds.required {
        constraints.insert("required".to_owned(), json!(true));
    }
    if holds.unique {
        constraints.insert("unique".to_owned(), json!(true));
    }
    if !holds.values.is_empty() {
        constraints.insert("enum".to_owned(), json!(holds.values));
    }
    let mut made = Map::new();
    made.insert("name".to_owned(), json!(field.path));
    made.insert("type".to_owned(), json!(field.field_type));
    if !constraints.is_empty() {
        made.insert("constraints".to_owned(), Value::Object(constraints));
    }
    Value::Object(made)
}

fn odcs_named(node: &Node<'_>) -> Value {
    let mut property = odcs_property(node);
    property.insert("name".to_owned(), json!(node.field.name));
    Value::Object(property)
}

fn odcs_property(node: &Node<'_>) -> Map<String, Value> {
    let field = node.field;
    let holds = holds(field);
    let mut property = Map::new();
    let mut put = |key: &str, value: Value| {
        property.insert(key.to_owned(), value);
    };
    // ODCS has no word for the other types, and a word that says less would be a promise less.
    let kind = match &*field.field_type {
        "datetime" => Some("timestamp"),
        "geojson" => Some("object"),
        kind @ ("string" | "date" | "time" | "number" | "integer" | "object" | "array"
        | "boolean") => Some(kind),
        _ => None,
    };
    if let Some(kind) = kind {
        put("logicalType", json!(kind));
    }
    put("physicalType", json!(field.field_type));
    if holds.required {
        put("required", json!(true));
    }
    if holds.unique {
        put("unique", json!(true));
    }
    if !holds.values.is_empty() {
        let rule = json!({ "type": "library", "metric": "invalidValues", "mustBe": 0,
                           "arguments": { "validValues": holds.values } });
        put("quality", json!([rule]));
    }
    match node.element() {
        Some(element) => put("items", Value::Object(odcs_property(element))),
        None if kind == Some("object") && !node.inside.is_empty() => {
            let inside: Vec<Value> = node.inside.iter().map(odcs_named).collect();
            put("properties", json!(inside));
        }
        None => {}
    }
    property
}
