use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use ddgen_ipc::Timestamp;
use ddgen_ops::backup::{BackupError, Why};
use futures::Stream;
use serde_json::json;
use tokio::fs::File;
use tokio::io::AsyncReadExt;
use tokio::sync::OwnedSemaphorePermit;

use super::Writing;
use super::patience::patience;
use crate::caller::Caller;
use crate::http::answer::refuse;
use crate::store::{AuditEntry, AuditOutcome};

const NOW: &str = "backup now";
const DOWNLOAD: &str = "backup download";
/// Where the catalogue is.
const CATALOGUE: &str = "/api/v1/database/backup";
/// Bytes that are read and sent at a time.
const PIECE: usize = 256 << 10;

/// `POST /api/v1/database/backup`: makes a full backup and verifies it. It goes on when the client
/// does not wait.
pub(super) async fn now(
    State(state): State<Writing>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Response {
    let mut job = match state.desk.backups.start_full(Why::OnDemand) {
        Ok(job) => job,
        Err(error) => return not_made(&state, &caller, NOW, &error).await,
    };
    match tokio::time::timeout(patience(&headers), job.end()).await {
        Ok(Ok(row)) => {
            let entry = AuditEntry::done(&caller, NOW, row.id.clone());
            state.desk.audit(entry).await;
            located(StatusCode::CREATED, Json(row))
        }
        Ok(Err(error)) => not_made(&state, &caller, NOW, &error).await,
        Err(_) => {
            let entry = AuditEntry::done(&caller, NOW, "under way");
            state.desk.audit(entry).await;
            let (bytes, total) = job.progress();
            let under_way = json!({ "bytes": bytes, "total": total });
            located(StatusCode::ACCEPTED, Json(under_way))
        }
    }
}

/// `GET /api/v1/database/backup/download`: the store as it is now, as one SQLite file that was
/// examined before its first byte is sent.
pub(super) async fn download(
    State(state): State<Writing>,
    Extension(caller): Extension<Caller>,
) -> Response {
    // One at a time: a copy takes the disk of a store until its client has it.
    let Ok(place) = state.downloads.clone().try_acquire_owned() else {
        return not_made(&state, &caller, DOWNLOAD, &BackupError::Busy).await;
    };
    let copied = match state.desk.backups.start_copy() {
        Ok(mut job) => job.end().await,
        Err(error) => Err(error),
    };
    let file = match copied {
        Ok(file) => File::from_std(file),
        Err(error) => return not_made(&state, &caller, DOWNLOAD, &error).await,
    };
    let bytes = match file.metadata().await {
        Ok(found) => found.len(),
        Err(error) => {
            let error = BackupError::Io {
                what: "reading the copy of the store".to_owned(),
                because: error.to_string(),
            };
            return not_made(&state, &caller, DOWNLOAD, &error).await;
        }
    };
    let entry = AuditEntry::done(&caller, DOWNLOAD, format!("{bytes} bytes"));
    state.desk.audit(entry).await;
    let mut response = Body::from_stream(pieces(file, place)).into_response();
    let stamp: String = Timestamp::now()
        .to_string()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let name = format!("attachment; filename=\"ddgen-{stamp}.db\"");
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/vnd.sqlite3"),
    );
    headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    response
}

/// The file, piece by piece; `place` is held until it has been sent or the client is gone.
fn pieces(
    file: File,
    place: OwnedSemaphorePermit,
) -> impl Stream<Item = std::io::Result<Bytes>> + Send {
    futures::stream::try_unfold((file, place), async |(mut file, place)| {
        let mut piece = vec![0; PIECE];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        Ok((read > 0).then(|| (Bytes::from(piece), (file, place))))
    })
}

fn located(status: StatusCode, body: impl IntoResponse) -> Response {
    (status, [(LOCATION, CATALOGUE)], body).into_response()
}

async fn not_made(
    state: &Writing,
    caller: &Caller,
    action: &'static str,
    error: &BackupError,
) -> Response {
    let (status, outcome) = match error {
        BackupError::Busy => (StatusCode::CONFLICT, AuditOutcome::Refused),
        BackupError::Stopped => (StatusCode::SERVICE_UNAVAILABLE, AuditOutcome::Failed),
        BackupError::NoSpace { .. } => (StatusCode::INSUFFICIENT_STORAGE, AuditOutcome::Failed),
        BackupError::Refused(_) | BackupError::NoKey(_) | BackupError::WrongKey(_) => {
            (StatusCode::UNPROCESSABLE_ENTITY, AuditOutcome::Refused)
        }
        _ => (StatusCode::INTERNAL_SERVER_ERROR, AuditOutcome::Failed),
    };
    let words = error.to_string();
    let target = "the store";
    state
        .not_done(caller, action, target, outcome, &words)
        .await;
    refuse(status, words)
}
