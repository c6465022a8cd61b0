//! JSON Schema (2020-12) of one record. It says what kinds of values there are, not which: ranges
//! and lists of one drop are no rule for the next.

use ddgen_ipc::message::Aspect;
use serde_json::{Map, Value, json};

use super::tree::{self, Node};
use super::{Dictionary, Written, encoded};

pub(super) fn render(dictionaries: &[Dictionary]) -> Value {
    let draft = "https://json-schema.org/draft/2020-12/schema";
    match dictionaries {
        [one] => {
            let mut schema = record(one);
            schema.insert("$schema".to_owned(), json!(draft));
            schema.insert(
                "$id".to_owned(),
                json!(format!("urn:ddgen:{}", encoded(&one.name))),
            );
            Value::Object(schema)
        }
        several => {
            let named = several
                .iter()
                .map(|one| (one.name.clone(), Value::Object(record(one))));
            json!({ "$schema": draft, "$defs": named.collect::<Map<_, _>>() })
        }
    }
}

fn record(dictionary: &Dictionary) -> Map<String, Value> {
    let written = dictionary.written();
    let mut schema = object(&tree::of(dictionary.fields()), &written);
    schema.insert("title".to_owned(), json!(dictionary.name));
    about(&mut schema, &written, None);
    schema
}

fn object<'a>(fields: &[Node<'a>], written: &Written<'a>) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for node in fields {
        // Of names that stand twice, the path tells them apart.
        let name = match properties.contains_key(&node.field.name) {
            true => node.field.path.clone(),
            false => node.field.name.clone(),
        };
        if !node.field.nullable {
            required.push(name.clone());
        }
        properties.insert(name, Value::Object(property(node, written)));
    }
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(properties));
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema
}

fn property<'a>(node: &Node<'a>, written: &Written<'a>) -> Map<String, Value> {
    let field = node.field;
    let iso = |pattern: &str| {
        field
            .format
            .as_deref()
            .is_none_or(|format| format == pattern)
    };
    let (kind, format) = match field.field_type.as_str() {
        "integer" | "year" => (Some("integer"), None),
        "number" => (Some("number"), None),
        "boolean" => (Some("boolean"), None),
        "object" | "geojson" => (Some("object"), None),
        "array" => (Some("array"), None),
        "date" => (Some("string"), iso("%Y-%m-%d").then_some("date")),
        "datetime" => (Some("string"), None),
        "duration" => (Some("string"), Some("duration")),
        "any" => (None, None),
        _ => (Some("string"), None),
    };
    let mut schema = match kind {
        Some("object") if !node.inside.is_empty() => object(&node.inside, written),
        _ => Map::new(),
    };
    if let Some(kind) = kind {
        let kinds = if field.nullable {
            json!([kind, "null"])
        } else {
            json!(kind)
        };
        schema.insert("type".to_owned(), kinds);
    }
    if let Some(format) = format {
        schema.insert("format".to_owned(), json!(format));
    }
    if let Some(element) = node.element() {
        schema.insert(
            "items".to_owned(),
            Value::Object(property(element, written)),
        );
    }
    if let Some(pii) = &field.pii {
        schema.insert("x-pii".to_owned(), json!(pii.entity));
    }
    if let Some(semantic) = &field.semantic_type {
        schema.insert("x-semantic-type".to_owned(), json!(semantic));
    }
    about(&mut schema, written, Some(&field.path));
    schema
}

fn about<'a>(schema: &mut Map<String, Value>, written: &Written<'a>, field: Option<&'a str>) {
    for (key, aspect) in [
        ("title", Aspect::BusinessName),
        ("description", Aspect::Description),
        ("x-owner", Aspect::Owner),
        ("x-classification", Aspect::Classification),
        ("x-criticality", Aspect::Criticality),
    ] {
        if let Some(text) = written.maybe(field, aspect) {
            schema.insert(key.to_owned(), json!(text));
        }
    }
    let tags = written.tags(field);
    if !tags.is_empty() {
        schema.insert("x-tags".to_owned(), json!(tags));
    }
}
