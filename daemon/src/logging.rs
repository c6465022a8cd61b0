//! Log lines on standard error: for people or as JSON, by level, changed without a restart.

use std::io::IsTerminal;

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Registry, fmt, reload};

use crate::settings::{LogFormat, LogLevel, LogSettings};

/// Changes the level of what is logged.
pub struct LogControl(reload::Handle<EnvFilter, Registry>);

/// Starts logging. A second call in one process has no effect on what is logged already.
#[must_use]
pub fn start(settings: &LogSettings) -> LogControl {
    let (filter, handle) = reload::Layer::new(filter(settings.level));
    let lines = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let registry = tracing_subscriber::registry().with(filter);
    let started = match settings.format {
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init(),
        LogFormat::Text => registry.with(lines.with_target(false)).try_init(),
    };
    if let Err(error) = started {
        eprintln!("ddgend: logging was started before: {error}");
    }
    LogControl(handle)
}

impl LogControl {
    pub fn set_level(&self, level: LogLevel) {
        if let Err(error) = self.0.reload(filter(level)) {
            tracing::warn!(%error, "the log level stays as it was");
        }
    }
}

/// The chosen level for what is ours; of libraries only what they warn of.
fn filter(level: LogLevel) -> EnvFilter {
    let ours = level.as_str();
    let theirs = match level {
        LogLevel::Off => "off",
        LogLevel::Error => "error",
        _ => "warn",
    };
    EnvFilter::new(format!(
        "{theirs},ddgend={ours},ddgen_ops={ours},ddgen_profile={ours}"
    ))
}
