//! What RFC 8259 accepts and refuses, with the byte that cannot stand where it stands.

use super::{Refusal, read_text};

/// Valid documents.
const ACCEPTED: &[&[u8]] = &[
    b"null",
    b"true",
    b"false",
    b"0",
    b"-0",
    b"1",
    b"-1",
    b"10",
    b"123456789",
    b"0.0",
    b"0.5",
    b"-0.5",
    b"1.25",
    b"10.001",
    b"0e0",
    b"0E0",
    b"0e+1",
    b"0e-1",
    b"1e5",
    b"1E5",
    b"1e+5",
    b"1E-5",
    b"1.5e10",
    b"-1.5E-10",
    b"123456789012345678901234567890",
    b"0.123456789012345678901234567890",
    b"1e400",
    b"-1e-400",
    b"\"\"",
    b"\"a\"",
    b"\" \"",
    b"\"abc def\"",
    b"\"\\\"\"",
    b"\"\\\\\"",
    b"\"\\/\"",
    b"\"/\"",
    b"\"\\b\\f\\n\\r\\t\"",
    b"\"\\u0041\"",
    b"\"\\u00e9\"",
    b"\"\\u20AC\"",
    b"\"\\uD834\\uDD1E\"",
    b"\"\\u0000\"",
    b"\"\\u001f\"",
    b"\"\\ud800\"",
    b"\"\\udc00\"",
    b"\"\\uDBFF\\u0041\"",
    b"\"\\\\u0041\"",
    b"\"\\\\\\\"\"",
    b"\"\x7f\"",
    b"\"\xc3\xa9\"",
    b"\"\xe2\x82\xac\"",
    b"\"\xf0\x9d\x84\x9e\"",
    b"\"\xe2\x80\xa8\xe2\x80\xa9\"",
    b"\"\xef\xbb\xbf\"",
    b"\"\xc2\xa0\"",
    b"[]",
    b"[ ]",
    b"[\n]",
    b"[\t\r\n ]",
    b"[1]",
    b"[1,2]",
    b"[ 1 , 2 ]",
    b"[1\n,2]",
    b"[null]",
    b"[true,false,null]",
    b"[[]]",
    b"[[[]]]",
    b"[[],[]]",
    b"[{}]",
    b"[{},{}]",
    b"[\"a\",\"b\"]",
    b"[1,\"a\",null,true,[],{}]",
    b"[0,-0,0.0]",
    b"{}",
    b"{ }",
    b"{\n}",
    b"{\"a\":1}",
    b"{ \"a\" : 1 }",
    b"{\"a\":1,\"b\":2}",
    b"{\"a\":{\"b\":{\"c\":null}}}",
    b"{\"\":0}",
    b"{\"a\":[]}",
    b"{\"a\":[1,2,3]}",
    b"{\"a b\":1}",
    b"{\"\\u0061\":1}",
    b"{\"a.b\":1}",
    b"{\"[\":1}",
    b"{\"]\":1}",
    b"{\"\\\\\":1}",
    b"{\"a\":1,\"a\":2}",
    b"{\"a\":{},\"a\":[]}",
    b"{\"\xc3\xa9\":\"\xc3\xbc\"}",
    b"{\"\\\"\":\"\\\"\"}",
    b" 1",
    b"1 ",
    b"\t1",
    b"\r\n1\r\n",
    b"\n\n{}\n\n",
    b" [1] ",
    b"{\"a\":\n1}",
    b"{\n  \"a\": [\n    1,\n    2\n  ]\n}\n",
    b"{\"a\"\n:\n1\n,\n\"b\"\n:\n2\n}",
    b"[1,\n2,\n3]\n",
    b"[\n{\"a\":1},\n{\"a\":2}\n]\n",
    b"{\"a\":\"{\\\"b\\\":1}\"}",
    b"{\"a\":\"[1,2\"}",
    b"[\"//\"]",
    b"[\"/* x */\"]",
    b"[\"NaN\"]",
    b"{\"$oid\":1}",
    b"{\"$schema\":\"x\",\"type\":\"object\"}",
    b"{\"$date\":\"2019-08-11T17:54:14.692Z\"}",
    b"[{\"$numberLong\":\"1\"}]",
    b"{\"a\":{\"$binary\":{\"base64\":\"\",\"subType\":\"00\"}}}",
    b"[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
    b"[1e1,2E2,3.0]",
    b"[-1]",
    b"[-0.1]",
    b"\"a\\u0020b\"",
    b"[\"\",\"\"]",
    b"[\" \"]",
    b"{\" \":\" \"}",
];

/// Valid lines: no line of them is rejected.
const LINES: &[&[u8]] = &[
    b"{\"a\":1}\n{\"a\":2}",
    b"{\"a\":1}\n{\"a\":2}\n",
    b"\n{\"a\":1}\n\n{\"a\":2}\n\n",
    b"[1]\n[2]\n",
    b"{\"a\":1}\r\n{\"a\":2}\r\n",
    b"1\n2\n3\n",
    b"\"a\"\n\"b\"\n",
    b"null\nnull\n",
    b"{\"a\":1}\n[2]\n3\n",
];

/// Refused, and where.
const REFUSED: &[(&[u8], u64)] = &[
    (b"", 0),
    (b" ", 1),
    (b"\n", 1),
    (b"[", 1),
    (b"]", 0),
    (b"{", 1),
    (b"}", 0),
    (b",", 0),
    (b":", 0),
    (b"[1", 2),
    (b"[1,", 3),
    (b"[1,]", 3),
    (b"[,1]", 1),
    (b"[,]", 1),
    (b"[1,,2]", 3),
    (b"[1 2]", 3),
    (b"[1;2]", 2),
    (b"[1]]", 3),
    (b"[1}", 2),
    (b"{\"a\":1]", 6),
    (b"[1],", 3),
    (b"[1]x", 3),
    (b"[][]", 2),
    (b"{}{}", 2),
    (b"{}[]", 2),
    (b"1 2", 2),
    (b"\"a\" \"b\"", 4),
    (b"true false", 5),
    (b"[1]//c", 3),
    (b"/*c*/[1]", 0),
    (b"//c\n[1]", 0),
    (b"#1", 0),
    (b"{\"a\"}", 4),
    (b"{\"a\":}", 5),
    (b"{\"a\":1,}", 7),
    (b"{,\"a\":1}", 1),
    (b"{\"a\":1,,\"b\":2}", 7),
    (b"{\"a\" 1}", 5),
    (b"{\"a\":1 \"b\":2}", 7),
    (b"{\"a\":1;\"b\":2}", 6),
    (b"{\"a\"=1}", 4),
    (b"{a:1}", 1),
    (b"{'a':1}", 1),
    (b"{1:1}", 1),
    (b"{null:1}", 1),
    (b"{[]:1}", 1),
    (b"{\"a\"::1}", 5),
    (b"{\"a\":1", 6),
    (b"{\"a\":", 5),
    (b"{\"a\"", 4),
    (b"{\"a", 3),
    (b"{\"", 2),
    (b"{\"a\":\"b", 7),
    (b"{\"a\":1,\"b\"}", 10),
    (b"{\"a\":1}}", 7),
    (b"{\"a\":1}#", 7),
    (b"{\"a\":1} x", 8),
    (b"{ \"a\":1, }", 9),
    (b"'a'", 0),
    (b"a", 0),
    (b"nul", 3),
    (b"nulll", 4),
    (b"Null", 0),
    (b"NULL", 0),
    (b"True", 0),
    (b"TRUE", 0),
    (b"tru", 3),
    (b"trueX", 4),
    (b"fals", 4),
    (b"falsee", 5),
    (b"nan", 1),
    (b"NaN", 0),
    (b"Infinity", 0),
    (b"-Infinity", 1),
    (b"+Infinity", 0),
    (b"undefined", 0),
    (b"[NaN]", 1),
    (b"[Infinity]", 1),
    (b"[-Infinity]", 2),
    (b"[undefined]", 1),
    (b"[None]", 1),
    (b"+1", 0),
    (b"-", 1),
    (b"--1", 1),
    (b"-a", 1),
    (b"01", 1),
    (b"-01", 2),
    (b"00", 1),
    (b"007", 1),
    (b"0x1F", 1),
    (b"0b1", 1),
    (b"1.", 2),
    (b".5", 0),
    (b"-.5", 1),
    (b"1.e5", 2),
    (b"1.5.2", 3),
    (b"1e", 2),
    (b"1e+", 3),
    (b"1E-", 3),
    (b"1ee5", 2),
    (b"1e5.5", 3),
    (b"1e5e5", 3),
    (b"1_000", 1),
    (b"1,000", 1),
    (b"1a", 1),
    (b"1.5f", 3),
    (b"0.", 2),
    (b"[0.]", 3),
    (b"[-]", 2),
    (b"[1.]", 3),
    (b"[1e]", 3),
    (b"[01]", 2),
    (b"[1+1]", 2),
    (b"[\xef\xbc\x91]", 1),
    (b"\xef\xbc\x91", 0),
    (b"\xc2\xbd", 0),
    (b"1 000", 2),
    (b"[1.2.3]", 4),
    (b"[0e]", 3),
    (b"[0e+]", 4),
    (b"-1.", 3),
    (b"[- 1]", 2),
    (b"[1. 5]", 3),
    (b"9.9.9", 3),
    (b"$1", 0),
    (b"\"", 1),
    (b"\"a", 2),
    (b"\"\\", 2),
    (b"\"\\\"", 3),
    (b"\"\\a\"", 2),
    (b"\"\\x41\"", 2),
    (b"\"\\'\"", 2),
    (b"\"\\0\"", 2),
    (b"\"\\u\"", 3),
    (b"\"\\u1\"", 4),
    (b"\"\\u12\"", 5),
    (b"\"\\u123\"", 6),
    (b"\"\\u123g\"", 6),
    (b"\"\\uXYZW\"", 3),
    (b"\"\\U0041\"", 2),
    (b"\"\\u{41}\"", 3),
    (b"\"\\ \"", 2),
    (b"\"\\\xc3\xa9\"", 2),
    (b"\"a\nb\"", 2),
    (b"\"a\tb\"", 2),
    (b"\"a\rb\"", 2),
    (b"\"\x00\"", 1),
    (b"\"\x01\"", 1),
    (b"\"\x1f\"", 1),
    (b"\"\x08\"", 1),
    (b"[\"a", 3),
    (b"[\"a\n\"]", 3),
    (b"{\"a\nb\":1}", 3),
    (b"\"a\"b", 3),
    (b"\"a\"\"b\"", 3),
    (b"[\"a\" \"b\"]", 5),
    (b"[\"a\":1]", 4),
    (b"{\"a\",\"b\"}", 4),
    (b"'", 0),
    (b"`a`", 0),
    (b"\xe2\x80\x9ca\xe2\x80\x9d", 0),
    (b"\x0c1", 0),
    (b"\x0b1", 0),
    (b"\xc2\xa01", 0),
    (b"[\x0c]", 1),
    (b"[1,\xc2\xa02]", 3),
    (b"\xe2\x80\xa8[]", 0),
    (b"\xef\xbb\xbf[]", 0),
    (b"\xef\xbb\xbf", 0),
    (b"[]\x00", 2),
    (b"\x00", 0),
    (b"[\x00]", 1),
    (b"<a>", 0),
    (b"[<a>]", 1),
    (b"(1)", 0),
    (b"[1)", 2),
    (b"{\"a\":(1)}", 5),
    (b"a:b", 0),
    (b"{\"a\":b}", 5),
    (b"{\"a\":01}", 6),
    (b"{\"a\":.5}", 5),
    (b"{\"a\":1.}", 7),
    (b"{\"a\":\"\\q\"}", 7),
    (b"[true", 5),
    (b"[tru]", 4),
    (b"[null,nul]", 9),
    (b"{\"a\":tru}", 8),
    (b"[1,\n2,\n", 7),
    (b"{\n\"a\":1,\n", 9),
    (b"{\"a\":[1,2}", 9),
    (b"[{\"a\":1]", 7),
    (b"[[1]", 4),
    (b"{\"a\":{\"b\":1}", 12),
    (b"[1,2,3", 6),
    (b"*", 0),
    (b"[*]", 1),
    (b"[1,*]", 3),
    (b"@", 0),
    (b"{\"a\":@}", 5),
    (b"{{}}", 1),
    (b"{[]}", 1),
    (b"[}", 1),
    (b"{]", 1),
    (b"[{]", 2),
    (b"[[}", 2),
    (b"[\"\\uD83\"]", 7),
    (b"{\"a\":1,\"b\"", 10),
    (b"{\"a\":1,\"b\":", 11),
    (b"{\"a\":1,\"b\":2", 12),
    (b"{\"$oid\":\"x\"", 11),
    (b"{\"$oid\"}", 7),
    (b"[{\"$date\":1}", 12),
    (b"{\"$numberLong\":\"1\"]", 18),
    (b"{\"$date\":{\"$numberLong\":\"1\"}", 28),
    (b"\"\xff\"", 1),
    (b"\"\x80\"", 1),
    (b"\"\xc0\xaf\"", 1),
    (b"\"\xc3\"", 1),
    (b"\"\xe2\x82\"", 1),
    (b"\"\xed\xa0\x80\"", 1),
    (b"\"\xf4\x90\x80\x80\"", 1),
    (b"\"ab\xe9\"", 3),
    (b"{\"\xff\":1}", 2),
    (b"[\"a\xe5\"]", 3),
    (b"\xff", 0),
    (b"[\xff]", 1),
    (b"\xef\xbb\xbf{}", 0),
    (b"\xff\xfe1\x00", 0),
    (b"1\xff", 1),
    (b"\"\xf8\x88\x80\x80\x80\"", 1),
    (b"\"\xe0\x80\xaf\"", 1),
];

#[test]
fn the_table_is_long_enough_and_names_no_case_twice() {
    let mut all: Vec<&[u8]> = ACCEPTED.iter().chain(LINES).copied().collect();
    all.extend(REFUSED.iter().map(|(text, _)| *text));
    let before = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), before);
    assert!(before >= 300, "{before}");
}

#[test]
fn valid_documents_are_read() {
    for text in ACCEPTED {
        for step in [1, 3, 1 << 20] {
            let (_, outcome) = read_text(text, 10, step);
            let shown = String::from_utf8_lossy(text);
            assert!(
                matches!(&outcome, Ok(o) if o.rejected == 0 && o.format == "json"),
                "{shown}: {outcome:?}"
            );
        }
    }
}

#[test]
fn valid_lines_are_read() {
    for text in LINES {
        for step in [1, 3, 1 << 20] {
            let (_, outcome) = read_text(text, 10, step);
            let shown = String::from_utf8_lossy(text);
            assert!(
                matches!(&outcome, Ok(o) if o.rejected == 0 && o.format == "jsonl"),
                "{shown}: {outcome:?}"
            );
        }
    }
}

#[test]
fn what_is_not_json_is_refused_at_its_byte() {
    for (text, offset) in REFUSED {
        for step in [1, 3, 1 << 20] {
            let (_, outcome) = read_text(text, 10, step);
            let shown = String::from_utf8_lossy(text);
            match outcome {
                Err(Refusal::Unreadable { offset: found, .. }) => {
                    assert_eq!(found, Some(*offset), "{shown}");
                }
                other => panic!("{shown}: {other:?}"),
            }
        }
    }
}

/// The same holds of values that are passed over without being opened.
#[test]
fn values_kept_as_one_are_judged_alike() {
    for text in ACCEPTED {
        let nested = [b"{\"k\":[", *text, b"]}"].concat();
        assert!(
            read_text(&nested, 0, 7).1.is_ok(),
            "{}",
            String::from_utf8_lossy(text)
        );
    }
    for (text, offset) in REFUSED {
        let nested = [b"{\"k\":[", *text, b"]}"].concat();
        match read_text(&nested, 0, 7).1 {
            Err(Refusal::Unreadable {
                offset: Some(found),
                ..
            }) => {
                assert!(found >= offset + 6, "{}", String::from_utf8_lossy(text));
            }
            // A comma between two values, or nothing, is what an array may hold.
            Ok(_) => assert!(
                super::super::read(
                    &mut &nested[5..nested.len() - 1],
                    super::Limits {
                        nested_depth: 9,
                        first_byte: 0,
                        threads: 1
                    },
                    &mut super::Columns::new(super::Budget::of(1 << 20))
                )
                .is_ok()
            ),
            other => panic!("{}: {other:?}", String::from_utf8_lossy(text)),
        }
    }
}

#[test]
fn brackets_are_bounded() {
    for open in [&b"["[..], b"{\"a\":"] {
        let bomb = open.repeat(100_000);
        assert!(matches!(
            read_text(&bomb, 10, 1 << 20).1,
            Err(Refusal::TooLarge(_))
        ));
    }
    let deep = [b"[".repeat(1000), b"]".repeat(1000)].concat();
    assert!(read_text(&deep, 10, 1 << 20).1.is_ok());
    // Of a file of lines, only the bomb is lost.
    let lines = [
        b"{\"a\":1}\n".to_vec(),
        b"[".repeat(5000),
        b"\n{\"a\":2}\n".to_vec(),
    ]
    .concat();
    let (columns, outcome) = read_text(&lines, 10, 1 << 20);
    assert_eq!(outcome.expect("the other lines are read").rejected, 1);
    assert_eq!(columns.records(), 2);
}
