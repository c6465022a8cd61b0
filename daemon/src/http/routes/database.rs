//! `/api/v1/database/health` and `/api/v1/database/stats`: asked of the store.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::super::answer::refuse;
use super::super::truths::DatabaseStatus;
use super::Http;

pub(super) async fn health(State(http): State<Http>) -> Response {
    let health = http.truths.database_health().await;
    let code = match health.status {
        DatabaseStatus::Healthy | DatabaseStatus::Degraded => StatusCode::OK,
        DatabaseStatus::Unhealthy => StatusCode::SERVICE_UNAVAILABLE,
    };
    (code, Json(health)).into_response()
}

pub(super) async fn stats(State(http): State<Http>) -> Response {
    match http.truths.database_stats().await {
        Ok(stats) => Json(stats).into_response(),
        Err(because) => refuse(
            StatusCode::SERVICE_UNAVAILABLE,
            format!("the store does not answer: {because}; /health says more"),
        ),
    }
}
