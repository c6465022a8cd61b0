//! Versions as they become final.

use super::super::{Broken, Finals};
use super::*;

const SHORT: &[(&str, &str)] = &[("id", "integer"), ("day", "date")];

/// Looks as two daemons would that follow each other.
async fn look(store: &Store, seen: &mut Finals, now: i64) -> Vec<(String, u32, u32)> {
    let text = serde_json::to_string(seen).unwrap();
    let kept = serde_json::from_str(&text).unwrap();
    let (next, broken) = store.broken_since(kept, Timestamp(now)).await.unwrap();
    *seen = next;
    let row = |one: Broken| (one.dictionary, one.number, one.changes);
    broken.into_iter().map(row).collect()
}

#[tokio::test]
async fn a_breaking_version_is_met_once_and_only_when_it_is_final() {
    let (_dir, store) = new_store();
    store
        .commit(arrived(1, "w", "old_1.csv", 1, SALES))
        .await
        .unwrap();
    store
        .commit(arrived(2, "w", "old_2.csv", 2, SHORT))
        .await
        .unwrap();
    let mut seen = Finals::default();
    // What was there before anybody looked is no news.
    assert_eq!(look(&store, &mut seen, 0).await, []);
    store
        .commit(arrived(3, "w", "sales_1.csv", 3, SALES))
        .await
        .unwrap();
    let breaks = arrived(4, "w", "sales_2.csv", 4, SHORT).provisional(100, 10_000);
    let committed = store.commit(breaks).await.unwrap();
    assert_eq!(
        committed.dictionary.provisional_until,
        Some(Timestamp(10_000))
    );
    assert_eq!(look(&store, &mut seen, 9_999).await, []);
    assert_eq!(seen.next, Some(Timestamp(10_000)));
    // One more column is gone, at once.
    store
        .commit(arrived(5, "w", "old_3.csv", 5, &SHORT[..1]))
        .await
        .unwrap();
    assert_eq!(
        look(&store, &mut seen, 9_999).await,
        [("old".to_owned(), 3, 1)]
    );
    assert_eq!(
        look(&store, &mut seen, 10_000).await,
        [("sales".to_owned(), 2, 1)]
    );
    assert_eq!(look(&store, &mut seen, 99_999).await, []);
    assert_eq!(seen.next, None);
}

#[tokio::test]
async fn what_was_replaced_in_time_broke_nothing() {
    let (_dir, store) = new_store();
    let mut seen = Finals::default();
    assert_eq!(look(&store, &mut seen, 0).await, []);
    store
        .commit(arrived(1, "w", "sales_1.csv", 1, SALES))
        .await
        .unwrap();
    let breaks = arrived(2, "w", "sales_2.csv", 2, SHORT).provisional(100, 10_000);
    store.commit(breaks).await.unwrap();
    assert_eq!(look(&store, &mut seen, 200).await, []);
    let whole = arrived(3, "w", "sales_2.csv", 3, SALES).provisional(300, 10_000);
    let replaced = store.commit(whole).await.unwrap();
    assert_eq!(
        replaced.dictionary.versions, 2,
        "it took the place of the other"
    );
    assert_eq!(look(&store, &mut seen, 99_999).await, []);
}
