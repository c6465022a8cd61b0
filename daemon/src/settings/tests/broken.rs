//! Every broken file in `fixtures/broken` and exactly the messages it says it expects.

use std::path::Path;

use super::{Surroundings, around, load, write};
use crate::settings::{check, config};

#[test]
fn each_broken_file_gets_its_messages() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/settings/tests/fixtures/broken");
    let mut seen = 0;
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(fixtures).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let is_toml = path
            .extension()
            .is_some_and(|extension| extension == "toml");
        let file = if is_toml { "ddgen.toml" } else { ".env" };
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), file, &text);
        let around = around(dir.path());
        let expected: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("# expect: "))
            .collect();
        assert!(!expected.is_empty(), "{} expects nothing", path.display());
        let got = messages(&around);
        if got != expected {
            wrong.push(format!(
                "{}\n     got {got:#?}\nexpected {expected:#?}",
                path.display()
            ));
        }
        assert_silent(&around);
        seen += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen >= 25, "only {seen} fixtures were found");
}

/// The lines of the refusal, without the temporary folder.
fn messages(around: &Surroundings) -> Vec<String> {
    let refused = load(around).expect_err("the fixture is broken").to_string();
    let folder = format!("{}/", around.working_dir.display());
    refused
        .lines()
        .skip(1)
        .map(|line| line.trim().replace(&folder, ""))
        .collect()
}

/// Whatever is wrong, no command repeats a secret. The fixtures call theirs `hunter2`.
fn assert_silent(around: &Surroundings) {
    let checked = check(around);
    let shown = config(around);
    for text in [
        checked.text(),
        serde_json::to_string(&checked).unwrap(),
        shown.table(),
        serde_json::to_string(&shown).unwrap(),
        format!("{:?}", crate::settings::inspect(around).settings),
    ] {
        assert!(!text.contains("hunter2"), "a secret in: {text}");
    }
}
