//! What the installation is called and how strict it is with itself.

use secrecy::SecretString;

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
    /// What the daemon may derive signatures from.
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
