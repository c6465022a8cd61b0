//! Drops that became nothing, and the questions the pipeline asks.

use ddgen_ipc::message::DropRow;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use super::*;

#[tokio::test]
async fn a_parked_drop_that_is_retried_keeps_its_one_row() {
    let (dir, store) = new_store();
    let parked = store
        .record(unprofiled(1, "sales.csv", DropState::Parked))
        .await
        .unwrap();
    assert_eq!((parked.seq, parked.state), (1, DropState::Parked));
    assert!(!store.is_done(DropId(1)).await.unwrap());
    let done = store
        .commit(arrived(1, "w", "sales.csv", 1, SALES))
        .await
        .unwrap();
    assert_eq!(
        (done.drop.seq, done.drop.state, done.drop.reason),
        (1, DropState::Done, None)
    );
    assert!(store.is_done(DropId(1)).await.unwrap());
    let counts = store.drop_counts().await.unwrap();
    assert_eq!((counts.total, counts.done, counts.parked), (1, 1, 0));
    // A late message cannot undo it.
    let late = store
        .record(unprofiled(1, "sales.csv", DropState::Parked))
        .await
        .unwrap();
    assert_eq!(late.state, DropState::Done);
    assert_sound(&dir);
}

#[tokio::test]
async fn a_parked_drop_whose_file_comes_again_has_nothing_left_to_try() {
    let (_dir, store) = new_store();
    store
        .record(unprofiled(1, "sales.csv", DropState::Parked))
        .await
        .unwrap();
    store
        .record(unprofiled(2, "other.csv", DropState::Parked))
        .await
        .unwrap();
    let mut whole = arrived(3, "w", "sales.csv", 1, SALES);
    whole.sighting.size += 1;
    store.commit(whole).await.unwrap();
    let counts = store.drop_counts().await.unwrap();
    assert_eq!(
        (counts.parked, counts.failed, counts.done, counts.total),
        (1, 1, 1, 3)
    );
    let old = store.drop(&format!("{:032x}", 1)).await.unwrap();
    let reason = old.reason.unwrap();
    assert!(reason.starts_with("the file is no CSV") && reason.ends_with("come again since"));
}

#[tokio::test]
async fn a_file_that_is_tried_again_under_another_id_is_one_drop() {
    let (dir, store) = new_store();
    store
        .record(unprofiled(1, "sales.csv", DropState::Failed))
        .await
        .unwrap();
    let again = store
        .record(unprofiled(2, "sales.csv", DropState::Parked))
        .await
        .unwrap();
    assert_eq!((again.seq, again.id), (1, format!("{:032x}", 2)));
    let mut whole = arrived(3, "w", "sales.csv", 1, SALES);
    whole.sighting = sighting("w", "sales.csv");
    let done = store.commit(whole).await.unwrap();
    assert_eq!((done.drop.seq, done.revised), (1, Some(DropId(2))));
    let counts = store.drop_counts().await.unwrap();
    assert_eq!((counts.total, counts.done, counts.failed), (1, 1, 0));
    for id in 1..=3_u128 {
        assert!(store.is_done(DropId(id)).await.unwrap());
    }
    assert_sound(&dir);
}

#[tokio::test]
async fn a_state_that_needs_a_profile_is_refused() {
    let (_dir, store) = new_store();
    let refused = store
        .record(unprofiled(1, "sales.csv", DropState::Done))
        .await
        .unwrap_err();
    assert!(matches!(refused, StoreError::Refused(_)), "{refused}");
    assert_eq!(store.drop_counts().await.unwrap().total, 0);
}

#[tokio::test]
async fn drops_are_paged_newest_first() {
    let (_dir, store) = new_store();
    for id in 1..=9_u32 {
        let state = if id % 3 == 0 {
            DropState::Failed
        } else {
            DropState::Parked
        };
        store
            .record(unprofiled(id.into(), &format!("f{id}"), state))
            .await
            .unwrap();
    }
    let seqs = |rows: Vec<DropRow>| rows.into_iter().map(|row| row.seq).collect::<Vec<_>>();
    assert_eq!(
        seqs(store.drops(None, None, 4).await.unwrap()),
        [9, 8, 7, 6]
    );
    assert_eq!(
        seqs(store.drops(None, Some(6), 100).await.unwrap()),
        [5, 4, 3, 2, 1]
    );
    let failed = Some(DropState::Failed);
    assert_eq!(seqs(store.drops(failed, None, 2).await.unwrap()), [9, 6]);
    assert_eq!(seqs(store.drops(failed, Some(6), 2).await.unwrap()), [3]);
    assert!(
        store
            .drops(Some(DropState::Done), None, 2)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_drop_is_found_by_id_and_by_path() {
    let (_dir, store) = new_store();
    for id in [1, 2] {
        let mut drop = unprofiled(id, "sub/a.csv", DropState::Failed);
        drop.sighting.size = 10 * u64::try_from(id).unwrap();
        store.record(drop).await.unwrap();
    }
    let newest = store.drop("/data/w/sub/a.csv").await.unwrap();
    assert_eq!(newest.seq, 2);
    assert_eq!(store.drop("sub/a.csv").await.unwrap(), newest);
    assert_eq!(store.drop(&format!("{:032x}", 1)).await.unwrap().seq, 1);
    for unknown in ["/data/w/sub/b.csv", "/data/x/sub/a.csv", "/", "", "1", "2"] {
        let refused = store.drop(unknown).await.unwrap_err();
        assert!(
            matches!(refused, StoreError::NotFound { .. }),
            "{unknown}: {refused}"
        );
    }
}

#[tokio::test]
async fn a_file_is_known_by_every_part_of_its_sighting() {
    let (_dir, store) = new_store();
    store
        .commit(arrived(1, "w", "sales.csv", 1, SALES))
        .await
        .unwrap();
    store
        .record(unprofiled(2, "bad.csv", DropState::Parked))
        .await
        .unwrap();
    store
        .record(unprofiled(3, "waits.csv", DropState::Pending))
        .await
        .unwrap();
    store
        .record(unprofiled(4, "gone.csv", DropState::Failed))
        .await
        .unwrap();
    let base = arrived(1, "w", "sales.csv", 1, SALES).sighting;
    let asked = vec![
        base.clone(),
        Sighting {
            size: 101,
            ..base.clone()
        },
        Sighting {
            mtime_ns: base.mtime_ns + 1,
            ..base.clone()
        },
        Sighting {
            inode: 5,
            ..base.clone()
        },
        sighting("v", "sales.csv"),
        sighting("w", "bad.csv"),
        sighting("w", "waits.csv"),
        sighting("w", "gone.csv"),
    ];
    let expected = vec![true, false, false, false, false, true, false, false];
    assert_eq!(store.known_blocking(&asked).unwrap(), expected);
    assert_eq!(store.known(asked).await.unwrap(), expected);
}

#[tokio::test]
async fn an_old_file_that_is_moved_back_is_news() {
    let (dir, store) = new_store();
    let old = arrived(1, "w", "sales.csv", 1, SALES);
    store.commit(old.clone()).await.unwrap();
    let new = arrived(2, "w", "sales.csv", 2, SALES);
    store.commit(new.clone()).await.unwrap();
    let asked = [old.sighting.clone(), new.sighting];
    assert_eq!(store.known_blocking(&asked).unwrap(), [false, true]);
    let mut back = old;
    back.drop = DropId(3);
    let back = store.commit(back).await.unwrap();
    assert_eq!(
        (back.outcome, back.dictionary.version),
        (Outcome::CurrentAgain, 1)
    );
    assert_eq!(store.known_blocking(&asked).unwrap(), [true, false]);
    assert_sound(&dir);
}

#[tokio::test]
async fn a_path_that_is_not_utf8_is_kept_byte_for_byte() {
    let (_dir, store) = new_store();
    let odd = PathBuf::from(OsStr::from_bytes(b"caf\xe9.csv"));
    let lossy = PathBuf::from(odd.to_string_lossy().into_owned());
    let mut drop = unprofiled(1, "x", DropState::Parked);
    drop.sighting.path.clone_from(&odd);
    let seen = drop.sighting.clone();
    let row = store.record(drop).await.unwrap();
    assert_eq!(row.path, "/data/w/caf\u{fffd}.csv");
    let other = Sighting {
        path: lossy,
        ..seen.clone()
    };
    assert_eq!(store.known_blocking(&[seen, other]).unwrap(), [true, false]);
}

#[tokio::test]
async fn what_is_asked_often_is_answered_from_an_index() {
    let (dir, _store) = new_store();
    let plan = |sql: &str| -> String {
        let db = look(&dir);
        let mut rows = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let lines = rows.query_map([], |row| row.get::<_, String>(3)).unwrap();
        lines.map(Result::unwrap).collect::<Vec<_>>().join("; ")
    };
    let known = plan(
        "SELECT seq, id, state, blake3, size FROM drops WHERE path = 1 AND watch = 2 \
         AND (0 OR state <> 'failed') ORDER BY seq DESC LIMIT 1",
    );
    assert!(known.contains("drops_file (path=? AND watch=?)"), "{known}");
    assert!(!known.contains("TEMP B-TREE"), "{known}");
    let page = plan(
        "SELECT x.name FROM version_fields x JOIN fields f ON f.id = x.field \
         WHERE x.version = 1 AND x.ordinal >= 50 ORDER BY x.ordinal LIMIT 50",
    );
    assert!(
        page.contains("version_fields_order (version=? AND ordinal>?"),
        "{page}"
    );
    assert!(!page.contains("TEMP B-TREE"), "{page}");
    let one = plan(
        "SELECT x.profile FROM fields f \
         JOIN version_fields x ON x.version = 2 AND x.field = f.id \
         WHERE f.dictionary = 1 AND f.path = 'a'",
    );
    assert!(one.contains("version_fields_order (version=?"), "{one}");
    let listed = plan("SELECT seq FROM drops WHERE state = 'done' AND seq < 9 ORDER BY seq DESC");
    assert!(listed.contains("drops_state (state=?"), "{listed}");
    assert!(!listed.contains("TEMP B-TREE"), "{listed}");
}

#[tokio::test]
async fn half_a_thousand_files_are_looked_up_among_a_hundred_thousand_drops() {
    let (dir, store) = new_store();
    look(&dir)
        .execute_batch(
            "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99999) \
             INSERT INTO drops (id, watch, root, path, size, mtime_ns, inode, origin, state, \
               tries, arrived_at) \
             SELECT randomblob(16), 'w', '/data/w', printf('sub/file_%06d.csv', i), i, i, i, \
               'watched', 'done', 0, 0 FROM n",
        )
        .unwrap();
    let asked: Vec<Sighting> = (0..500_u64)
        .map(|at| {
            let file = at * 397;
            Sighting {
                size: file,
                mtime_ns: i64::try_from(file).unwrap(),
                inode: file,
                ..sighting("w", &format!("sub/file_{file:06}.csv"))
            }
        })
        .collect();
    let start = std::time::Instant::now();
    let known = store.known_blocking(&asked).unwrap();
    let took = start.elapsed();
    println!("500 files looked up: {took:?}");
    let expected: Vec<bool> = (0..500).map(|at| at * 397 < 100_000).collect();
    assert_eq!(known, expected);
    assert_eq!(store.drop_counts().await.unwrap().done, 100_000);
    // A scan of the table for each would take seconds.
    assert!(took < Duration::from_secs(1), "{took:?}");
}
