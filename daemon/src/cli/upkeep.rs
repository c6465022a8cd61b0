use std::process::ExitCode;
use std::time::Duration;

use ddgen_ipc::ClientError;
use ddgen_ipc::message::{Reply, Request, UpkeepCall, UpkeepList};

use super::args::{Format, Place, UpkeepArgs, UpkeepVerb};
use super::attach::with_daemon;
use super::failure::{Failure, REFUSED};
use super::output::{self, Align, Table};

/// The daemon says that it works at least each second, times a margin for a loaded machine.
const PART_DEADLINE: Duration = Duration::from_secs(60);

/// Exit 1 when what was run failed.
pub(super) fn run(args: &UpkeepArgs, format: Format) -> Result<ExitCode, Failure> {
    let (place, call) = match &args.verb {
        None => (&args.place, UpkeepCall::List),
        Some(UpkeepVerb::List(place)) => (place, UpkeepCall::List),
        Some(UpkeepVerb::Run { place, name }) => (place, UpkeepCall::Run { name: name.clone() }),
        Some(UpkeepVerb::Pause(place)) => (place, UpkeepCall::Pause),
        Some(UpkeepVerb::Resume(place)) => (place, UpkeepCall::Resume),
    };
    let ran = match &call {
        UpkeepCall::Run { name } => Some(name.clone()),
        _ => None,
    };
    let list = ask(place, call)?;
    match format {
        Format::Json => output::json(&list)?,
        Format::Table => print(&list)?,
    }
    let failed = ran.is_some_and(|name| {
        let row = list.tasks.iter().find(|row| row.name == name);
        row.is_some_and(|row| row.problem.is_some())
    });
    Ok(if failed {
        ExitCode::from(REFUSED)
    } else {
        ExitCode::SUCCESS
    })
}

fn ask(place: &Place, call: UpkeepCall) -> Result<UpkeepList, Failure> {
    with_daemon(place, async |client| {
        let mut last = None;
        let request = Request::Upkeep(call);
        client
            .call_parts(request, PART_DEADLINE, |reply| last = Some(reply))
            .await?;
        match last {
            Some(Reply::Upkeep(list)) => Ok(*list),
            _ => Err(ClientError::Unexpected.into()),
        }
    })
}

fn print(list: &UpkeepList) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("NAME", Align::Left),
        ("EVERY", Align::Left),
        ("LAST", Align::Left),
        ("TOOK", Align::Right),
        ("NEXT", Align::Left),
        ("RESULT", Align::Left),
    ]);
    for row in &list.tasks {
        let result = match (&row.problem, &row.result) {
            _ if row.running => "runs now".to_owned(),
            (Some(problem), _) => format!("FAILED: {problem}"),
            (None, Some(result)) => result.clone(),
            (None, None) => format!("({})", row.does),
        };
        let moment =
            |at: Option<ddgen_ipc::Timestamp>| at.map_or("-".to_owned(), |at| at.to_string());
        table.row([
            row.name.clone(),
            row.every.clone(),
            moment(row.last_began),
            row.last_took_ms
                .map_or("-".to_owned(), |ms| format!("{ms} ms")),
            moment(row.next),
            result,
        ]);
    }
    table.print()?;
    match (&list.paused_by, list.paused_at) {
        (Some(by), Some(at)) => output::line(&output::printable(&format!(
            "the schedule rests since {at}, as {by} said: `ddgend upkeep resume` goes on"
        ))),
        _ => Ok(()),
    }
}
