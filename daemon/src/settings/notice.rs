//! What loading has to say: errors that stop us, warnings and notes we live with.

use std::fmt;

use serde::Serialize;

use super::origin::Origin;

/// How much a notice matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Something decided for the reader that they may want to know.
    Note,
    /// Works, and probably not as meant.
    Warning,
    /// The daemon does not start with it.
    Error,
}

impl Severity {
    /// As it heads a line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One thing to say about the settings. Never carries a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    pub severity: Severity,
    /// The setting it is about, where it is about one.
    pub setting: Option<String>,
    pub origin: Option<Origin>,
    /// What happened, to what, and what to do.
    pub message: String,
    /// Belongs into the daemon's health for as long as it runs so.
    pub standing: bool,
}

impl Notice {
    pub(super) fn new(severity: Severity, setting: &str, message: impl Into<String>) -> Self {
        let setting = (!setting.is_empty()).then(|| setting.to_owned());
        Self {
            severity,
            setting,
            origin: None,
            message: message.into(),
            standing: false,
        }
    }

    pub(super) fn error(setting: &str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, setting, message)
    }

    pub(super) fn warning(setting: &str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, setting, message)
    }

    pub(super) fn note(setting: &str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, setting, message)
    }

    pub(super) fn at(mut self, origin: &Origin) -> Self {
        self.origin = Some(origin.clone());
        self
    }

    pub(super) fn standing(mut self) -> Self {
        self.standing = true;
        self
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.origin {
            None | Some(Origin::Default) => {}
            Some(origin) => write!(f, "{origin}: ")?,
        }
        f.write_str(&self.message)
    }
}

/// Why the settings were refused: everything at once, so that one edit can mend it all.
#[derive(Debug, thiserror::Error)]
pub struct Refused(pub Vec<Notice>);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => f.write_str("the settings have a problem:")?,
            many => write!(f, "the settings have {many} problems:")?,
        }
        for notice in &self.0 {
            write!(f, "\n  {notice}")?;
        }
        Ok(())
    }
}
