//! The files in quarantine, as they are looked at.

use ddgen_ipc::message::QuarantineRow;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Quarantine {
    /// None until it is here.
    pub rows: Option<Result<Vec<QuarantineRow>, String>>,
    /// Place of the selected one.
    pub at: usize,
    /// The list was asked for and is not here yet.
    pub asked: bool,
    /// The file that a version is being made of.
    pub working: Option<String>,
}

impl Quarantine {
    #[must_use]
    pub fn files(&self) -> &[QuarantineRow] {
        match &self.rows {
            Some(Ok(rows)) => rows,
            _ => &[],
        }
    }

    #[must_use]
    pub fn selected(&self) -> Option<&QuarantineRow> {
        self.files().get(self.at)
    }

    pub fn step(&mut self, rows: isize) {
        let last = self.files().len().saturating_sub(1);
        self.at = self.at.saturating_add_signed(rows).min(last);
    }
}
