//! `kill -9` of the daemon at random moments while files arrive, then a restart.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use harness::{Chance, Daemon, Place, Plan, SmallFile, processes_of, small_files, until, within};
use rusqlite::{Connection, OpenFlags};
use serde_json::json;

/// Files of one experiment.
const FILES: usize = 200;

#[test]
fn ten_kills_while_two_hundred_files_arrive() {
    kills_while_files_arrive(10);
}

mod long {
    #[test]
    fn fifty_kills_while_two_hundred_files_arrive() {
        super::kills_while_files_arrive(50);
    }

    /// Ten kills each, so that every one meets more files in flight.
    #[test]
    fn fifty_kills_in_five_experiments() {
        for _ in 0..5 {
            super::kills_while_files_arrive(10);
        }
    }
}

/// Every round lets some of the files arrive while a daemon lives, and kills it at some moment.
fn kills_while_files_arrive(kills: usize) {
    let mut chance = Chance::new();
    let place = Place::new();
    let files = small_files(FILES);
    // What one daemon leaves undone the next finds by a scan: with the usual two seconds of
    // settling it would never get as far before its own death.
    let settings = format!(
        "[[watch]]\npath = \"{}\"\nsettle_scanned = \"50ms\"\n",
        place.drop_dir().display()
    );
    let plan = Plan::default().with_settings(settings);
    for round in files.chunks(FILES / kills) {
        let mut daemon = Daemon::launch(&place, &plan);
        // Half of the kills meet it while it starts, half while it works.
        if chance.below(2) == 0 {
            until("the daemon is ready", || {
                is_ready(&place, &mut daemon).then_some(())
            });
        }
        let life = chance.millis(5, 400);
        std::thread::scope(|scope| {
            scope.spawn(|| arrive(&place, round));
            let ended = within(life, || daemon.ended());
            assert_eq!(ended, None, "{}", Daemon::log(&place));
            daemon.kill();
        });
    }
    let done = Daemon::log(&place).matches(" a drop ").count();
    eprintln!("{kills} kills, {done} of {FILES} files were done meanwhile");
    let mut daemon = Daemon::start_as(&place, &plan);
    each_file_is_one_version(&place, &files);
    assert!(daemon.stop().success());
    the_store_is_whole(&place.data_dir().join("ddgen.db"));
    // Workers end with the socket to their daemon, however that ended.
    until("all workers are gone", || {
        processes_of(&place).is_empty().then_some(())
    });
    let log = Daemon::log(&place);
    assert!(!log.contains("panicked"), "{log}");
}

fn is_ready(place: &Place, daemon: &mut Daemon) -> bool {
    assert_eq!(daemon.ended(), None, "{}", Daemon::log(place));
    std::os::unix::net::UnixStream::connect(place.runtime_dir().join("v1/ddgend.sock")).is_ok()
}

/// Half are renamed into place, half are written where they lie.
fn arrive(place: &Place, files: &[SmallFile]) {
    for (number, file) in files.iter().enumerate() {
        let path = place.drop_dir().join(&file.path);
        if number % 2 == 0 {
            place.drop_file(file.path.to_str().unwrap(), &file.content);
        } else {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &file.content).unwrap();
        }
    }
}

fn each_file_is_one_version(place: &Place, files: &[SmallFile]) {
    let status = place.settled(files.len() as u64);
    let count = files.len();
    let expected = json!({ "total": count, "done": count, "failed": 0, "duplicate": 0, "parked": 0, "quarantined": 0 });
    assert_eq!(status["drops"], expected, "{}", Daemon::log(place));
    let drops = place.ask(&["drops"]);
    let drops = drops.as_array().unwrap();
    let root = place.drop_dir();
    let found: Vec<_> = drops
        .iter()
        .map(|drop| {
            let path = Path::new(drop["path"].as_str().unwrap())
                .strip_prefix(&root)
                .unwrap()
                .to_owned();
            (drop["dictionary"].as_str().unwrap().to_owned(), path)
        })
        .collect();
    let expected: BTreeSet<_> = files
        .iter()
        .map(|file| (file.dictionary.clone(), file.path.clone()))
        .collect();
    assert_eq!(found.len(), count);
    assert_eq!(BTreeSet::from_iter(found), expected);
    let list = place.ask(&["list"]);
    let versions: u64 = list
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["versions"].as_u64().unwrap())
        .sum();
    assert_eq!(versions, count as u64);
}

/// Looked at by another hand than the daemon's, once that has gone.
fn the_store_is_whole(path: &Path) {
    let store = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let number = |query: &str| -> i64 { store.query_row(query, (), |row| row.get(0)).unwrap() };
    let whole: String = store
        .query_row("PRAGMA integrity_check", (), |row| row.get(0))
        .unwrap();
    assert_eq!(whole, "ok");
    let broken = store
        .prepare("PRAGMA foreign_key_check")
        .unwrap()
        .exists(())
        .unwrap();
    assert!(!broken, "a row refers to nothing");
    assert_eq!(number("SELECT count(*) FROM versions"), FILES as i64);
    assert_eq!(
        number("SELECT count(DISTINCT drop_seq) FROM versions"),
        FILES as i64
    );
    assert_eq!(
        number("SELECT count(DISTINCT blake3) FROM versions"),
        FILES as i64
    );
    let gaps = "SELECT count(*) FROM (SELECT dictionary FROM versions GROUP BY dictionary \
                HAVING min(number) <> 1 OR max(number) <> count(*))";
    assert_eq!(number(gaps), 0);
    let counted = "SELECT count(*) FROM dictionaries d WHERE d.versions <> \
                   (SELECT count(*) FROM versions v WHERE v.dictionary = d.id)";
    assert_eq!(number(counted), 0);
}
