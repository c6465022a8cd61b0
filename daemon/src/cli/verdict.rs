use std::process::ExitCode;

use clap::Args;
use ddgen_ipc::client::CALL_DEADLINE;
use ddgen_ipc::message::{AnnotationRow, Aspect, Edit, Reply, Request};
use ddgen_ipc::{Client, ClientError};
use ddgen_profile::document::{Field, Said};
use serde::Serialize;

use super::args::{Format, Place};
use super::attach::with_daemon;
use super::failure::Failure;
use super::output;

#[derive(Debug, Args)]
pub(super) struct VerdictArgs {
    #[command(flatten)]
    place: Place,
    /// The dictionary's name, as `list` prints it
    name: String,
    /// The field's path
    field: String,
    /// What its values are, for instance email or postal_code; none: nothing special
    #[arg(long = "type", value_name = "TYPE")]
    semantic_type: Option<String>,
    /// Whose they are, in Presidio's words, for instance EMAIL_ADDRESS; none: not personal data
    #[arg(long, value_name = "ENTITY")]
    pii: Option<String>,
    /// Takes both verdicts back: what the values say stands again
    #[arg(long, conflicts_with_all = ["semantic_type", "pii"])]
    clear: bool,
}

/// What is printed: the field as it stands now.
#[derive(Serialize)]
struct Shown {
    name: String,
    field: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    said: Option<Said>,
    semantic_type: Option<String>,
    pii: Option<String>,
    masked: bool,
    /// What its values say by themselves.
    found_semantic_type: Option<String>,
    found_pii: Option<String>,
    notes: Vec<String>,
}

/// Gives a verdict, or without one shows what was said and found.
pub(super) fn run(args: &VerdictArgs, format: Format) -> Result<ExitCode, Failure> {
    let edits = edits(args);
    let name = &args.name;
    let (gave_one, personal) = (!edits.is_empty(), args.pii.is_some());
    let field: Field = with_daemon(&args.place, async |client| {
        let before = field(client, args).await?;
        if !gave_one {
            return Ok(before);
        }
        write(client, name, edits).await?;
        field(client, args).await
    })?;
    let shown = shown(name, field, gave_one && personal);
    match format {
        Format::Json => output::json(&shown)?,
        Format::Table => print(&shown)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn edits(args: &VerdictArgs) -> Vec<Edit> {
    let words = [
        (Aspect::SaidType, &args.semantic_type),
        (Aspect::SaidPii, &args.pii),
    ];
    let cleared = args.clear.then(String::new);
    words
        .into_iter()
        .filter_map(|(aspect, word)| {
            Some(Edit {
                field: Some(args.field.clone()),
                aspect,
                value: word.clone().or_else(|| cleared.clone())?,
                expects: None,
            })
        })
        .collect()
}

/// As the current version has it.
async fn field(client: &Client, args: &VerdictArgs) -> Result<Field, Failure> {
    let request = Request::Field {
        name: args.name.clone(),
        version: None,
        path: args.field.clone(),
    };
    let text = client.call_json(request).await?;
    serde_json::from_slice(&text)
        .map_err(|error| Failure::refused(format!("the daemon's answer cannot be read: {error}")))
}

async fn write(
    client: &Client,
    name: &str,
    edits: Vec<Edit>,
) -> Result<Vec<AnnotationRow>, Failure> {
    let (mut rows, mut strange) = (Vec::new(), false);
    let request = Request::Annotate {
        name: name.to_owned(),
        edits,
    };
    client
        .call_parts(request, CALL_DEADLINE, |reply| match reply {
            Reply::Annotations(part) => rows.extend(part),
            _ => strange = true,
        })
        .await?;
    match strange {
        true => Err(ClientError::Unexpected.into()),
        false => Ok(rows),
    }
}

fn shown(name: &str, field: Field, of_pii: bool) -> Shown {
    let mut notes = Vec::new();
    let pii = field.pii.map(|pii| pii.entity);
    if of_pii && pii.is_some() {
        let words = "its values are masked from now on, in every version and in the search; backups and \
                     their journal hold what was stored before until they age out";
        notes.push(words.to_owned());
    }
    let stays = |code: &str| field.findings.iter().any(|found| found.code == code);
    if stays("VALUES_STAY_MASKED") {
        notes.push(
            "its values stay masked until the next file: they are not stored anywhere".to_owned(),
        );
    }
    // Without a word, what is found is what stands.
    let (found_semantic_type, found_pii) = match field.found {
        Some(found) => (found.semantic_type, found.pii.map(|pii| pii.entity)),
        None => (field.semantic_type.clone(), pii.clone()),
    };
    Shown {
        name: name.to_owned(),
        field: field.path,
        said: field.said,
        semantic_type: field.semantic_type,
        pii,
        masked: field.masked,
        found_semantic_type,
        found_pii,
        notes,
    }
}

fn print(shown: &Shown) -> Result<(), Failure> {
    let none = || "none".to_owned();
    let word = |now: &Option<String>, found: &Option<String>, said: Option<String>| {
        let now = now.clone().unwrap_or_else(none);
        match said {
            Some(by) => {
                let found = found.clone().unwrap_or_else(none);
                format!("{now}, said by {by}; by its values: {found}")
            }
            None => format!("{now}, by its values"),
        }
    };
    let said = shown.said.clone().unwrap_or_default();
    let unnamed = || "a person".to_owned();
    let type_by = said
        .semantic_type
        .map(|_| said.type_by.unwrap_or_else(unnamed));
    let pii_by = said.pii.map(|_| said.pii_by.unwrap_or_else(unnamed));
    for (label, words) in [
        (
            "type",
            word(&shown.semantic_type, &shown.found_semantic_type, type_by),
        ),
        ("pii", word(&shown.pii, &shown.found_pii, pii_by)),
    ] {
        output::line(&output::printable(&format!("{label:<6}{words}")))?;
    }
    for note in &shown.notes {
        output::line(note)?;
    }
    Ok(())
}
