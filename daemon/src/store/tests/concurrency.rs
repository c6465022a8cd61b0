//! Many at once.

use std::time::Instant;

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_commits_at_once_share_their_fsyncs() {
    let (dir, store) = new_store();
    let start = Instant::now();
    let calls: Vec<_> = (0..2_000_u32)
        .map(|id| {
            let store = store.clone();
            let file = format!("set{}_2026-01-{:02}.csv", id / 20, id % 20 + 1);
            let drop = arrived(id.into(), "w", &file, id.into(), SALES);
            tokio::spawn(async move { store.commit(drop).await.unwrap() })
        })
        .collect();
    // Readers are not held up, and never see a half of a drop.
    let reader = store.clone();
    let reader = tokio::spawn(async move {
        let mut seen = 0;
        while seen < 2_000 {
            let now = reader.drop_counts().await.unwrap().done;
            assert!(now >= seen, "{now} after {seen}");
            let versions: u32 = reader
                .dictionaries()
                .await
                .unwrap()
                .iter()
                .map(|dictionary| dictionary.versions)
                .sum();
            assert!(
                u64::from(versions) >= now,
                "{versions} versions after {now} drops"
            );
            seen = now;
        }
    });
    for call in calls {
        assert_eq!(call.await.unwrap().outcome, Outcome::Version);
    }
    let took = start.elapsed();
    println!(
        "2,000 commits of 3 fields: {took:?}, {:.0}/s",
        2_000.0 / took.as_secs_f64()
    );
    reader.await.unwrap();
    let rows = store.dictionaries().await.unwrap();
    assert_eq!(rows.len(), 100);
    assert!(rows.iter().all(|row| row.versions == 20));
    assert_sound(&dir);
    // 500/s is what is promised; a machine that shares its two cores gets some slack.
    assert!(took < Duration::from_secs(16), "{took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_drop_from_many_sides_is_stored_once() {
    let (dir, store) = new_store();
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.commit(arrived(1, "w", "a.csv", 1, SALES)).await })
        })
        .collect();
    let mut fresh = 0;
    for call in calls {
        fresh += usize::from(call.await.unwrap().unwrap().outcome == Outcome::Version);
    }
    assert_eq!(fresh, 1);
    assert_eq!(store.drop_counts().await.unwrap().total, 1);
    assert_sound(&dir);
}
