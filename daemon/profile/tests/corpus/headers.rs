//! Names of columns, and files without them.

use super::case::{Case, case};

// One file a line: it reads as a table.
#[rustfmt::skip]
pub fn cases() -> Vec<Case> {
    vec![
        case("no-header-numbers", "numbers are no names", "1,2.5\n3,4.5\n5,6.5\n", 3, "column_1 integer|column_2 number", &["header=false", "2.sum=13.5"]),
        case("no-header-dates", "dates are no names", "2024-01-01,red\n2024-01-02,green\n", 2, "column_1 date|column_2 string", &["header=false"]),
        case("no-header-mixed", "a number among texts in every line", "red,5\ngreen,6\nblue,7\n", 3, "column_1 string|column_2 integer", &["header=false"]),
        case("no-header-categories", "categories that come again are no names", "red,small\nblue,small\nred,large\n", 3, "column_1 string|column_2 string", &["header=false"]),
        case("no-header-single", "one column of numbers", "5\n6\n7\n", 3, "column_1 integer", &["header=false", "1.sum=18"]),
        case("header-only", "names and no record", "id,note\n", 0, "id any|note any", &["header=true"]),
        case("header-only-crlf", "names and no record, no line end", "id;note;size", 0, "id any|note any|size any", &["header=true", "delimiter=;"]),
        case("text-under-names", "texts of varied kind under names", "colour,animal\nred,fox\ngreen,goose\n", 2, "colour string|animal string", &["header=true"]),
        case("years-as-names", "a name and years above numbers", "country,1990,2000\nred,1.5,2.5\ngreen,3.5,4.5\n", 2, "country string|1990 number|2000 number", &["header=true", "2.sum=5"]),
        case("repeated-names", "names that come again are told apart", "x,y,x\n1,2,3\n4,5,6\n", 2, "x integer|y integer|x integer", &["1.path=x", "3.path=x#2", "3.sum=9"]),
        case("empty-name", "a column without a name", "id,,note\n1,5,red\n2,6,green\n", 2, "id integer| integer|note string", &["2.sum=11"]),
        case("index-column", "pandas writes row numbers without a name", ",id,note\n0,5,red\n1,6,green\n", 2, " integer|id integer|note string", &["1.max=1", "2.sum=11"]),
        case("row-names", "R leaves out the name of the first column", "size,colour\na,5,red\nb,6,green\n", 2, " string|size integer|colour string", &["2.sum=11", "no finding=RAGGED_RECORDS"]),
        case("fewer-names", "columns beyond the names are kept", "id,note\n1,red,5,6\n2,green,7,8\n3,blue,9,10\n", 3, "id integer|note string| integer| integer", &["3.sum=21", "4.sum=24"]),
        case("more-names", "a name that no record has a cell for", "id,note,size\n1,red\n2,green\n3,blue\n", 3, "id integer|note string|size any", &["3.null_count=3"]),
        case("blanks-in-names", "blanks around names are kept", " id , note \n1,red\n2,green\n", 2, " id  integer| note  string", &[]),
        case("hash-name", "`#id` is a name where it is as wide as the records", "#id,note\n1,red\n2,green\n", 2, "#id integer|note string", &["preamble_lines=0"]),
        case("units-in-names", "units, brackets and signs in names", "size (cm),temp [°C],cost/€\n5,21.5,3\n6,22.5,4\n", 2, "size (cm) integer|temp [°C] number|cost/€ integer", &["2.sum=44"]),
        case("bracketed-names", "names in brackets are no JSON", "[id],[note]\n1,red\n2,green\n", 2, "[id] integer|[note] string", &["delimiter=,"]),
        case("names-of-other-scripts", "names in other scripts", "номер;цвет\n1;красный\n2;зелёный\n", 2, "номер integer|цвет string", &["delimiter=;"]),
        case("case-of-names", "names that differ in case are two", "id,ID,Id\n1,2,3\n4,5,6\n", 2, "id integer|ID integer|Id integer", &["2.path=ID", "3.path=Id"]),
        case("dotted-names", "a dot in a name nests nothing", "a.b,a.c\n1,2\n3,4\n", 2, "a.b integer|a.c integer", &["1.nesting_level=0"]),
        case("header-under-booleans", "names above truths", "on,off\ntrue,false\nfalse,true\n", 2, "on boolean|off boolean", &["header=true"]),
    ]
}
