//! `ddgend profile` as a person sees it on a terminal, and as a script gets it.

use std::fs::{self, File};
use std::io::Write;
use std::process::{Command, Stdio};

use harness::{Place, Terminal, binary, colours, until};
use rustix::fs::{CWD, Mode, mkfifoat};

const ORDERS: &str = "id,city,amount\n1,Oslo,1.5\n2,Bergen,2.5\n3,Oslo,\n";

fn place() -> Place {
    let place = Place::new();
    fs::write(place.path().join("orders.csv"), ORDERS).unwrap();
    place
}

/// The command with streams of the test's own.
fn ddgend(place: &Place, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary("ddgend"));
    command
        .args(arguments)
        .env_clear()
        .envs(place.environment())
        .current_dir(place.path())
        .stdin(Stdio::null());
    command
}

fn terminal(place: &Place, arguments: &[&str], environment: &[(&str, &str)]) -> Terminal {
    let size = (100, 40);
    Terminal::start(place, binary("ddgend"), arguments, size, environment)
}

#[test]
fn a_terminal_gets_colours_and_a_pipe_gets_none() {
    let place = place();
    let mut coloured = terminal(&place, &["profile", "orders.csv"], &[]);
    assert_eq!(coloured.ended(), 0);
    let screen = coloured.wait_for("MEDIAN");
    assert!(coloured.look(colours) > 0, "{screen}");

    let wanted = [("NO_COLOR", "1")];
    let mut plain = terminal(&place, &["profile", "orders.csv"], &wanted);
    assert_eq!(plain.ended(), 0);
    assert_eq!(plain.text(), screen);
    assert_eq!(plain.look(colours), 0);

    let piped = place.run(&["profile", "orders.csv"]);
    assert_eq!((piped.code, piped.stderr.as_str()), (0, ""));
    assert!(piped.stdout.contains("MEDIAN") && !piped.stdout.contains('\u{1b}'));
}

#[test]
fn the_table_is_as_wide_as_its_terminal() {
    let place = place();
    let size = (40, 40);
    let mut narrow = Terminal::start(
        &place,
        binary("ddgend"),
        &["profile", "orders.csv"],
        size,
        &[],
    );
    assert_eq!(narrow.ended(), 0);
    // No room for columns: each field has lines of its own.
    let screen = narrow.wait_for("2 distinct");
    assert!(!screen.contains("MEDIAN"), "{screen}");
    let mut told = terminal(&place, &["profile", "orders.csv"], &[("COLUMNS", "40")]);
    assert_eq!(told.ended(), 0);
    assert_eq!(told.text(), screen);
}

#[test]
fn long_work_shows_how_far_it_is_and_leaves_nothing_behind() {
    let place = place();
    let pipe = place.path().join("pipe");
    mkfifoat(CWD, &pipe, Mode::RUSR | Mode::WUSR).unwrap();
    let mut watching = terminal(&place, &["profile", "pipe"], &[]);
    let mut writer = File::options().write(true).open(&pipe).unwrap();
    writer.write_all(b"n,word\n").unwrap();
    // The pipe goes on until the person has seen that something happens, and how fast.
    let shown = until("progress on the screen", || {
        writer
            .write_all(&b"1,some words of a line\n".repeat(1000))
            .unwrap();
        let screen = watching.text();
        screen.contains("/s").then_some(screen)
    });
    assert!(shown.starts_with("reading the pipe  "), "{shown}");
    drop(writer);
    assert_eq!(watching.ended(), 0);
    let screen = watching.text();
    assert!(screen.starts_with("file        pipe"), "{screen}");
    assert!(!screen.contains("reading"), "{screen}");
}

#[test]
fn what_stands_in_a_file_does_not_steer_the_terminal() {
    let place = place();
    // A title, a colour, the alternate screen, a reply that would be typed: in names and values.
    let evil = "\u{1b}]0;stolen\u{7}\u{1b}[31mred\u{1b}[?1049h\u{1b}[c\u{9b}31m";
    let text = format!("{evil},b\n{evil}1,x\n{evil}2,y\n");
    fs::write(place.path().join("evil\u{1b}[31m.csv"), text).unwrap();
    for format in ["table", "markdown", "csv", "json"] {
        let arguments = ["profile", "evil\u{1b}[31m.csv", "--format", format];
        let mut shown = terminal(&place, &arguments, &[("NO_COLOR", "1"), ("COLUMNS", "200")]);
        assert_eq!(shown.ended(), 0);
        let screen = shown.wait_for("stolen");
        assert_eq!(shown.look(colours), 0, "{screen}");
        assert!(shown.look(|screen| !screen.alternate_screen()), "{screen}");
        let piped = place.run(&arguments);
        assert!(!piped.stdout.contains('\u{9b}') || format == "csv");
        assert!(!piped.stdout.contains('\u{1b}') || format == "csv");
    }
    let mut refused = terminal(&place, &["profile", "none\u{1b}[31m.csv"], &[]);
    assert_eq!(refused.ended(), 1);
    assert_eq!(refused.look(colours), 0, "{}", refused.text());
}

#[test]
fn standard_input_is_a_file_a_pipe_or_nothing() {
    let place = place();
    let run = |stdin: Stdio| {
        let mut command = ddgend(&place, &["profile", "-", "--format", "json"]);
        command
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let file = File::open(place.path().join("orders.csv")).unwrap();
    let from_file = run(file.into()).wait_with_output().unwrap();
    let mut child = run(Stdio::piped());
    child
        .stdin
        .take()
        .unwrap()
        .write_all(ORDERS.as_bytes())
        .unwrap();
    let from_pipe = child.wait_with_output().unwrap();
    assert!(
        from_file.status.success(),
        "{}",
        String::from_utf8_lossy(&from_file.stderr)
    );
    assert_eq!(from_file.stdout, from_pipe.stdout);
    let profile: serde_json::Value = serde_json::from_slice(&from_pipe.stdout).unwrap();
    assert_eq!(profile["source"]["name"], "stdin");
    assert_eq!(profile["tables"][0]["records"], 3);
    let nothing = run(Stdio::null()).wait_with_output().unwrap();
    assert_eq!(nothing.status.code(), Some(1));
    assert!(!nothing.stderr.is_empty());
}

#[test]
fn a_reader_that_goes_away_is_no_error_and_a_full_disk_is() {
    let place = place();
    // More than a pipe holds.
    let header: Vec<String> = (0..3_000).map(|n| format!("column_{n}")).collect();
    let row = vec!["1"; 3_000].join(",");
    let text = format!("{}\n{row}\n", header.join(","));
    fs::write(place.path().join("wide.csv"), text).unwrap();
    for format in ["table", "json", "csv", "markdown"] {
        let mut command = ddgend(&place, &["profile", "wide.csv", "--format", format]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(
            (ended.status.code(), said.as_ref()),
            (Some(0), ""),
            "{format}"
        );

        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut command = ddgend(&place, &["profile", "wide.csv", "--format", format]);
        let ended = command.stdout(full).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(1), "{said}");
        assert!(said.contains("the result cannot be written"), "{said}");
    }
}

#[test]
fn what_cannot_be_done_is_said_with_the_exit_code() {
    let place = place();
    let said = |arguments: &[&str]| {
        let outcome = place.run(arguments);
        assert!(outcome.stdout.is_empty(), "{}", outcome.stdout);
        (outcome.code, outcome.stderr)
    };
    fs::write(place.path().join("empty.csv"), "").unwrap();
    let wrong: [(&[&str], i32, &str); 6] = [
        (
            &["profile", "nowhere.csv"],
            1,
            "`nowhere.csv` cannot be read",
        ),
        (&["profile", "."], 1, "it is a folder"),
        (&["profile", "empty.csv"], 1, "the file is empty"),
        (
            &["profile", "orders.csv", "--field", "amonut"],
            1,
            "did you mean `amount`?",
        ),
        (&["list", "--format", "csv"], 2, "only `profile` prints csv"),
        (&["profile", "orders.csv", "--format", "xml"], 2, "markdown"),
    ];
    for (arguments, code, words) in wrong {
        let (ended, said) = said(arguments);
        assert_eq!(ended, code, "{said}");
        assert!(said.contains(words), "no `{words}` in {said}");
    }
}

#[test]
fn one_field_is_shown_in_every_format() {
    let place = place();
    let run = |format: &str| {
        let arguments = [
            "profile",
            "orders.csv",
            "--field",
            "amount",
            "--format",
            format,
        ];
        let outcome = place.run(&arguments);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        outcome.stdout
    };
    let json: serde_json::Value = serde_json::from_str(&run("json")).unwrap();
    let fields = json["tables"][0]["fields"].as_array().unwrap();
    assert_eq!(fields.len(), 1);
    assert_eq!(fields[0]["mean"], 2.0);
    assert!(run("table").contains("top values"));
    assert!(!run("markdown").contains("| city |"));
    assert_eq!(run("csv").lines().count(), 2);
}

/// The command exists for shells without a daemon: none is started by it.
#[test]
fn no_daemon_is_needed_nor_started() {
    let place = place();
    assert_eq!(place.run(&["profile", "orders.csv"]).code, 0);
    assert!(!place.data_dir().exists());
}
