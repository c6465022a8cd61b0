use ddgen_ipc::message::Edit;

use super::annotations;
use crate::desk::Desk;
use crate::desk::written::has_verdict;
use crate::socket::outbox::{Answering, HungUp};
use crate::socket::peer::Peer;
use crate::store::{AuditEntry, AuditOutcome};

pub(super) async fn answer(
    desk: &Desk,
    name: &str,
    edits: Vec<Edit>,
    peer: &Peer,
    answering: &Answering,
) -> Result<(), HungUp> {
    let verdicts = has_verdict(&edits);
    let written = desk.store.annotate(name, edits, &peer.name).await;
    let entry = AuditEntry::done(&peer.caller(), "annotate", name);
    desk.audit(match &written {
        Ok(_) => entry,
        Err(error) => entry.but(AuditOutcome::Refused, error.to_string()),
    })
    .await;
    if let Ok((dictionary, _)) = &written {
        desk.tell_written(dictionary, verdicts).await;
    }
    let rows = written.map(|(_, rows)| rows);
    annotations::send(rows, answering).await
}
