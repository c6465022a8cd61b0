//! A web address that is told by POST.

use std::time::Duration;

use secrecy::SecretString;

use super::{Sink, Undelivered};
use crate::alerts::Notice;
use crate::post::Post;

/// Gets the notice as one JSON object. Any answer of 2xx is success.
#[derive(Debug, Clone)]
pub struct Webhook(Post);

impl Webhook {
    /// `timeout` bounds the whole exchange, from looking up the name to the end of the answer.
    #[must_use]
    pub fn new(url: SecretString, authorization: Option<SecretString>, timeout: Duration) -> Self {
        Self(Post::new(url, authorization, timeout))
    }
}

impl Sink for Webhook {
    fn kind(&self) -> &'static str {
        "webhook"
    }

    fn send(&self, notice: &Notice) -> Result<(), Undelivered> {
        let text = serde_json::to_string(notice)
            .map_err(|error| Undelivered::for_good(format!("no JSON can be made: {error}")))?;
        let status = self.0.send(&text, &notice.key)?;
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
