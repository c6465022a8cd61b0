use std::process::ExitCode;

use ddgen_ipc::message::Request;
use ddgen_profile::document::Profile;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::args::{Format, ShowArgs};
use super::attach::with_daemon;
use super::failure::Failure;
use super::output;
use super::profile_table;

/// What of the answer the table shows beside the profile.
#[derive(Deserialize)]
struct Shown {
    name: String,
    watch: String,
    version: u32,
    versions: u32,
    updated_at: String,
    profile: Profile,
}

pub(super) fn run(args: &ShowArgs, format: Format) -> Result<ExitCode, Failure> {
    let request = Request::Show {
        name: args.name.clone(),
        version: args.version,
    };
    let text = with_daemon(&args.place, async |client| {
        Ok(client.call_json(request).await?)
    })?;
    let strange = |error| Failure::refused(format!("the daemon's answer cannot be read: {error}"));
    match format {
        Format::Json => {
            let document: Box<RawValue> = serde_json::from_slice(&text).map_err(strange)?;
            output::json_text(document.get())?;
        }
        Format::Table => {
            let shown: Shown = serde_json::from_slice(&text).map_err(strange)?;
            output::line(&format!(
                "{}: version {} of {}, watch {}, updated {}",
                output::printable(&shown.name),
                shown.version,
                shown.versions,
                output::printable(&shown.watch),
                shown.updated_at
            ))?;
            profile_table::print(&shown.profile)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
