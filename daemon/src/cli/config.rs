use std::process::ExitCode;

use super::args::Format;
use super::failure::Failure;
use super::output;
use crate::settings::{self, Flags, Surroundings};

pub(super) fn run(flags: &Flags, format: Format) -> Result<ExitCode, Failure> {
    let document = settings::config(&Surroundings::of_process(flags.clone())?);
    match format {
        Format::Json => output::json(&document)?,
        Format::Table => output::line(document.table().trim_end())?,
    }
    Ok(ExitCode::SUCCESS)
}
