//! `POST /api/v1/import`: what was edited in an export, back into the dictionaries.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use ddgen_ipc::message::{ImportOutcome, OnConflict};
use serde::Deserialize;
use serde_json::json;

use super::Writing;
use crate::caller::Caller;
use crate::http::answer::refuse;
use crate::http::read::ask::Asked;
use crate::import;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Import {
    on_conflict: Option<OnConflict>,
    dry_run: Option<bool>,
}

/// Takes the text of an export. A workbook is an archive, which may hold far more than it shows:
/// `ddgend import` opens those, outside of the daemon.
pub(super) async fn import(
    State(state): State<Writing>,
    Extension(caller): Extension<Caller>,
    Asked(asked): Asked<Import>,
    body: Bytes,
) -> Response {
    if body.starts_with(b"PK") {
        let words =
            "a workbook is imported by `ddgend import FILE`; send its export as csv or json";
        return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, words);
    }
    let cells = match import::read(&body) {
        Ok(cells) => cells,
        Err(error) => return refuse(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()),
    };
    let on_conflict = asked.on_conflict.unwrap_or(OnConflict::Fail);
    let dry_run = asked.dry_run.unwrap_or(false);
    match state
        .desk
        .import(cells, on_conflict, &caller, dry_run)
        .await
    {
        Ok(cells) => {
            let skipped = |outcome| outcome == ImportOutcome::Skipped;
            let skipped = cells.iter().filter(|cell| skipped(cell.outcome)).count();
            Json(json!({
                "dry_run": dry_run,
                "written": cells.len() - skipped,
                "skipped": skipped,
                "cells": cells,
            }))
            .into_response()
        }
        Err(error) => {
            let (status, _) = super::status_of(&error);
            refuse(status, error.to_string())
        }
    }
}
