//! Dictionaries renamed, put together and taken apart: versions, words and later files.

use ddgen_ipc::message::{Aspect, DictionaryRow, Edit, RenameCall, ReshapeCall, SplitBy};

use super::removal::entry;
use super::*;

async fn names(store: &Store) -> Vec<(String, u32)> {
    let rows = store.dictionaries().await.unwrap();
    rows.into_iter()
        .map(|row| (row.name, row.versions))
        .collect()
}

fn named(name: &str, versions: u32) -> (String, u32) {
    (name.to_owned(), versions)
}

type File<'a> = (u128, &'a str, &'a [(&'a str, &'a str)]);

/// Each file with its number as content, one after the other.
async fn drop_all(store: &Store, files: &[File<'_>]) {
    for (id, path, shape) in files {
        let work = arrived(*id, "w", path, u64::try_from(*id).unwrap(), shape);
        store.commit(work).await.unwrap();
    }
}

async fn write(store: &Store, name: &str, field: Option<&str>, aspect: Aspect, text: &str) {
    let edit = Edit {
        field: field.map(str::to_owned),
        aspect,
        value: text.to_owned(),
        expects: None,
    };
    store.annotate(name, vec![edit], "ana").await.unwrap();
}

/// Field, aspect and text of all that stands, sorted.
async fn words(store: &Store, name: &str) -> Vec<(String, &'static str, String)> {
    let rows = store.annotations(name).await.unwrap();
    let mut words: Vec<_> = rows
        .into_iter()
        .map(|row| (row.field.unwrap_or_default(), row.aspect.word(), row.value))
        .collect();
    words.sort();
    words
}

async fn files(store: &Store, name: &str) -> Vec<(u32, String, bool)> {
    let rows = store.versions(name).await.unwrap();
    rows.into_iter()
        .rev()
        .map(|row| (row.number, row.file, row.current))
        .collect()
}

async fn reshape(store: &Store, call: ReshapeCall) -> Result<Vec<DictionaryRow>, StoreError> {
    let fold = |_: &str, file: &str| dataset::fold(file, None);
    store.reshape(call, fold, entry()).await
}

fn moved(name: &str, to: &str) -> ReshapeCall {
    ReshapeCall::Move {
        name: name.into(),
        to: to.into(),
    }
}

fn merged(name: &str, into: &str) -> ReshapeCall {
    ReshapeCall::Merge {
        name: name.into(),
        into: into.into(),
    }
}

fn split(name: &str, to: &str, what: SplitBy) -> ReshapeCall {
    ReshapeCall::Split {
        name: name.into(),
        to: to.into(),
        what,
    }
}

const ORDERS: &[(&str, &str)] = &[("id", "integer"), ("day", "date"), ("customer", "string")];

async fn sales_and_orders() -> (TempDir, Store) {
    let (dir, store) = new_store();
    drop_all(
        &store,
        &[
            (1, "sales_2026-01-05.csv", SALES),
            (2, "orders_2026-01-05.csv", ORDERS),
            (3, "sales_2026-01-06.csv", SALES),
            (4, "orders_2026-01-06.csv", ORDERS),
        ],
    )
    .await;
    (dir, store)
}

#[tokio::test]
async fn a_name_is_given_for_good_and_the_old_one_still_leads_there() {
    let (dir, store) = sales_and_orders().await;
    write(&store, "sales", None, Aspect::Owner, "ana").await;
    let rows = reshape(&store, moved("sales", "revenue")).await.unwrap();
    assert_eq!(rows[0].name, "revenue");
    assert_eq!(store.dictionary("sales").await.unwrap().name, "revenue");
    drop_all(&store, &[(5, "sales_2026-01-07.csv", SALES)]).await;
    assert_eq!(
        names(&store).await,
        [named("orders", 2), named("revenue", 3)]
    );
    for (call, because) in [
        (moved("revenue", "orders"), "another dictionary"),
        (moved("revenue", " "), "needs a name"),
        (moved("revenue", "a\nb"), "cannot be a name"),
        (moved("nothing", "x"), "nothing"),
    ] {
        let words = reshape(&store, call).await.unwrap_err().to_string();
        assert!(words.contains(because), "{words}");
    }
    // And back again.
    reshape(&store, moved("revenue", "sales")).await.unwrap();
    assert_eq!(store.dictionary("revenue").await.unwrap().name, "sales");
    assert_eq!(number(&dir, "SELECT count(*) FROM audit"), 2);
    assert_sound(&dir);
}

#[tokio::test]
async fn a_given_name_is_not_taken_away_by_a_series() {
    let (_dir, store) = new_store();
    drop_all(&store, &[(1, "table_1.csv", SALES)]).await;
    reshape(&store, moved("table_1", "mine")).await.unwrap();
    drop_all(&store, &[(2, "table_2.csv", SALES)]).await;
    assert_eq!(names(&store).await, [named("mine", 2)]);
}

#[tokio::test]
async fn two_become_one_in_the_order_of_arrival_and_no_word_is_lost() {
    let (dir, store) = sales_and_orders().await;
    write(&store, "sales", None, Aspect::Owner, "ana").await;
    write(&store, "orders", None, Aspect::Owner, "bob").await;
    write(&store, "orders", None, Aspect::Tags, "daily").await;
    write(
        &store,
        "orders",
        Some("id"),
        Aspect::Description,
        "of the order",
    )
    .await;
    write(
        &store,
        "orders",
        Some("customer"),
        Aspect::Description,
        "who",
    )
    .await;
    let rows = reshape(&store, merged("orders", "sales")).await.unwrap();
    assert_eq!(
        (&*rows[0].name, rows[0].versions, rows[0].version),
        ("sales", 4, 4)
    );
    let expected = [
        (1, "sales_2026-01-05.csv".to_owned(), false),
        (2, "orders_2026-01-05.csv".to_owned(), false),
        (3, "sales_2026-01-06.csv".to_owned(), false),
        (4, "orders_2026-01-06.csv".to_owned(), true),
    ];
    assert_eq!(files(&store, "sales").await, expected);
    let text = |field: &str, aspect, value: &str| (field.to_owned(), aspect, value.to_owned());
    let standing = [
        text("", "owner", "ana"),
        text("", "tags", "daily"),
        text("customer", "description", "who"),
        text("id", "description", "of the order"),
    ];
    assert_eq!(words(&store, "sales").await, standing);
    let history = store.history("sales", None, Aspect::Owner).await.unwrap();
    let mut owners: Vec<&str> = history.iter().map(|row| &*row.value).collect();
    owners.sort_unstable();
    assert_eq!(owners, ["ana", "bob"], "the other's word is history");
    assert_eq!(history[0].version.max(history[1].version), Some(4));
    // Later files of both come here, and the old name leads here.
    drop_all(
        &store,
        &[
            (5, "orders_2026-01-07.csv", ORDERS),
            (6, "sales_2026-01-07.csv", SALES),
        ],
    )
    .await;
    assert_eq!(names(&store).await, [named("sales", 6)]);
    assert_eq!(store.dictionary("orders").await.unwrap().name, "sales");
    let drop = store.drop("orders_2026-01-05.csv").await.unwrap();
    assert_eq!(
        (drop.dictionary.as_deref(), drop.version),
        (Some("sales"), Some(2))
    );
    // What changed is told of the version that is before it now.
    let changes = "SELECT count(*) FROM changes c JOIN versions v ON v.id = c.version \
                   WHERE v.number = 2 AND c.kind = 'added'";
    assert_eq!(number(&dir, changes), 1);
    let all = Part {
        offset: 0,
        limit: 10,
    };
    let found = store.search_fields("customer", all).await.unwrap();
    assert_eq!(found.len(), 0, "the newest version has none");
    let again = reshape(&store, merged("orders", "sales"))
        .await
        .unwrap_err();
    assert!(
        again.to_string().contains("one dictionary already"),
        "{again}"
    );
    assert_sound(&dir);
}

#[tokio::test]
async fn what_was_put_together_is_taken_apart_by_what_its_files_are_called() {
    let (dir, store) = sales_and_orders().await;
    write(&store, "orders", None, Aspect::Tags, "daily").await;
    write(
        &store,
        "orders",
        Some("id"),
        Aspect::Description,
        "of the order",
    )
    .await;
    write(
        &store,
        "orders",
        Some("customer"),
        Aspect::Description,
        "who",
    )
    .await;
    let standing = words(&store, "orders").await;
    reshape(&store, merged("orders", "sales")).await.unwrap();
    // Taken apart again by what the files are called.
    let what = SplitBy::Series("orders".into());
    let rows = reshape(&store, split("sales", "orders", what))
        .await
        .unwrap();
    let told: Vec<(&str, u32)> = rows.iter().map(|row| (&*row.name, row.versions)).collect();
    assert_eq!(told, [("orders", 2), ("sales", 2)]);
    assert_eq!(files(&store, "orders").await[1].1, "orders_2026-01-06.csv");
    drop_all(
        &store,
        &[
            (7, "orders_2026-01-08.csv", ORDERS),
            (8, "sales_2026-01-08.csv", SALES),
        ],
    )
    .await;
    assert_eq!(names(&store).await, [named("orders", 3), named("sales", 3)]);
    // Both have the words, each about the fields it has.
    assert_eq!(words(&store, "orders").await, standing);
    assert!(words(&store, "sales").await.contains(&(
        "id".into(),
        "description",
        "of the order".into()
    )));
    assert_sound(&dir);
    let orphans = "SELECT count(*) FROM version_fields x JOIN versions v ON v.id = x.version \
                   JOIN fields f ON f.id = x.field WHERE f.dictionary <> v.dictionary";
    assert_eq!(number(&dir, orphans), 0);
    let spans = "SELECT count(*) FROM fields f JOIN dictionaries d ON d.id = f.dictionary \
                 WHERE d.name = 'orders' AND f.path = 'customer' \
                 AND f.first_version = 1 AND f.last_version = 3";
    assert_eq!(number(&dir, spans), 1);
}

#[tokio::test]
async fn chosen_versions_go_and_the_rest_is_numbered_anew() {
    let (dir, store) = new_store();
    drop_all(
        &store,
        &[
            (1, "sales_2026-01-05.csv", SALES),
            (2, "sales_2026-01-06.csv", SALES),
            (3, "sales_2026-01-07.csv", SALES),
        ],
    )
    .await;
    for (what, because) in [
        (SplitBy::Versions(vec![9]), "no version 9"),
        (SplitBy::Versions(vec![1, 2, 3]), "that is all"),
        (SplitBy::Versions(Vec::new()), "no version"),
        (SplitBy::Series("other".into()), "they are called `sales`"),
    ] {
        let refused = reshape(&store, split("sales", "x", what))
            .await
            .unwrap_err();
        assert!(refused.to_string().contains(because), "{refused}");
    }
    let what = SplitBy::Versions(vec![1, 3]);
    reshape(&store, split("sales", "trial", what))
        .await
        .unwrap();
    let old = [(1, "sales_2026-01-06.csv".to_owned(), true)];
    assert_eq!(files(&store, "sales").await, old);
    let new = [
        (1, "sales_2026-01-05.csv".to_owned(), false),
        (2, "sales_2026-01-07.csv".to_owned(), true),
    ];
    assert_eq!(files(&store, "trial").await, new);
    // Numbers say nothing of later files.
    drop_all(&store, &[(4, "sales_2026-01-08.csv", SALES)]).await;
    assert_eq!(names(&store).await, [named("sales", 2), named("trial", 2)]);
    assert_sound(&dir);
}

#[tokio::test]
async fn a_folding_is_undone_and_this_is_remembered() {
    let (dir, store) = new_store();
    drop_all(
        &store,
        &[
            (1, "sales_2026-01-05.csv", SALES),
            (2, "sales_2026-01-06.csv", SALES),
            (3, "sales_2026-01-05.csv", ORDERS),
        ],
    )
    .await;
    let shown = store.drop("sales_2026-01-06.csv").await.unwrap();
    assert_eq!(shown.reason.as_deref(), Some("folded into `sales`"));
    let call = || ReshapeCall::Unfold {
        drop: "sales_2026-01-05.csv".into(),
    };
    let rows = reshape(&store, call()).await.unwrap();
    assert_eq!((&*rows[0].name, rows[0].versions), ("sales_2026-01-05", 2));
    drop_all(
        &store,
        &[
            (4, "sales_2026-01-05.csv", SALES),
            (5, "sales_2026-01-07.csv", SALES),
        ],
    )
    .await;
    assert_eq!(
        names(&store).await,
        [named("sales", 2), named("sales_2026-01-05", 3)]
    );
    let again = reshape(&store, call()).await.unwrap_err();
    assert!(again.to_string().contains("was not folded"), "{again}");
    // And that undone, too.
    reshape(&store, merged("sales_2026-01-05", "sales"))
        .await
        .unwrap();
    drop_all(&store, &[(6, "sales_2026-01-05.csv", PEOPLE)]).await;
    assert_eq!(names(&store).await, [named("sales", 6)]);
    assert_sound(&dir);
}

#[tokio::test]
async fn the_only_file_of_a_series_is_unfolded_by_its_name() {
    let (_dir, store) = new_store();
    drop_all(&store, &[(1, "sales_2026-01-05.csv", SALES)]).await;
    let drop = "sales_2026-01-05.csv".to_owned();
    reshape(&store, ReshapeCall::Unfold { drop }).await.unwrap();
    drop_all(&store, &[(2, "sales_2026-01-06.csv", SALES)]).await;
    assert_eq!(
        names(&store).await,
        [named("sales", 1), named("sales_2026-01-05", 1)]
    );
}

#[tokio::test]
async fn words_of_a_renamed_field_stand_on_both_sides_of_a_split() {
    let (dir, store) = new_store();
    let before: &[(&str, &str)] = &[("id", "integer"), ("town", "string")];
    let after: &[(&str, &str)] = &[("id", "integer"), ("city", "string")];
    drop_all(
        &store,
        &[
            (1, "sales_2026-01-05.csv", before),
            (2, "sales_2026-01-06.csv", after),
        ],
    )
    .await;
    write(&store, "sales", Some("town"), Aspect::Description, "where").await;
    let rename = RenameCall {
        from: Some("town".into()),
        to: "city".into(),
    };
    store.accept("sales", vec![rename], "ana").await.unwrap();
    let what = SplitBy::Versions(vec![2]);
    reshape(&store, split("sales", "late", what)).await.unwrap();
    let text = |field: &str| [(field.to_owned(), "description", "where".to_owned())];
    assert_eq!(words(&store, "sales").await, text("town"));
    assert_eq!(words(&store, "late").await, text("city"));
    assert_sound(&dir);
}
