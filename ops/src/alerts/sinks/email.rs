//! Mail over SMTP.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Message, SmtpTransport, Transport};
use secrecy::{ExposeSecret, SecretString};

use super::{Sink, Undelivered};
use crate::alerts::Notice;

/// How the connection is made safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailTls {
    /// Begun in the clear, then made safe, or given up (port 587).
    Starttls,
    /// Safe from the first byte (port 465).
    Tls,
    /// In the clear: for a server on this machine (port 25).
    Off,
}

impl EmailTls {
    #[must_use]
    pub fn usual_port(self) -> u16 {
        match self {
            Self::Starttls => 587,
            Self::Tls => 465,
            Self::Off => 25,
        }
    }
}

/// One mail a notice.
#[derive(Debug, Clone)]
pub struct Email {
    pub host: String,
    pub port: u16,
    pub tls: EmailTls,
    /// PEM of a further authority to trust: a server of the house's own.
    pub authority: Option<Vec<u8>>,
    pub username: Option<String>,
    pub password: Option<SecretString>,
    pub from: Mailbox,
    pub to: Vec<Mailbox>,
    /// Of every single step of the exchange.
    pub timeout: Duration,
}

impl Sink for Email {
    fn kind(&self) -> &'static str {
        "email"
    }

    fn send(&self, notice: &Notice) -> Result<(), Undelivered> {
        let message = self.message(notice)?;
        let sent = self.transport()?.send(&message);
        sent.map(drop).map_err(|error| {
            // Its own words: the server's answer, or what is wrong with the connection.
            let because = format!("{}: {}", self.host, causes(&error));
            match error.is_permanent() {
                true => Undelivered::for_good(because),
                false => Undelivered::yet(because),
            }
        })
    }
}

impl Email {
    fn transport(&self) -> Result<SmtpTransport, Undelivered> {
        let tls = match self.tls {
            EmailTls::Off => Tls::None,
            EmailTls::Starttls => Tls::Required(self.parameters()?),
            EmailTls::Tls => Tls::Wrapper(self.parameters()?),
        };
        let mut builder = SmtpTransport::builder_dangerous(&self.host)
            .port(self.port)
            .tls(tls)
            .timeout(Some(self.timeout));
        if let (Some(name), Some(password)) = (&self.username, &self.password) {
            let password = password.expose_secret().to_owned();
            builder = builder.credentials(Credentials::new(name.clone(), password));
        }
        Ok(builder.build())
    }

    fn parameters(&self) -> Result<TlsParameters, Undelivered> {
        let mut builder = TlsParameters::builder(self.host.clone());
        if let Some(pem) = &self.authority {
            let certificate = Certificate::from_pem(pem).map_err(|error| {
                Undelivered::for_good(format!("the sink's ca_file holds no certificate: {error}"))
            })?;
            builder = builder.add_root_certificate(certificate);
        }
        builder
            .build()
            .map_err(|error| Undelivered::yet(format!("no safe connection: {error}")))
    }

    fn message(&self, notice: &Notice) -> Result<Message, Undelivered> {
        let header = |name: &'static str, value: &str| {
            let name = HeaderName::new_from_ascii_str(name);
            // Nothing in a header ends a line: the rest would be headers of somebody else's making.
            let value: String = value.chars().filter(|c| !c.is_control()).collect();
            HeaderValue::new(name, value)
        };
        let mut builder = Message::builder()
            .from(self.from.clone())
            .subject(notice.headline())
            .header(ContentType::TEXT_PLAIN)
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("X-Ddgen-Alert", &notice.key));
        for to in &self.to {
            builder = builder.to(to.clone());
        }
        builder
            .body(notice.text())
            .map_err(|error| Undelivered::for_good(format!("no mail can be made: {error}")))
    }
}

/// An error with what stands behind it.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(&format!(": {cause_text}"));
        }
        next = cause.source();
    }
    text
}
