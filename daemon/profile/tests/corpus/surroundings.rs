//! What stands above, between and below the records.

use super::case::{Case, case};

// One file a line: it reads as a table.
#[rustfmt::skip]
pub fn cases() -> Vec<Case> {
    vec![
        case("title", "a title above the header", "Report of sizes\nid,note,size\n1,red,5\n2,green,6\n3,blue,7\n", 3, "id integer|note string|size integer", &["preamble_lines=1"]),
        case("title-and-blank", "a title and a blank line", "Report of sizes\n\nid,note,size\n1,red,5\n2,green,6\n3,blue,7\n", 3, "id integer|note string|size integer", &["preamble_lines=2"]),
        case("title-of-two-columns", "a title set off from two columns", "Report of sizes\n\nnote,size\nred,5\ngreen,6\nblue,7\n", 3, "note string|size integer", &["preamble_lines=2"]),
        case("counts-above", "a line of counts and class names is no header of the wider records below", "178,2,class_0\n14.2,1.7,2.4,15.6,127,2.8\n13.2,1.8,2.1,11.2,100,2.7\n13.1,2.4,2.7,18.6,101,2.8\n", 3, "column_1 number|column_2 number|column_3 number|column_4 number|column_5 integer|column_6 number", &["header=false"]),
        case("title-filled-up", "a title that a spreadsheet filled up with delimiters", "Report,,\n,,\nid,note,size\n1,red,5\n2,green,6\n3,blue,7\n", 3, "id integer|note string|size integer", &["preamble_lines=2"]),
        case("metadata", "facts in pairs, set off by a blank line", "station,red 5\nheight,120\n\nday,low,high\n2024-01-01,1.5,7.5\n2024-01-02,2.5,8.5\n2024-01-03,3.5,9.5\n", 3, "day date|low number|high number", &["preamble_lines=3", "3.sum=25.5"]),
        case("metadata-crlf", "the same with other line ends", "station;red 5\r\nheight;120\r\n\r\nday;low;high\r\n2024-01-01;1,5;7,5\r\n2024-01-02;2,5;8,5\r\n2024-01-03;3,5;9,5\r\n", 3, "day date|low number|high number", &["preamble_lines=3", "3.sum=25.5"]),
        case("comments-above", "comments above the header", "# made by hand\n# twice\nid,note\n1,red\n2,green\n", 2, "id integer|note string", &["preamble_lines=2", "comment=#"]),
        case("comments-between", "comments between the records", "id,note,size\n1,red,5\n# the next one is odd\n2,green,6\n# done\n", 2, "id integer|note string|size integer", &["comment=#", "comment_lines=2", "no finding=RAGGED_RECORDS"]),
        case("comments-everywhere", "comments above, between and below", "# made by hand\nid,note,size\n1,red,5\n# odd\n2,green,6\n3,blue,7\n# end\n", 3, "id integer|note string|size integer", &["comment=#", "preamble_lines=1", "comment_lines=2"]),
        case("comment-with-quote", "a quote in a comment opens nothing", "id,note,size\n1,red,5\n# 5\" and more\n2,green,6\n3,blue,7\n", 3, "id integer|note string|size integer", &["comment=#", "3.sum=18"]),
        case("hash-values", "values that start with the sign are no comments", "colour,size\n#ff0000,5\n#00ff00,6\nblue,7\n", 3, "colour string|size integer", &["comment=null", "1.values=#00ff00|#ff0000|blue"]),
        case("hash-values-single", "nor are they in a single column", "tag\n#red\n#green\nblue\n", 3, "tag string", &["1.values=#green|#red|blue"]),
        case("variant-calls", "two signs for comments, one for the header", "##format=5\n##source=x,y\n#chrom\tpos\tref\n1\t100\tA\n2\t200\tC\n3\t300\tG\n", 3, "#chrom integer|pos integer|ref string", &["delimiter=\t", "preamble_lines=2", "2.sum=600"]),
        case("footer-set-off", "a line below a blank one", "id,note,size\n1,red,5\n2,green,6\n\nmade by hand\n", 2, "id integer|note string|size integer", &["footer_lines=1", "finding=FOOTER_LINES", "no finding=RAGGED_RECORDS", "1.null_count=0"]),
        case("footer-of-lines", "several lines below a blank one", "id,note,size\n1,red,5\n2,green,6\n\nSource: somewhere, far\nas of today\n", 2, "id integer|note string|size integer", &["footer_lines=2", "finding=FOOTER_LINES"]),
        case("footer-total-rows", "a count below the last record", "id,note\n1,red\n2,green\n3,blue\nTotal rows: 3\n", 3, "id integer|note string", &["footer_lines=1", "1.sum=6"]),
        case("footer-psql", "the count a database client prints", "id|note\n1|red\n2|green\n(2 rows)\n", 2, "id integer|note string", &["footer_lines=1", "finding=FOOTER_LINES"]),
        case("footer-end-of-file", "an end that is said", "id;note;size\r\n1;red;5\r\n2;green;6\r\nEnd of file\r\n", 2, "id integer|note string|size integer", &["footer_lines=1"]),
        case("footer-cr", "a footer where `\\r` ends lines", "id,note,size\r1,red,5\r2,green,6\r\rmade by hand\r", 2, "id integer|note string|size integer", &["footer_lines=1"]),
        case("footer-no-records", "a footer below names only", "id,note\n\nTotal: 0\n", 0, "id any|note any", &["footer_lines=1"]),
        case("footer-and-title", "a title above and a footer below", "Report of sizes\n\nid,note,size\n1,red,5\n2,green,6\n3,blue,7\n\n3 records\n", 3, "id integer|note string|size integer", &["preamble_lines=2", "footer_lines=1"]),
        case("footer-and-comments", "comments between and a footer below", "id,note,size\n1,red,5\n# odd\n2,green,6\n3,blue,7\n\nmade by hand\n", 3, "id integer|note string|size integer", &["comment_lines=1", "footer_lines=1"]),
        case("total-is-a-record", "a total as wide as the records is one", "note,size\nred,5\ngreen,6\nTotal,11\n", 3, "note string|size integer", &["footer_lines=0", "2.sum=22"]),
        case("short-last-record", "a last record that is short and sums nothing up is one", "id,note,size\n1,red,5\n2,green,6\n3,blue\n", 3, "id integer|note string|size integer", &["footer_lines=0", "finding=RAGGED_RECORDS", "3.null_count=1"]),
        case("second-part", "records below a blank line are records", "id,note,size\n1,red,5\n2,green,6\n\n3,blue,7\n", 3, "id integer|note string|size integer", &["footer_lines=0"]),
        case("note-in-the-middle", "a line of another width with records below it is kept and counted", "id,note,size\n1,red,5\n2,green,6\n\npage 2\n3,blue,7\n4,grey,8\n", 5, "id string|note string|size integer", &["footer_lines=0", "finding=RAGGED_RECORDS"]),
        case("total-in-one-column", "one column has no footer", "note\nred\ngreen\nTotal rows: 2\n", 3, "note string", &["footer_lines=0"]),
        case("long-title-block", "a letterhead of many lines", "Red and Green\nLong Lane\nSomewhere\n\nReport\n\nid,note,size,weight\n1,red,5,50\n2,green,6,60\n3,blue,7,70\n4,grey,8,80\n", 4, "id integer|note string|size integer|weight integer", &["preamble_lines=6", "4.sum=260"]),
    ]
}
