//! From what was counted to what is said.

mod counts;
pub mod field;
pub mod missing;
pub mod population;
pub mod shorten;
pub mod shown;
pub mod table;
pub mod verdict;
