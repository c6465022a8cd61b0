use std::path::Path;
use std::process::ExitCode;

use ddgen_ipc::message::Request;
use ddgen_profile::Profile;
use ddgen_profile::contract::{Contract, Violation};
use serde::Deserialize;
use serde_json::Value;

use super::args::{ContractArgs, ContractForm, ContractVerb, Format, Place};
use super::attach::with_daemon;
use super::failure::{BREACHED, Failure};
use super::output::{self, Align, Table};
use crate::contract;

pub(super) fn run(args: &ContractArgs, format: Format) -> Result<ExitCode, Failure> {
    match &args.verb {
        ContractVerb::Init {
            place,
            name,
            form,
            version,
        } => {
            let shown = show(place, name, *version)?;
            init(&shown, *form, format)?;
        }
        ContractVerb::Set { place, name, file } => {
            let text = text_of(file)?;
            // Said here, before the daemon is asked, with the same words.
            contract::parse(&text, name).map_err(|error| unusable(file, &error))?;
            let name = name.clone();
            let row = ask(place, Request::SetContract { name, text })?;
            print(&row, format)?;
        }
        ContractVerb::Show { place, name } => {
            let row = ask(place, Request::Contract { name: name.clone() })?;
            print(&row, format)?;
        }
        ContractVerb::Remove { place, name } => {
            let (name, text) = (name.clone(), String::new());
            let row = ask(place, Request::SetContract { name, text })?;
            print(&row, format)?;
        }
        ContractVerb::Check {
            place,
            name,
            version,
        } => {
            return check(&show(place, name, *version)?, format);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn init(shown: &Shown, form: ContractForm, format: Format) -> Result<(), Failure> {
    match (form, format) {
        (ContractForm::TableSchema, _) => {
            output::json(&contract::init_table_schema(&shown.profile))
        }
        (ContractForm::Odcs, Format::Json) => {
            output::json(&contract::init_odcs(&shown.profile, &shown.name))
        }
        (ContractForm::Odcs, Format::Table) => {
            let made = contract::init_odcs(&shown.profile, &shown.name);
            let text = contract::as_yaml(&made).map_err(Failure::refused)?;
            output::line(text.trim_end())
        }
    }
}

/// A contract out of a file, for the table of this name.
pub(super) fn read(file: &Path, table: &str) -> Result<Contract, Failure> {
    contract::parse(&text_of(file)?, table).map_err(|error| unusable(file, &error))
}

fn text_of(file: &Path) -> Result<String, Failure> {
    contract::text_of(file)
        .map_err(|error| Failure::refused(format!("`{}` cannot be read: {error}", file.display())))
}

fn unusable(file: &Path, error: &contract::ContractError) -> Failure {
    Failure::refused(format!("`{}` is no contract: {error}", file.display()))
}

/// A version, as far as contracts look at it.
#[derive(Deserialize)]
struct Shown {
    name: String,
    version: u32,
    profile: Profile,
}

fn show(place: &Place, name: &str, version: Option<u32>) -> Result<Shown, Failure> {
    let name = name.to_owned();
    let text = with_daemon(place, async |client| {
        Ok(client.call_json(Request::Show { name, version }).await?)
    })?;
    serde_json::from_slice(&text).map_err(|error| strange(&error))
}

fn strange(error: &serde_json::Error) -> Failure {
    Failure::refused(format!("the daemon's answer cannot be read: {error}"))
}

fn ask(place: &Place, request: Request) -> Result<Value, Failure> {
    let text = with_daemon(place, async |client| Ok(client.call_json(request).await?))?;
    serde_json::from_slice(&text).map_err(|error| strange(&error))
}

fn print(row: &Value, format: Format) -> Result<(), Failure> {
    match format {
        Format::Json => output::json(row),
        Format::Table if row.is_null() => output::line("there is no contract"),
        Format::Table => {
            let word = |key: &str| row[key].as_str().unwrap_or_default();
            let head = format!(
                "{}: set by {} at {}",
                word("name"),
                word("author"),
                word("set_at")
            );
            output::line(&output::printable(&head))?;
            for line in word("text").lines() {
                output::line(&output::printable(line))?;
            }
            Ok(())
        }
    }
}

fn check(shown: &Shown, format: Format) -> Result<ExitCode, Failure> {
    let tables = shown.profile.tables.iter();
    let checked: Vec<&Vec<Violation>> = tables.filter_map(|t| t.violations.as_ref()).collect();
    if checked.is_empty() {
        return Err(Failure::refused(format!(
            "version {} of `{}` was held against no contract: it came before there was one; the next \
             file is, or `ddgend profile FILE --contract CONTRACT` checks one now",
            shown.version, shown.name
        )));
    }
    let violations: Vec<&Violation> = checked.into_iter().flatten().collect();
    match format {
        Format::Json => output::json(&violations)?,
        Format::Table => report(&violations)?,
    }
    Ok(verdict(violations.is_empty()))
}

/// Exit code of a check.
pub(super) fn verdict(kept: bool) -> ExitCode {
    if kept {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(BREACHED)
    }
}

/// The violations as a table.
pub(super) fn report(violations: &[&Violation]) -> Result<(), Failure> {
    if violations.is_empty() {
        return output::line("the contract is kept");
    }
    let mut table = Table::new(&[
        ("FIELD", Align::Left),
        ("RULE", Align::Left),
        ("COUNT", Align::Right),
        ("FIRST RECORD", Align::Right),
        ("WHAT", Align::Left),
        ("FOR INSTANCE", Align::Left),
    ]);
    let number = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
    for violation in violations {
        table.row([
            violation.field.clone().unwrap_or_default(),
            violation.rule.clone(),
            number(violation.count),
            number(violation.first_record),
            violation.message.clone(),
            violation.example.clone().unwrap_or_default(),
        ]);
    }
    table.print()
}
