//! Settings as a reader of the guide, a careless editor and an attacker would write them.

mod address;
mod alerts;
mod broken;
mod folders;
mod guide;
mod keys;
mod layering;
mod reload;
mod secrets;
mod shipped;
mod surroundings;
mod values;
mod watches;

use std::path::Path;

use super::{Loaded, Notice, Severity, Surroundings, inspect, load};

/// A person with a home and four cores, in this folder, with an empty environment.
fn around(dir: &Path) -> Surroundings {
    let mut around = Surroundings {
        working_dir: dir.to_path_buf(),
        cores: 4,
        system_config: dir.join("etc/ddgen.toml"),
        ..Surroundings::default()
    };
    set(&mut around, "HOME", "/home/ann");
    around
}

fn set(around: &mut Surroundings, name: &str, value: &str) {
    around.environment.insert(name.to_owned(), value.to_owned());
}

fn write(dir: &Path, name: &str, text: &str) {
    std::fs::write(dir.join(name), text).unwrap();
}

/// Loads a folder that holds these files, in an environment of these variables.
fn loaded(files: &[(&str, &str)], variables: &[(&str, &str)]) -> Loaded {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        write(dir.path(), name, text);
    }
    let mut around = around(dir.path());
    for (name, value) in variables {
        set(&mut around, name, value);
    }
    inspect(&around)
}

fn of(loaded: &Loaded, severity: Severity) -> Vec<&Notice> {
    loaded
        .notices
        .iter()
        .filter(|notice| notice.severity == severity)
        .collect()
}

fn errors(loaded: &Loaded) -> Vec<String> {
    of(loaded, Severity::Error)
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn origin(loaded: &Loaded, name: &str) -> String {
    row(loaded, name).origin.to_string()
}

fn row<'a>(loaded: &'a Loaded, name: &str) -> &'a super::Row {
    let found = loaded.rows.iter().find(|row| row.name == name);
    found.unwrap_or_else(|| panic!("no row {name}"))
}
