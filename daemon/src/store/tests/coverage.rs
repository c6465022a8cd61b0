//! How much has been written about.

use ddgen_ipc::message::{Aspect, Edit};

use super::*;

#[tokio::test]
async fn what_is_written_is_counted_once_and_only_on_fields_that_are_there() {
    let (_dir, store) = new_store();
    for (id, path, shape) in [(1, "sales.csv", SALES), (2, "people.csv", PEOPLE)] {
        let content = u64::try_from(id).unwrap();
        store
            .commit(arrived(id, "w", path, content, shape))
            .await
            .unwrap();
    }
    let edit = |field: Option<&str>, aspect, value: &str| Edit {
        field: field.map(str::to_owned),
        aspect,
        value: value.to_owned(),
        expects: None,
    };
    let sales = vec![
        edit(Some("id"), Aspect::Description, "one"),
        edit(Some("id"), Aspect::Description, "two"),
        edit(Some("day"), Aspect::Description, "gone"),
        edit(Some("day"), Aspect::Description, ""),
        edit(Some("amount"), Aspect::Description, "net"),
        edit(Some("amount"), Aspect::Classification, "public"),
        edit(Some("amount"), Aspect::Owner, "bob"),
    ];
    store.annotate("sales", sales, "ana").await.unwrap();
    let people = vec![edit(None, Aspect::Owner, "ana")];
    store.annotate("people", people, "ana").await.unwrap();
    let counts = |store: Store| async move {
        let rows = store.coverage().await.unwrap().into_iter();
        rows.map(|row| {
            (
                row.name,
                row.fields,
                row.described,
                row.owned,
                row.classified,
                row.has_owner,
            )
        })
        .collect::<Vec<_>>()
    };
    let people = ("people".to_owned(), 2, 0, 2, 0, true);
    assert_eq!(
        counts(store.clone()).await,
        [people.clone(), ("sales".to_owned(), 3, 2, 1, 1, false)]
    );
    // A version without the field that has the most words.
    store
        .commit(arrived(3, "w", "sales.csv", 3, &SALES[..2]))
        .await
        .unwrap();
    assert_eq!(
        counts(store).await,
        [people, ("sales".to_owned(), 2, 1, 0, 0, false)]
    );
}
