//! Routes that write. Each needs a role (see `keys.rs`) and leaves a line in the audit log.

mod backup;
mod clear;
mod create;
mod delete;
mod describe;
mod import;
mod patience;
mod quarantine;
mod reshape;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{delete, get, patch, post, put};
use tokio::sync::Semaphore;

use super::answer::refuse;
use super::upload::Uploads;
use crate::caller::Caller;
use crate::desk::Desk;
use crate::store::{AuditEntry, AuditOutcome, StoreError};

/// What the routes that write work with.
#[derive(Clone)]
pub struct Writing {
    desk: Arc<Desk>,
    uploads: Uploads,
    /// Copies of the store that are being sent.
    downloads: Arc<Semaphore>,
}

/// The routes that write.
pub fn writing(state: Writing) -> Router {
    // Uploads count their bytes themselves.
    let unbounded = DefaultBodyLimit::disable;
    Router::new()
        .route(
            "/api/v1/dictionaries",
            post(create::dictionary).layer(unbounded()),
        )
        .route(
            "/api/v1/dictionaries/{name}/versions",
            post(create::version).layer(unbounded()),
        )
        .route(
            "/api/v1/dictionaries/{name}",
            put(describe::describe)
                .patch(describe::describe)
                .merge(delete(delete::delete)),
        )
        .route(
            "/api/v1/dictionaries/{name}/fields/{path}",
            patch(describe::field),
        )
        .route("/api/v1/dictionaries/{name}/restore", post(delete::restore))
        .route("/api/v1/quarantine/{id}/release", post(quarantine::release))
        .route("/api/v1/quarantine/{id}/accept", post(quarantine::accept))
        .route("/api/v1/dictionaries/{name}/move", post(reshape::rename))
        .route("/api/v1/dictionaries/{name}/merge", post(reshape::merge))
        .route("/api/v1/dictionaries/{name}/split", post(reshape::split))
        .route("/api/v1/drops/{id}/unfold", post(reshape::unfold))
        .route("/api/v1/import", post(import::import))
        .route("/api/v1/database/clear", post(clear::clear))
        .route("/api/v1/database/backup", post(backup::now))
        .route("/api/v1/database/backup/download", get(backup::download))
        .with_state(state)
}

impl Writing {
    #[must_use]
    pub fn new(desk: Arc<Desk>, uploads: Uploads) -> Self {
        Self {
            desk,
            uploads,
            downloads: Arc::new(Semaphore::new(1)),
        }
    }

    /// Notes a write that was not done.
    async fn not_done(
        &self,
        caller: &Caller,
        action: &'static str,
        target: &str,
        outcome: AuditOutcome,
        because: &str,
    ) {
        let entry = AuditEntry::done(caller, action, target).but(outcome, because);
        self.desk.audit(entry).await;
    }

    /// Answers why the store did not do it, and notes that.
    async fn failed(
        &self,
        caller: &Caller,
        action: &'static str,
        target: &str,
        error: &StoreError,
    ) -> Response {
        let (status, outcome) = status_of(error);
        let words = error.to_string();
        self.not_done(caller, action, target, outcome, &words).await;
        refuse(status, words)
    }
}

/// What a store that did not write means to whoever asked, and in the log of writes.
fn status_of(error: &StoreError) -> (StatusCode, AuditOutcome) {
    match error {
        StoreError::NotFound { .. } => (StatusCode::NOT_FOUND, AuditOutcome::Refused),
        StoreError::DiskFull(_) => (StatusCode::INSUFFICIENT_STORAGE, AuditOutcome::Failed),
        StoreError::Conflict(_) => (StatusCode::CONFLICT, AuditOutcome::Refused),
        StoreError::Refused(_) => (StatusCode::UNPROCESSABLE_ENTITY, AuditOutcome::Refused),
        error if error.passes() => (StatusCode::SERVICE_UNAVAILABLE, AuditOutcome::Failed),
        _ => (StatusCode::INTERNAL_SERVER_ERROR, AuditOutcome::Failed),
    }
}
