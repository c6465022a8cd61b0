//! `GET /api/v1/search/fields` and `/api/v1/search/dictionaries`.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::Reading;
use super::ask::{Asked, bad, page};
use super::reply::{Page, address, document, refused};
use crate::desk::refuse;
use crate::store::{Part, StoreError};

/// Characters of a search.
const LONGEST: usize = 200;
/// Found ones past this are not told: a search of more words finds them.
const FARTHEST: u32 = 10_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Search {
    q: String,
    limit: Option<u32>,
    offset: Option<u32>,
}

pub(super) async fn fields(
    State(state): State<Reading>,
    headers: HeaderMap,
    Asked(asked): Asked<Search>,
) -> Response {
    let store = &state.desk.store;
    found(&headers, "/api/v1/search/fields", &asked, async |part| {
        store.search_fields(&asked.q, part).await
    })
    .await
}

pub(super) async fn dictionaries(
    State(state): State<Reading>,
    headers: HeaderMap,
    Asked(asked): Asked<Search>,
) -> Response {
    let store = &state.desk.store;
    let path = "/api/v1/search/dictionaries";
    found(&headers, path, &asked, async |part| {
        store.search_dictionaries(&asked.q, part).await
    })
    .await
}

async fn found<T: Serialize>(
    headers: &HeaderMap,
    path: &str,
    asked: &Search,
    search: impl AsyncFnOnce(Part) -> Result<Vec<T>, StoreError>,
) -> Response {
    let limit = match page(asked.limit) {
        Ok(limit) => limit,
        Err(refusal) => return refusal,
    };
    let offset = asked.offset.unwrap_or(0);
    if asked.q.trim().is_empty() || asked.q.chars().count() > LONGEST {
        return bad(format!(
            "`q` is 1 to {LONGEST} characters that are not all blank"
        ));
    }
    if offset > FARTHEST {
        return bad(format!(
            "`offset` is 0 to {FARTHEST}: search for more words"
        ));
    }
    let part = Part {
        offset,
        limit: limit + 1,
    };
    match search(part).await {
        Ok(mut items) => {
            let more = items.len() > limit as usize && offset + limit <= FARTHEST;
            items.truncate(limit as usize);
            let next = more.then(|| {
                let parameters = [
                    ("q", Some(asked.q.clone())),
                    ("limit", Some(limit.to_string())),
                    ("offset", Some((offset + limit).to_string())),
                ];
                address(path, &parameters)
            });
            let page = Page {
                items,
                total: None,
                next,
            };
            document(headers, &page)
        }
        Err(error) => refused(refuse::store(&error)),
    }
}
