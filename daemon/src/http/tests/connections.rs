use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::super::HttpLimits;
use super::{DEADLINE, open, plain, read};

const GET: &[u8] = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";

/// Reads what comes within a moment, without waiting for the end.
async fn some(stream: &mut tokio::net::TcpStream) -> String {
    let mut bytes = vec![0; 4_096];
    let length = timeout(DEADLINE, stream.read(&mut bytes))
        .await
        .unwrap()
        .unwrap();
    String::from_utf8_lossy(&bytes[..length]).into_owned()
}

#[tokio::test]
async fn a_client_that_never_ends_its_header_is_disconnected() {
    let header = Duration::from_millis(300);
    let door = open(
        HttpLimits {
            header,
            ..HttpLimits::default()
        },
        false,
    )
    .await;
    let start = Instant::now();
    let mut slow = door.connect().await;
    slow.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        .await
        .unwrap();
    let mut silent = door.connect().await;
    read(&mut slow).await;
    assert!(start.elapsed() >= header);
    read(&mut silent).await;
}

#[tokio::test]
async fn a_connection_serves_many_requests_and_is_closed_when_idle() {
    let header = Duration::from_millis(300);
    let door = open(
        HttpLimits {
            header,
            ..HttpLimits::default()
        },
        false,
    )
    .await;
    let mut stream = door.connect().await;
    for _ in 0..3 {
        stream.write_all(GET).await.unwrap();
        assert!(some(&mut stream).await.starts_with("HTTP/1.1 200"));
    }
    assert_eq!(some(&mut stream).await, "", "closed by the server");
}

#[tokio::test]
async fn at_the_bound_who_is_answered_keeps_its_place_and_who_is_idle_does_not() {
    let limits = HttpLimits {
        connections: 2,
        ..HttpLimits::default()
    };
    let door = open(limits, false).await;
    let hangs = door.told.store.lock().await;
    let mut busy = Vec::new();
    for _ in 0..2 {
        let mut stream = door.connect().await;
        stream
            .write_all(b"GET /api/v1/database/stats HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .unwrap();
        timeout(DEADLINE, door.told.asked.notified()).await.unwrap();
        busy.push(stream);
    }
    let mut third = door.connect().await;
    third.write_all(GET).await.unwrap();
    let mut byte = [0];
    let early = timeout(Duration::from_millis(200), third.read(&mut byte)).await;
    assert!(early.is_err(), "a third was answered");
    drop(hangs);
    // Both are answered, and the one that is idle first makes room.
    for stream in &mut busy {
        assert!(some(stream).await.starts_with("HTTP/1.1 200"));
    }
    assert!(some(&mut third).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_unread() {
    let door = open(
        HttpLimits {
            body: 1_000,
            ..HttpLimits::default()
        },
        false,
    )
    .await;
    let request = "POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n";
    let mut stream = door.connect().await;
    stream.write_all(request.as_bytes()).await.unwrap();
    let said = some(&mut stream).await;
    assert!(
        said.starts_with("HTTP/1.1 413") && said.contains("1000 are allowed"),
        "{said}"
    );
}

#[tokio::test]
async fn a_header_without_end_is_refused() {
    let door = plain().await;
    let mut stream = door.connect().await;
    let long = format!(
        "GET /livez HTTP/1.1\r\nHost: x\r\nX: {}",
        "a".repeat(64 << 10)
    );
    // The server may close while we still write.
    let _ = stream.write_all(long.as_bytes()).await;
    let mut bytes = Vec::new();
    let _ = timeout(DEADLINE, stream.read_to_end(&mut bytes))
        .await
        .expect("closed in time");
    let said = String::from_utf8_lossy(&bytes);
    assert!(
        said.is_empty() || said.starts_with("HTTP/1.1 431"),
        "{said}"
    );
}

#[tokio::test]
async fn a_stop_lets_answers_end_and_closes_idle_connections() {
    let door = plain().await;
    let mut idle = door.connect().await;
    idle.write_all(GET).await.unwrap();
    some(&mut idle).await;
    let hangs = door.told.store.lock().await;
    let mut busy = door.connect().await;
    busy.write_all(b"GET /api/v1/database/stats HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    timeout(DEADLINE, door.told.asked.notified()).await.unwrap();
    door.stop.cancel();
    assert_eq!(some(&mut idle).await, "", "the idle one is closed");
    drop(hangs);
    assert!(
        read(&mut busy).await.body.contains("database_type"),
        "the busy one is answered"
    );
    timeout(DEADLINE, door.served).await.unwrap().unwrap();
    assert!(tokio::net::TcpStream::connect(&door.address).await.is_err());
}

#[tokio::test]
async fn a_stop_does_not_wait_for_ever() {
    let drain = Duration::from_millis(200);
    let door = open(
        HttpLimits {
            drain,
            ..HttpLimits::default()
        },
        false,
    )
    .await;
    let hangs = door.told.store.lock().await;
    let mut busy = door.connect().await;
    busy.write_all(b"GET /api/v1/database/stats HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    timeout(DEADLINE, door.told.asked.notified()).await.unwrap();
    door.stop.cancel();
    timeout(DEADLINE, door.served).await.unwrap().unwrap();
    drop(hangs);
    assert_eq!(read(&mut busy).await.code, 0, "cut off");
}

/// A listener whose events never end, in a connection that it has stopped reading from.
#[tokio::test]
async fn a_listener_that_takes_nothing_is_let_go() {
    let limits = HttpLimits {
        write: Duration::from_millis(300),
        ..HttpLimits::default()
    };
    let door = open(limits, false).await;
    let mut stalled = door.connect().await;
    stalled
        .write_all(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    assert!(some(&mut stalled).await.starts_with("HTTP/1.1 200"));
    let let_go = door.listened.cancelled();
    timeout(DEADLINE, let_go).await.expect("it is let go");
}

#[tokio::test]
async fn a_thousand_that_dribble_take_no_place_from_others() {
    let limits = HttpLimits {
        connections: 64,
        // Long enough that it is not this that ends them.
        header: Duration::from_secs(600),
        ..HttpLimits::default()
    };
    let door = open(limits, false).await;
    // One that is being answered keeps its place whatever comes.
    let hangs = door.told.store.lock().await;
    let mut busy = door.connect().await;
    busy.write_all(b"GET /api/v1/database/stats HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    timeout(DEADLINE, door.told.asked.notified()).await.unwrap();
    let mut dribbling = Vec::new();
    for number in 0..1_000 {
        let mut stream = door.connect().await;
        let _ = stream.write_all(b"GET /health HTTP/1.1\r\nX-Slow: ").await;
        dribbling.push(stream);
        if number % 100 == 99 {
            for stream in &mut dribbling {
                // Those that were let go notice.
                let _ = stream.write_all(b"a").await;
            }
            let answer = door.get("/health").await;
            assert_eq!(answer.code, 200, "after {number}");
        }
    }
    drop(hangs);
    assert_eq!(read(&mut busy).await.code, 200);
}
