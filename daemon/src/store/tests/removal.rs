//! Dictionaries that are taken away, and what stays.

use std::collections::BTreeSet;

use ddgen_ipc::message::{Aspect, Edit};

use super::*;
use crate::caller::{Caller, Via};

pub(super) fn entry() -> AuditEntry {
    let caller = Caller {
        name: "anne".into(),
        role: ddgen_ipc::hello::Role::Admin,
        via: Via::Http,
        origin: "203.0.113.9".into(),
    };
    AuditEntry::done(&caller, "test", "sales")
}

async fn names(store: &Store) -> Vec<String> {
    let rows = store.dictionaries().await.unwrap();
    rows.into_iter().map(|row| row.name).collect()
}

/// Writes who owns `sales`.
async fn own(store: &Store) {
    let edit = Edit {
        field: None,
        aspect: Aspect::Owner,
        value: "anne".into(),
        expects: None,
    };
    store.annotate("sales", vec![edit], "anne").await.unwrap();
}

async fn two_dictionaries(store: &Store) {
    for (id, path, shape) in [
        (1, "sales_2026-01-05.csv", SALES),
        (2, "sales_2026-01-06.csv", SALES),
        (3, "people.csv", PEOPLE),
    ] {
        let work = arrived(id, "w", path, u64::try_from(id).unwrap(), shape);
        store.commit(work).await.unwrap();
    }
}

#[tokio::test]
async fn a_deleted_dictionary_is_hidden_and_comes_back_with_all_its_history() {
    let (dir, store) = new_store();
    two_dictionaries(&store).await;
    own(&store).await;
    store.hide("sales", entry()).await.unwrap();
    assert_eq!(names(&store).await, ["people"]);
    let (total, page) = store.dictionaries_after(None, 10).await.unwrap();
    assert_eq!((total, page.len()), (1, 1));
    let all = Part {
        offset: 0,
        limit: 10,
    };
    assert_eq!(store.search_fields("amount", all).await.unwrap(), []);
    assert_eq!(store.search_dictionaries("sales", all).await.unwrap(), []);
    for missing in [
        store.dictionary("sales").await.map(|_| ()),
        store.show_json("sales", Some(1)).await.map(|_| ()),
        store.hide("sales", entry()).await.map(|_| ()),
    ] {
        assert!(matches!(missing, Err(StoreError::NotFound { .. })));
    }
    store.bring_back("sales", entry()).await.unwrap();
    assert_eq!(store.versions("sales").await.unwrap().len(), 2);
    assert!(store.bring_back("sales", entry()).await.is_err());
    assert_eq!(store.search_fields("amount", all).await.unwrap().len(), 1);

    // The next file of the series does the same.
    store.hide("sales", entry()).await.unwrap();
    let third = arrived(4, "w", "sales_2026-01-07.csv", 4, SALES);
    let third = store.commit(third).await.unwrap();
    assert_eq!(third.drop.version, Some(3));
    assert_eq!(names(&store).await, ["people", "sales"]);
    let shown: serde_json::Value =
        serde_json::from_str(&store.show_json("sales", None).await.unwrap()).unwrap();
    assert_eq!(shown["annotations"][0]["value"], "anne");
    assert_eq!(shown["annotations"][0]["author"], "anne");
    store.close().await.unwrap();
    assert_sound(&dir);
    assert_eq!(
        number(&dir, "SELECT count(*) FROM audit WHERE who = 'anne'"),
        3
    );
}

#[tokio::test]
async fn an_erased_dictionary_leaves_no_name_and_its_series_begins_anew() {
    let (dir, store) = new_store();
    two_dictionaries(&store).await;
    own(&store).await;
    store.hide("sales", entry()).await.unwrap();
    store.erase("sales", entry()).await.unwrap();
    assert!(store.erase("sales", entry()).await.is_err());
    assert_eq!(names(&store).await, ["people"]);
    assert_eq!(store.stats().await.unwrap().table_counts.dictionaries, 1);
    for (table, left) in [("versions", 1), ("version_fields", 2), ("annotations", 0)] {
        let sql = format!("SELECT count(*) FROM {table}");
        assert_eq!(number(&dir, &sql), left, "{table}");
    }
    let traces = "SELECT count(*) FROM fields WHERE path IN ('day', 'amount')";
    assert_eq!(number(&dir, traces), 0);
    // Its drops are still known, so that no scan takes their files for news.
    let drop = store.drop(&DropId(2).to_string()).await.unwrap();
    assert_eq!((drop.state, drop.dictionary), (DropState::Done, None));
    let sightings = vec![arrived(2, "w", "sales_2026-01-06.csv", 2, SALES).sighting];
    assert_eq!(store.known(sightings).await.unwrap(), [true]);
    // The very job again, and the very file under another id: both begin the series anew.
    let again = arrived(2, "w", "sales_2026-01-06.csv", 2, SALES);
    let again = store.commit(again).await.unwrap();
    assert_eq!(
        (again.outcome, again.drop.version),
        (Outcome::Version, Some(1))
    );
    store.erase("sales", entry()).await.unwrap();
    let mut twin = arrived(2, "w", "sales_2026-01-06.csv", 2, SALES);
    twin.drop = DropId(77);
    let twin = store.commit(twin).await.unwrap();
    assert_eq!(
        (twin.outcome, twin.drop.version),
        (Outcome::Version, Some(1))
    );
    assert_eq!(names(&store).await, ["people", "sales"]);
    store.close().await.unwrap();
    assert_sound(&dir);
}

#[tokio::test]
async fn clearing_takes_all_but_keys_and_the_audit_log() {
    let (dir, store) = new_store();
    two_dictionaries(&store).await;
    store
        .record(unprofiled(9, "broken.csv", DropState::Parked))
        .await
        .unwrap();
    let cleared = store.clear(entry()).await.unwrap();
    let expected = Cleared {
        dictionaries: 2,
        versions: 3,
        fields: 5,
        annotations: 0,
        drops: 4,
    };
    assert_eq!(cleared, expected);
    assert_eq!(names(&store).await, Vec::<String>::new());
    let counts = store.drop_counts().await.unwrap();
    assert_eq!((counts.total, counts.parked), (0, 0));
    assert_eq!(number(&dir, "SELECT count(*) FROM audit"), 1);
    let again = arrived(1, "w", "sales_2026-01-05.csv", 1, SALES);
    let again = store.commit(again).await.unwrap();
    assert_eq!(again.drop.version, Some(1));
    store.close().await.unwrap();
    assert_sound(&dir);
}

/// Who adds a table that points to a dictionary, a version, a field or a drop has to take it away in
/// `remove.rs` as well.
#[tokio::test]
async fn every_table_that_points_to_a_dictionary_is_taken_away_with_it() {
    let (dir, store) = new_store();
    store.close().await.unwrap();
    let db = look(&dir);
    let mut pointing = db
        .prepare(
            "SELECT DISTINCT t.name FROM sqlite_schema t, pragma_foreign_key_list(t.name) f \
             WHERE t.type = 'table' \
               AND f.\"table\" IN ('dictionaries', 'versions', 'fields', 'drops')",
        )
        .unwrap();
    let found: BTreeSet<String> = pointing
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let known = [
        "annotations",
        "changes",
        "contracts",
        "dictionaries",
        "drop_aliases",
        "drops",
        "fields",
        "findings",
        "former_names",
        "moves",
        "renames",
        "routes",
        "sketches",
        "version_fields",
        "versions",
    ];
    assert_eq!(found, known.map(str::to_owned).into());
}
