//! Records that do not have as many cells as there are fields.

/// How many, and where the first is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ragged {
    pub short: u64,
    pub long: u64,
    /// Cells beyond the last field: counted, and part of no field.
    pub extra_cells: u64,
    /// Place of the first such record.
    pub first: Option<u64>,
}

impl Ragged {
    /// Joins those of other chunks.
    pub fn merge(&mut self, other: Self) {
        self.short += other.short;
        self.long += other.long;
        self.extra_cells += other.extra_cells;
        self.first = match (self.first, other.first) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }

    /// Notes a record at a place, which has `cells` where `width` were due.
    pub fn note(&mut self, cells: usize, width: usize, place: u64) {
        if cells < width {
            self.short += 1;
        } else {
            self.long += 1;
            self.extra_cells += (cells - width) as u64;
        }
        self.first.get_or_insert(place);
    }
}
