//! What happens in the daemon, as rules know it.

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{DropRow, DropState, Event, EventFrame};
use ddgen_ops::alerts::{Happened, Happening};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use super::Alerts;
use crate::store::Broken;

/// Drops of each state that are looked through when events were missed.
const MISSED: u32 = 1_000;

/// What was heard at once.
#[derive(Default)]
pub(super) struct Heard {
    pub(super) happened: Vec<Happened>,
    /// Something that stands may have begun or ended: a quarantine, a contract.
    pub(super) stands: bool,
}

/// The first event and all that wait behind it; none when some were missed.
pub(super) fn heard(
    first: Result<EventFrame, RecvError>,
    events: &mut Receiver<EventFrame>,
) -> Option<Heard> {
    let mut all = Heard::default();
    let mut next = match first {
        Ok(frame) => Some(frame),
        Err(RecvError::Lagged(_)) => return None,
        // The hub outlives whoever listens.
        Err(RecvError::Closed) => return Some(all),
    };
    while let Some(frame) = next {
        match &frame.event {
            Event::Drop(row) => {
                all.stands |= row.state == DropState::Quarantined;
                all.happened.extend(of_drop(row));
            }
            Event::Annotated { .. } => all.stands = true,
            _ => {}
        }
        next = match events.try_recv() {
            Ok(frame) => Some(frame),
            Err(TryRecvError::Lagged(_)) => return None,
            Err(TryRecvError::Empty | TryRecvError::Closed) => None,
        };
    }
    Some(all)
}

/// None for what is no trouble. A drop that is refused while it is provisional only waits: what
/// arrives here is final.
fn of_drop(row: &DropRow) -> Option<Happened> {
    let happening = match row.state {
        DropState::Failed => Happening::DropFailed,
        DropState::Parked => Happening::DropParked,
        DropState::Quarantined => Happening::DropQuarantined,
        DropState::Pending | DropState::Running | DropState::Done | DropState::Duplicate => {
            return None;
        }
    };
    let reason = row.reason.as_deref().unwrap_or("its row says no more");
    Some(Happened {
        happening,
        subject: row.watch.clone(),
        at: row.finished_at.unwrap_or_else(Timestamp::now),
        because: format!(
            "{} is {}: {reason}; `ddgend drops` shows all",
            row.path, row.state
        ),
    })
}

pub(super) fn broke(broken: &Broken, now: Timestamp) -> Happened {
    let changes = match broken.changes {
        1 => "1 breaking change".to_owned(),
        many => format!("{many} breaking changes"),
    };
    Happened {
        happening: Happening::BreakingChange,
        subject: broken.dictionary.clone(),
        at: now,
        because: format!(
            "version {} of `{}` has {changes} against the one before it; `ddgend diff {}` shows \
             them",
            broken.number, broken.dictionary, broken.dictionary
        ),
    }
}

impl Alerts {
    /// What a flood of events hid, as far as the store's newest drops tell.
    pub(super) async fn missed(&self, since: Timestamp) -> Vec<Happened> {
        let mut all = Vec::new();
        for state in [DropState::Failed, DropState::Parked, DropState::Quarantined] {
            let rows = self.inner.store.drops(Some(state), None, MISSED).await;
            let rows = rows.unwrap_or_default();
            let late = |row: &&DropRow| row.finished_at.is_some_and(|at| at >= since);
            all.extend(rows.iter().filter(late).filter_map(of_drop));
        }
        all
    }
}
