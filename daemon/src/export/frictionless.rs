//! Frictionless Data Package and Table Schema (version 2).

use ddgen_ipc::message::Aspect;
use ddgen_profile::document::Field;
use serde_json::{Map, Value, json};

use super::{Dictionary, Written, is_unique};

pub(super) fn package(dictionaries: &[Dictionary]) -> Value {
    let mut names = std::collections::HashSet::new();
    let resources: Vec<Value> = dictionaries
        .iter()
        .map(|one| {
            let wanted = slug(&one.name);
            let numbered = (2..).map(|number| format!("{wanted}-{number}"));
            let name = std::iter::once(wanted.clone())
                .chain(numbered)
                .find(|name| names.insert(name.clone()));
            resource(one, &name.unwrap_or(wanted))
        })
        .collect();
    let name = match dictionaries {
        [one] => slug(&one.name),
        _ => "ddgen".to_owned(),
    };
    json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": name,
        "resources": resources,
    })
}

fn resource(dictionary: &Dictionary, name: &str) -> Value {
    let source = &dictionary.profile.source;
    let written = dictionary.written();
    let mut resource = Map::new();
    let mut put = |key: &str, value: Value| {
        resource.insert(key.to_owned(), value);
    };
    put("name", json!(name));
    put(
        "title",
        json!(
            written
                .maybe(None, Aspect::BusinessName)
                .unwrap_or(&dictionary.name)
        ),
    );
    put("path", json!(file_name(&source.name)));
    put("format", json!(source.format));
    put("bytes", json!(source.bytes));
    // No prefix that the specification knows stands for BLAKE3.
    put("hash", json!(format!("blake3:{}", source.blake3)));
    if let Some(encoding) = &source.encoding {
        put("encoding", json!(encoding));
    }
    if let Some(description) = written.maybe(None, Aspect::Description) {
        put("description", json!(description));
    }
    if let Some(dialect) = &source.dialect {
        let delimiter = serde_json::to_value(dialect).ok();
        let delimiter = delimiter
            .as_ref()
            .and_then(|dialect| dialect.get("delimiter"))
            .cloned();
        if let Some(delimiter @ Value::String(_)) = delimiter {
            put("dialect", json!({ "delimiter": delimiter }));
        }
    }
    put("schema", schema(dictionary));
    Value::Object(resource)
}

/// The Table Schema of a dictionary.
pub(super) fn schema(dictionary: &Dictionary) -> Value {
    let written = dictionary.written();
    let fields: Vec<Value> = dictionary
        .fields()
        .iter()
        .map(|one| field(one, &written))
        .collect();
    let missing: std::collections::BTreeSet<&str> = dictionary
        .fields()
        .iter()
        .flat_map(|field| field.missing_values.iter().map(String::as_str))
        .chain([""])
        .collect();
    json!({
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": fields,
        "missingValues": missing,
    })
}

fn field<'a>(field: &'a Field, written: &Written<'a>) -> Value {
    let path = Some(field.path.as_str());
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| {
        out.insert(key.to_owned(), value);
    };
    // A name must be there and stand once: the path of a column without a title is its place.
    let name = match field.path.is_empty() {
        true => format!("field{}", field.position),
        false => field.path.clone(),
    };
    put("name", json!(name));
    // `binary` is our word for what the file declares as bytes.
    let kind = match field.field_type.as_str() {
        "binary" => "string",
        kind => kind,
    };
    put("type", json!(kind));
    match (&*field.field_type, &field.format) {
        ("date" | "time" | "datetime", Some(pattern)) => put("format", json!(pattern)),
        ("number" | "integer", Some(marks)) => {
            for (key, mark) in marks_of(marks) {
                if kind == "number" || key == "groupChar" {
                    put(key, json!(mark));
                }
            }
        }
        _ => {}
    }
    for (key, aspect) in [
        ("title", Aspect::BusinessName),
        ("description", Aspect::Description),
    ] {
        if let Some(text) = written.maybe(path, aspect) {
            put(key, json!(text));
        }
    }
    let mut constraints = Map::new();
    if !field.nullable {
        constraints.insert("required".to_owned(), json!(true));
    }
    if is_unique(field) {
        constraints.insert("unique".to_owned(), json!(true));
    }
    if !constraints.is_empty() {
        put("constraints", Value::Object(constraints));
    }
    if let Some(pii) = &field.pii {
        put("pii", json!(pii.entity));
    }
    if let Some(semantic) = &field.semantic_type {
        put("semanticType", json!(semantic));
    }
    if let Some(by) = field.said_by() {
        put("meaningBy", json!(by));
    }
    Value::Object(out)
}

/// `decimalChar="," groupChar="."` as pairs.
fn marks_of(marks: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for key in ["decimalChar", "groupChar"] {
        let value = marks
            .split_once(&format!("{key}=\""))
            .and_then(|(_, rest)| rest.split_once('"'));
        if let Some((value, _)) = value {
            found.push((key, value));
        }
    }
    found
}

fn slug(name: &str) -> String {
    let slug: String = name
        .to_lowercase()
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') {
                c
            } else {
                '-'
            }
        })
        .collect();
    let slug = slug.trim_matches(['-', '.']);
    if slug.is_empty() {
        "dictionary".to_owned()
    } else {
        slug.to_owned()
    }
}

/// A name in the folder of the package, whatever the file was called.
fn file_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    match name.trim_start_matches('.') {
        "" => "data".to_owned(),
        name => name.to_owned(),
    }
}
