use crate::desk::{Desk, refuse};
use crate::socket::outbox::{Answering, HungUp};

pub(super) async fn answer(
    desk: &Desk,
    name: &str,
    version: Option<u32>,
    answering: &Answering,
) -> Result<(), HungUp> {
    match desk.store.show_json(name, version).await {
        Ok(text) => answering.json(text.as_bytes()).await,
        Err(error) => answering.last(Err(refuse::store(&error))).await,
    }
}
