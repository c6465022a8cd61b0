//! `/health`, `/livez`, `/readyz`: from the last snapshot.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use ddgen_ops::{ProbeRow, Timestamp, Verdict, overall};
use serde::Serialize;

use super::Http;

#[derive(Serialize)]
struct Health {
    status: Verdict,
    version: String,
    uptime_seconds: u64,
    checked_at: Timestamp,
    probes: Vec<ProbeRow>,
}

/// 200 for ok and degraded: a load balancer must not turn people away from a daemon that serves.
pub(super) async fn health(State(http): State<Http>) -> Response {
    let (snapshot, now) = (http.truths.snapshot(), Timestamp::now());
    let mut probes = snapshot.probes.clone();
    let mut status = snapshot.status;
    if let Some(stale) = snapshot.stale(now) {
        probes.push(stale);
        status = overall(&probes);
    }
    let code = match status {
        Verdict::Ok | Verdict::Degraded => StatusCode::OK,
        Verdict::Down => StatusCode::SERVICE_UNAVAILABLE,
    };
    let health = Health {
        status,
        version: snapshot.facts.version.clone(),
        uptime_seconds: snapshot.uptime_seconds(now),
        checked_at: snapshot.facts.taken_at,
        probes,
    };
    (code, Json(health)).into_response()
}

#[derive(Serialize)]
struct Live {
    status: &'static str,
}

/// That this answers at all is what it says.
pub(super) async fn livez() -> Response {
    Json(Live { status: "alive" }).into_response()
}

#[derive(Serialize)]
struct Ready {
    status: &'static str,
    reasons: Vec<String>,
}

pub(super) async fn readyz(State(http): State<Http>) -> Response {
    let reasons = http.truths.snapshot().not_ready();
    if reasons.is_empty() {
        return Json(Ready {
            status: "ready",
            reasons,
        })
        .into_response();
    }
    let ready = Ready {
        status: "not ready",
        reasons,
    };
    (StatusCode::SERVICE_UNAVAILABLE, Json(ready)).into_response()
}
