use ddgen_ipc::message::Reply;

use crate::desk::Desk;
use crate::socket::outbox::{Answering, HungUp};

pub(super) async fn answer(desk: &Desk, answering: &Answering) -> Result<(), HungUp> {
    let (next, events) = desk.hub.subscribe();
    // The answer first: the client knows the number before the first event comes.
    answering.last(Ok(Reply::Subscribed { next })).await?;
    answering.events(events).await
}
