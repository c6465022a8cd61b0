//! `ddgend lint`: how much has been written about, and whether it is enough.

use std::process::ExitCode;

use ddgen_ipc::ClientError;
use ddgen_ipc::client::CALL_DEADLINE;
use ddgen_ipc::message::{CoverageRow, FoundField, Reply, Request};
use serde::Serialize;

use super::args::{Format, LintArgs};
use super::attach::with_daemon;
use super::failure::{Failure, REFUSED};
use super::output::{self, Align, Table};

/// What `--format json` prints.
#[derive(Serialize)]
struct Report {
    ok: bool,
    /// What is not enough, in words.
    because: Vec<String>,
    /// Of all fields of the dictionaries below, in percent.
    described: f64,
    owned: f64,
    classified: f64,
    dictionaries: Vec<CoverageRow>,
    /// Fields that nobody has described.
    next: Vec<FoundField>,
}

pub(super) fn run(args: &LintArgs, format: Format) -> Result<ExitCode, Failure> {
    let (mut rows, next) = with_daemon(&args.place, async |client| {
        let (mut rows, mut strange) = (Vec::new(), false);
        client
            .call_parts(Request::Coverage, CALL_DEADLINE, |reply| match reply {
                Reply::Coverage(part) => rows.extend(part),
                _ => strange = true,
            })
            .await?;
        if strange {
            return Err(ClientError::Unexpected.into());
        }
        if args.next == 0 {
            return Ok((rows, Vec::new()));
        }
        let mut words = String::from("described:no");
        if let [one] = args.names.as_slice() {
            words = format!("{words} dictionary:\"{one}\"");
        }
        let search = Request::Search {
            words,
            offset: 0,
            limit: args.next,
        };
        match client.call(search).await? {
            Reply::Found(found) => Ok((rows, found.fields)),
            _ => Err(ClientError::Unexpected.into()),
        }
    })?;
    if !args.names.is_empty() {
        let known = |name: &String| rows.iter().any(|row| row.name == *name);
        if let Some(missing) = args.names.iter().find(|name| !known(name)) {
            return Err(Failure::refused(format!(
                "there is no dictionary `{missing}`: `ddgend list` prints them"
            )));
        }
        rows.retain(|row| args.names.contains(&row.name));
    }
    let report = judge(args, rows, next);
    match format {
        Format::Json => output::json(&report)?,
        Format::Table => print(&report)?,
    }
    Ok(match report.ok {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(REFUSED),
    })
}

fn judge(args: &LintArgs, dictionaries: Vec<CoverageRow>, next: Vec<FoundField>) -> Report {
    let sum = |part: fn(&CoverageRow) -> u32| -> u64 {
        dictionaries.iter().map(|row| u64::from(part(row))).sum()
    };
    let fields = sum(|row| row.fields);
    let described = share(sum(|row| row.described), fields);
    let owned = share(sum(|row| row.owned), fields);
    let classified = share(sum(|row| row.classified), fields);
    let wanted = [
        ("described", described, args.min_described),
        ("owned", owned, args.min_owned),
        ("classified", classified, args.min_classified),
    ];
    let because: Vec<String> = wanted
        .into_iter()
        .filter_map(|(word, there, least)| {
            let least = least.map(f64::from).filter(|least| there < *least)?;
            Some(format!(
                "{there:.1}% of the fields are {word}, and {least}% are asked for"
            ))
        })
        .collect();
    Report {
        ok: because.is_empty(),
        because,
        described,
        owned,
        classified,
        dictionaries,
        next,
    }
}

/// Of nothing, everything is done.
#[expect(clippy::cast_precision_loss, reason = "a share of fields")]
fn share(part: u64, all: u64) -> f64 {
    match all {
        0 => 100.0,
        _ => part as f64 * 100.0 / all as f64,
    }
}

fn print(report: &Report) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("DICTIONARY", Align::Left),
        ("FIELDS", Align::Right),
        ("DESCRIBED", Align::Right),
        ("OWNED", Align::Right),
        ("CLASSIFIED", Align::Right),
        ("ITSELF LACKS", Align::Left),
    ]);
    for row in &report.dictionaries {
        let lacks = [
            (row.has_description, "description"),
            (row.has_owner, "owner"),
            (row.has_classification, "classification"),
        ];
        let lacks = lacks
            .iter()
            .filter(|(there, _)| !there)
            .map(|(_, word)| *word);
        let percent = |part: u32| format!("{:.0}%", share(part.into(), row.fields.into()).floor());
        table.row([
            row.name.clone(),
            row.fields.to_string(),
            percent(row.described),
            percent(row.owned),
            percent(row.classified),
            lacks.collect::<Vec<_>>().join(", "),
        ]);
    }
    table.print()?;
    output::line(&format!(
        "all fields: {:.1}% described, {:.1}% owned, {:.1}% classified",
        report.described, report.owned, report.classified
    ))?;
    for field in &report.next {
        output::line(&format!(
            "next to describe: {} in {}",
            output::printable(&field.path),
            output::printable(&field.dictionary)
        ))?;
    }
    for because in &report.because {
        output::line(&format!("not enough: {because}"))?;
    }
    Ok(())
}
