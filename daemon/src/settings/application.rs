//! What the installation is called and how strict it is with itself.

use super::key::Key;
use super::kind::{boolean, choice, text};
use super::notice::Notice;
use super::reader::Reader;
use super::secret::{placeholder, secret};

use secrecy::{ExposeSecret, SecretString};

/// How strict the daemon is with its own settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    Development,
    Test,
    Staging,
    /// Refuses debugging and placeholder secrets.
    Production,
}

/// The installation as a whole.
#[derive(Debug, Clone)]
pub struct ApplicationSettings {
    /// Shown to people; names nothing on disk.
    pub name: String,
    pub environment: Environment,
    /// Lowers the log level to `debug` where no level was given.
    pub debug: bool,
    /// What keys are derived from: that of sketches, so far.
    pub secret_key: Option<SecretString>,
}

impl Default for ApplicationSettings {
    fn default() -> Self {
        Self {
            name: "ddgen".to_owned(),
            environment: Environment::Development,
            debug: false,
            secret_key: None,
        }
    }
}

const NAME: Key = Key::new("app_name", "APP_NAME").bare();
const ENVIRONMENT: Key = Key::new("environment", "ENVIRONMENT").bare();
const DEBUG: Key = Key::new("debug", "DEBUG").bare();
const SECRET_KEY: Key = Key::new("secret_key", "SECRET_KEY").bare().secret();

const ENVIRONMENTS: &[(&str, Environment)] = &[
    ("development", Environment::Development),
    ("test", Environment::Test),
    ("staging", Environment::Staging),
    ("production", Environment::Production),
    ("dev", Environment::Development),
    ("testing", Environment::Test),
    ("prod", Environment::Production),
];

/// 128 bits in hexadecimal; the guide's `openssl rand -hex 32` gives 64 characters.
const SHORTEST_SECRET: usize = 32;

impl ApplicationSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let usual = Self::default();
        let name = reader.get(&NAME, &text(100), usual.name);
        let environment = reader.get(&ENVIRONMENT, &choice(ENVIRONMENTS), usual.environment);
        let strict = environment == Environment::Production;
        let debug = reader.given(&DEBUG, &boolean(), &false);
        if let Some(given) = debug.as_ref().filter(|given| given.value && strict) {
            let message = "debug is on and the environment is production: set DEBUG=false, or \
                           another ENVIRONMENT";
            reader
                .notices
                .push(Notice::error(DEBUG.name, message).at(&given.origin));
        }
        let secret_key = reader.given(&SECRET_KEY, &secret().optional(), &None);
        if let Some(given) = &secret_key
            && let Some(why) = given.value.as_ref().and_then(weakness)
        {
            let message = format!(
                "secret_key {why}: make one with `openssl rand -hex 32` and keep it in a file of \
                 mode 600"
            );
            let notice = if strict {
                Notice::error(
                    SECRET_KEY.name,
                    format!("{message}; production refuses this one"),
                )
            } else {
                Notice::warning(
                    SECRET_KEY.name,
                    format!("{message}; production would refuse it"),
                )
            };
            reader.notices.push(notice.at(&given.origin));
        }
        Self {
            name,
            environment,
            debug: debug.is_some_and(|given| given.value),
            secret_key: secret_key.and_then(|given| given.value),
        }
    }
}

/// What is wrong with a secret, in words that do not give it away.
fn weakness(secret: &SecretString) -> Option<String> {
    let secret = secret.expose_secret();
    if let Some(why) = placeholder(secret) {
        return Some(why.to_owned());
    }
    (secret.chars().count() < SHORTEST_SECRET)
        .then(|| format!("is shorter than {SHORTEST_SECRET} characters"))
}
