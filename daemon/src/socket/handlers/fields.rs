use ddgen_ipc::codec::fitting;
use ddgen_ipc::message::{Refusal, Reply};

use crate::desk::{Desk, refuse};

/// Rows of one answer at most: what a screen and its surroundings need, far below a frame.
const MOST: u32 = 500;

pub(super) async fn answer(
    desk: &Desk,
    name: &str,
    version: Option<u32>,
    offset: u32,
    limit: u32,
) -> Result<Reply, Refusal> {
    let fields = desk
        .store
        .fields(name, version, offset, limit.min(MOST))
        .await;
    let (total, mut rows) = fields.map_err(|error| refuse::store(&error))?;
    rows.truncate(fitting(&rows));
    Ok(Reply::Fields { total, rows })
}
