//! The HTTP door: health for load balancers and monitors, metrics for Prometheus, and the state of
//! the database for scripts.
//!
//! `/health`, `/livez`, `/readyz` and `/metrics` answer from the last snapshot and never from the
//! store, so that they answer within milliseconds under any load. A snapshot is taken when
//! something changed and once a minute; one that is older than three minutes says so itself.

mod answer;
mod bind;
mod docs;
mod limits;
mod middleware;
mod openapi;
mod read;
mod routes;
mod server;
#[cfg(test)]
mod tests;
mod truths;

pub use bind::{HttpError, bind};
pub use limits::HttpLimits;
pub use read::{Reading, reading};
pub use routes::{Http, router};
pub use server::serve;
pub use truths::{
    Check, DatabaseHealth, DatabaseStats, DatabaseStatus, DatabaseType, TableCounts, Truths,
};
