//! All routes, and what happens around them.

mod database;
mod health;
mod metrics;
pub(super) mod table;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::get;
use ddgen_ops::Metrics;

use super::answer::refuse;
use super::cors;
use super::docs::docs;
use super::keys::{Gate, guard};
use super::limits::HttpLimits;
use super::middleware::{limit_body, limit_time, measure, secure};
use super::openapi::openapi;
use super::truths::Truths;

/// Most characters of a path that an answer repeats.
const SHOWN: usize = 100;

/// What the routes work with.
#[derive(Clone)]
pub struct Http {
    pub truths: Arc<dyn Truths>,
    pub metrics: Metrics,
    pub limits: HttpLimits,
    /// Whether clients come over TLS, so that they may be told to insist on it.
    pub tls: bool,
    pub gate: Arc<Gate>,
}

/// All routes with everything that happens around them. `api` holds those that work with the store.
pub fn router(http: Http, api: Router) -> Router {
    let (limits, metrics, tls) = (http.limits.clone(), http.metrics.clone(), http.tls);
    let (gate, cors) = (Arc::clone(&http.gate), cors::layer(&http.gate.origins));
    let body = usize::try_from(limits.body).unwrap_or(usize::MAX);
    let routes = Router::new()
        .route("/health", get(health::health))
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::metrics))
        .route("/api/openapi.json", get(openapi))
        .route("/docs", get(docs))
        .route("/api/v1/database/health", get(database::health))
        .route("/api/v1/database/stats", get(database::stats))
        .with_state(http)
        .merge(api)
        .method_not_allowed_fallback(wrong_method)
        .fallback(unknown)
        .layer(DefaultBodyLimit::max(body))
        .layer(from_fn_with_state(limits.body, limit_body))
        .layer(from_fn_with_state(limits.request, limit_time))
        .layer(from_fn_with_state(gate, guard));
    let routes = match cors {
        Some(cors) => routes.layer(cors),
        None => routes,
    };
    routes
        .layer(from_fn_with_state(tls, secure))
        .layer(from_fn_with_state(metrics, measure))
}

async fn unknown(uri: Uri) -> Response {
    let path: String = uri.path().chars().take(SHOWN).collect();
    let routes = table::patterns().join(", ");
    refuse(
        StatusCode::NOT_FOUND,
        format!("there is nothing at {path}; there is: {routes}"),
    )
}

async fn wrong_method(method: Method, uri: Uri) -> Response {
    let path: String = uri.path().chars().take(SHOWN).collect();
    let method: String = method.as_str().chars().take(SHOWN).collect();
    refuse(
        StatusCode::METHOD_NOT_ALLOWED,
        format!(
            "{path} does not answer to {method}; the Allow header of this answer says to what it \
             does"
        ),
    )
}
