//! MongoDB Extended JSON: what is a wrapper, what it counts as, and what only looks like one.

use super::super::extended::{Scalar, wrapper};
use super::{counted, read_on, read_text};
use crate::accumulate::Kind;

fn read(raw: &str) -> Option<(Option<Kind>, String)> {
    let found = |valid| {
        let (scalar, end) = wrapper(raw.as_bytes(), 0, false, valid)?;
        assert_eq!(end, raw.len(), "{raw}");
        Some(match scalar {
            Scalar::Written(kind, from, to) => (Some(kind), raw[from..to].to_owned()),
            Scalar::Made(kind, text) => (Some(kind), text),
            Scalar::Missing => (None, String::new()),
        })
    };
    let known_valid = found(true);
    // What is not known to be valid is read the same, or left to the reader that knows.
    let unknown = found(false);
    assert!(
        unknown.is_none() || unknown == known_valid,
        "{raw}: {unknown:?}"
    );
    known_valid
}

/// The conversion table of the specification, its examples, and the forms of version 1.
const WRAPPERS: &[(&str, Kind, &str)] = &[
    (
        r#"{"$oid":"5d505646cf6d4fe581014ab2"}"#,
        Kind::Text,
        "5d505646cf6d4fe581014ab2",
    ),
    (
        r#"{ "$oid" : "5D505646CF6D4FE581014AB2" }"#,
        Kind::Text,
        "5D505646CF6D4FE581014AB2",
    ),
    (r#"{"$symbol":"a \"symbol\""}"#, Kind::Text, "a \"symbol\""),
    (r#"{"$numberInt":"42"}"#, Kind::Number, "42"),
    (
        r#"{"$numberInt":"-2147483648"}"#,
        Kind::Number,
        "-2147483648",
    ),
    (r#"{"$numberInt":"0"}"#, Kind::Number, "0"),
    (
        r#"{"$numberLong":"9223372036854775807"}"#,
        Kind::Number,
        "9223372036854775807",
    ),
    (
        r#"{"$numberLong":"-9223372036854775808"}"#,
        Kind::Number,
        "-9223372036854775808",
    ),
    (r#"{"$numberDouble":"42.42"}"#, Kind::Number, "42.42"),
    (
        r#"{"$numberDouble":"-1.2345678921232E+18"}"#,
        Kind::Number,
        "-1.2345678921232E+18",
    ),
    (r#"{"$numberDouble":"Infinity"}"#, Kind::Text, "Infinity"),
    (r#"{"$numberDouble":"-Infinity"}"#, Kind::Text, "-Infinity"),
    (r#"{"$numberDouble":"NaN"}"#, Kind::Text, "NaN"),
    (
        r#"{"$numberDecimal":"1234.56789012345678901234567890"}"#,
        Kind::Number,
        "1234.56789012345678901234567890",
    ),
    (
        r#"{"$numberDecimal":"+0.1E+6144"}"#,
        Kind::Number,
        "0.1E+6144",
    ),
    (r#"{"$numberDecimal":"NaN"}"#, Kind::Text, "NaN"),
    (
        r#"{"$binary":{"base64":"o0w498Or7cijeBSpkquNtg==","subType":"04"}}"#,
        Kind::Binary,
        "o0w498Or7cijeBSpkquNtg==",
    ),
    (
        r#"{"$binary":{"subType":"0","base64":"o0w498Or"}}"#,
        Kind::Binary,
        "o0w498Or",
    ),
    (
        r#"{"$binary":{"base64":"","subType":"00"}}"#,
        Kind::Binary,
        "",
    ),
    (r#"{"$binary":"AQ==","$type":"00"}"#, Kind::Binary, "AQ=="),
    (r#"{"$type":"80","$binary":"AQ=="}"#, Kind::Binary, "AQ=="),
    (
        r#"{"$uuid":"c8edabc3-f738-4ca3-b68d-ab92a91478a3"}"#,
        Kind::Text,
        "c8edabc3-f738-4ca3-b68d-ab92a91478a3",
    ),
    (r#"{"$code":"function(){}"}"#, Kind::Text, "function(){}"),
    (
        r#"{"$code":"function(){}","$scope":{}}"#,
        Kind::Text,
        "function(){}",
    ),
    (
        r#"{"$scope":{"n":[1,{"}":2}]},"$code":"f()"}"#,
        Kind::Text,
        r#"f() {"n":[1,{"}":2}]}"#,
    ),
    (
        r#"{"$timestamp":{"t":1565545664,"i":1}}"#,
        Kind::Text,
        "2019-08-11T17:47:44Z",
    ),
    (
        r#"{"$timestamp":{"i":4294967295,"t":4294967295}}"#,
        Kind::Text,
        "2106-02-07T06:28:15Z",
    ),
    (
        r#"{"$regularExpression":{"pattern":"^H","options":"i"}}"#,
        Kind::Text,
        "/^H/i",
    ),
    (
        r#"{"$regularExpression":{"options":"","pattern":"a\\d"}}"#,
        Kind::Text,
        r"/a\d/",
    ),
    (r#"{"$regex":"^H","$options":"im"}"#, Kind::Text, "/^H/im"),
    (
        r#"{"$dbPointer":{"$ref":"shop.carts","$id":{"$oid":"57e193d7a9cc81b4027498b1"}}}"#,
        Kind::Text,
        "shop.carts/57e193d7a9cc81b4027498b1",
    ),
    (
        r#"{"$date":"2019-08-11T17:54:14.692Z"}"#,
        Kind::Text,
        "2019-08-11T17:54:14.692Z",
    ),
    (
        r#"{"$date":"2019-08-11T17:54:14+02:00"}"#,
        Kind::Text,
        "2019-08-11T17:54:14+02:00",
    ),
    (
        r#"{"$date":{"$numberLong":"1565546054692"}}"#,
        Kind::Text,
        "2019-08-11T17:54:14.692Z",
    ),
    (
        r#"{"$date":{"$numberLong":"-62135593139000"}}"#,
        Kind::Text,
        "0001-01-01T01:01:01Z",
    ),
    (
        r#"{"$date":{"$numberLong":"253402300800000"}}"#,
        Kind::Text,
        "+010000-01-01T00:00:00Z",
    ),
    (r#"{"$date":-1}"#, Kind::Text, "1969-12-31T23:59:59.999Z"),
    (r#"{"$minKey":1}"#, Kind::Text, "MinKey"),
    (r#"{"$maxKey":1}"#, Kind::Text, "MaxKey"),
];

#[test]
fn wrappers_of_the_specification() {
    for (raw, kind, text) in WRAPPERS {
        assert_eq!(read(raw), Some((Some(*kind), (*text).to_owned())), "{raw}");
    }
    assert_eq!(read(r#"{"$undefined":true}"#), Some((None, String::new())));
}

/// Off by a little: ordinary objects.
const OBJECTS: &[&str] = &[
    r#"{}"#,
    r#"{"$oid":"5d505646cf6d4fe581014ab"}"#,
    r#"{"$oid":"5d505646cf6d4fe581014abg"}"#,
    r#"{"$oid":1}"#,
    r#"{"$oid":null}"#,
    r#"{"$oid":["5d505646cf6d4fe581014ab2"]}"#,
    r#"{"$oid":{"$oid":"5d505646cf6d4fe581014ab2"}}"#,
    r#"{"$oid":"5d505646cf6d4fe581014ab2","more":1}"#,
    r#"{"$oid":"5d505646cf6d4fe581014ab2","$oid":"5d505646cf6d4fe581014ab2"}"#,
    r#"{"$numberInt":42}"#,
    r#"{"$numberInt":"2147483648"}"#,
    r#"{"$numberInt":"4.2"}"#,
    r#"{"$numberInt":""}"#,
    r#"{"$numberInt":"+1"}"#,
    r#"{"$numberInt":"01"}"#,
    r#"{"$numberLong":"9223372036854775808"}"#,
    r#"{"$numberLong":" 1"}"#,
    r#"{"$numberDouble":"1.5x"}"#,
    r#"{"$numberDouble":"inf"}"#,
    r#"{"$numberDouble":1.5}"#,
    r#"{"$numberDecimal":""}"#,
    r#"{"$numberDecimal":"1e"}"#,
    r#"{"$date":"today"}"#,
    r#"{"$date":"11.08.2019"}"#,
    r#"{"$date":"17:54:14"}"#,
    r#"{"$date":1.5}"#,
    r#"{"$date":{"$numberInt":"1"}}"#,
    r#"{"$date":{"$numberLong":1}}"#,
    r#"{"$date":{"$numberLong":"1","$numberInt":"1"}}"#,
    r#"{"$date":1,"more":2}"#,
    r#"{"$binary":"AQ=="}"#,
    r#"{"$binary":{"base64":"AQ=="}}"#,
    r#"{"$binary":{"base64":1,"subType":"00"}}"#,
    r#"{"$binary":{"base64":"AQ==","subType":0}}"#,
    r#"{"$binary":{"base64":"AQ==","subType":"000"}}"#,
    r#"{"$binary":{"base64":"A Q","subType":"00"}}"#,
    r#"{"$binary":{"base64":"AQ==","subType":"00","more":1}}"#,
    r#"{"$binary":"AQ==","$type":0}"#,
    r#"{"$uuid":"c8edabc3f7384ca3b68dab92a91478a3"}"#,
    r#"{"$uuid":"c8edabc3-f738-4ca3-b68d-ab92a91478aX"}"#,
    r#"{"$symbol":1}"#,
    r#"{"$code":1}"#,
    r#"{"$code":"f()","$scope":1}"#,
    r#"{"$scope":{}}"#,
    r#"{"$timestamp":{"t":1}}"#,
    r#"{"$timestamp":{"t":-1,"i":1}}"#,
    r#"{"$timestamp":{"t":4294967296,"i":1}}"#,
    r#"{"$timestamp":{"t":1,"i":"1"}}"#,
    r#"{"$timestamp":1}"#,
    r#"{"$regularExpression":{"pattern":"a"}}"#,
    r#"{"$regularExpression":{"pattern":"a","options":1}}"#,
    r#"{"$regularExpression":{"pattern":"a","options":"/"}}"#,
    r#"{"$regex":"a"}"#,
    r#"{"$options":"i"}"#,
    r#"{"$dbPointer":{"$ref":"c","$id":"57e193d7a9cc81b4027498b1"}}"#,
    r#"{"$dbPointer":{"$ref":"c","$id":{"$oid":"no"}}}"#,
    r#"{"$ref":"c","$id":{"$oid":"57e193d7a9cc81b4027498b1"}}"#,
    r#"{"$minKey":2}"#,
    r#"{"$minKey":"1"}"#,
    r#"{"$maxKey":true}"#,
    r#"{"$undefined":false}"#,
    r#"{"$schema":"x"}"#,
    r#"{"$gt":5}"#,
];

#[test]
fn other_objects_stay_objects() {
    for raw in OBJECTS {
        assert_eq!(read(raw), None, "{raw}");
    }
}

/// In a file, on every way of reading: a field of its own, no path beneath it; or its members.
#[test]
fn wrappers_are_values_of_their_field_in_documents_and_lines() {
    let fields = |text: &str| {
        let (columns, outcome) = read_text(text.as_bytes(), 20, 5);
        outcome.expect("valid");
        counted(&columns)
    };
    for (raw, kind, text) in WRAPPERS {
        let one = format!("{{\"a\":{raw},\"b\":1}}");
        let expected = [format!("a {kind:?} {text} x3"), "b Number 1 x3".to_owned()];
        assert_eq!(fields(&format!("[{one},{one},{one}]")), expected, "{raw}");
        let lines = format!("{one}\n{one}\n{one}\n");
        let (columns, outcome) = read_on(lines.as_bytes(), 2, 16);
        outcome.expect("valid");
        assert_eq!(counted(&columns), expected, "{raw}");
    }
    for raw in OBJECTS {
        let found = fields(&format!("[{{\"a\":{raw}}},{{\"a\":{raw}}}]"));
        assert!(
            found.contains(&"a Object  x2".to_owned()),
            "{raw}: {found:?}"
        );
    }
}

#[test]
fn long_wrappers_are_read_in_place() {
    let base64 = "QUJD".repeat(1 << 18);
    let raw = format!(r#"{{"$binary":{{"base64":"{base64}","subType":"00"}}}}"#);
    assert_eq!(read(&raw), Some((Some(Kind::Binary), base64)));
    let many = format!(r#"{{"$oid":[{}0]}}"#, "0,".repeat(1 << 16));
    assert_eq!(read(&many), None);
}

/// Every prefix of a wrapper, and every wrapper with a byte changed, is read or left alone.
#[test]
fn damage_is_never_read_as_something_else() {
    for (raw, ..) in WRAPPERS {
        for at in 0..raw.len() {
            assert_eq!(
                wrapper(&raw.as_bytes()[..at], 0, false, false),
                None,
                "{raw} {at}"
            );
            for byte in *b"\"{}:,\\\n\x00 a1" {
                let mut changed = raw.as_bytes().to_vec();
                changed[at] = byte;
                let read = wrapper(&changed, 0, false, false);
                if let Some((_, end)) = &read {
                    let valid = serde_json::from_slice::<serde::de::IgnoredAny>(&changed[..*end]);
                    let shown = String::from_utf8_lossy(&changed);
                    assert!(valid.is_ok(), "{shown}: {read:?}");
                }
            }
        }
    }
}
