//! The shapes of bodies. A test holds each against what the daemon really answers.

use ddgen_ipc::message::Aspect;
use serde_json::{Map, Value, json};

pub(super) fn all() -> Value {
    let mut all = Map::new();
    for (name, schema) in [
        daemon(),
        alerts(),
        quarantine(),
        reading(),
        writing(),
        rows(),
        found(),
    ]
    .concat()
    {
        all.insert(name.to_owned(), schema);
    }
    Value::Object(all)
}

type Named = (&'static str, Value);

fn daemon() -> Vec<Named> {
    let verdict = || one_of(&["ok", "degraded", "down"]);
    let check = || one_of(&["ok", "failed", "unknown"]);
    let probe = object(&[
        ("name", text()),
        ("verdict", verdict()),
        ("because", text()),
    ]);
    vec![
        (
            "Problem",
            object(&[
                ("type", text()),
                ("title", text()),
                ("status", count()),
                ("detail", text()),
            ]),
        ),
        (
            "Health",
            object(&[
                ("status", verdict()),
                ("version", text()),
                ("uptime_seconds", count()),
                ("checked_at", moment()),
                ("probes", list(&probe)),
            ]),
        ),
        ("Live", object(&[("status", text())])),
        (
            "Ready",
            object(&[("status", text()), ("reasons", list(&text()))]),
        ),
        (
            "OpenApi",
            json!({ "type": "object", "required": ["openapi", "info", "paths"] }),
        ),
        (
            "DatabaseHealth",
            object(&[
                ("status", one_of(&["healthy", "degraded", "unhealthy"])),
                ("connection", check()),
                ("integrity", check()),
                ("checked_at", maybe(moment())),
                ("because", maybe(text())),
            ]),
        ),
        (
            "DatabaseStats",
            object(&[
                ("database_type", one_of(&["sqlite", "postgresql"])),
                ("database_size", count()),
                (
                    "table_counts",
                    object(&[
                        ("dictionaries", count()),
                        ("versions", count()),
                        ("fields", count()),
                        ("annotations", count()),
                    ]),
                ),
                ("total_records", count()),
                ("last_updated", maybe(moment())),
            ]),
        ),
    ]
}

fn quarantine() -> Vec<Named> {
    let breach = object(&[
        ("field", maybe(text())),
        ("rule", text()),
        ("count", maybe(count())),
        ("first_record", maybe(count())),
        ("example", maybe(text())),
        ("message", text()),
    ]);
    let file = object(&[
        ("id", text()),
        ("watch", text()),
        ("path", text()),
        ("lies", text()),
        ("size", count()),
        ("arrived_at", moment()),
        ("quarantined_at", moment()),
        ("dictionary", text()),
        ("contract", text()),
        (
            "state",
            one_of(&["moving", "held", "deciding", "returning"]),
        ),
        ("problem", maybe(text())),
        ("decided_by", maybe(text())),
        ("breaches", list(&breach)),
        ("more_breaches", count()),
    ]);
    vec![
        ("QuarantinedFile", file),
        ("Quarantine", page(&refer("QuarantinedFile"))),
    ]
}

fn alerts() -> Vec<Named> {
    let alert = object(&[
        ("id", count()),
        ("alert", text()),
        ("rule", text()),
        ("subject", text()),
        ("severity", one_of(&["info", "warning", "critical"])),
        ("state", one_of(&["pending", "raised", "cleared"])),
        ("because", text()),
        ("count", count()),
        ("since", moment()),
        ("raised_at", maybe(moment())),
        ("cleared_at", maybe(moment())),
        ("acknowledged_by", maybe(text())),
        ("acknowledged_at", maybe(moment())),
        ("note", maybe(text())),
        ("silenced_until", maybe(moment())),
    ]);
    let silence = object(&[
        ("alert", text()),
        ("until", moment()),
        ("by", text()),
        ("at", moment()),
        ("because", maybe(text())),
    ]);
    let sink = object(&[
        ("name", text()),
        ("kind", one_of(&["log", "command", "webhook", "email"])),
        ("waiting", count()),
        ("sent", count()),
        ("dead", count()),
        ("last_sent_at", maybe(moment())),
        ("problem", maybe(text())),
    ]);
    let letter = object(&[
        ("at", moment()),
        ("sink", text()),
        ("alert", text()),
        ("event", one_of(&["raised", "cleared"])),
        ("tries", count()),
        ("because", text()),
    ]);
    let all = object(&[
        ("alerts", list(&refer("Alert"))),
        ("cleared", list(&refer("Alert"))),
        ("silences", list(&silence)),
        ("sinks", list(&sink)),
        ("dead_letters", list(&letter)),
    ]);
    vec![("Alert", alert), ("Alerts", all)]
}

fn reading() -> Vec<Named> {
    let column = object(&[
        ("name", text()),
        ("type", text()),
        ("nullable", yes_or_no()),
        ("primary_key", yes_or_no()),
    ]);
    let table = object(&[
        ("name", text()),
        ("rows", count()),
        ("columns", list(&column)),
    ]);
    vec![
        ("Dictionaries", counted_page(&refer("Dictionary"))),
        ("Versions", counted_page(&refer("Version"))),
        ("Fields", counted_page(&refer("Field"))),
        ("Tables", counted_page(&table)),
        ("Drops", page(&refer("Drop"))),
        ("FoundFields", page(&refer("FoundField"))),
        ("FoundDictionaries", page(&refer("FoundDictionary"))),
        (
            "Shown",
            object(&[
                ("name", text()),
                ("watch", text()),
                ("stem", text()),
                ("versions", count()),
                ("version", count()),
                ("records", count()),
                ("fields", count()),
                ("updated_at", moment()),
                ("drop", refer("Drop")),
                ("annotations", list(&refer("Annotation"))),
                ("findings", list(&judged())),
                ("profile", refer("Profile")),
            ]),
        ),
        (
            "Profile",
            object(&[
                ("profile_version", count()),
                ("source", json!({ "type": "object" })),
                ("tables", list(&json!({ "type": "object" }))),
            ]),
        ),
        (
            "Diff",
            json!({ "type": "object", "required": ["changes", "findings"] }),
        ),
        (
            "Backups",
            object(&[
                ("backups", list(&refer("Backup"))),
                ("more", yes_or_no()),
                ("copies", count()),
                ("media", count()),
                ("offsite_at", maybe(moment())),
                ("broken", list(&text())),
                ("reminders", list(&text())),
                ("next_full", maybe(moment())),
                ("next_incremental", maybe(moment())),
                ("next_offsite", maybe(moment())),
            ]),
        ),
        (
            "Backup",
            object(&[
                ("id", text()),
                ("place", text()),
                ("kind", text()),
                ("why", text()),
                ("base", maybe(text())),
                ("taken_at", moment()),
                ("finished_at", moment()),
                ("bytes", count()),
                ("store_bytes", count()),
                ("there", yes_or_no()),
                ("verified_at", maybe(moment())),
                ("problem", maybe(text())),
            ]),
        ),
        (
            "FieldProfile",
            json!({
                "type": "object",
                "required": ["path", "name", "position", "type", "count", "null_count"],
            }),
        ),
    ]
}

/// A finding of a version: its drift, or a breach of its contract.
fn judged() -> Value {
    let mut finding = object(&[
        ("field", maybe(text())),
        ("source", one_of(&["drift", "contract"])),
        ("code", text()),
        ("severity", one_of(&["info", "warning", "error"])),
        ("message", text()),
    ]);
    finding["properties"]["numbers"] = json!({ "type": "object" });
    finding
}

/// Bodies of requests, and answers to them.
fn writing() -> Vec<Named> {
    let cleared = json!({ "type": "object" });
    vec![
        (
            "Description",
            json!({
                "type": "object",
                "minProperties": 1,
                "additionalProperties": false,
                "properties": aspects(false),
            }),
        ),
        (
            "FieldDescription",
            json!({
                "type": "object",
                "minProperties": 1,
                "additionalProperties": false,
                "properties": aspects(true),
            }),
        ),
        ("Move", called(&[("to", name())], &["to"])),
        ("Merge", called(&[("into", name())], &["into"])),
        ("Split", split()),
        (
            "Reshaped",
            object(&[("dictionaries", list(&refer("Dictionary")))]),
        ),
        (
            "Confirmation",
            json!({
                "type": "object",
                "required": ["confirm"],
                "additionalProperties": false,
                "properties": { "confirm": { "const": "clear" } },
            }),
        ),
        (
            "Annotation",
            object(&[
                ("field", maybe(text())),
                ("aspect", text()),
                ("value", text()),
                ("author", text()),
                ("written_at", moment()),
                ("revision", count()),
                ("version", maybe(count())),
            ]),
        ),
        (
            "Imported",
            object(&[
                ("dry_run", yes_or_no()),
                ("written", count()),
                ("skipped", count()),
                ("cells", list(&json!({ "type": "object" }))),
            ]),
        ),
        (
            "Annotations",
            object(&[("annotations", list(&refer("Annotation")))]),
        ),
        (
            "UnderWay",
            object(&[("bytes", count()), ("total", count())]),
        ),
        ("Cleared", object(&[("cleared", cleared), ("note", text())])),
    ]
}

fn name() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": 255 })
}

/// A body of these keys and no others.
fn called(keys: &[(&str, Value)], required: &[&str]) -> Value {
    let keys: Map<String, Value> = keys
        .iter()
        .map(|(key, schema)| ((*key).to_owned(), schema.clone()))
        .collect();
    json!({ "type": "object", "required": required, "additionalProperties": false, "properties": keys })
}

fn split() -> Value {
    let versions = json!({ "type": "array", "items": { "type": "integer", "minimum": 1, "maximum": 1_000_000 } });
    json!({ "oneOf": [
        called(&[("to", name()), ("versions", versions)], &["to", "versions"]),
        called(&[("to", name()), ("series", name())], &["to", "series"]),
    ] })
}

/// What people may say, as the store takes it: a long text, or one line; tags also as a list; of a field
/// verdicts as well.
fn aspects(of_field: bool) -> Value {
    const LINE: &str = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$";
    const LONG: &str = "^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]*$";
    let mut all = Map::new();
    const WORD: &str = "^([A-Za-z][A-Za-z0-9_]*)?$";
    for aspect in Aspect::ALL {
        if aspect.is_verdict() {
            if of_field {
                let schema = json!({
                    "type": ["string", "null"], "maxLength": 64, "pattern": WORD,
                    "description": "a person's verdict, which wins; `none`: it is none",
                });
                all.insert(aspect.word().to_owned(), schema);
            }
            continue;
        }
        let (most, pattern) = match aspect.is_long() {
            true => (65_536, LONG),
            false => (1_024, LINE),
        };
        let mut schema =
            json!({ "type": ["string", "null"], "maxLength": most, "pattern": pattern });
        if aspect == Aspect::Tags {
            schema["type"] = json!(["string", "array", "null"]);
            schema["items"] = json!({ "type": "string", "pattern": LINE });
            schema["maxItems"] = json!(100);
        }
        all.insert(aspect.word().to_owned(), schema);
    }
    let seen = json!({ "type": "integer", "minimum": 0, "maximum": 9_007_199_254_740_991_u64 });
    let seen = all
        .keys()
        .map(|name| (name.clone(), seen.clone()))
        .collect::<Map<_, _>>();
    let expects = json!({
        "type": ["object", "null"], "additionalProperties": false, "properties": seen,
        "description": "the revisions that the editor saw, 0 where nothing stood: 409 where another stands now",
    });
    all.insert("expects".to_owned(), expects);
    Value::Object(all)
}

fn rows() -> Vec<Named> {
    vec![
        (
            "Dictionary",
            object(&[
                ("name", text()),
                ("watch", text()),
                ("stem", text()),
                ("versions", count()),
                ("version", count()),
                ("records", count()),
                ("fields", count()),
                ("pii_fields", count()),
                ("warnings", count()),
                ("format", text()),
                ("bytes", count()),
                ("file", text()),
                ("updated_at", moment()),
                ("provisional_until", maybe(moment())),
            ]),
        ),
        (
            "Version",
            object(&[
                ("number", count()),
                ("current", yes_or_no()),
                ("records", count()),
                ("fields", count()),
                ("schema_hash", text()),
                ("file", text()),
                ("bytes", count()),
                ("blake3", text()),
                ("created_at", moment()),
            ]),
        ),
        (
            "Field",
            object(&[
                ("path", text()),
                ("name", text()),
                ("position", count()),
                ("nesting_level", count()),
                ("field_type", text()),
                ("nullable", yes_or_no()),
                ("count", count()),
                ("null_count", count()),
                ("distinct_count", count()),
                ("semantic_type", maybe(text())),
                ("pii", maybe(text())),
                ("min", maybe(text())),
                ("max", maybe(text())),
                ("mean", json!({ "type": ["number", "null"] })),
                ("findings", count()),
                ("estimated", yes_or_no()),
            ]),
        ),
    ]
}

/// Drops, and what a search finds.
fn found() -> Vec<Named> {
    let state = one_of(&[
        "pending",
        "running",
        "done",
        "failed",
        "duplicate",
        "parked",
        "quarantined",
    ]);
    vec![
        (
            "Drop",
            object(&[
                ("id", text()),
                ("seq", count()),
                ("watch", text()),
                ("path", text()),
                ("size", count()),
                ("mtime", moment()),
                ("blake3", maybe(text())),
                ("state", state),
                ("reason", maybe(text())),
                ("dictionary", maybe(text())),
                (
                    "version",
                    json!({ "type": ["integer", "null"], "minimum": 1 }),
                ),
                ("tries", count()),
                ("arrived_at", moment()),
                ("finished_at", maybe(moment())),
            ]),
        ),
        (
            "FoundField",
            object(&[
                ("dictionary", text()),
                ("version", count()),
                ("path", text()),
                ("name", text()),
                ("type", text()),
                ("position", count()),
                ("semantic_type", maybe(text())),
                ("pii", maybe(text())),
                ("description", maybe(text())),
            ]),
        ),
        (
            "FoundDictionary",
            object(&[
                ("name", text()),
                ("watch", text()),
                ("version", count()),
                ("records", count()),
                ("fields", count()),
                ("updated_at", moment()),
                ("description", maybe(text())),
            ]),
        ),
    ]
}

/// All of these are always there; others may be added.
fn object(properties: &[(&str, Value)]) -> Value {
    let required: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> = properties
        .iter()
        .map(|(name, schema)| ((*name).to_owned(), schema.clone()))
        .collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

fn page(item: &Value) -> Value {
    object(&[("items", list(item)), ("next", maybe(text()))])
}

fn counted_page(item: &Value) -> Value {
    let next = maybe(text());
    object(&[("items", list(item)), ("total", count()), ("next", next)])
}

fn list(item: &Value) -> Value {
    json!({ "type": "array", "items": item })
}

fn refer(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn moment() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn yes_or_no() -> Value {
    json!({ "type": "boolean" })
}

fn one_of(words: &[&str]) -> Value {
    json!({ "type": "string", "enum": words })
}

fn maybe(mut schema: Value) -> Value {
    schema["type"] = json!([schema["type"], "null"]);
    schema
}
