//! What a profile shows. None of it limits what is read: statistics cover the whole file.

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
