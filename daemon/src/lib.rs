//! ddgend: watch -> settle -> queue -> match -> profile -> judge -> store -> serve.

pub mod arrival;
pub mod settings;
pub mod watch;
pub mod queue;
pub mod worker;
