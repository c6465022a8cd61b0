//! A folder of small files, one a dictionary, fit for git: the same dictionaries make the same
//! bytes, and what changes in a line is what was changed.

use std::collections::BTreeMap;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::Aspect;
use serde::{Deserialize, Serialize};

use super::{Dictionary, ExportError, encoded};

/// Goes up when the files mean something else.
pub const VERSION: u32 = 1;
/// The file that lists the others; a folder without it is not ours.
pub const INDEX: &str = "ddgen.json";

/// What [`INDEX`] holds.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    pub ddgen_directory: u32,
    /// File by dictionary.
    pub dictionaries: BTreeMap<String, String>,
}

/// One dictionary: its schema, and what people wrote. Counts change with every drop and stay out.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    pub name: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub written: BTreeMap<Aspect, Text>,
    /// In order of position; those that only have words any more stand behind.
    pub fields: Vec<FieldSheet>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldSheet {
    pub path: String,
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub field_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nullable: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub semantic_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pii: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub written: BTreeMap<Aspect, Text>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
}

/// The name of a dictionary's file.
#[must_use]
pub fn file(name: &str) -> String {
    // A leading dot would hide it, and the index must not be overwritten.
    let stem = encoded(name);
    let stem = match stem.strip_prefix('.') {
        Some(rest) => format!("%2E{rest}"),
        None => stem,
    };
    format!("{stem}.dictionary.json")
}

/// # Errors
/// When it cannot be written as JSON.
pub fn sheet(dictionary: &Dictionary) -> Result<Vec<u8>, ExportError> {
    let texts = |field: Option<&str>| -> BTreeMap<Aspect, Text> {
        let rows = dictionary.annotations.iter();
        rows.filter(|row| row.field.as_deref() == field)
            .map(|row| {
                let text = Text {
                    text: row.value.clone(),
                    author: Some(row.author.clone()),
                    written_at: Some(row.written_at),
                    revision: Some(row.revision),
                };
                (row.aspect, text)
            })
            .collect()
    };
    let mut fields: Vec<FieldSheet> = dictionary
        .fields()
        .iter()
        .map(|field| FieldSheet {
            path: field.path.clone(),
            field_type: Some(field.field_type.clone()),
            format: field.format.clone(),
            nullable: Some(field.nullable),
            semantic_type: field.semantic_type.clone(),
            pii: field.pii.as_ref().map(|pii| pii.entity.clone()),
            written: texts(Some(&field.path)),
        })
        .collect();
    let there: std::collections::HashSet<&str> = dictionary
        .fields()
        .iter()
        .map(|field| field.path.as_str())
        .collect();
    let gone: std::collections::BTreeSet<&str> = dictionary
        .annotations
        .iter()
        .filter_map(|row| row.field.as_deref())
        .filter(|path| !there.contains(path))
        .collect();
    fields.extend(gone.into_iter().map(|path| FieldSheet {
        path: path.to_owned(),
        field_type: None,
        format: None,
        nullable: None,
        semantic_type: None,
        pii: None,
        written: texts(Some(path)),
    }));
    document(&Sheet {
        name: dictionary.name.clone(),
        written: texts(None),
        fields,
    })
}

/// # Errors
/// When it cannot be written as JSON.
pub fn index<'a>(names: impl Iterator<Item = &'a str>) -> Result<Vec<u8>, ExportError> {
    document(&Index {
        ddgen_directory: VERSION,
        dictionaries: names.map(|name| (name.to_owned(), file(name))).collect(),
    })
}

fn document<T: Serialize>(value: &T) -> Result<Vec<u8>, ExportError> {
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    Ok(text)
}
