//! `POST /api/v1/dictionaries/{name}/move`, `/merge`, `/split`, and `/api/v1/drops/{id}/unfold`.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use ddgen_ipc::message::{ReshapeCall, SplitBy};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::{Writing, status_of};
use crate::caller::Caller;
use crate::http::answer::refuse;
use crate::http::read::ask::Named;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Merge {
    into: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Split {
    to: String,
    versions: Option<Vec<u32>>,
    series: Option<String>,
}

pub(super) async fn rename(
    State(state): State<Writing>,
    Extension(caller): Extension<Caller>,
    Named(name): Named<String>,
    body: Bytes,
) -> Response {
    match read::<Move>(&body, "{\"to\": NAME}") {
        Ok(Move { to }) => done(&state, &caller, ReshapeCall::Move { name, to }).await,
        Err(words) => refuse(StatusCode::UNPROCESSABLE_ENTITY, words),
    }
}

pub(super) async fn merge(
    State(state): State<Writing>,
    Extension(caller): Extension<Caller>,
    Named(name): Named<String>,
    body: Bytes,
) -> Response {
    match read::<Merge>(&body, "{\"into\": NAME}") {
        Ok(Merge { into }) => done(&state, &caller, ReshapeCall::Merge { name, into }).await,
        Err(words) => refuse(StatusCode::UNPROCESSABLE_ENTITY, words),
    }
}

pub(super) async fn split(
    State(state): State<Writing>,
    Extension(caller): Extension<Caller>,
    Named(name): Named<String>,
    body: Bytes,
) -> Response {
    const FORM: &str = "{\"to\": NAME, \"versions\": [1, 2]} or {\"to\": NAME, \"series\": STEM}";
    let wanted = match read::<Split>(&body, FORM) {
        Ok(wanted) => wanted,
        Err(words) => return refuse(StatusCode::UNPROCESSABLE_ENTITY, words),
    };
    let what = match (wanted.versions, wanted.series) {
        (Some(versions), None) => SplitBy::Versions(versions),
        (None, Some(series)) => SplitBy::Series(series),
        _ => {
            let words = format!("say which versions, or which series: {FORM}");
            return refuse(StatusCode::UNPROCESSABLE_ENTITY, words);
        }
    };
    let to = wanted.to;
    done(&state, &caller, ReshapeCall::Split { name, to, what }).await
}

pub(super) async fn unfold(
    State(state): State<Writing>,
    Extension(caller): Extension<Caller>,
    Named(drop): Named<String>,
) -> Response {
    done(&state, &caller, ReshapeCall::Unfold { drop }).await
}

fn read<T: DeserializeOwned>(body: &[u8], form: &str) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| format!("the body is not {form}: {error}"))
}

async fn done(state: &Writing, caller: &Caller, call: ReshapeCall) -> Response {
    match state.desk.reshape(call, caller).await {
        Ok(rows) => Json(json!({ "dictionaries": rows })).into_response(),
        Err(error) => refuse(status_of(&error).0, error.to_string()),
    }
}
