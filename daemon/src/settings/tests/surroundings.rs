//! What the process itself hands over.

use clap::Parser;

use crate::settings::{Flags, Surroundings};

#[derive(Parser)]
struct Command {
    #[command(flatten)]
    flags: Flags,
}

#[test]
fn flags_are_what_the_map_of_commands_says() {
    let words = "run --watch a b --data-dir d --http off --config c.toml --watch e";
    let command = Command::try_parse_from(words.split(' ')).unwrap();
    let flags = command.flags;
    assert_eq!(flags.watch, ["a", "b", "e"].map(std::path::PathBuf::from));
    assert_eq!(flags.data_dir, Some("d".into()));
    assert_eq!(flags.http.as_deref(), Some("off"));
    assert_eq!(flags.config, Some("c.toml".into()));
}

#[test]
fn the_process_hands_over_its_own_surroundings() {
    let around = Surroundings::of_process(Flags::default()).unwrap();
    assert_eq!(
        around.environment.get("PATH"),
        std::env::var("PATH").ok().as_ref()
    );
    assert_eq!(around.working_dir, std::env::current_dir().unwrap());
    assert!(around.cores >= 1);
}

#[test]
fn a_value_that_is_no_text_is_refused_only_where_it_would_count() {
    let dir = tempfile::tempdir().unwrap();
    let mut around = super::around(dir.path());
    around.unreadable_variables = vec!["LS_COLORS".to_owned(), "DDGEN_DATA_DIR".to_owned()];
    let errors = super::errors(&super::inspect(&around));
    assert_eq!(
        errors,
        ["environment DDGEN_DATA_DIR is not UTF-8 and cannot be used: set it anew"]
    );
}
