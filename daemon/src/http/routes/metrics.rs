//! `/metrics`, for Prometheus.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE, VARY};
use axum::response::{IntoResponse, Response};
use ddgen_ops::{TextFormat, Timestamp};

use super::Http;

pub(super) async fn metrics(State(http): State<Http>, headers: HeaderMap) -> Response {
    // Prometheus asks for OpenMetrics by name; who does not may not know it.
    let mut accepted = headers.get_all(ACCEPT).iter();
    let format = if accepted.any(|line| names_openmetrics(line.as_bytes())) {
        TextFormat::OpenMetrics
    } else {
        TextFormat::Plain
    };
    let text = http
        .metrics
        .render(&http.truths.snapshot(), Timestamp::now(), format);
    let kind = (CONTENT_TYPE, format.content_type());
    ([kind, (VARY, "accept")], text).into_response()
}

fn names_openmetrics(line: &[u8]) -> bool {
    let name = b"application/openmetrics-text";
    line.windows(name.len())
        .any(|part| part.eq_ignore_ascii_case(name))
}
