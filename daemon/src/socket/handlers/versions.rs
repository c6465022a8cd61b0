use ddgen_ipc::message::Reply;

use crate::desk::{Desk, refuse};
use crate::socket::outbox::{Answering, HungUp};

pub(super) async fn answer(desk: &Desk, name: &str, answering: &Answering) -> Result<(), HungUp> {
    match desk.store.versions(name).await {
        Ok(rows) => answering.rows(&rows, Reply::Versions).await,
        Err(error) => answering.last(Err(refuse::store(&error))).await,
    }
}
