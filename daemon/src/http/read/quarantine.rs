//! `GET /api/v1/quarantine`: files that were set aside, and why.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::Reading;
use super::ask::Named;
use super::reply::{Page, document, refused};

pub(super) async fn list(State(state): State<Reading>, headers: HeaderMap) -> Response {
    match state.desk.quarantined().await {
        Ok(items) => {
            let page = Page {
                items,
                total: None,
                next: None,
            };
            document(&headers, &page)
        }
        Err(refusal) => refused(refusal),
    }
}

pub(super) async fn show(
    State(state): State<Reading>,
    headers: HeaderMap,
    Named(id): Named<String>,
) -> Response {
    match state.desk.in_quarantine(&id).await {
        Ok(row) => document(&headers, &row),
        Err(refusal) => refused(refusal),
    }
}

/// `GET /api/v1/quarantine/{id}/report`: for people, as Markdown.
pub(super) async fn report(State(state): State<Reading>, Named(id): Named<String>) -> Response {
    match state.desk.quarantine_report(&id).await {
        Ok(text) => ([(CONTENT_TYPE, "text/markdown; charset=utf-8")], text).into_response(),
        Err(refusal) => refused(refusal),
    }
}
