//! What a drop means for the dictionaries that are there. Pure: it is handed what it must know.

mod changes;
pub mod drift;
mod place;
pub mod renames;
mod schema;
mod severities;
#[cfg(test)]
mod tests;

pub use changes::{Aspect, Change, FieldFacts, KEY_EVIDENCE, Pair, RenameState, Severity, changes};
pub use place::{Place, There, agree, place};
pub use schema::Schema;
pub use severities::{Severities, TOPICS};
