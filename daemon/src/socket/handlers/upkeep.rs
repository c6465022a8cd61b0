use std::time::Duration;

use ddgen_ipc::message::{Refusal, RefusalKind, Reply, UpkeepCall};

use crate::desk::Desk;
use crate::socket::outbox::{Answering, HungUp};
use crate::socket::peer::Peer;

/// The client is told at least this often that the work goes on.
const HEARTBEAT: Duration = Duration::from_secs(1);

pub(super) async fn answer(
    desk: &Desk,
    call: UpkeepCall,
    peer: &Peer,
    answering: &Answering,
) -> Result<(), HungUp> {
    let upkeep = &desk.upkeep;
    if call != UpkeepCall::List {
        tracing::info!(?call, peer = %peer.name, "a command about upkeep");
    }
    match call {
        UpkeepCall::List => {}
        UpkeepCall::Pause => upkeep.pause(&peer.name).await,
        UpkeepCall::Resume => upkeep.resume().await,
        UpkeepCall::Run { name } => {
            let mut run = match upkeep.run(&name) {
                Ok(run) => run,
                Err(error) => {
                    let refusal = Refusal::new(RefusalKind::NotFound, error.to_string());
                    return answering.last(Err(refusal)).await;
                }
            };
            while tokio::time::timeout(HEARTBEAT, &mut run).await.is_err() {
                answering
                    .part(Reply::Working { bytes: 0, total: 0 })
                    .await?;
            }
        }
    }
    let list = Box::new(upkeep.list());
    answering.last(Ok(Reply::Upkeep(list))).await
}
