//! `/docs`: the table of routes as a page. No script, nothing from elsewhere.

use std::fmt::Write;
use std::sync::LazyLock;

use axum::http::HeaderValue;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::{Html, IntoResponse, Response};

use super::openapi::{in_path, role_name, said_of, tag};
use super::routes::table::{Kind, Operation, Takes, operations};

/// Only the page's own style, and nowhere to send anything.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'self'";

const STYLE: &str = include_str!("docs/style.css");

static PAGE: LazyLock<String> = LazyLock::new(page);

pub(super) async fn docs() -> Response {
    let mut response = Html(PAGE.as_str()).into_response();
    let policy = HeaderValue::from_static(POLICY);
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, policy);
    response
}

fn page() -> String {
    let mut out = String::new();
    // Writing into a String does not fail.
    let _never = write(&mut out);
    out
}

fn write(out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>ddgen {version}: HTTP</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <h1>ddgen {version}</h1>\n\
         <p>What can be asked for over HTTP. The same as \
         <a href=\"/api/openapi.json\">OpenAPI 3.1</a>.</p>\n\
         <p>Lists are paged: follow <code>next</code> until it is null. Documents carry an \
         <code>ETag</code>: with <code>If-None-Match</code> the answer is 304 while nothing has \
         changed. A refusal says why as <code>application/problem+json</code>. Where a key is \
         wanted, send <code>X-API-Key: ddg_…</code>. <code>HEAD</code> is answered wherever \
         <code>GET</code> is.</p>",
        version = env!("CARGO_PKG_VERSION")
    )?;
    let mut group = "";
    for operation in operations() {
        let next = tag(operation);
        if next != group {
            group = next;
            writeln!(out, "<h2>{group}</h2>")?;
        }
        write_operation(out, operation)?;
    }
    writeln!(out, "</body>\n</html>")
}

fn write_operation(out: &mut String, operation: &Operation) -> std::fmt::Result {
    let role = operation.needs.map_or("no key", role_name);
    writeln!(
        out,
        "<section>\n<h3><b>{}</b> <code>{}</code> <small>{role}</small></h3>\n<p>{}</p>",
        operation.method,
        escaped(operation.path),
        escaped(operation.summary)
    )?;
    let names: Vec<&str> = in_path(operation.path).collect();
    if names.is_empty() && operation.query.is_empty() && operation.takes == Takes::Nothing {
        return writeln!(out, "</section>");
    }
    writeln!(out, "<dl>")?;
    for name in names {
        let said = escaped(said_of(name));
        writeln!(out, "<dt><code>{name}</code></dt><dd>{said}</dd>")?;
    }
    for parameter in operation.query {
        let kind = match parameter.kind {
            Kind::Text { longest } => format!("at most {longest} characters"),
            Kind::Number { least, most } => format!("{least} to {most}"),
            Kind::OneOf(words) => words.join(", "),
        };
        let must = if parameter.required { ", required" } else { "" };
        writeln!(
            out,
            "<dt><code>?{}</code></dt><dd>{} <small>({}{must})</small></dd>",
            parameter.name,
            escaped(parameter.says),
            escaped(&kind)
        )?;
    }
    match operation.takes {
        Takes::Nothing => {}
        Takes::Json(_) => writeln!(out, "<dt>body</dt><dd>JSON</dd>")?,
        Takes::Export => writeln!(out, "<dt>body</dt><dd>an export as JSON or CSV</dd>")?,
        Takes::File => writeln!(
            out,
            "<dt>body</dt><dd>the file, or a form with the field <code>file</code></dd>"
        )?,
    }
    writeln!(out, "</dl>\n</section>")
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}
