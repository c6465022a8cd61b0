//! Whatever a peer sends, decoding ends in a message or an error, and what we send comes back whole.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ipc::codec::{CodecError, MAX_FRAME, decode, encode, fitting};
use ddgen_ipc::hello::{self, Greeting, HelloError, Role};
use ddgen_ipc::message::{
    Answer, Call, DictionaryRow, DropRow, DropState, Event, EventFrame, FieldRow, FromDaemon,
    Refusal, RefusalKind, Reply, Request,
};
use proptest::prelude::*;

fn state() -> impl Strategy<Value = DropState> {
    proptest::sample::select(DropState::ALL.to_vec())
}

fn drop_row() -> impl Strategy<Value = DropRow> {
    let words = (
        ".*",
        ".*",
        ".*",
        proptest::option::of(".*"),
        proptest::option::of(".*"),
    );
    (
        words,
        any::<[u64; 2]>(),
        any::<[i64; 2]>(),
        state(),
        any::<u32>(),
    )
        .prop_map(
            |((id, watch, path, reason, dictionary), [seq, size], [mtime, at], state, tries)| {
                DropRow {
                    id,
                    seq,
                    watch,
                    path,
                    size,
                    mtime: Timestamp(mtime),
                    blake3: reason.clone(),
                    state,
                    reason,
                    dictionary,
                    version: Some(tries),
                    tries,
                    arrived_at: Timestamp(at),
                    finished_at: None,
                }
            },
        )
}

fn dictionary_row() -> impl Strategy<Value = DictionaryRow> {
    (
        ".*",
        ".*",
        any::<[u32; 5]>(),
        any::<[u64; 2]>(),
        any::<i64>(),
    )
        .prop_map(
            |(
                name,
                watch,
                [versions, version, fields, pii_fields, warnings],
                [records, bytes],
                at,
            )| {
                DictionaryRow {
                    stem: name.clone(),
                    file: watch.clone(),
                    format: "csv".into(),
                    name,
                    watch,
                    versions,
                    version,
                    records,
                    fields,
                    pii_fields,
                    warnings,
                    bytes,
                    updated_at: Timestamp(at),
                    provisional_until: Some(Timestamp(at)),
                }
            },
        )
}

fn field_row() -> impl Strategy<Value = FieldRow> {
    (
        ".*",
        any::<[u32; 3]>(),
        any::<[u64; 3]>(),
        any::<[bool; 2]>(),
        any::<Option<i32>>(),
    )
        .prop_map(
            |(
                path,
                [position, nesting_level, findings],
                [count, null_count, distinct_count],
                [a, b],
                m,
            )| {
                FieldRow {
                    name: path.clone(),
                    min: Some(path.clone()),
                    max: None,
                    field_type: "string".into(),
                    semantic_type: None,
                    pii: Some("PERSON".into()),
                    mean: m.map(f64::from),
                    path,
                    position,
                    nesting_level,
                    nullable: a,
                    count,
                    null_count,
                    distinct_count,
                    findings,
                    estimated: b,
                }
            },
        )
}

fn reply() -> impl Strategy<Value = Reply> {
    use proptest::collection::vec;
    prop_oneof![
        vec(dictionary_row(), 0..5).prop_map(Reply::Dictionaries),
        vec(any::<u8>(), 0..500).prop_map(Reply::Json),
        (any::<u32>(), vec(field_row(), 0..5))
            .prop_map(|(total, rows)| Reply::Fields { total, rows }),
        (vec(drop_row(), 0..5), any::<bool>())
            .prop_map(|(rows, older)| Reply::Drops { rows, older }),
        drop_row().prop_map(|row| Reply::Drop(Box::new(row))),
    ]
}

fn from_daemon() -> impl Strategy<Value = FromDaemon> {
    let refusal = ".*".prop_map(|words| Refusal::new(RefusalKind::Busy, words));
    let result = prop_oneof![reply().prop_map(Ok), refusal.prop_map(Err)];
    let event = prop_oneof![
        drop_row().prop_map(|row| Event::Drop(Box::new(row))),
        dictionary_row().prop_map(|row| Event::Dictionary(Box::new(row))),
        Just(Event::Resync),
    ];
    prop_oneof![
        (any::<u64>(), any::<bool>(), result)
            .prop_map(|(id, more, result)| FromDaemon::Answer(Answer { id, more, result })),
        (any::<u64>(), event).prop_map(|(seq, event)| FromDaemon::Event(EventFrame { seq, event })),
    ]
}

proptest! {
    #[test]
    fn what_is_sent_comes_back_whole(message in from_daemon()) {
        let bytes = encode(&message).unwrap();
        prop_assert_eq!(decode::<FromDaemon>(&bytes).unwrap(), message);
    }

    #[test]
    fn strange_bytes_are_an_error_and_never_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(message) = decode::<FromDaemon>(&bytes) {
            prop_assert_eq!(decode::<FromDaemon>(&encode(&message).unwrap()).unwrap(), message);
        }
        let _call = decode::<Call>(&bytes);
    }

    #[test]
    fn a_cut_or_lengthened_message_is_refused(message in from_daemon(), extra in 1_usize..9) {
        let bytes = encode(&message).unwrap();
        prop_assert!(decode::<FromDaemon>(&bytes[..bytes.len() - 1]).is_err());
        let longer = [bytes, vec![0; extra]].concat();
        prop_assert!(matches!(decode::<FromDaemon>(&longer), Err(CodecError::Trailing(n)) if n == extra));
    }

    #[test]
    fn moments_survive_paper(ms in -62_135_596_800_000_i64..253_402_207_200_000) {
        let moment = Timestamp(ms);
        let again: jiff::Timestamp = moment.to_string().parse().unwrap();
        prop_assert_eq!(again.as_millisecond(), ms);
    }
}

#[test]
fn a_length_that_lies_allocates_nothing() {
    // Answer, id 1, more, Ok, Json of 2^62 bytes.
    let mut bytes = vec![0, 1, 1, 0, 2, 253];
    bytes.extend_from_slice(&(1_u64 << 62).to_le_bytes());
    assert!(decode::<FromDaemon>(&bytes).is_err());
}

#[test]
fn a_message_longer_than_a_frame_is_not_sent() {
    let reply = Reply::Json(vec![0; MAX_FRAME]);
    let answer = FromDaemon::Answer(Answer {
        id: 1,
        more: false,
        result: Ok(reply),
    });
    assert!(matches!(encode(&answer), Err(CodecError::TooLong(n)) if n > MAX_FRAME));
}

#[test]
fn a_page_is_cut_where_its_bytes_end() {
    let row = |bytes: usize| "x".repeat(bytes);
    assert_eq!(fitting::<String>(&[]), 0);
    assert_eq!(fitting(&[row(10), row(10)]), 2);
    assert_eq!(
        fitting(&[row(MAX_FRAME / 4), row(MAX_FRAME / 8), row(MAX_FRAME / 4)]),
        2
    );
    // One row that is too long for any page is still asked for, and refused by its own name.
    assert_eq!(fitting(&[row(2 * MAX_FRAME), row(1)]), 1);
}

async fn greeted(greeting: Greeting) -> Greeting {
    let (mut client, mut daemon) = tokio::io::duplex(64);
    let serving = tokio::spawn(async move {
        let theirs = hello::receive(&mut daemon).await.unwrap();
        assert_eq!(theirs, ddgen_ipc::PROTOCOL);
        hello::answer(&mut daemon, &greeting).await.unwrap();
    });
    let heard = hello::greet(&mut client).await.unwrap();
    serving.await.unwrap();
    heard
}

#[tokio::test]
async fn every_greeting_is_heard() {
    for role in [Role::Reader, Role::Editor, Role::Admin] {
        let welcome = Greeting::Welcome {
            role,
            text: "0.1.0".into(),
        };
        assert_eq!(greeted(welcome.clone()).await, welcome);
    }
    for greeting in [
        Greeting::Denied("not you, Åsa".into()),
        Greeting::Full("later".into()),
    ] {
        assert_eq!(greeted(greeting.clone()).await, greeting);
    }
    // Words longer than the hello allows are cut at a character.
    let Greeting::Denied(words) = greeted(Greeting::Denied("ä".repeat(2000))).await else {
        panic!("a denial is heard as one");
    };
    assert_eq!(words, "ä".repeat(512));
}

#[tokio::test]
async fn the_hello_is_twelve_fixed_bytes_and_another_program_is_told_apart() {
    let (mut client, mut daemon) = tokio::io::duplex(64);
    let serving = tokio::spawn(async move {
        let mut bytes = [0_u8; 12];
        tokio::io::AsyncReadExt::read_exact(&mut daemon, &mut bytes)
            .await
            .unwrap();
        assert_eq!(bytes, *b"ddgen\r\n\0\x01\0\0\0");
        let reply = b"HTTP/1.1 400 Bad Request\r\n\r\n";
        tokio::io::AsyncWriteExt::write_all(&mut daemon, reply)
            .await
            .unwrap();
    });
    let heard = tokio::time::timeout(Duration::from_secs(5), hello::greet(&mut client)).await;
    assert!(matches!(heard.unwrap(), Err(HelloError::NotOurs)));
    serving.await.unwrap();
    let stranger = &mut &b"GET / HTTP/1.1\r\n\r\n"[..];
    assert!(matches!(
        hello::receive(stranger).await,
        Err(HelloError::NotOurs)
    ));
}

#[test]
fn a_request_of_any_verb_survives() {
    for request in [Request::Status, Request::List, Request::Subscribe] {
        let call = Call {
            id: u64::MAX,
            request,
        };
        assert_eq!(decode::<Call>(&encode(&call).unwrap()).unwrap(), call);
    }
}
