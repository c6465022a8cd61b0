//! `GET /api/v1/dictionaries` and `/api/v1/dictionaries/{name}`.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::Reading;
use super::ask::{Asked, Named, bad, page};
use super::reply::{Page, address, document, refused, text};
use crate::desk::refuse;

/// Characters of a name; a file's has 255 bytes at most.
const LONGEST: usize = 1000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct List {
    limit: Option<u32>,
    after: Option<String>,
}

pub(super) async fn list(
    State(state): State<Reading>,
    headers: HeaderMap,
    Asked(asked): Asked<List>,
) -> Response {
    let limit = match page(asked.limit) {
        Ok(limit) => limit,
        Err(refusal) => return refusal,
    };
    if asked
        .after
        .as_ref()
        .is_some_and(|after| after.chars().count() > LONGEST)
    {
        return bad(format!("`after` is a name of at most {LONGEST} characters"));
    }
    let store = &state.desk.store;
    match store.dictionaries_after(asked.after, limit + 1).await {
        Ok((total, mut items)) => {
            let more = items.len() > limit as usize;
            items.truncate(limit as usize);
            let last = items.last().filter(|_| more);
            let next = last.map(|last| {
                let after = Some(last.name.clone());
                let limit = Some(limit.to_string());
                address(
                    "/api/v1/dictionaries",
                    &[("limit", limit), ("after", after)],
                )
            });
            let total = Some(total);
            document(&headers, &Page { items, total, next })
        }
        Err(error) => refused(refuse::store(&error)),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Show {
    version: Option<u32>,
}

/// What `ddgend show` prints: with annotations, and the profile of one version.
pub(super) async fn show(
    State(state): State<Reading>,
    headers: HeaderMap,
    Named(name): Named<String>,
    Asked(asked): Asked<Show>,
) -> Response {
    if asked.version == Some(0) {
        return bad("versions are numbered from 1 on");
    }
    match state.desk.store.show_json(&name, asked.version).await {
        Ok(json) => text(&headers, json),
        Err(error) => refused(refuse::store(&error)),
    }
}
