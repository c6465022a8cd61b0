//! Errors of the daemon's parts, as refusals whoever asked can read.

use ddgen_ipc::message::{Refusal, RefusalKind};
use ddgen_ops::backup::BackupError;

use crate::queue::QueueError;
use crate::store::StoreError;

pub fn store(error: &StoreError) -> Refusal {
    let kind = match error {
        StoreError::NotFound { .. } => RefusalKind::NotFound,
        StoreError::Refused(_) | StoreError::Asked(_) => RefusalKind::BadInput,
        StoreError::Conflict(_) => RefusalKind::Conflict,
        error if error.passes() => RefusalKind::Busy,
        _ => RefusalKind::Internal,
    };
    Refusal::new(kind, error.to_string())
}

pub fn queue(error: &QueueError) -> Refusal {
    Refusal::new(RefusalKind::Internal, error.to_string())
}

pub fn backup(error: &BackupError) -> Refusal {
    let kind = match error {
        BackupError::Busy | BackupError::Stopped => RefusalKind::Busy,
        BackupError::NotThere(_) => RefusalKind::NotFound,
        BackupError::Refused(_) | BackupError::NoKey(_) | BackupError::WrongKey(_) => {
            RefusalKind::BadInput
        }
        _ => RefusalKind::Internal,
    };
    Refusal::new(kind, error.to_string())
}
