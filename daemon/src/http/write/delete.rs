use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use ddgen_ipc::hello::Role;
use ddgen_ipc::message::Event;
use serde::Deserialize;

use super::Writing;
use crate::caller::Caller;
use crate::http::answer::refuse;
use crate::http::read::ask::{Asked, Named};
use crate::store::{AuditEntry, AuditOutcome};

const HIDE: &str = "dictionary delete";
const ERASE: &str = "dictionary erase";
const RESTORE: &str = "dictionary restore";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// The dictionary's name once more: its history goes too.
    erase: Option<String>,
}

/// `DELETE /api/v1/dictionaries/{name}` hides it with its history, until a file of its series comes
/// or `restore` is asked for; with `?erase=NAME` an administrator takes the history away too.
pub(super) async fn delete(
    State(state): State<Writing>,
    Extension(caller): Extension<Caller>,
    Named(name): Named<String>,
    Asked(wanted): Asked<Wanted>,
) -> Response {
    let store = &state.desk.store;
    let (action, done) = match &wanted.erase {
        None => {
            let entry = AuditEntry::done(&caller, HIDE, &name);
            (HIDE, store.hide(&name, entry).await.map(|_| ()))
        }
        Some(again) if *again != name => {
            return refuse(
                StatusCode::CONFLICT,
                format!("to take the history of `{name}` away, say its name again: ?erase={name}"),
            );
        }
        Some(_) => {
            if let Err(words) = caller.may(Role::Admin) {
                state
                    .not_done(&caller, ERASE, &name, AuditOutcome::Refused, &words)
                    .await;
                return refuse(StatusCode::FORBIDDEN, words);
            }
            let entry = AuditEntry::done(&caller, ERASE, &name);
            (ERASE, store.erase(&name, entry).await)
        }
    };
    match done {
        Ok(()) => {
            state.desk.hub.publish(Event::Resync);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => state.failed(&caller, action, &name, &error).await,
    }
}

/// `POST /api/v1/dictionaries/{name}/restore` shows a deleted dictionary again.
pub(super) async fn restore(
    State(state): State<Writing>,
    Extension(caller): Extension<Caller>,
    Named(name): Named<String>,
) -> Response {
    let entry = AuditEntry::done(&caller, RESTORE, &name);
    match state.desk.store.bring_back(&name, entry).await {
        Ok(()) => {
            state.desk.hub.publish(Event::Resync);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => state.failed(&caller, RESTORE, &name, &error).await,
    }
}
