//! `/api/openapi.json`: OpenAPI 3.1, made from the table of routes.

mod schemas;

use std::sync::LazyLock;

use axum::http::HeaderMap;
use axum::response::Response;
use ddgen_ipc::hello::Role;
use serde_json::{Map, Value, json};

use super::read::reply;
use super::routes::table::{Kind, Operation, Parameter, Shape, Takes, operations};

/// Made once: the table does not change.
static DOCUMENT: LazyLock<Vec<u8>> = LazyLock::new(|| document().to_string().into_bytes());

pub(super) async fn openapi(headers: HeaderMap) -> Response {
    reply::text(&headers, DOCUMENT.clone())
}

pub(super) fn document() -> Value {
    let mut paths = Map::new();
    for operation in operations() {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        let written = written(operation);
        if operation.method == "GET" {
            path["head"] = without_bodies(written.clone(), operation);
        }
        path[operation.method.to_ascii_lowercase()] = written;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "ddgen",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "A living data dictionary of every file that arrives",
            "description": "Lists are paged: follow `next` until it is null. Documents carry an \
                ETag; a request with If-None-Match is answered 304 when nothing has changed. What \
                is refused says why as application/problem+json (RFC 9457).",
            "license": { "name": "MIT OR Apache-2.0" },
        },
        "servers": [ { "url": "/" } ],
        "paths": paths,
        "components": {
            "schemas": schemas::all(),
            "securitySchemes": {
                "key": { "type": "apiKey", "in": "header", "name": "X-API-Key" },
                "bearer": { "type": "http", "scheme": "bearer" },
            },
            "responses": {
                "Refused": {
                    "description": "It was not done, and why",
                    "content": {
                        "application/problem+json": {
                            "schema": { "$ref": "#/components/schemas/Problem" },
                        },
                    },
                },
            },
        },
    })
}

fn written(operation: &Operation) -> Value {
    let mut parameters: Vec<Value> = in_path(operation.path).map(path_parameter).collect();
    parameters.extend(operation.query.iter().map(query_parameter));
    let mut all = json!({
        "operationId": operation.name.replace(' ', "_"),
        "summary": operation.summary,
        "tags": [tag(operation)],
        "parameters": parameters,
        "responses": responses(operation),
    });
    if let Some(role) = operation.needs {
        // Without a key where the daemon is told so, and on its own machine.
        all["security"] = json!([{ "key": [] }, { "bearer": [] }, {}]);
        all["x-role"] = json!(role_name(role));
    }
    if let Some(body) = body(&operation.takes) {
        all["requestBody"] = body;
    }
    all
}

/// `HEAD` is `GET` without the body of its answer.
fn without_bodies(mut written: Value, operation: &Operation) -> Value {
    written["operationId"] = json!(format!("{}_head", operation.name.replace(' ', "_")));
    if let Some(responses) = written["responses"].as_object_mut() {
        for response in responses.values_mut() {
            *response = match response.get("description") {
                Some(description) => json!({ "description": description }),
                None => json!({ "description": "It was not done" }),
            };
        }
    }
    written
}

/// What the routes of the documentation are grouped by.
pub(super) fn tag(operation: &Operation) -> &'static str {
    let rest = operation.path.strip_prefix("/api/v1/");
    rest.and_then(|rest| rest.split('/').next())
        .unwrap_or("daemon")
}

pub(super) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Reader => "read",
        Role::Editor => "write",
        Role::Admin => "admin",
    }
}

/// The names between braces.
pub(super) fn in_path(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// What a name in a path stands for.
pub(super) fn said_of(name: &str) -> &'static str {
    match name {
        "name" => "The dictionary's name, or one it had before; `/` in it is written %2F",
        "version" => "The number of a version, or `current`",
        "path" => "The path of a field, as the list of fields has it",
        "id" => "The drop's id, or the path of its file (`/` written %2F)",
        _ => "",
    }
}

fn path_parameter(name: &str) -> Value {
    let schema = match name {
        "version" => json!({ "type": "string", "pattern": "^(current|[1-9][0-9]{0,8})$" }),
        _ => json!({ "type": "string", "minLength": 1 }),
    };
    json!({
        "name": name,
        "in": "path",
        "required": true,
        "description": said_of(name),
        "schema": schema,
    })
}

fn query_parameter(parameter: &Parameter) -> Value {
    let schema = match parameter.kind {
        // One character that is not blank at least, where it must be given.
        Kind::Text { longest } if parameter.required => {
            json!({ "type": "string", "minLength": 1, "maxLength": longest, "pattern": "\\S" })
        }
        Kind::Text { longest } => json!({ "type": "string", "maxLength": longest }),
        Kind::Number { least, most } => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Kind::OneOf(words) => json!({ "type": "string", "enum": words }),
    };
    json!({
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.says,
        "schema": schema,
    })
}

fn responses(operation: &Operation) -> Value {
    let mut all = Map::new();
    let mut tagged = false;
    for (status, shape) in operation.answers {
        let description = match status {
            200 => "Here it is",
            201 => "Done; Location says where it is",
            202 => "On its way; Location says where to ask for it",
            204 => "Done",
            _ => "It is not well, and why",
        };
        let schema = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
        let response = match shape {
            Shape::Document(name) => {
                tagged = true;
                json!({
                    "description": description,
                    "headers": { "ETag": { "schema": { "type": "string" } } },
                    "content": { "application/json": { "schema": schema(name) } },
                })
            }
            Shape::Json(name) => json!({
                "description": description,
                "content": { "application/json": { "schema": schema(name) } },
            }),
            Shape::Text(kind) => json!({
                "description": description,
                "content": { *kind: { "schema": { "type": "string" } } },
            }),
            Shape::Bytes(kind) => json!({
                "description": description,
                "content": { *kind: {} },
            }),
            Shape::Kinds(kinds) => {
                let kinds = kinds.iter().map(|kind| ((*kind).to_owned(), json!({})));
                json!({ "description": description, "content": kinds.collect::<Map<_, _>>() })
            }
            Shape::Empty => json!({ "description": description }),
        };
        all.insert(status.to_string(), response);
    }
    if tagged {
        all.insert(
            "304".to_owned(),
            json!({ "description": "The client has it already" }),
        );
    }
    let refused = json!({ "$ref": "#/components/responses/Refused" });
    let in_path = in_path(operation.path).next().is_some();
    let bad = in_path || !operation.query.is_empty() || operation.takes != Takes::Nothing;
    let mut codes = Vec::new();
    if bad {
        codes.push("400");
    }
    if in_path {
        codes.push("404");
    }
    if operation.needs.is_some() {
        codes.extend(["401", "403", "429"]);
    }
    for code in codes {
        all.insert(code.to_owned(), refused.clone());
    }
    all.insert("default".to_owned(), refused);
    Value::Object(all)
}

fn body(takes: &Takes) -> Option<Value> {
    match takes {
        Takes::Nothing => None,
        Takes::Json(name) => Some(json!({
            "required": true,
            "content": {
                "application/json": {
                    "schema": { "$ref": format!("#/components/schemas/{name}") },
                },
            },
        })),
        Takes::Export => Some(json!({
            "required": true,
            "content": {
                "application/json": { "schema": { "type": "object" } },
                "text/csv": { "schema": { "type": "string" } },
            },
        })),
        Takes::File => Some(json!({
            "required": true,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["file"],
                        "properties": {
                            "file": { "type": "string", "contentMediaType": "application/octet-stream" },
                            "name": { "type": "string" },
                        },
                    },
                },
                "application/octet-stream": { "schema": { "type": "string", "minLength": 1 } },
            },
        })),
    }
}
