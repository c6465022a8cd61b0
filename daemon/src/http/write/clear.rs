use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use ddgen_ipc::message::Event;
use serde::Deserialize;
use serde_json::json;

use super::Writing;
use crate::caller::Caller;
use crate::http::answer::refuse;
use crate::store::AuditEntry;

const ACTION: &str = "database clear";
/// What has to be said, so that nobody clears a store by calling the wrong route.
const WORD: &str = "clear";

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirmation {
    confirm: Option<String>,
}

/// `POST /api/v1/database/clear` with `{"confirm": "clear"}`.
pub(super) async fn clear(
    State(state): State<Writing>,
    Extension(caller): Extension<Caller>,
    body: Bytes,
) -> Response {
    let body: Confirmation = serde_json::from_slice(&body).unwrap_or_default();
    if body.confirm.as_deref() != Some(WORD) {
        return refuse(
            StatusCode::BAD_REQUEST,
            "this takes every dictionary, version and drop away: say so with the body {\"confirm\": \
             \"clear\"}. Keys and the audit log stay",
        );
    }
    let entry = AuditEntry::done(&caller, ACTION, "everything");
    match state.desk.store.clear(entry).await {
        Ok(cleared) => {
            tracing::warn!(by = %caller.name, from = %caller.origin, "the store was cleared");
            state.desk.hub.publish(Event::Resync);
            Json(json!({
                "cleared": cleared,
                "note": "files that still lie in watched folders are read again at the next scan",
            }))
            .into_response()
        }
        Err(error) => state.failed(&caller, ACTION, "everything", &error).await,
    }
}
