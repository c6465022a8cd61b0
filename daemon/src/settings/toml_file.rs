//! `ddgen.toml` as a flat map of dotted names, each with its line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::notice::Notice;
use super::origin::Origin;
use super::raw::Raw;

/// One value and the line it stands in, counted from 1.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) raw: Raw,
    pub(super) line: usize,
}

/// One table of the file, flattened.
#[derive(Debug, Clone, Default)]
pub(super) struct Section {
    /// Line of the table's head.
    pub(super) line: usize,
    pub(super) entries: BTreeMap<String, Entry>,
    /// Heads of tables, so that an unknown one is found even when it is empty.
    pub(super) tables: BTreeMap<String, usize>,
}

/// What a `ddgen.toml` says.
#[derive(Debug, Clone, Default)]
pub(super) struct TomlFile {
    pub(super) path: PathBuf,
    pub(super) root: Section,
    lists: BTreeMap<&'static str, Vec<Section>>,
}

/// What stands in a file as often as it likes: lists of tables, by their heads.
const LISTS: [&str; 3] = ["watch", "alerts.rule", "alerts.sink"];

impl TomlFile {
    /// The tables of one of the lists.
    pub(super) fn list(&self, head: &str) -> &[Section] {
        self.lists.get(head).map_or(&[], Vec::as_slice)
    }

    pub(super) fn origin(&self, line: usize) -> Origin {
        Origin::File {
            path: self.path.clone(),
            line,
        }
    }

    /// Reads the text of a file. A file with a syntax error says nothing at all: half a file is
    /// not what anybody wrote.
    pub(super) fn parse(path: &Path, text: &str) -> (Self, Vec<Notice>) {
        let mut file = Self {
            path: path.to_path_buf(),
            ..Self::default()
        };
        let (table, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            let notices = errors.iter().map(|error| {
                let line = line_of(text, error.span().map_or(0, |span| span.start));
                let message = format!("not valid TOML: {}", error.message().replace('\n', ", "));
                Notice::error("", message).at(&file.origin(line))
            });
            let notices = notices.collect();
            return (file, notices);
        }
        let mut notices = Vec::new();
        for (key, value) in table.get_ref() {
            let (name, line) = (key.get_ref(), line_of(text, key.span().start));
            match value.get_ref() {
                DeValue::Table(inner) if LISTS.iter().any(|head| is_inside(head, name)) => {
                    file.root.tables.insert(name.to_string(), line);
                    for (key, value) in inner {
                        let name = format!("{name}.{}", key.get_ref());
                        let line = line_of(text, key.span().start);
                        notices.extend(file.take(text, &name, line, value.get_ref()));
                    }
                }
                value => notices.extend(file.take(text, name, line, value)),
            }
        }
        (file, notices)
    }

    /// A list where one belongs, anything else into the root.
    fn take(&mut self, text: &str, name: &str, line: usize, value: &DeValue<'_>) -> Option<Notice> {
        let Some(head) = LISTS.into_iter().find(|head| *head == name) else {
            flatten(text, name, line, value, &mut self.root);
            return None;
        };
        if let Some(sections) = tables(text, value) {
            self.lists.insert(head, sections);
            return None;
        }
        let message = format!(
            "`{head}` has to be a list of tables: head each with [[{head}]], in two brackets"
        );
        Some(Notice::error(head, message).at(&self.origin(line)))
    }
}

fn is_inside(head: &str, table: &str) -> bool {
    head.strip_prefix(table)
        .is_some_and(|rest| rest.starts_with('.'))
}

fn tables(text: &str, value: &DeValue<'_>) -> Option<Vec<Section>> {
    let tables = value.as_array()?;
    tables
        .iter()
        .map(|item| {
            let table = item.get_ref().as_table()?;
            let mut section = Section {
                line: line_of(text, item.span().start),
                ..Section::default()
            };
            for (key, value) in table {
                let line = line_of(text, key.span().start);
                flatten(text, key.get_ref(), line, value.get_ref(), &mut section);
            }
            Some(section)
        })
        .collect()
}

/// Depth is bounded by the parser, which refuses more than 80 levels.
fn flatten(text: &str, name: &str, line: usize, value: &DeValue<'_>, section: &mut Section) {
    if let DeValue::Table(table) = value {
        section.tables.insert(name.to_owned(), line);
        for (key, value) in table {
            let line = line_of(text, key.span().start);
            let name = format!("{name}.{}", key.get_ref());
            flatten(text, &name, line, value.get_ref(), section);
        }
        return;
    }
    let raw = match value {
        DeValue::Array(items) => {
            let items: Option<Vec<String>> =
                items.iter().map(|item| scalar(item.get_ref())).collect();
            items.map_or(Raw::Other("a list of lists or tables"), Raw::List)
        }
        DeValue::Datetime(_) => Raw::Other("a date"),
        other => scalar(other).map_or(Raw::Other("a number out of range"), Raw::Text),
    };
    section.entries.insert(name.to_owned(), Entry { raw, line });
}

fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Boolean(flag) => Some(flag.to_string()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Integer(number) => {
            let digits = number.as_str();
            i128::from_str_radix(digits, number.radix())
                .ok()
                .map(|n| n.to_string())
        }
        DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}
