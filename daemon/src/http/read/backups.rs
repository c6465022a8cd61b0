//! `GET /api/v1/database/backup`.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::Reading;
use super::reply::{document, refused};
use crate::desk::refuse;

/// The catalogue, as `ddgend backup list` prints it.
pub(super) async fn list(State(state): State<Reading>, headers: HeaderMap) -> Response {
    match state.desk.backups.list().await {
        Ok(list) => document(&headers, &list),
        Err(error) => refused(refuse::backup(&error)),
    }
}
