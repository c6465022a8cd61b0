//! What a request asks for, refused in words where it cannot be understood.

use std::ops::RangeInclusive;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use serde::de::DeserializeOwned;

use crate::http::answer::refuse;

/// Rows of one page where none are asked for, and at most.
const PAGE: u32 = 100;
pub(super) const MOST: u32 = 500;

/// The parameters behind the `?`. Unknown ones are refused: a filter with a slip of the pen must not
/// be taken for none.
pub(in crate::http) struct Asked<T>(pub(in crate::http) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(error) => Err(bad(error.body_text())),
        }
    }
}

/// The names in the path.
pub(in crate::http) struct Named<T>(pub(in crate::http) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(named)) => Ok(Self(named)),
            Err(error) => Err(bad(error.body_text())),
        }
    }
}

pub(super) fn bad(words: impl Into<String>) -> Response {
    refuse(StatusCode::BAD_REQUEST, words)
}

/// Rows of a page.
#[allow(clippy::result_large_err, reason = "the refusal is the answer")]
pub(super) fn page(limit: Option<u32>) -> Result<u32, Response> {
    match limit.unwrap_or(PAGE) {
        limit @ 1..=MOST => Ok(limit),
        other => Err(bad(format!("`limit` is 1 to {MOST}, not {other}"))),
    }
}

/// A bound that the table of routes names as well.
#[allow(clippy::result_large_err, reason = "the refusal is the answer")]
pub(super) fn within(
    name: &str,
    value: Option<u64>,
    allowed: RangeInclusive<u64>,
) -> Result<(), Response> {
    match value {
        Some(value) if !allowed.contains(&value) => Err(bad(format!(
            "`{name}` is {} to {}, not {value}",
            allowed.start(),
            allowed.end()
        ))),
        _ => Ok(()),
    }
}

/// The number of a version, or `current`.
#[allow(clippy::result_large_err, reason = "the refusal is the answer")]
pub(super) fn version(named: &str) -> Result<Option<u32>, Response> {
    match named {
        "current" => Ok(None),
        number => number
            .parse()
            .ok()
            .filter(|number| *number > 0)
            .map(Some)
            .ok_or_else(|| bad("a version is a number from 1 on, or `current`")),
    }
}
