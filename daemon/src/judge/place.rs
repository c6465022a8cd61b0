//! Which of the dictionaries that could be meant a table belongs to.

use std::collections::HashSet;

use crate::dataset::Folding;

/// A dictionary of the same watch with the fields of its current version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct There {
    pub id: i64,
    pub stem: String,
    pub paths: Vec<String>,
}

/// Where a table goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Into this dictionary.
    Known(i64),
    /// Into this dictionary, which was named after one file so far (`table_1`) and from now on
    /// bears the stem that both share.
    Adopt(i64),
    /// Into a new dictionary of this stem. `family` is the stem it would share with others of
    /// other counters, should one come that agrees.
    New {
        stem: String,
        family: Option<String>,
    },
}

/// Decides by the name, and where a counter was folded by the fields: a counter folds only when
/// at least half of the field names agree with what is there. With nothing there nothing agrees,
/// so that the first of a series keeps its full name until a second one comes.
///
/// * `own`: the dictionary of the name with its counter (`table_2`), if there is one
/// * `head`: the dictionary of the stem (`table`), if there is one
/// * `siblings`: dictionaries that kept their counter (`table_1`), newest first
#[must_use]
pub fn place(
    folding: &Folding,
    own: Option<&There>,
    head: Option<&There>,
    siblings: &[There],
    paths: &[String],
) -> Place {
    if !folding.counter {
        return head.map_or_else(
            || Place::New {
                stem: folding.stem.clone(),
                family: None,
            },
            |head| Place::Known(head.id),
        );
    }
    if let Some(own) = own {
        return Place::Known(own.id);
    }
    let apart = || Place::New {
        stem: folding.plain.clone(),
        family: Some(folding.stem.clone()),
    };
    match head {
        Some(head) if agree(&head.paths, paths) => Place::Known(head.id),
        Some(_) => apart(),
        None => siblings
            .iter()
            .find(|sibling| agree(&sibling.paths, paths))
            .map_or_else(apart, |sibling| Place::Adopt(sibling.id)),
    }
}

/// Whether at least half of the field names are on both sides, seen from the larger side: a file
/// with one column `id` is not of every table that has one.
#[must_use]
pub fn agree(there: &[String], here: &[String]) -> bool {
    let there: HashSet<&str> = there.iter().map(String::as_str).collect();
    let here: HashSet<&str> = here.iter().map(String::as_str).collect();
    there.intersection(&here).count() * 2 >= there.len().max(here.len())
}
