//! The alerts of the daemon, as they are looked at.

use ddgen_ipc::message::{AlertList, AlertRow};

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Alerts {
    /// None until it is here.
    pub list: Option<Result<Box<AlertList>, String>>,
    /// Place of the selected one.
    pub at: usize,
    /// Something was asked for that is not answered yet.
    pub asked: bool,
}

impl Alerts {
    /// Those that stand, then those that were cleared.
    pub fn rows(&self) -> impl Iterator<Item = &AlertRow> {
        let list = self.list.as_ref().and_then(|list| list.as_ref().ok());
        let rows = list.map(|list| list.alerts.iter().chain(&list.cleared));
        rows.into_iter().flatten()
    }

    #[must_use]
    pub fn selected(&self) -> Option<&AlertRow> {
        self.rows().nth(self.at)
    }

    pub fn step(&mut self, rows: isize) {
        let last = self.rows().count().saturating_sub(1);
        self.at = self.at.saturating_add_signed(rows).min(last);
    }
}
