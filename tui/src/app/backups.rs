//! The backups of the daemon, as they are looked at.

use ddgen_ipc::message::{BackupList, BackupRow};

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Backups {
    /// None until it is here.
    pub list: Option<Result<Box<BackupList>, String>>,
    /// Place of the selected one.
    pub at: usize,
    /// What is being done about backups, in words.
    pub working: Option<&'static str>,
}

impl Backups {
    #[must_use]
    pub fn rows(&self) -> &[BackupRow] {
        match &self.list {
            Some(Ok(list)) => &list.backups,
            _ => &[],
        }
    }

    #[must_use]
    pub fn selected(&self) -> Option<&BackupRow> {
        self.rows().get(self.at)
    }

    pub fn step(&mut self, rows: isize) {
        let last = self.rows().len().saturating_sub(1);
        self.at = self.at.saturating_add_signed(rows).min(last);
    }
}
