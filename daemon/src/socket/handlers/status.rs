use ddgen_ipc::message::Reply;

use crate::desk::Desk;

pub(super) async fn answer(desk: &Desk) -> Reply {
    Reply::Status(Box::new(desk.reporter.status().await))
}
