//! The HTTP door: health for load balancers and monitors, metrics for Prometheus, and a REST API for
//! scripts.
//!
//! `/health`, `/livez`, `/readyz` and `/metrics` answer from the last snapshot and never from the
//! store, so that they answer within milliseconds under any load. A snapshot is taken when
//! something changed and once a minute; one that is older than three minutes says so itself.

mod answer;
mod bind;
mod cors;
mod docs;
mod keys;
pub mod limits;
mod middleware;
mod openapi;
mod peer;
mod read;
mod routes;
mod server;
#[cfg(test)]
mod tests;
pub mod tls;
mod truths;
pub mod upload;
mod write;

pub use bind::{HttpError, bind};
pub use keys::Gate;
pub use limits::HttpLimits;
pub use read::{Reading, reading};
pub use routes::{Http, router};
pub use server::serve;
pub use tls::Tls;
pub use truths::{
    Check, DatabaseHealth, DatabaseStats, DatabaseStatus, DatabaseType, TableCounts, Truths,
};
pub use upload::Uploads;
pub use write::{Writing, writing};
