//! Which dictionary a file belongs to, as far as its name tells.
//!
//! `sales_2026-01-05.csv` and `sales_2026-01-06.csv` are two drops of one dataset, `sales`. Only
//! what stands at the end of a name and is set off from the rest folds, and never all of it.

mod naming;
mod token;

#[cfg(test)]
mod tests;

pub use ddgen_profile::name::without_extensions;
pub use naming::{Naming, NamingError};

use token::Kind;

/// What a file's name says about the dataset it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folding {
    /// The name without extensions, nothing folded.
    pub name: String,
    /// What all drops of the dataset share. Case is kept; never empty.
    pub stem: String,
    /// The stem as it is when a counter may not fold; equal to `stem` where none was folded.
    pub plain: String,
    /// The part of `name` that `stem` lacks, where something was folded.
    pub folded: Option<String>,
    /// A counter was folded: to be believed only where the fields agree with what is there.
    pub counter: bool,
}

impl Folding {
    fn settled(name: &str, stem: &str, plain: &str, counter: bool) -> Self {
        Self {
            name: name.to_owned(),
            stem: stem.to_owned(),
            plain: plain.to_owned(),
            folded: (stem != name).then(|| name.strip_prefix(stem).unwrap_or(name).to_owned()),
            counter,
        }
    }
}

/// Folds the name of a file (without its folder); the watch's own `naming` wins where it matches.
#[must_use]
pub fn fold(file_name: &str, naming: Option<&Naming>) -> Folding {
    let name = without_extensions(file_name);
    if let Some(stem) = naming.and_then(|naming| naming.stem(file_name)) {
        return Folding::settled(name, stem, stem, false);
    }
    fold_name(name)
}

/// A file whose dataset somebody named.
#[must_use]
pub fn named(file_name: &str, stem: &str) -> Folding {
    let mut folding = Folding::settled(stem, stem, stem, false);
    folding.name = without_extensions(file_name).to_owned();
    folding
}

/// Cuts tokens off the end until none is left or only one would be left.
fn fold_name(name: &str) -> Folding {
    let mut stem = name;
    let mut plain = None;
    while let Some((shorter, kind)) = token::cut_last(stem) {
        if kind == Kind::Counter {
            plain.get_or_insert(stem);
        }
        stem = shorter;
    }
    Folding::settled(name, stem, plain.unwrap_or(stem), plain.is_some())
}
