use ddgen_ipc::message::{Refusal, Reply};

use super::refuse;
use crate::desk::Desk;

pub(super) async fn answer(desk: &Desk) -> Result<Reply, Refusal> {
    let status = desk
        .reporter
        .status()
        .await
        .map_err(|error| refuse::store(&error))?;
    Ok(Reply::Status(Box::new(status)))
}
