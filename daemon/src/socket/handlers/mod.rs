//! One verb, one file.

mod accept;
mod alerts;
mod annotate;
mod annotations;
mod backup;
mod contract;
mod coverage;
mod diff;
mod drops;
mod field;
mod fields;
mod history;
mod import;
mod ingest;
mod keys;
mod list;
mod quarantine;
mod readings;
mod refuse;
mod renames;
mod reshape;
mod retry;
mod search;
mod show;
mod status;
mod subscribe;
mod upkeep;
mod versions;

use ddgen_ipc::hello::Role;
use ddgen_ipc::message::{
    AlertCall, BackupCall, QuarantineCall, Refusal, RefusalKind, Request, UpkeepCall,
};

use super::outbox::{Answering, HungUp};
use super::peer::Peer;
use crate::desk::Desk;

/// Answers one request; whoever it comes from has been let in, and is judged here for the verb.
pub(super) async fn handle(
    request: Request,
    desk: &Desk,
    peer: &Peer,
    answering: &Answering,
) -> Result<(), HungUp> {
    if let Err(refusal) = allowed(&request, peer) {
        return answering.last(Err(refusal)).await;
    }
    match request {
        Request::Status => answering.last(Ok(status::answer(desk).await)).await,
        Request::List => list::answer(desk, answering).await,
        Request::Show { name, version } => show::answer(desk, &name, version, answering).await,
        Request::Versions { name } => versions::answer(desk, &name, answering).await,
        Request::Fields {
            name,
            version,
            offset,
            limit,
        } => {
            answering
                .last(fields::answer(desk, &name, version, offset, limit).await)
                .await
        }
        Request::Field {
            name,
            version,
            path,
        } => field::answer(desk, &name, version, &path, answering).await,
        Request::Drops {
            state,
            before,
            limit,
        } => {
            answering
                .last(drops::answer(desk, state, before, limit).await)
                .await
        }
        Request::Retry(which) => {
            answering
                .last(retry::answer(desk, &which, peer).await)
                .await
        }
        Request::Ingest { path } => ingest::answer(desk, &path, peer, answering).await,
        Request::Subscribe => subscribe::answer(desk, answering).await,
        Request::Annotations { name } => annotations::answer(desk, &name, answering).await,
        Request::History {
            name,
            field,
            aspect,
        } => history::answer(desk, &name, field, aspect, answering).await,
        Request::Annotate { name, edits } => {
            annotate::answer(desk, &name, edits, peer, answering).await
        }
        Request::Diff { name, from, to } => diff::answer(desk, &name, from, to, answering).await,
        Request::Renames { name } => renames::answer(desk, &name, answering).await,
        Request::Accept { name, renames } => {
            accept::answer(desk, &name, renames, peer, answering).await
        }
        Request::Refuse { name, renames } => {
            refuse::answer(desk, &name, renames, peer, answering).await
        }
        Request::Contract { name } => contract::answer(desk, &name, answering).await,
        Request::SetContract { name, text } => {
            contract::set(desk, &name, text, peer, answering).await
        }
        Request::Backup(call) => backup::answer(desk, call, peer, answering).await,
        Request::Keys(call) => answering.last(keys::answer(desk, call, peer).await).await,
        Request::Import {
            cells,
            on_conflict,
            dry_run,
        } => import::answer(desk, cells, on_conflict, dry_run, peer, answering).await,
        Request::Coverage => coverage::answer(desk, answering).await,
        Request::Search {
            words,
            offset,
            limit,
        } => {
            answering
                .last(search::answer(desk, &words, offset, limit).await)
                .await
        }
        Request::Reshape(call) => {
            answering
                .last(reshape::answer(desk, call, peer).await)
                .await
        }
        Request::Readings => readings::answer(desk, answering).await,
        Request::Upkeep(call) => upkeep::answer(desk, call, peer, answering).await,
        Request::Quarantine(call) => quarantine::answer(desk, call, peer, answering).await,
        Request::Alerts(call) => answering.last(alerts::answer(desk, call, peer).await).await,
    }
}

/// What a verb needs; the same at the HTTP door, see `http/routes/table.rs`.
pub(crate) fn needs(request: &Request) -> Role {
    match request {
        Request::Retry(_)
        | Request::Ingest { .. }
        | Request::Annotate { .. }
        | Request::Import { .. }
        | Request::Accept { .. }
        | Request::Reshape(_)
        | Request::Refuse { .. }
        | Request::SetContract { .. }
        | Request::Quarantine(QuarantineCall::Release { .. } | QuarantineCall::Accept { .. })
        | Request::Alerts(
            AlertCall::Ack { .. } | AlertCall::Silence { .. } | AlertCall::Unsilence { .. },
        ) => Role::Editor,
        Request::Backup(BackupCall::List) | Request::Upkeep(UpkeepCall::List) => Role::Reader,
        Request::Backup(_) | Request::Keys(_) | Request::Upkeep(_) => Role::Admin,
        _ => Role::Reader,
    }
}

fn allowed(request: &Request, peer: &Peer) -> Result<(), Refusal> {
    let may = peer.caller().may(needs(request));
    may.map_err(|words| Refusal::new(RefusalKind::Denied, words))
}
