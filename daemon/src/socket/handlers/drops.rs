use ddgen_ipc::message::{DropState, Refusal, Reply};

use crate::desk::Desk;

pub(super) async fn answer(
    desk: &Desk,
    state: Option<DropState>,
    before: Option<u64>,
    limit: u32,
) -> Result<Reply, Refusal> {
    let (rows, older) = desk.drops(state, before, limit).await?;
    Ok(Reply::Drops { rows, older })
}
