use std::time::Duration;

use ddgen_ipc::codec::PART_BYTES;
use ddgen_ipc::message::{QuarantineCall, QuarantineRow, Reply};

use crate::desk::Desk;
use crate::socket::outbox::{Answering, HungUp};
use crate::socket::peer::Peer;
use crate::store::Verdict;

/// The client is told at least this often that the work goes on.
const HEARTBEAT: Duration = Duration::from_secs(1);

pub(super) async fn answer(
    desk: &Desk,
    call: QuarantineCall,
    peer: &Peer,
    answering: &Answering,
) -> Result<(), HungUp> {
    match call {
        QuarantineCall::List => match desk.quarantined().await {
            Ok(rows) => send(rows, answering).await,
            Err(refusal) => answering.last(Err(refusal)).await,
        },
        QuarantineCall::Release { drop } => {
            let_through(desk, &drop, Verdict::Release, peer, answering).await
        }
        QuarantineCall::Accept { drop } => {
            let_through(desk, &drop, Verdict::Accept, peer, answering).await
        }
    }
}

async fn let_through(
    desk: &Desk,
    named: &str,
    verdict: Verdict,
    peer: &Peer,
    answering: &Answering,
) -> Result<(), HungUp> {
    let caller = peer.caller();
    let ingested = match desk.let_through(named, verdict, &caller).await {
        Ok(ingested) => ingested,
        Err(refusal) => return answering.last(Err(refusal)).await,
    };
    while tokio::time::timeout(HEARTBEAT, ingested.end())
        .await
        .is_err()
    {
        let (bytes, total) = ingested.progress();
        answering.part(Reply::Working { bytes, total }).await?;
    }
    let ended = desk.let_through_ended(named, verdict, &caller, &ingested);
    let ended = ended.await.map(|row| Reply::Drop(Box::new(row)));
    answering.last(ended).await
}

/// Rows in parts that fit a frame: what a file breaks may be much.
async fn send(rows: Vec<QuarantineRow>, answering: &Answering) -> Result<(), HungUp> {
    let (mut part, mut bytes) = (Vec::new(), 0);
    for row in rows {
        bytes += 1_000 + row.breaches.iter().map(size).sum::<usize>();
        part.push(row);
        if bytes > PART_BYTES {
            let rows = std::mem::take(&mut part);
            answering.part(Reply::Quarantine(rows)).await?;
            bytes = 0;
        }
    }
    answering.last(Ok(Reply::Quarantine(part))).await
}

fn size(breach: &ddgen_ipc::message::BreachRow) -> usize {
    let texts = [&breach.field, &breach.example];
    let texts = texts.into_iter().flatten().map(String::len).sum::<usize>();
    100 + texts + breach.message.len()
}
