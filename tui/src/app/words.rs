//! What people wrote about the open dictionary and its fields.

use ddgen_ipc::message::{AnnotationRow, Aspect};

#[derive(Debug, Default)]
pub struct Words {
    /// The dictionary these are of; none until the first answer.
    pub dictionary: Option<String>,
    rows: Vec<AnnotationRow>,
    /// An answer is on its way.
    pub asked: bool,
    /// Somebody wrote since.
    pub stale: bool,
    /// The editor opens for the field on screen as soon as it is known what stands.
    pub write_once_known: bool,
}

impl Words {
    /// Takes all that stands.
    pub fn learn(&mut self, dictionary: String, rows: Vec<AnnotationRow>) {
        self.dictionary = Some(dictionary);
        self.rows = rows;
        self.asked = false;
    }

    /// What stands about a field, or the dictionary where none is named; in the order of the aspects.
    #[must_use]
    pub fn about(&self, dictionary: &str, field: Option<&str>) -> Vec<&AnnotationRow> {
        if self.dictionary.as_deref() != Some(dictionary) {
            return Vec::new();
        }
        let mut about: Vec<&AnnotationRow> = self
            .rows
            .iter()
            .filter(|row| row.field.as_deref() == field)
            .collect();
        about.sort_by_key(|row| row.aspect);
        about
    }

    /// Whether what stands about this dictionary is known.
    #[must_use]
    pub fn are_of(&self, dictionary: &str) -> bool {
        self.dictionary.as_deref() == Some(dictionary)
    }
}

/// A text that is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor {
    pub dictionary: String,
    /// None: about the dictionary itself.
    pub field: Option<String>,
    pub aspect: Aspect,
    pub text: String,
    /// What stood when it was opened, or when a write was refused, and its revision.
    pub before: String,
    pub revision: u64,
    /// What somebody else wrote meanwhile: author and text.
    pub overtaken: Option<(String, String)>,
    /// Written and not yet answered.
    pub sent: bool,
    /// Leaving would lose what was typed, and this was said.
    pub warned: bool,
}

impl Editor {
    #[must_use]
    pub fn new(dictionary: String, field: Option<String>, aspect: Aspect, words: &Words) -> Self {
        let (before, revision) = standing(words, &dictionary, field.as_deref(), aspect)
            .map_or_else(
                || (String::new(), 0),
                |row| (row.value.clone(), row.revision),
            );
        Self {
            dictionary,
            field,
            aspect,
            text: before.clone(),
            before,
            revision,
            overtaken: None,
            sent: false,
            warned: false,
        }
    }

    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.text != self.before
    }

    /// What can be written: verdicts are about fields.
    #[must_use]
    pub fn aspects(&self) -> Vec<Aspect> {
        let all = Aspect::ALL.into_iter();
        all.filter(|aspect| self.field.is_some() || !aspect.is_verdict())
            .collect()
    }

    /// The aspect so many places on.
    #[must_use]
    pub fn neighbour(&self, places: usize) -> Aspect {
        let all = self.aspects();
        let here = all.iter().position(|aspect| *aspect == self.aspect);
        all[(here.unwrap_or(0) + places) % all.len()]
    }

    /// What stands was read anew: another text than the one that was seen is shown, and may then be
    /// written over.
    pub fn compare(&mut self, words: &Words) {
        let now = standing(words, &self.dictionary, self.field.as_deref(), self.aspect);
        let revision = now.map_or(0, |row| row.revision);
        if revision == self.revision {
            return;
        }
        self.revision = revision;
        self.before = now.map_or_else(String::new, |row| row.value.clone());
        self.overtaken = now.map(|row| (row.author.clone(), row.value.clone()));
    }
}

fn standing<'a>(
    words: &'a Words,
    dictionary: &str,
    field: Option<&str>,
    aspect: Aspect,
) -> Option<&'a AnnotationRow> {
    words
        .about(dictionary, field)
        .into_iter()
        .find(|row| row.aspect == aspect)
}
