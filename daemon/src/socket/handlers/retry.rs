use std::path::{Path, PathBuf};

use ddgen_ipc::message::{DropState, Event, Refusal, RefusalKind, Reply, Retry};

use super::ingest;
use crate::arrival::DropId;
use crate::desk::{Desk, refuse};
use crate::queue::Which;
use crate::socket::peer::Peer;
use crate::store::{AuditEntry, AuditOutcome, StoreError};

pub(super) async fn answer(desk: &Desk, which: &Retry, peer: &Peer) -> Result<Reply, Refusal> {
    let done = put_back(desk, which).await;
    let target = match which {
        Retry::All => "all parked drops",
        Retry::One(named) => named,
    };
    let entry = AuditEntry::done(&peer.caller(), "retry", target);
    desk.audit(match &done {
        Ok(_) => entry,
        Err(refusal) => entry.but(AuditOutcome::Refused, &refusal.message),
    })
    .await;
    done
}

async fn put_back(desk: &Desk, which: &Retry) -> Result<Reply, Refusal> {
    let wanted = match which {
        Retry::All => Which::All,
        Retry::One(named) => match named.parse::<DropId>() {
            Ok(id) if named.len() == 32 => Which::Ids(vec![id]),
            _ => Which::Path(PathBuf::from(named)),
        },
    };
    let retried = desk
        .pipeline
        .queue
        .retry(wanted)
        .await
        .map_err(|error| refuse::queue(&error))?;
    if retried.is_empty()
        && let Retry::One(named) = which
    {
        return failed(desk, named).await;
    }
    for id in &retried {
        if let Ok(mut row) = desk.store.drop(&id.to_string()).await {
            row.state = DropState::Pending;
            desk.hub.publish(Event::Drop(Box::new(row)));
        }
    }
    Ok(Reply::Retried(retried.len() as u64))
}

/// The queue has let go of a failed drop: its file is read again as one that a person names, if it
/// is there.
async fn failed(desk: &Desk, named: &str) -> Result<Reply, Refusal> {
    let found = match desk.store.drop(named).await {
        Ok(row) => row,
        Err(StoreError::NotFound { .. }) => {
            return Err(Refusal::new(
                RefusalKind::NotFound,
                format!(
                    "`{named}` is neither the id nor the path of a parked or failed drop: \
                     `ddgend drops --state parked` and `--state failed` list them"
                ),
            ));
        }
        Err(error) => return Err(refuse::store(&error)),
    };
    let path = found.path;
    if found.state != DropState::Failed {
        return Err(Refusal::new(
            RefusalKind::BadInput,
            format!(
                "the drop of {path} is {}: only parked and failed drops are tried again. To read \
                 the file once more: `ddgend ingest {path}`",
                found.state
            ),
        ));
    }
    if !Path::new(&path).exists() {
        return Err(Refusal::new(
            RefusalKind::BadInput,
            format!(
                "{path} is not there, so that its drop stays failed ({}): put the file back, or \
                 name it where it is now: `ddgend ingest FILE`",
                found.reason.unwrap_or_default()
            ),
        ));
    }
    match desk.pipeline.ingest(PathBuf::from(path)).await {
        Ok(_) => Ok(Reply::Retried(1)),
        Err(error) => Err(ingest::refusal(&error)),
    }
}
