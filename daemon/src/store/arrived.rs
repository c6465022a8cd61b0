//! What is handed to the store, and what it answers.

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{DictionaryRow, DropRow, DropState, FindingRow};
use ddgen_profile::sketch::Packed;
use ddgen_profile::{Profile, SketchKey};

use crate::arrival::{After, DropId, Origin, Sighting};
use crate::dataset::Folding;

/// A drop with its profile, ready to become a version.
#[derive(Debug, Clone)]
pub struct Arrived {
    pub drop: DropId,
    pub sighting: Sighting,
    pub origin: Origin,
    pub folding: Folding,
    pub document: Profile,
    /// Of all fields of the document, in its order; none where they were not asked for.
    pub sketches: Option<Packed>,
    /// What its watch wants done with the file once nothing can replace what it taught.
    pub after: After,
    /// What they were made under, to read those of earlier versions with; without it fields are compared
    /// by what their profiles show.
    pub judge_key: Option<SketchKey>,
    /// Times that a worker died or broke a limit over it.
    pub tries: u32,
    pub arrived_at: Timestamp,
    /// When this very content was seen: by it is judged whether another version was still
    /// provisional then, however long this one waited for its turn.
    pub seen_at: Timestamp,
    /// Until then other content of the same file replaces the version; none: final at once.
    pub provisional_until: Option<Timestamp>,
    /// The present moment.
    pub finished_at: Timestamp,
    pub profiler_version: String,
    pub duration_ms: u64,
}

/// A drop without a profile: waiting, failed, parked or quarantined.
#[derive(Debug, Clone)]
pub struct Unprofiled {
    pub drop: DropId,
    pub sighting: Sighting,
    pub origin: Origin,
    /// Any state but done and duplicate, which need a profile.
    pub state: DropState,
    /// What happened, to what, and what to do.
    pub reason: Option<String>,
    pub tries: u32,
    pub arrived_at: Timestamp,
    /// None while it is pending or running.
    pub finished_at: Option<Timestamp>,
}

/// What became of an [`Arrived`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is a new version.
    Version,
    /// It took the place of a provisional version, under the same number.
    Replaced,
    /// The dictionary had a version of this content, which is current now.
    CurrentAgain,
    /// The dictionary had a version of this content; nothing changed but the list of drops.
    Duplicate,
    /// This drop was committed before, or its very file with its very content was, under another
    /// id; nothing changed.
    Already,
}

/// The answer to a commit.
#[derive(Debug, Clone, PartialEq)]
pub struct Committed {
    pub drop: DropRow,
    /// The dictionary of the file's first table.
    pub dictionary: DictionaryRow,
    pub outcome: Outcome,
    /// The dictionaries of further tables.
    pub others: Vec<DictionaryRow>,
    /// Names that dictionaries had before this drop: `table_1` is `table` now, since `table_2`
    /// turned out to be of the same series. They are still found by them.
    pub renamed: Vec<Renamed>,
    /// The drop whose row now bears the id of this one: its provisional version was replaced, or it
    /// had come to no end and its very file came again. It is still found by this old id.
    pub revised: Option<DropId>,
    /// What was judged of new versions: of each dictionary its name, the number, and what was found.
    pub judged: Vec<(String, u32, Vec<FindingRow>)>,
}

/// A dictionary that took the stem of its series for its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    pub from: String,
    pub to: String,
}
