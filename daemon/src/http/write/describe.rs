use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use ddgen_ipc::message::{Aspect, Edit};
use serde_json::{Map, Value, json};

use super::Writing;
use crate::caller::Caller;
use crate::desk::written::has_verdict;
use crate::http::answer::refuse;
use crate::http::read::ask::Named;
use crate::store::AuditEntry;

/// What can be said of a dictionary: verdicts are about fields.
fn of_dictionary(edits: Vec<Edit>) -> Result<Vec<Edit>, String> {
    match edits.iter().find(|edit| edit.aspect.is_verdict()) {
        Some(edit) => Err(format!(
            "`{}` is said of a field, not of a dictionary",
            edit.aspect
        )),
        None => Ok(edits),
    }
}

const ACTION: &str = "annotate";
const EXPECTS: &str = "expects";

/// `PATCH` (and `PUT`) `/api/v1/dictionaries/{name}` with `{"description": "...", "tags": ["a"]}`:
/// what is named is written, null takes it away, the rest stays. With `"expects": {"description": 7}`
/// only where that revision still stands (0: nothing does). Answers the dictionary.
pub(super) async fn describe(
    State(state): State<Writing>,
    Extension(caller): Extension<Caller>,
    Named(name): Named<String>,
    body: Bytes,
) -> Response {
    let edits = match edits(&body).and_then(of_dictionary) {
        Ok(edits) => edits,
        Err(words) => return refuse(StatusCode::UNPROCESSABLE_ENTITY, words),
    };
    let named: Vec<&str> = edits.iter().map(|edit| edit.aspect.word()).collect();
    let target = format!("{name}: {}", named.join(", "));
    match state.desk.store.annotate(&name, edits, &caller.name).await {
        Ok((dictionary, _)) => state.desk.tell_written(&dictionary, false).await,
        Err(error) => return state.failed(&caller, ACTION, &target, &error).await,
    }
    let entry = AuditEntry::done(&caller, ACTION, target.clone());
    state.desk.audit(entry).await;
    match state.desk.store.show_json(&name, None).await {
        Ok(text) => ([(CONTENT_TYPE, "application/json")], text).into_response(),
        Err(error) => state.failed(&caller, ACTION, &target, &error).await,
    }
}

/// `PATCH /api/v1/dictionaries/{name}/fields/{path}`: the same for a field, by its path in whatever
/// version had it. Answers what is written now.
pub(super) async fn field(
    State(state): State<Writing>,
    Extension(caller): Extension<Caller>,
    Named((name, path)): Named<(String, String)>,
    body: Bytes,
) -> Response {
    let mut edits = match edits(&body) {
        Ok(edits) => edits,
        Err(words) => return refuse(StatusCode::UNPROCESSABLE_ENTITY, words),
    };
    for edit in &mut edits {
        edit.field = Some(path.clone());
    }
    let target = format!("{name}: {path}");
    let verdicts = has_verdict(&edits);
    match state.desk.store.annotate(&name, edits, &caller.name).await {
        Ok((dictionary, mut annotations)) => {
            state.desk.tell_written(&dictionary, verdicts).await;
            let entry = AuditEntry::done(&caller, ACTION, target);
            state.desk.audit(entry).await;
            // What was taken away is not there any more.
            annotations.retain(|row| !row.value.is_empty());
            Json(json!({ "annotations": annotations })).into_response()
        }
        Err(error) => state.failed(&caller, ACTION, &target, &error).await,
    }
}

fn edits(body: &[u8]) -> Result<Vec<Edit>, String> {
    let known = Aspect::ALL.map(Aspect::word).join(", ");
    let mut wanted: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|error| format!("the body is no JSON object of {known}: {error}"))?;
    let mut expects = revisions(wanted.remove(EXPECTS))?;
    if let Some(name) = expects.keys().find(|name| !wanted.contains_key(*name)) {
        return Err(format!(
            "`{EXPECTS}` names `{name}`, which is not written here"
        ));
    }
    if wanted.is_empty() {
        return Err(format!("nothing to write: name one of {known}"));
    }
    let edit = |(name, value): (String, Value)| {
        let aspect: Aspect = name.parse()?;
        Ok(Edit {
            field: None,
            aspect,
            value: text(aspect, value)?,
            expects: expects.remove(aspect.word()),
        })
    };
    wanted.into_iter().map(edit).collect()
}

/// The revisions that an editor saw, by aspect.
fn revisions(given: Option<Value>) -> Result<BTreeMap<String, u64>, String> {
    match given {
        None | Some(Value::Null) => Ok(BTreeMap::new()),
        Some(given) => serde_json::from_value(given).map_err(|_| {
            format!("`{EXPECTS}` is an object of revisions, such as {{\"description\": 7}}")
        }),
    }
}

/// Tags may also be a list; nothing takes away what is written.
fn text(aspect: Aspect, value: Value) -> Result<String, String> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text),
        Value::Array(tags) if aspect == Aspect::Tags => {
            let words: Option<Vec<&str>> = tags.iter().map(Value::as_str).collect();
            words
                .map(|words| words.join(", "))
                .ok_or_else(|| "`tags` is a list of words, a text, or null".to_owned())
        }
        _ => Err(format!("`{aspect}` is a text, or null")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aspects_are_texts_and_tags_a_list() {
        let read = |text: &str| edits(text.as_bytes());
        let body = r#"{"description": "what is sold", "tags": ["a", "b"], "owner": null}"#;
        let found = read(body).unwrap();
        let mut found: Vec<_> = found
            .iter()
            .map(|edit| (edit.aspect, edit.value.as_str()))
            .collect();
        found.sort_unstable();
        let expected = [
            (Aspect::Description, "what is sold"),
            (Aspect::Owner, ""),
            (Aspect::Tags, "a, b"),
        ];
        assert_eq!(found, expected);
        let seen = read(r#"{"owner": "ana", "tags": "a", "expects": {"owner": 7}}"#).unwrap();
        let seen: Vec<_> = seen
            .iter()
            .map(|edit| (edit.aspect, edit.expects))
            .collect();
        assert_eq!(seen, [(Aspect::Owner, Some(7)), (Aspect::Tags, None)]);
        for (bad, because) in [
            ("[]", "no JSON object"),
            ("{}", "nothing to write"),
            (r#"{"nme": "x"}"#, "`nme` is nothing"),
            (r#"{"tags": [1]}"#, "list of words"),
            (r#"{"owner": 5}"#, "`owner` is a text"),
            (r#"{"expects": {"owner": 1}}"#, "not written here"),
            (r#"{"owner": "x", "expects": 1}"#, "object of revisions"),
            (
                r#"{"owner": "x", "expects": {"owner": -1}}"#,
                "object of revisions",
            ),
        ] {
            let words = read(bad).unwrap_err();
            assert!(words.contains(because), "{bad}: {words}");
        }
    }
}
