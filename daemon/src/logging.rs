//! Log lines on standard error: for people or as JSON, by level, changed without a restart.

use std::io::{self, Write};

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
        .with_writer(|| Plain(std::io::stderr()))
        .with_ansi(false);
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

/// One line an event, whatever stands in it: a file's name must neither forge a line nor steer the
/// terminal that shows the log.
struct Plain<W>(W);

impl<W: Write> Write for Plain<W> {
    /// Called once an event, with its whole line.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let mut out = String::with_capacity(text.len());
        for c in text.trim_end_matches('\n').chars() {
            if c.is_control() {
                out.extend(c.escape_default());
            } else {
                out.push(c);
            }
        }
        out.push('\n');
        self.0.write_all(out.as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_neither_forges_a_line_nor_steers_the_terminal() {
        let mut out = Vec::new();
        Plain(&mut out)
            .write_all("INFO path=a\nERROR b\u{1b}[31m Žluť\n".as_bytes())
            .unwrap();
        let line = String::from_utf8(out).unwrap();
        assert_eq!(line, "INFO path=a\\nERROR b\\u{1b}[31m Žluť\n");
    }
}
