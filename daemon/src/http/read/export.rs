//! `GET /api/v1/dictionaries/{name}/export`: a dictionary in the form of another tool.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use clap::ValueEnum;
use serde::Deserialize;

use super::Reading;
use super::ask::{Asked, Named, bad};
use super::reply::refused;
use crate::desk::refuse;
use crate::export::{self, Dictionary, Form};
use crate::http::answer::refuse as answer;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Export {
    #[serde(rename = "as")]
    form: Option<String>,
    version: Option<u32>,
}

pub(super) async fn export(
    State(state): State<Reading>,
    Named(name): Named<String>,
    Asked(asked): Asked<Export>,
) -> Response {
    if asked.version == Some(0) {
        return bad("versions are numbered from 1 on");
    }
    let form = match asked
        .form
        .as_deref()
        .map(|form| Form::from_str(form, false))
    {
        None => Form::Json,
        Some(Ok(form)) => form,
        Some(Err(_)) => {
            let known: Vec<String> = Form::value_variants().iter().filter_map(word).collect();
            return bad(format!("`as` is one of {}", known.join(", ")));
        }
    };
    let json = match state.desk.store.show_json(&name, asked.version).await {
        Ok(json) => json,
        Err(error) => return refused(refuse::store(&error)),
    };
    // A wide dictionary takes a while: not on a thread that serves others.
    let rendered = tokio::task::spawn_blocking(move || {
        let dictionary: Dictionary = serde_json::from_str(&json)?;
        export::render(form, &[dictionary])
    });
    match rendered.await {
        Ok(Ok(bytes)) => {
            let (kind, ending) = written_as(form);
            let file = format!(
                "attachment; filename=\"{}.{ending}\"",
                export::encoded(&name)
            );
            let fields = [(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, file)];
            (fields, bytes).into_response()
        }
        Ok(Err(error)) => answer(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()),
        Err(error) => answer(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}

fn word(form: &Form) -> Option<String> {
    Some(form.to_possible_value()?.get_name().to_owned())
}

/// The media type, and the ending of a file.
fn written_as(form: Form) -> (&'static str, &'static str) {
    match form {
        Form::Markdown => ("text/markdown; charset=utf-8", "md"),
        Form::Csv => ("text/csv; charset=utf-8", "csv"),
        Form::Xlsx => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
        ),
        Form::Html => ("text/html; charset=utf-8", "html"),
        Form::JsonSchema => ("application/schema+json", "schema.json"),
        Form::Dcat => ("application/ld+json", "jsonld"),
        Form::Json | Form::TableSchema | Form::DataPackage | Form::Odcs => {
            ("application/json", "json")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::routes::table::{FORMS, Shape, find};

    #[test]
    fn the_table_of_routes_names_every_form_and_its_type() {
        let forms: Vec<String> = Form::value_variants().iter().filter_map(word).collect();
        assert_eq!(forms, FORMS);
        let route = find("GET", "/api/v1/dictionaries/{name}/export").unwrap();
        let [(200, Shape::Kinds(kinds))] = route.answers else {
            panic!("other answers");
        };
        for form in Form::value_variants() {
            let (kind, _) = written_as(*form);
            let kind = kind.split(';').next().unwrap();
            assert!(kinds.contains(&kind), "{kind}");
        }
    }
}
