//! What happens to the model, and what it wants done.

use std::path::PathBuf;

use crossterm::event::{KeyEvent, MouseEvent};
use ddgen_ipc::message::{
    AlertCall, AlertList, AnnotationRow, BackupCall, BackupList, DictionaryRow, DropRow, Edit,
    EventFrame, FieldRow, Found, QuarantineCall, QuarantineRow, Reading, RenameCall, Request,
    Retry, Status, VersionRow,
};
use ddgen_ipc::message::{CoverageRow, ReshapeCall};

use super::document::FieldDocument;
use super::layout::Size;
use super::link::Peer;
use super::versions::Diff;

/// Everything that can happen.
#[derive(Debug)]
pub enum Message {
    Key(KeyEvent),
    Paste(String),
    Mouse(MouseEvent),
    Resize(Size),
    /// Came back from being suspended: nothing on the terminal is as we left it.
    Resumed(Size),
    Link(LinkNews),
    /// What became of starting a daemon: its process and folder, or why not.
    Started(Result<String, String>),
    /// The daemon the user started ended, with these last words.
    StartedEnded(String),
    /// A command that reaches beyond the model could not be done.
    Failed(String),
}

/// What the connection brings.
#[derive(Debug)]
pub enum LinkNews {
    Connected {
        epoch: u64,
        peer: Peer,
    },
    /// There is no connection, and why; tried again without being asked.
    Unreachable {
        why: String,
        /// Nothing answers; else there is a daemon, and it does not let us in.
        absent: bool,
    },
    Event(Box<EventFrame>),
    Answer {
        epoch: u64,
        answer: Answer,
    },
}

#[derive(Debug)]
pub enum Answer {
    Subscribed(u64),
    Status(Result<Box<Status>, String>),
    Readings(Result<Vec<Reading>, String>),
    Alerts(Result<Box<AlertList>, String>),
    Backups(Result<Box<BackupList>, String>),
    Quarantine(Result<Vec<QuarantineRow>, String>),
    /// What became of a file that was let through.
    LetThrough(Result<String, String>),
    /// What became of a backup or a verification that was asked for.
    BackedUp(Result<String, String>),
    Dictionaries(Result<Vec<DictionaryRow>, String>),
    Drops(Result<Vec<DropRow>, String>),
    Fields {
        name: String,
        version: u32,
        page: u32,
        result: Result<(u32, Vec<FieldRow>), String>,
    },
    Field {
        name: String,
        version: u32,
        path: String,
        result: Result<Box<FieldDocument>, String>,
    },
    Retried(Result<u64, String>),
    Words {
        name: String,
        result: Result<Vec<AnnotationRow>, String>,
    },
    Written(Result<(), String>),
    /// What a dictionary that was renamed or unfolded is called.
    Reshaped(Result<String, String>),
    Versions {
        name: String,
        result: Result<Vec<VersionRow>, String>,
    },
    Diff {
        name: String,
        to: u32,
        result: Result<Diff, String>,
    },
    Coverage(Result<Vec<CoverageRow>, String>),
    Undescribed(Result<Found, String>),
    Search {
        words: String,
        result: Result<Found, String>,
    },
    /// A rename of this dictionary was decided.
    Decided {
        name: String,
        result: Result<(), String>,
    },
}

/// What is asked of the daemon.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    Subscribe,
    /// `soon`: after a moment, together with others of its kind.
    Status {
        soon: bool,
    },
    Readings,
    /// The list, also after what is done about one.
    Alerts(AlertCall),
    /// The list, or what takes its time.
    Backup(BackupCall),
    /// The list, or what takes its time.
    Quarantine(QuarantineCall),
    Dictionaries,
    Drops,
    Fields {
        name: String,
        version: u32,
        page: u32,
    },
    Field {
        name: String,
        version: u32,
        path: String,
    },
    Retry(Retry),
    /// What stands about a dictionary and its fields.
    Words {
        name: String,
    },
    Write {
        name: String,
        edit: Edit,
    },
    /// Another name, or a folding undone.
    Reshape(ReshapeCall),
    Versions {
        name: String,
    },
    /// What changed with this version.
    Diff {
        name: String,
        to: u32,
    },
    /// How much is written about.
    Coverage,
    /// The first field without a description, of a dictionary or of all.
    Undescribed {
        dictionary: Option<String>,
    },
    /// Fields and dictionaries in everything there is.
    Search {
        words: String,
    },
    /// Accepts or refuses the rename with this new path.
    Decide {
        name: String,
        to: String,
        accept: bool,
    },
}

impl Ask {
    #[must_use]
    pub fn request(&self) -> Request {
        use super::{activity, fields, search};
        match self.clone() {
            Self::Subscribe => Request::Subscribe,
            Self::Status { .. } => Request::Status,
            Self::Readings => Request::Readings,
            Self::Alerts(call) => Request::Alerts(call),
            Self::Backup(call) => Request::Backup(call),
            Self::Quarantine(call) => Request::Quarantine(call),
            Self::Dictionaries => Request::List,
            Self::Drops => Request::Drops {
                state: None,
                before: None,
                limit: activity::ASKED,
            },
            Self::Fields {
                name,
                version,
                page,
            } => Request::Fields {
                name,
                version: Some(version),
                offset: page * fields::PAGE,
                limit: fields::PAGE,
            },
            Self::Field {
                name,
                version,
                path,
            } => Request::Field {
                name,
                version: Some(version),
                path,
            },
            Self::Retry(which) => Request::Retry(which),
            Self::Reshape(call) => Request::Reshape(call),
            Self::Words { name } => Request::Annotations { name },
            Self::Write { name, edit } => Request::Annotate {
                name,
                edits: vec![edit],
            },
            Self::Coverage => Request::Coverage,
            Self::Undescribed { dictionary } => Request::Search {
                words: match dictionary {
                    Some(name) => format!("described:no dictionary:\"{name}\""),
                    None => "described:no".to_owned(),
                },
                offset: 0,
                limit: 1,
            },
            Self::Search { words } => Request::Search {
                words,
                offset: 0,
                limit: search::ASKED,
            },
            Self::Versions { name } => Request::Versions { name },
            Self::Diff { name, to } => Request::Diff {
                name,
                from: None,
                to: Some(to),
            },
            Self::Decide { name, to, accept } => {
                let renames = vec![RenameCall { from: None, to }];
                match accept {
                    true => Request::Accept { name, renames },
                    false => Request::Refuse { name, renames },
                }
            }
        }
    }
}

/// What the model wants done outside of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    Ask(Ask),
    /// To the clipboard of the terminal the user sits at.
    Copy(String),
    StartDaemon(PathBuf),
    /// Have the terminal report the mouse, or leave it to the terminal itself.
    Mouse(bool),
    /// Paint everything anew.
    Repaint,
    Suspend,
    Quit,
}
