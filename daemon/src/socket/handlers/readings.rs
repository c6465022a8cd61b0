use ddgen_ipc::message::Reply;

use crate::desk::Desk;
use crate::socket::outbox::{Answering, HungUp};

pub(super) async fn answer(desk: &Desk, answering: &Answering) -> Result<(), HungUp> {
    answering
        .rows(&desk.reporter.readings(), Reply::Readings)
        .await
}
