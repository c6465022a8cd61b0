//! Dictionaries in the forms of other tools. Pure: documents in, bytes out. What is masked in a
//! document is masked here, since there is nothing else to write.

pub mod changelog;
mod csv;
mod dcat;
pub mod directory;
mod excel;
pub mod formula;
mod frictionless;
mod html;
mod json;
mod json_schema;
mod markdown;
mod odcs;
pub mod sheet;
pub(crate) mod tree;

#[cfg(test)]
mod tests;

pub use excel::CUT;

use std::collections::HashMap;

use clap::ValueEnum;
use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{AnnotationRow, Aspect};
use ddgen_profile::Profile;
use ddgen_profile::document::{Field, Table};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A form that dictionaries can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For a wiki or a repository
    Markdown,
    /// One row a field; can be edited and imported again
    Csv,
    /// Everything; can be edited and imported again
    Json,
    /// A workbook of several sheets; can be edited and imported again
    Xlsx,
    /// One page that can be searched, without a server
    Html,
    /// Frictionless Table Schema, of one dictionary
    TableSchema,
    /// Frictionless Data Package
    DataPackage,
    /// JSON Schema (2020-12) of a record
    JsonSchema,
    /// Open Data Contract Standard 3.1 (as JSON, which is YAML)
    Odcs,
    /// DCAT 3 as JSON-LD
    Dcat,
}

#[derive(Debug, Error)]
pub enum ExportError {
    #[error(
        "a Table Schema describes one dictionary: name it, or choose `--as data-package` for several"
    )]
    OneAtATime,
    #[error("the workbook cannot be written: {0}; choose another form, or fewer dictionaries")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    #[error("the result cannot be written: {0}")]
    Csv(#[from] ::csv::Error),
    #[error("the result cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    #[error("`{name}` has no table in its profile: ask for another version")]
    NoTable { name: String },
}

/// A dictionary with one version of it: what `show` answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Dictionary {
    pub name: String,
    pub watch: String,
    pub version: u32,
    pub records: u64,
    pub updated_at: Timestamp,
    pub annotations: Vec<AnnotationRow>,
    pub profile: Profile,
}

impl Dictionary {
    /// # Errors
    /// When there is none, which no version has.
    fn table(&self) -> Result<&Table, ExportError> {
        let none = || ExportError::NoTable {
            name: self.name.clone(),
        };
        self.profile.tables.first().ok_or_else(none)
    }

    fn fields(&self) -> &[Field] {
        self.profile
            .tables
            .first()
            .map_or(&[], |table| table.fields.as_slice())
    }

    /// What is written, by field (none: on the dictionary) and aspect.
    fn written(&self) -> Written<'_> {
        let rows = self.annotations.iter();
        Written(
            rows.map(|row| ((row.field.as_deref(), row.aspect), row))
                .collect(),
        )
    }
}

/// What people wrote on one dictionary and its fields.
struct Written<'a>(HashMap<(Option<&'a str>, Aspect), &'a AnnotationRow>);

impl<'a> Written<'a> {
    fn row(&self, field: Option<&'a str>, aspect: Aspect) -> Option<&'a AnnotationRow> {
        self.0.get(&(field, aspect)).copied()
    }

    /// Empty: nothing.
    fn text(&self, field: Option<&'a str>, aspect: Aspect) -> &'a str {
        self.row(field, aspect).map_or("", |row| row.value.as_str())
    }

    fn maybe(&self, field: Option<&'a str>, aspect: Aspect) -> Option<&'a str> {
        self.row(field, aspect).map(|row| row.value.as_str())
    }

    fn tags(&self, field: Option<&'a str>) -> Vec<&'a str> {
        let tags = self.text(field, Aspect::Tags).split(',').map(str::trim);
        tags.filter(|tag| !tag.is_empty()).collect()
    }
}

/// All dictionaries in one document.
///
/// # Errors
/// Where the form cannot hold them.
pub fn render(form: Form, dictionaries: &[Dictionary]) -> Result<Vec<u8>, ExportError> {
    for dictionary in dictionaries {
        dictionary.table()?;
    }
    let text = |text: String| Ok(text.into_bytes());
    let document = |value: serde_json::Value| {
        let mut text = serde_json::to_vec_pretty(&value)?;
        text.push(b'\n');
        Ok(text)
    };
    match form {
        Form::Markdown => text(markdown::render(dictionaries)),
        Form::Html => text(html::render(dictionaries)),
        Form::Csv => csv::render(dictionaries),
        Form::Xlsx => excel::render(dictionaries),
        Form::Json => json::render(dictionaries),
        Form::TableSchema => match dictionaries {
            [one] => document(frictionless::schema(one)),
            _ => Err(ExportError::OneAtATime),
        },
        Form::DataPackage => document(frictionless::package(dictionaries)),
        Form::JsonSchema => document(json_schema::render(dictionaries)),
        Form::Odcs => document(odcs::render(dictionaries)),
        Form::Dcat => document(dcat::render(dictionaries)),
    }
}

/// Part of a URN or a file name: letters, digits, `.`, `_` and `-` stay, all else is percent-encoded.
#[must_use]
pub fn encoded(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Whether all values are there, differ, and were counted.
fn is_unique(field: &Field) -> bool {
    let counted = !field.estimates.contains_key("unique_count");
    counted && field.count > 1 && field.null_count == 0 && field.unique_count == Some(field.count)
}
