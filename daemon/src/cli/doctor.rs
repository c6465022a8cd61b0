use std::process::ExitCode;

use super::args::Format;
use super::failure::{Failure, REFUSED};
use super::output;
use crate::doctor::{Examination, Health, examine};
use crate::settings::{Flags, Surroundings};

/// Exit 1 when something is broken.
pub(super) fn run(flags: &Flags, format: Format) -> Result<ExitCode, Failure> {
    let findings = examine(&Surroundings::of_process(flags.clone())?);
    let found = &findings.examination;
    match format {
        Format::Json => output::json(found)?,
        Format::Table => print(found)?,
    }
    Ok(if found.ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(REFUSED)
    })
}

fn print(found: &Examination) -> Result<(), Failure> {
    for check in &found.checks {
        let line = format!(
            "{:<8} {:<13} {}",
            check.health.word(),
            check.name,
            check.because
        );
        output::line(&output::printable(&line))?;
        if let Some(advice) = &check.advice {
            output::line(&output::printable(&format!("{:<23}-> {advice}", "")))?;
        }
    }
    let count = |health| {
        found
            .checks
            .iter()
            .filter(|check| check.health == health)
            .count()
    };
    let (broken, warnings) = (count(Health::Broken), count(Health::Warning));
    output::line(&match (broken, warnings) {
        (0, 0) => "\nall is well".to_owned(),
        (0, warnings) => format!("\nit works; warnings: {warnings}"),
        (broken, warnings) => format!("\nbroken: {broken}, warnings: {warnings}"),
    })
}
