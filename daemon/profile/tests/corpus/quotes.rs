//! Quotes, escapes, and what only looks like them.

use super::case::{Case, case};

// One file a line: it reads as a table.
#[rustfmt::skip]
pub fn cases() -> Vec<Case> {
    vec![
        case("quoted-delimiter", "a delimiter in quotes is text", "id,note\n1,\"red, dark\"\n2,green\n", 2, "id integer|note string", &["2.values=green|red, dark"]),
        case("quoted-line-end", "a line end in quotes is text", "id,note\n1,\"red\ndark\"\n2,green\n", 2, "id integer|note string", &["2.values=green|red\ndark"]),
        case("quoted-crlf", "a line end of two characters in quotes stays two", "id,note\r\n1,\"red\r\ndark\"\r\n2,green\r\n", 2, "id integer|note string", &["2.values=green|red\r\ndark", "line_terminator=\r\n"]),
        case("quoted-blank-line", "a blank line in quotes ends no table", "id,note\n1,\"red\n\n\ndark\"\n2,green\n", 2, "id integer|note string", &["2.values=green|red\n\n\ndark", "footer_lines=0"]),
        case("doubled-quotes", "doubled quotes are one", "id,note\n1,\"the \"\"red\"\" one\"\n2,green\n", 2, "id integer|note string", &["2.values=green|the \"red\" one"]),
        case("one-quote-cell", "four quotes are one", "id,note\n1,\"\"\"\"\n2,green\n", 2, "id integer|note string", &["2.values=\"|green"]),
        case("quoted-whole", "three quotes open a cell that is quoted itself", "id,note\n1,\"\"\"red\"\"\"\n2,green\n", 2, "id integer|note string", &["2.values=\"red\"|green"]),
        case("quoted-empty", "a quoted empty cell is missing", "id,note\n1,\"\"\n2,green\n", 2, "id integer|note string", &["2.null_count=1", "2.values=green"]),
        case("quoted-numbers", "a number in quotes is a number", "\"id\",\"size\"\n\"1\",\"2.5\"\n\"2\",\"3.5\"\n", 2, "id integer|size number", &["2.sum=6"]),
        case("quoted-comma-number", "a quoted number with a comma", "id,size\n1,\"1,200\"\n2,\"13,400\"\n3,950\n", 3, "id integer|size integer", &["2.sum=15550", "2.max=13400"]),
        case("single-quotes", "single quotes enclose cells", "'id','note'\n'1','red, dark'\n'2','green'\n", 2, "id integer|note string", &["quote='", "2.values=green|red, dark"]),
        case("single-quotes-doubled", "single quotes double as well", "id,note\n1,'it''s red'\n2,'green'\n", 2, "id integer|note string", &["quote='", "2.values=green|it's red"]),
        case("single-quotes-around-double", "double quotes inside single ones are text", "id,note\n1,'a \"red\" one'\n2,'green, light'\n", 2, "id integer|note string", &["quote='", "2.values=a \"red\" one|green, light"]),
        case("backticks", "backticks enclose cells", "`id`,`note`\n1,`red, dark`\n2,`green`\n", 2, "id integer|note string", &["quote=`", "2.values=green|red, dark"]),
        case("apostrophes", "apostrophes in words are no quotes", "id,note\n1,it's red\n2,the foxes' green\n3,rock 'n' roll\n", 3, "id integer|note string", &["quote=\"", "2.values=it's red|rock 'n' roll|the foxes' green"]),
        case("apostrophe-first", "an apostrophe that opens and closes nothing", "id,note\n1,'tis red\n2,green\n", 2, "id integer|note string", &["quote=\"", "2.values='tis red|green"]),
        case("escaped-quotes", "a backslash spares a quote", "id,note\n1,\"a \\\"red, dark\\\" one\"\n2,\"green\"\n", 2, "id integer|note string", &["escape=\\", "2.values=a \"red, dark\" one|green"]),
        case("escaped-delimiter", "a backslash spares a delimiter outside quotes", "id,note,size\n1,red\\, dark,5\n2,green,6\n3,blue,7\n", 3, "id integer|note string|size integer", &["escape=\\", "2.values=blue|green|red, dark"]),
        case("escaped-tab", "a backslash spares a tab", "id\tnote\tsize\n1\tred\\\tdark\t5\n2\tgreen\t6\n", 2, "id integer|note string|size integer", &["escape=\\", "2.values=green|red\tdark"]),
        case("escaped-line-end", "a backslash spares a line end", "id,note,size\n1,red\\\ndark,5\n2,green,6\n3,blue,7\n", 3, "id integer|note string|size integer", &["escape=\\", "2.values=blue|green|red\ndark"]),
        case("escaped-escape", "a backslash spares a backslash where it spares quotes", "id,note\n1,\"a \\\"b\\\\c\\\" d\"\n2,x\n", 2, "id integer|note string", &["escape=\\", "2.values=a \"b\\c\" d|x"]),
        case("windows-paths", "backslashes of paths spare nothing", "id,path\n1,\"C:\\dir\\red\"\n2,\"C:\\dir\\\"\n3,D:\\x\n", 3, "id integer|path string", &["escape=null", "2.values=C:\\dir\\|C:\\dir\\red|D:\\x"]),
        case("mysql-nulls", "the null of databases", "id\tnote\n1\tred\n2\t\\N\n", 2, "id integer|note string", &["escape=null", "2.null_count=1", "2.values=red"]),
        case("quote-in-the-middle", "a quote inside a bare cell is text", "id,size,colour\n1,5\" disk,red\n2,3\" disk,green\n", 2, "id integer|size string|colour string", &["2.values=3\" disk|5\" disk"]),
        case("text-after-quote", "what follows a closing quote belongs to the cell", "id,note\n1,\"red\" dark\n2,green\n", 2, "id integer|note string", &["2.values=green|red dark"]),
        case("blank-before-quote", "a blank between delimiter and quote says nothing", "\"id\", \"note\"\n1, \"red, dark\"\n2, \"green, light\"\n", 2, "id integer|note string", &["skip_initial_space=true", "2.values=green, light|red, dark"]),
        case("blank-after-quote", "nor does one between quote and delimiter", "\"id\", \"note\" , \"size\"\n1, \"red, dark\" , 5\n2, \"green, light\" , 6\n", 2, "id integer|note string|size integer", &["skip_initial_space=true", "2.values=green, light|red, dark"]),
        case("blanks-kept", "blanks around bare cells are kept", "id, note\n1, red\n2,green \n", 2, "id integer| note string", &["skip_initial_space=false", "2.values= red|green "]),
        case("last-quote-open", "a quote that is never closed ends with the file", "id,note\n1,red\n2,\"green, light", 2, "id integer|note string", &["2.values=green, light|red"]),
        case("only-a-delimiter", "a cell that is a delimiter", "id,sign\n1,\",\"\n2,;\n", 2, "id integer|sign string", &["2.values=,|;"]),
        case("quoted-names", "names with delimiters and quotes", "\"id, no.\",\"the \"\"size\"\"\"\n1,2\n3,4\n", 2, "id, no. integer|the \"size\" integer", &["header=true"]),
        case("name-of-two-lines", "a name with a line end", "id,\"size\n(cm)\"\n1,2\n3,4\n", 2, "id integer|size\n(cm) integer", &["2.sum=6"]),
        case("quotes-and-cr", "quoted line ends where `\\r` ends the lines", "id,note\r1,\"red\rdark\"\r2,green\r", 2, "id integer|note string", &["2.values=green|red\rdark", "line_terminator=\r"]),
        case("mixed-quoting", "some cells quoted, some not, in one column", "id,note\n1,red\n2,\"green\"\n3,\"red\"\n", 3, "id integer|note string", &["2.distinct_count=2", "2.values=green|red"]),
        case("json-in-cells", "JSON in quoted cells", "id,data\n1,\"{\"\"a\"\": [1, 2]}\"\n2,\"{\"\"a\"\": []}\"\n", 2, "id integer|data string", &["2.values={\"a\": [1, 2]}|{\"a\": []}"]),
        case("semicolon-single-quotes", "semicolons and single quotes together", "id;note\n1;'red; dark'\n2;'green'\n", 2, "id integer|note string", &["delimiter=;", "quote='", "2.values=green|red; dark"]),
    ]
}
