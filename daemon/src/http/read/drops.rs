//! `GET /api/v1/drops` and `/api/v1/drops/{id}`.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use ddgen_ipc::message::DropState;
use serde::Deserialize;

use super::Reading;
use super::ask::{Asked, Named, page, within};
use super::reply::{Page, address, document, refused};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct List {
    limit: Option<u32>,
    before: Option<u64>,
    state: Option<DropState>,
}

/// What waits first, then what has ended, newest first.
pub(super) async fn list(
    State(state): State<Reading>,
    headers: HeaderMap,
    Asked(asked): Asked<List>,
) -> Response {
    let bound = within("before", asked.before, 0..=(1 << 53) - 1);
    let limit = match bound.and(page(asked.limit)) {
        Ok(limit) => limit,
        Err(refusal) => return refusal,
    };
    let found = state.desk.drops(asked.state, asked.before, limit).await;
    match found {
        Ok((items, older)) => {
            let last = items.last().filter(|_| older);
            let next = last.map(|last| {
                let parameters = [
                    ("limit", Some(limit.to_string())),
                    ("before", Some(last.seq.to_string())),
                    ("state", asked.state.map(|state| state.to_string())),
                ];
                address("/api/v1/drops", &parameters)
            });
            let page = Page {
                items,
                total: None,
                next,
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
    match state.desk.drop_row(&id).await {
        Ok(row) => document(&headers, &row),
        Err(refusal) => refused(refusal),
    }
}
