//! One page that needs nothing else: no server, no other file, no network. Whatever stands in a
//! file or was written by a person is text in it; of Markdown, HTML is shown and not run.

use std::fmt::Write;

use ddgen_ipc::message::Aspect;
use ddgen_profile::document::{Field, Number};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

use super::{Dictionary, Written, encoded};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

pub(super) fn render(dictionaries: &[Dictionary]) -> String {
    let mut out = String::new();
    // Writing into a String does not fail.
    let _never = page(&mut out, dictionaries);
    out
}

fn page(out: &mut String, dictionaries: &[Dictionary]) -> std::fmt::Result {
    let title = match dictionaries {
        [one] => escaped(&one.name),
        _ => "Data dictionary".to_owned(),
    };
    // Should a text ever get through as markup: nothing it names is loaded.
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title><style>{STYLE}</style></head><body>\n\
         <header><h1>{title}</h1><input id=\"find\" type=\"search\" autofocus \
         placeholder=\"find fields …\" aria-label=\"find fields\"><p id=\"found\"></p></header>\n"
    )?;
    if dictionaries.len() > 1 {
        out.push_str("<nav><ul>\n");
        for one in dictionaries {
            writeln!(
                out,
                "<li><a href=\"#{}\">{}</a></li>",
                anchor(&one.name),
                escaped(&one.name)
            )?;
        }
        out.push_str("</ul></nav>\n");
    }
    out.push_str("<main>\n");
    for one in dictionaries {
        section(out, one)?;
    }
    writeln!(out, "</main><script>{SCRIPT}</script></body></html>")
}

fn section(out: &mut String, dictionary: &Dictionary) -> std::fmt::Result {
    let written = dictionary.written();
    let source = &dictionary.profile.source;
    writeln!(
        out,
        "<section id=\"{}\"><h2>{}</h2><p class=\"facts\">version {} · {} records · {} fields · {} · {}</p>",
        anchor(&dictionary.name),
        escaped(&dictionary.name),
        dictionary.version,
        dictionary.records,
        dictionary.fields().len(),
        escaped(&source.name),
        dictionary.updated_at,
    )?;
    about(out, &written, None)?;
    out.push_str(
        "<table><thead><tr><th>Field</th><th>Type</th><th>Meaning</th><th>Missing</th>\
         <th>Distinct</th><th>Min</th><th>Max</th><th>Values</th><th>Words</th></tr></thead><tbody>\n",
    );
    for field in dictionary.fields() {
        row(out, field, &written)?;
    }
    writeln!(out, "</tbody></table></section>")
}

fn row<'a>(out: &mut String, field: &'a Field, written: &Written<'a>) -> std::fmt::Result {
    let shown = |number: &Option<Number>| match number {
        None => String::new(),
        Some(Number::Integer(value)) => value.to_string(),
        Some(Number::Float(value)) => value.to_string(),
        Some(Number::Text(text)) => escaped(text),
    };
    let meaning = match (&field.pii, &field.semantic_type) {
        (Some(pii), _) => format!("<b class=\"pii\">{}</b>", escaped(&pii.entity)),
        (None, semantic) => escaped(semantic.as_deref().unwrap_or_default()),
    };
    let meaning = match field.said_by() {
        Some(by) => format!("{meaning} <small>{}</small>", escaped(&by)),
        None => meaning,
    };
    let samples: Vec<String> = field
        .samples
        .iter()
        .take(5)
        .map(|text| escaped(text))
        .collect();
    write!(
        out,
        "<tr><td><code>{}</code></td><td>{}</td><td>{meaning}</td><td class=\"n\">{}</td>\
         <td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td><td>",
        escaped(&field.path),
        escaped(&field.field_type),
        field.null_count,
        field.distinct_count,
        shown(&field.min),
        shown(&field.max),
        samples.join("<br>"),
    )?;
    about(out, written, Some(&field.path))?;
    out.push_str("</td></tr>\n");
    Ok(())
}

/// What people wrote.
fn about<'a>(out: &mut String, written: &Written<'a>, field: Option<&'a str>) -> std::fmt::Result {
    if let Some(name) = written.maybe(field, Aspect::BusinessName) {
        write!(out, "<b>{}</b>", escaped(name))?;
    }
    if let Some(text) = written.maybe(field, Aspect::Description) {
        write!(out, "<div class=\"words\">{}</div>", rendered(text))?;
    }
    for aspect in [
        Aspect::Owner,
        Aspect::Tags,
        Aspect::Classification,
        Aspect::Criticality,
        Aspect::Examples,
    ] {
        if let Some(text) = written.maybe(field, aspect) {
            write!(
                out,
                "<div class=\"aspect\">{aspect}: {}</div>",
                escaped(text)
            )?;
        }
    }
    Ok(())
}

/// Markdown as HTML: raw HTML is text, pictures are their words, links lead only where a browser
/// runs nothing.
fn rendered(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let events = Parser::new_ext(text, options).filter_map(|event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Some(Event::Text(raw)),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) => {
            let lower = dest_url.trim().to_lowercase();
            let harmless = ["http://", "https://", "mailto:"];
            let harmless = harmless.iter().any(|scheme| lower.starts_with(scheme));
            let dest_url = if harmless {
                dest_url
            } else {
                CowStr::from("#")
            };
            Some(Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            }))
        }
        other => Some(other),
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    out
}

fn anchor(name: &str) -> String {
    // A percent sign would be decoded by the browser before it looks for the place.
    format!("d-{}", encoded(name).replace('%', "~"))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
