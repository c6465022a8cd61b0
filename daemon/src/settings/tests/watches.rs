//! Watches: from tables, flags and the environment, with names that hold and folders apart.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Severity, around, errors, inspect, load, loaded, of, origin, row, set, write};
use crate::arrival::{After, OnBreach};
use crate::judge::{self as change, Severities};
use crate::settings::{WatchMode, WatchSettings};

#[test]
fn a_table_says_everything_about_its_watch() {
    let toml = r#"
[[watch]]
name = "sales"
path = "drops/sales"
recursive = false
include = ["*.csv", "2026/*.json"]
exclude = ["archive/"]
mode = "poll"
poll_interval = "30s"
settle_closed = "50ms"
settle_scanned = 5
settle_held_open = "2m"
provisional = "1m"
naming = '^(?<stem>[a-z]+)_'
contract = "rules/sales.yaml"
on_breach = "quarantine"
after = "done"
severity = { added = "warning", retyped = "info" }

[[watch]]
path = "/srv/other"
"#;
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "ddgen.toml", toml);
    let watches = load(&around(dir.path())).unwrap().settings.watches;
    let sales = WatchSettings {
        name: "sales".to_owned(),
        path: dir.path().join("drops/sales"),
        recursive: false,
        include: vec!["*.csv".to_owned(), "2026/*.json".to_owned()],
        exclude: vec!["archive/".to_owned()],
        mode: WatchMode::Poll,
        poll_interval: Duration::from_secs(30),
        settle_closed: Duration::from_millis(50),
        settle_scanned: Duration::from_secs(5),
        settle_held_open: Duration::from_secs(120),
        provisional: Duration::from_secs(60),
        naming: Some("^(?<stem>[a-z]+)_".to_owned()),
        contract: Some(dir.path().join("rules/sales.yaml")),
        on_breach: OnBreach::Quarantine,
        after: After::Done,
        severity: Severities(
            [
                ("added".to_owned(), change::Severity::Warning),
                ("retyped".to_owned(), change::Severity::Info),
            ]
            .into(),
        ),
    };
    assert_eq!(watches, [sales, WatchSettings::new("other", "/srv/other")]);
}

#[test]
fn severities_are_shown_and_bad_ones_refused_with_what_is_allowed() {
    let watch = "[[watch]]\nname = \"a\"\npath = \"/a\"\n";
    let good = format!("{watch}severity = {{ removed = \"info\" }}\n");
    let found = loaded(&[("ddgen.toml", &good)], &[]);
    assert_eq!(row(&found, "watch.a.severity.removed").value, "info");
    for (said, because) in [
        ("{ adde = \"info\" }", "severity.added"),
        ("{ added = \"fatal\" }", "breaking, warning"),
        ("\"info\"", "severity"),
    ] {
        let bad = format!("{watch}severity = {said}\n");
        let errors = errors(&loaded(&[("ddgen.toml", &bad)], &[]));
        let words = errors.join("; ");
        assert!(words.contains(because), "{said}: {words}");
    }
}

#[test]
fn every_value_of_a_watch_knows_its_line() {
    let toml =
        "[[watch]]\nname = \"a\"\npath = \"/a\"\n\n[[watch]]\npath = \"/b\"\nrecursive = false\n";
    let loaded = loaded(&[("ddgen.toml", toml)], &[]);
    assert!(origin(&loaded, "watch.a.path").ends_with("ddgen.toml:3"));
    assert!(origin(&loaded, "watch.b.path").ends_with("ddgen.toml:6"));
    assert!(origin(&loaded, "watch.b.recursive").ends_with("ddgen.toml:7"));
    assert_eq!(origin(&loaded, "watch.a.recursive"), "default");
}

#[test]
fn flags_replace_the_tables_and_say_so() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "ddgen.toml", "[[watch]]\npath = \"/a\"\n");
    let mut around = around(dir.path());
    set(&mut around, "DDGEN_WATCH", "/b:/c");
    let names = |loaded: &super::Loaded| -> Vec<String> {
        loaded
            .settings
            .watches
            .iter()
            .map(|watch| watch.name.clone())
            .collect()
    };
    let by_variable = inspect(&around);
    assert_eq!(names(&by_variable), ["b", "c"]);
    assert_eq!(of(&by_variable, Severity::Note).len(), 1);
    around.flags.watch = vec!["in".into(), "in/".into(), "./in".into()];
    let by_flag = inspect(&around);
    assert_eq!(names(&by_flag), ["in"]);
    assert_eq!(by_flag.settings.watches[0].path, dir.path().join("in"));
    assert_eq!(origin(&by_flag, "watch.in.path"), "flag --watch");
}

#[test]
fn folders_of_one_name_get_names_of_their_own_and_a_given_name_stays() {
    let toml = "[[watch]]\npath = \"/a/in\"\n[[watch]]\npath = \"/b/in\"\n[[watch]]\nname = \"in\"\n\
                path = \"/c\"\n";
    let loaded = loaded(&[("ddgen.toml", toml)], &[]);
    let named: Vec<(&str, &Path)> = loaded
        .settings
        .watches
        .iter()
        .map(|watch| (watch.name.as_str(), watch.path.as_path()))
        .collect();
    let expected = [
        ("in-2", Path::new("/a/in")),
        ("in-3", Path::new("/b/in")),
        ("in", Path::new("/c")),
    ];
    assert_eq!(named, expected);
    assert_eq!(of(&loaded, Severity::Warning).len(), 2);
}

#[test]
fn an_inner_watch_and_the_data_are_left_out_of_the_outer_watch() {
    let dir = tempfile::tempdir().unwrap();
    let mut around = around(dir.path());
    around.flags.watch = vec![".".into(), "deep/er[1]".into()];
    around.flags.data_dir = Some("state".into());
    let loaded = load(&around).unwrap();
    let outer = &loaded.settings.watches[0];
    assert_eq!(outer.exclude, ["/state/", "/deep/er[[]1[]]/"]);
    assert!(loaded.settings.watches[1].exclude.is_empty());
    let name = format!("watch.{}.exclude", outer.name);
    assert_eq!(
        row(&loaded, &name).value,
        serde_json::json!(["/state/", "/deep/er[[]1[]]/"])
    );
    assert_eq!(of(&loaded, Severity::Note).len(), 2);
}

#[test]
fn a_contract_in_its_own_watch_is_no_delivery() {
    let toml = "[[watch]]\nname = \"w\"\npath = \"/w\"\ncontract = \"/w/rules/[a].yaml\"\n\
                [[watch]]\npath = \"/v\"\ncontract = \"/w/x.yaml\"\n";
    let loaded = loaded(&[("ddgen.toml", toml)], &[]);
    assert_eq!(loaded.settings.watches[0].exclude, ["/rules/[[]a[]].yaml"]);
    assert!(loaded.settings.watches[1].exclude.is_empty());
    assert_eq!(of(&loaded, Severity::Note).len(), 1);
    let wrong = "[[watch]]\npath = \"/w\"\non_breach = \"quarantin\"\nafter = \"done/\"\n";
    let said = errors(&self::loaded(&[("ddgen.toml", wrong)], &[]));
    assert!(said[0].contains("did you mean `quarantine`?"), "{said:?}");
    assert!(said[1].contains("one of keep, done, delete"), "{said:?}");
}

#[test]
fn a_watch_that_does_not_descend_needs_nothing_left_out() {
    let toml = "data_dir = \"/w/state\"\n[[watch]]\npath = \"/w\"\nrecursive = false\n";
    let loaded = loaded(&[("ddgen.toml", toml)], &[]);
    assert_eq!(errors(&loaded), Vec::<String>::new());
    assert!(loaded.settings.watches[0].exclude.is_empty());
}

#[test]
fn the_root_of_all_folders_has_a_name_too() {
    let mut around = around(Path::new("/"));
    around.flags.watch = vec![PathBuf::from("/")];
    around.working_dir = PathBuf::from("/nowhere");
    assert_eq!(inspect(&around).settings.watches[0].name, "root");
}
