//! ddgend: watch -> settle -> queue -> match -> profile -> judge -> store -> serve.

pub mod arrival;
pub mod queue;
pub mod settings;
pub mod watch;
pub mod worker;
pub mod dataset;
pub mod judge;
pub mod store;
