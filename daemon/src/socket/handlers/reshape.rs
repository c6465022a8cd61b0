use ddgen_ipc::message::{Refusal, Reply, ReshapeCall};

use crate::desk::{Desk, refuse};
use crate::socket::peer::Peer;

pub(super) async fn answer(desk: &Desk, call: ReshapeCall, peer: &Peer) -> Result<Reply, Refusal> {
    let done = desk.reshape(call, &peer.caller()).await;
    done.map(Reply::Dictionaries)
        .map_err(|error| refuse::store(&error))
}
