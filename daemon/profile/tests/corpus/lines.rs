//! Line ends, blank lines, and records of unequal width.

use super::case::{Case, case};

// One file a line: it reads as a table.
#[rustfmt::skip]
pub fn cases() -> Vec<Case> {
    vec![
        case("crlf", "line ends of two characters", "id,note\r\n1,red\r\n2,green\r\n", 2, "id integer|note string", &["line_terminator=\r\n", "2.values=green|red"]),
        case("cr", "`\\r` alone ends lines", "id,note\r1,red\r2,green\r", 2, "id integer|note string", &["line_terminator=\r", "2.values=green|red"]),
        case("mixed-line-ends", "all kinds of line ends in one file", "id,note\n1,red\r\n2,green\r3,blue\n", 3, "id integer|note string", &["line_terminator=mixed", "2.values=blue|green|red"]),
        case("no-last-line-end", "the last line need not end", "id,note\n1,red\n2,green", 2, "id integer|note string", &["2.values=green|red"]),
        case("no-last-cell", "the last cell is empty and its line does not end", "id,note\n1,red\n2,", 2, "id integer|note string", &["2.null_count=1"]),
        case("blank-lines-between", "blank lines say nothing", "id,note\n1,red\n\n2,green\n\n\n3,blue\n", 3, "id integer|note string", &["no finding=RAGGED_RECORDS", "footer_lines=0"]),
        case("blank-lines-first", "blank lines above the header", "\n\nid,note\n1,red\n2,green\n", 2, "id integer|note string", &["header=true"]),
        case("blank-lines-last", "blank lines at the end", "id,note\n1,red\n2,green\n\n\n\n", 2, "id integer|note string", &["footer_lines=0"]),
        case("blank-lines-crlf", "blank lines of two characters", "id,note\r\n\r\n1,red\r\n\r\n2,green\r\n\r\n", 2, "id integer|note string", &[]),
        case("blank-in-one-column", "a blank line in a single column is a missing value", "size\n1\n\n3\n", 3, "size integer", &["1.null_count=1", "1.sum=4"]),
        case("short-records", "cells a record lacks are missing", "a,b,c\n1,2,3\n4,5\n6\n7,8,9\n", 4, "a integer|b integer|c integer", &["finding=RAGGED_RECORDS", "3.null_count=2", "2.null_count=1"]),
        case("long-records", "cells beyond the last field are counted", "a,b\n1,2\n3,4,5,6\n7,8\n9,10\n", 4, "a integer|b integer", &["finding=RAGGED_RECORDS", "1.sum=20", "2.sum=24"]),
        case("short-and-long", "both in one file", "a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12\n13,14,15\n", 5, "a integer|b integer|c integer", &["finding=RAGGED_RECORDS", "3.null_count=1", "1.sum=34"]),
        case("short-first", "the first record is the odd one", "a,b,c\n1,2\n3,4,5\n6,7,8\n", 3, "a integer|b integer|c integer", &["finding=RAGGED_RECORDS", "3.null_count=1"]),
        case("trailing-delimiters", "every line ends in a delimiter", "a,b,\n1,2,\n3,4,\n", 2, "a integer|b integer| any", &["3.null_count=2", "no finding=RAGGED_RECORDS"]),
        case("trailing-delimiters-below", "every line but the header ends in a delimiter", "a,b\n1,2,\n3,4,\n5,6,\n", 3, "a integer|b integer| any", &["1.sum=9", "2.sum=12", "3.null_count=3"]),
        case("one-record", "a header and one record", "id,note\n1,red\n", 1, "id integer|note string", &["header=true"]),
        case("one-cell", "one cell is a header", "size\n", 0, "size any", &["header=true"]),
        case("same-records", "records that are the same are counted", "id,note\n1,red\n1,red\n2,green\n1,red\n", 4, "id integer|note string", &["1.distinct_count=2", "1.unique_count=1"]),
        case("line-separators", "Unicode's line separators are characters of a cell", "id,note\n1,red\u{2028}dark\n2,green\u{85}light\n", 2, "id integer|note string", &["2.distinct_count=2"]),
        case("vertical-tabs", "vertical tabs and form feeds are too", "id,note\n1,red\u{b}dark\n2,green\u{c}light\n", 2, "id integer|note string", &["2.values=green\u{c}light|red\u{b}dark"]),
    ]
}
