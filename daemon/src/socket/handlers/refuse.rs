use ddgen_ipc::message::RenameCall;

use super::renames;
use crate::desk::Desk;
use crate::socket::outbox::{Answering, HungUp};
use crate::socket::peer::Peer;

pub(super) async fn answer(
    desk: &Desk,
    name: &str,
    calls: Vec<RenameCall>,
    peer: &Peer,
    answering: &Answering,
) -> Result<(), HungUp> {
    let decided = desk.store.refuse(name, calls, &peer.name).await;
    renames::decided(desk, "refuse", name, peer, decided, answering).await
}
