//! The reading half of the REST API, asked by `curl`.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use harness::{Answered, DEADLINE, Daemon, Place, Plan, curl, until};
use rusqlite::Connection;
use serde_json::Value;

/// A daemon with HTTP on a free port.
fn serving() -> (Place, Daemon, String) {
    let place = Place::new();
    let plan = Plan::default()
        .with_argument("--http")
        .with_argument("127.0.0.1:0");
    let daemon = Daemon::start_as(&place, &plan);
    let http = place.http();
    (place, daemon, http)
}

fn get(http: &str, path: &str) -> Answered {
    curl(&[&format!("{http}{path}")])
}

fn json(http: &str, path: &str) -> Value {
    let answer = get(http, path);
    assert_eq!(answer.code, 200, "{path}: {}", answer.body);
    answer.json()
}

fn refused(http: &str, path: &str, code: u16, words: &str) {
    let answer = get(http, path);
    assert_eq!(answer.code, code, "{path}: {}", answer.body);
    let kind = answer.header("content-type");
    assert_eq!(kind.as_deref(), Some("application/problem+json"), "{path}");
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains(words), "no `{words}` in {detail}");
}

/// All items of a list, page by page.
fn pages(http: &str, path: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let page = json(http, &path);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2, "{page}");
        all.extend(items.iter().cloned());
        next = page["next"].as_str().map(str::to_owned);
    }
    all
}

fn texts<'a>(items: &'a [Value], key: &str) -> Vec<&'a str> {
    items
        .iter()
        .map(|item| item[key].as_str().unwrap())
        .collect()
}

#[test]
fn pages_hold_all_of_a_list_once_and_what_the_commands_print() {
    let (place, _daemon, http) = serving();
    let names = ["a b", "costs", "orders", "stock%20", "売上"];
    for name in names {
        place.drop_file(&format!("{name}.csv"), format!("id,city\n1,{name}\n"));
    }
    place.settled(5);
    let listed = pages(&http, "/api/v1/dictionaries?limit=2");
    assert_eq!(texts(&listed, "name"), names);
    assert_eq!(Value::Array(listed), place.ask(&["list"]));
    assert_eq!(json(&http, "/api/v1/dictionaries")["total"], 5);

    let drops = pages(&http, "/api/v1/drops?limit=2");
    assert_eq!(Value::Array(drops.clone()), place.ask(&["drops"]));
    let done = pages(&http, "/api/v1/drops?limit=2&state=done");
    assert_eq!(done.len(), 5);
    assert!(pages(&http, "/api/v1/drops?limit=2&state=parked").is_empty());
    let id = drops[0]["id"].as_str().unwrap();
    assert_eq!(json(&http, &format!("/api/v1/drops/{id}")), drops[0]);

    // Whatever a name is made of, it can be asked for.
    for (name, part) in [("a b", "a%20b"), ("stock%20", "stock%2520")] {
        let shown = json(&http, &format!("/api/v1/dictionaries/{part}"));
        assert_eq!(shown, place.ask(&["show", name]));
    }
}

#[test]
fn a_version_is_told_with_its_fields_and_its_profile() {
    let (place, _daemon, http) = serving();
    place.drop_file("sales_2026-01-05.csv", "id,city,amount\n1,Oslo,5\n");
    place.settled(1);
    place.drop_file(
        "sales_2026-01-06.csv",
        "id,city,amount\n1,Oslo,5\n2,Rome,7\n",
    );
    place.settled(2);
    let base = "/api/v1/dictionaries/sales/versions";
    let versions = pages(&http, &format!("{base}?limit=1"));
    let numbers: Vec<_> = versions
        .iter()
        .map(|it| it["number"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, [2, 1]);
    assert_eq!(versions[0], json(&http, &format!("{base}/current")));
    assert_eq!(json(&http, &format!("{base}/1"))["records"], 1);

    let shown = place.ask(&["show", "sales"]);
    let profile = json(&http, &format!("{base}/2/profile"));
    assert_eq!(profile, shown["profile"]);
    let fields = pages(&http, &format!("{base}/2/fields?limit=2"));
    assert_eq!(texts(&fields, "path"), ["id", "city", "amount"]);
    let amount = json(&http, &format!("{base}/2/fields/amount"));
    assert_eq!(amount, profile["tables"][0]["fields"][2]);
    assert_eq!(amount["max"], 7);
    let diff = json(&http, "/api/v1/dictionaries/sales/diff?from=1&to=2");
    assert_eq!(diff, place.ask(&["diff", "sales", "1", "2"]));
    let first = json(&http, "/api/v1/dictionaries/sales?version=1");
    assert_eq!(first, place.ask(&["show", "sales", "--version", "1"]));

    refused(&http, "/api/v1/dictionaries/salse", 404, "sales");
    refused(&http, &format!("{base}/9"), 404, "version 9");
    refused(&http, &format!("{base}/0"), 400, "from 1 on");
    refused(&http, &format!("{base}/2/fields/amuont"), 404, "amount");
    refused(&http, "/api/v1/drops?limit=0", 400, "1 to 500");
    refused(
        &http,
        "/api/v1/drops?before=9007199254740992",
        400,
        "before",
    );
    refused(&http, &format!("{base}?before=0"), 400, "before");
    refused(
        &http,
        "/api/v1/dictionaries/sales/diff?to=1",
        404,
        "before 1",
    );
    refused(&http, "/api/v1/drops?stat=done", 400, "stat");
    refused(&http, "/api/v1/drops?state=odd", 400, "odd");
    refused(&http, "/api/v1/drops/0123", 404, "0123");
    refused(&http, "/api/v1/dictionaries/%FF", 400, "");
    refused(&http, "/api/v1/nothing", 404, "/api/v1/nothing");
}

#[test]
fn words_find_fields_and_dictionaries() {
    let (place, _daemon, http) = serving();
    place.drop_file("orders.csv", "order_id,customer_city\n1,Oslo\n");
    place.drop_file("visits.csv", "city,page_100%\nRome,1\n");
    place.settled(2);
    let found = |path: &str, key: &str| -> Vec<String> {
        let items = json(&http, path)["items"].as_array().unwrap().clone();
        texts(&items, key).into_iter().map(str::to_owned).collect()
    };
    // The one whose name it is comes first.
    let fields = found("/api/v1/search/fields?q=CITY", "path");
    assert_eq!(fields, ["city", "customer_city"]);
    assert_eq!(
        found("/api/v1/search/fields?q=city+customer", "path"),
        ["customer_city"]
    );
    assert_eq!(
        found("/api/v1/search/fields?q=100%25", "path"),
        ["page_100%"]
    );
    assert!(found("/api/v1/search/fields?q=r_r", "path").is_empty());
    assert_eq!(
        found("/api/v1/search/dictionaries?q=ord", "name"),
        ["orders"]
    );
    let page = json(&http, "/api/v1/search/fields?q=city&limit=1");
    let next = page["next"].as_str().unwrap();
    assert_eq!(found(next, "path"), ["customer_city"]);

    let words = "description=where the buyer lives";
    place.ask(&["annotate", "orders", "--field", "customer_city", words]);
    let buyer = json(&http, "/api/v1/search/fields?q=buyer");
    assert_eq!(buyer["items"][0]["description"], "where the buyer lives");
    assert_eq!(
        found("/api/v1/search/fields?q=custmer", "path"),
        ["customer_city"]
    );
    refused(
        &http,
        "/api/v1/search/fields?q=typ:date",
        400,
        "did you mean `type:`",
    );
    let command = place.ask(&["search", "type:string", "buyer"]);
    assert_eq!(command["fields"], buyer["items"]);
    refused(&http, "/api/v1/search/fields", 400, "q");
    refused(&http, "/api/v1/search/fields?q=%20", 400, "blank");
}

#[test]
fn tables_are_what_sqlite_counts() {
    let (place, _daemon, http) = serving();
    place.drop_file("orders.csv", "id,city\n1,Oslo\n");
    place.settled(1);
    let tables = json(&http, "/api/v1/database/tables");
    let database = Connection::open(place.data_dir().join("ddgen.db")).unwrap();
    for table in tables["items"].as_array().unwrap() {
        let name = table["name"].as_str().unwrap();
        let mut columns = database.prepare(&format!("SELECT * FROM {name}")).unwrap();
        let named: Vec<String> = columns.column_names().map(str::to_owned).collect();
        assert_eq!(texts(table["columns"].as_array().unwrap(), "name"), named);
        let rows = columns.query([]).unwrap().mapped(|_| Ok(())).count();
        // The pulse beats between the two looks.
        if name != "pulse" {
            assert_eq!(table["rows"], rows as u64, "{name}");
        }
    }
    let names = texts(tables["items"].as_array().unwrap(), "name");
    assert!(
        names.contains(&"version_fields") && names.is_sorted(),
        "{names:?}"
    );
}

#[test]
fn a_document_is_not_sent_twice_and_head_has_no_body() {
    let (place, _daemon, http) = serving();
    place.drop_file("orders.csv", "id,city\n1,Oslo\n");
    place.settled(1);
    let url = format!("{http}/api/v1/dictionaries/orders");
    let first = curl(&[&url]);
    let tag = first.header("etag").unwrap();
    assert_eq!(
        first.header("cache-control").as_deref(),
        Some("private, no-cache")
    );
    let known = format!("If-None-Match: {tag}");
    let again = curl(&["-H", &known, &url]);
    assert_eq!((again.code, again.body.as_str()), (304, ""));
    let head = curl(&["--head", &url]);
    assert_eq!((head.code, head.header("etag")), (200, Some(tag)));
    assert_eq!(
        head.header("content-length"),
        Some(first.body.len().to_string())
    );
    // Something new is something else.
    place.drop_file("orders.csv", "id,city\n1,Oslo\n2,Rome\n");
    until("the new version", || {
        let now = curl(&["-H", &known, &url]);
        (now.code == 200).then_some(())
    });
    for header in [
        "x-content-type-options",
        "x-frame-options",
        "content-security-policy",
        "referrer-policy",
    ] {
        assert!(first.header(header).is_some(), "{header}");
    }
}

#[test]
fn the_document_of_the_api_names_every_method_that_answers() {
    let (_place, _daemon, http) = serving();
    let document = json(&http, "/api/openapi.json");
    assert_eq!(document["openapi"], "3.1.0");
    for (path, methods) in document["paths"].as_object().unwrap() {
        let url = path
            .replace("{name}", "x")
            .replace("{version}", "1")
            .replace("{path}", "x")
            .replace("{id}", "x");
        let strange = curl(&["-X", "BREW", &format!("{http}{url}")]);
        assert_eq!(strange.code, 405, "{path}: {}", strange.body);
        let allow = strange.header("allow").unwrap_or_default();
        let really: BTreeSet<String> = allow.split(',').map(|it| it.trim().to_owned()).collect();
        let said = methods.as_object().unwrap().keys();
        let said: BTreeSet<String> = said.map(|method| method.to_ascii_uppercase()).collect();
        assert_eq!(really, said, "{path}");
    }
    let page = get(&http, "/docs");
    assert_eq!(
        page.header("content-type").as_deref(),
        Some("text/html; charset=utf-8")
    );
    for path in document["paths"].as_object().unwrap().keys() {
        assert!(
            page.body.contains(&format!("<code>{path}</code>")),
            "{path}"
        );
    }
    assert!(!page.body.contains("<script") && !page.body.contains("src="));
}

/// What a body holds is what the document says of it: nothing is missing, nothing is kept quiet.
fn as_said(document: &Value, schema: &Value, body: &Value, at: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.trim_start_matches('#');
        return as_said(document, document.pointer(pointer).unwrap(), body, at);
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().map(|kind| kind.as_str().unwrap()).collect(),
        other => panic!("{at}: {other}"),
    };
    let kind = match body {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) if kinds.contains(&"number") => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    assert!(kinds.contains(&kind), "{at}: {body} is none of {kinds:?}");
    if let (Some(words), Some(word)) = (schema["enum"].as_array(), body.as_str()) {
        assert!(words.iter().any(|known| known == word), "{at}: {word}");
    }
    for item in body.as_array().into_iter().flatten() {
        as_said(document, &schema["items"], item, at);
    }
    let Some(body) = body.as_object() else { return };
    for name in schema["required"].as_array().into_iter().flatten() {
        assert!(body.contains_key(name.as_str().unwrap()), "{at}: no {name}");
    }
    let Some(properties) = schema["properties"].as_object() else {
        return;
    };
    for (name, value) in body {
        let known = properties.get(name);
        let known = known.unwrap_or_else(|| panic!("{at}: nothing is said of {name}"));
        as_said(document, known, value, &format!("{at}.{name}"));
    }
}

#[test]
fn every_answer_is_as_the_document_says() {
    let place = Place::new();
    let settings = format!(
        "[[watch]]\npath = \"{}\"\nprovisional = \"0s\"\non_breach = \"quarantine\"\n",
        place.drop_dir().display()
    );
    let plan = Plan::default()
        .with_argument("--http")
        .with_argument("127.0.0.1:0")
        .with_settings(settings);
    let _daemon = Daemon::start_as(&place, &plan);
    let http = place.http();
    place.drop_file("sales_2026-01-05.csv", "id,mail\n1,a@example.org\n");
    place.settled(1);
    place.drop_file("sales_2026-01-06.csv", "id,mail,n\n1,a@example.org,5\n");
    place.settled(2);
    let id = place.ask(&["drops"])[0]["id"].as_str().unwrap().to_owned();
    place.drop_file("stock_1.csv", "sku\na\n");
    place.settled(3);
    let contract = place.path().join("stock.json");
    let text =
        r#"{"fields": [{"name": "sku", "type": "string"}, {"name": "n", "type": "integer"}]}"#;
    std::fs::write(&contract, text).unwrap();
    place.ask(&["contract", "set", "stock_1", contract.to_str().unwrap()]);
    place.drop_file("stock_1.csv", "sku\nb\n");
    let held = until("a file in quarantine", || {
        let held = place.ask(&["quarantine"]);
        Some(held[0]["id"].as_str()?.to_owned())
    });
    let document = json(&http, "/api/openapi.json");
    for (path, methods) in document["paths"].as_object().unwrap() {
        let kind = "/responses/200/content/application~1json/schema";
        let Some(schema) = methods.get("get").and_then(|get| get.pointer(kind)) else {
            continue;
        };
        let mut url = path
            .replace("{name}", "sales")
            .replace("{version}", "current")
            .replace("{path}", "mail")
            .replace(
                "{id}",
                if path.contains("quarantine") {
                    &held
                } else {
                    &id
                },
            );
        if path.contains("/search/") {
            url.push_str("?q=sa");
        }
        as_said(&document, schema, &json(&http, &url), path);
    }
    let problem = get(&http, "/api/v1/dictionaries/x").json();
    let schema = serde_json::json!({ "$ref": "#/components/schemas/Problem" });
    as_said(&document, &schema, &problem, "problem");
}

/// A listener to the events of a daemon.
struct Listener(BufReader<TcpStream>);

impl Listener {
    fn open(http: &str, headers: &str) -> Self {
        let address = http.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        write!(
            stream,
            "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n"
        )
        .unwrap();
        let mut listener = Self(BufReader::new(stream));
        let status = listener.line();
        assert!(status.contains("200"), "{status}");
        listener
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        line
    }

    /// Reads until this event, and returns its data.
    fn until(&mut self, event: &str) -> Value {
        loop {
            let line = self.line();
            assert!(!line.is_empty(), "no {event} before the end");
            if line.trim_end() == format!("event: {event}") {
                break;
            }
        }
        loop {
            if let Some(data) = self.line().strip_prefix("data: ") {
                return serde_json::from_str(data).unwrap();
            }
        }
    }
}

#[test]
fn listeners_hear_what_happens_and_that_they_missed_something() {
    let (place, mut daemon, http) = serving();
    let mut listener = Listener::open(&http, "");
    let next = listener.until("subscribed")["next"].as_u64().unwrap();
    place.drop_file("orders.csv", "id,city\n1,Oslo\n");
    assert_eq!(listener.until("dictionary")["name"], "orders");
    // Who comes back and has missed nothing, or was never here, is not told to ask again.
    let mut late = Listener::open(&http, &format!("Last-Event-ID: {}\r\n", next - 1));
    late.until("subscribed");
    late.until("resync");
    daemon.stop();
    // The connection ends with the daemon's word.
    listener.until("stopping");
    let mut rest = Vec::new();
    listener.0.read_to_end(&mut rest).unwrap();
    assert!(!String::from_utf8_lossy(&rest).contains("event:"));
}

#[test]
fn there_is_a_bound_to_listeners_and_places_are_given_back() {
    let (_place, _daemon, http) = serving();
    let mut listeners: Vec<Listener> = (0..64).map(|_| Listener::open(&http, "")).collect();
    for listener in &mut listeners {
        listener.until("subscribed");
    }
    refused(&http, "/api/v1/events", 503, "too many clients");
    listeners.clear();
    until("a place", || {
        let head = curl(&["--head", &format!("{http}/api/v1/events")]);
        (head.code == 200).then_some(())
    });
}

/// A route that somebody adds and forgets to write down is found here.
#[test]
fn no_route_is_left_out_of_the_table() {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../daemon/src/http");
    let (_place, _daemon, http) = serving();
    let document = json(&http, "/api/openapi.json");
    let mut routes = BTreeSet::new();
    for file in ["routes.rs", "read.rs", "write.rs"] {
        let Ok(text) = fs::read_to_string(format!("{source}/{file}")) else {
            continue;
        };
        for after in text.split(".route(").skip(1) {
            let path = after.split('"').nth(1).unwrap();
            routes.insert(path.to_owned());
        }
    }
    let said: BTreeSet<String> = document["paths"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert!(routes.len() > 15, "{routes:?}");
    assert_eq!(routes, said);
}
