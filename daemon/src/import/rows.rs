//! Rows under titles, as CSV and workbooks have them.

use std::collections::HashMap;

use ddgen_ipc::message::{Aspect, ImportCell};

use super::ImportError;
use crate::export::sheet::{self, DICTIONARY, REVISIONS};

/// Where the columns are that are read.
pub(super) struct Columns {
    what: Option<usize>,
    dictionary: usize,
    path: Option<usize>,
    revisions: Option<usize>,
    aspects: Vec<(usize, Aspect)>,
}

impl Columns {
    /// None: the rows below are not for us.
    pub(super) fn of<'a>(titles: impl Iterator<Item = &'a str>) -> Option<Self> {
        let titles: Vec<String> = titles.map(|title| title.trim().to_lowercase()).collect();
        let place = |wanted: &str| titles.iter().position(|title| title == wanted);
        let aspects: Vec<_> = Aspect::ALL
            .into_iter()
            .filter_map(|aspect| Some((place(aspect.word())?, aspect)))
            .collect();
        (!aspects.is_empty()).then_some(())?;
        Some(Self {
            what: place("what"),
            dictionary: place("dictionary")?,
            path: place("path"),
            revisions: place(REVISIONS),
            aspects,
        })
    }

    /// The cells of one row. Where it tells no revisions, an empty cell says nothing.
    pub(super) fn cells(&self, row: &[String]) -> Vec<ImportCell> {
        let at = |place: Option<usize>| place.and_then(|place| row.get(place)).map(String::as_str);
        let name = at(Some(self.dictionary)).unwrap_or_default();
        if name.is_empty() {
            return Vec::new();
        }
        let path = at(self.path).unwrap_or_default();
        let field = match at(self.what) {
            Some(DICTIONARY) => None,
            Some(_) => Some(sheet::path(path)),
            None => (!path.is_empty()).then(|| sheet::path(path)),
        };
        let revisions = at(self.revisions).map(revisions);
        let cells = self.aspects.iter().filter_map(|(place, aspect)| {
            let value = at(Some(*place)).unwrap_or_default();
            let base = match &revisions {
                Some(known) => Some(known.get(aspect.word()).copied().unwrap_or(0)),
                None if value.trim().is_empty() => return None,
                None => None,
            };
            Some(ImportCell {
                dictionary: name.to_owned(),
                field: field.clone(),
                aspect: *aspect,
                value: value.to_owned(),
                base,
            })
        });
        cells.collect()
    }
}

/// `description=12 owner=13`.
fn revisions(text: &str) -> HashMap<&str, u64> {
    let pairs = text
        .split_whitespace()
        .filter_map(|pair| pair.split_once('='));
    pairs
        .filter_map(|(aspect, revision)| Some((aspect, revision.parse().ok()?)))
        .collect()
}

pub(super) fn none() -> ImportError {
    let words: Vec<&str> = Aspect::ALL.iter().map(|aspect| aspect.word()).collect();
    ImportError::NoColumns(words.join(", "))
}
