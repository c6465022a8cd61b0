//! What is done for the store, on stores that need it.

use super::super::Thinning;
use super::*;

/// A store with room inside: much was written, most of it is gone.
async fn hollow() -> (TempDir, Store) {
    let (dir, store) = new_store();
    for part in 0..200_u32 {
        let text = "x".repeat(40_000 + part as usize);
        store
            .remember(if part == 0 { "first" } else { "bulk" }, text)
            .await
            .unwrap();
    }
    let long = "y".repeat(30_000_000);
    store.remember("bulk", long).await.unwrap();
    store.remember("bulk", "short".into()).await.unwrap();
    (dir, store)
}

#[tokio::test]
async fn free_pages_go_back_in_steps_between_which_others_write() {
    let (dir, store) = hollow().await;
    let before = store.free_pages().await.unwrap();
    assert!(before.incremental && before.free > 5_000, "{before:?}");
    store.vacuum_step().await.unwrap();
    let after = store.free_pages().await.unwrap();
    assert_eq!(before.free - after.free, 256, "one step is one megabyte");
    // Whoever writes meanwhile is answered before the work is done.
    let worker = store.clone();
    let vacuum = tokio::spawn(async move {
        while worker.free_pages().await.unwrap().free > 1_000 {
            worker.vacuum_step().await.unwrap();
        }
    });
    let mut writes = 0;
    while !vacuum.is_finished() {
        store.remember("writer", writes.to_string()).await.unwrap();
        writes += 1;
    }
    vacuum.await.unwrap();
    assert!(writes > 3, "{writes} writes in between");
    let done = store.checkpoint().await.unwrap();
    assert_eq!(done.home, done.frames, "{done:?}");
    let size = std::fs::metadata(dir.path().join(FILE)).unwrap().len();
    assert!(size < before.all * before.page_bytes / 4, "{size}");
    assert_sound(&dir);
    assert_eq!(
        store.remembered("first").await.unwrap().unwrap().len(),
        40_000
    );
}

#[tokio::test]
async fn the_log_is_copied_home_and_nobody_is_waited_for() {
    let (dir, store) = new_store();
    store.remember("a", "z".repeat(3_000_000)).await.unwrap();
    let log = dir.path().join(format!("{FILE}-wal"));
    assert!(std::fs::metadata(&log).unwrap().len() > 3_000_000);
    // Somebody reads: the log stays, and the next time is soon enough.
    let reader = look(&dir);
    reader
        .execute_batch("BEGIN; SELECT count(*) FROM remembered;")
        .unwrap();
    store.remember("a", "later".into()).await.unwrap();
    let held = store.checkpoint().await.unwrap();
    assert!(held.home < held.frames, "{held:?}");
    assert!(held.bytes > 3_000_000, "{held:?}");
    drop(reader);
    let free = store.checkpoint().await.unwrap();
    assert_eq!(free.home, free.frames, "{free:?}");
}

#[tokio::test]
async fn old_versions_lose_what_they_show_and_keep_what_they_count() {
    let (dir, store) = new_store();
    for version in 1..=5_u64 {
        let path = format!("sales_{version}.csv");
        let mut drop = arrived(u128::from(version), "w", &path, version, SALES);
        drop.finished_at = Timestamp(i64::try_from(version).unwrap() * 1_000);
        store.commit(drop).await.unwrap();
    }
    let rule = Thinning {
        before: Timestamp(4_500),
        keep: 2,
    };
    let (mut at, mut steps) = (None, 0);
    loop {
        at = store.thin_step(rule, at).await.unwrap();
        steps += 1;
        if at.is_none() {
            break;
        }
    }
    assert_eq!((steps, store.thinned().await.unwrap()), (3, 3));
    let field = async |version| -> serde_json::Value {
        let text = store
            .field_json("sales", Some(version), "amount")
            .await
            .unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let (thin, whole) = (field(1).await, field(5).await);
    for key in ["top_values", "samples", "histogram"] {
        assert!(thin.get(key).is_none(), "{key} in {thin}");
        assert!(whole.get(key).is_some(), "{key}");
    }
    for key in ["count", "min", "mean", "type_counts", "findings"] {
        assert_eq!(thin[key], whole[key], "{key}");
    }
    assert_eq!(field(4).await, whole, "old enough, and one of the newest");
    assert_eq!(store.thin_step(rule, None).await.unwrap(), None);
    store.show_json("sales", Some(1)).await.unwrap();
    store.optimize().await.unwrap();
    store.analyze("versions".into()).await.unwrap();
    assert!(
        number(
            &dir,
            "SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'versions'"
        ) > 0
    );
    assert_sound(&dir);
}
