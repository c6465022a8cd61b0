//! Routes that read. Each is a verb of the desk's, which the socket asks for as well.

mod alerts;
pub(super) mod ask;
mod backups;
mod database;
mod dictionaries;
mod drops;
mod events;
mod export;
mod fields;
mod quarantine;
pub(super) mod reply;
mod search;
mod versions;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use tokio::sync::Semaphore;

use crate::desk::Desk;

/// Clients that may listen to events at once; each holds a connection for as long.
const LISTENERS: usize = 64;

/// What the routes that read work with.
#[derive(Clone)]
pub struct Reading {
    desk: Arc<Desk>,
    listeners: Arc<Semaphore>,
}

impl Reading {
    #[must_use]
    pub fn new(desk: Arc<Desk>) -> Self {
        Self {
            desk,
            listeners: Arc::new(Semaphore::new(LISTENERS)),
        }
    }
}

/// The routes that read. `HEAD` is answered wherever `GET` is.
pub fn reading(state: Reading) -> Router {
    Router::new()
        .route("/api/v1/dictionaries", get(dictionaries::list))
        .route("/api/v1/dictionaries/{name}", get(dictionaries::show))
        .route("/api/v1/dictionaries/{name}/versions", get(versions::list))
        .route(
            "/api/v1/dictionaries/{name}/versions/{version}",
            get(versions::show),
        )
        .route(
            "/api/v1/dictionaries/{name}/versions/{version}/fields",
            get(fields::list),
        )
        .route(
            "/api/v1/dictionaries/{name}/versions/{version}/fields/{path}",
            get(fields::show),
        )
        .route(
            "/api/v1/dictionaries/{name}/versions/{version}/profile",
            get(versions::profile),
        )
        .route("/api/v1/dictionaries/{name}/diff", get(versions::diff))
        .route("/api/v1/dictionaries/{name}/export", get(export::export))
        .route("/api/v1/drops", get(drops::list))
        .route("/api/v1/drops/{id}", get(drops::show))
        .route("/api/v1/search/fields", get(search::fields))
        .route("/api/v1/search/dictionaries", get(search::dictionaries))
        .route("/api/v1/database/tables", get(database::tables))
        .route("/api/v1/database/backup", get(backups::list))
        .route("/api/v1/quarantine", get(quarantine::list))
        .route("/api/v1/quarantine/{id}", get(quarantine::show))
        .route("/api/v1/quarantine/{id}/report", get(quarantine::report))
        .route("/api/v1/alerts", get(alerts::list))
        .route("/api/v1/events", get(events::listen))
        .with_state(state)
}
