//! The terminal: taken, written to, and given back whatever happens.

mod guard;
mod input;
mod painter;
mod size;
mod suspend;
mod writer;

pub use guard::{Guard, are_terminals, retake};
pub use input::spawn as spawn_input;
pub use painter::Painter;
pub use size::size;
pub use suspend::{can_suspend, suspend};
pub use writer::Writer;
