//! The fields of one dictionary: fetched in pages, the one in sight first.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use ddgen_ipc::message::FieldRow;

use super::columns::FieldColumn;
use super::listing::{Entry, Listing, fits};

/// Rows asked for at once: about 60 KB on the wire, and a screen is full after one.
pub const PAGE: u32 = 250;
/// Pages on their way at most, so that a jump in the list is not queued behind many others.
const IN_FLIGHT: usize = 2;
/// Fields shown at most: rows beyond would not fit the client's memory.
pub const MOST: u32 = 100_000;

#[derive(Debug)]
pub struct OpenDictionary {
    pub name: String,
    /// The version whose rows are shown; none until the first page is here.
    pub shown: Option<u32>,
    /// The version to show.
    pub wanted: u32,
    /// Fields of the version in all.
    pub total: Option<u32>,
    pub list: Listing<FieldSlot>,
    /// Pages of the wanted version that are here, and that are on their way.
    loaded: BTreeSet<u32>,
    asked: BTreeSet<u32>,
    /// Why there are no rows.
    pub trouble: Option<String>,
    /// The field under the cursor shall open as soon as it is here.
    pub eager: bool,
}

/// A row that may not be here yet.
#[derive(Debug, Clone)]
pub struct FieldSlot {
    pub position: u32,
    pub row: Option<FieldRow>,
}

impl OpenDictionary {
    #[must_use]
    pub fn new(name: String, version: u32, fields: u32) -> Self {
        let mut list = Listing::new(FieldColumn::Position, false, false);
        list.replace(slots(fields));
        Self {
            name,
            shown: None,
            wanted: version,
            total: None,
            list,
            loaded: BTreeSet::new(),
            asked: BTreeSet::new(),
            trouble: None,
            eager: false,
        }
    }

    /// Asks anew for everything; what is shown stays until the answer is here.
    pub fn refresh(&mut self, version: u32) {
        self.wanted = version;
        self.shown = None;
        self.loaded.clear();
        self.asked.clear();
        self.trouble = None;
    }

    /// The pages to ask for now: those in sight, then their neighbours; all others only when a
    /// filter or an order needs every row.
    pub fn next_pages(&mut self, height: usize) -> Vec<u32> {
        let mut pages = Vec::new();
        while self.asked.len() < IN_FLIGHT {
            let Some(page) = self.next_page(height) else {
                break;
            };
            self.asked.insert(page);
            pages.push(page);
        }
        pages
    }

    fn next_page(&self, height: usize) -> Option<u32> {
        // A page that was refused would be refused again, as fast as we can ask.
        if self.trouble.is_some() {
            return None;
        }
        let missing = |page: &u32| !self.loaded.contains(page) && !self.asked.contains(page);
        if self.shown != Some(self.wanted) {
            // The first answer says how many there are: wait for it.
            let first = self
                .list
                .selected()
                .map_or(0, |slot| page_of(slot.position));
            return Some(first).filter(|_| self.asked.is_empty());
        }
        let pages = self.total.unwrap_or(0).min(MOST).div_ceil(PAGE);
        let sight: BTreeSet<u32> = self
            .list
            .window(height)
            .map(|(_, slot)| page_of(slot.position))
            .collect();
        let all =
            !self.list.filter().is_empty() || self.list.sort().column != FieldColumn::Position;
        let first = sight.first().copied().unwrap_or(0);
        let last = sight.last().copied().unwrap_or(0);
        let near = (last + 1..last + 2).chain(first.saturating_sub(1)..first);
        let others = if all { 0..pages } else { 0..0 };
        sight
            .into_iter()
            .chain(near)
            .chain(others)
            .filter(|page| *page < pages)
            .find(missing)
    }

    /// Takes a page. An answer for another version than the wanted one is of no use.
    pub fn learn(&mut self, version: u32, page: u32, total: u32, rows: Vec<FieldRow>) {
        if version != self.wanted || !self.asked.remove(&page) {
            return;
        }
        if self.shown != Some(version) || self.total != Some(total) {
            self.shown = Some(version);
            self.total = Some(total);
            self.loaded.clear();
            self.list.replace(slots(total));
        }
        self.loaded.insert(page);
        let first = page as usize * PAGE as usize;
        for (place, row) in rows.into_iter().take(PAGE as usize).enumerate() {
            let position = u32::try_from(first + place + 1).unwrap_or(u32::MAX);
            self.list.set(
                first + place,
                FieldSlot {
                    position,
                    row: Some(row),
                },
            );
        }
    }

    /// The page did not come.
    pub fn fail(&mut self, page: u32, why: String) {
        self.asked.remove(&page);
        self.trouble = Some(why);
    }

    /// The connection is gone, and with it everything on its way.
    pub fn forget_asked(&mut self) {
        self.asked.clear();
    }

    /// Rows that are here of all, while a filter or an order waits for the others.
    #[must_use]
    pub fn progress(&self) -> Option<(u32, u32)> {
        if self.list.filter().is_empty() && self.list.sort().column == FieldColumn::Position {
            return None;
        }
        let total = self.total?.min(MOST);
        let here = u32::try_from(self.loaded.len()).ok()?.saturating_mul(PAGE);
        (here < total).then_some((here, total))
    }
}

/// Rows to be filled.
fn slots(total: u32) -> Vec<FieldSlot> {
    (1..=total.min(MOST))
        .map(|position| FieldSlot {
            position,
            row: None,
        })
        .collect()
}

fn page_of(position: u32) -> u32 {
    position.saturating_sub(1) / PAGE
}

impl Entry for FieldSlot {
    type Column = FieldColumn;

    fn key(&self) -> &str {
        self.row.as_ref().map_or("", |row| row.path.as_str())
    }

    fn matches(&self, words: &[String]) -> bool {
        self.row.as_ref().is_some_and(|row| {
            fits(
                words,
                &[
                    &row.path,
                    &row.field_type,
                    row.semantic_type.as_deref().unwrap_or_default(),
                    row.pii.as_deref().unwrap_or_default(),
                ],
            )
        })
    }

    fn compare(&self, other: &Self, column: FieldColumn) -> Ordering {
        let by_position = self.position.cmp(&other.position);
        let (Some(left), Some(right)) = (&self.row, &other.row) else {
            return by_position;
        };
        match column {
            FieldColumn::Position => by_position,
            FieldColumn::Path => left.path.cmp(&right.path),
            FieldColumn::Type => left.field_type.cmp(&right.field_type),
            FieldColumn::Nulls => nulls(left).total_cmp(&nulls(right)),
            FieldColumn::Distinct => left.distinct_count.cmp(&right.distinct_count),
            FieldColumn::Estimated => right.estimated.cmp(&left.estimated),
            FieldColumn::Min => measure(left.min.as_deref(), right.min.as_deref()),
            FieldColumn::Max => measure(left.max.as_deref(), right.max.as_deref()),
            FieldColumn::Findings => left.findings.cmp(&right.findings),
            FieldColumn::Meaning => meaning(left).cmp(&meaning(right)),
        }
    }
}

fn nulls(row: &FieldRow) -> f64 {
    row.null_count as f64 / row.count.max(1) as f64
}

/// Personal data first, then what has a meaning, then the rest.
fn meaning(row: &FieldRow) -> (bool, bool, Option<&str>) {
    let word = row.pii.as_deref().or(row.semantic_type.as_deref());
    (row.pii.is_none(), word.is_none(), word)
}

/// Numbers by size, before texts by their letters.
fn measure(left: Option<&str>, right: Option<&str>) -> Ordering {
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<f64>().ok());
    match (number(left), number(right)) {
        (Some(left), Some(right)) => left.total_cmp(&right),
        (Some(_), None) => Ordering::Greater,
        (None, Some(_)) => Ordering::Less,
        (None, None) => left.cmp(&right),
    }
}
