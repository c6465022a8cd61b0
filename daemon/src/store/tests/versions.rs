//! The rules by which drops become versions, one by one.

use super::*;

async fn commit(store: &Store, arrived: Arrived) -> Committed {
    store.commit(arrived).await.unwrap()
}

async fn hashes(store: &Store, name: &str) -> Vec<(u32, bool, String)> {
    let versions = store.versions(name).await.unwrap();
    versions
        .into_iter()
        .map(|row| (row.number, row.current, row.blake3))
        .collect()
}

#[tokio::test]
async fn a_drop_becomes_the_first_version_of_its_dictionary() {
    let (dir, store) = new_store();
    let done = commit(
        &store,
        arrived(1, "w", "sub/sales_2026-01-05.csv", 7, SALES),
    )
    .await;
    assert_eq!(done.outcome, Outcome::Version);
    assert_eq!(done.dictionary.name, "sales");
    assert_eq!(
        (
            done.dictionary.watch.as_str(),
            done.dictionary.stem.as_str()
        ),
        ("w", "sales")
    );
    assert_eq!((done.dictionary.versions, done.dictionary.version), (1, 1));
    assert_eq!((done.dictionary.records, done.dictionary.fields), (8, 3));
    assert_eq!((done.dictionary.bytes, done.dictionary.warnings), (107, 1));
    assert_eq!(done.dictionary.file, "sales_2026-01-05.csv");
    assert_eq!(done.drop.path, "/data/w/sub/sales_2026-01-05.csv");
    assert_eq!(done.drop.id, format!("{:032x}", 1));
    assert_eq!(
        (done.drop.state, done.drop.version),
        (DropState::Done, Some(1))
    );
    assert_eq!(done.drop.reason.as_deref(), Some("folded into `sales`"));
    assert_eq!(done.drop.mtime, Timestamp(1_767_571_200_000));
    assert_sound(&dir);
}

#[tokio::test]
async fn the_same_drop_again_changes_nothing() {
    let (dir, store) = new_store();
    let first = commit(&store, arrived(1, "w", "sales.csv", 7, SALES)).await;
    let again = commit(&store, arrived(1, "w", "sales.csv", 8, SALES)).await;
    assert_eq!(again.outcome, Outcome::Already);
    assert_eq!(
        (again.drop, again.dictionary),
        (first.drop, first.dictionary)
    );
    assert_eq!(store.drop_counts().await.unwrap().total, 1);
    assert_sound(&dir);
}

#[tokio::test]
async fn one_file_under_two_ids_is_one_drop_unless_a_person_asks() {
    let (dir, store) = new_store();
    let first = commit(&store, arrived(1, "w", "sales.csv", 7, SALES)).await;
    let mut twin = arrived(2, "w", "sales.csv", 7, SALES);
    twin.sighting = arrived(1, "w", "sales.csv", 7, SALES).sighting;
    let same = commit(&store, twin.clone()).await;
    assert_eq!(
        (same.outcome, same.drop.seq),
        (Outcome::Already, first.drop.seq)
    );
    assert!(store.is_done(DropId(1)).await.unwrap() && store.is_done(DropId(2)).await.unwrap());
    assert_eq!(store.drop_counts().await.unwrap().total, 1);
    // Other content under the same size, time and inode is another drop all the same.
    let mut sly = twin.clone();
    sly.drop = DropId(3);
    sly.document.source.blake3 = blake3_of(8);
    assert_eq!(commit(&store, sly).await.outcome, Outcome::Version);
    twin.drop = DropId(4);
    twin.origin = Origin::Ingest;
    assert_eq!(commit(&store, twin).await.drop.state, DropState::Duplicate);
    assert_eq!(store.drop_counts().await.unwrap().total, 3);
    assert_sound(&dir);
}

#[tokio::test]
async fn days_of_a_series_are_versions_and_a_copy_is_none() {
    let (_dir, store) = new_store();
    commit(&store, arrived(1, "w", "sales_2026-01-05.csv", 1, SALES)).await;
    commit(&store, arrived(2, "w", "sales_2026-01-06.csv", 2, SALES)).await;
    let copy = commit(&store, arrived(3, "w", "sales_2026-01-07.csv", 1, SALES)).await;
    assert_eq!(copy.outcome, Outcome::Duplicate);
    assert_eq!(
        (copy.drop.state, copy.drop.version),
        (DropState::Duplicate, Some(1))
    );
    let expected = vec![(2, true, blake3_of(2)), (1, false, blake3_of(1))];
    assert_eq!(hashes(&store, "sales").await, expected);
    let counts = store.drop_counts().await.unwrap();
    assert_eq!((counts.total, counts.done, counts.duplicate), (3, 2, 1));
}

#[tokio::test]
async fn old_content_by_the_path_of_the_newest_drop_is_current_again() {
    let (_dir, store) = new_store();
    for (id, content) in [(1, 1), (2, 2)] {
        commit(&store, arrived(id, "w", "sales.csv", content, SALES)).await;
    }
    let back = commit(&store, arrived(3, "w", "sales.csv", 1, SALES)).await;
    assert_eq!(back.outcome, Outcome::CurrentAgain);
    assert_eq!((back.dictionary.version, back.dictionary.versions), (1, 2));
    assert_eq!(
        (back.dictionary.records, back.drop.state),
        (2, DropState::Duplicate)
    );
    // The next content is version 3, whatever is current.
    let next = commit(&store, arrived(4, "w", "sales.csv", 3, SALES)).await;
    assert_eq!(
        (next.outcome, next.dictionary.version),
        (Outcome::Version, 3)
    );
}

#[tokio::test]
async fn a_provisional_version_is_replaced_by_its_file_and_its_drop_revised() {
    let (dir, store) = new_store();
    commit(
        &store,
        arrived(1, "w", "sales.csv", 1, PEOPLE).provisional(1_000, 11_000),
    )
    .await;
    let mut whole = arrived(2, "w", "sales.csv", 2, SALES).provisional(2_000, 12_000);
    whole.sighting.size = 222;
    let whole = commit(&store, whole).await;
    assert_eq!(
        (whole.outcome, whole.revised),
        (Outcome::Replaced, Some(DropId(1)))
    );
    assert_eq!(
        (whole.dictionary.versions, whole.dictionary.version),
        (1, 1)
    );
    assert_eq!(
        (whole.dictionary.fields, whole.dictionary.pii_fields),
        (3, 0)
    );
    assert_eq!(hashes(&store, "sales").await, vec![(1, true, blake3_of(2))]);
    // One arrival, one row, found by both ids.
    assert_eq!(store.drop_counts().await.unwrap().total, 1);
    assert_eq!((whole.drop.seq, whole.drop.size), (1, 222));
    for id in [1_u128, 2] {
        assert_eq!(store.drop(&format!("{id:032x}")).await.unwrap(), whole.drop);
        assert!(store.is_done(DropId(id)).await.unwrap());
    }
    let replay = commit(&store, arrived(1, "w", "sales.csv", 1, PEOPLE)).await;
    assert_eq!(replay.outcome, Outcome::Already);
    // What only the half-written content had is no field of this dictionary.
    assert_eq!(store.stats().await.unwrap().table_counts.fields, 3);
    assert_sound(&dir);
}

#[tokio::test]
async fn what_is_final_or_of_another_file_is_not_replaced() {
    let (_dir, store) = new_store();
    commit(
        &store,
        arrived(1, "w", "sales.csv", 1, SALES).provisional(1_000, 11_000),
    )
    .await;
    let other = arrived(2, "w", "sub/sales.csv", 2, SALES).provisional(2_000, 12_000);
    assert_eq!(commit(&store, other).await.outcome, Outcome::Version);
    let late = arrived(3, "w", "sub/sales.csv", 3, SALES).provisional(12_000, 22_000);
    let late = commit(&store, late).await;
    assert_eq!(
        (late.outcome, late.dictionary.version),
        (Outcome::Version, 3)
    );
    assert_eq!(store.drop_counts().await.unwrap().done, 3);
}

#[tokio::test]
async fn a_change_that_waited_long_still_replaces_what_was_provisional_when_it_came() {
    let (_dir, store) = new_store();
    let first = arrived(1, "w", "sales.csv", 1, SALES).provisional(1_000, 11_000);
    commit(&store, first).await;
    let mut changed = arrived(2, "w", "sales.csv", 2, SALES).provisional(2_000, 12_000);
    changed.finished_at = Timestamp(15_000);
    let changed = commit(&store, changed).await;
    assert_eq!(
        (changed.outcome, changed.dictionary.versions),
        (Outcome::Replaced, 1)
    );
}

#[tokio::test]
async fn fields_live_on_through_versions_and_replacements() {
    let (dir, store) = new_store();
    let wider = &[("id", "integer"), ("note", "string"), ("amount", "string")];
    commit(&store, arrived(1, "w", "sales.csv", 1, SALES)).await;
    commit(
        &store,
        arrived(2, "w", "sales.csv", 2, wider).provisional(2_000, 12_000),
    )
    .await;
    let spans = || -> Vec<(String, i64, i64)> {
        let db = look(&dir);
        let mut rows = db
            .prepare(
                "SELECT path, coalesce(first_version, 0), coalesce(last_version, 0) FROM fields \
                 ORDER BY path",
            )
            .unwrap();
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    };
    let span = |path: &str, first, last| (path.to_owned(), first, last);
    let expected = vec![
        span("amount", 1, 2),
        span("day", 1, 1),
        span("id", 1, 2),
        span("note", 2, 2),
    ];
    assert_eq!(spans(), expected);
    // The replacement has lost `id`, which goes back to version 1; `note` was never real.
    let narrow = &[("day", "date"), ("amount", "number")];
    commit(
        &store,
        arrived(3, "w", "sales.csv", 3, narrow).provisional(3_000, 13_000),
    )
    .await;
    let expected = vec![
        span("amount", 1, 2),
        span("day", 1, 2),
        span("id", 1, 1),
        span("note", 0, 0),
    ];
    assert_eq!(spans(), expected);
    // It is the same field when it comes again.
    let ids = "SELECT id FROM fields WHERE path = 'note'";
    let note = number(&dir, ids);
    commit(
        &store,
        arrived(4, "w", "sales.csv", 4, wider).provisional(20_000, 30_000),
    )
    .await;
    assert_eq!(spans()[3], span("note", 3, 3));
    assert_eq!(number(&dir, ids), note);
    assert_sound(&dir);
}

#[tokio::test]
async fn column_order_alone_is_a_version_with_one_change_reordered() {
    let (dir, store) = new_store();
    let turned: Vec<_> = SALES.iter().rev().copied().collect();
    let first = commit(&store, arrived(1, "w", "sales.csv", 1, SALES)).await;
    let second = commit(&store, arrived(2, "w", "sales.csv", 2, &turned)).await;
    assert_eq!(
        (second.outcome, second.dictionary.version),
        (Outcome::Version, 2)
    );
    let rows = store.versions(&first.dictionary.name).await.unwrap();
    assert_eq!(rows[0].schema_hash, rows[1].schema_hash);
    let reordered = "SELECT count(*) FROM changes WHERE kind = 'reordered' AND severity = 'info'";
    assert_eq!(number(&dir, reordered), 1);
    // The same order as before, and another type: neither is a reordering.
    commit(&store, arrived(3, "w", "sales.csv", 3, &turned)).await;
    let retyped = &[("amount", "string"), ("day", "date"), ("id", "integer")];
    commit(&store, arrived(4, "w", "sales.csv", 4, retyped)).await;
    assert_eq!(number(&dir, reordered), 1);
    let rows = store.versions("sales").await.unwrap();
    assert_ne!(rows[0].schema_hash, rows[1].schema_hash);
}

#[tokio::test]
async fn any_two_versions_can_be_compared_and_each_notes_what_changed() {
    let (dir, store) = new_store();
    let shapes: [&[(&str, &str)]; 3] = [
        SALES,
        &[("id", "string"), ("day", "date"), ("amount", "number")],
        &[("id", "string"), ("day", "date"), ("email", "string")],
    ];
    for (id, shape) in (1..).zip(shapes) {
        let content = u64::try_from(id).unwrap();
        commit(&store, arrived(id, "w", "sales.csv", content, shape)).await;
    }
    let removed = json!({ "kind": "removed", "severity": "breaking", "path": "amount" });
    let retyped = json!({ "kind": "modified", "severity": "breaking", "path": "id",
                          "aspect": "type", "from": "integer", "to": "string" });
    let added = json!({ "kind": "added", "severity": "info", "path": "email" });
    let cases = [
        (None, None, json!([removed, added])),
        (Some(1), None, json!([removed, retyped, added])),
        (Some(1), Some(2), json!([retyped])),
        (Some(2), Some(2), json!([])),
    ];
    for (from, to, expected) in cases {
        let diff = store.diff_json("sales", from, to).await.unwrap();
        let diff: serde_json::Value = serde_json::from_str(&diff).unwrap();
        assert_eq!(diff["changes"], expected, "{from:?} {to:?}");
    }
    let noted = "SELECT count(*) FROM changes c JOIN versions v ON v.id = c.version \
         JOIN fields f ON f.id = c.field WHERE v.number = ";
    assert_eq!(number(&dir, &format!("{noted} 1")), 0);
    assert_eq!(
        number(&dir, &format!("{noted} 2 AND c.after = '\"string\"'")),
        1
    );
    assert_eq!(number(&dir, &format!("{noted} 3 AND f.path <> 'id'")), 2);
}

#[tokio::test]
async fn there_is_nothing_before_the_first_version() {
    let (_dir, store) = new_store();
    commit(&store, arrived(1, "w", "sales.csv", 1, SALES)).await;
    let error = store.diff_json("sales", None, None).await.unwrap_err();
    assert!(matches!(&error, StoreError::Refused(words) if words.contains("no version before 1")));
    let error = store.diff_json("sales", Some(7), None).await.unwrap_err();
    assert!(
        error.to_string().contains("version 7 of `sales`"),
        "{error}"
    );
}

#[tokio::test]
async fn each_table_of_a_file_is_a_dictionary() {
    let (dir, store) = new_store();
    let mut file = arrived(1, "w", "shop_2026-01-05.sqlite", 1, SALES);
    file.document = document(1, &[("sales", SALES), ("people", PEOPLE)]);
    let done = commit(&store, file).await;
    assert_eq!(done.dictionary.name, "shop.sales");
    assert_eq!(done.others.len(), 1);
    assert_eq!(
        (done.others[0].name.as_str(), done.others[0].fields),
        ("shop.people", 2)
    );
    let shown = store.show_json("shop.people", None).await.unwrap();
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["profile"]["tables"].as_array().unwrap().len(), 1);
    assert_eq!(shown["profile"]["tables"][0]["name"], "people");
    assert_eq!(store.drop_counts().await.unwrap().total, 1);
    assert_sound(&dir);
}
