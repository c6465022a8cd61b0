//! Numbers in every notation, and what is none.

use super::case::{Case, case};

// One file a line: it reads as a table.
#[rustfmt::skip]
pub fn cases() -> Vec<Case> {
    vec![
        case("decimal-comma", "a decimal comma", "a;b\n1,5;x\n2,25;y\n-3;z\n", 3, "a number|b string", &["1.format=decimalChar=\",\"", "1.sum=0.75", "1.min=-3", "1.max=2.25", "1.type_counts/number=2", "1.type_counts/integer=1"]),
        case("comma-and-points", "points between thousands, a decimal comma", "a;b\n1.234,56;x\n12,50;y\n1.000.000,00;z\n", 3, "a number|b string", &["1.format=decimalChar=\",\" groupChar=\".\"", "1.sum=1001247.06", "1.max=1000000"]),
        case("point-and-commas", "commas between thousands, a decimal point", "a;b\n1,234.56;x\n12.50;y\n1,000,000.00;z\n", 3, "a number|b string", &["1.format=decimalChar=\".\" groupChar=\",\"", "1.sum=1001247.06"]),
        case("comma-and-blanks", "blanks between thousands", "a;b\n1 234,56;x\n12,50;y\n", 2, "a number|b string", &["1.format=decimalChar=\",\" groupChar=\" \"", "1.sum=1247.06"]),
        case("no-break-blanks", "blanks that do not break, narrow ones too", "a;b\n1\u{a0}234,5;x\n1\u{202f}000\u{202f}000;y\n", 2, "a number|b string", &["1.sum=1001234.5"]),
        case("apostrophes-in-numbers", "apostrophes between thousands", "a;b\n1'234.50;x\n12'000;y\n7;z\n", 3, "a number|b string", &["1.format=decimalChar=\".\" groupChar=\"'\"", "1.sum=13241.5"]),
        case("curly-apostrophes", "as word processors write them", "a;b\n1\u{2019}234.5;x\n12\u{2019}000;y\n", 2, "a number|b string", &["1.sum=13234.5"]),
        case("points-alone-by-evidence", "one decimal comma makes all points stand between thousands", "a;b\n1.234;x\n2.500;y\n0,5;z\n", 3, "a number|b string", &["1.sum=3734.5", "1.max=2500"]),
        case("points-alone", "without evidence a point is decimal", "a;b\n1.234;x\n2.500;y\n", 2, "a number|b string", &["1.format=null", "1.sum=3.734"]),
        case("millions", "two points can only stand between thousands", "a;b\n1.234.567;x\n2.500;y\n999;z\n", 3, "a integer|b string", &["1.sum=1238066", "1.max=1234567"]),
        case("thousands", "commas between thousands of whole numbers", "a\tb\n1,234\tx\n12,500\ty\n7\tz\n", 3, "a integer|b string", &["1.sum=13741", "1.format=decimalChar=\".\" groupChar=\",\""]),
        case("thousands-alone", "what reads both ways counts thousands in a tab file", "a\tb\n1,234\tx\n2,500\ty\n", 2, "a integer|b string", &["1.sum=3734"]),
        case("comma-alone", "and is decimal where a semicolon spares the comma", "a;b\n1,234;x\n2,500;y\n", 2, "a number|b string", &["1.sum=3.734", "1.max=2.5"]),
        case("comma-or-thousands", "a zero before the comma decides", "a\tb\n1,234\tx\n0,500\ty\n", 2, "a number|b string", &["1.sum=1.734"]),
        case("point-proves-point", "one plain decimal makes commas stand between thousands", "a;b\n1,234;x\n2.5;y\n", 2, "a number|b string", &["1.sum=1236.5"]),
        case("torn-notation", "both decimal marks in one field: no number", "a;b\n1,5;x\n2.5;y\n3,25;z\n", 3, "a string|b string", &["1.type_counts/string=2", "1.type_counts/number=1", "1.format=null"]),
        case("two-group-marks", "two marks between thousands: no number", "a;b\n1.234,5;x\n1 234,5;y\n", 2, "a string|b string", &[]),
        case("word-among-local", "one word ends it, and is the exception", "a;b\n1,5;x\n2,5;y\n3,5;z\noops;w\n", 4, "a string|b string", &["1.type_exception/record=4", "1.type_exception/value=oops"]),
        case("local-and-missing", "missing values among decimal commas", "a;b\n1,5;x\n;y\nNA;z\n2,5;w\n", 4, "a number|b string", &["1.null_count=2", "1.sum=4", "1.type_counts/missing=2"]),
        case("local-exponent", "an exponent behind a decimal comma", "a;b\n1,5E+03;x\n2,5;y\n", 2, "a number|b string", &["1.sum=1502.5"]),
        case("known-by-groups", "groups of as many digits each are a name for something", "a;b\n123 456 789;x\n987 654 321;y\n", 2, "a string|b string", &[]),
        case("addresses", "addresses of computers are no numbers", "a;b\n192.168.100.200;x\n192.168.100.201;y\n", 2, "a string|b string", &[]),
        case("lists", "lists in a cell are no numbers", "a;b\n1,2,3;x\n4,5,6;y\n", 2, "a string|b string", &[]),
        case("versions", "versions are no numbers", "a,b\n1.2.3,x\n1.10.0,y\n", 2, "a string|b string", &[]),
        case("leading-zeros", "codes stay text", "a,b\n0870,x\n1234,y\n", 2, "a string|b string", &["1.values=0870|1234"]),
        case("leading-zeros-decimal", "codes with a point stay text", "a,b\n007.1,x\n250.0,y\n", 2, "a string|b string", &[]),
        case("leading-zeros-local", "codes with a comma stay text", "a;b\n007,1;x\n250,0;y\n", 2, "a string|b string", &[]),
        case("zeros", "a zero alone is a number", "a,b\n0,0.5\n10,0.0\n", 2, "a integer|b number", &["2.sum=0.5"]),
        case("signs", "signs before numbers", "a,b\n+5,-0.5\n-7,+1.5\n", 2, "a integer|b number", &["1.sum=-2", "2.sum=1"]),
        case("bare-points", "points at either end of a number", "a,b\n.5,5.\n1.5,6.\n", 2, "a number|b number", &["1.sum=2", "2.sum=11"]),
        case("exponents", "exponents", "a\n1e3\n2.5E-1\n", 2, "a number", &["1.sum=1000.25"]),
        case("large-integers", "integers beyond 64 bits", "a\n9007199254740993\n123456789012345678901234567890\n", 2, "a integer", &["1.min=9007199254740993", "1.max=123456789012345678901234567890"]),
        case("long-decimals", "decimals beyond a float", "a\n0.12345678901234567891\n0.5\n", 2, "a number", &["1.min=0.12345678901234567891"]),
        case("last-row-float", "a float in the last record", "a\n1\n2\n3\n4.5\n", 4, "a number", &["1.type_exception/record=4", "1.sum=10.5"]),
        case("percentages", "percentages are text", "a,b\n5%,x\n7.5%,y\n", 2, "a string|b string", &[]),
        case("currencies", "amounts with their currency are text", "a,b\n€5.00,x\n€7.50,y\n", 2, "a string|b string", &[]),
        case("hexadecimal", "hexadecimal numbers are text", "a,b\n0x1F,x\n0xA0,y\n", 2, "a string|b string", &[]),
        case("not-numbers", "words of floating point are missing", "a,b\n1.5,x\nNaN,y\n2.5,z\n", 3, "a number|b string", &["1.null_count=1", "1.sum=4"]),
        case("far-below", "a number that stands for none", "a,b\n5,x\n-999,y\n7,z\n", 3, "a integer|b string", &["1.null_count=1", "1.sum=12"]),
        case("far-below-negative", "the same number among negative ones counts", "a,b\n-5,x\n-999,y\n7,z\n", 3, "a integer|b string", &["1.null_count=0", "1.sum=-997"]),
        case("blanks-around-numbers", "blanks around numbers", "a, b\n 1, 2.5\n 3 , 4.5\n", 2, "a integer| b number", &["1.sum=4", "2.sum=7"]),
    ]
}
