//! What stands between cells.

use super::case::{Case, case};

// One file a line: it reads as a table.
#[rustfmt::skip]
pub fn cases() -> Vec<Case> {
    vec![
        case("comma", "the plainest file", "id,colour\n1,red\n2,green\n", 2, "id integer|colour string", &["delimiter=,", "1.sum=3", "2.values=green|red", "header=true"]),
        case("semicolon", "a semicolon", "id;colour\n1;red\n2;green\n", 2, "id integer|colour string", &["delimiter=;", "1.sum=3"]),
        case("tab", "a tab", "id\tcolour\n1\tred\n2\tgreen\n", 2, "id integer|colour string", &["delimiter=\t", "1.max=2"]),
        case("pipe", "a pipe", "id|colour\n1|red\n2|green\n", 2, "id integer|colour string", &["delimiter=|", "1.max=2"]),
        case("unit-separator", "the control character made for it", "id\u{1f}colour\n1\u{1f}red, dark\n2\u{1f}green; light\n", 2, "id integer|colour string", &["delimiter=\u{1f}", "2.values=green; light|red, dark"]),
        case("unit-and-record-separators", "a text of control characters, in which a line end is a character", "id\u{1f}colour\u{1e}1\u{1f}red\u{1e}2\u{1f}green\u{1e}", 2, "id integer|colour string", &["delimiter=\u{1f}", "line_terminator=\u{1e}", "2.values=green|red"]),
        case("control-a", "the delimiter of Hive", "1\u{1}red\n2\u{1}green\n3\u{1}blue\n", 3, "column_1 integer|column_2 string", &["delimiter=\u{1}", "header=false"]),
        case("caret", "a rare sign that explains every record", "id^colour\n1^red\n2^green\n3^blue\n", 3, "id integer|colour string", &["delimiter=^"]),
        case("tilde", "another rare sign", "id~size~colour\n1~5~red\n2~6~green\n3~7~blue\n", 3, "id integer|size integer|colour string", &["delimiter=~", "2.sum=18"]),
        case("one-blank", "numbers one blank apart", "x y z\n1 2 3\n4 5 6\n7 8 9\n", 3, "x integer|y integer|z integer", &["delimiter= ", "delimiter_repeats=true", "3.sum=18"]),
        case("aligned-right", "numbers aligned to the right, blanks before the first", "    x     y\n    1    20\n  300     4\n 5000  6000\n", 3, "x integer|y integer", &["1.sum=5301", "2.sum=6024", "delimiter_repeats=true"]),
        case("aligned-touching", "numbers that are one blank apart where they are long", "   x    y\n   1   20\n 300 4000\n", 2, "x integer|y integer", &["1.sum=301", "2.sum=4020"]),
        case("aligned-text", "aligned columns with single blanks inside", "first word  size\nred fox       36\ngrey goose     7\nowl          100\n", 3, "first word string|size integer", &["delimiter=  ", "1.values=grey goose|owl|red fox", "2.sum=143"]),
        case("blanks-and-tabs", "runs of blanks and tabs", "x \t y\n1\t \t2\n3  4\n5\t6\n", 3, "x integer|y integer", &["1.sum=9", "2.sum=12"]),
        case("write-table", "R's table: quoted words, names of rows, a header one short", "\"size\" \"colour\"\n\"a\" 5 \"dark red\"\n\"b\" 6 \"green\"\n\"c\" 7 \"blue\"\n", 3, " string|size integer|colour string", &["delimiter_repeats=true", "2.sum=18", "3.values=blue|dark red|green"]),
        case("excel-sep", "Excel says its delimiter", "sep=;\r\nid;colour\r\n1;red\r\n", 1, "id integer|colour string", &["delimiter=;", "preamble_lines=1"]),
        case("excel-sep-odd", "Excel says a delimiter nobody would try", "sep=!\nid!colour\n1!red\n2!green\n", 2, "id integer|colour string", &["delimiter=!", "1.sum=3"]),
        case("commas-in-semicolons", "commas in the text of a semicolon file", "id;note\n1;red, dark\n2;green, light, pale\n3;blue\n", 3, "id integer|note string", &["delimiter=;", "2.values=blue|green, light, pale|red, dark"]),
        case("semicolons-in-commas", "quoted semicolons in a comma file", "id,note\n1,\"red; dark\"\n2,\"green; light\"\n", 2, "id integer|note string", &["delimiter=,", "2.values=green; light|red; dark"]),
        case("decimal-commas", "more commas than semicolons, all of them decimal", "a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n", 2, "a number|b number|c number", &["delimiter=;", "1.sum=6", "3.sum=10"]),
        case("commas-in-tabs", "commas in the text of a tab file", "id\tnote\n1\tred, dark\n2\tgreen, light\n", 2, "id integer|note string", &["delimiter=\t"]),
        case("tabs-in-quotes", "quoted tabs in a tab file", "id\tnote\n1\t\"red\tdark\"\n2\tgreen\n", 2, "id integer|note string", &["delimiter=\t", "2.values=green|red\tdark"]),
        case("pipes-in-commas", "pipes inside the cells of a comma file", "id,tags,size\n1,red|dark,5\n2,green|light,6\n", 2, "id integer|tags string|size integer", &["delimiter=,", "2.values=green|light|red|dark"]),
        case("fenced-pipes", "pipes at both ends are columns of nothing", "|id|colour|\n|1|red|\n|2|green|\n", 2, " any|id integer|colour string| any", &["delimiter=|", "2.sum=3", "1.null_count=2"]),
        case("single-column", "one column, no delimiter", "size\n1\n2\n3\n", 3, "size integer", &["1.sum=6"]),
        case("single-with-commas", "a comma in one line of many is a part of it", "title\nred\ngreen, light\nblue\n", 3, "title string", &["delimiter=", "1.values=blue|green, light|red", "no finding=RAGGED_RECORDS"]),
        case("single-datetimes", "the blank in a moment is no delimiter", "at\n2024-01-01 10:00:00\n2024-01-02 11:30:00\n2024-01-03 12:45:00\n", 3, "at datetime", &["1.max=2024-01-03T12:45:00"]),
        case("single-two-words", "lines of two words each are one column", "animal\nred fox\ngrey goose\nbarn owl\n", 3, "animal string", &["1.values=barn owl|grey goose|red fox"]),
        case("single-sentences", "sentences are one column", "line\nthe quick brown fox\njumps over\nthe lazy dog today\n", 3, "line string", &["1.distinct_count=3"]),
        case("single-streets", "a number and words in every line are one column", "street\n12 Long Lane\n7 Short Lane\n104 Broad Way\n", 3, "street string", &["1.distinct_count=3"]),
        case("single-grouped", "blanks between thousands are no delimiter", "amount\n1 200\n13 400\n900\n1 250 000\n", 4, "amount integer", &["1.max=1250000", "1.sum=1265500"]),
        case("wide", "more columns than rows", "a,b,c,d,e,f,g,h,i,j,k,l\n1,2,3,4,5,6,7,8,9,10,11,12\n", 1, "a integer|b integer|c integer|d integer|e integer|f integer|g integer|h integer|i integer|j integer|k integer|l integer", &["12.max=12"]),
        case("two-numbers", "two columns without a header", "1,2\n3,4\n5,6\n", 3, "column_1 integer|column_2 integer", &["header=false", "2.sum=12"]),
        case("times-no-colon", "colons in times are no delimiter", "at,n\n10:30,1\n11:45,2\n", 2, "at time|n integer", &["delimiter=,"]),
        case("empty-cells", "delimiters and nothing else", "a,b,c\n,,\n1,,3\n", 2, "a integer|b any|c integer", &["2.null_count=2", "1.null_count=1"]),
    ]
}
