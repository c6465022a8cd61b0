//! A contract made from a version: what is so now, to be edited by a person.

use ddgen_profile::Profile;
use ddgen_profile::document::Field;
use serde_json::{Map, Value, json};

/// Distinct values that are taken for an enumeration, each of them many times.
const CATEGORIES: u64 = 20;
const REPEATS: u64 = 10;
/// Values that must differ before a field is taken for a key.
const KEY: u64 = 100;

/// A Table Schema of the profile's first table. Bounds are left to people: what the largest value was is
/// no promise.
#[must_use]
pub fn from_profile(profile: &Profile) -> Value {
    let table = profile.tables.first();
    let fields = table
        .map(|table| table.fields.as_slice())
        .unwrap_or_default();
    // What lies within a field comes with it.
    let fields: Vec<Value> = fields.iter().map(field).collect();
    json!({
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fieldsMatch": ["superset"],
        "fields": fields,
        "ddgen": { "minRecords": 1 },
    })
}

fn field(field: &Field) -> Value {
    let mut constraints = Map::new();
    if !field.nullable && field.count > 0 {
        constraints.insert("required".to_owned(), json!(true));
    }
    let exact = field.estimates.is_empty();
    if exact && field.count >= KEY && field.unique_count == Some(field.count) {
        constraints.insert("unique".to_owned(), json!(true));
    }
    let present = field.count.saturating_sub(field.null_count);
    let categories = exact
        && field.field_type == "string"
        && !field.masked
        && field.pii.is_none()
        && field.distinct_count <= CATEGORIES
        && field.top_values.len() as u64 == field.distinct_count
        && present >= field.distinct_count.saturating_mul(REPEATS);
    if categories && present > 0 {
        let mut values: Vec<&str> = field.top_values.iter().map(|top| &*top.value).collect();
        values.sort_unstable();
        constraints.insert("enum".to_owned(), json!(values));
    }
    let mut made = Map::new();
    made.insert("name".to_owned(), json!(field.path));
    made.insert("type".to_owned(), json!(field.field_type));
    if !constraints.is_empty() {
        made.insert("constraints".to_owned(), Value::Object(constraints));
    }
    Value::Object(made)
}
