//! Values of all other types.

use super::case::{Case, case};

// One file a line: it reads as a table.
#[rustfmt::skip]
pub fn cases() -> Vec<Case> {
    vec![
        case("iso-dates", "dates of the standard", "a,b\n2024-01-31,x\n2023-12-01,y\n", 2, "a date|b string", &["1.format=%Y-%m-%d", "1.min=2023-12-01", "1.max=2024-01-31"]),
        case("day-first", "a day beyond twelve puts days first", "a,b\n01/02/2024,x\n13/02/2024,y\n", 2, "a date|b string", &["1.format=%d/%m/%Y", "1.min=2024-02-01"]),
        case("month-first", "or months", "a,b\n01/02/2024,x\n02/13/2024,y\n", 2, "a date|b string", &["1.format=%m/%d/%Y", "1.min=2024-01-02"]),
        case("torn-dates", "no order reads them all", "a,b\n13/02/2024,x\n02/13/2024,y\n14/02/2024,z\n", 3, "a string|b string", &["1.type_exception/record=2"]),
        case("dotted-dates", "points in dates", "a;b\n31.01.2024;x\n01.12.2023;y\n", 2, "a date|b string", &["1.format=%d.%m.%Y", "1.max=2024-01-31"]),
        case("datetimes", "dates with times and zones", "a,b\n2024-01-31T10:00:00Z,x\n2024-01-31T11:30:00Z,y\n", 2, "a datetime|b string", &["1.distinct_count=2"]),
        case("datetimes-blank", "dates with times, a blank between", "a,b\n2024-01-31 10:00:00,x\n2024-02-01 11:30:00,y\n", 2, "a datetime|b string", &["1.min=2024-01-31T10:00:00"]),
        case("impossible-dates", "a day that no month has", "a,b\n2024-02-30,x\n2024-01-31,y\n", 2, "a string|b string", &[]),
        case("never", "the end of time is missing", "a,b\n2024-01-01,x\n9999-12-31,y\n", 2, "a date|b string", &["1.null_count=1", "1.max=2024-01-01"]),
        case("times", "times of a day", "a,b\n10:30:00,x\n23:59:59,y\n", 2, "a time|b string", &[]),
        case("months", "years with months", "a,b\n2024-01,x\n2024-02,y\n", 2, "a yearmonth|b string", &[]),
        case("years", "bare years are integers", "a,b\n1999,x\n2024,y\n", 2, "a integer|b string", &["1.max=2024"]),
        case("durations", "durations of the standard", "a,b\nPT5M,x\nP1DT2H,y\n", 2, "a duration|b string", &[]),
        case("truths", "truths in words", "a,b\ntrue,TRUE\nfalse,FALSE\n", 2, "a boolean|b boolean", &["1.distinct_count=2"]),
        case("yes-and-no", "both words make truths", "a,b\nyes,x\nno,y\n", 2, "a boolean|b string", &[]),
        case("only-no", "one word alone is text", "a,b\nno,x\nno,y\n", 2, "a string|b string", &[]),
        case("noughts-and-ones", "noughts and ones are integers", "a,b\n0,x\n1,y\n0,z\n", 3, "a integer|b string", &["1.sum=1"]),
        case("truths-and-numbers", "mixed columns stay honest", "a,b\ntrue,x\n5,y\n6,z\n", 3, "a string|b string", &["1.type_counts/boolean=1", "1.type_counts/integer=2"]),
        case("nulls", "words that are nothing but markers", "a,b\nNULL,x\nnull,y\nred,z\n", 3, "a string|b string", &["1.null_count=2", "1.values=red"]),
        case("not-applicable", "another", "a,b\nN/A,x\n5,y\n#N/A,z\n", 3, "a integer|b string", &["1.null_count=2", "1.sum=5"]),
        case("dashes", "a dash among numbers is missing", "a,b\n-,x\n5,y\n7,z\n", 3, "a integer|b string", &["1.null_count=1", "1.sum=12"]),
        case("namibia", "`NA` among codes of two letters is one", "a,b\nNA,1\nDE,2\nFR,3\n", 3, "a string|b integer", &["1.null_count=0", "1.distinct_count=3"]),
        case("umlauts", "letters beyond ASCII", "größe;farbe\n5;grün\n6;weiß\n7;hellgrün\n", 3, "größe integer|farbe string", &["2.values=grün|hellgrün|weiß", "2.length/max=8"]),
        case("accents", "accents of the west", "catégorie;libellé\nété;déjà vu\nhiver;forêt\nété;élève\n", 3, "catégorie string|libellé string", &["1.distinct_count=2"]),
        case("emoji", "characters of four bytes", "id,sign\n1,😀\n2,👩‍👩‍👧\n", 2, "id integer|sign string", &["2.length/min=1", "2.length/max=5"]),
        case("right-to-left", "writing from right to left", "id,צבע\n1,אדום\n2,ירוק\n", 2, "id integer|צבע string", &["2.distinct_count=2"]),
        case("composed", "an accent of its own is a character of its own", "id,note\n1,é\n2,e\u{301}\n", 2, "id integer|note string", &["2.distinct_count=2", "2.length/max=2"]),
        case("invisible", "characters that show nothing are kept", "id,note\n1,red\u{200b}\n2,red\n", 2, "id integer|note string", &["2.distinct_count=2"]),
        case("markup", "markup with commas and quotes", "id,note\n1,\"<a href=\"\"x\"\">red, dark</a>\"\n2,<b>green</b>\n", 2, "id integer|note string", &["2.values=<a href=\"x\">red, dark</a>|<b>green</b>"]),
        case("formulas", "formulas are text", "id,note\n1,=1+1\n2,@sum\n3,-1+2\n", 3, "id integer|note string", &["2.values=-1+2|=1+1|@sum"]),
        case("case-of-values", "values that differ in case are two", "id,note\n1,Red\n2,red\n3,RED\n", 3, "id integer|note string", &["2.distinct_count=3"]),
        case("blanks-as-values", "blanks alone are a value, not an empty cell", "id,note\n1, \n2,red\n", 2, "id integer|note string", &["2.null_count=0", "2.distinct_count=2"]),
    ]
}
