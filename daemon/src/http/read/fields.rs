//! The fields of a version, and one of them in full.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::Reading;
use super::ask::{Asked, Named, page, version};
use super::reply::{Page, address, document, escaped, refused, text};
use crate::desk::refuse;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct List {
    limit: Option<u32>,
    offset: Option<u32>,
}

/// In order of position.
pub(super) async fn list(
    State(state): State<Reading>,
    headers: HeaderMap,
    Named((name, named)): Named<(String, String)>,
    Asked(asked): Asked<List>,
) -> Response {
    let (number, limit) = match (version(&named), page(asked.limit)) {
        (Ok(number), Ok(limit)) => (number, limit),
        (Err(refusal), _) | (_, Err(refusal)) => return refusal,
    };
    let offset = asked.offset.unwrap_or(0);
    let store = &state.desk.store;
    match store.fields(&name, number, offset, limit).await {
        Ok((total, items)) => {
            let end = offset.saturating_add(limit);
            let next = (end < total).then(|| {
                let path = format!(
                    "/api/v1/dictionaries/{}/versions/{}/fields",
                    escaped(&name),
                    escaped(&named)
                );
                let offset = Some(end.to_string());
                address(
                    &path,
                    &[("limit", Some(limit.to_string())), ("offset", offset)],
                )
            });
            let total = Some(u64::from(total));
            document(&headers, &Page { items, total, next })
        }
        Err(error) => refused(refuse::store(&error)),
    }
}

/// As it stands in the profile document.
pub(super) async fn show(
    State(state): State<Reading>,
    headers: HeaderMap,
    Named((name, named, path)): Named<(String, String, String)>,
) -> Response {
    let number = match version(&named) {
        Ok(number) => number,
        Err(refusal) => return refusal,
    };
    match state.desk.store.field_json(&name, number, &path).await {
        Ok(json) => text(&headers, json),
        Err(error) => refused(refuse::store(&error)),
    }
}
