//! Who gets through the gate, and as whom.

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::Scope;

use super::*;
use crate::caller::Via;

fn operator() -> Caller {
    Caller {
        name: "anne".into(),
        role: Role::Admin,
        via: Via::Socket,
        origin: "uid 0".into(),
    }
}

async fn key(door: &Door, scope: Scope) -> String {
    let made = door.keys.create("script", scope, None, &operator()).await;
    made.unwrap().0.reveal()
}

/// A request with further header lines.
async fn ask(door: &Door, method: &str, path: &str, lines: &[&str]) -> Answer {
    let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
    let head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n{lines}\r\n");
    door.send(&head).await
}

async fn guarded(policy: KeyPolicy) -> Door {
    open_gate(HttpLimits::default(), false, |gate| {
        gate.policy = policy;
        gate.unnamed = Role::Editor;
    })
    .await
}

#[tokio::test]
async fn health_and_metrics_need_no_key_and_all_else_does() {
    let door = guarded(KeyPolicy::Everyone).await;
    for path in ["/health", "/livez", "/readyz", "/metrics"] {
        assert_eq!(
            ask(&door, "GET", path, &["Host: x"]).await.code,
            200,
            "{path}"
        );
    }
    for path in ["/api/v1/database/health", "/api/v1/database/stats", "/test"] {
        for method in ["GET", "HEAD"] {
            let answer = ask(&door, method, path, &["Host: localhost"]).await;
            assert_eq!(answer.code, 401, "{path}");
            let bearer = answer.header("www-authenticate").unwrap();
            assert!(bearer.starts_with("Bearer"), "{bearer}");
        }
    }
    let words = ask(&door, "GET", "/test", &["Host: x"]).await.detail();
    assert!(words.contains("ddgend keys create"), "{words}");
    // That there is nothing is no secret.
    assert_eq!(ask(&door, "GET", "/nothing", &["Host: x"]).await.code, 404);
}

#[tokio::test]
async fn a_key_comes_in_either_header_and_does_what_its_scope_says() {
    let door = guarded(KeyPolicy::Everyone).await;
    for (scope, get, post) in [
        (Scope::Read, 200, 403),
        (Scope::Write, 200, 200),
        (Scope::Admin, 200, 200),
    ] {
        let key = key(&door, scope).await;
        for line in [
            format!("X-API-Key: {key}"),
            format!("Authorization: Bearer {key}"),
            format!("authorization: bearer  {key}"),
        ] {
            let answer = ask(&door, "GET", "/test", &["Host: x", &line]).await;
            assert_eq!(answer.code, get, "{line}");
            assert!(answer.body.starts_with("script "), "{}", answer.body);
            let answer = ask(&door, "POST", "/test", &["Host: x", &line]).await;
            assert_eq!(answer.code, post, "{line}");
        }
    }
    // A page of another site cannot know the key: who sends it means it.
    let line = format!("X-API-Key: {}", key(&door, Scope::Write).await);
    let lines = ["Host: x", "Origin: https://other.example", line.as_str()];
    assert_eq!(ask(&door, "POST", "/test", &lines).await.code, 200);
}

#[tokio::test]
async fn a_key_that_is_wrong_is_refused_even_where_none_is_needed() {
    let door = guarded(KeyPolicy::Nobody).await;
    let good = key(&door, Scope::Read).await;
    let forged = format!("{}{}", &good[..13], "0".repeat(64));
    for (sent, because) in [
        ("hunter2", "not of the form"),
        ("", "not of the form"),
        (forged.as_str(), "not known here"),
    ] {
        let line = format!("X-API-Key: {sent}");
        let answer = ask(&door, "GET", "/test", &["Host: x", &line]).await;
        assert_eq!(answer.code, 401);
        assert!(answer.detail().contains(because), "{}", answer.detail());
    }
    let row = door.keys.list().remove(0);
    door.keys.revoke(&row.id, &operator()).await.unwrap();
    let line = format!("X-API-Key: {good}");
    let answer = ask(&door, "GET", "/test", &["Host: x", &line]).await;
    assert!(answer.detail().contains("revoked"), "{}", answer.detail());
    let (short, _) = door
        .keys
        .create("short", Scope::Read, Some(0), &operator())
        .await
        .unwrap();
    assert!(Timestamp::now() >= door.keys.list()[0].created_at);
    let line = format!("X-API-Key: {}", short.reveal());
    let answer = ask(&door, "GET", "/test", &["Host: x", &line]).await;
    assert!(answer.detail().contains("expired"), "{}", answer.detail());
}

#[tokio::test]
async fn on_its_own_machine_it_asks_strangers_only_for_a_key() {
    let door = guarded(KeyPolicy::Strangers).await;
    for host in ["localhost:8000", "127.0.0.1", "[::1]:8000"] {
        let line = format!("Host: {host}");
        let answer = ask(&door, "POST", "/test", &[&line]).await;
        assert_eq!(answer.code, 200, "{host}");
        assert_eq!(answer.body, "anonymous Editor 127.0.0.1");
    }
    for lines in [
        // A name that somebody let point to 127.0.0.1, or a proxy that passes its own on.
        ["Host: evil.example", "Accept: */*"],
        ["Host: localhost", "X-Forwarded-For: 203.0.113.9"],
        ["Host: localhost", "Forwarded: for=203.0.113.9"],
    ] {
        let answer = ask(&door, "GET", "/test", &lines).await;
        assert_eq!(answer.code, 401, "{lines:?}");
        assert!(answer.detail().contains("this machine"), "{lines:?}");
    }
}

#[tokio::test]
async fn a_page_that_points_its_name_to_this_machine_reads_nothing() {
    let open_to_all = open_gate(HttpLimits::default(), false, |gate| {
        gate.origins = vec!["https://good.example".into()];
    })
    .await;
    for (host, code) in [
        ("evil.example:8000", 421),
        ("evil.example", 421),
        ("good.example", 200),
        ("localhost:8000", 200),
        ("127.0.0.1:8000", 200),
    ] {
        let line = format!("Host: {host}");
        let answer = ask(&open_to_all, "GET", "/test", &[&line]).await;
        assert_eq!(answer.code, code, "{host}");
        assert_eq!(
            ask(&open_to_all, "GET", "/health", &[&line]).await.code,
            200
        );
    }
    let evil = ask(&open_to_all, "GET", "/test", &["Host: evil.example"]).await;
    assert!(
        evil.detail().contains("ALLOWED_ORIGINS"),
        "{}",
        evil.detail()
    );
    // The page knows no key; a proxy in front passes on the name that it was asked by.
    let key = format!("X-API-Key: {}", key(&open_to_all, Scope::Read).await);
    let lines = ["Host: evil.example", key.as_str()];
    assert_eq!(ask(&open_to_all, "GET", "/test", &lines).await.code, 200);
    let behind_a_proxy = open_gate(HttpLimits::default(), false, |gate| {
        gate.proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    let lines = ["Host: data.example.org"];
    assert_eq!(ask(&behind_a_proxy, "GET", "/test", &lines).await.code, 200);
}

#[tokio::test]
async fn a_page_of_another_origin_does_not_write_in_the_name_of_who_looks_at_it() {
    let door = open_gate(HttpLimits::default(), false, |gate| {
        gate.origins = vec!["https://good.example".into()];
    })
    .await;
    for (origin, code) in [
        ("https://other.example", 403),
        ("null", 403),
        ("https://good.example", 200),
        ("http://localhost:8000", 200),
    ] {
        let line = format!("Origin: {origin}");
        let lines = ["Host: localhost:8000", line.as_str()];
        assert_eq!(
            ask(&door, "POST", "/test", &lines).await.code,
            code,
            "{origin}"
        );
        assert_eq!(
            ask(&door, "GET", "/test", &lines).await.code,
            200,
            "{origin}"
        );
    }
}

#[tokio::test]
async fn a_limit_of_rate_counts_keys_and_addresses_and_not_health() {
    let door = open_gate(HttpLimits::default(), false, |gate| {
        // 10 at once, then one in six seconds.
        gate.rate = RateLimit::per_minute(10);
        gate.proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    let key = format!("X-API-Key: {}", key(&door, Scope::Read).await);
    for _ in 0..10 {
        assert_eq!(ask(&door, "GET", "/test", &["Host: x"]).await.code, 200);
    }
    let late = ask(&door, "GET", "/test", &["Host: x"]).await;
    assert_eq!(late.code, 429);
    let wait: u64 = late.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=7).contains(&wait), "{wait}");
    assert!(late.detail().contains("try again"));
    for _ in 0..20 {
        assert_eq!(ask(&door, "GET", "/health", &["Host: x"]).await.code, 200);
    }
    assert_eq!(
        ask(&door, "GET", "/test", &["Host: x", &key]).await.code,
        200
    );
    let other = ["Host: x", "X-Forwarded-For: 203.0.113.9"];
    let answer = ask(&door, "GET", "/test", &other).await;
    assert_eq!(answer.body, "anonymous Admin 203.0.113.9");
    // Who tries keys is slowed down as well.
    let wrong = ["Host: x", "X-API-Key: hunter2"];
    assert_eq!(ask(&door, "GET", "/test", &wrong).await.code, 429);
}

#[tokio::test]
async fn browsers_are_told_which_origins_may_call() {
    let door = open_gate(HttpLimits::default(), false, |gate| {
        gate.policy = KeyPolicy::Everyone;
        gate.origins = vec!["https://good.example".into()];
    })
    .await;
    let asks = |origin: &str| {
        let origin = format!("Origin: {origin}");
        let door = &door;
        async move {
            let method = "Access-Control-Request-Method: POST";
            let headers = "Access-Control-Request-Headers: x-api-key,content-type";
            ask(
                door,
                "OPTIONS",
                "/test",
                &["Host: x", &origin, method, headers],
            )
            .await
        }
    };
    let answer = asks("https://good.example").await;
    assert_eq!(answer.code, 200);
    let allowed = answer.header("access-control-allow-origin");
    assert_eq!(allowed.as_deref(), Some("https://good.example"));
    let headers = answer.header("access-control-allow-headers").unwrap();
    assert!(headers.contains("x-api-key"), "{headers}");
    let answer = asks("https://other.example").await;
    assert_eq!(answer.header("access-control-allow-origin"), None);
    // The page reads why it was refused.
    let lines = ["Host: x", "Origin: https://good.example"];
    let answer = ask(&door, "GET", "/test", &lines).await;
    assert_eq!(answer.code, 401);
    let allowed = answer.header("access-control-allow-origin");
    assert_eq!(allowed.as_deref(), Some("https://good.example"));
    let silent = plain().await;
    let answer = ask(&silent, "GET", "/test", &lines).await;
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn what_is_not_there_or_not_so_is_a_problem_document() {
    let door = plain().await;
    let missing = ask(&door, "GET", "/api/v1/nothing", &["Host: x"]).await;
    assert_eq!(missing.code, 404);
    assert!(missing.detail().contains("/api/v1/nothing"));
    let wrong = ask(&door, "DELETE", "/test", &["Host: x"]).await;
    assert_eq!(wrong.code, 405);
    assert_eq!(wrong.header("allow").as_deref(), Some("GET,HEAD,POST"));
    assert!(wrong.detail().contains("DELETE"));
    let head = ask(&door, "HEAD", "/test", &["Host: x"]).await;
    assert_eq!((head.code, head.body.as_str()), (200, ""));
}
