use std::process::ExitCode;

use ddgen_ipc::message::{AlertCall, AlertList, AlertRow, Reply, Request};
use ddgen_ipc::{ClientError, Timestamp};

use super::args::{AlertVerb, AlertsArgs, Format, Place};
use super::attach::with_daemon;
use super::failure::Failure;
use super::output::{self, Align, Table};
use super::restore::moment;
use crate::settings::parse_span;

pub(super) fn run(args: &AlertsArgs, format: Format) -> Result<ExitCode, Failure> {
    let (place, call) = match &args.verb {
        None => (&args.place, AlertCall::List),
        Some(AlertVerb::List(place)) => (place, AlertCall::List),
        Some(AlertVerb::Ack { place, alert, note }) => {
            let (alert, note) = (alert.clone(), note.clone());
            (place, AlertCall::Ack { alert, note })
        }
        Some(AlertVerb::Silence {
            place,
            alert,
            span,
            until,
            because,
        }) => {
            let until = match until {
                Some(until) => moment(until)?,
                None => from_now(span)?,
            };
            let (alert, because) = (alert.clone(), because.clone());
            let call = AlertCall::Silence {
                alert,
                until,
                because,
            };
            (place, call)
        }
        Some(AlertVerb::Unsilence { place, alert }) => {
            let alert = alert.clone();
            (place, AlertCall::Unsilence { alert })
        }
    };
    let list = ask(place, call)?;
    match format {
        Format::Json => output::json(&list)?,
        Format::Table => print(&list)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn from_now(span: &str) -> Result<Timestamp, Failure> {
    let span = parse_span(span).ok_or_else(|| {
        Failure::usage(format!(
            "`{span}` is no length of time: write 30m, 8h or 2d"
        ))
    })?;
    let millis = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    Ok(Timestamp(Timestamp::now().0.saturating_add(millis)))
}

fn ask(place: &Place, call: AlertCall) -> Result<AlertList, Failure> {
    with_daemon(place, async |client| {
        match client.call(Request::Alerts(call)).await? {
            Reply::Alerts(list) => Ok(*list),
            _ => Err(ClientError::Unexpected.into()),
        }
    })
}

fn print(list: &AlertList) -> Result<(), Failure> {
    if list.alerts.is_empty() {
        output::line("no alert is raised")?;
    } else {
        rows(&list.alerts, "SINCE")?;
    }
    if !list.cleared.is_empty() {
        output::line("\ncleared:")?;
        rows(&list.cleared, "CLEARED")?;
    }
    if !list.silences.is_empty() {
        output::line("")?;
        let mut table = Table::new(&[
            ("SILENCED", Align::Left),
            ("UNTIL", Align::Left),
            ("BY", Align::Left),
            ("BECAUSE", Align::Left),
        ]);
        for silence in &list.silences {
            table.row([
                silence.alert.clone(),
                silence.until.to_string(),
                silence.by.clone(),
                silence.because.clone().unwrap_or_default(),
            ]);
        }
        table.print()?;
    }
    output::line("")?;
    let mut table = Table::new(&[
        ("SINK", Align::Left),
        ("KIND", Align::Left),
        ("SENT", Align::Right),
        ("WAITING", Align::Right),
        ("DEAD", Align::Right),
        ("LAST", Align::Left),
        ("PROBLEM", Align::Left),
    ]);
    for sink in &list.sinks {
        table.row([
            sink.name.clone(),
            sink.kind.clone(),
            output::grouped(sink.sent),
            output::grouped(u64::from(sink.waiting)),
            output::grouped(sink.dead),
            sink.last_sent_at
                .map_or_else(String::new, |at| at.to_string()),
            sink.problem.clone().unwrap_or_default(),
        ]);
    }
    table.print()?;
    if list.dead_letters.is_empty() {
        return Ok(());
    }
    output::line("\ngiven up:")?;
    for letter in &list.dead_letters {
        output::line(&output::printable(&format!(
            "{}  {}: {} {} after {} tries: {}",
            letter.at, letter.sink, letter.alert, letter.event, letter.tries, letter.because
        )))?;
    }
    Ok(())
}

fn rows(rows: &[AlertRow], when: &'static str) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("ALERT", Align::Left),
        ("SEVERITY", Align::Left),
        ("STATE", Align::Left),
        (when, Align::Left),
        ("BY", Align::Left),
        ("BECAUSE", Align::Left),
    ]);
    for row in rows {
        let state = match row.silenced_until {
            Some(_) => format!("{}, silenced", row.state),
            None => row.state.to_string(),
        };
        table.row([
            row.alert.clone(),
            row.severity.to_string(),
            state,
            row.cleared_at.unwrap_or(row.since).to_string(),
            row.acknowledged_by.clone().unwrap_or_default(),
            row.because.clone(),
        ]);
    }
    table.print()
}
