//! A web address that is told by POST.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use ureq::Agent;

use super::{Sink, Undelivered};
use crate::alerts::Notice;

/// Gets the notice as one JSON object. Any answer of 2xx is success.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// May hold a token in its path.
    url: SecretString,
    /// Of the header `Authorization`.
    authorization: Option<SecretString>,
    agent: Agent,
}

impl Webhook {
    /// `timeout` bounds the whole exchange, from looking up the name to the end of the answer.
    #[must_use]
    pub fn new(url: SecretString, authorization: Option<SecretString>, timeout: Duration) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(timeout))
            // A notice goes where the settings say, and nowhere else.
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent(concat!("ddgen/", env!("CARGO_PKG_VERSION")))
            // One notice in hours: a connection kept open would be a stale one.
            .max_idle_connections(0)
            .build();
        Self {
            url,
            authorization,
            agent: Agent::new_with_config(config),
        }
    }
}

impl Sink for Webhook {
    fn kind(&self) -> &'static str {
        "webhook"
    }

    fn send(&self, notice: &Notice) -> Result<(), Undelivered> {
        let text = serde_json::to_string(notice)
            .map_err(|error| Undelivered::for_good(format!("no JSON can be made: {error}")))?;
        let mut request = self
            .agent
            .post(self.url.expose_secret())
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", &notice.key);
        if let Some(authorization) = &self.authorization {
            request = request.header("Authorization", authorization.expose_secret());
        }
        let answer = request.send(&text).map_err(undelivered)?;
        let status = answer.status().as_u16();
        match status {
            200..=299 => Ok(()),
            // Said to pass, or about the server: again. What else it refuses it will refuse again.
            408 | 425 | 429 | 500..=599 => {
                Err(Undelivered::yet(format!("the server answered {status}")))
            }
            _ => Err(Undelivered::for_good(format!(
                "the server answered {status}: check the sink's url and authorization"
            ))),
        }
    }
}

/// The library's own words, as far as they cannot repeat the address.
fn undelivered(error: ureq::Error) -> Undelivered {
    match error {
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
            Undelivered::for_good("the sink's url is no web address")
        }
        ureq::Error::Timeout(which) => {
            Undelivered::yet(format!("the server did not answer in time ({which})"))
        }
        ureq::Error::HostNotFound => Undelivered::yet("the server's name is not known"),
        ureq::Error::Io(error) => Undelivered::yet(format!("the server is not reached: {error}")),
        ureq::Error::ConnectionFailed => Undelivered::yet("the server is not reached"),
        ureq::Error::Protocol(error) => {
            Undelivered::yet(format!("the server does not speak HTTP: {error}"))
        }
        ureq::Error::Tls(because) => Undelivered::yet(format!("no safe connection: {because}")),
        ureq::Error::Rustls(error) => Undelivered::yet(format!("no safe connection: {error}")),
        _ => Undelivered::yet("the request failed"),
    }
}
