//! A list that is alive: sorted, filtered, and with a cursor that stays on its row while others
//! come and go.

use std::cmp::Ordering;
use std::collections::HashMap;

/// A row of a list.
pub trait Entry {
    type Column: Copy + PartialEq + std::fmt::Debug + 'static;

    /// What tells it from all others; empty while it is not known.
    fn key(&self) -> &str;
    /// Whether the (lower-case) words of a filter fit.
    fn matches(&self, words: &[String]) -> bool;
    fn compare(&self, other: &Self, column: Self::Column) -> Ordering;
}

/// Whether each word is somewhere in the texts; words are in lower case already.
#[must_use]
pub fn fits(words: &[String], texts: &[&str]) -> bool {
    let lower: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
    words
        .iter()
        .all(|word| lower.iter().any(|text| text.contains(word)))
}

/// Which column a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort<C> {
    pub column: C,
    pub descending: bool,
}

#[derive(Debug)]
pub struct Listing<E: Entry> {
    entries: Vec<E>,
    places: HashMap<String, usize>,
    /// Places of the entries that pass the filter, in the order shown.
    order: Vec<usize>,
    stale: bool,
    sort: Sort<E::Column>,
    filter: String,
    cursor: usize,
    offset: usize,
    /// The key the cursor stays on; none: it stays at its place.
    pinned: Option<String>,
    /// At the top, the cursor stays at the top (newest first) instead of on its row.
    follows: bool,
}

impl<E: Entry> Listing<E> {
    #[must_use]
    pub fn new(column: E::Column, descending: bool, follows: bool) -> Self {
        Self {
            entries: Vec::new(),
            places: HashMap::new(),
            order: Vec::new(),
            stale: false,
            sort: Sort { column, descending },
            filter: String::new(),
            cursor: 0,
            offset: 0,
            pinned: None,
            follows,
        }
    }

    /// Adds the entry or puts it in the place of the one with its key.
    pub fn put(&mut self, entry: E) {
        match self.places.get(entry.key()) {
            Some(&place) => self.entries[place] = entry,
            None => {
                self.places
                    .insert(entry.key().to_owned(), self.entries.len());
                self.entries.push(entry);
            }
        }
        self.stale = true;
    }

    /// Takes these entries for all there are.
    pub fn replace(&mut self, entries: Vec<E>) {
        self.places = entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| !entry.key().is_empty())
            .map(|(place, entry)| (entry.key().to_owned(), place))
            .collect();
        self.entries = entries;
        self.stale = true;
    }

    /// Changes the entry at a place, its key too.
    pub fn set(&mut self, place: usize, entry: E) {
        if let Some(old) = self.entries.get_mut(place) {
            if old.key() != entry.key() {
                self.places.remove(old.key());
                self.places.insert(entry.key().to_owned(), place);
            }
            *old = entry;
            self.stale = true;
        }
    }

    pub fn change(&mut self, key: &str, change: impl FnOnce(&mut E)) {
        if let Some(&place) = self.places.get(key) {
            change(&mut self.entries[place]);
            self.stale = true;
        }
    }

    #[must_use]
    pub fn get(&self, key: &str) -> Option<&E> {
        self.places.get(key).map(|&place| &self.entries[place])
    }

    /// All entries, shown or not, in order of arrival.
    #[must_use]
    pub fn entries(&self) -> &[E] {
        &self.entries
    }

    /// How many pass the filter.
    #[must_use]
    pub fn shown(&self) -> usize {
        self.order.len()
    }

    #[must_use]
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    #[must_use]
    pub fn sort(&self) -> Sort<E::Column> {
        self.sort
    }

    #[must_use]
    pub fn filter(&self) -> &str {
        &self.filter
    }

    #[must_use]
    pub fn selected(&self) -> Option<&E> {
        self.order
            .get(self.cursor)
            .map(|&place| &self.entries[place])
    }

    /// The entries of a window, with the place in `entries` of each.
    pub fn window(&self, height: usize) -> impl Iterator<Item = (usize, &E)> {
        self.order
            .iter()
            .skip(self.offset)
            .take(height)
            .map(|&place| (place, &self.entries[place]))
    }

    pub fn set_filter(&mut self, filter: &str) {
        if self.filter != filter {
            filter.clone_into(&mut self.filter);
            self.stale = true;
        }
    }

    pub fn set_sort(&mut self, sort: Sort<E::Column>) {
        if self.sort != sort {
            self.sort = sort;
            self.stale = true;
        }
    }

    /// Moves the cursor by so many rows and stays on what is there.
    pub fn step(&mut self, rows: isize, height: usize) {
        self.go(self.cursor.saturating_add_signed(rows), height);
    }

    /// Puts the cursor on the row at this place of the order shown.
    pub fn go(&mut self, row: usize, height: usize) {
        self.cursor = row.min(self.order.len().saturating_sub(1));
        self.pin();
        self.reveal(height);
    }

    /// Scrolls the window and takes the cursor along only where it would leave it.
    pub fn scroll(&mut self, rows: isize, height: usize) {
        let last = self.order.len().saturating_sub(height);
        self.offset = self.offset.saturating_add_signed(rows).min(last);
        let bottom = self.offset + height.saturating_sub(1);
        self.cursor = self
            .cursor
            .clamp(self.offset, bottom)
            .min(self.order.len().saturating_sub(1));
        self.pin();
    }

    /// Selects the entry of this key as soon as it is there.
    pub fn select(&mut self, key: &str) {
        self.pinned = Some(key.to_owned());
        self.stale = true;
    }

    /// Sorts, filters, and finds the cursor's row again.
    pub fn arrange(&mut self, height: usize) {
        if self.stale {
            self.stale = false;
            self.sort_and_filter();
            self.find_pinned();
        }
        self.reveal(height);
    }

    fn sort_and_filter(&mut self) {
        let words: Vec<String> = self
            .filter
            .split_whitespace()
            .map(str::to_lowercase)
            .collect();
        let entries = &self.entries;
        self.order.clear();
        self.order.extend(
            (0..entries.len()).filter(|&place| words.is_empty() || entries[place].matches(&words)),
        );
        let Sort { column, descending } = self.sort;
        self.order.sort_by(|&left, &right| {
            let (left, right) = (&entries[left], &entries[right]);
            let by = left.compare(right, column);
            let by = if descending { by.reverse() } else { by };
            by.then_with(|| left.key().cmp(right.key()))
        });
    }

    fn find_pinned(&mut self) {
        let place = self.pinned.as_deref().and_then(|key| self.places.get(key));
        let row = place.and_then(|place| self.order.iter().position(|other| other == place));
        match row {
            Some(row) => {
                // A window that was scrolled keeps the row where it is on the screen; one at the
                // top stays there, so that what is new can be seen.
                if self.offset > 0 {
                    self.offset = (self.offset + row).saturating_sub(self.cursor);
                }
                self.cursor = row;
            }
            None => {
                self.cursor = self.cursor.min(self.order.len().saturating_sub(1));
                // A row that is not here yet may turn out to be the one.
                if !self.selected().is_some_and(|entry| entry.key().is_empty()) {
                    self.pin();
                }
            }
        }
    }

    fn pin(&mut self) {
        self.pinned = if self.follows && self.cursor == 0 {
            None
        } else {
            self.selected()
                .map(|entry| entry.key().to_owned())
                .filter(|key| !key.is_empty())
        };
    }

    fn reveal(&mut self, height: usize) {
        let height = height.max(1);
        let last = self.order.len().saturating_sub(height);
        self.offset = self
            .offset
            .min(self.cursor)
            .max((self.cursor + 1).saturating_sub(height))
            .min(last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Row(&'static str, u32);

    impl Entry for Row {
        type Column = bool;

        fn key(&self) -> &str {
            self.0
        }

        fn matches(&self, words: &[String]) -> bool {
            fits(words, &[self.0])
        }

        fn compare(&self, other: &Self, by_number: bool) -> Ordering {
            if by_number {
                self.1.cmp(&other.1)
            } else {
                self.0.cmp(other.0)
            }
        }
    }

    fn list(follows: bool) -> Listing<Row> {
        let mut list = Listing::new(true, true, follows);
        list.replace(vec![Row("a", 1), Row("b", 2), Row("c", 3)]);
        list.arrange(2);
        list
    }

    fn seen(list: &Listing<Row>) -> Vec<&str> {
        list.window(2).map(|(_, row)| row.0).collect()
    }

    #[test]
    fn the_cursor_stays_on_its_row_when_rows_come_in_above() {
        let mut list = list(false);
        assert_eq!(list.selected().unwrap().0, "c");
        list.put(Row("d", 4));
        list.arrange(2);
        assert_eq!(list.selected().unwrap().0, "c");
        assert_eq!(seen(&list), ["d", "c"]);
    }

    #[test]
    fn a_scrolled_window_keeps_the_row_where_it_is_on_the_screen() {
        let mut list = list(false);
        list.go(1, 1);
        assert_eq!((list.cursor(), list.offset()), (1, 1));
        list.put(Row("d", 4));
        list.put(Row("e", 5));
        list.arrange(1);
        assert_eq!(list.selected().unwrap().0, "b");
        assert_eq!(list.offset(), 3);
    }

    #[test]
    fn a_list_that_follows_stays_at_the_top_until_it_is_moved() {
        let mut list = list(true);
        list.put(Row("d", 4));
        list.arrange(2);
        assert_eq!(list.selected().unwrap().0, "d");
        list.step(1, 2);
        list.put(Row("e", 5));
        list.arrange(2);
        assert_eq!(list.selected().unwrap().0, "c");
        list.go(0, 2);
        list.put(Row("f", 6));
        list.arrange(2);
        assert_eq!(list.selected().unwrap().0, "f");
    }

    #[test]
    fn a_filter_takes_every_word_in_any_case() {
        let mut list = list(false);
        list.set_filter("B");
        list.arrange(2);
        assert_eq!(seen(&list), ["b"]);
        list.set_filter("zz");
        list.arrange(2);
        assert!(list.selected().is_none());
        list.set_filter("");
        list.arrange(2);
        assert_eq!(list.shown(), 3);
    }

    #[test]
    fn an_empty_list_takes_every_motion() {
        let mut list: Listing<Row> = Listing::new(false, false, false);
        list.step(-3, 5);
        list.go(9, 0);
        list.scroll(4, 0);
        list.arrange(0);
        assert!(list.selected().is_none());
    }
}
