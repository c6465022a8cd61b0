//! Errors of the daemon's parts, as refusals a client reads.

use ddgen_ipc::message::{Refusal, RefusalKind};

use crate::queue::QueueError;
use crate::store::StoreError;

pub(super) fn store(error: &StoreError) -> Refusal {
    let kind = match error {
        StoreError::NotFound { .. } => RefusalKind::NotFound,
        StoreError::Refused(_) => RefusalKind::BadInput,
        StoreError::Conflict(_) => RefusalKind::Conflict,
        _ => RefusalKind::Internal,
    };
    Refusal::new(kind, error.to_string())
}

pub(super) fn queue(error: &QueueError) -> Refusal {
    Refusal::new(RefusalKind::Internal, error.to_string())
}
