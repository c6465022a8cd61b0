//! Which dictionary a drop goes to, and what it is called.

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

#[tokio::test]
async fn counters_of_one_shape_fold_once_a_second_file_agrees() {
    let (dir, store) = new_store();
    store
        .commit(arrived(1, "w", "table_1.csv", 1, SALES))
        .await
        .unwrap();
    assert_eq!(names(&store).await, vec![named("table_1", 1)]);
    let second = store
        .commit(arrived(2, "w", "table_2.csv", 2, SALES))
        .await
        .unwrap();
    let renamed = Renamed {
        from: "table_1".to_owned(),
        to: "table".to_owned(),
    };
    assert_eq!(second.renamed, vec![renamed]);
    assert_eq!(second.drop.reason.as_deref(), Some("folded into `table`"));
    assert_eq!(names(&store).await, vec![named("table", 2)]);
    // The name it had still leads there.
    assert_eq!(store.dictionary("table_1").await.unwrap().name, "table");
    assert_sound(&dir);
}

#[tokio::test]
async fn counters_of_different_shapes_stay_two_dictionaries() {
    let (_dir, store) = new_store();
    store
        .commit(arrived(1, "w", "table_1.csv", 1, SALES))
        .await
        .unwrap();
    let second = store
        .commit(arrived(2, "w", "table_2.csv", 2, PEOPLE))
        .await
        .unwrap();
    assert_eq!((second.renamed.len(), second.drop.reason), (0, None));
    assert_eq!(
        names(&store).await,
        vec![named("table_1", 1), named("table_2", 1)]
    );
    // Each goes on under its own name, also with another shape.
    store
        .commit(arrived(3, "w", "table_2.csv", 3, SALES))
        .await
        .unwrap();
    assert_eq!(
        names(&store).await,
        vec![named("table_1", 1), named("table_2", 2)]
    );
}

#[tokio::test]
async fn a_counter_folds_into_the_dictionary_of_the_bare_name_if_it_agrees() {
    let (_dir, store) = new_store();
    store
        .commit(arrived(1, "w", "sales.csv", 1, SALES))
        .await
        .unwrap();
    store
        .commit(arrived(2, "w", "sales (1).csv", 2, SALES))
        .await
        .unwrap();
    store
        .commit(arrived(3, "w", "sales (2).csv", 3, PEOPLE))
        .await
        .unwrap();
    assert_eq!(
        names(&store).await,
        vec![named("sales", 2), named("sales (2)", 1)]
    );
}

#[tokio::test]
async fn a_second_watch_with_the_same_stem_is_named_with_its_watch() {
    let (_dir, store) = new_store();
    store
        .commit(arrived(1, "north", "sales.csv", 1, SALES))
        .await
        .unwrap();
    let south = store
        .commit(arrived(2, "south", "sales.csv", 1, SALES))
        .await
        .unwrap();
    assert_eq!(
        (south.outcome, south.dictionary.stem.as_str()),
        (Outcome::Version, "sales")
    );
    assert_eq!(
        names(&store).await,
        vec![named("sales", 1), named("south/sales", 1)]
    );
    // Two ways to the same name do not meet either.
    let mut tables = arrived(3, "west", "a.sqlite", 3, SALES);
    tables.document = document(3, &[("b", SALES), ("c", SALES)]);
    store.commit(tables).await.unwrap();
    store
        .commit(arrived(4, "west", "a.b.csv", 4, SALES))
        .await
        .unwrap();
    let all: Vec<String> = names(&store)
        .await
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(all, ["a.b", "a.c", "sales", "south/sales", "west/a.b"]);
}

#[tokio::test]
async fn many_counters_of_many_shapes_all_find_a_place() {
    let (dir, store) = new_store();
    for number in 0..40_u32 {
        let columns: Vec<String> = (0..3).map(|column| format!("c{number}_{column}")).collect();
        let shape: Vec<_> = columns
            .iter()
            .map(|column| (column.as_str(), "string"))
            .collect();
        let file = format!("part_{number}.csv");
        store
            .commit(arrived(number.into(), "w", &file, number.into(), &shape))
            .await
            .unwrap();
    }
    assert_eq!(names(&store).await.len(), 40);
    assert_sound(&dir);
}

#[tokio::test]
async fn an_unknown_name_lists_the_nearest() {
    let (_dir, store) = new_store();
    store
        .commit(arrived(1, "w", "sales.csv", 1, SALES))
        .await
        .unwrap();
    store
        .commit(arrived(2, "w", "people.csv", 2, PEOPLE))
        .await
        .unwrap();
    let refused = store.dictionary("Slaes").await.unwrap_err().to_string();
    assert_eq!(
        refused,
        "there is no dictionary `Slaes`; did you mean `sales`?"
    );
    let refused = store
        .field_json("sales", None, "amuont")
        .await
        .unwrap_err()
        .to_string();
    assert_eq!(
        refused,
        "there is no field `amuont`; did you mean `amount`?"
    );
    let refused = store
        .fields("sales", Some(9), 0, 1)
        .await
        .unwrap_err()
        .to_string();
    assert!(refused.contains("no version 9 of `sales`"), "{refused}");
}
