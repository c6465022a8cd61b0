//! What a client asks for. One verb, one name: request, handler, command, test.

use serde::{Deserialize, Serialize};

use super::QuarantineCall;
use super::ReshapeCall;
use super::UpkeepCall;
use super::{
    AlertCall, Aspect, BackupCall, DropState, Edit, ImportCell, Keys, OnConflict, RenameCall,
};

/// One request under a number the client chose; answers carry it back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    pub id: u64,
    pub request: Request,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Answered with [`super::Reply::Status`].
    Status,
    /// All dictionaries in order of name; answered with [`super::Reply::Dictionaries`], in parts.
    List,
    /// One dictionary with its profile document, as JSON; answered with [`super::Reply::Json`], in
    /// parts. Without a version: the current one.
    Show { name: String, version: Option<u32> },
    /// The versions of a dictionary, newest first; answered with [`super::Reply::Versions`].
    Versions { name: String },
    /// Rows of the fields of a version in order of position, from `offset`, at most `limit`;
    /// answered with [`super::Reply::Fields`].
    Fields {
        name: String,
        version: Option<u32>,
        offset: u32,
        limit: u32,
    },
    /// One field as it stands in the profile document; answered with [`super::Reply::Json`].
    Field {
        name: String,
        version: Option<u32>,
        path: String,
    },
    /// The newest drops first, those older than `before` (a [`super::DropRow::seq`]) when given;
    /// answered with [`super::Reply::Drops`].
    Drops {
        state: Option<DropState>,
        before: Option<u64>,
        limit: u32,
    },
    /// Puts parked drops, or a failed one that is named and whose file is there, back into the
    /// queue; answered with [`super::Reply::Retried`].
    Retry(Retry),
    /// Profiles a file wherever it lies; answered with [`super::Reply::Working`] while it lasts,
    /// then [`super::Reply::Drop`] once it is stored.
    Ingest { path: String },
    /// Answered with [`super::Reply::Subscribed`]; from then on events follow.
    Subscribe,
    /// The changes from one version to another, as JSON; answered with [`super::Reply::Json`], in
    /// parts. Without `to` the current one, without `from` the one before it.
    Diff {
        name: String,
        from: Option<u32>,
        to: Option<u32>,
    },
    /// What is written about a dictionary and its fields; answered with
    /// [`super::Reply::Annotations`], in parts.
    Annotations { name: String },
    /// All that was ever written about one aspect, newest first; answered with
    /// [`super::Reply::Annotations`].
    History {
        name: String,
        field: Option<String>,
        aspect: Aspect,
    },
    /// Writes, all or nothing; answered with [`super::Reply::Annotations`]: the edits as they stand.
    Annotate { name: String, edits: Vec<Edit> },
    /// Answered as the call says.
    Backup(BackupCall),
    /// The API keys of the HTTP door; for administrators.
    Keys(Keys),
    /// Renames of fields that were found or said, of the newest version first; answered with
    /// [`super::Reply::Renames`].
    Renames { name: String },
    /// Takes renames for what they are, without any named all that are proposed; answered with
    /// [`super::Reply::Renames`]: those it was about, as they stand.
    Accept {
        name: String,
        renames: Vec<RenameCall>,
    },
    /// Takes the fields for two, and undoes what was applied; answered as [`Request::Accept`].
    Refuse {
        name: String,
        renames: Vec<RenameCall>,
    },
    /// Fields and dictionaries by words and filters, from `offset`, at most `limit` of each;
    /// answered with [`super::Reply::Found`].
    Search {
        words: String,
        offset: u32,
        limit: u32,
    },
    /// How the daemon fared in the last day, oldest first; answered with
    /// [`super::Reply::Readings`], in parts.
    Readings,
    /// Answered with [`super::Reply::Alerts`].
    Alerts(AlertCall),
    /// Writes what was changed elsewhere, all or nothing; a dry run only tells. Answered with
    /// [`super::Reply::Imported`], in parts.
    Import {
        cells: Vec<ImportCell>,
        on_conflict: OnConflict,
        dry_run: bool,
    },
    /// How much has been written about, by dictionary; answered with [`super::Reply::Coverage`], in
    /// parts.
    Coverage,
    /// Answered with [`super::Reply::Upkeep`].
    Upkeep(UpkeepCall),
    /// The contract of a dictionary, as JSON (`null` without one); answered with
    /// [`super::Reply::Json`].
    Contract { name: String },
    /// Sets the contract of a dictionary, or takes it away where the text is empty; answered as
    /// [`Request::Contract`].
    SetContract { name: String, text: String },
    /// Files that were set aside; answered as the call says.
    Quarantine(QuarantineCall),
    /// Renames dictionaries, puts them together or takes them apart; answered with
    /// [`super::Reply::Dictionaries`]: those it led to.
    Reshape(ReshapeCall),
}

/// Which drops to try again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Retry {
    /// Every parked one.
    All,
    /// A drop's id, or the path of its file.
    One(String),
}
