//! Answers that say no.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

#[derive(Serialize)]
struct No {
    status: u16,
    error: String,
}

/// A refusal as a JSON document: what happened, and what to do.
pub(super) fn refuse(status: StatusCode, error: impl Into<String>) -> Response {
    (
        status,
        Json(No {
            status: status.as_u16(),
            error: error.into(),
        }),
    )
        .into_response()
}
