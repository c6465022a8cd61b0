//! The alerts: what is raised, what was cleared, and where they were told.

use ddgen_ipc::message::{AlertList, AlertRow, AlertSeverity, AlertState};
use ratatui::style::Style;

use super::brush::Brush;
use super::overlay;
use super::paragraph::Lines;
use super::theme::Theme;
use crate::app::App;
use crate::app::alerts::Alerts;
use crate::text;

const WIDTH: u16 = 100;
/// Lines of one reason at most.
const LONGEST: usize = 4;
/// Columns before the name of an alert.
const MARGIN: usize = 24;

pub(super) fn draw(app: &App, alerts: &Alerts, brush: &mut Brush<'_>) -> usize {
    let theme = brush.theme;
    let columns = usize::from(WIDTH.min(app.size.width)).saturating_sub(4);
    let mut lines = Lines::new();
    let mut offset = 0;
    match &alerts.list {
        None => lines.push(vec![("reading the alerts …".to_owned(), theme.quiet())]),
        Some(Err(why)) => say(why, theme.bad(), columns, &mut lines),
        Some(Ok(list)) => {
            if list.alerts.is_empty() {
                say("nothing is raised", theme.good(), columns, &mut lines);
            }
            for (at, row) in alerts.rows().enumerate() {
                let selected = at == alerts.at;
                if selected {
                    offset = lines.len();
                }
                lines.push(title(app, row, selected, columns, theme));
                if selected {
                    about(app, row, columns, &mut lines, theme);
                }
            }
            sinks(list, columns, &mut lines, theme);
        }
    }
    lines.push(Vec::new());
    let keys = "a I take care of it   s silence for 8 h, or end it   ↑ ↓ select   esc closes";
    say(keys, theme.quiet(), columns, &mut lines);
    // The selected alert stays in sight.
    let height = usize::from(app.size.height).saturating_sub(2);
    let start = (offset + 1).saturating_sub(height / 2);
    overlay::text(app, WIDTH, "alerts", &lines, start, brush)
}

fn say(words: &str, style: Style, columns: usize, lines: &mut Lines) {
    for words in text::wrap(words, columns, LONGEST) {
        lines.push(vec![(words, style)]);
    }
}

fn title(
    app: &App,
    row: &AlertRow,
    selected: bool,
    columns: usize,
    theme: Theme,
) -> Vec<(String, Style)> {
    let colour = match (row.state, row.severity) {
        (AlertState::Cleared, _) => theme.good(),
        (AlertState::Pending, _) | (_, AlertSeverity::Info) => theme.text(),
        (_, AlertSeverity::Warning) => theme.warning(),
        (_, AlertSeverity::Critical) => theme.bad(),
    };
    let word = match row.state {
        AlertState::Raised => row.severity.word().to_owned(),
        other => other.to_string(),
    };
    let name = text::head(&text::safe(&row.alert), columns.saturating_sub(MARGIN));
    let when = app.clock.moment(row.cleared_at.unwrap_or(row.since));
    let style = if selected {
        theme.selected()
    } else {
        theme.text()
    };
    vec![
        (format!("{word:<9} "), if selected { style } else { colour }),
        (format!("{when:<13} {name}"), style),
    ]
}

fn about(app: &App, row: &AlertRow, columns: usize, lines: &mut Lines, theme: Theme) {
    let columns = columns.saturating_sub(2);
    let mut inside = Lines::new();
    say(&row.because, theme.text(), columns, &mut inside);
    if row.count > 1 {
        let times = format!("{} times since {}", row.count, app.clock.full(row.since));
        say(&times, theme.quiet(), columns, &mut inside);
    }
    if let Some(by) = &row.acknowledged_by {
        let note = row.note.as_ref().map(|note| format!(": {note}"));
        let words = format!("{by} takes care of it{}", note.unwrap_or_default());
        say(&text::safe(&words), theme.good(), columns, &mut inside);
    }
    if let Some(until) = row.silenced_until {
        let words = format!("silent until {}", app.clock.full(until));
        say(&words, theme.quiet(), columns, &mut inside);
    }
    for mut line in inside {
        line.insert(0, ("  ".to_owned(), theme.text()));
        lines.push(line);
    }
}

fn sinks(list: &AlertList, columns: usize, lines: &mut Lines, theme: Theme) {
    lines.push(Vec::new());
    for sink in &list.sinks {
        let mut words = format!("told by {} ({}): {} sent", sink.name, sink.kind, sink.sent);
        if sink.waiting > 0 {
            words = format!("{words}, {} wait", sink.waiting);
        }
        if sink.dead > 0 {
            words = format!("{words}, {} given up", sink.dead);
        }
        let style = match &sink.problem {
            Some(problem) => {
                words = format!("{words}; {problem}");
                theme.warning()
            }
            None => theme.quiet(),
        };
        say(&text::safe(&words), style, columns, lines);
    }
}
