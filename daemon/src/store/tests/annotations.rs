//! What people write stays with the field.

use ddgen_ipc::message::{AnnotationRow, Aspect, Edit};

use super::*;

fn edit(field: Option<&str>, aspect: Aspect, value: &str) -> Edit {
    Edit {
        field: field.map(str::to_owned),
        aspect,
        value: value.to_owned(),
        expects: None,
    }
}

fn texts(rows: &[AnnotationRow]) -> Vec<(Option<&str>, &str, &str, &str)> {
    rows.iter()
        .map(|row| {
            (
                row.field.as_deref(),
                row.aspect.word(),
                &*row.value,
                &*row.author,
            )
        })
        .collect()
}

async fn with_sales() -> (TempDir, Store) {
    let (dir, store) = new_store();
    store
        .commit(arrived(1, "w", "sales.csv", 1, SALES))
        .await
        .unwrap();
    (dir, store)
}

#[tokio::test]
async fn words_stay_with_the_field_through_versions_order_and_type() {
    let (dir, store) = with_sales().await;
    let edits = vec![
        edit(None, Aspect::Owner, " ana "),
        edit(Some("amount"), Aspect::Description, "Net,\nin **EUR**"),
        edit(Some("day"), Aspect::Tags, "b, a,b,, c "),
    ];
    let (name, rows) = store.annotate("sales", edits, "ana").await.unwrap();
    assert_eq!(name, "sales");
    let expected = [
        (None, "owner", "ana", "ana"),
        (Some("amount"), "description", "Net,\nin **EUR**", "ana"),
        (Some("day"), "tags", "b, a, c", "ana"),
    ];
    assert_eq!(texts(&rows), expected);
    // Another type, another order, gone, and back again.
    let shapes: [&[(&str, &str)]; 3] = [
        &[("amount", "string"), ("id", "integer"), ("day", "date")],
        &[("id", "integer")],
        SALES,
    ];
    for (id, shape) in (2..).zip(shapes) {
        let content = u64::try_from(id).unwrap();
        store
            .commit(arrived(id, "w", "sales.csv", content, shape))
            .await
            .unwrap();
        assert_eq!(texts(&store.annotations("sales").await.unwrap()), expected);
    }
    let shown = store.show_json("sales", None).await.unwrap();
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["annotations"][1]["field"], "amount");
    assert_eq!(shown["annotations"][1]["version"], 1);
    drop(store);
    let again = open(&dir);
    assert_eq!(texts(&again.annotations("sales").await.unwrap()), expected);
    assert_sound(&dir);
}

#[tokio::test]
async fn the_second_of_two_editors_is_told_and_nothing_is_overwritten() {
    let (_dir, store) = with_sales().await;
    let first = Edit {
        expects: Some(0),
        ..edit(Some("id"), Aspect::Description, "first")
    };
    let (_, rows) = store
        .annotate("sales", vec![first.clone()], "ana")
        .await
        .unwrap();
    let second = Edit {
        value: "second".to_owned(),
        ..first
    };
    // All or nothing: the other edit of the call is not kept either.
    let both = vec![edit(None, Aspect::Owner, "bob"), second.clone()];
    let error = store.annotate("sales", both, "bob").await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Conflict(words) if words.contains("by ana")),
        "{error}"
    );
    let kept = store.annotations("sales").await.unwrap();
    assert_eq!(kept, rows);
    // Having seen what stands, he may.
    let seen = Edit {
        expects: Some(rows[0].revision),
        ..second
    };
    store.annotate("sales", vec![seen], "bob").await.unwrap();
    let history = store
        .history("sales", Some("id".to_owned()), Aspect::Description)
        .await
        .unwrap();
    let id = Some("id");
    assert_eq!(
        texts(&history),
        [
            (id, "description", "second", "bob"),
            (id, "description", "first", "ana")
        ]
    );
}

#[tokio::test]
async fn a_removal_is_an_edit_and_the_same_text_is_none() {
    let (dir, store) = with_sales().await;
    for value in ["here", "here", "", ""] {
        let edits = vec![edit(None, Aspect::BusinessName, value)];
        store.annotate("sales", edits, "ana").await.unwrap();
    }
    assert_eq!(store.annotations("sales").await.unwrap(), []);
    assert_eq!(number(&dir, "SELECT count(*) FROM annotations"), 2);
    let history = store
        .history("sales", None, Aspect::BusinessName)
        .await
        .unwrap();
    assert_eq!(history.len(), 2);
    assert_eq!(history[0].value, "");
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_in_words() {
    let (dir, store) = with_sales().await;
    let cases = [
        (edit(None, Aspect::Owner, "a\nb"), "U+000A"),
        (edit(None, Aspect::Description, "a\u{1b}[2J"), "U+001B"),
        (
            edit(None, Aspect::Description, &"x".repeat(65_537)),
            "65537",
        ),
        (
            edit(Some("amuont"), Aspect::Owner, "x"),
            "did you mean `amount`",
        ),
    ];
    for (edit, words) in cases {
        let error = store
            .annotate("sales", vec![edit], "ana")
            .await
            .unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
    assert_eq!(number(&dir, "SELECT count(*) FROM annotations"), 0);
}
