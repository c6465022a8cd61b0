//! What a profile shows. None of it limits what is read: statistics cover the whole file.

use super::key::Key;
use super::kind::number;
use super::reader::Reader;

/// What the engine is told beside the bytes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileSettings {
    /// Values shown as samples and as top values of a field.
    pub sample_size: usize,
    /// Nested paths deeper than this stay one value of type `object` or `array`.
    pub nested_depth_limit: usize,
}

impl Default for ProfileSettings {
    fn default() -> Self {
        Self {
            sample_size: 10,
            nested_depth_limit: 10,
        }
    }
}

const SAMPLE_SIZE: Key = Key::new("profile.sample_size", "SAMPLE_SIZE").bare().live();
const NESTED_DEPTH_LIMIT: Key = Key::new("profile.nested_depth_limit", "NESTED_DEPTH_LIMIT")
    .bare()
    .live();

impl ProfileSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let usual = Self::default();
        // Values are kept in every profile of every version: ten thousand a field is plenty.
        let sample_size = reader.get(&SAMPLE_SIZE, &number(0..=10_000), usual.sample_size);
        reader.remark(
            SAMPLE_SIZE.name,
            "values shown of a field; what is read and counted is always the whole file",
        );
        Self {
            sample_size,
            // JSON parsers end at 128 levels.
            nested_depth_limit: reader.get(
                &NESTED_DEPTH_LIMIT,
                &number(1..=100),
                usual.nested_depth_limit,
            ),
        }
    }
}
