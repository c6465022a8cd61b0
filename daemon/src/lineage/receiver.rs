//! Where events go: a line of a file, or a server.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::time::Duration;

use ddgen_ops::{Post, Undelivered};
use secrecy::{ExposeSecret, SecretString};

use crate::settings::LineageSettings;

/// A server that says nothing for so long says nothing.
const TIMEOUT: Duration = Duration::from_secs(10);

pub(super) enum Receiver {
    File(PathBuf),
    Server(Box<Post>),
}

impl Receiver {
    /// All that the settings name.
    pub(super) fn all(settings: &LineageSettings) -> Vec<(&'static str, Self)> {
        let mut all = Vec::new();
        if let Some(file) = &settings.file {
            all.push(("lineage file", Self::File(file.clone())));
        }
        if let Some(url) = &settings.url {
            let (base, end) = (url.trim_end_matches('/'), &settings.endpoint);
            let url = format!("{base}/{}", end.trim_start_matches('/'));
            let key = settings.api_key.as_ref();
            let key = key.map(|key| SecretString::from(format!("Bearer {}", key.expose_secret())));
            let post = Post::new(url.into(), key, TIMEOUT);
            all.push(("lineage server", Self::Server(Box::new(post))));
        }
        all
    }

    /// Blocks, and returns within a bounded time.
    ///
    /// # Errors
    /// Only [`Undelivered::for_good`] where the event itself is what is refused.
    pub(super) fn send(&self, event: &str, key: &str) -> Result<(), Undelivered> {
        match self {
            Self::File(path) => {
                let mut open = std::fs::OpenOptions::new();
                let opened = open.append(true).create(true).mode(0o600).open(path);
                // One write a line: whoever reads along sees whole ones.
                let line = format!("{event}\n");
                opened
                    .and_then(|mut file| file.write_all(line.as_bytes()))
                    .map_err(|error| Undelivered::yet(format!("`{}`: {error}", path.display())))
            }
            Self::Server(post) => match post.send(event, key) {
                Ok(200..=299) => Ok(()),
                Ok(status @ (400 | 413 | 422)) => {
                    let why = format!("the server refused the event with {status}");
                    Err(Undelivered::for_good(why))
                }
                Ok(status) => Err(Undelivered::yet(format!(
                    "the server answered {status}: check lineage.url and lineage.api_key"
                ))),
                Err(error) => Err(Undelivered::yet(error.because)),
            },
        }
    }
}
