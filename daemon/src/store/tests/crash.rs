//! The process dies at any moment: what was acknowledged is there, and the file is sound.
//!
//! The child is this very test binary, told by its environment to be one.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use rusqlite::functions::FunctionFlags;

use super::super::migrate::{ALL, Migration, migrate};
use super::*;

const DIR: &str = "DDGEN_TEST_CRASH_DIR";

fn child(test: &str, dir: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(DIR, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn told_to_be_a_child() -> Option<PathBuf> {
    std::env::var_os(DIR).map(PathBuf::from)
}

/// Commits without end, ten at a time, and says each one that was acknowledged.
#[test]
fn committing_child() {
    let Some(dir) = told_to_be_a_child() else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let store = Store::open(&dir, Duration::from_secs(5)).unwrap();
        let from = u32::try_from(store.drop_counts().await.unwrap().total).unwrap();
        for round in 0.. {
            let calls: Vec<_> = (0..10)
                .map(|at| {
                    let store = store.clone();
                    let id = from + round * 10 + at;
                    let file = format!("set{}_2026-01-05.csv", id % 7);
                    let drop = arrived(id.into(), "w", &file, id.into(), SALES);
                    tokio::spawn(async move {
                        store.commit(drop).await.unwrap();
                        println!("acknowledged {id}");
                    })
                })
                .collect();
            for call in calls {
                call.await.unwrap();
            }
        }
    });
}

#[tokio::test]
async fn every_acknowledged_commit_survives_sigkill() {
    let dir = tempfile::tempdir().unwrap();
    // A set: what was committed but not counted on is done again by the next life.
    let mut acknowledged = BTreeSet::new();
    for life in 1..=8_usize {
        let mut child = child("store::tests::crash::committing_child", dir.path());
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Each life ends elsewhere within a group.
        let mut said = 0;
        while said < life * 13 {
            let line = lines
                .next()
                .expect("the child speaks until it is killed")
                .unwrap();
            if let Some(id) = line.rsplit_once("acknowledged ") {
                acknowledged.insert(id.1.trim().parse::<u128>().unwrap());
                said += 1;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let rest = lines.map_while(Result::ok);
        for line in rest {
            // The last line may be cut short by the kill.
            if let Some(Ok(id)) = line.rsplit_once("acknowledged ").map(|(_, id)| id.parse()) {
                acknowledged.insert(id);
            }
        }
        assert_sound(&dir);
    }
    let store = open(&dir);
    let counts = store.drop_counts().await.unwrap();
    assert!(counts.done >= acknowledged.len() as u64, "{counts:?}");
    for id in &acknowledged {
        assert!(store.is_done(DropId(*id)).await.unwrap(), "{id} was lost");
    }
    // One version a drop, numbered without gaps.
    for row in store.dictionaries().await.unwrap() {
        let numbers: Vec<u32> = store
            .versions(&row.name)
            .await
            .unwrap()
            .iter()
            .map(|row| row.number)
            .collect();
        let expected: Vec<u32> = (1..=row.versions).rev().collect();
        assert_eq!(numbers, expected);
    }
    assert_eq!(
        number(&dir, "SELECT count(*) FROM versions"),
        i64::try_from(counts.done).unwrap()
    );
}

/// Dies in the middle of the second migration.
#[test]
fn migrating_child() {
    let Some(dir) = told_to_be_a_child() else {
        return;
    };
    let mut db = rusqlite::Connection::open(dir.join(FILE)).unwrap();
    db.create_scalar_function(
        "die",
        0,
        FunctionFlags::SQLITE_UTF8,
        |_| -> rusqlite::Result<i64> { std::process::abort() },
    )
    .unwrap();
    let dying = Migration {
        number: u32::try_from(ALL.len()).unwrap() + 1,
        name: "dying",
        sql: "CREATE TABLE half (x INTEGER) STRICT; ALTER TABLE drops ADD COLUMN half INTEGER; \
              INSERT INTO half VALUES (1); INSERT INTO half SELECT die();",
    };
    let all: Vec<Migration> = ALL.iter().copied().chain([dying]).collect();
    let _ = migrate(&mut db, &dir.join(FILE), &all, 0);
}

#[tokio::test]
async fn a_crash_in_the_middle_of_a_migration_leaves_the_schema_as_it_was() {
    let (dir, store) = new_store();
    store
        .commit(arrived(1, "w", "a.csv", 1, SALES))
        .await
        .unwrap();
    store.close().await.unwrap();
    let mut child = child("store::tests::crash::migrating_child", dir.path());
    let died = child.wait().unwrap();
    assert!(!died.success(), "{died}");
    let half = "SELECT count(*) FROM sqlite_schema WHERE sql LIKE '%half%'";
    assert_eq!(number(&dir, half), 0);
    let store = open(&dir);
    store
        .commit(arrived(2, "w", "b.csv", 2, SALES))
        .await
        .unwrap();
    assert_eq!(store.drop_counts().await.unwrap().done, 2);
    assert_sound(&dir);
}
