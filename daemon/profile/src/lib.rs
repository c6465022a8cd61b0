//! The profiling engine of ddgen: bytes in, profile out; no store, no clock, no network.
//!
//! A file goes `unpack` (bytes, hash) -> `source` (UTF-8) -> a reader (`delimited`, `json`, or at once
//! `parquet`) -> `accumulate` (values counted, not cells) -> `assemble` (types, statistics,
//! findings) -> [`document`].

pub mod accumulate;
pub mod assemble;
pub mod brief;
pub mod charset;
pub mod contract;
pub mod delimited;
pub mod detect;
pub mod document;
mod engine;
pub mod input;
pub mod json;
pub mod lex;
mod machine;
pub mod meaning;
pub mod name;
pub mod number;
pub mod parquet;
pub mod refusal;
pub mod sketch;
pub mod source;
pub mod unpack;
mod wording;

pub use brief::Brief;
pub use document::Profile;
pub use input::{FileInput, ReadAt};
pub use refusal::Refusal;
pub use sketch::{SketchKey, Sketches};

/// All that reading a file teaches.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    pub profile: Profile,
    /// Of every field, where the brief has a key for them.
    pub sketches: Sketches,
}

/// Reads one file. `progress` is told the bytes read so far, from any thread, and must be quick.
///
/// # Errors
/// [`Refusal`] when the bytes cannot be read as any known format, or a bound is met.
pub fn learn(
    input: &dyn ReadAt,
    brief: &Brief,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Learned, Refusal> {
    engine::run(input, brief, source::BLOCK, progress)
}

/// As [`learn`], for those who want the document alone.
///
/// # Errors
/// As [`learn`].
pub fn profile(
    input: &dyn ReadAt,
    brief: &Brief,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Profile, Refusal> {
    learn(input, brief, progress).map(|learned| learned.profile)
}
