//! An export as JSON, or one file of a folder.

use ddgen_ipc::message::{Aspect, ImportCell};
use serde::Deserialize;

use super::ImportError;
use crate::export::directory::{Sheet, Text};

/// The versions of both forms that are read.
const VERSION: u32 = 1;

#[derive(Deserialize)]
struct Head {
    ddgen_export: Option<u32>,
}

#[derive(Deserialize)]
struct Export {
    dictionaries: Vec<Exported>,
}

#[derive(Deserialize)]
struct Exported {
    name: String,
    annotations: Vec<Annotation>,
}

#[derive(Deserialize)]
struct Annotation {
    #[serde(default)]
    field: Option<String>,
    aspect: Aspect,
    value: String,
    #[serde(default)]
    revision: Option<u64>,
}

pub(super) fn read(text: &str) -> Result<Vec<ImportCell>, ImportError> {
    let head: Head = serde_json::from_str(text)?;
    match head.ddgen_export {
        None => sheet(text),
        Some(found) if found > VERSION => Err(ImportError::Newer {
            found,
            known: VERSION,
        }),
        Some(_) => {
            let export: Export = serde_json::from_str(text)?;
            let dictionaries = export.dictionaries.into_iter();
            Ok(dictionaries.flat_map(of_dictionary).collect())
        }
    }
}

fn of_dictionary(dictionary: Exported) -> Vec<ImportCell> {
    let name = dictionary.name;
    let rows = dictionary.annotations.into_iter();
    rows.map(|row| ImportCell {
        dictionary: name.clone(),
        field: row.field,
        aspect: row.aspect,
        value: row.value,
        base: row.revision,
    })
    .collect()
}

/// The cells of one file of a folder.
///
/// # Errors
/// When it is none.
pub fn sheet(text: &str) -> Result<Vec<ImportCell>, ImportError> {
    let sheet: Sheet = serde_json::from_str(text)?;
    let mut cells = Vec::new();
    let mut take = |field: Option<&str>, aspect: Aspect, text: Text| {
        cells.push(ImportCell {
            dictionary: sheet.name.clone(),
            field: field.map(str::to_owned),
            aspect,
            value: text.text,
            base: text.revision,
        });
    };
    for (aspect, text) in sheet.written {
        take(None, aspect, text);
    }
    for field in sheet.fields {
        for (aspect, text) in field.written {
            take(Some(&field.path), aspect, text);
        }
    }
    Ok(cells)
}
