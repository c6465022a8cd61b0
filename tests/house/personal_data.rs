//! Personal data stays in its file: a thousand values of people go through a real daemon, and none of
//! them is found in what it keeps, logs, prints or answers.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use harness::{Chance, Daemon, Place};

/// The check digits that make a number right.
fn with_luhn(head: &str) -> String {
    let digit = |(at, byte): (usize, u8)| {
        let twice = u32::from(byte - b'0') * if at % 2 == 0 { 2 } else { 1 };
        if twice > 9 { twice - 9 } else { twice }
    };
    let sum: u32 = head.bytes().rev().enumerate().map(digit).sum();
    format!("{head}{}", (10 - sum % 10) % 10)
}

fn iban(chance: &mut Chance) -> String {
    let account = 10_u64.pow(17) + chance.below(9 * 10_u64.pow(17));
    // D and E are 13 and 14 in digits, behind them the two that are sought.
    let rest = (u128::from(account) * 1_000_000 + 131_400) % 97;
    format!("DE{:02}{account}", 98 - rest)
}

fn grouped(text: &str) -> String {
    let parts: Vec<&str> = (0..text.len())
        .step_by(4)
        .map(|at| &text[at..(at + 4).min(text.len())])
        .collect();
    parts.join(" ")
}

/// A value of one person, by its kind.
fn canary(chance: &mut Chance, kind: usize) -> String {
    let mut number = |from: u64, to: u64| from + chance.below(to - from);
    match kind % 8 {
        0 => format!(
            "canary{}@bird{}.example.org",
            number(10_000, 99_999),
            number(0, 99)
        ),
        1 => with_luhn(&format!("4{}", number(10_u64.pow(13), 10_u64.pow(14) - 1))),
        2 => grouped(&with_luhn(&format!(
            "53{}",
            number(10_u64.pow(12), 10_u64.pow(13) - 1)
        ))),
        3 => iban(chance),
        4 => format!(
            "{}-{:02}-{:04}",
            number(100, 665),
            number(10, 99),
            number(1_000, 9_999)
        ),
        5 => format!("+49 {} {}", number(151, 179), number(1_000_000, 99_999_999)),
        6 => format!(
            "{}.{}.{}.{}",
            number(110, 223),
            number(100, 255),
            number(100, 255),
            number(100, 255)
        ),
        _ => format!(
            "({}) {}-{:04}",
            number(210, 989),
            number(200, 999),
            number(1_000, 9_999)
        ),
    }
}

/// Canaries that have been handed out.
struct Flock {
    chance: Chance,
    all: Vec<String>,
}

impl Flock {
    fn one(&mut self, kind: usize) -> String {
        let canary = canary(&mut self.chance, kind);
        self.all.push(canary.clone());
        canary
    }
}

/// Every kind in a column of its own, under names that say nothing.
fn columns(flock: &mut Flock) -> String {
    let mut text = "a,b,c,d,e,f,g,h\n".to_owned();
    for _ in 0..40 {
        let row: Vec<String> = (0..8).map(|kind| flock.one(kind)).collect();
        writeln!(text, "{}", row.join(",")).unwrap();
    }
    text
}

/// Among numbers, words and dates; within sentences; as the one exception of a column.
fn among_others(flock: &mut Flock) -> String {
    let mut text = "n,note,day,amount\n".to_owned();
    for at in 0..600 {
        let (n, note, day) = match at % 6 {
            0 => (
                flock.one(at),
                "plain words".to_owned(),
                "2026-01-05".to_owned(),
            ),
            1 => (
                at.to_string(),
                format!("please write to {} today", flock.one(at)),
                "2026-01-06".to_owned(),
            ),
            2 => (
                at.to_string(),
                format!("see {}.", flock.one(at / 6)),
                flock.one(at / 3),
            ),
            _ => (
                at.to_string(),
                "nothing".to_owned(),
                "2026-01-07".to_owned(),
            ),
        };
        let amount = if at == 300 {
            flock.one(1)
        } else {
            (at % 90).to_string()
        };
        writeln!(text, "{n},{note},{day},{amount}").unwrap();
    }
    text
}

fn headers(flock: &mut Flock) -> String {
    let names: Vec<String> = (0..80).map(|kind| flock.one(kind)).collect();
    let mut text = format!("day,{}\n", names.join(","));
    for day in 1..10 {
        let row: Vec<String> = (0..80).map(|at| (at * day).to_string()).collect();
        writeln!(text, "2026-01-{day:02},{}", row.join(",")).unwrap();
    }
    text
}

fn nested(flock: &mut Flock) -> String {
    let mut records = Vec::new();
    for at in 0..60 {
        let (key, value, text) = (flock.one(at), flock.one(at + 1), flock.one(at + 2));
        let card = flock.one(1);
        records.push(format!(
            r#"{{"id":{at},"people":{{"{key}":{{"x":["{value}",{card}]}}}},"text":"ask {text}, please"}}"#
        ));
    }
    format!("[{}]", records.join(",\n"))
}

/// Lines of which every fifth is none.
fn lines(flock: &mut Flock) -> String {
    let mut text = String::new();
    for at in 0..100 {
        let (a, b) = (flock.one(at), flock.one(at + 3));
        let end = if at % 5 == 4 { " oops" } else { "}" };
        writeln!(text, r#"{{"id":{at},"a":"{a}","more":{{"b":"{b}"}}{end}"#).unwrap();
    }
    text
}

/// Files that have no profile.
fn broken(flock: &mut Flock) -> Vec<(&'static str, String)> {
    let (a, b, c, d) = (flock.one(0), flock.one(1), flock.one(3), flock.one(5));
    vec![
        (
            "unquoted.json",
            format!(r#"{{"mail": {a}, "card": "{b}"}}"#),
        ),
        ("unclosed.json", format!(r#"{{"{a}": {{"{c}": ["{d}""#)),
        ("two.json", format!(r#"{{"card": {b}}} , "{a}" {{}}"#)),
        ("zero.csv", format!("mail,card\n{a},{b}\n\0{c},{d}\n")),
    ]
}

/// All files below a folder.
fn files_in(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.symlink_metadata().unwrap() {
            meta if meta.is_dir() => files_in(&path, found),
            meta if meta.is_file() => found.push(path),
            _ => {}
        }
    }
}

/// Names every canary in a text.
fn assert_silent(flock: &Flock, place: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let heard: Vec<&str> = flock
        .all
        .iter()
        .map(String::as_str)
        .filter(|canary| text.contains(canary))
        .collect();
    assert!(
        heard.is_empty(),
        "{} in {place}, such as {}",
        heard.len(),
        heard[0]
    );
}

#[test]
fn no_value_of_a_person_leaves_its_file() {
    let place = Place::new();
    let mut flock = Flock {
        chance: Chance::new(),
        all: Vec::new(),
    };
    let mut daemon = Daemon::start(&place);
    let good = [
        ("columns.csv", columns(&mut flock)),
        ("others.csv", among_others(&mut flock)),
        ("headers.csv", headers(&mut flock)),
        ("nested.json", nested(&mut flock)),
        ("lines.jsonl", lines(&mut flock)),
    ];
    let bad = broken(&mut flock);
    assert!(flock.all.len() > 1_000, "{} canaries", flock.all.len());
    let drops = (good.len() + bad.len()) as u64;
    for (name, text) in good.iter().chain(&bad) {
        place.drop_file(name, text);
    }
    let status = place.settled(drops);
    assert_eq!(status["drops"]["done"], good.len(), "{status}");

    // What is shown, in a table and as JSON; what went wrong, in words.
    for (name, _) in &good {
        let stem = name.split('.').next().unwrap();
        let shown = place.run(&["show", stem, "--format", "json"]);
        assert!(shown.json()["profile"]["tables"][0]["records"].as_u64() > Some(8));
        assert_silent(&flock, name, shown.stdout.as_bytes());
        assert_silent(&flock, name, place.run(&["show", stem]).stdout.as_bytes());
    }
    for args in [
        &["drops", "--format", "json"][..],
        &["drops"],
        &["list"],
        &["status"],
    ] {
        let said = place.run(args);
        assert_silent(&flock, args[0], said.stdout.as_bytes());
        assert_silent(&flock, args[0], said.stderr.as_bytes());
    }
    for (name, _) in good.iter().chain(&bad) {
        let path = place.drop_dir().join(name);
        let said = place.run(&["profile", path.to_str().unwrap(), "--format", "json"]);
        assert_silent(&flock, name, said.stdout.as_bytes());
        assert_silent(&flock, name, said.stderr.as_bytes());
    }

    daemon.stop();
    let log = Daemon::log(&place);
    assert!(
        log.contains("unquoted.json"),
        "the log says nothing of what failed:\n{log}"
    );
    assert_silent(&flock, "the log", log.as_bytes());
    let mut kept = Vec::new();
    files_in(&place.data_dir(), &mut kept);
    assert!(
        kept.iter().any(|path| path.ends_with("ddgen.db")),
        "{kept:?}"
    );
    for path in kept {
        assert_silent(
            &flock,
            &path.display().to_string(),
            &fs::read(&path).unwrap(),
        );
    }
    let db = rusqlite::Connection::open(place.data_dir().join("ddgen.db")).unwrap();
    let sketches: i64 = db
        .query_row("SELECT count(*) FROM sketches", [], |row| row.get(0))
        .unwrap();
    assert!(
        sketches > 90,
        "{sketches} sketches are in what was searched"
    );
}

#[test]
fn the_key_of_sketches_is_made_once_and_for_the_daemon_alone() {
    use std::os::unix::fs::PermissionsExt;

    let place = Place::new();
    let path = place.data_dir().join("sketch.key");
    let mut daemon = Daemon::start(&place);
    let key = fs::read_to_string(&path).unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    place.drop_file("a.csv", "city\nOslo\nBergen\n");
    place.settled(1);
    daemon.stop();
    let mut daemon = Daemon::start(&place);
    place.drop_file("b.csv", "city\nOslo\nBodo\n");
    place.settled(2);
    daemon.stop();
    assert_eq!(fs::read_to_string(&path).unwrap(), key);

    let db = rusqlite::Connection::open(place.data_dir().join("ddgen.db")).unwrap();
    let count = |sql: &str| -> i64 { db.query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!(count("SELECT count(*) FROM sketches"), 2);
    assert_eq!(count("SELECT count(DISTINCT key_id) FROM sketches"), 1);
    assert!(!Daemon::log(&place).contains(key.trim()));
}
