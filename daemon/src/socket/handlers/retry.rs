use std::path::PathBuf;

use ddgen_ipc::message::{DropState, Event, Refusal, RefusalKind, Reply, Retry};

use super::refuse;
use crate::arrival::DropId;
use crate::desk::Desk;
use crate::queue::Which;

pub(super) async fn answer(desk: &Desk, which: &Retry) -> Result<Reply, Refusal> {
    let wanted = match which {
        Retry::All => Which::All,
        Retry::One(named) => match named.parse::<DropId>() {
            Ok(id) if named.len() == 32 => Which::Ids(vec![id]),
            _ => Which::Path(PathBuf::from(named)),
        },
    };
    let retried = desk
        .pipeline
        .queue
        .retry(wanted)
        .await
        .map_err(|error| refuse::queue(&error))?;
    if retried.is_empty()
        && let Retry::One(named) = which
    {
        return Err(Refusal::new(
            RefusalKind::NotFound,
            format!(
                "`{named}` is neither the id nor the path of a parked drop: `ddgend drops --state parked` lists them"
            ),
        ));
    }
    for id in &retried {
        if let Ok(mut row) = desk.store.drop(&id.to_string()).await {
            row.state = DropState::Pending;
            desk.hub.publish(Event::Drop(Box::new(row)));
        }
    }
    Ok(Reply::Retried(retried.len() as u64))
}
