//! ddgend: watch -> settle -> queue -> match -> profile -> judge -> store -> serve.

pub mod alerts;
pub mod arrival;
pub mod backup;
pub mod boot;
pub mod caller;
pub mod cli;
pub mod clients;
pub mod dataset;
pub mod desk;
pub mod http;
pub mod hub;
pub mod instance;
pub mod judge;
pub mod keys;
pub mod logging;
pub mod pipeline;
pub mod queue;
pub mod readings;
pub mod report;
pub mod settings;
pub mod socket;
pub mod store;
pub mod today;
pub mod watch;
pub mod worker;
