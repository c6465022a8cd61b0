//! Where the daemon keeps what it knows, and where its socket lies.

use std::path::Path;

use serde_json::Value;

use super::key::Key;
use super::kind::{number, path};
use super::notice::Notice;
use super::origin::Origin;
use super::reader::{Given, Reader};

use std::path::PathBuf;

/// Folders and the store's file, all absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSettings {
    /// Holds the store, the working memory and the scratch folders of the workers.
    pub dir: PathBuf,
    /// The one SQLite file: `ddgen.db` in `dir`.
    pub store_file: PathBuf,
    /// Folder of the socket as somebody gave it. `None`: the `ipc` crate finds the usual one.
    pub runtime_dir: Option<PathBuf>,
    /// From so many percent of a disk on its probe is degraded.
    pub disk_warn_percent: u64,
}

const DATA_DIR: Key = Key::new("data_dir", "DATA_DIR");
const RUNTIME_DIR: Key = Key::new("runtime_dir", "RUNTIME_DIR");
const DISK_WARN_PERCENT: Key = Key::new("disk_warn_percent", "DISK_WARN_PERCENT");

/// The store's file, where nothing else is said.
const STORE_FILE: &str = "ddgen.db";

impl DataSettings {
    /// `named` is the file of `DATABASE_URL`: its folder is the data directory, unless somebody
    /// named one outright, which tells every command which daemon is meant. The store in it is
    /// always `ddgen.db`: the file `DATABASE_URL` names may well be another program's, and scripts
    /// that copy it while it is written to must fail rather than lose what was committed.
    pub(super) fn read(reader: &mut Reader<'_>, named: Option<Given<PathBuf>>) -> Self {
        let base = reader.working_dir();
        let given = reader.given(&DATA_DIR, &path(base).optional(), &None);
        let given = given.and_then(|given| Some((given.value?, given.origin)));
        let runtime_dir = reader.get(&RUNTIME_DIR, &path(base).optional(), None);
        let folder = |file: &Path| file.parent().unwrap_or(base).to_path_buf();
        let (dir, origin) = match (given, &named) {
            (Some((dir, origin)), file) => {
                if let Some(file) = file.as_ref().filter(|file| folder(&file.value) != dir) {
                    let message = format!(
                        "DATABASE_URL names {}, but data_dir names another folder and wins: the \
                         store is {}",
                        file.value.display(),
                        dir.join(STORE_FILE).display()
                    );
                    reader
                        .notices
                        .push(Notice::warning(DATA_DIR.name, message).at(&file.origin));
                }
                (dir, origin)
            }
            (None, Some(file)) => {
                let dir = folder(&file.value);
                let why = "the folder of the file DATABASE_URL names";
                settle(reader, &dir, &file.origin, why);
                (dir, file.origin.clone())
            }
            (None, None) => {
                let dir = usual_dir(reader);
                settle(reader, &dir, &Origin::Default, "the XDG data directory");
                (dir, Origin::Default)
            }
        };
        let store_file = dir.join(STORE_FILE);
        let note = named
            .filter(|file| file.value != store_file && folder(&file.value) == dir)
            .map(|file| {
                let other = file.value.file_name().unwrap_or_default().display();
                format!("always {STORE_FILE}; a file {other} beside it is left alone")
            });
        let shown = Value::from(store_file.to_string_lossy());
        reader.derived("store_file", shown, origin, note);
        Self {
            dir,
            store_file,
            runtime_dir,
            // What operators of the original product alert on.
            disk_warn_percent: reader.get(&DISK_WARN_PERCENT, &number(1..=100), 80),
        }
    }
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
