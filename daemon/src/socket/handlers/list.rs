use ddgen_ipc::message::Reply;

use crate::desk::{Desk, refuse};
use crate::socket::outbox::{Answering, HungUp};

pub(super) async fn answer(desk: &Desk, answering: &Answering) -> Result<(), HungUp> {
    match desk.store.dictionaries().await {
        Ok(rows) => answering.rows(&rows, Reply::Dictionaries).await,
        Err(error) => answering.last(Err(refuse::store(&error))).await,
    }
}
