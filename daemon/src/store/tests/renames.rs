//! Renames with what they carry along: found, decided, undone.

use ddgen_ipc::message::{Aspect, Edit, RenameCall, RenameState};
use ddgen_profile::sketch::Packed;
use ddgen_profile::{Brief, SketchKey};
use serde_json::{Value, json};

use super::*;

/// A file of the day `at`, read by the real engine under the key made of `key`.
pub(super) fn read_with(key: u8, at: u32, header: &str) -> Arrived {
    let key = SketchKey::new([key; 32]);
    let path = format!("orders_2026-01-{at:02}.csv");
    let mut text = format!("{header}\n");
    for n in 0..200_u64 {
        let city = ["Oslo", "Bergen", "Bodo", "Narvik", "Hamar", "Moss", "Voss"]
            [(n * 7919 / 5 % 7) as usize];
        let (price, count) = (
            (n * 7919 % 1000) as f64 / 10.0,
            (n + u64::from(at)) * n % 13,
        );
        text += &format!("{n},{city},{price},{count}\n");
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
        ..arrived(at.into(), "w", &path, 0, SALES)
    }
}

fn read(at: u32, header: &str) -> Arrived {
    read_with(3, at, header)
}

async fn write(store: &Store, field: &str, value: &str) {
    let edit = Edit {
        field: Some(field.to_owned()),
        aspect: Aspect::Description,
        value: value.to_owned(),
        expects: None,
    };
    store.annotate("orders", vec![edit], "ana").await.unwrap();
}

/// All words as `field: text`.
async fn words(store: &Store) -> Vec<String> {
    let rows = store.annotations("orders").await.unwrap();
    rows.iter()
        .map(|row| format!("{}: {}", row.field.as_deref().unwrap(), row.value))
        .collect()
}

async fn diff(store: &Store, from: u32, to: u32) -> Value {
    let text = store
        .diff_json("orders", Some(from), Some(to))
        .await
        .unwrap();
    let mut diff: Value = serde_json::from_str(&text).unwrap();
    diff["changes"].take()
}

fn call(to: &str) -> Vec<RenameCall> {
    vec![RenameCall {
        from: None,
        to: to.to_owned(),
    }]
}

#[tokio::test]
async fn a_certain_rename_is_applied_and_takes_the_words_along() {
    let (dir, store) = new_store();
    store.commit(read(1, "id,city,price,count")).await.unwrap();
    write(&store, "city", "where it goes").await;
    store.commit(read(2, "id,town,price,count")).await.unwrap();
    assert_eq!(words(&store).await, ["town: where it goes"]);
    let found = store.renames("orders").await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((&*found[0].from, &*found[0].to), ("city", "town"));
    assert_eq!(
        (found[0].state, found[0].version),
        (RenameState::Applied, 2)
    );
    let score = found[0].score;
    let renamed = |from, to| {
        json!([{ "kind": "renamed", "severity": "breaking", "from": from, "to": to,
                 "score": score, "state": "applied" }])
    };
    assert_eq!(diff(&store, 1, 2).await, renamed("city", "town"));
    assert_eq!(diff(&store, 2, 1).await, renamed("town", "city"));
    // Whoever still writes about the old name means the field.
    write(&store, "city", "destination").await;
    assert_eq!(words(&store).await, ["town: destination"]);
    let all = store.history("orders", Some("town".to_owned()), Aspect::Description);
    let all: Vec<String> = all
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.value)
        .collect();
    assert_eq!(all, ["destination", "where it goes"]);
    let noted = "SELECT count(*) FROM changes WHERE kind = 'renamed' AND before = '\"city\"' \
                 AND after = '\"town\"'";
    assert_eq!(number(&dir, noted), 1);
    assert_eq!(number(&dir, "SELECT count(*) FROM changes"), 1);
    assert_sound(&dir);
}

#[tokio::test]
async fn a_rename_is_undone_with_all_that_it_took_along() {
    let (dir, store) = new_store();
    store.commit(read(1, "id,city,price,count")).await.unwrap();
    write(&store, "city", "first").await;
    write(&store, "city", "second").await;
    store.commit(read(2, "id,town,price,count")).await.unwrap();
    store.commit(read(3, "id,place,price,count")).await.unwrap();
    assert_eq!(words(&store).await, ["place: second"]);
    let chain = diff(&store, 1, 3).await;
    assert_eq!(
        (&chain[0]["from"], &chain[0]["to"]),
        (&json!("city"), &json!("place"))
    );
    let (name, undone) = store.refuse("orders", call("town"), "bob").await.unwrap();
    assert_eq!((&*name, undone[0].state), ("orders", RenameState::Refused));
    assert_eq!(undone[0].author.as_deref(), Some("bob"));
    assert_eq!(words(&store).await, ["city: second"]);
    let history = store.history("orders", Some("city".to_owned()), Aspect::Description);
    assert_eq!(history.await.unwrap().len(), 2);
    let kinds = diff(&store, 1, 2).await;
    let kinds: Vec<&Value> = kinds
        .as_array()
        .unwrap()
        .iter()
        .map(|c| &c["kind"])
        .collect();
    assert_eq!(kinds, ["removed", "added"]);
    // And done again: through the rename that came after it.
    store.accept("orders", call("town"), "bob").await.unwrap();
    assert_eq!(words(&store).await, ["place: second"]);
    assert_eq!(diff(&store, 1, 3).await, chain);
    assert_sound(&dir);
    let entry = super::removal::entry();
    store.erase("orders", entry).await.unwrap();
    assert_eq!(number(&dir, "SELECT count(*) FROM renames"), 0);
    assert_sound(&dir);
}

#[tokio::test]
async fn words_on_both_fields_are_both_kept() {
    let (dir, store) = new_store();
    store.commit(read(1, "id,city,price,count")).await.unwrap();
    write(&store, "city", "old words").await;
    store.commit(read(2, "id,town,price,count")).await.unwrap();
    store.refuse("orders", call("town"), "bob").await.unwrap();
    write(&store, "town", "new words").await;
    store.accept("orders", call("town"), "bob").await.unwrap();
    assert_eq!(words(&store).await, ["town: new words"]);
    let history = store.history("orders", Some("town".to_owned()), Aspect::Description);
    assert_eq!(history.await.unwrap().len(), 2);
    store.refuse("orders", call("town"), "bob").await.unwrap();
    let mut both = words(&store).await;
    both.sort();
    assert_eq!(both, ["city: old words", "town: new words"]);
    assert_sound(&dir);
}

/// A file whose third field holds other values than before, under a name: no sketch tells of it.
fn read_other(at: u32, name: &str) -> Arrived {
    let mut other = read(at, &format!("id,city,{name},count"));
    let towns = read(at, "x,id,y,z").document.tables[0].fields[1].clone();
    for field in &mut other.document.tables[0].fields {
        if field.path == name {
            *field = towns.clone();
            field.path = name.to_owned();
            field.field_type = "string".to_owned();
        }
    }
    other.sketches = None;
    other
}

#[tokio::test]
async fn renames_are_undone_in_any_order_whenever_they_were_told() {
    let (dir, store) = new_store();
    store.commit(read(1, "id,city,price,count")).await.unwrap();
    write(&store, "price", "in crowns").await;
    store.commit(read_other(2, "q")).await.unwrap();
    store.commit(read_other(3, "r")).await.unwrap();
    let say = |from: &str, to: &str| {
        vec![RenameCall {
            from: Some(from.to_owned()),
            to: to.to_owned(),
        }]
    };
    // The later one is told first.
    store.accept("orders", say("q", "r"), "ana").await.unwrap();
    let told = store.accept("orders", say("price", "q"), "ana").await;
    told.unwrap();
    assert_eq!(words(&store).await, ["r: in crowns"]);
    store.refuse("orders", call("r"), "ana").await.unwrap();
    assert_eq!(words(&store).await, ["q: in crowns"]);
    store.refuse("orders", call("q"), "ana").await.unwrap();
    assert_eq!(words(&store).await, ["price: in crowns"]);
    // And the other way round.
    let told = store.accept("orders", say("price", "q"), "ana").await;
    told.unwrap();
    store.accept("orders", say("q", "r"), "ana").await.unwrap();
    assert_eq!(words(&store).await, ["r: in crowns"]);
    store.refuse("orders", call("q"), "ana").await.unwrap();
    store.refuse("orders", call("r"), "ana").await.unwrap();
    assert_eq!(words(&store).await, ["price: in crowns"]);
    assert_sound(&dir);
}

#[tokio::test]
async fn a_person_says_what_was_not_found_and_nothing_impossible() {
    let (dir, store) = new_store();
    store.commit(read(1, "id,city,price,count")).await.unwrap();
    write(&store, "price", "in crowns").await;
    // What it holds now are other values: no file shows that it is the same field.
    let second = read_other(2, "q");
    store.commit(second).await.unwrap();
    assert_eq!(words(&store).await, ["price: in crowns"]);
    let say = |from: &str, to: &str| {
        vec![RenameCall {
            from: Some(from.to_owned()),
            to: to.to_owned(),
        }]
    };
    let (_, rows) = store
        .accept("orders", say("price", "q"), "ana")
        .await
        .unwrap();
    assert_eq!((rows[0].state, rows[0].score), (RenameState::Applied, 1.0));
    assert_eq!(words(&store).await, ["q: in crowns"]);
    let refused = store
        .accept("orders", say("city", "q"), "ana")
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("side by side"), "{refused}");
    let unknown = store
        .accept("orders", call("count"), "ana")
        .await
        .unwrap_err();
    assert!(unknown.to_string().contains("--from"), "{unknown}");
    assert_sound(&dir);
}

#[tokio::test]
async fn replaced_content_takes_its_renames_with_it_and_leaves_decisions() {
    let (dir, store) = new_store();
    store.commit(read(1, "id,city,price,count")).await.unwrap();
    write(&store, "city", "where").await;
    let second = |id: u128, header: &str, now: i64| {
        let mut drop = read(2, header).provisional(now, 90_000);
        drop.drop = DropId(id);
        drop.document.source.blake3 = blake3_of(id as u64);
        drop
    };
    store
        .commit(second(2, "id,town,price,count", 2_000))
        .await
        .unwrap();
    assert_eq!(words(&store).await, ["town: where"]);
    store
        .commit(second(3, "id,city,price,count", 3_000))
        .await
        .unwrap();
    assert_eq!(words(&store).await, ["city: where"]);
    assert_eq!(store.renames("orders").await.unwrap(), []);
    store
        .commit(second(4, "id,town,price,count", 4_000))
        .await
        .unwrap();
    store.refuse("orders", call("town"), "bob").await.unwrap();
    let done = store
        .commit(second(5, "id,town,price,count", 5_000))
        .await
        .unwrap();
    assert_eq!(done.outcome, Outcome::Replaced);
    assert_eq!(words(&store).await, ["city: where"]);
    let rows = store.renames("orders").await.unwrap();
    assert_eq!((rows.len(), rows[0].state), (1, RenameState::Refused));
    assert_sound(&dir);
}

#[tokio::test]
async fn words_stand_under_the_path_of_the_version_that_is_current() {
    let (dir, store) = new_store();
    store.commit(read(1, "id,city,price,count")).await.unwrap();
    store.commit(read(2, "id,town,price,count")).await.unwrap();
    write(&store, "town", "where").await;
    // The first content again, by the path of the newest drop.
    let mut again = read(1, "id,city,price,count");
    again.drop = DropId(9);
    again.sighting.path = "orders_2026-01-02.csv".into();
    let done = store.commit(again).await.unwrap();
    assert_eq!(done.outcome, Outcome::CurrentAgain);
    assert_eq!(words(&store).await, ["city: where"]);
    assert_sound(&dir);
}

#[tokio::test]
async fn under_another_key_it_is_only_proposed_and_this_is_said() {
    let (dir, store) = new_store();
    store
        .commit(read_with(3, 1, "id,city,price,count"))
        .await
        .unwrap();
    store
        .commit(read_with(4, 2, "id,town,price,count"))
        .await
        .unwrap();
    let rows = store.renames("orders").await.unwrap();
    assert_eq!((rows.len(), rows[0].state), (1, RenameState::Proposed));
    assert!(rows[0].because.contains("another key"), "{rows:?}");
    let (_, rows) = store.accept("orders", Vec::new(), "ana").await.unwrap();
    assert_eq!(rows[0].state, RenameState::Applied);
    assert_sound(&dir);
}
