use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::Writing;
use super::create::located;
use super::patience::patience;
use crate::caller::Caller;
use crate::http::read::ask::Named;
use crate::http::read::reply::refused;
use crate::store::Verdict;

/// `POST /api/v1/quarantine/{id}/release`: a version of the file, which goes back where it came.
pub(super) async fn release(
    State(state): State<Writing>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Named(id): Named<String>,
) -> Response {
    let_through(&state, &caller, &headers, &id, Verdict::Release).await
}

/// `POST /api/v1/quarantine/{id}/accept`: a version of the file, which stays where it is.
pub(super) async fn accept(
    State(state): State<Writing>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Named(id): Named<String>,
) -> Response {
    let_through(&state, &caller, &headers, &id, Verdict::Accept).await
}

async fn let_through(
    state: &Writing,
    caller: &Caller,
    headers: &HeaderMap,
    id: &str,
    verdict: Verdict,
) -> Response {
    let desk = &state.desk;
    let ingested = match desk.let_through(id, verdict, caller).await {
        Ok(ingested) => ingested,
        Err(refusal) => return refused(refusal),
    };
    let waited = tokio::time::timeout(patience(headers), ingested.end()).await;
    let (status, row) = match waited {
        Ok(()) => {
            let ended = desk.let_through_ended(id, verdict, caller, &ingested);
            (StatusCode::OK, ended.await)
        }
        Err(_) => {
            let drop = ingested.id().to_string();
            (StatusCode::ACCEPTED, desk.drop_row(&drop).await)
        }
    };
    match row {
        Ok(row) => located(status, &row),
        Err(refusal) => refused(refusal),
    }
}
