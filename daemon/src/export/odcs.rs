//! Open Data Contract Standard 3.1. Written as JSON, which every reader of YAML takes.

use ddgen_ipc::message::Aspect;
use serde_json::{Map, Value, json};

use super::tree::{self, Node};
use super::{Dictionary, Written, encoded, is_unique};

pub(super) fn render(dictionaries: &[Dictionary]) -> Value {
    let schema: Vec<Value> = dictionaries.iter().map(object).collect();
    let mut contract = json!({
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "status": "active",
        "schema": schema,
    });
    match dictionaries {
        [one] => {
            let written = one.written();
            contract["id"] = json!(format!("urn:ddgen:{}", encoded(&one.name)));
            contract["name"] = json!(one.name);
            contract["version"] = json!(format!("{}.0.0", one.version));
            if let Some(purpose) = written.maybe(None, Aspect::Description) {
                contract["description"] = json!({ "purpose": purpose });
            }
            if let Some(owner) = written.maybe(None, Aspect::Owner) {
                contract["team"] = json!({ "name": owner });
            }
        }
        _ => {
            contract["id"] = json!("urn:ddgen");
            contract["name"] = json!("ddgen");
            contract["version"] = json!("1.0.0");
        }
    }
    contract
}

fn object(dictionary: &Dictionary) -> Value {
    let written = dictionary.written();
    let fields = tree::of(dictionary.fields());
    let properties: Vec<Value> = fields.iter().map(|node| named(node, &written)).collect();
    let mut object = Map::new();
    object.insert("name".to_owned(), json!(dictionary.name));
    object.insert("logicalType".to_owned(), json!("object"));
    object.insert(
        "physicalType".to_owned(),
        json!(dictionary.profile.source.format),
    );
    object.insert(
        "physicalName".to_owned(),
        json!(dictionary.profile.source.name),
    );
    object.insert("properties".to_owned(), json!(properties));
    about(&mut object, &written, None, &[]);
    Value::Object(object)
}

fn named<'a>(node: &Node<'a>, written: &Written<'a>) -> Value {
    let mut property = property(node, written);
    property.insert("name".to_owned(), json!(node.field.name));
    Value::Object(property)
}

fn property<'a>(node: &Node<'a>, written: &Written<'a>) -> Map<String, Value> {
    let field = node.field;
    let kind = match field.field_type.as_str() {
        "date" => "date",
        "datetime" => "timestamp",
        "time" => "time",
        "number" => "number",
        "integer" | "year" => "integer",
        "object" | "geojson" => "object",
        "array" => "array",
        "boolean" => "boolean",
        _ => "string",
    };
    let mut property = Map::new();
    let mut put = |key: &str, value: Value| {
        property.insert(key.to_owned(), value);
    };
    put("logicalType", json!(kind));
    put("physicalType", json!(field.field_type));
    put("physicalName", json!(field.path));
    put("required", json!(!field.nullable));
    if is_unique(field) {
        put("unique", json!(true));
    }
    if !field.samples.is_empty() {
        put("examples", json!(field.samples));
    }
    if let Some(text) = written.maybe(Some(&field.path), Aspect::Classification) {
        put("classification", json!(text));
    }
    match node.element() {
        Some(element) => put("items", Value::Object(self::property(element, written))),
        None if kind == "object" && !node.inside.is_empty() => {
            let inside = node.inside.iter().map(|node| named(node, written));
            put("properties", json!(inside.collect::<Vec<_>>()));
        }
        None => {}
    }
    let mut more = Vec::new();
    if let Some(pii) = &field.pii {
        more.push(("pii", pii.entity.as_str()));
    }
    if let Some(semantic) = &field.semantic_type {
        more.push(("semanticType", semantic));
    }
    let by = field.said_by();
    if let Some(by) = &by {
        more.push(("meaningBy", by));
    }
    about(&mut property, written, Some(&field.path), &more);
    property
}

fn about<'a>(
    out: &mut Map<String, Value>,
    written: &Written<'a>,
    field: Option<&'a str>,
    more: &[(&str, &str)],
) {
    for (key, aspect) in [
        ("businessName", Aspect::BusinessName),
        ("description", Aspect::Description),
    ] {
        if let Some(text) = written.maybe(field, aspect) {
            out.insert(key.to_owned(), json!(text));
        }
    }
    let tags = written.tags(field);
    if !tags.is_empty() {
        out.insert("tags".to_owned(), json!(tags));
    }
    let said = [
        ("owner", Aspect::Owner),
        ("criticality", Aspect::Criticality),
    ];
    let said = said
        .iter()
        .filter_map(|(key, aspect)| Some((*key, written.maybe(field, *aspect)?)));
    let properties: Vec<Value> = said
        .chain(more.iter().copied())
        .map(|(property, value)| json!({ "property": property, "value": value }))
        .collect();
    if !properties.is_empty() {
        out.insert("customProperties".to_owned(), json!(properties));
    }
}
