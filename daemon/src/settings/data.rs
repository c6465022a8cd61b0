//! Where the daemon keeps what it knows, and where its socket lies.

use std::path::Path;

use serde_json::Value;

use super::key::Key;
use super::kind::path;
use super::notice::Notice;
use super::origin::Origin;
use super::reader::{Given, Reader};

use std::path::PathBuf;

/// Folders and the store's file, all absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSettings {
    /// Holds the store, the working memory and the scratch folders of the workers.
    pub dir: PathBuf,
    /// The one SQLite file: `ddgen.db` in `dir`, or the file `DATABASE_URL` names.
    pub store_file: PathBuf,
    /// Folder of the socket as somebody gave it. `None`: the `ipc` crate finds the usual one.
    pub runtime_dir: Option<PathBuf>,
}

const DATA_DIR: Key = Key::new("data_dir", "DATA_DIR");
const RUNTIME_DIR: Key = Key::new("runtime_dir", "RUNTIME_DIR");

/// The store's file, where nothing else is said.
const STORE_FILE: &str = "ddgen.db";

impl DataSettings {
    /// `named` is the file of `DATABASE_URL`. A data directory that somebody named outright decides
    /// alone: it tells every command which daemon is meant.
    pub(super) fn read(reader: &mut Reader<'_>, named: Option<Given<PathBuf>>) -> Self {
        let base = reader.working_dir();
        let given = reader.given(&DATA_DIR, &path(base).optional(), &None);
        let given = given.and_then(|given| Some((given.value?, given.origin)));
        let runtime_dir = reader.get(&RUNTIME_DIR, &path(base).optional(), None);
        let (dir, store_file) = match (given, named) {
            (Some((dir, _)), Some(file)) if file.value.parent() == Some(dir.as_path()) => {
                note_store(reader, &file);
                (dir, file.value)
            }
            (Some((dir, origin)), file) => {
                let store_file = dir.join(STORE_FILE);
                let shown = store_file.to_string_lossy().into_owned();
                reader.derived("store_file", Value::from(shown), origin, None);
                if let Some(file) = file {
                    let message = format!(
                        "DATABASE_URL names {}, but data_dir names another folder and wins: the \
                         store is {}",
                        file.value.display(),
                        store_file.display()
                    );
                    reader
                        .notices
                        .push(Notice::warning(DATA_DIR.name, message).at(&file.origin));
                }
                (dir, store_file)
            }
            (None, Some(file)) => {
                let dir = file
                    .value
                    .parent()
                    .map_or_else(|| base.to_path_buf(), Path::to_path_buf);
                settle(
                    reader,
                    &dir,
                    &file.origin,
                    "the folder of the file DATABASE_URL names",
                );
                note_store(reader, &file);
                (dir, file.value)
            }
            (None, None) => {
                let dir = usual_dir(reader);
                settle(reader, &dir, &Origin::Default, "the XDG data directory");
                let store_file = dir.join(STORE_FILE);
                let shown = store_file.to_string_lossy().into_owned();
                reader.derived("store_file", Value::from(shown), Origin::Default, None);
                (dir, store_file)
            }
        };
        Self {
            dir,
            store_file,
            runtime_dir,
        }
    }
}

fn note_store(reader: &mut Reader<'_>, file: &Given<PathBuf>) {
    let note = "the SQLite file DATABASE_URL names; everything else of the daemon lies beside it";
    let shown = Value::from(file.value.to_string_lossy());
    reader.derived(
        "store_file",
        shown,
        file.origin.clone(),
        Some(note.to_owned()),
    );
}

/// Writes down a data directory that nobody named outright.
fn settle(reader: &mut Reader<'_>, dir: &Path, origin: &Origin, why: &str) {
    reader.amend(
        DATA_DIR.name,
        Value::from(dir.to_string_lossy()),
        Some(origin),
    );
    reader.remark(DATA_DIR.name, why);
}

/// `$XDG_DATA_HOME/ddgen`, or `~/.local/share/ddgen`. The specification says to ignore a relative
/// `XDG_DATA_HOME`.
fn usual_dir(reader: &mut Reader<'_>) -> PathBuf {
    let around = reader.layers.around;
    let xdg = around
        .variable("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute());
    let home = around
        .variable("HOME")
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute());
    match xdg.or_else(|| home.map(|home| home.join(".local/share"))) {
        Some(dir) => dir.join("ddgen"),
        None => {
            let message = "nobody said where to keep the data, and without HOME there is no usual \
                           place: give --data-dir, or set DDGEN_DATA_DIR";
            reader.notices.push(Notice::error(DATA_DIR.name, message));
            reader.working_dir().join("ddgen")
        }
    }
}
