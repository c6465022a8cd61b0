//! Schemas of yesterday and tomorrow.

use std::os::unix::fs::PermissionsExt;

use rusqlite::Connection;

use super::super::migrate::{ALL, Migration, migrate};
use super::*;

const FIRST: Migration = Migration {
    number: 1,
    name: "one",
    sql: "CREATE TABLE a (x) STRICT",
};
const STRICT: Migration = Migration {
    number: 1,
    name: "one",
    sql: "CREATE TABLE a (x INTEGER) STRICT;",
};
const SECOND: Migration = Migration {
    number: 2,
    name: "two",
    sql: "CREATE TABLE b (y INTEGER) STRICT; INSERT INTO b VALUES (1);",
};

fn run(db: &mut Connection, migrations: &[Migration]) -> Result<usize, StoreError> {
    migrate(db, Path::new("/x/ddgen.db"), migrations, 0)
}

#[test]
fn each_is_applied_once_and_in_order() {
    let mut db = Connection::open_in_memory().unwrap();
    assert_eq!(run(&mut db, &[STRICT]).unwrap(), 1);
    assert_eq!(run(&mut db, &[STRICT, SECOND]).unwrap(), 1);
    assert_eq!(run(&mut db, &[STRICT, SECOND]).unwrap(), 0);
    let rows: i64 = db
        .query_row("SELECT count(*) FROM b", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 1);
}

#[test]
fn a_changed_one_is_refused_and_nothing_is_applied() {
    let mut db = Connection::open_in_memory().unwrap();
    run(&mut db, &[STRICT]).unwrap();
    let changed = Migration {
        sql: "CREATE TABLE a (z INTEGER) STRICT;",
        ..STRICT
    };
    let refused = run(&mut db, &[changed, SECOND]).unwrap_err();
    assert!(
        matches!(refused, StoreError::ChangedMigration { number: 1, .. }),
        "{refused}"
    );
    assert!(db.prepare("SELECT * FROM b").is_err());
    // Only the ends of its lines may differ.
    let windows = Migration {
        sql: "CREATE TABLE a (x INTEGER) STRICT;",
        ..STRICT
    };
    run(&mut db, &[windows]).unwrap();
}

#[test]
fn line_ends_do_not_change_a_migration() {
    let mut db = Connection::open_in_memory().unwrap();
    let unix = Migration {
        number: 1,
        name: "one",
        sql: "CREATE TABLE a\n(x INTEGER) STRICT;",
    };
    let windows = Migration {
        sql: "CREATE TABLE a\r\n(x INTEGER) STRICT;",
        ..unix
    };
    run(&mut db, &[unix]).unwrap();
    assert_eq!(run(&mut db, &[windows]).unwrap(), 0);
}

#[test]
fn a_newer_schema_is_refused_in_words() {
    let mut db = Connection::open_in_memory().unwrap();
    run(&mut db, &[STRICT, SECOND]).unwrap();
    let refused = run(&mut db, &[STRICT]).unwrap_err().to_string();
    assert!(
        refused.contains("schema 2, this one knows up to 1"),
        "{refused}"
    );
}

#[test]
fn one_that_fails_leaves_nothing_behind() {
    let mut db = Connection::open_in_memory().unwrap();
    run(&mut db, &[STRICT]).unwrap();
    let broken = Migration {
        sql: "CREATE TABLE b (y INTEGER); INSERT INTO c VALUES (1);",
        ..SECOND
    };
    let refused = run(&mut db, &[STRICT, broken]).unwrap_err();
    assert!(
        matches!(refused, StoreError::FailedMigration { number: 2, .. }),
        "{refused}"
    );
    assert!(db.prepare("SELECT * FROM b").is_err());
    assert_eq!(run(&mut db, &[STRICT, SECOND]).unwrap(), 1);
    // A column without a type is an error in a strict table: found before anything is kept.
    let mut fresh = Connection::open_in_memory().unwrap();
    assert!(run(&mut fresh, &[FIRST]).is_err());
    assert_eq!(run(&mut fresh, &[STRICT]).unwrap(), 1);
}

#[test]
fn someone_else_s_database_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let db = Connection::open(dir.path().join(FILE)).unwrap();
    db.execute_batch("CREATE TABLE theirs (x)").unwrap();
    drop(db);
    let refused = Store::open(dir.path(), Duration::from_secs(1))
        .err()
        .unwrap();
    assert!(matches!(refused, StoreError::Foreign { .. }), "{refused}");
    std::fs::write(
        dir.path().join(FILE),
        "no database at all, but long enough to be looked at",
    )
    .unwrap();
    let refused = Store::open(dir.path(), Duration::from_secs(1))
        .err()
        .unwrap();
    assert!(matches!(refused, StoreError::Corrupt(_)), "{refused}");
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let refused = Store::open(Path::new("/nonexistent/ddgen"), Duration::from_secs(1))
        .err()
        .unwrap();
    assert!(
        refused.to_string().contains("/nonexistent/ddgen/ddgen.db"),
        "{refused}"
    );
}

#[tokio::test]
async fn only_its_owner_reads_the_file_and_its_log() {
    let (dir, store) = new_store();
    store
        .commit(arrived(1, "w", "a.csv", 1, SALES))
        .await
        .unwrap();
    for ending in ["", "-wal", "-shm"] {
        let file = dir.path().join(format!("{FILE}{ending}"));
        let mode = std::fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{ending}");
    }
}

/// An applied migration never changes: whoever edits one finds out here.
#[test]
fn the_applied_ones_are_as_they_were() {
    let sums: Vec<(u32, String)> = ALL
        .iter()
        .map(|migration| {
            (
                migration.number,
                blake3::hash(migration.sql.as_bytes()).to_string(),
            )
        })
        .collect();
    let numbers: Vec<u32> = sums.iter().map(|(number, _)| *number).collect();
    let expected: Vec<u32> = (1..).take(ALL.len()).collect();
    assert_eq!(numbers, expected);
    let texts: Vec<&str> = sums.iter().map(|(_, sum)| &sum[..16]).collect();
    let expected = [
        "1f5cf32819e09afd",
        "473d8572063cdf75",
        "461f48a4a22b3c2b",
        "c728a5168b725130",
        "c6551ae7fdd8e305",
        "9a79aa362b9409c7",
        "5ee60ac11a4601d2",
        "aa9e5cb24cb74904",
        "724505b1301a6fe5",
        "2a6dc96e3e0a7619",
        "144c138d307116f1",
        "ff600f8595396e87",
        "d62a1be32b6b408f",
        "30129be13f77f6db",
        "ca3a242025b7c8d6",
        "43d1a077d44c53d4",
    ];
    assert_eq!(texts, expected);
}
