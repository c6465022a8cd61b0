//! One of a list of tables being read: `[[watch]]`, `[[alerts.rule]]`, `[[alerts.sink]]`.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::kind::{Kind, absolute};
use super::layers::read_secret;
use super::notice::Notice;
use super::origin::Origin;
use super::reader::Reader;
use super::secret::secret;
use super::suggest::nearest;
use super::toml_file::Section;

/// What a list is of.
pub(super) struct ListOf {
    /// In two brackets, as in `[[watch]]`.
    pub(super) head: &'static str,
    pub(super) one: &'static str,
    /// What one of its tables may hold.
    pub(super) keys: &'static [&'static str],
    /// Whether a reload applies it.
    pub(super) live: bool,
}

/// One table of the list.
pub(super) struct Table<'r, 'a> {
    pub(super) reader: &'r mut Reader<'a>,
    list: &'r ListOf,
    section: &'r Section,
    label: String,
}

impl<'r, 'a> Table<'r, 'a> {
    /// `label` is what the names of its settings begin with.
    pub(super) fn new(
        reader: &'r mut Reader<'a>,
        list: &'r ListOf,
        section: &'r Section,
        label: String,
    ) -> Self {
        Self {
            reader,
            list,
            section,
            label,
        }
    }

    pub(super) fn origin(&self, key: &str) -> Origin {
        let line = self
            .section
            .entries
            .get(key)
            .map_or(self.section.line, |entry| entry.line);
        self.reader.layers.toml.origin(line)
    }

    pub(super) fn complain(&mut self, key: &str, message: String) {
        let origin = self.origin(key);
        let name = format!("{}.{key}", self.label);
        self.reader
            .notices
            .push(Notice::error(&name, message).at(&origin));
    }

    /// The same, with the setting's name before it.
    pub(super) fn refuse(&mut self, key: &str, why: &str) {
        let message = format!("{}.{key}: {why}", self.label);
        self.complain(key, message);
    }

    /// A value without a row, for what only helps to find the others.
    pub(super) fn take<T>(&mut self, key: &str, kind: &Kind<T>) -> Option<T> {
        let entry = self.section.entries.get(key)?;
        match (kind.parse)(&entry.raw) {
            Ok(value) => Some(value),
            Err(why) => {
                let message = format!("{}.{key} is {}: {why}", self.label, entry.raw.quoted());
                self.complain(key, message);
                None
            }
        }
    }

    pub(super) fn get<T>(&mut self, key: &str, kind: &Kind<T>, default: T) -> T {
        let given = self.take(key, kind);
        let origin = if given.is_some() {
            self.origin(key)
        } else {
            Origin::Default
        };
        let value = given.unwrap_or(default);
        self.show(key, kind, &value, &origin);
        value
    }

    /// A value that must be there; what is wrong is noted.
    pub(super) fn need<T>(&mut self, key: &str, kind: &Kind<T>) -> Option<T> {
        if !self.section.entries.contains_key(key) {
            let message = format!("{} needs `{key}`", self.label);
            self.complain(key, message);
            return None;
        }
        let value = self.take(key, kind)?;
        let origin = self.origin(key);
        self.show(key, kind, &value, &origin);
        Some(value)
    }

    /// A secret, or the file that holds it under `KEY_file`.
    pub(super) fn secret(&mut self, key: &str) -> Option<SecretString> {
        let file_key = format!("{key}_file");
        let entries = &self.section.entries;
        let (value, origin) = match (entries.get(key), entries.get(&file_key)) {
            (Some(_), Some(_)) => {
                let message = format!(
                    "{0}.{key} is given twice, also by {file_key}: keep one",
                    self.label
                );
                self.complain(key, message);
                return None;
            }
            (None, None) => return None,
            (Some(entry), None) => ((secret().parse)(&entry.raw), self.origin(key)),
            (None, Some(entry)) => match &entry.raw {
                super::raw::Raw::Text(path) => {
                    let path = absolute(self.reader.working_dir(), Path::new(path));
                    let named_by = self.origin(&file_key).to_string();
                    let read = read_secret(&path).map(SecretString::from);
                    (read, Origin::SecretFile { path, named_by })
                }
                _ => (
                    Err("expected the path of a file".to_owned()),
                    self.origin(&file_key),
                ),
            },
        };
        match value {
            Ok(value) => {
                let name = format!("{}.{key}", self.label);
                let shown = Value::from(value.expose_secret());
                self.reader.derived_secret(&name, &shown, origin);
                Some(value)
            }
            Err(why) => {
                let name = format!("{}.{key}", self.label);
                let notice = Notice::error(&name, format!("{name}: {why}"));
                self.reader.notices.push(notice.at(&origin));
                None
            }
        }
    }

    pub(super) fn show<T>(&mut self, key: &str, kind: &Kind<T>, value: &T, origin: &Origin) {
        let name = format!("{}.{key}", self.label);
        self.reader
            .derived(&name, (kind.show)(value), origin.clone(), None);
        if let Some(row) = self.reader.rows.last_mut() {
            row.live = self.list.live;
        }
    }

    pub(super) fn refuse_unknown(&mut self) {
        let ListOf {
            head, one, keys, ..
        } = *self.list;
        let holds = |table: &str| {
            let inside = |key: &str| {
                key.strip_prefix(table)
                    .is_some_and(|rest| rest.starts_with('.'))
            };
            keys.iter().any(|key| inside(key))
        };
        // What stands inside an unknown table is not worth a word of its own.
        let entries = self.section.entries.keys().filter(|name| {
            !keys.contains(&name.as_str())
                && name.rsplit_once('.').is_none_or(|(table, _)| holds(table))
        });
        let tables = self.section.tables.keys();
        let tables = tables.filter(|name| !name.contains('.') && !holds(name));
        let unknown: Vec<String> = entries.chain(tables).cloned().collect();
        for name in unknown {
            let hint = nearest(&name, keys.iter().copied()).map_or_else(
                || format!("a [[{head}]] may hold {}", keys.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            self.complain(&name, format!("`{name}` is no setting of {one}; {hint}"));
        }
    }
}
