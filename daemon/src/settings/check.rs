//! What `ddgend check` does: loads everything as the daemon would, and looks at the folders.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};
use serde::Serialize;

use super::Settings;
use super::http::HttpSettings;
use super::load::{Loaded, inspect};
use super::notice::{Notice, Severity};
use super::origin::Origin;
use super::socket::{SocketAccess, SocketSettings};
use super::surroundings::Surroundings;
use super::watch::WatchSettings;
use crate::arrival::{After, OnBreach};
use crate::contract::OfWatch;

/// The document of `ddgend check`.
#[derive(Debug, Clone, Serialize)]
pub struct CheckDocument {
    /// Whether a daemon would start with these settings.
    pub ok: bool,
    /// Files that were read, weakest first.
    pub files: Vec<PathBuf>,
    pub errors: Vec<Notice>,
    pub warnings: Vec<Notice>,
    pub notes: Vec<Notice>,
}

/// Loads the settings and tries the folders they name. Creates and changes nothing.
#[must_use]
pub fn check(around: &Surroundings) -> CheckDocument {
    let loaded = inspect(around);
    let mut notices = loaded.notices.clone();
    notices.extend(folders(&loaded.settings, &loaded));
    notices.extend(missing_groups(&loaded.settings.socket));
    notices.extend(unreadable_tls(&loaded.settings.http));
    notices.extend(open_secrets(&loaded));
    let of = |severity: Severity| -> Vec<Notice> {
        notices
            .iter()
            .filter(|notice| notice.severity == severity)
            .cloned()
            .collect()
    };
    let errors = of(Severity::Error);
    CheckDocument {
        ok: errors.is_empty(),
        files: loaded.files,
        warnings: of(Severity::Warning),
        notes: of(Severity::Note),
        errors,
    }
}

impl CheckDocument {
    /// For people: the verdict last, where the eye rests.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for notice in self.errors.iter().chain(&self.warnings).chain(&self.notes) {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{}: {notice}", notice.severity.as_str());
        }
        text.push_str(&match (self.errors.len(), self.warnings.len()) {
            (0, 0) => "the settings are good\n".to_owned(),
            (0, warnings) => format!("the settings work; warnings: {warnings}\n"),
            (errors, _) => format!("the daemon would not start; errors: {errors}\n"),
        });
        text
    }
}

fn folders(settings: &Settings, loaded: &Loaded) -> Vec<Notice> {
    let mut notices = Vec::new();
    let origin = |name: &str| {
        let row = loaded.rows.iter().find(|row| row.name == name);
        row.map_or(Origin::Default, |row| row.origin.clone())
    };
    if let Err(why) = usable_for_data(&settings.data.dir) {
        notices.push(Notice::error("data_dir", why).at(&origin("data_dir")));
    }
    if settings.watches.is_empty() {
        let message = "no folder is watched: give --watch DIR, or a [[watch]] in ddgen.toml";
        notices.push(Notice::warning("watch", message));
    }
    let mut seen: BTreeMap<PathBuf, &WatchSettings> = BTreeMap::new();
    for watch in &settings.watches {
        if let Some(Err(error)) = watch.contract.as_deref().map(OfWatch::read) {
            let name = format!("watch.{}.contract", watch.name);
            let message = format!("watch `{}`: {error}", watch.name);
            notices.push(Notice::error(&name, message).at(&origin(&name)));
        }
        let name = format!("watch.{}.path", watch.name);
        match readable_folder(&watch.path) {
            Err(why) => {
                let message = format!("watch `{}`: {why}", watch.name);
                notices.push(Notice::error(&name, message).at(&origin(&name)));
            }
            Ok(real) => {
                notices.extend(unwritable(watch, &real).map(|notice| notice.at(&origin(&name))));
                match seen.get(&real) {
                    Some(twin) if twin.path != watch.path => {
                        let message = format!(
                            "watches `{}` and `{}` lead to the same folder, {}: every file would be \
                         taken twice; keep one of the two",
                            twin.name,
                            watch.name,
                            real.display()
                        );
                        notices.push(Notice::error(&name, message).at(&origin(&name)));
                    }
                    Some(_) => {}
                    None => {
                        seen.insert(real, watch);
                    }
                }
            }
        }
    }
    notices
}

/// What moves or removes files has to be allowed to.
fn unwritable(watch: &WatchSettings, folder: &Path) -> Option<Notice> {
    if watch.on_breach == OnBreach::Flag && watch.after == After::Keep {
        return None;
    }
    access(folder, Access::WRITE_OK).err()?;
    let message = format!(
        "watch `{}` moves or removes files, and {} cannot be written by this user: give it `w` on the \
         folder (and a service ReadWritePaths=)",
        watch.name,
        folder.display()
    );
    Some(Notice::error(
        &format!("watch.{}.path", watch.name),
        message,
    ))
}

/// The folder behind the path, or why it cannot be watched.
fn readable_folder(path: &Path) -> Result<PathBuf, String> {
    let shown = path.display();
    let real = path.canonicalize().map_err(|error| match error.kind() {
        ErrorKind::NotFound => format!("{shown} does not exist: create it, or correct the path"),
        ErrorKind::PermissionDenied => {
            format!("{shown} is behind a folder this user may not enter: give it `x` on the way")
        }
        _ => format!("{shown} cannot be opened: {error}"),
    })?;
    if !real.is_dir() {
        return Err(format!(
            "{shown} is not a folder: name the folder the files arrive in"
        ));
    }
    access(&real, Access::READ_OK | Access::EXEC_OK)
        .map_err(|_| format!("{shown} cannot be read by this user: give it `rx` on the folder"))?;
    Ok(real)
}

/// The folder need not exist, but it must be possible to make it.
fn usable_for_data(dir: &Path) -> Result<(), String> {
    let shown = dir.display();
    let existing = dir
        .ancestors()
        .find(|ancestor| ancestor.symlink_metadata().is_ok());
    let Some(existing) = existing else {
        return Err(format!("{shown} cannot be reached: check the path"));
    };
    if !existing.is_dir() {
        return Err(format!(
            "{shown} cannot hold the data: {} is not a folder",
            existing.display()
        ));
    }
    access(existing, Access::WRITE_OK | Access::EXEC_OK).map_err(|_| {
        let what = if existing == dir {
            "is not writable"
        } else {
            "cannot be made"
        };
        format!(
            "{shown} {what} for this user: change the owner of {}, or give --data-dir",
            existing.display()
        )
    })
}

/// A right given to a group that does not exist is a right nobody has.
fn missing_groups(socket: &SocketSettings) -> Vec<Notice> {
    let exists = |name: &str| matches!(nix::unistd::Group::from_name(name), Ok(Some(_)));
    let mut notices = Vec::new();
    if socket.access == SocketAccess::Group && !exists(&socket.group) {
        let message = format!(
            "the unix group `{0}` that owns the socket does not exist: `groupadd --system {0}`, or \
             name another one as socket.group",
            socket.group
        );
        notices.push(Notice::error("socket.group", message));
    }
    let rights = [
        ("socket.readers", &socket.readers),
        ("socket.editors", &socket.editors),
        ("socket.admins", &socket.admins),
    ];
    for (name, groups) in rights {
        for group in groups.iter().filter(|group| !exists(group)) {
            let message =
                format!("{name} names the unix group `{group}`, which does not exist: correct it");
            notices.push(Notice::warning(name, message));
        }
    }
    notices
}

/// The files of TLS have to be there; whether they belong together shows at the start.
fn unreadable_tls(http: &HttpSettings) -> Vec<Notice> {
    let Some(tls) = &http.tls else {
        return Vec::new();
    };
    let files = [
        ("http.tls_certificate", &tls.certificate),
        ("http.tls_key", &tls.key),
    ];
    let mut notices = Vec::new();
    for (name, path) in files {
        if let Err(error) = std::fs::File::open(path) {
            let message = format!(
                "{name} names {}, which cannot be read: {error}",
                path.display()
            );
            notices.push(Notice::error(name, message));
        }
    }
    notices
}

/// Files with a secret in them that every account of the machine can read.
fn open_secrets(loaded: &Loaded) -> Vec<Notice> {
    let mut notices: Vec<Notice> = Vec::new();
    for row in loaded.rows.iter().filter(|row| row.value == "***") {
        let (Origin::File { path, .. }
        | Origin::EnvFile { path, .. }
        | Origin::SecretFile { path, .. }) = &row.origin
        else {
            continue;
        };
        let mode = path
            .metadata()
            .map_or(0, |metadata| metadata.permissions().mode());
        let message = format!(
            "{} holds a secret and everyone may read it: chmod 600 it",
            path.display()
        );
        if mode & 0o004 != 0 && !notices.iter().any(|notice| notice.message == message) {
            notices.push(Notice::warning(&row.name, message));
        }
    }
    notices
}
