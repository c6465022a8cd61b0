use std::process::ExitCode;

use super::args::Format;
use super::failure::{Failure, REFUSED};
use super::output;
use crate::settings::{self, Flags, Surroundings};

/// Exit 1 when a daemon would not start with these settings.
pub(super) fn run(flags: &Flags, format: Format) -> Result<ExitCode, Failure> {
    let document = settings::check(&Surroundings::of_process(flags.clone())?);
    match format {
        Format::Json => output::json(&document)?,
        Format::Table => output::line(document.text().trim_end())?,
    }
    Ok(if document.ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(REFUSED)
    })
}
