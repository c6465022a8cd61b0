//! What readers show.

use super::*;

#[tokio::test]
async fn show_gives_the_dictionary_with_its_document() {
    let (dir, store) = new_store();
    store
        .commit(arrived(1, "w", "people.csv", 1, PEOPLE))
        .await
        .unwrap();
    store
        .commit(arrived(2, "w", "people.csv", 2, SALES))
        .await
        .unwrap();
    look(&dir)
        .execute_batch(
            "INSERT INTO annotations (dictionary, field, aspect, value, author, written_at) \
             VALUES (1, NULL, 'owner', 'crm', 'ann', 0), (1, 2, 'description', 'mail', 'bob', 1)",
        )
        .unwrap();
    let text = store.show_json("people", Some(1)).await.unwrap();
    let shown: serde_json::Value = serde_json::from_str(&text).unwrap();
    let keys: Vec<&String> = shown.as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 12, "{keys:?}");
    assert_eq!(shown["name"], "people");
    assert_eq!(
        (&shown["versions"], &shown["version"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(
        (&shown["records"], &shown["fields"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(shown["updated_at"], "1970-01-01T00:00:01.000Z");
    assert_eq!(shown["drop"]["state"], "done");
    assert_eq!(shown["drop"]["id"], format!("{:032x}", 1));
    let written = json!([
        { "field": null, "aspect": "owner", "value": "crm", "author": "ann",
          "written_at": "1970-01-01T00:00:00.000Z", "revision": 1, "version": null },
        { "field": "email", "aspect": "description", "value": "mail", "author": "bob",
          "written_at": "1970-01-01T00:00:00.001Z", "revision": 2, "version": null },
    ]);
    assert_eq!(shown["annotations"], written);
    // The document is the one that was handed in, to the byte.
    let document = document(1, &[("people", PEOPLE)]);
    let document = serde_json::to_string(&document).unwrap();
    assert!(
        text.ends_with(&format!("\"profile\":{document}}}")),
        "{text}"
    );
    let current: serde_json::Value =
        serde_json::from_str(&store.show_json("people", None).await.unwrap()).unwrap();
    assert_eq!(
        (&current["version"], &current["fields"]),
        (&json!(2), &json!(3))
    );
}

#[tokio::test]
async fn a_document_without_fields_is_put_together_too() {
    let (_dir, store) = new_store();
    store
        .commit(arrived(1, "w", "empty.json", 1, &[]))
        .await
        .unwrap();
    let text = store.show_json("empty", None).await.unwrap();
    let shown: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(shown["profile"]["tables"][0]["fields"], json!([]));
}

#[tokio::test]
async fn fields_are_rows_and_json() {
    let (_dir, store) = new_store();
    store
        .commit(arrived(1, "w", "people.csv", 1, PEOPLE))
        .await
        .unwrap();
    let (total, rows) = store.fields("people", None, 1, 10).await.unwrap();
    assert_eq!((total, rows.len()), (2, 1));
    let email = &rows[0];
    assert_eq!((email.path.as_str(), email.position), ("email", 2));
    assert_eq!(
        (email.field_type.as_str(), email.nullable),
        ("string", false)
    );
    assert_eq!(
        (email.count, email.distinct_count, email.mean),
        (10, 10, Some(1.5))
    );
    assert_eq!(email.pii.as_deref(), Some("EMAIL_ADDRESS"));
    assert_eq!(email.min.as_deref(), Some("0.1"));
    assert_eq!(email.max.as_deref(), Some("9007199254740993"));
    assert!(
        store
            .fields("people", None, 2, 10)
            .await
            .unwrap()
            .1
            .is_empty()
    );
    assert!(
        store
            .fields("people", None, 0, 0)
            .await
            .unwrap()
            .1
            .is_empty()
    );
    let json: serde_json::Value =
        serde_json::from_str(&store.field_json("people", None, "email").await.unwrap()).unwrap();
    assert_eq!(json, field(2, "email", "string"));
}

#[tokio::test]
async fn stats_and_health_are_counted_on_the_real_file() {
    let (dir, store) = new_store();
    let empty = store.stats().await.unwrap();
    assert_eq!((empty.total_records, empty.last_updated), (0, None));
    store
        .commit(arrived(1, "w", "people.csv", 1, PEOPLE))
        .await
        .unwrap();
    store
        .commit(arrived(2, "w", "people.csv", 2, PEOPLE))
        .await
        .unwrap();
    store
        .commit(arrived(3, "w", "sales.csv", 3, SALES))
        .await
        .unwrap();
    let stats = store.stats().await.unwrap();
    assert_eq!(stats.database_type, "sqlite");
    let counts = TableCounts {
        dictionaries: 2,
        versions: 3,
        fields: 5,
        annotations: 0,
    };
    assert_eq!(stats.table_counts, counts);
    assert_eq!(stats.total_records, 3 + 4);
    assert_eq!(stats.last_updated, Some(Timestamp(1_000)));
    let file = std::fs::metadata(dir.path().join(FILE)).unwrap().len();
    assert!(
        stats.database_size > file,
        "the log counts: {}",
        stats.database_size
    );
    store.health(Duration::from_secs(5)).await.unwrap();
    assert_eq!(store.quick_check().await.unwrap(), Vec::<String>::new());
}
