//! What the daemon was told, in layers: default < `ddgen.toml` < `.env` < environment < flags.
//!
//! Nothing here reads the process: the loader is handed the environment, the working directory and
//! the flags, and reads only the files these name.

mod alert_reader;
mod alerts;
mod application;
mod backup;
mod check;
mod config;
mod data;
mod database;
mod env_file;
mod http;
mod key;
mod kind;
mod layers;
mod lineage;
mod load;
mod log;
mod network;
mod notice;
mod openai;
mod origin;
mod overlap;
mod profile;
mod raw;
mod reader;
mod reload;
mod secret;
mod socket;
mod suggest;
mod surroundings;
mod table;
mod toml_file;
mod units;
mod unknown;
mod upkeep;
mod watch;
mod watch_reader;
mod worker;

use std::time::Duration;

pub use alerts::{AlertSettings, EmailSettings, SinkSettings, SinkWay};
pub use application::{ApplicationSettings, Environment};
pub use backup::{BackupSettings, S3Access};
pub use check::{CheckDocument, check};
pub use config::{ConfigDocument, config};
pub use data::DataSettings;
pub use database::DatabaseSettings;
pub use http::{HttpSettings, KeyPolicy, TlsFiles};
pub use lineage::LineageSettings;
pub use load::{Loaded, inspect, load};
pub use log::{LogFormat, LogLevel, LogSettings};
pub use network::Network;
pub use notice::{Notice, Refused, Severity};
pub use openai::OpenaiSettings;
pub use origin::Origin;
pub use profile::ProfileSettings;
pub use reader::Row;
pub use reload::{Changed, Reload};
pub use socket::{SocketAccess, SocketSettings};
pub use surroundings::{Flags, Surroundings};
pub use units::{is_plain, parse_span, show_span};
pub use upkeep::UpkeepSettings;
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
    pub lineage: LineageSettings,
    pub backup: BackupSettings,
    pub alerts: AlertSettings,
    pub upkeep: UpkeepSettings,
}

#[cfg(test)]
mod tests;
