use ddgen_ipc::message::Reply;

use crate::desk::{Desk, refuse};
use crate::socket::outbox::{Answering, HungUp};

/// Rows of one part: a few hundred bytes each.
const PART: usize = 500;

pub(super) async fn answer(desk: &Desk, answering: &Answering) -> Result<(), HungUp> {
    let rows = match desk.store.coverage().await {
        Ok(rows) => rows,
        Err(error) => return answering.last(Err(refuse::store(&error))).await,
    };
    let mut parts = rows.chunks(PART).peekable();
    while let Some(part) = parts.next() {
        let reply = Reply::Coverage(part.to_vec());
        if parts.peek().is_none() {
            return answering.last(Ok(reply)).await;
        }
        answering.part(reply).await?;
    }
    answering.last(Ok(Reply::Coverage(Vec::new()))).await
}
