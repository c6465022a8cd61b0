//! What happens to every request.

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS, X_XSS_PROTECTION,
};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use ddgen_ops::Metrics;

use super::answer::refuse;
use super::routes::table::{self, Operation, Takes};

/// Counts and times. The label is the route's pattern, so that nobody can add labels by asking.
pub(super) async fn measure(
    State(metrics): State<Metrics>,
    request: Request,
    next: Next,
) -> Response {
    let pattern = request
        .extensions()
        .get::<MatchedPath>()
        .map(MatchedPath::as_str);
    let route = pattern.and_then(table::pattern).unwrap_or("other");
    let start = Instant::now();
    let response = next.run(request).await;
    metrics.answered(route, response.status().as_u16(), start.elapsed());
    response
}

/// Headers for browsers that come across an answer. They equal those of the proxy that people put
/// in front, so that both together do not contradict each other.
pub(super) async fn secure(State(tls): State<bool>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // A route that knows better has said so.
    let usual = [
        (CONTENT_SECURITY_POLICY, "default-src 'none'"),
        (CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in usual {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    let fixed = [
        (X_FRAME_OPTIONS, "SAMEORIGIN"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_XSS_PROTECTION, "1; mode=block"),
        (REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if tls {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(STRICT_TRANSPORT_SECURITY, year);
    }
    response
}

fn operation(request: &Request) -> Option<&'static Operation> {
    let pattern = request.extensions().get::<MatchedPath>()?;
    table::find(request.method().as_str(), pattern.as_str())
}

/// What is uploaded is as long as it is.
fn uploads(request: &Request) -> bool {
    operation(request).is_some_and(|operation| operation.takes == Takes::File)
}

/// Refuses a body that says it is too long before any of it is read.
pub(super) async fn limit_body(State(most): State<u64>, request: Request, next: Next) -> Response {
    let length = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .filter(|_| !uploads(&request));
    match length.and_then(|text| text.parse::<u64>().ok()) {
        Some(length) if length > most => refuse(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the body has {length} bytes, {most} are allowed"),
        ),
        _ => next.run(request).await,
    }
}

/// Refuses what takes too long.
pub(super) async fn limit_time(
    State(most): State<Duration>,
    request: Request,
    next: Next,
) -> Response {
    if operation(&request).is_some_and(|operation| operation.slow) {
        return next.run(request).await;
    }
    tokio::time::timeout(most, next.run(request))
        .await
        .unwrap_or_else(|_| {
            refuse(
                StatusCode::SERVICE_UNAVAILABLE,
                format!(
                    "no answer within {} s; the daemon is busy, try again later",
                    most.as_secs()
                ),
            )
        })
}
