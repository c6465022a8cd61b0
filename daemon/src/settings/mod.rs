//! What the daemon was told, in layers: default < `ddgen.toml` < `.env` < environment < flags.
//!
//! Nothing here reads the process: the loader is handed the environment, the working directory and
//! the flags, and reads only the files these name.

mod application;
mod data;
mod database;
mod http;
mod log;
mod openai;
mod profile;
mod socket;
mod watch;
mod worker;

use std::time::Duration;

pub use application::{ApplicationSettings, Environment};
pub use data::DataSettings;
pub use database::DatabaseSettings;
pub use http::HttpSettings;
pub use log::{LogFormat, LogLevel, LogSettings};
pub use openai::OpenaiSettings;
pub use profile::ProfileSettings;
pub use socket::{SocketAccess, SocketSettings};
pub use watch::{WatchMode, WatchSettings};
pub use worker::WorkerSettings;

/// Everything the daemon can be told, by topic.
#[derive(Debug, Clone)]
pub struct Settings {
    pub application: ApplicationSettings,
    pub data: DataSettings,
    pub watches: Vec<WatchSettings>,
    /// Between two scans of every watched folder when nothing else asks for one.
    pub scan_interval: Duration,
    pub worker: WorkerSettings,
    pub http: HttpSettings,
    pub socket: SocketSettings,
    pub log: LogSettings,
    pub profile: ProfileSettings,
    pub database: DatabaseSettings,
    pub openai: OpenaiSettings,
}
