use ddgen_ipc::message::{RenameRow, Reply};

use crate::desk::{Desk, refuse};
use crate::socket::outbox::{Answering, HungUp};
use crate::socket::peer::Peer;
use crate::store::{AuditEntry, AuditOutcome, StoreError};

/// Rows of one part, far below a frame.
const PART: usize = 500;

pub(super) async fn answer(desk: &Desk, name: &str, answering: &Answering) -> Result<(), HungUp> {
    send(desk.store.renames(name).await, answering).await
}

/// Tells everybody that words moved, and the caller how the renames stand.
pub(super) async fn decided(
    desk: &Desk,
    verb: &'static str,
    name: &str,
    peer: &Peer,
    decided: Result<(String, Vec<RenameRow>), StoreError>,
    answering: &Answering,
) -> Result<(), HungUp> {
    let entry = AuditEntry::done(&peer.caller(), verb, name);
    desk.audit(match &decided {
        Ok(_) => entry,
        Err(error) => entry.but(AuditOutcome::Refused, error.to_string()),
    })
    .await;
    if let Ok((dictionary, _)) = &decided {
        desk.tell_written(dictionary, true).await;
    }
    let rows = decided.map(|(_, rows)| rows);
    send(rows, answering).await
}

async fn send(
    rows: Result<Vec<RenameRow>, StoreError>,
    answering: &Answering,
) -> Result<(), HungUp> {
    let rows = match rows {
        Ok(rows) => rows,
        Err(error) => return answering.last(Err(refuse::store(&error))).await,
    };
    let mut parts = rows.chunks(PART).peekable();
    while let Some(part) = parts.next() {
        let reply = Reply::Renames(part.to_vec());
        if parts.peek().is_none() {
            return answering.last(Ok(reply)).await;
        }
        answering.part(reply).await?;
    }
    answering.last(Ok(Reply::Renames(Vec::new()))).await
}
