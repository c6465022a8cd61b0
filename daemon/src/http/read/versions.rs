//! `GET /api/v1/dictionaries/{name}/versions`, one version, and its profile.

use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::Reading;
use super::ask::{Asked, Named, page, version, within};
use super::reply::{Page, address, document, escaped, refused, text};
use crate::desk::refuse;
use crate::export::changelog;
use crate::http::answer::refuse as no;
use crate::store::StoreError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct List {
    limit: Option<u32>,
    before: Option<u32>,
}

/// Newest first.
pub(super) async fn list(
    State(state): State<Reading>,
    headers: HeaderMap,
    Named(name): Named<String>,
    Asked(asked): Asked<List>,
) -> Response {
    let before = asked.before.map(u64::from);
    let bound = within("before", before, 1..=u64::from(u32::MAX));
    let limit = match bound.and(page(asked.limit)) {
        Ok(limit) => limit,
        Err(refusal) => return refusal,
    };
    let store = &state.desk.store;
    match store.versions_before(&name, asked.before, limit + 1).await {
        Ok((total, mut items)) => {
            let more = items.len() > limit as usize;
            items.truncate(limit as usize);
            let last = items.last().filter(|_| more);
            let next = last.map(|last| {
                let path = format!("/api/v1/dictionaries/{}/versions", escaped(&name));
                let before = Some(last.number.to_string());
                address(
                    &path,
                    &[("limit", Some(limit.to_string())), ("before", before)],
                )
            });
            let total = Some(total);
            document(&headers, &Page { items, total, next })
        }
        Err(error) => refused(refuse::store(&error)),
    }
}

pub(super) async fn show(
    State(state): State<Reading>,
    headers: HeaderMap,
    Named((name, named)): Named<(String, String)>,
) -> Response {
    let number = match version(&named) {
        Ok(number) => number,
        Err(refusal) => return refusal,
    };
    match state.desk.store.version(&name, number).await {
        Ok(row) => document(&headers, &row),
        Err(error) => refused(refuse::store(&error)),
    }
}

/// The profile document, as `ddgend profile --format json` prints it.
pub(super) async fn profile(
    State(state): State<Reading>,
    headers: HeaderMap,
    Named((name, named)): Named<(String, String)>,
) -> Response {
    let number = match version(&named) {
        Ok(number) => number,
        Err(refusal) => return refusal,
    };
    match state.desk.store.profile_json(&name, number).await {
        Ok(json) => text(&headers, json),
        Err(error) => refused(refuse::store(&error)),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Diff {
    from: Option<u32>,
    to: Option<u32>,
    #[serde(rename = "as")]
    form: Option<DiffForm>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DiffForm {
    Json,
    Markdown,
}

/// What `ddgend diff` prints: JSON, or Markdown where that is asked for by `as` or by `Accept`.
pub(super) async fn diff(
    State(state): State<Reading>,
    headers: HeaderMap,
    Named(name): Named<String>,
    Asked(asked): Asked<Diff>,
) -> Response {
    let store = &state.desk.store;
    match store.diff_json(&name, asked.from, asked.to).await {
        Ok(json) if wants_markdown(asked.form, &headers) => markdown(&json),
        Ok(json) => text(&headers, json),
        // The number may be right: there is nothing before it.
        Err(StoreError::Refused(words)) => no(StatusCode::NOT_FOUND, words),
        Err(error) => refused(refuse::store(&error)),
    }
}

fn wants_markdown(form: Option<DiffForm>, headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    match form {
        Some(form) => form == DiffForm::Markdown,
        None => accepted.is_some_and(|accepted| accepted.trim().starts_with("text/markdown")),
    }
}

fn markdown(json: &str) -> Response {
    match serde_json::from_str(json) {
        Ok(diff) => {
            let kind = [
                (CONTENT_TYPE, "text/markdown; charset=utf-8"),
                (VARY, "accept"),
            ];
            (kind, changelog::markdown(&diff)).into_response()
        }
        Err(error) => no(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}
