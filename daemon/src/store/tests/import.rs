//! Edits made elsewhere come together with those made here.

use ddgen_ipc::message::{Aspect, Edit, ImportCell, ImportOutcome, ImportedCell, OnConflict};

use super::*;

fn cell(field: Option<&str>, aspect: Aspect, value: &str, base: Option<u64>) -> ImportCell {
    ImportCell {
        dictionary: "sales".to_owned(),
        field: field.map(str::to_owned),
        aspect,
        value: value.to_owned(),
        base,
    }
}

async fn write(store: &Store, field: Option<&str>, aspect: Aspect, value: &str) -> u64 {
    let edit = Edit {
        field: field.map(str::to_owned),
        aspect,
        value: value.to_owned(),
        expects: None,
    };
    let (_, rows) = store.annotate("sales", vec![edit], "bob").await.unwrap();
    rows[0].revision
}

async fn standing(store: &Store) -> Vec<String> {
    let rows = store.annotations("sales").await.unwrap().into_iter();
    let mut rows: Vec<_> = rows
        .map(|row| {
            let of = row.field.unwrap_or_default();
            format!("{of}.{}={} by {}", row.aspect, row.value, row.author)
        })
        .collect();
    rows.sort();
    rows
}

fn outcomes(told: &[ImportedCell]) -> Vec<(&str, &str, ImportOutcome)> {
    told.iter()
        .map(|cell| (cell.before.as_str(), cell.after.as_str(), cell.outcome))
        .collect()
}

#[tokio::test]
async fn only_what_was_changed_there_is_written_and_nothing_of_it_overwritten() {
    let (_dir, store) = new_store();
    store
        .commit(arrived(1, "w", "sales.csv", 1, SALES))
        .await
        .unwrap();
    let id = write(&store, Some("id"), Aspect::Description, "old").await;
    let day = write(&store, Some("day"), Aspect::Description, "old").await;
    let owner = write(&store, None, Aspect::Owner, "old").await;
    // Exported now; here people go on.
    write(&store, Some("day"), Aspect::Description, "newer here").await;
    write(&store, None, Aspect::Owner, "newer here").await;
    let cells = vec![
        // Changed there alone.
        cell(Some("id"), Aspect::Description, " new there ", Some(id)),
        // Changed here alone.
        cell(Some("day"), Aspect::Description, "old", Some(day)),
        // Changed on both sides.
        cell(None, Aspect::Owner, "new there", Some(owner)),
        // Written there, nothing here.
        cell(Some("amount"), Aspect::Tags, "b, a", Some(0)),
        // Nothing on both sides.
        cell(Some("amount"), Aspect::Description, "", Some(0)),
    ];
    let import = |mode, dry_run| store.import(cells.clone(), mode, "ana", dry_run);

    let before = standing(&store).await;
    let refused = import(OnConflict::Fail, false).await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict(_)));
    let words = refused.to_string();
    assert!(
        words.contains("owner of the dictionary in `sales`: it was written by bob at"),
        "{words}"
    );
    let dry = import(OnConflict::Skip, true).await.unwrap();
    assert_eq!(standing(&store).await, before);

    let told = import(OnConflict::Skip, false).await.unwrap();
    assert_eq!(told, dry);
    assert_eq!(
        outcomes(&told),
        [
            ("old", "new there", ImportOutcome::Written),
            ("newer here", "new there", ImportOutcome::Skipped),
            ("", "b, a", ImportOutcome::Written),
        ]
    );
    assert_eq!(
        standing(&store).await,
        [
            ".owner=newer here by bob",
            "amount.tags=b, a by ana",
            "day.description=newer here by bob",
            "id.description=new there by ana",
        ]
    );
    let told = import(OnConflict::Overwrite, false).await.unwrap();
    assert_eq!(
        outcomes(&told),
        [("newer here", "new there", ImportOutcome::Overwritten)]
    );
    assert!(import(OnConflict::Fail, false).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_list_made_by_hand_overwrites_nothing() {
    let (_dir, store) = new_store();
    store
        .commit(arrived(1, "w", "sales.csv", 1, SALES))
        .await
        .unwrap();
    write(&store, Some("id"), Aspect::Owner, "bob").await;
    let cells = vec![
        cell(Some("id"), Aspect::Owner, "eve", None),
        cell(Some("day"), Aspect::Owner, "eve", None),
    ];
    let told = store
        .import(cells, OnConflict::Skip, "ana", false)
        .await
        .unwrap();
    assert_eq!(
        outcomes(&told),
        [
            ("bob", "eve", ImportOutcome::Skipped),
            ("", "eve", ImportOutcome::Written)
        ]
    );
}

#[tokio::test]
async fn one_wrong_name_or_text_and_nothing_is_imported() {
    let (_dir, store) = new_store();
    store
        .commit(arrived(1, "w", "sales.csv", 1, SALES))
        .await
        .unwrap();
    let wrong = [
        (
            cell(Some("amuont"), Aspect::Owner, "x", None),
            "did you mean `amount`",
        ),
        (cell(None, Aspect::Owner, "a\nb", None), "U+000A"),
        (
            ImportCell {
                dictionary: "salse".into(),
                ..cell(None, Aspect::Owner, "x", None)
            },
            "did you mean `sales`",
        ),
    ];
    for (wrong, words) in wrong {
        let cells = vec![cell(Some("id"), Aspect::Owner, "ana", None), wrong];
        for mode in [OnConflict::Fail, OnConflict::Overwrite] {
            let refused = store
                .import(cells.clone(), mode, "ana", false)
                .await
                .unwrap_err();
            assert!(refused.to_string().contains(words), "{refused}");
        }
        assert!(standing(&store).await.is_empty());
        let told = store
            .import(cells, OnConflict::Skip, "ana", true)
            .await
            .unwrap();
        let because = told[1].because.as_deref().unwrap();
        assert!(because.contains(words), "{because}");
    }
}
