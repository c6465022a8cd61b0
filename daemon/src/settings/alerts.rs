//! Alerts: what raises them, and who is told.

use std::path::PathBuf;
use std::time::Duration;

use ddgen_ops::alerts::{EmailTls, Mailbox, Retry, Rule};
use secrecy::SecretString;

/// Alerts of the daemon.
#[derive(Debug, Clone)]
pub struct AlertSettings {
    /// Whether anything is judged at all.
    pub enabled: bool,
    pub retry: Retry,
    /// The default rules as the settings changed them, and the settings' own.
    pub rules: Vec<Rule>,
    /// Names differ. The log, where nobody named any.
    pub sinks: Vec<SinkSettings>,
}

impl AlertSettings {
    /// What is secret of the sinks, by dotted name: `alerts.sink.NAME.password`.
    pub fn secrets(&self) -> impl Iterator<Item = (String, SecretString)> + '_ {
        self.sinks.iter().flat_map(|sink| {
            let of = match &sink.way {
                SinkWay::Log | SinkWay::Command { .. } => [("", None), ("", None)],
                SinkWay::Webhook {
                    url, authorization, ..
                } => [
                    ("url", Some(url)),
                    ("authorization", authorization.as_ref()),
                ],
                SinkWay::Email(mail) => [("password", mail.password.as_ref()), ("", None)],
            };
            let named = |(what, secret): (&str, Option<&SecretString>)| {
                Some((format!("alerts.sink.{}.{what}", sink.name), secret?.clone()))
            };
            of.into_iter().filter_map(named)
        })
    }
}

/// One place where alerts are told.
#[derive(Debug, Clone)]
pub struct SinkSettings {
    pub name: String,
    pub way: SinkWay,
}

/// How they get there.
#[derive(Debug, Clone)]
pub enum SinkWay {
    Log,
    Command {
        /// An absolute path and its arguments.
        words: Vec<String>,
        timeout: Duration,
    },
    Webhook {
        url: SecretString,
        authorization: Option<SecretString>,
        timeout: Duration,
    },
    Email(Box<EmailSettings>),
}

/// A mail server, and between whom it carries.
#[derive(Debug, Clone)]
pub struct EmailSettings {
    pub host: String,
    pub port: u16,
    pub tls: EmailTls,
    pub ca_file: Option<PathBuf>,
    pub username: Option<String>,
    pub password: Option<SecretString>,
    pub from: Mailbox,
    pub to: Vec<Mailbox>,
    pub timeout: Duration,
}
