//! Folders inside folders: no file may be seen by two watches, and never our own files.

use std::path::Path;

use serde_json::Value;

use super::data::DataSettings;
use super::notice::Notice;
use super::origin::Origin;
use super::reader::Reader;
use super::watch::WatchSettings;

/// Refuses what cannot be told apart, and leaves the inner folder out of the outer watch otherwise.
pub(super) fn separate(
    reader: &mut Reader<'_>,
    watches: &mut [WatchSettings],
    data: &DataSettings,
) {
    for index in 0..watches.len() {
        let (before, rest) = watches.split_at_mut(index);
        let Some((watch, after)) = rest.split_first_mut() else {
            continue;
        };
        if watch.path == data.dir {
            let message = format!(
                "watch `{}` observes {}, where the daemon keeps its own data: give one of the two \
                 another folder",
                watch.name,
                data.dir.display()
            );
            refuse(reader, watch, message);
        } else {
            let why = "the daemon keeps its own data there";
            leave_out(reader, watch, &data.dir, why);
        }
        leave_contract_out(reader, watch);
        if let Some(twin) = before.iter().find(|other| other.path == watch.path) {
            let message = format!(
                "watches `{}` and `{}` observe the same folder, {}: every file would be taken \
                 twice; keep one of the two",
                twin.name,
                watch.name,
                watch.path.display()
            );
            refuse(reader, watch, message);
        }
        for inner in before.iter().chain(after.iter()) {
            let why = format!("it belongs to the watch `{}`", inner.name);
            leave_out(reader, watch, &inner.path, &why);
        }
    }
}

fn refuse(reader: &mut Reader<'_>, watch: &WatchSettings, message: String) {
    let name = format!("watch.{}.path", watch.name);
    let mut notice = Notice::error(&name, message);
    notice.origin = reader
        .rows
        .iter()
        .find(|row| row.name == name)
        .map(|row| row.origin.clone());
    reader.notices.push(notice);
}

/// A contract that lies in the folder it is of is no delivery.
fn leave_contract_out(reader: &mut Reader<'_>, watch: &mut WatchSettings) {
    let contract = watch.contract.as_ref();
    let Some(below) = contract.and_then(|path| path.strip_prefix(&watch.path).ok()) else {
        return;
    };
    let pattern = format!("/{}", globset::escape(&below.to_string_lossy()));
    let message = format!("watch `{}` leaves its own contract out", watch.name);
    exclude(reader, watch, pattern, message);
}

fn leave_out(reader: &mut Reader<'_>, watch: &mut WatchSettings, inner: &Path, why: &str) {
    let Ok(below) = inner.strip_prefix(&watch.path) else {
        return;
    };
    if !watch.recursive || below.as_os_str().is_empty() {
        return;
    }
    let pattern = format!("/{}/", globset::escape(&below.to_string_lossy()));
    let message = format!(
        "watch `{}` leaves {} out: {why}",
        watch.name,
        inner.display()
    );
    exclude(reader, watch, pattern, message);
}

fn exclude(reader: &mut Reader<'_>, watch: &mut WatchSettings, pattern: String, message: String) {
    if watch.exclude.contains(&pattern) {
        return;
    }
    watch.exclude.push(pattern);
    let name = format!("watch.{}.exclude", watch.name);
    let shown: Value = watch.exclude.iter().map(String::as_str).collect();
    if reader.rows.iter().any(|row| row.name == name) {
        reader.amend(&name, shown, None);
        reader.remark(&name, message.as_str());
    } else {
        reader.derived(&name, shown, Origin::Default, Some(message.clone()));
        if let Some(row) = reader.rows.last_mut() {
            row.live = true;
        }
    }
    reader.notices.push(Notice::note(&name, message));
}
