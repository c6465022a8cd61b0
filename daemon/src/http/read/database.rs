//! `GET /api/v1/database/tables`.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::Reading;
use super::reply::{Page, document, refused};
use crate::desk::refuse;

pub(super) async fn tables(State(state): State<Reading>, headers: HeaderMap) -> Response {
    match state.desk.store.tables().await {
        Ok(items) => {
            let page = Page {
                total: Some(items.len() as u64),
                items,
                next: None,
            };
            document(&headers, &page)
        }
        Err(error) => refused(refuse::store(&error)),
    }
}
