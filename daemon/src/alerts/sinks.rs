//! Sinks as the settings name them.

use std::sync::Arc;

use ddgen_ops::alerts::{Command, Email, Notice, Sink, Turn, Undelivered, Webhook};
use tokio::sync::Notify;

use super::Place;
use crate::settings::{EmailSettings, SinkSettings, SinkWay};

pub(super) fn build(settings: &[SinkSettings]) -> Vec<Place> {
    settings
        .iter()
        .map(|sink| Place {
            name: sink.name.clone(),
            sink: of(&sink.way),
            mail: Notify::new(),
        })
        .collect()
}

fn of(way: &SinkWay) -> Arc<dyn Sink> {
    match way.clone() {
        SinkWay::Log => Arc::new(Log),
        SinkWay::Command { words, timeout } => Arc::new(Command { words, timeout }),
        SinkWay::Webhook {
            url,
            authorization,
            timeout,
        } => Arc::new(Webhook::new(url, authorization, timeout)),
        SinkWay::Email(settings) => Arc::new(Mail(*settings)),
    }
}

/// The daemon's own log.
struct Log;

impl Sink for Log {
    fn kind(&self) -> &'static str {
        "log"
    }

    fn send(&self, notice: &Notice) -> Result<(), Undelivered> {
        let (alert, severity) = (&notice.alert, notice.severity);
        let because = &notice.because;
        match notice.event {
            Turn::Raised => tracing::warn!(%alert, %severity, %because, "an alert was raised"),
            Turn::Cleared => tracing::info!(%alert, %severity, "an alert was cleared"),
        }
        Ok(())
    }
}

/// Reads the further authority each time: it is renewed while the daemon runs.
struct Mail(EmailSettings);

impl Sink for Mail {
    fn kind(&self) -> &'static str {
        "email"
    }

    fn send(&self, notice: &Notice) -> Result<(), Undelivered> {
        let settings = &self.0;
        let authority = settings.ca_file.as_ref().map(|path| {
            std::fs::read(path).map_err(|error| {
                Undelivered::yet(format!("{} cannot be read: {error}", path.display()))
            })
        });
        Email {
            host: settings.host.clone(),
            port: settings.port,
            tls: settings.tls,
            authority: authority.transpose()?,
            username: settings.username.clone(),
            password: settings.password.clone(),
            from: settings.from.clone(),
            to: settings.to.clone(),
            timeout: settings.timeout,
        }
        .send(notice)
    }
}
