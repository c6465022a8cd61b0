use ddgen_ipc::message::Aspect;

use super::annotations;
use crate::desk::Desk;
use crate::socket::outbox::{Answering, HungUp};

pub(super) async fn answer(
    desk: &Desk,
    name: &str,
    field: Option<String>,
    aspect: Aspect,
    answering: &Answering,
) -> Result<(), HungUp> {
    let rows = desk.store.history(name, field, aspect).await;
    annotations::send(rows, answering).await
}
