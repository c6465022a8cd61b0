//! Which files a watch takes and which folders it enters.

use std::ffi::OsStr;
use std::path::Path;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use super::names::{is_outcome_folder, is_temporary};
use super::rules::{RuleError, WatchRules};

/// The name and pattern rules of one watch. Paths are relative to its root.
#[derive(Debug)]
pub(super) struct Filter {
    recursive: bool,
    /// None: every file.
    include: Option<Patterns>,
    exclude_files: Patterns,
    exclude_folders: Patterns,
}

#[derive(Debug)]
struct Patterns {
    names: GlobSet,
    paths: GlobSet,
}

impl Filter {
    pub(super) fn new(rules: &WatchRules) -> Result<Self, RuleError> {
        let mut include = Builder::new();
        for pattern in &rules.include {
            include.add(rules, pattern, Sense::Include)?;
        }
        let (mut files, mut folders) = (Builder::new(), Builder::new());
        for pattern in &rules.exclude {
            files.add(rules, pattern, Sense::ExcludeFile)?;
            folders.add(rules, pattern, Sense::ExcludeFolder)?;
        }
        Ok(Self {
            recursive: rules.recursive,
            include: match rules.include.is_empty() {
                true => None,
                false => Some(include.build(rules)?),
            },
            exclude_files: files.build(rules)?,
            exclude_folders: folders.build(rules)?,
        })
    }

    /// Whether a file of this path is the watch's business. Its folder is taken to be entered.
    pub(super) fn takes_file(&self, path: &Path) -> bool {
        let Some(name) = path.file_name() else {
            return false;
        };
        !is_temporary(name)
            && !self.exclude_files.match_path(path, name)
            && self
                .include
                .as_ref()
                .is_none_or(|include| include.match_path(path, name))
    }

    /// Whether the watch looks into a folder of this path, given that it looks into the one above.
    pub(super) fn enters(&self, path: &Path) -> bool {
        let Some(name) = path.file_name() else {
            return false;
        };
        self.recursive
            && !is_outcome_folder(name)
            && !is_temporary(name)
            && !self.exclude_folders.match_path(path, name)
    }
}

impl Patterns {
    fn match_path(&self, path: &Path, name: &OsStr) -> bool {
        self.names.is_match(name) || self.paths.is_match(path)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sense {
    Include,
    ExcludeFile,
    ExcludeFolder,
}

struct Builder {
    names: GlobSetBuilder,
    paths: GlobSetBuilder,
}

impl Builder {
    fn new() -> Self {
        Self {
            names: GlobSetBuilder::new(),
            paths: GlobSetBuilder::new(),
        }
    }

    fn add(&mut self, rules: &WatchRules, pattern: &str, sense: Sense) -> Result<(), RuleError> {
        let relative = pattern.strip_prefix("./").unwrap_or(pattern);
        let anchored = relative.strip_prefix('/');
        let body = anchored.unwrap_or(relative);
        let (body, folder_only) = match body.strip_suffix("/**").or(body.strip_suffix('/')) {
            Some(body) => (body, true),
            None => (body, false),
        };
        let is_path = anchored.is_some() || body.contains('/');
        let add = |set: &mut GlobSetBuilder, text: &str| {
            set.add(glob(rules, pattern, text)?);
            Ok(())
        };
        if body.is_empty() {
            return Err(RuleError::BadPattern {
                watch: rules.name.clone(),
                pattern: pattern.to_owned(),
                why: "it is empty".to_owned(),
            });
        }
        match (sense, folder_only) {
            (Sense::ExcludeFolder, _) | (_, false) if is_path => add(&mut self.paths, body),
            (Sense::ExcludeFolder, _) | (_, false) => add(&mut self.names, body),
            // `archive/` as a rule for files: all that lies in such a folder, wherever it is.
            (_, true) if is_path => add(&mut self.paths, &format!("{body}/**")),
            (_, true) => add(&mut self.paths, &format!("**/{body}/**")),
        }
    }

    fn build(self, rules: &WatchRules) -> Result<Patterns, RuleError> {
        let build = |set: GlobSetBuilder| {
            set.build().map_err(|error| RuleError::BadPattern {
                watch: rules.name.clone(),
                pattern: error.glob().unwrap_or_default().to_owned(),
                why: error.kind().to_string(),
            })
        };
        Ok(Patterns {
            names: build(self.names)?,
            paths: build(self.paths)?,
        })
    }
}

fn glob(rules: &WatchRules, pattern: &str, text: &str) -> Result<Glob, RuleError> {
    GlobBuilder::new(text)
        .literal_separator(true)
        .backslash_escape(true)
        .build()
        .map_err(|error| RuleError::BadPattern {
            watch: rules.name.clone(),
            pattern: pattern.to_owned(),
            why: error.kind().to_string(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(include: &[&str], exclude: &[&str]) -> Filter {
        let mut rules = WatchRules::new("w", "/w");
        rules.include = include.iter().map(ToString::to_string).collect();
        rules.exclude = exclude.iter().map(ToString::to_string).collect();
        Filter::new(&rules).expect("good rules")
    }

    fn takes(filter: &Filter, path: &str) -> bool {
        filter.takes_file(Path::new(path))
    }

    fn enters(filter: &Filter, path: &str) -> bool {
        filter.enters(Path::new(path))
    }

    #[test]
    fn a_name_pattern_matches_at_any_depth() {
        let filter = filter(&["*.csv"], &["secret*"]);
        assert!(takes(&filter, "a.csv"));
        assert!(takes(&filter, "x/y/a.csv"));
        assert!(!takes(&filter, "a.json"));
        assert!(!takes(&filter, "x/secret.csv"));
        assert!(enters(&filter, "x"), "include rules are for files");
        assert!(!enters(&filter, "x/secrets"));
    }

    #[test]
    fn a_path_pattern_is_relative_to_the_root() {
        let filter = filter(&["2026/*.csv", "**/raw/*.csv"], &[]);
        assert!(takes(&filter, "2026/a.csv"));
        assert!(!takes(&filter, "2026/deep/a.csv"), "* does not cross /");
        assert!(!takes(&filter, "x/2026/a.csv"));
        assert!(takes(&filter, "x/y/raw/a.csv"));
        assert!(takes(&filter, "raw/a.csv"));
    }

    #[test]
    fn a_trailing_slash_is_a_folder_and_all_in_it() {
        let excluding = filter(&[], &["archive/", "old/**"]);
        assert!(!enters(&excluding, "archive"));
        assert!(!enters(&excluding, "x/archive"));
        assert!(!enters(&excluding, "old"));
        assert!(
            takes(&excluding, "archive"),
            "a file of that name is no folder"
        );
        assert!(!takes(&excluding, "archive/a.csv"));
        let including = filter(&["in/"], &[]);
        assert!(takes(&including, "in/deep/a.csv"));
        assert!(!takes(&including, "out/a.csv"));
    }

    #[test]
    fn a_leading_slash_binds_to_the_root() {
        let filter = filter(&[], &["/a.csv"]);
        assert!(!takes(&filter, "a.csv"));
        assert!(takes(&filter, "x/a.csv"));
    }

    #[test]
    fn outcome_and_hidden_folders_are_never_entered() {
        let all = filter(&[], &[]);
        for folder in ["done", "x/quarantine", ".git", "batch.tmp", "x/_temporary"] {
            assert!(!enters(&all, folder), "{folder}");
        }
        assert!(enters(&all, "x/y"));
    }

    #[test]
    fn a_flat_watch_enters_nothing() {
        let mut rules = WatchRules::new("w", "/w");
        rules.recursive = false;
        let flat = Filter::new(&rules).expect("good rules");
        assert!(!enters(&flat, "x"));
        assert!(takes(&flat, "a.csv"));
    }

    #[test]
    fn a_bad_pattern_is_named() {
        let mut rules = WatchRules::new("w", "/w");
        rules.include = vec!["a[".to_owned()];
        let error = rules.check().expect_err("an open class");
        assert!(
            error
                .to_string()
                .starts_with("watch `w`: the pattern `a[` cannot be read: "),
            "{error}"
        );
        rules.include = vec!["/".to_owned()];
        assert!(
            rules
                .check()
                .expect_err("nothing")
                .to_string()
                .ends_with("it is empty")
        );
    }
}
