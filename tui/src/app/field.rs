//! One field in detail.

use super::document::FieldDocument;

#[derive(Debug)]
pub struct OpenField {
    pub dictionary: String,
    pub version: u32,
    pub path: String,
    pub document: Option<Box<FieldDocument>>,
    /// Why there is no document.
    pub trouble: Option<String>,
    /// The first visible line.
    pub offset: usize,
}

impl OpenField {
    #[must_use]
    pub fn new(dictionary: String, version: u32, path: String) -> Self {
        Self {
            dictionary,
            version,
            path,
            document: None,
            trouble: None,
            offset: 0,
        }
    }
}
