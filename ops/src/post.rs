//! JSON to a web address by POST.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use ureq::Agent;

use crate::alerts::Undelivered;

/// A web address that takes JSON.
#[derive(Debug, Clone)]
pub struct Post {
    /// May hold a token in its path.
    url: SecretString,
    /// Of the header `Authorization`.
    authorization: Option<SecretString>,
    agent: Agent,
}

impl Post {
    /// `timeout` bounds the whole exchange, from looking up the name to the end of the answer.
    #[must_use]
    pub fn new(url: SecretString, authorization: Option<SecretString>, timeout: Duration) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(timeout))
            // It goes where the settings say, and nowhere else.
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent(concat!("ddgen/", env!("CARGO_PKG_VERSION")))
            // What is sent comes rarely: a connection kept open would be a stale one.
            .max_idle_connections(0)
            .build();
        Self {
            url,
            authorization,
            agent: Agent::new_with_config(config),
        }
    }

    /// The status of the answer; `key` tells the receiver what it has had already. Blocks.
    ///
    /// # Errors
    /// When there was no answer.
    pub fn send(&self, json: &str, key: &str) -> Result<u16, Undelivered> {
        let mut request = self
            .agent
            .post(self.url.expose_secret())
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key);
        if let Some(authorization) = &self.authorization {
            request = request.header("Authorization", authorization.expose_secret());
        }
        let answer = request.send(json).map_err(undelivered)?;
        Ok(answer.status().as_u16())
    }
}

/// The library's own words, as far as they cannot repeat the address.
fn undelivered(error: ureq::Error) -> Undelivered {
    match error {
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
            Undelivered::for_good("its url is no web address")
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
