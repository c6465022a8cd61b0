//! Answers to requests that read.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use ddgen_ipc::message::{Refusal, RefusalKind};
use serde::Serialize;

use crate::http::answer::refuse;

/// Hexadecimal digits of a tag: no two answers of one route will share them.
const TAG: usize = 32;

/// A page of a list. `next` is where the next one is; null on the last.
#[derive(Serialize)]
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) total: Option<u64>,
    pub(super) next: Option<String>,
}

/// A document, or 304 when the client has it.
pub(super) fn document<T: Serialize>(headers: &HeaderMap, document: &T) -> Response {
    match serde_json::to_vec(document) {
        Ok(bytes) => text(headers, bytes),
        Err(error) => refuse(
            StatusCode::INTERNAL_SERVER_ERROR,
            format!("the answer cannot be written: {error}"),
        ),
    }
}

/// A document that is JSON text already.
pub(in crate::http) fn text(headers: &HeaderMap, json: impl Into<Vec<u8>>) -> Response {
    let json = json.into();
    let hash = blake3::hash(&json).to_hex();
    let tag = format!("\"{}\"", &hash[..TAG]);
    let has = has(headers, &tag);
    let mut response = if has {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(json).into_response()
    };
    let fields = response.headers_mut();
    if !has {
        fields.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    // Keep it, and ask each time whether it still holds.
    let keep = HeaderValue::from_static("private, no-cache");
    fields.insert(CACHE_CONTROL, keep);
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        fields.insert(ETAG, tag);
    }
    response
}

/// Whether the client says that it has the document of this tag (RFC 9110, weakly compared).
fn has(headers: &HeaderMap, tag: &str) -> bool {
    let lines = headers.get_all(IF_NONE_MATCH).iter();
    let mut known = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(|known| known.trim());
    known.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// Why the desk did not answer.
pub(in crate::http) fn refused(refusal: Refusal) -> Response {
    let status = match refusal.kind {
        RefusalKind::NotFound => StatusCode::NOT_FOUND,
        RefusalKind::BadInput => StatusCode::BAD_REQUEST,
        RefusalKind::Denied => StatusCode::FORBIDDEN,
        RefusalKind::Conflict => StatusCode::CONFLICT,
        RefusalKind::Busy => StatusCode::SERVICE_UNAVAILABLE,
        RefusalKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    };
    refuse(status, refusal.message)
}

/// The address of a page: the route's path, then parameters with what they are worth.
pub(super) fn address(path: &str, parameters: &[(&str, Option<String>)]) -> String {
    let given = parameters.iter().filter_map(|(name, value)| {
        let value = value.as_deref()?;
        Some(format!("{name}={}", escaped(value)))
    });
    let given: Vec<String> = given.collect();
    format!("{path}?{}", given.join("&"))
}

/// As one part of an address.
pub(in crate::http) fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_met_in_a_list_and_weakly() {
        let first = text(&HeaderMap::new(), "{}");
        let tag = first.headers()[ETAG].to_str().unwrap().to_owned();
        let with = |known: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, known.parse().unwrap());
            text(&headers, "{}").status()
        };
        assert_eq!(with(&tag), StatusCode::NOT_MODIFIED);
        assert_eq!(with(&format!("\"x\", W/{tag}")), StatusCode::NOT_MODIFIED);
        assert_eq!(with("*"), StatusCode::NOT_MODIFIED);
        assert_eq!(with("\"x\""), StatusCode::OK);
    }

    #[test]
    fn an_address_holds_any_name() {
        let next = address("/x", &[("after", Some("a/b &ü".into())), ("q", None)]);
        assert_eq!(next, "/x?after=a%2Fb%20%26%C3%BC");
    }
}
