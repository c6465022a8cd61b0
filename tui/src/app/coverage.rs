//! How much of what there is people have written about.

use ddgen_ipc::message::CoverageRow;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Coverage {
    /// None until it is here.
    pub rows: Option<Result<Vec<CoverageRow>, String>>,
    /// Place of the selected dictionary.
    pub at: usize,
    /// The next field to describe was asked for and is not here yet.
    pub asked: bool,
}

/// Fields with words of one kind, of all of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    pub part: u64,
    pub all: u64,
}

impl Share {
    /// Rounded down: nothing is done before it is. Of nothing, everything is.
    #[must_use]
    pub fn percent(self) -> u64 {
        (self.part * 100).checked_div(self.all).unwrap_or(100)
    }
}

impl Coverage {
    /// The least described first, then by name.
    pub fn learn(&mut self, rows: Result<Vec<CoverageRow>, String>) {
        self.rows = Some(rows.map(|mut rows| {
            rows.sort_by(|a, b| {
                let of = |row: &CoverageRow| described(row).percent();
                of(a).cmp(&of(b)).then_with(|| a.name.cmp(&b.name))
            });
            rows
        }));
        self.step(0);
    }

    #[must_use]
    pub fn known(&self) -> &[CoverageRow] {
        match &self.rows {
            Some(Ok(rows)) => rows,
            _ => &[],
        }
    }

    #[must_use]
    pub fn selected(&self) -> Option<&CoverageRow> {
        self.known().get(self.at)
    }

    pub fn step(&mut self, rows: isize) {
        let last = self.known().len().saturating_sub(1);
        self.at = self.at.saturating_add_signed(rows).min(last);
    }

    /// Of all dictionaries together.
    #[must_use]
    pub fn total(&self, of: impl Fn(&CoverageRow) -> Share) -> Share {
        let shares = self.known().iter().map(of);
        shares.fold(Share::default(), |sum, share| Share {
            part: sum.part + share.part,
            all: sum.all + share.all,
        })
    }
}

fn share(part: u32, row: &CoverageRow) -> Share {
    Share {
        part: part.into(),
        all: row.fields.into(),
    }
}

#[must_use]
pub fn described(row: &CoverageRow) -> Share {
    share(row.described, row)
}

#[must_use]
pub fn owned(row: &CoverageRow) -> Share {
    share(row.owned, row)
}

#[must_use]
pub fn classified(row: &CoverageRow) -> Share {
    share(row.classified, row)
}
