//! What `ddgend doctor` does: looks at everything a daemon stands on, without one, and changes nothing.

mod bundle;
mod daemon;
mod machine;
mod places;
mod stores;
mod walls;

pub use bundle::bundle;

use ddgen_ipc::message::Status;
use serde::Serialize;

use crate::settings::{Loaded, Surroundings, check, inspect};

/// How one check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    Ok,
    Warning,
    /// A daemon does not work like this.
    Broken,
}

impl Health {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Broken => "broken",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// Short, the same wherever it is looked at.
    pub name: &'static str,
    pub health: Health,
    pub because: String,
    /// What to do; none where nothing is to be done.
    pub advice: Option<String>,
    /// Plain numbers, for a bundle that holds no words of anybody's.
    #[serde(skip)]
    pub numbers: Vec<(&'static str, u64)>,
}

impl Check {
    fn new(name: &'static str, health: Health, because: impl Into<String>) -> Self {
        Self {
            name,
            health,
            because: because.into(),
            advice: None,
            numbers: Vec::new(),
        }
    }

    fn ok(name: &'static str, because: impl Into<String>) -> Self {
        Self::new(name, Health::Ok, because)
    }

    fn warning(name: &'static str, because: impl Into<String>, advice: impl Into<String>) -> Self {
        let mut check = Self::new(name, Health::Warning, because);
        check.advice = Some(advice.into());
        check
    }

    fn broken(name: &'static str, because: impl Into<String>, advice: impl Into<String>) -> Self {
        let mut check = Self::warning(name, because, advice);
        check.health = Health::Broken;
        check
    }

    fn with(mut self, name: &'static str, number: u64) -> Self {
        self.numbers.push((name, number));
        self
    }
}

/// The document of `ddgend doctor`.
#[derive(Debug, Clone, Serialize)]
pub struct Examination {
    /// Nothing is broken.
    pub ok: bool,
    pub version: &'static str,
    pub checks: Vec<Check>,
}

/// Everything that was learned, for the document and the bundle.
pub struct Findings {
    pub examination: Examination,
    pub(crate) loaded: Loaded,
    pub(crate) status: Option<Status>,
}

/// Looks at everything these settings lead to. Blocks for some seconds.
#[must_use]
pub fn examine(around: &Surroundings) -> Findings {
    let loaded = inspect(around);
    let settings = &loaded.settings;
    let mut checks = settings_checks(around);
    checks.extend(machine::checks(settings));
    checks.push(walls::check());
    checks.extend(places::checks(settings));
    let (daemon, status) = daemon::checks(around, settings);
    checks.extend(daemon);
    checks.extend(stores::checks(settings));
    Findings {
        examination: Examination {
            ok: checks.iter().all(|check| check.health < Health::Broken),
            version: env!("CARGO_PKG_VERSION"),
            checks,
        },
        loaded,
        status,
    }
}

/// What `ddgend check` says, in the words of this document.
fn settings_checks(around: &Surroundings) -> Vec<Check> {
    let document = check(around);
    let files = document.files.len();
    let mut checks = Vec::new();
    for error in &document.errors {
        checks.push(Check::broken(
            "settings",
            error.to_string(),
            "correct it; `ddgend check` says whether it is right then",
        ));
    }
    for warning in &document.warnings {
        checks.push(Check::warning(
            "settings",
            warning.to_string(),
            "`ddgend config` shows every setting and where it came from",
        ));
    }
    if checks.is_empty() {
        checks.push(Check::ok(
            "settings",
            format!("read from {files} files, all good"),
        ));
    }
    checks
}
