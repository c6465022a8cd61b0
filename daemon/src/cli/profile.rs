//! `ddgend profile`: a file, profiled in this process: no daemon, no store.

mod csv;
mod markdown;
mod only;
mod source;

use std::io;
use std::path::Path;
use std::process::ExitCode;

use ddgen_profile::contract::Violation;
use ddgen_profile::name::table_name;
use ddgen_profile::{Brief, Profile, ReadAt};

use super::args::{ProfileArgs, ProfileFormat};
use super::failure::Failure;
use super::progress::Progress;
use super::{contract, output, profile_table};
use crate::today::latest_day;

pub(super) fn run(args: &ProfileArgs, format: ProfileFormat) -> Result<ExitCode, Failure> {
    let mut profile = measure(args)?;
    if let Some(path) = &args.field {
        only::keep(&mut profile, path)?;
    }
    match format {
        ProfileFormat::Json => output::json(&profile)?,
        ProfileFormat::Markdown => output::line(markdown::render(&profile).trim_end())?,
        ProfileFormat::Csv => csv::print(&profile)?,
        ProfileFormat::Table if args.field.is_some() => profile_table::print_fields(&profile)?,
        ProfileFormat::Table => profile_table::print(&profile)?,
    }
    if args.contract.is_none() {
        return Ok(ExitCode::SUCCESS);
    }
    let tables = profile.tables.iter();
    let violations: Vec<&Violation> = tables.flat_map(|t| t.violations.iter().flatten()).collect();
    if format == ProfileFormat::Table {
        output::line("")?;
        contract::report(&violations)?;
    }
    Ok(contract::verdict(violations.is_empty()))
}

fn measure(args: &ProfileArgs) -> Result<Profile, Failure> {
    let shown = args.file.display();
    let input = source::open(&args.file).map_err(|error: io::Error| {
        Failure::refused(format!("`{shown}` cannot be read: {error}"))
    })?;
    let mut brief = Brief {
        name: match args.file.file_name() {
            Some(name) if args.file != Path::new("-") => name.to_string_lossy().into_owned(),
            _ => "stdin".to_owned(),
        },
        threads: std::thread::available_parallelism().map_or(1, usize::from),
        today: Some(latest_day()),
        ..Brief::default()
    };
    if let Some(samples) = args.samples {
        brief.sample_size = samples;
    }
    if let Some(file) = &args.contract {
        let rules = contract::read(file, &table_name(&brief.name))?;
        brief.contracts.insert(String::new(), rules);
    }
    let total = input.size();
    let progress = Progress::start("reading");
    ddgen_profile::profile(&input, &brief, &|bytes| progress.tell(bytes, Some(total)))
        .map_err(|refusal| Failure::refused(format!("`{shown}` has no profile: {refusal}")))
}
