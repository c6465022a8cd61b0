//! `GET /api/v1/alerts`.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::Reading;
use super::reply::document;

pub(super) async fn list(State(state): State<Reading>, headers: HeaderMap) -> Response {
    document(&headers, &state.desk.alerts.list())
}
