//! Looking for fields and dictionaries in everything there is.

use ddgen_ipc::message::{Found, FoundDictionary, FoundField};

/// Dictionaries that are shown above the fields.
pub const DICTIONARIES: usize = 5;
/// Rows asked for: what is not among the likeliest is found by more words, not by scrolling.
pub const ASKED: u32 = 100;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Search {
    pub words: String,
    /// A question is on its way: the next one waits for its answer.
    pub asked: bool,
    /// What was found for the words of the last answer.
    pub found: Option<Result<Found, String>>,
    /// The row the cursor is on.
    pub at: usize,
}

/// One row of what was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Hit<'a> {
    Dictionary(&'a FoundDictionary),
    Field(&'a FoundField),
}

impl Search {
    /// The rows in order: few dictionaries, then fields.
    pub fn hits(&self) -> impl Iterator<Item = Hit<'_>> {
        let found = self.found.as_ref().and_then(|found| found.as_ref().ok());
        found.into_iter().flat_map(|found| {
            let dictionaries = found.dictionaries.iter().take(DICTIONARIES);
            let fields = found.fields.iter().map(Hit::Field);
            dictionaries.map(Hit::Dictionary).chain(fields)
        })
    }
}
