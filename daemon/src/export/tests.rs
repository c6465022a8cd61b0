//! Every form, read by the tools whose form it is, and what no form may do.

use std::path::PathBuf;
use std::process::Command;

use ddgen_ipc::message::{AnnotationRow, Aspect};
use ddgen_profile::Brief;
use serde_json::{Value, json};

use super::*;

const FORMULA: &str = "=HYPERLINK(\"http://x\",\"y\")";
const SCRIPT: &str = "</td><script>alert(1)</script>";

fn annotation(revision: u64, field: Option<&str>, aspect: Aspect, value: &str) -> AnnotationRow {
    AnnotationRow {
        field: field.map(str::to_owned),
        aspect,
        value: value.to_owned(),
        author: "ana".to_owned(),
        written_at: Timestamp(1_795_359_600_000),
        revision,
        version: Some(1),
    }
}

fn dictionary(name: &str, file: &str, text: &str, annotations: Vec<AnnotationRow>) -> Dictionary {
    let brief = Brief {
        name: file.into(),
        ..Brief::default()
    };
    let profile = ddgen_profile::profile(&text.as_bytes().to_vec(), &brief, &|_| {}).unwrap();
    Dictionary {
        name: name.to_owned(),
        watch: "drop".to_owned(),
        version: 3,
        records: profile.tables[0].records,
        updated_at: Timestamp(1_795_359_600_000),
        annotations,
        profile,
    }
}

/// A flat one and a nested one, both with what wants to be more than text.
fn samples() -> Vec<Dictionary> {
    let mut table = String::from("id,day,amount,email,=1+1,<b>x</b>,,x,x,\"a|b\"\n");
    for row in 1..=30 {
        let (cents, day) = (row % 7, row % 28 + 1);
        table.push_str(&format!(
            "{row},2026-01-{day:02},{row}.{cents},user{row}@corp.com,=A{row},{SCRIPT},v,{row},{cents},|\n"
        ));
    }
    let flat = vec![
        annotation(
            1,
            None,
            Aspect::Description,
            &format!("All **sales**. {SCRIPT}"),
        ),
        annotation(2, None, Aspect::Owner, FORMULA),
        annotation(
            3,
            Some("amount"),
            Aspect::Description,
            "[x](javascript:alert(1)) net\n\nin | EUR",
        ),
        annotation(4, Some("amount"), Aspect::Tags, "gold, net"),
        annotation(5, Some("id"), Aspect::BusinessName, "'Number"),
        annotation(6, Some("gone"), Aspect::Description, "was there once"),
    ];
    let nested = "{\"who\":{\"name\":\"x\",\"tags\":[\"a\"]},\"lines\":[{\"n\":1,\"at\":\"2026-01-05T10:00:00Z\"}]}\n\
                  {\"who\":{\"name\":\"y\",\"tags\":[]},\"lines\":[{\"n\":2,\"at\":\"2026-01-06T10:00:00Z\"}]}\n";
    vec![
        dictionary("drop/Sales & Co", "sales.csv", &table, flat),
        dictionary("visits", "visits.jsonl", nested, Vec::new()),
    ]
}

fn text(form: Form, dictionaries: &[Dictionary]) -> String {
    String::from_utf8(render(form, dictionaries).unwrap()).unwrap()
}

/// Runs Python with the packages the tests install; None, and said, where they are not there.
fn python(script: &str, form: Form, dictionaries: &[Dictionary]) -> Option<String> {
    let Some(packages) = std::env::var_os("DDGEN_TEST_PYTHON").map(PathBuf::from) else {
        eprintln!("skipped: DDGEN_TEST_PYTHON names no folder of Python packages; run ./test");
        return None;
    };
    let packages = packages.join("exports");
    if !packages.join("frictionless").exists() {
        eprintln!(
            "skipped: no frictionless in {}; run ./test",
            packages.display()
        );
        return None;
    }
    let dir = tempfile::tempdir().unwrap();
    // Some readers go by the ending.
    let file = dir
        .path()
        .join(if form == Form::Xlsx { "it.xlsx" } else { "it" });
    std::fs::write(&file, render(form, dictionaries).unwrap()).unwrap();
    let out = Command::new("python3")
        .args(["-c", script])
        .arg(&file)
        .env("PYTHONPATH", packages)
        .current_dir(&dir)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{form:?}: {said}");
    Some(String::from_utf8(out.stdout).unwrap())
}

#[test]
fn frictionless_takes_the_schema_and_the_package() {
    let script = "
import json, sys
from frictionless import Package, Schema
d = json.load(open(sys.argv[1]))
kind = Package if 'resources' in d else Schema
for error in kind.validate_descriptor(d).errors if hasattr(kind.validate_descriptor(d), 'errors') else []:
    sys.exit(str(error))
it = kind.from_descriptor(d)
schemas = [r.schema for r in it.resources] if kind is Package else [it]
print(json.dumps([[f.name + ':' + f.type for f in s.fields] for s in schemas]))
";
    let all = samples();
    for (form, of) in [
        (Form::TableSchema, &all[..1]),
        (Form::DataPackage, &all[..]),
    ] {
        let Some(read) = python(script, form, of) else {
            return;
        };
        let read: Vec<Vec<String>> = serde_json::from_str(&read).unwrap();
        assert_eq!(read.len(), of.len());
        assert_eq!(
            read[0],
            [
                "id:integer",
                "day:date",
                "amount:number",
                "email:string",
                "=1+1:string",
                "<b>x</b>:string",
                "field7:string",
                "x:integer",
                "x#2:integer",
                "a|b:string"
            ]
        );
    }
}

#[test]
fn json_schema_is_one_and_real_records_satisfy_it() {
    let script = "
import json, sys
from jsonschema import Draft202012Validator
s = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(s)
v = Draft202012Validator(s)
good = {'who': {'name': 'z', 'tags': ['b']}, 'lines': [{'n': 3, 'at': '2026-01-07T10:00:00Z'}]}
v.validate(good)
for bad in [{'who': {'name': 1, 'tags': []}, 'lines': []},
            {'who': {'name': 'z', 'tags': ['b']}, 'lines': [{'n': 'x', 'at': ''}]}]:
    assert not v.is_valid(bad), bad
";
    let all = samples();
    python(script, Form::JsonSchema, &all[1..]);
    let checked = "import json,sys; from jsonschema import Draft202012Validator as V; V.check_schema(json.load(open(sys.argv[1])))";
    python(checked, Form::JsonSchema, &all);
}

#[test]
fn a_contract_is_one_by_the_standard_s_own_schema() {
    let script = "
import json, sys, glob
from jsonschema import Draft201909Validator
import importlib.util, os
home = os.environ['PYTHONPATH'] + '/datacontract/schemas/odcs-3.1.0.schema.json'
if not os.path.exists(home):
    print('skipped: no datacontract-cli'); sys.exit()
v = Draft201909Validator(json.load(open(home)))
errors = list(v.iter_errors(json.load(open(sys.argv[1]))))
sys.exit('; '.join(f'{list(e.path)}: {e.message[:200]}' for e in errors[:5]) or 0)
";
    let all = samples();
    for of in [&all[..1], &all[1..], &all[..]] {
        python(script, Form::Odcs, of);
    }
}

#[test]
fn dcat_is_read_as_triples() {
    let script = "
import sys
from rdflib import Graph, Namespace
g = Graph().parse(sys.argv[1], format='json-ld')
D, T = Namespace('http://www.w3.org/ns/dcat#'), Namespace('http://purl.org/dc/terms/')
sets = list(g.objects(None, D.dataset))
titles = sorted(str(g.value(s, T.title)) for s in sets)
sizes = [g.value(g.value(s, D.distribution), D.byteSize).toPython() for s in sets]
assert all(size > 100 for size in sizes), sizes
print(titles)
";
    if let Some(titles) = python(script, Form::Dcat, &samples()) {
        assert_eq!(titles.trim(), "['drop/Sales & Co', 'visits']");
    }
}

#[test]
fn a_workbook_opens_and_holds_no_formula() {
    let script = "
import json, sys, openpyxl
b = openpyxl.load_workbook(sys.argv[1])
for sheet in b:
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type != 'f', cell.value
f = b['Fields']
head = [c.value for c in f[1]]
rows = [dict(zip(head, [c.value for c in r])) for r in f.iter_rows(min_row=2)]
print(json.dumps([b.sheetnames, len(rows), rows[2]['description'], rows[0]['business_name']]))
";
    let Some(read) = python(script, Form::Xlsx, &samples()) else {
        return;
    };
    let read: Value = serde_json::from_str(&read).unwrap();
    let fields: usize = samples().iter().map(|one| one.fields().len()).sum();
    assert_eq!(
        read[0],
        json!(["Dictionaries", "Fields", "Findings", "Read me"])
    );
    assert_eq!(read[1], json!(fields));
    assert_eq!(read[2], json!("[x](javascript:alert(1)) net\n\nin | EUR"));
    assert_eq!(read[3], json!("'Number"));
}

#[test]
fn no_cell_of_csv_is_a_formula() {
    let bytes = render(Form::Csv, &samples()).unwrap();
    let mut reader = ::csv::Reader::from_reader(bytes.as_slice());
    let mut quoted = 0;
    for row in reader.records() {
        for cell in &row.unwrap() {
            assert!(!formula::runs(cell), "{cell}");
            quoted += usize::from(cell.starts_with("'="));
        }
    }
    assert!(quoted >= 2, "{quoted}");
}

#[test]
fn markdown_is_a_table_with_a_row_a_field() {
    let script = "
import sys
from markdown_it import MarkdownIt
t = MarkdownIt('commonmark', {'html': False}).enable('table').parse(open(sys.argv[1]).read())
rows, cells, inside = [], 0, False
for x in t:
    if x.type == 'tbody_open': inside = True
    if x.type == 'tbody_close': inside = False
    if x.type == 'tr_open': cells = 0
    if x.type == 'td_open': cells += 1
    if x.type == 'tr_close' and inside: rows.append(cells)
print(len(rows), set(rows))
";
    let all = samples();
    if let Some(read) = python(script, Form::Markdown, &all) {
        let fields: usize = all.iter().map(|one| one.fields().len()).sum();
        assert_eq!(read.trim(), format!("{fields} {{9}}"));
    }
}

#[test]
fn a_page_is_whole_and_runs_nothing_of_anyone() {
    let script = "
import sys
from html.parser import HTMLParser
VOID = {'meta', 'input', 'br', 'hr', 'img'}
class P(HTMLParser):
    def __init__(self):
        super().__init__(); self.stack, self.count, self.rows = [], {}, 0
    def handle_starttag(self, tag, attrs):
        self.count[tag] = self.count.get(tag, 0) + 1
        for name, value in attrs:
            assert not name.startswith('on'), name
            if name in ('href', 'src'):
                assert value.startswith(('#', 'http', 'mailto')), value
        if tag not in VOID: self.stack.append(tag)
    def handle_endtag(self, tag):
        assert tag in VOID or self.stack.pop() == tag, tag
p = P(); p.feed(open(sys.argv[1]).read()); p.close()
assert not p.stack, p.stack
assert p.count['script'] == 1 and p.count['style'] == 1 and 'img' not in p.count, p.count
print(p.count['tr'], p.count['section'])
";
    let all = samples();
    if let Some(read) = python(script, Form::Html, &all) {
        let fields: usize = all.iter().map(|one| one.fields().len()).sum();
        assert_eq!(read.trim(), format!("{} 2", fields + 2));
    }
    let page = text(Form::Html, &all);
    assert!(!page.contains("javascript:") && !page.contains("<script>alert"));
    assert!(page.contains("&lt;script&gt;alert(1)"));
}

/// Each field's path that a real browser shows at this link into a page; None, and said, without one.
fn in_a_browser(page: &str, link: &str) -> Option<Vec<String>> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("page.html");
    std::fs::write(&file, page).unwrap();
    let out = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .arg(format!(
            "--user-data-dir={}",
            dir.path().join("profile").display()
        ))
        .arg(format!("file://{}{link}", file.display()))
        .output();
    let Ok(out) = out else {
        eprintln!("skipped: no chromium");
        return None;
    };
    let dom = String::from_utf8(out.stdout).unwrap();
    assert!(
        dom.contains("</html>"),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let row = regex::Regex::new("<tr( hidden=\"\")?><td><code>(.*?)</code>").unwrap();
    let rows: Vec<_> = row.captures_iter(&dom).collect();
    assert!(rows.len() > 5, "{dom}");
    let shown = rows.iter().filter(|row| row.get(1).is_none());
    Some(shown.map(|row| row[2].to_owned()).collect())
}

#[test]
fn a_browser_finds_what_a_link_asks_for() {
    let all = samples();
    let page = text(Form::Html, &all);
    let Some(found) = in_a_browser(&page, "#find=amount") else {
        return;
    };
    assert_eq!(found, ["amount"]);
    let fields: usize = all.iter().map(|one| one.fields().len()).sum();
    assert_eq!(in_a_browser(&page, "").unwrap().len(), fields);
    assert_eq!(
        in_a_browser(&page, "#find=%3Cscript%3E%20zzz").unwrap(),
        [""; 0]
    );
}

#[test]
fn what_is_masked_is_masked_in_every_form() {
    let all = samples();
    let field = &all[0].fields()[3];
    assert!(field.masked && field.pii.is_some());
    for form in Form::value_variants() {
        let of = if *form == Form::TableSchema {
            &all[..1]
        } else {
            &all[..]
        };
        let bytes = render(*form, of).unwrap();
        let bytes = match form {
            // Packed: its parts are looked at.
            Form::Xlsx => parts(bytes),
            _ => bytes,
        };
        let shown = String::from_utf8_lossy(&bytes);
        assert!(!shown.contains("@corp.com"), "{form:?}");
        assert!(!shown.contains("user7"), "{form:?}");
    }
    let sheet = directory::sheet(&all[0]).unwrap();
    assert!(!String::from_utf8(sheet).unwrap().contains("corp"));
}

/// All texts of a workbook.
fn parts(bytes: Vec<u8>) -> Vec<u8> {
    use calamine::{Reader, Xlsx};
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    for (_, range) in book.worksheets() {
        for (_, _, cell) in range.used_cells() {
            text.push_str(&cell.to_string());
            text.push('\n');
        }
    }
    assert!(text.contains("amount"));
    text.into_bytes()
}

#[test]
fn the_same_dictionaries_make_the_same_bytes() {
    let all = samples();
    for form in Form::value_variants() {
        let of = if *form == Form::TableSchema {
            &all[..1]
        } else {
            &all[..]
        };
        assert_eq!(
            render(*form, of).unwrap(),
            render(*form, of).unwrap(),
            "{form:?}"
        );
    }
    assert!(matches!(
        render(Form::TableSchema, &all),
        Err(ExportError::OneAtATime)
    ));
}

#[test]
fn files_of_a_folder_are_named_safely() {
    let cases = [
        ("sales", "sales.dictionary.json"),
        ("../etc/passwd", "%2E.%2Fetc%2Fpasswd.dictionary.json"),
        ("売上", "%E5%A3%B2%E4%B8%8A.dictionary.json"),
        ("", ".dictionary.json"),
    ];
    for (name, file) in cases {
        assert_eq!(directory::file(name), file);
    }
}

#[test]
fn odd_paths_come_back_from_a_cell() {
    for path in [
        "a.b[]", "", " x", "\"q\"", "a\tb\\", "_x0041_", "x\u{1b}", "日本",
    ] {
        assert_eq!(sheet::path(&sheet::odd(path)), path);
        assert!(!sheet::odd(path).chars().any(char::is_control));
    }
}
