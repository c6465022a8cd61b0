use ddgen_ipc::message::{Event, Refusal, RefusalKind};

use crate::contract;
use crate::desk::{Desk, refuse};
use crate::socket::outbox::{Answering, HungUp};
use crate::socket::peer::Peer;
use crate::store::{AuditEntry, AuditOutcome, ContractRow, StoreError};

pub(super) async fn answer(desk: &Desk, name: &str, answering: &Answering) -> Result<(), HungUp> {
    send(desk.store.contract(name).await, answering).await
}

pub(super) async fn set(
    desk: &Desk,
    name: &str,
    text: String,
    peer: &Peer,
    answering: &Answering,
) -> Result<(), HungUp> {
    let read = match text.is_empty() {
        true => Ok(None),
        false => contract::parse(&text, name).and_then(|_| contract::freshness(&text)),
    };
    let freshness = match read {
        Ok(freshness) => freshness,
        Err(error) => {
            let refusal = Refusal::new(RefusalKind::BadInput, format!("no contract: {error}"));
            return answering.last(Err(refusal)).await;
        }
    };
    let store = &desk.store;
    let set = store.set_contract(name, text, freshness, &peer.name).await;
    let entry = AuditEntry::done(&peer.caller(), "contract", name);
    desk.audit(match &set {
        Ok(_) => entry,
        Err(error) => entry.but(AuditOutcome::Refused, error.to_string()),
    })
    .await;
    if set.is_ok() {
        let dictionary = name.to_owned();
        desk.hub.publish(Event::Annotated { dictionary });
    }
    send(set, answering).await
}

async fn send(
    row: Result<Option<ContractRow>, StoreError>,
    answering: &Answering,
) -> Result<(), HungUp> {
    match row.map(|row| serde_json::to_string(&row)) {
        Ok(Ok(text)) => answering.json(text.as_bytes()).await,
        Ok(Err(error)) => {
            let refusal = Refusal::new(RefusalKind::Internal, error.to_string());
            answering.last(Err(refusal)).await
        }
        Err(error) => answering.last(Err(refuse::store(&error))).await,
    }
}
