//! The probes every daemon has.

mod clock;
mod disk;
mod memory;
mod queue;
mod store;
mod watches;
mod workers;

pub use clock::Clock;
pub use disk::DiskSpace;
pub(crate) use disk::disk_permille;
pub use memory::Memory;
pub use queue::{Parked, QueueAge};
pub use store::Store;
pub use watches::Watches;
pub use workers::Workers;

pub(crate) use store::STORE;

#[cfg(test)]
mod tests;
