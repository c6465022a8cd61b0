//! `check` looks at the folders themselves.

use std::os::unix::fs::{PermissionsExt, symlink};

use super::{around, write};
use crate::settings::{CheckDocument, Surroundings, check};

fn first_error(around: &Surroundings) -> String {
    let document = check(around);
    assert!(!document.ok);
    assert_eq!(document.errors.len(), 1, "{:?}", document.errors);
    document.errors[0].to_string()
}

/// Everything in one temporary folder: data under `data`, one watch `in`.
fn scene() -> (tempfile::TempDir, Surroundings) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("in")).unwrap();
    let mut around = around(dir.path());
    around.flags.data_dir = Some("data".into());
    around.flags.watch = vec!["in".into()];
    (dir, around)
}

#[test]
fn good_folders_are_good_and_nothing_is_created() {
    let (dir, around) = scene();
    let CheckDocument {
        ok,
        errors,
        warnings,
        ..
    } = check(&around);
    assert!(ok, "{errors:?}");
    assert!(warnings.is_empty(), "{warnings:?}");
    assert_eq!(check(&around).text(), "the settings are good\n");
    assert!(!dir.path().join("data").exists());
}

#[test]
fn a_watched_folder_must_exist_and_be_a_folder() {
    let (dir, mut around) = scene();
    around.flags.watch = vec!["gone".into()];
    let gone = dir.path().join("gone");
    assert_eq!(
        first_error(&around),
        format!(
            "flag --watch: watch `gone`: {} does not exist: create it, or correct the path",
            gone.display()
        )
    );
    write(dir.path(), "gone", "now a file");
    assert!(first_error(&around).ends_with("name the folder the files arrive in"));
}

#[test]
fn data_cannot_lie_below_a_file() {
    let (dir, mut around) = scene();
    write(dir.path(), "file", "");
    around.flags.data_dir = Some("file/data".into());
    let file = dir.path().join("file");
    assert_eq!(
        first_error(&around),
        format!(
            "flag --data-dir: {0}/data cannot hold the data: {0} is not a folder",
            file.display()
        )
    );
}

#[test]
fn folders_without_permission_are_named() {
    if rustix::process::geteuid().is_root() {
        eprintln!("SKIPPED folders_without_permission_are_named: root may read and write anything");
        return;
    }
    let (dir, mut around) = scene();
    let locked = dir.path().join("in");
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o300)).unwrap();
    assert!(first_error(&around).ends_with("give it `rx` on the folder"));
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o500)).unwrap();
    around.flags.data_dir = Some("in/data".into());
    assert!(first_error(&around).contains("cannot be made for this user"));
}

#[test]
fn two_ways_to_one_folder_are_one_folder() {
    let (dir, mut around) = scene();
    symlink(dir.path().join("in"), dir.path().join("alias")).unwrap();
    around.flags.watch.push("alias".into());
    assert!(first_error(&around).contains("watches `in` and `alias` lead to the same folder"));
}

#[test]
fn nothing_to_watch_is_a_warning() {
    let (_dir, mut around) = scene();
    around.flags.watch.clear();
    let document = check(&around);
    assert!(document.ok);
    assert!(
        document.warnings[0]
            .message
            .starts_with("no folder is watched")
    );
}

#[test]
fn a_group_that_does_not_exist_is_found_before_the_socket_is_opened() {
    let (dir, mut around) = scene();
    let socket = "[socket]\naccess = \"group\"\ngroup = \"no-such-group-7f3a\"\n";
    write(
        dir.path(),
        "ddgen.toml",
        &format!("{socket}admins = [\"root\", \"nor-this-7f3a\"]\n"),
    );
    assert!(first_error(&around).contains("`groupadd --system no-such-group-7f3a`"));
    let warnings = check(&around).warnings;
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].message.contains("`nor-this-7f3a`"));
    around.flags.socket_access = Some("private".to_owned());
    assert!(check(&around).ok);
}
