//! Who gets the next key.

use super::alerts::Alerts;
use super::backups::Backups;
use super::coverage::Coverage;
use super::quarantine::Quarantine;
use super::search::Search;
use super::versions::Versions;
use super::words::Editor;

/// What the keys mean at the moment.
#[derive(Debug, Clone, PartialEq)]
pub enum Mode {
    Browse,
    /// Letters go into the filter of the list on screen.
    Filter,
    /// Letters go into the folder a new daemon shall watch.
    Folder(String),
    /// Letters go into another name for this dictionary.
    Name {
        dictionary: String,
        text: String,
    },
    /// The help overlay, scrolled down by so many lines.
    Help(usize),
    /// Everything about the selected drop, scrolled down by so many lines.
    Drop(usize),
    /// Letters go into a text about a field or a dictionary.
    Write(Box<Editor>),
    /// The versions of the open dictionary.
    Versions(Box<Versions>),
    /// The alerts of the daemon.
    Alerts(Box<Alerts>),
    /// How much is written about.
    Coverage(Box<Coverage>),
    /// The backups of the daemon.
    Backups(Box<Backups>),
    /// The files in quarantine.
    Quarantine(Box<Quarantine>),
    /// Letters go into a search through everything.
    Search(Box<Search>),
}

/// What a command or the daemon had to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub bad: bool,
}
