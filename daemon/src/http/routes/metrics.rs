//! `/metrics`, for Prometheus.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use ddgen_ops::Timestamp;

use super::Http;

pub(super) async fn metrics(State(http): State<Http>) -> Response {
    let text = http
        .metrics
        .render(&http.truths.snapshot(), Timestamp::now());
    ([(CONTENT_TYPE, ddgen_ops::CONTENT_TYPE)], text).into_response()
}
