//! Which web pages may call: those of the origins that `ALLOWED_ORIGINS` names.

use std::time::Duration;

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, Method};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// How long a browser may keep the answer to its preliminary question.
const MAX_AGE: Duration = Duration::from_secs(600);

/// None: no page may, and no answer speaks of it. Keys travel in headers, never in cookies, so that
/// credentials need no permission.
pub(super) fn layer(origins: &[String]) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    let allowed = if origins.iter().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        let values = origins
            .iter()
            .filter_map(|origin| HeaderValue::from_str(origin).ok());
        AllowOrigin::list(values)
    };
    let headers = [
        AUTHORIZATION,
        CONTENT_TYPE,
        HeaderName::from_static("x-api-key"),
        HeaderName::from_static("x-filename"),
        HeaderName::from_static("prefer"),
    ];
    let methods = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
    ];
    Some(
        CorsLayer::new()
            .allow_origin(allowed)
            .allow_methods(methods)
            .allow_headers(headers)
            .max_age(MAX_AGE),
    )
}
