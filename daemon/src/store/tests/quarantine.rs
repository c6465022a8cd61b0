//! Drops that are set aside, and where their files go.

use ddgen_ipc::message::{BreachRow, QuarantineState};

use super::removal::entry;
use super::*;
use crate::arrival::After;

const NOW: Timestamp = Timestamp(5_000);

fn breach(id: u128, path: &str, content: u64) -> Breach {
    let work = arrived(id, "w", path, content, SALES);
    let paths = SALES.iter().map(|(path, _)| (*path).to_owned()).collect();
    Breach {
        drop: work.drop,
        sighting: work.sighting,
        folding: work.folding,
        tables: vec![(String::new(), paths)],
        blake3: blake3_of(content),
        tries: 0,
        arrived_at: Timestamp(1_000),
        finished_at: Timestamp(2_000),
        reason: "breaks its contract: `amount`: `17` is there twice".to_owned(),
        contract: "of the watch".to_owned(),
        breaches: vec![BreachRow {
            field: Some("amount".to_owned()),
            rule: "unique".to_owned(),
            count: Some(1),
            first_record: Some(2),
            example: Some("17".to_owned()),
            message: "1 value is there before".to_owned(),
        }],
        more_breaches: 0,
    }
}

/// Set aside, and moved.
async fn held(store: &Store, id: u128, path: &str, content: u64) -> Move {
    let aside = store.set_aside(breach(id, path, content)).await.unwrap();
    assert!(matches!(aside, Aside::Yes(_)));
    let (due, _) = store.moves_due(NOW, 10).await.unwrap();
    let one = due.last().unwrap().clone();
    let lies = PathBuf::from(format!("quarantine/{id}")).join(path);
    store.moved(&one, Some(lies)).await.unwrap();
    one
}

/// The file in quarantine, as a person who lets it through hands it in.
fn again(id: u128, one: &Move, content: u64) -> Arrived {
    let mut work = arrived(id, "w", one.path.to_str().unwrap(), content, SALES);
    work.origin = Origin::Ingest;
    work.sighting.path = PathBuf::from("quarantine/1").join(&one.path);
    work
}

#[tokio::test]
async fn a_drop_is_set_aside_once_and_known_while_its_file_is_still_to_be_moved() {
    let (dir, store) = new_store();
    let first = breach(1, "sales_1.csv", 7);
    for _ in 0..2 {
        let aside = store.set_aside(first.clone()).await.unwrap();
        assert!(matches!(aside, Aside::Yes(row) if row.state == DropState::Quarantined));
    }
    assert!(store.is_done(DropId(1)).await.unwrap());
    assert_eq!(
        store.known(vec![first.sighting.clone()]).await.unwrap(),
        [true]
    );
    let (due, next) = store.moves_due(NOW, 10).await.unwrap();
    assert_eq!(
        (due.len(), due[0].errand, next),
        (1, Errand::Quarantine, None)
    );
    let rows = store.quarantined().await.unwrap();
    assert_eq!(
        (rows[0].state, &*rows[0].dictionary),
        (QuarantineState::Moving, "sales_1")
    );
    store
        .moved(&due[0], Some("quarantine/1/sales_1.csv".into()))
        .await
        .unwrap();
    // Somebody who puts the very file back means it to be looked at.
    assert_eq!(store.known(vec![first.sighting]).await.unwrap(), [false]);
    let rows = store.quarantined().await.unwrap();
    assert_eq!(rows[0].lies, "/data/w/quarantine/1/sales_1.csv");
    assert_eq!(store.held_by_watch().await.unwrap(), [("w".to_owned(), 1)]);
    assert_sound(&dir);
}

#[tokio::test]
async fn what_is_a_version_is_never_set_aside() {
    let (dir, store) = new_store();
    store
        .commit(arrived(1, "w", "sales.csv", 7, SALES))
        .await
        .unwrap();
    let same = store.set_aside(breach(2, "sales.csv", 7)).await.unwrap();
    assert_eq!(same, Aside::No);
    // Nor is a drop that was committed before its end reached the queue.
    let same = store.set_aside(breach(1, "sales.csv", 8)).await.unwrap();
    assert_eq!(same, Aside::No);
    assert_eq!(number(&dir, "SELECT count(*) FROM moves"), 0);
}

#[tokio::test]
async fn one_that_is_released_is_the_drop_it_was_and_goes_back() {
    let (dir, store) = new_store();
    let one = held(&store, 1, "sales.csv", 7).await;
    let id = DropId(1).to_string();
    let decided = store.decide(&id, Verdict::Release, "ana").await.unwrap();
    assert_eq!(decided.lies, PathBuf::from("quarantine/1/sales.csv"));
    let twice = store
        .decide("/data/w/sales.csv", Verdict::Accept, "ben")
        .await;
    assert!(matches!(twice, Err(StoreError::Refused(_))), "{twice:?}");
    assert_eq!(store.undone().await.unwrap(), [decided]);
    let committed = store.commit(again(2, &one, 7)).await.unwrap();
    assert_eq!(
        (committed.drop.state, committed.drop.version),
        (DropState::Done, Some(1))
    );
    assert_eq!(committed.drop.path, "/data/w/sales.csv");
    let reason = committed.drop.reason.unwrap();
    assert!(
        reason.ends_with("released from quarantine by ana"),
        "{reason}"
    );
    assert_eq!(
        store.drop(&id).await.unwrap().id,
        DropId(2).to_string(),
        "found by the old id"
    );
    let counts = store.drop_counts().await.unwrap();
    assert_eq!((counts.total, counts.done, counts.quarantined), (1, 1, 0));
    let (due, _) = store.moves_due(NOW, 10).await.unwrap();
    assert_eq!(
        (due[0].errand, &due[0].path),
        (Errand::Return, &PathBuf::from("sales.csv"))
    );
    store
        .moved(&due[0], Some("sales.csv".into()))
        .await
        .unwrap();
    assert_eq!(store.quarantined().await.unwrap(), []);
    assert_sound(&dir);
}

#[tokio::test]
async fn a_release_that_was_parked_first_is_the_drop_it_was_all_the_same() {
    let (dir, store) = new_store();
    let one = held(&store, 1, "sales.csv", 7).await;
    let id = DropId(1).to_string();
    store.decide(&id, Verdict::Release, "ana").await.unwrap();
    let work = again(2, &one, 7);
    let mut died = unprofiled(2, "quarantine/1/sales.csv", DropState::Parked);
    died.sighting = work.sighting.clone();
    died.origin = Origin::Ingest;
    store.record(died).await.unwrap();
    store.undecide(one.seq).await.unwrap();
    store.decide(&id, Verdict::Release, "ben").await.unwrap();
    let committed = store.commit(work.clone()).await.unwrap();
    assert_eq!(committed.drop.path, "/data/w/sales.csv");
    assert_eq!(store.drop(&id).await.unwrap(), committed.drop);
    let counts = store.drop_counts().await.unwrap();
    assert_eq!(
        (counts.total, counts.done, counts.failed, counts.parked),
        (2, 1, 1, 0)
    );
    let (due, _) = store.moves_due(NOW, 10).await.unwrap();
    assert_eq!((due.len(), due[0].errand), (1, Errand::Return));
    // Once more, as after a crash.
    let again = store.commit(work).await.unwrap();
    assert_eq!(
        (again.outcome, again.drop.seq),
        (Outcome::Already, committed.drop.seq)
    );
    assert_sound(&dir);
}

#[tokio::test]
async fn one_that_is_accepted_goes_where_its_watch_wants_it() {
    let (dir, store) = new_store();
    let one = held(&store, 1, "sales.csv", 7).await;
    store
        .decide(&DropId(1).to_string(), Verdict::Accept, "ana")
        .await
        .unwrap();
    // What somebody decided about is not gone.
    assert_eq!(store.gone_from_quarantine(one.seq).await.unwrap(), None);
    // A decision that came to nothing is taken back.
    store.undecide(one.seq).await.unwrap();
    store
        .decide(&DropId(1).to_string(), Verdict::Accept, "ben")
        .await
        .unwrap();
    let mut work = again(2, &one, 7);
    work.after = After::Delete;
    store.commit(work).await.unwrap();
    let (due, _) = store.moves_due(NOW, 10).await.unwrap();
    assert_eq!(
        (due[0].errand, &due[0].lies),
        (Errand::Delete, &PathBuf::from("quarantine/1/sales.csv"))
    );
    let row = store.moved(&due[0], None).await.unwrap();
    assert!(
        row.reason
            .unwrap()
            .ends_with("by ben; removed, as its watch says")
    );
    assert_eq!(number(&dir, "SELECT count(*) FROM moves"), 0);
}

#[tokio::test]
async fn after_success_a_file_moves_once_it_is_final_and_only_what_a_watch_brought() {
    let (_dir, store) = new_store();
    let wanted = |mut work: Arrived| {
        work.after = After::Done;
        work
    };
    let first = arrived(1, "w", "sales.csv", 1, SALES).provisional(1_000, 9_000);
    store.commit(wanted(first)).await.unwrap();
    let mut named = wanted(arrived(2, "w", "people.csv", 2, PEOPLE));
    named.origin = Origin::Ingest;
    store.commit(named).await.unwrap();
    assert_eq!(
        store.moves_due(NOW, 10).await.unwrap(),
        (Vec::new(), Some(Timestamp(9_000)))
    );
    // What replaces it has a time of its own, and its watch may want something else by then.
    let second = arrived(3, "w", "sales.csv", 3, SALES).provisional(3_000, 11_000);
    store.commit(wanted(second.clone())).await.unwrap();
    assert_eq!(
        store.moves_due(NOW, 10).await.unwrap().1,
        Some(Timestamp(11_000))
    );
    let (due, _) = store.moves_due(Timestamp(12_000), 10).await.unwrap();
    assert_eq!(
        (due.len(), due[0].drop, due[0].errand),
        (1, DropId(3), Errand::Done)
    );
    let again = store
        .not_moved(&due[0], "no room", Some(Timestamp(20_000)))
        .await
        .unwrap();
    assert_eq!(again.state, DropState::Done);
    assert_eq!(
        store.moves_due(NOW, 10).await.unwrap().1,
        Some(Timestamp(20_000))
    );
    let third = arrived(4, "w", "sales.csv", 4, SALES).provisional(5_000, 12_000);
    store.commit(third).await.unwrap();
    assert_eq!(store.moves_due(NOW, 10).await.unwrap(), (Vec::new(), None));
}

fn personal(field: &str) -> ddgen_ipc::message::Edit {
    ddgen_ipc::message::Edit {
        field: Some(field.into()),
        aspect: ddgen_ipc::message::Aspect::SaidPii,
        value: "PERSON".into(),
        expects: None,
    }
}

#[tokio::test]
async fn values_of_a_field_that_turns_out_to_be_personal_are_not_told_any_more() {
    let (dir, store) = new_store();
    store
        .commit(arrived(1, "w", "sales.csv", 1, SALES))
        .await
        .unwrap();
    held(&store, 2, "sales.csv", 7).await;
    let edit = personal("amount");
    store.annotate("sales", vec![edit], "ana").await.unwrap();
    let row = store.quarantined().await.unwrap().remove(0);
    assert_eq!(row.breaches[0].example, None);
    let drop = store.drop(&row.id).await.unwrap();
    assert!(!drop.reason.unwrap().contains("17"));
    // And what is taken away takes the row along; the file stays where it lies.
    store.clear(entry()).await.unwrap();
    assert_eq!(number(&dir, "SELECT count(*) FROM moves"), 0);
}

#[tokio::test]
async fn they_are_withheld_whatever_the_series_is_called_by_now() {
    let (_dir, store) = new_store();
    let first = arrived(1, "w", "sales_1.csv", 1, SALES);
    store.commit(first).await.unwrap();
    held(&store, 2, "sales_1.csv", 7).await;
    let second = arrived(3, "w", "sales_2.csv", 2, SALES);
    store.commit(second).await.unwrap();
    let told = store.quarantined().await.unwrap().remove(0);
    assert_eq!(told.dictionary, "sales_1", "as it was called then");
    assert!(told.breaches[0].example.is_some());
    let edit = personal("amount");
    store.annotate("sales", vec![edit], "ana").await.unwrap();
    let told = store.quarantined().await.unwrap().remove(0);
    assert_eq!(told.breaches[0].example, None);
}

#[tokio::test]
async fn what_was_said_while_a_file_was_read_counts_when_it_is_set_aside() {
    let (_dir, store) = new_store();
    let first = arrived(1, "w", "sales.csv", 1, SALES);
    store.commit(first).await.unwrap();
    let edit = personal("amount");
    store.annotate("sales", vec![edit], "ana").await.unwrap();
    held(&store, 2, "sales.csv", 7).await;
    let told = store.quarantined().await.unwrap().remove(0);
    assert_eq!(told.breaches[0].example, None);
    assert_eq!(told.breaches[0].first_record, Some(2));
}
