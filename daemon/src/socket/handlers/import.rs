use ddgen_ipc::codec::PART_BYTES;
use ddgen_ipc::message::{ImportCell, OnConflict, Reply};

use crate::desk::{Desk, refuse};
use crate::socket::outbox::{Answering, HungUp};
use crate::socket::peer::Peer;

pub(super) async fn answer(
    desk: &Desk,
    cells: Vec<ImportCell>,
    on_conflict: OnConflict,
    dry_run: bool,
    peer: &Peer,
    answering: &Answering,
) -> Result<(), HungUp> {
    let caller = peer.caller();
    let imported = desk.import(cells, on_conflict, &caller, dry_run).await;
    let cells = match imported {
        Ok(cells) => cells,
        Err(error) => return answering.last(Err(refuse::store(&error))).await,
    };
    let (mut part, mut bytes) = (Vec::new(), 0);
    for cell in cells {
        bytes += cell.before.len() + cell.after.len() + cell.dictionary.len() + 200;
        bytes += cell.field.as_ref().map_or(0, String::len);
        part.push(cell);
        if bytes > PART_BYTES {
            answering
                .part(Reply::Imported(std::mem::take(&mut part)))
                .await?;
            bytes = 0;
        }
    }
    answering.last(Ok(Reply::Imported(part))).await
}
