//! New versions against those before them, from what is stored.

use ddgen_profile::sketch::Packed;
use ddgen_profile::{Brief, SketchKey};
use serde_json::Value;

use super::*;

const DAY: i64 = 24 * 3_600_000;

/// The orders of a day: prices below `below`, every state of `states` in turn.
fn read(at: u32, header: &str, below: u64, states: &[&str], records: u64) -> Arrived {
    let key = SketchKey::new([3; 32]);
    let path = format!("orders_2026-01-{at:02}.csv");
    let mut text = format!("{header}\n");
    for n in 0..records {
        let price = (n * 7919 + u64::from(at) * 31) % below;
        let state = states[(n % states.len() as u64) as usize];
        text += &format!("{n},{price},{state}\n");
    }
    let brief = Brief {
        name: path.clone(),
        sketch_key: Some(key.clone()),
        ..Brief::default()
    };
    let learned = ddgen_profile::learn(&text.into_bytes(), &brief, &|_| {}).unwrap();
    Arrived {
        document: learned.profile,
        sketches: Some(Packed::unpack(&learned.sketches.pack(&key)).unwrap()),
        after: crate::arrival::After::Keep,
        judge_key: Some(key),
        finished_at: Timestamp(i64::from(at) * DAY),
        ..arrived(at.into(), "w", &path, 0, SALES)
    }
}

const STATES: &[&str] = &["open", "paid", "sent"];

async fn days(store: &Store, header: &str) {
    for at in 1..=5 {
        let usual = read(at, header, 1_000, STATES, 300);
        let done = store.commit(usual).await.unwrap();
        assert_eq!(done.judged, [], "day {at}");
    }
}

fn codes(committed: &Committed) -> Vec<(Option<&str>, &str)> {
    let all = committed.judged.iter().flat_map(|(_, _, found)| found);
    all.map(|row| (row.field.as_deref(), &*row.code)).collect()
}

#[tokio::test]
async fn drift_is_noted_with_the_version_and_told() {
    let (dir, store) = new_store();
    days(&store, "id,price,state").await;
    let odd = read(6, "id,price,state", 9_000, &["open", "paid", "lost"], 290);
    let done = store.commit(odd).await.unwrap();
    let expected = [
        (Some("price"), "DRIFT_QUANTILES"),
        (Some("state"), "DRIFT_NEW_VALUES"),
        (Some("state"), "DRIFT_GONE_VALUES"),
    ];
    assert_eq!(codes(&done), expected);
    assert_eq!((&*done.judged[0].0, done.judged[0].1), ("orders", 6));
    let diff: Value =
        serde_json::from_str(&store.diff_json("orders", None, None).await.unwrap()).unwrap();
    assert_eq!(diff["findings"][0]["source"], "drift");
    let message = diff["findings"][1]["message"].as_str().unwrap();
    assert!(message.ends_with(": `lost`"), "{message}");
    let show: Value =
        serde_json::from_str(&store.show_json("orders", Some(6)).await.unwrap()).unwrap();
    assert_eq!(show["findings"], diff["findings"]);
    assert_sound(&dir);
}

#[tokio::test]
async fn the_baseline_goes_on_through_a_rename() {
    let (_dir, store) = new_store();
    days(&store, "id,price,state").await;
    let renamed = read(6, "id,unit_price,state", 1_000, STATES, 300);
    assert_eq!(codes(&store.commit(renamed).await.unwrap()), []);
    assert_eq!(store.renames("orders").await.unwrap().len(), 1);
    store.accept("orders", Vec::new(), "ana").await.unwrap();
    let odd = read(7, "id,unit_price,state", 9_000, STATES, 300);
    let done = store.commit(odd).await.unwrap();
    assert_eq!(codes(&done), [(Some("unit_price"), "DRIFT_QUANTILES")]);
}

#[tokio::test]
async fn replaced_content_takes_its_findings_with_it() {
    let (dir, store) = new_store();
    days(&store, "id,price,state").await;
    let mut few = read(6, "id,price,state", 1_000, STATES, 20).provisional(6 * DAY, 7 * DAY);
    let done = store.commit(few.clone()).await.unwrap();
    assert_eq!(codes(&done), [(None, "DRIFT_RECORDS")]);
    let whole = read(6, "id,price,state", 1_000, STATES, 310);
    (few.drop, few.document, few.sketches) = (DropId(66), whole.document, whole.sketches);
    let done = store.commit(few).await.unwrap();
    assert_eq!(
        (done.outcome, codes(&done)),
        (Outcome::Replaced, Vec::new())
    );
    assert_eq!(number(&dir, "SELECT count(*) FROM findings"), 0);
    store
        .erase("orders", super::removal::entry())
        .await
        .unwrap();
    assert_sound(&dir);
}

#[tokio::test]
async fn a_drop_that_did_not_come_is_late() {
    let (_dir, store) = new_store();
    days(&store, "id,price,state").await;
    let late = |day: i64| store.overdue(Timestamp(day * DAY));
    assert_eq!(late(7).await.unwrap(), []);
    let found = late(8).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((&*found[0].0, found[0].1.usual_ms), ("orders", DAY));
}
