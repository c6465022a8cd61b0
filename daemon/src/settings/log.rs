//! What is logged, and how a line looks.

use super::key::Key;
use super::kind::choice;
use super::reader::Reader;

/// The least severe line that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
    Off,
}

impl LogLevel {
    /// As `tracing` spells it in a filter.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Off => "off",
        }
    }
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Logging, to standard error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSettings {
    pub level: LogLevel,
    pub format: LogFormat,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            level: LogLevel::Info,
            format: LogFormat::Text,
        }
    }
}

const LEVEL: Key = Key::new("log.level", "LOG_LEVEL").bare().live();
const FORMAT: Key = Key::new("log.format", "LOG_FORMAT").bare();

/// The second spellings are Python's.
const LEVELS: &[(&str, LogLevel)] = &[
    ("trace", LogLevel::Trace),
    ("debug", LogLevel::Debug),
    ("info", LogLevel::Info),
    ("warning", LogLevel::Warn),
    ("warn", LogLevel::Warn),
    ("error", LogLevel::Error),
    ("critical", LogLevel::Error),
    ("off", LogLevel::Off),
];
const FORMATS: &[(&str, LogFormat)] = &[("text", LogFormat::Text), ("json", LogFormat::Json)];

impl LogSettings {
    /// `debug`: whether `DEBUG` asks for a lower level where nobody named one.
    pub(super) fn read(reader: &mut Reader<'_>, debug: bool) -> Self {
        let level = if debug {
            LogLevel::Debug
        } else {
            LogLevel::Info
        };
        let level = reader.get(&LEVEL, &choice(LEVELS), level);
        Self {
            level,
            format: reader.get(&FORMAT, &choice(FORMATS), LogFormat::Text),
        }
    }
}
