//! The words on the wire. Plain enums and structs, append only: bincode numbers variants by place,
//! and `serde(tag, untagged, flatten, skip_serializing_if)` encode and then fail.

mod alert;
mod annotation;
mod answer;
mod backup;
mod call;
mod coverage;
mod dictionary;
mod drop;
mod event;
mod finding;
mod found;
mod import;
mod keys;
mod quarantine;
mod reading;
mod rename;
mod reshape;
mod status;
mod upkeep;

pub use alert::{
    AlertCall, AlertList, AlertRow, AlertSeverity, AlertState, DeadLetterRow, SilenceRow, SinkRow,
};
pub use annotation::{AnnotationRow, Aspect, Edit};
pub use answer::{Answer, Refusal, RefusalKind, Reply};
pub use backup::{BackupCall, BackupList, BackupProblem, BackupPruned, BackupRow, BackupVerified};
pub use call::{Call, Request, Retry};
pub use coverage::CoverageRow;
pub use dictionary::{DictionaryRow, FieldRow, VersionRow};
pub use drop::{DropRow, DropState};
pub use event::{Event, EventFrame};
pub use finding::FindingRow;
pub use found::{Found, FoundDictionary, FoundField};
pub use import::{ImportCell, ImportOutcome, ImportedCell, OnConflict};
pub use keys::{KeyRow, Keys, Scope};
pub use quarantine::{BreachRow, QuarantineCall, QuarantineRow, QuarantineState};
pub use reading::Reading;
pub use rename::{RenameCall, RenameRow, RenameState};
pub use reshape::{ReshapeCall, SplitBy};
pub use status::{DropCounts, ProbeRow, QueueCounts, Status, Verdict, WatchRow, WorkerRow};
pub use upkeep::{UpkeepCall, UpkeepList, UpkeepRow};

use serde::{Deserialize, Serialize};

/// Everything the daemon sends after its hello.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FromDaemon {
    Answer(Answer),
    Event(EventFrame),
}
