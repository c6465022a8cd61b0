use std::path::{Path as FilePath, PathBuf};

use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{DropRow, DropState};
use serde::Deserialize;

use super::Writing;
use super::patience::patience;
use crate::arrival::{NO_WATCH, Sighting};
use crate::caller::Caller;
use crate::http::answer::refuse;
use crate::http::read::ask::{Asked, Named};
use crate::http::read::reply::escaped;
use crate::http::upload::{Draft, SILENCE, UploadError, file_name, receive};
use crate::pipeline::ingest::{IngestError, Ingested, uploaded};
use crate::store::{AuditEntry, AuditOutcome, StoreError};

const ACTION: &str = "upload";
/// Bytes of a field of a form that is no file.
const SMALL: usize = 1 << 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// The name of the file, where the body is the file itself.
    filename: Option<String>,
    /// The name of the dictionary, where the file's name shall not tell it.
    name: Option<String>,
}

/// What a client sent: the file, and the words with it.
struct Sent {
    draft: Draft,
    filename: Option<String>,
    name: Option<String>,
}

/// `POST /api/v1/dictionaries`: a file, as a form (`file`, and `name` where wanted) or as the body
/// itself with its name in `?filename=`, `X-Filename` or `Content-Disposition`.
pub(super) async fn dictionary(
    State(state): State<Writing>,
    Extension(caller): Extension<Caller>,
    Asked(wanted): Asked<Wanted>,
    request: Request,
) -> Response {
    let headers = request.headers().clone();
    let sent = match take(&state, wanted, request).await {
        Ok(sent) => sent,
        Err(error) => return not_taken(&state, &caller, "a new dictionary", &error).await,
    };
    // A name that would have to be changed is not the one that was meant.
    let as_it_is = |name: &str| file_name(name).filter(|stem| stem == name.trim());
    let name = sent.name.as_deref().map(as_it_is);
    let dictionary = match name {
        None => None,
        Some(Some(stem)) => Some((NO_WATCH.to_owned(), stem)),
        Some(None) => {
            let words = "a dictionary's name is 1 to 200 bytes without `/`, control characters or a \
                         dot at its start";
            return refuse(StatusCode::UNPROCESSABLE_ENTITY, words);
        }
    };
    queue(&state, &caller, &headers, sent, dictionary).await
}

/// `POST /api/v1/dictionaries/{name}/versions`: the same for a dictionary that is there, whatever
/// the file is called.
pub(super) async fn version(
    State(state): State<Writing>,
    Extension(caller): Extension<Caller>,
    Named(name): Named<String>,
    Asked(wanted): Asked<Wanted>,
    request: Request,
) -> Response {
    // Before anything of the file is read.
    let known = match state.desk.store.dictionary(&name).await {
        Ok(known) => known,
        Err(error) => return state.failed(&caller, ACTION, &name, &error).await,
    };
    let headers = request.headers().clone();
    match take(&state, wanted, request).await {
        Ok(sent) => {
            let dictionary = Some((known.watch, known.stem));
            queue(&state, &caller, &headers, sent, dictionary).await
        }
        Err(error) => not_taken(&state, &caller, &name, &error).await,
    }
}

async fn take(state: &Writing, wanted: Wanted, request: Request) -> Result<Sent, UploadError> {
    // Before a byte of it is read: a client that asks first need not send it at all.
    state.uploads.check_length(request.headers())?;
    let kind = request.headers().get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.to_ascii_lowercase().starts_with("multipart/form-data") {
        return form(state, wanted, request).await;
    }
    let filename = wanted.filename.or_else(|| named(request.headers()));
    if filename.is_none() && wanted.name.is_none() {
        // A body without a name could be read, and nobody would find it again.
        return Err(UploadError::Bad(
            "what is the file called? Say it with ?filename=sales_2026-01-05.csv, or send a form \
             with the field `file`"
                .to_owned(),
        ));
    }
    let body = request.into_body().into_data_stream();
    let draft = receive(&state.uploads, body).await?;
    Ok(Sent {
        draft,
        filename,
        name: wanted.name,
    })
}

async fn form(state: &Writing, wanted: Wanted, request: Request) -> Result<Sent, UploadError> {
    let bad = |error: &dyn std::fmt::Display| UploadError::Bad(format!("the form: {error}"));
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|error| bad(&error))?;
    let (mut name, mut file) = (wanted.name, None);
    loop {
        let next = timely(form.next_field()).await?;
        let Some(mut field) = next.map_err(|error| bad(&error))? else {
            break;
        };
        if field.name() == Some("name") && field.file_name().is_none() {
            let mut text = Vec::new();
            while let Some(part) = timely(field.chunk()).await?.map_err(|error| bad(&error))? {
                text.extend_from_slice(&part);
                if text.len() > SMALL {
                    return Err(bad(&"`name` is too long"));
                }
            }
            name = Some(String::from_utf8_lossy(&text).into_owned());
        } else if field.file_name().is_some() || field.name() == Some("file") {
            if file.is_some() {
                return Err(UploadError::Bad(
                    "the form has more than one file: send one request a file".to_owned(),
                ));
            }
            let filename = field.file_name().map(str::to_owned);
            file = Some((receive(&state.uploads, field).await?, filename));
        } else {
            // Passing over it would read whatever it holds.
            return Err(bad(&"its fields are `file` and `name`"));
        }
    }
    let Some((draft, filename)) = file else {
        return Err(UploadError::Bad(
            "the form has no file: send it as the field `file`".to_owned(),
        ));
    };
    Ok(Sent {
        draft,
        filename: wanted.filename.or(filename),
        name,
    })
}

/// A client that falls silent does not keep its connection.
async fn timely<T>(step: impl Future<Output = T>) -> Result<T, UploadError> {
    let step = tokio::time::timeout(SILENCE, step).await;
    step.map_err(|_| UploadError::TooSlow)
}

/// The file's name as headers tell it.
fn named(headers: &HeaderMap) -> Option<String> {
    if let Some(name) = headers.get("x-filename") {
        return name.to_str().ok().map(str::to_owned);
    }
    let disposition = headers.get(CONTENT_DISPOSITION)?.to_str().ok()?;
    let (_, name) = disposition.split_once("filename=")?;
    let name = name.split(';').next()?.trim().trim_matches('"');
    Some(name.to_owned())
}

async fn queue(
    state: &Writing,
    caller: &Caller,
    headers: &HeaderMap,
    sent: Sent,
    dictionary: Option<(String, String)>,
) -> Response {
    let target = match (&dictionary, &sent.filename) {
        (Some((_, stem)), Some(file)) => format!("{file} for {stem}"),
        (Some((_, stem)), None) => stem.clone(),
        (None, file) => file.clone().unwrap_or_default(),
    };
    if sent.draft.bytes() == 0 {
        let error = UploadError::Bad("the file is empty".to_owned());
        return not_taken(state, caller, &target, &error).await;
    }
    let sighting = match whole(sent, dictionary.as_ref()) {
        Ok(sighting) => sighting,
        Err(error) => return not_taken(state, caller, &target, &error).await,
    };
    let ingested = match state.desk.pipeline.ingest_sighting(sighting.clone()).await {
        Ok(ingested) => ingested,
        Err(error) => {
            // The client is told that nothing came of it: nothing may.
            remove(&sighting.root);
            return not_queued(state, caller, &target, &error).await;
        }
    };
    let drop = ingested.id().to_string();
    let entry = AuditEntry::done(caller, ACTION, format!("{target} (drop {drop})"));
    state.desk.audit(entry).await;
    match tokio::time::timeout(patience(headers), ingested.end()).await {
        Ok(()) => ended(state, &ingested, &sighting).await,
        Err(_) => accepted(&ingested, &sighting),
    }
}

fn whole(sent: Sent, dictionary: Option<&(String, String)>) -> Result<Sighting, UploadError> {
    let stem = dictionary.map(|(_, stem)| stem.as_str());
    let wanted = sent.filename.as_deref().or(stem).unwrap_or_default();
    let name = file_name(wanted).ok_or_else(|| {
        UploadError::Bad(
            "a file's name is 1 to 200 bytes without control characters or a dot at its start"
                .to_owned(),
        )
    })?;
    let dictionary = dictionary.map(|(watch, stem)| (watch.as_str(), stem.as_str()));
    let (folder, below): (PathBuf, PathBuf) = sent.draft.keep(dictionary, &name)?;
    uploaded(&folder, below).map_err(|error| UploadError::Broken(error.to_string()))
}

fn remove(folder: &FilePath) {
    if let Err(error) = std::fs::remove_dir_all(folder) {
        tracing::warn!(%error, "an upload that found no place in the queue was not removed");
    }
}

async fn ended(state: &Writing, ingested: &Ingested, sighting: &Sighting) -> Response {
    let row = match state.desk.store.drop(&ingested.id().to_string()).await {
        Ok(row) => row,
        // It waits for the store, which takes no writes now.
        Err(StoreError::NotFound { .. }) => return accepted(ingested, sighting),
        Err(error) => return refuse(StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
    };
    match row.state {
        DropState::Done => located(StatusCode::CREATED, &row),
        DropState::Duplicate => located(StatusCode::OK, &row),
        _ => refuse(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!(
                "the file is {}: {} (drop {})",
                row.state,
                row.reason.as_deref().unwrap_or_default(),
                row.id
            ),
        ),
    }
}

/// A drop, and where to read what it taught.
pub(super) fn located(status: StatusCode, row: &DropRow) -> Response {
    let place = match (&row.dictionary, row.version) {
        (Some(name), Some(version)) => {
            format!("/api/v1/dictionaries/{}?version={version}", escaped(name))
        }
        _ => format!("/api/v1/drops/{}", row.id),
    };
    let mut response = (status, Json(row)).into_response();
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(LOCATION, place);
    }
    response
}

/// The drop is on its way: where to ask for it.
fn accepted(ingested: &Ingested, sighting: &Sighting) -> Response {
    let row = DropRow {
        id: ingested.id().to_string(),
        seq: 0,
        watch: sighting.watch.clone(),
        path: sighting.full_path().to_string_lossy().into_owned(),
        size: sighting.size,
        mtime: Timestamp(sighting.mtime_ns.div_euclid(1_000_000)),
        blake3: None,
        state: DropState::Pending,
        reason: None,
        dictionary: None,
        version: None,
        tries: 0,
        arrived_at: Timestamp::now(),
        finished_at: None,
    };
    located(StatusCode::ACCEPTED, &row)
}

async fn not_taken(
    state: &Writing,
    caller: &Caller,
    target: &str,
    error: &UploadError,
) -> Response {
    let (status, outcome) = match error {
        UploadError::Busy => (StatusCode::SERVICE_UNAVAILABLE, AuditOutcome::Refused),
        UploadError::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, AuditOutcome::Refused),
        UploadError::TooSlow => (StatusCode::REQUEST_TIMEOUT, AuditOutcome::Refused),
        UploadError::Broken(_) => (StatusCode::BAD_REQUEST, AuditOutcome::Refused),
        UploadError::Bad(_) => (StatusCode::UNPROCESSABLE_ENTITY, AuditOutcome::Refused),
        UploadError::DiskFull => (StatusCode::INSUFFICIENT_STORAGE, AuditOutcome::Failed),
        UploadError::Io(_) => (StatusCode::INTERNAL_SERVER_ERROR, AuditOutcome::Failed),
    };
    let words = error.to_string();
    state
        .not_done(caller, ACTION, target, outcome, &words)
        .await;
    refuse(status, words)
}

async fn not_queued(
    state: &Writing,
    caller: &Caller,
    target: &str,
    error: &IngestError,
) -> Response {
    let status = match error {
        IngestError::Full => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let words = error.to_string();
    state
        .not_done(caller, ACTION, target, AuditOutcome::Failed, &words)
        .await;
    refuse(status, words)
}
