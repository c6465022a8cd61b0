//! The list of all dictionaries.

use std::cmp::Ordering;
use std::collections::HashSet;

use ddgen_ipc::message::DictionaryRow;

use super::columns::DictionaryColumn;
use super::listing::{Entry, Listing, fits};

#[derive(Debug)]
pub struct Dictionaries {
    pub list: Listing<DictionaryRow>,
    /// Names that events told us about while the whole list was on its way: their rows are newer
    /// than the list's. None: no list is on its way.
    pub touched: Option<HashSet<String>>,
    /// A list was taken at least once.
    pub known: bool,
}

impl Default for Dictionaries {
    fn default() -> Self {
        Self {
            list: Listing::new(DictionaryColumn::Updated, true, false),
            touched: None,
            known: false,
        }
    }
}

impl Dictionaries {
    /// Takes the row of an event.
    pub fn hear(&mut self, row: DictionaryRow) {
        if let Some(touched) = &mut self.touched {
            touched.insert(row.name.clone());
        }
        self.list.put(row);
    }

    /// Takes the whole list, but for rows that events have brought meanwhile.
    pub fn learn(&mut self, rows: Vec<DictionaryRow>) {
        let touched = self.touched.take().unwrap_or_default();
        let mut all: Vec<DictionaryRow> = rows
            .into_iter()
            .filter(|row| !touched.contains(&row.name))
            .collect();
        all.extend(
            self.list
                .entries()
                .iter()
                .filter(|row| touched.contains(&row.name))
                .cloned(),
        );
        self.list.replace(all);
        self.known = true;
    }
}

impl Entry for DictionaryRow {
    type Column = DictionaryColumn;

    fn key(&self) -> &str {
        &self.name
    }

    fn matches(&self, words: &[String]) -> bool {
        fits(words, &[&self.name, &self.watch, &self.format])
    }

    fn compare(&self, other: &Self, column: DictionaryColumn) -> Ordering {
        match column {
            DictionaryColumn::Name => self.name.cmp(&other.name),
            DictionaryColumn::Records => self.records.cmp(&other.records),
            DictionaryColumn::Fields => self.fields.cmp(&other.fields),
            DictionaryColumn::Versions => self.versions.cmp(&other.versions),
            DictionaryColumn::Warnings => self.warnings.cmp(&other.warnings),
            DictionaryColumn::Pii => self.pii_fields.cmp(&other.pii_fields),
            DictionaryColumn::Format => self.format.cmp(&other.format),
            DictionaryColumn::Size => self.bytes.cmp(&other.bytes),
            DictionaryColumn::Updated => self.updated_at.cmp(&other.updated_at),
            DictionaryColumn::Watch => self.watch.cmp(&other.watch),
        }
    }
}
