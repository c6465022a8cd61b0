//! Reads the watches: `--watch` before `DDGEN_WATCH` before the `[[watch]]` tables.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::key::Key;
use super::kind::{Kind, absolute, boolean, choice, list, path, span};
use super::notice::Notice;
use super::origin::Origin;
use super::reader::Reader;
use super::table::{ListOf, Table};
use super::toml_file::Section;
use super::watch::{WatchMode, WatchSettings, glob_pattern, naming_pattern, watch_name};
use crate::arrival::{After, OnBreach};
use crate::judge::{Severities, Severity, TOPICS};

/// Folders between colons, as in `PATH`.
const WATCH: Key = Key::new("watch", "WATCH").live();

const MODES: &[(&str, WatchMode)] = &[
    ("auto", WatchMode::Auto),
    ("native", WatchMode::Native),
    ("poll", WatchMode::Poll),
];

const ON_BREACH: &[(&str, OnBreach)] = &[
    ("flag", OnBreach::Flag),
    ("quarantine", OnBreach::Quarantine),
];

const AFTER: &[(&str, After)] = &[
    ("keep", After::Keep),
    ("done", After::Done),
    ("delete", After::Delete),
];

/// What a `[[watch]]` table may hold.
const KEYS: [&str; 25] = [
    "name",
    "path",
    "recursive",
    "include",
    "exclude",
    "mode",
    "poll_interval",
    "settle_closed",
    "settle_scanned",
    "settle_held_open",
    "provisional",
    "naming",
    "contract",
    "on_breach",
    "after",
    "severity.added",
    "severity.removed",
    "severity.renamed",
    "severity.reordered",
    "severity.retyped",
    "severity.format",
    "severity.nullable",
    "severity.key",
    "severity.semantic_type",
    "severity.pii",
];

const SEVERITIES: &[(&str, Severity)] = &[
    ("breaking", Severity::Breaking),
    ("warning", Severity::Warning),
    ("info", Severity::Info),
];

const LIST: ListOf = ListOf {
    head: "watch",
    one: "a watch",
    keys: &KEYS,
    live: true,
};

/// All watches, their names unique.
pub(super) fn read(reader: &mut Reader<'_>) -> Vec<WatchSettings> {
    let flags = &reader.layers.around.flags.watch;
    let named = reader.layers.candidates(&WATCH).into_iter().next();
    reader.asked.push(WATCH);
    let (folders, origin) = if flags.is_empty() {
        let Some(candidate) = named else {
            return read_tables(reader);
        };
        let folders = match &candidate.raw {
            Ok(super::raw::Raw::Text(text)) => text
                .split(':')
                .filter(|part| !part.is_empty())
                .map(PathBuf::from)
                .collect(),
            _ => Vec::new(),
        };
        (folders, candidate.origin)
    } else {
        (
            flags.clone(),
            Origin::Flag {
                flag: "--watch".to_owned(),
            },
        )
    };
    let tables = reader.layers.toml.list("watch").len();
    if tables > 0 {
        let message = format!(
            "{origin} names the folders to watch: the {tables} [[watch]] of {} do not count",
            reader.layers.toml.path.display()
        );
        reader.notices.push(Notice::note("watch", message));
    }
    let mut taken = BTreeSet::new();
    let mut watches: Vec<WatchSettings> = Vec::new();
    for folder in folders {
        let folder = absolute(reader.working_dir(), &folder);
        // A glob of the shell may well name a folder twice.
        if watches.iter().any(|watch| watch.path == folder) {
            continue;
        }
        let watch = WatchSettings::new(unique_name(reader, &folder, &mut taken), &folder);
        record_given(reader, &watch, &origin);
        watches.push(watch);
    }
    watches
}

fn read_tables(reader: &mut Reader<'_>) -> Vec<WatchSettings> {
    let sections = reader.layers.toml.list("watch");
    let mut taken = BTreeSet::new();
    let mut names = Vec::new();
    // Names that were given come first: one made from a folder gives way to them.
    for section in sections {
        let mut table = Table::new(reader, &LIST, section, "watch".to_owned());
        let name = table.take("name", &Kind::new(watch_name, |n| n.as_str().into()));
        if let Some(name) = &name
            && !taken.insert(name.clone())
        {
            let message = format!("two watches are named `{name}`: give each its own name");
            table.complain("name", message);
        }
        names.push(name);
    }
    let mut watches = Vec::new();
    for (section, name) in sections.iter().zip(names) {
        let base = reader.working_dir();
        let label = name.clone().unwrap_or_else(|| "watch".to_owned());
        let mut table = Table::new(reader, &LIST, section, format!("watch.{label}"));
        table.refuse_unknown();
        let Some(folder) = table.take("path", &path(base)) else {
            if !section.entries.contains_key("path") {
                table.complain(
                    "path",
                    "a [[watch]] needs a path: path = \"/the/folder\"".to_owned(),
                );
            }
            continue;
        };
        let name = name.unwrap_or_else(|| unique_name(reader, &folder, &mut taken));
        watches.push(read_table(reader, section, name, &folder));
    }
    watches
}

fn read_table(
    reader: &mut Reader<'_>,
    section: &Section,
    name: String,
    folder: &Path,
) -> WatchSettings {
    let usual = WatchSettings::new(&name, folder);
    let contract = path(reader.working_dir()).optional();
    let mut table = Table::new(reader, &LIST, section, format!("watch.{name}"));
    let shortest = Duration::from_millis(100);
    let hour = Duration::from_secs(3600);
    let short = || span(Duration::ZERO..=hour);
    let globs = || list("patterns such as [\"*.csv\"]", glob_pattern);
    let origin = table.origin("path");
    table.show("path", &path(Path::new("/")), &usual.path, &origin);
    let naming = Kind::new(naming_pattern, |n| n.as_str().into()).optional();
    WatchSettings {
        recursive: table.get("recursive", &boolean(), usual.recursive),
        include: table.get("include", &globs(), usual.include),
        exclude: table.get("exclude", &globs(), usual.exclude),
        mode: table.get("mode", &choice(MODES), usual.mode),
        poll_interval: table.get("poll_interval", &span(shortest..=hour), usual.poll_interval),
        settle_closed: table.get("settle_closed", &short(), usual.settle_closed),
        settle_scanned: table.get("settle_scanned", &short(), usual.settle_scanned),
        settle_held_open: table.get("settle_held_open", &short(), usual.settle_held_open),
        provisional: table.get("provisional", &short(), usual.provisional),
        naming: table.get("naming", &naming, usual.naming),
        contract: table.get("contract", &contract, usual.contract),
        on_breach: table.get("on_breach", &choice(ON_BREACH), usual.on_breach),
        after: table.get("after", &choice(AFTER), usual.after),
        severity: severities(&mut table, section),
        name,
        path: usual.path,
    }
}

/// `severity = { added = "warning" }`: only what is said is shown.
fn severities(table: &mut Table<'_, '_>, section: &Section) -> Severities {
    let mut said = Severities::default();
    for topic in TOPICS {
        let key = format!("severity.{topic}");
        let Some(key) = KEYS.iter().find(|known| **known == key) else {
            continue;
        };
        if section.entries.contains_key(*key) {
            let severity = table.get(key, &choice(SEVERITIES), Severity::Info);
            said.0.insert(topic.to_owned(), severity);
        }
    }
    said
}

/// The rows of a watch that has nothing but a folder.
fn record_given(reader: &mut Reader<'_>, watch: &WatchSettings, origin: &Origin) {
    let section = Section::default();
    let label = format!("watch.{}", watch.name);
    let mut table = Table::new(reader, &LIST, &section, label);
    table.show("path", &path(Path::new("/")), &watch.path, origin);
    table.show("recursive", &boolean(), &watch.recursive, &Origin::Default);
    table.show("mode", &choice(MODES), &watch.mode, &Origin::Default);
}

/// The folder's name, with a number where another watch has it already.
fn unique_name(reader: &mut Reader<'_>, folder: &Path, taken: &mut BTreeSet<String>) -> String {
    let plain = folder
        .file_name()
        .map_or("root".into(), |name| name.to_string_lossy());
    let plain: String = plain
        .chars()
        .map(|c| if c.is_control() { '_' } else { c })
        .take(60)
        .collect();
    let mut name = plain.clone();
    let mut number = 2_u32;
    while !taken.insert(name.clone()) {
        name = format!("{plain}-{number}");
        number += 1;
    }
    if name != plain {
        let message = format!(
            "two watched folders are called `{plain}`: {} is the watch `{name}`; a name in its \
             [[watch]] table keeps it so when folders are added",
            folder.display()
        );
        reader.notices.push(Notice::warning("watch", message));
    }
    name
}
