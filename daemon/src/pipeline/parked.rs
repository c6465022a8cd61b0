//! Whatever is parked has a row in the drops that says why.

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::DropState;

use super::Pipeline;
use crate::queue::Parked;
use crate::store::{StoreError, Unprofiled};

/// Parked jobs looked at together.
const PAGE: usize = 500;

impl Pipeline {
    /// Writes down the parked jobs whose rows the store lacks. A drop is recorded before its job is
    /// parked; but a store that was restored from a backup knows less than the queue.
    pub(super) async fn record_parked(&self) {
        match self.missing_parked().await {
            Ok(0) => {}
            Ok(drops) => tracing::warn!(drops, "parked drops were not in the store and are now"),
            Err(because) => {
                tracing::error!(%because, "the store may lack parked drops: looked at again later");
            }
        }
    }

    async fn missing_parked(&self) -> Result<u64, String> {
        let stored = self.store.drop_counts().await.map_err(|e| e.to_string())?;
        if stored.parked == self.queue.counts().parked {
            return Ok(0);
        }
        let (mut from, mut written) = (0, 0);
        loop {
            let page = self.queue.parked(from, PAGE).await;
            let page = page.map_err(|e| e.to_string())?;
            let Some(last) = page.last() else {
                return Ok(written);
            };
            from = last.place + 1;
            for parked in page {
                match self.record_missing(parked).await {
                    Ok(new) => written += u64::from(new),
                    Err(error) => {
                        if error.passes() {
                            self.block(&error);
                        }
                        return Err(error.to_string());
                    }
                }
            }
        }
    }

    /// Whether it was missing.
    async fn record_missing(&self, parked: Parked) -> Result<bool, StoreError> {
        let Parked { job, parked_at, .. } = parked;
        match self.store.drop(&job.id.to_string()).await {
            // A job that is done stays done, whatever the queue says.
            Ok(row)
                if matches!(
                    row.state,
                    DropState::Parked | DropState::Done | DropState::Duplicate
                ) =>
            {
                return Ok(false);
            }
            Ok(_) | Err(StoreError::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
        let missing = Unprofiled {
            drop: job.id,
            sighting: job.sighting,
            origin: job.origin,
            state: DropState::Parked,
            reason: job.reason,
            tries: job.tries,
            arrived_at: Timestamp(job.first_seen),
            finished_at: Some(Timestamp(parked_at)),
        };
        self.store.record(missing).await.map(|_| true)
    }
}
