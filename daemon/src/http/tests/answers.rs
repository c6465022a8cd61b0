use ddgen_ops::{Stage, TextFormat, Timestamp};
use serde_json::json;

use super::super::{DatabaseStatus, HttpError, HttpLimits, bind};
use super::{facts, open, plain, snapshot};

/// The routes that work without a store.
const ROUTES: [&str; 6] = [
    "/health",
    "/livez",
    "/readyz",
    "/metrics",
    "/api/v1/database/health",
    "/api/v1/database/stats",
];

#[tokio::test]
async fn health_says_status_version_uptime_and_probes() {
    let door = plain().await;
    let answer = door.get("/health").await;
    assert_eq!(answer.code, 200);
    let body = answer.json();
    assert_eq!(
        (&body["status"], &body["version"]),
        (&json!("ok"), &json!("9.8.7"))
    );
    assert!([90, 91, 92].contains(&body["uptime_seconds"].as_u64().unwrap()));
    assert_eq!(body["probes"][0]["name"], "store");
    assert_eq!(body["probes"][0]["verdict"], "ok");
    assert!(
        body["probes"][0]["because"]
            .as_str()
            .unwrap()
            .contains("dictionaries")
    );
}

#[tokio::test]
async fn only_down_is_503() {
    let door = plain().await;
    let mut degraded = facts(Stage::Running, None);
    degraded.store.read_only = Some("the disk is full".into());
    door.told.board.put(snapshot(degraded));
    let answer = door.get("/health").await;
    assert_eq!(
        (answer.code, &answer.json()["status"]),
        (200, &json!("degraded"))
    );

    door.told
        .board
        .put(snapshot(facts(Stage::Running, Some("it is locked"))));
    let answer = door.get("/health").await;
    assert_eq!(
        (answer.code, &answer.json()["status"]),
        (503, &json!("down"))
    );
    assert_eq!(
        door.get("/livez").await.code,
        200,
        "the process turns all the same"
    );
}

#[tokio::test]
async fn an_old_snapshot_says_that_it_is_old() {
    let door = plain().await;
    let mut old = facts(Stage::Running, None);
    old.taken_at = Timestamp(old.taken_at.0 - 200_000);
    door.told.board.put(snapshot(old));
    let body = door.get("/health").await.json();
    assert_eq!(
        (&body["status"], &body["probes"][1]["name"]),
        (&json!("degraded"), &json!("snapshot"))
    );
}

#[tokio::test]
async fn ready_only_between_start_and_stop_and_while_the_store_answers() {
    let door = plain().await;
    assert_eq!(
        door.get("/readyz").await.json(),
        json!({ "status": "ready", "reasons": [] })
    );
    for (stage, silent, word) in [
        (Stage::Starting, Some("not open yet"), "starting"),
        (Stage::Stopping, None, "stopping"),
        (Stage::Running, Some("it is locked"), "it is locked"),
    ] {
        door.told.board.put(snapshot(facts(stage, silent)));
        let answer = door.get("/readyz").await;
        assert_eq!(
            (answer.code, &answer.json()["status"]),
            (503, &json!("not ready"))
        );
        assert!(answer.body.contains(word), "{}", answer.body);
    }
}

/// The four routes that monitors ask are served while the store hangs.
#[tokio::test]
async fn a_store_that_hangs_does_not_hold_up_health_or_metrics() {
    let limits = HttpLimits {
        request: std::time::Duration::from_millis(200),
        ..HttpLimits::default()
    };
    let door = open(limits, false).await;
    let hangs = door.told.store.lock().await;
    for path in ["/health", "/livez", "/readyz", "/metrics"] {
        assert_eq!(door.get(path).await.code, 200, "{path}");
    }
    let answer = door.get("/api/v1/database/stats").await;
    assert_eq!(answer.code, 503);
    assert!(answer.detail().contains("try again"));
    drop(hangs);
    assert_eq!(door.get("/api/v1/database/stats").await.code, 200);
}

#[tokio::test]
async fn the_database_answers_in_the_shapes_scripts_know() {
    let door = plain().await;
    assert_eq!(
        door.get("/api/v1/database/stats").await.json(),
        json!({
            "database_type": "sqlite",
            "database_size": 4_096,
            "table_counts": { "dictionaries": 1, "versions": 2, "fields": 3, "annotations": 4 },
            "total_records": 10,
            "last_updated": "2023-11-14T22:13:20.000Z",
        })
    );
    assert_eq!(
        door.get("/api/v1/database/health").await.json(),
        json!({
            "status": "healthy",
            "connection": "ok",
            "integrity": "unknown",
            "checked_at": "1970-01-01T00:00:01.000Z",
            "because": null,
        })
    );
    *door.told.database.lock().unwrap() = DatabaseStatus::Unhealthy;
    let answer = door.get("/api/v1/database/health").await;
    assert_eq!(
        (answer.code, &answer.json()["status"]),
        (503, &json!("unhealthy"))
    );
    *door.told.stats.lock().unwrap() = Err("it is locked".into());
    let answer = door.get("/api/v1/database/stats").await;
    assert_eq!(answer.code, 503);
    assert!(answer.detail().contains("it is locked"));
}

#[tokio::test]
async fn metrics_are_text_and_count_requests_by_route() {
    let door = plain().await;
    door.get("/health").await;
    door.get("/nowhere").await;
    door.get("/nowhere/else").await;
    let answer = door.get("/metrics").await;
    assert_eq!(answer.code, 200);
    let kind = answer.header("content-type").unwrap();
    assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
    for line in [
        "ddgen_http_requests_total{route=\"/health\",code=\"200\"} 1",
        "ddgen_http_requests_total{route=\"other\",code=\"404\"} 2",
        "ddgen_build_info{version=\"9.8.7\"} 1",
    ] {
        assert!(
            answer.body.lines().any(|found| found == line),
            "{line} in\n{}",
            answer.body
        );
    }
    let accept = "Accept: application/openmetrics-text; version=1.0.0";
    let head = format!("GET /metrics HTTP/1.1\r\nHost: x\r\n{accept}\r\nConnection: close\r\n\r\n");
    let open = door.send(&head).await;
    let kind = open.header("content-type").unwrap();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    assert!(open.body.ends_with("# EOF\n"));
    let later = door.metrics.render(
        &door.told.board.get(),
        Timestamp::now(),
        TextFormat::OpenMetrics,
    );
    assert!(later.contains("route=\"/metrics\""));
}

#[tokio::test]
async fn head_answers_like_get_without_the_body() {
    let door = plain().await;
    for path in ROUTES {
        let (head, get) = (door.ask("HEAD", path).await, door.get(path).await);
        assert_eq!((head.code, head.body.as_str()), (get.code, ""), "{path}");
        assert_eq!(head.header("content-type"), get.header("content-type"));
        let length: usize = head.header("content-length").unwrap().parse().unwrap();
        assert!(
            length > 0 && (path == "/metrics" || length == get.body.len()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn wrong_paths_and_methods_are_refused_in_words() {
    let door = plain().await;
    let answer = door.get("/helth").await;
    assert_eq!(answer.code, 404);
    let words = answer.detail();
    assert!(
        words.contains("/helth") && words.contains("/health"),
        "{words}"
    );
    for method in ["POST", "DELETE", "PUT", "OPTIONS"] {
        let answer = door.ask(method, "/health").await;
        assert_eq!(answer.code, 405, "{method}");
        assert!(answer.detail().contains(method));
        assert_eq!(answer.header("allow").as_deref(), Some("GET,HEAD"));
    }
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let door = plain().await;
    for path in ["/health", "/nowhere", "/metrics"] {
        let answer = door.get(path).await;
        for (name, value) in [
            ("x-frame-options", "SAMEORIGIN"),
            ("x-content-type-options", "nosniff"),
            ("x-xss-protection", "1; mode=block"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.header(name).as_deref(), Some(value), "{path} {name}");
        }
        assert_eq!(
            answer.header("strict-transport-security"),
            None,
            "only over TLS"
        );
    }
    let over_tls = open(HttpLimits::default(), true).await;
    let value = over_tls
        .get("/health")
        .await
        .header("strict-transport-security")
        .unwrap();
    assert!(value.starts_with("max-age="));
}

#[tokio::test]
async fn a_taken_or_foreign_address_is_said_with_what_to_do() {
    let door = plain().await;
    let error = bind(&door.address).await.unwrap_err();
    let words = error.to_string();
    assert!(matches!(error, HttpError::InUse { .. }), "{words}");
    assert!(
        words.contains(&door.address) && words.contains("--http"),
        "{words}"
    );
    // TEST-NET-1 belongs to nobody.
    let words = bind("192.0.2.1:8000").await.unwrap_err().to_string();
    assert!(
        words.contains("192.0.2.1:8000") && words.contains("does not have"),
        "{words}"
    );
    let words = bind("no port").await.unwrap_err().to_string();
    assert!(
        words.contains("no port") && words.contains("--http"),
        "{words}"
    );
}
