//! Files in quarantine: what they are, what they break, and what to do.

use ddgen_ipc::message::{BreachRow, QuarantineRow, QuarantineState};
use ratatui::style::Style;

use super::brush::Brush;
use super::overlay;
use super::paragraph::Lines;
use super::theme::Theme;
use crate::app::App;
use crate::app::quarantine::Quarantine;
use crate::{format, text};

const WIDTH: u16 = 100;
/// Lines of one sentence at most.
const LONGEST: usize = 3;
/// Breaches of the selected file that are shown; the report beside it has more.
const SHOWN: usize = 8;
/// Columns before the name of a file.
const MARGIN: usize = 25;

pub(super) fn draw(app: &App, quarantine: &Quarantine, brush: &mut Brush<'_>) -> usize {
    let theme = brush.theme;
    let columns = usize::from(WIDTH.min(app.size.width)).saturating_sub(4);
    let mut lines = Lines::new();
    let mut offset = 0;
    match &quarantine.rows {
        None => lines.push(vec![(
            "reading what lies there …".to_owned(),
            theme.quiet(),
        )]),
        Some(Err(why)) => say(why, theme.bad(), columns, &mut lines),
        Some(Ok(rows)) if rows.is_empty() => {
            say(
                "nothing is in quarantine",
                theme.good(),
                columns,
                &mut lines,
            );
        }
        Some(Ok(rows)) => {
            for (at, row) in rows.iter().enumerate() {
                let selected = at == quarantine.at;
                if selected {
                    offset = lines.len();
                }
                lines.push(title(app, row, selected, columns, theme));
                if selected {
                    about(row, quarantine, columns, &mut lines, theme);
                }
            }
        }
    }
    lines.push(Vec::new());
    let keys =
        "r make it a version and put it back   a make it a version   ↑ ↓ select   esc closes";
    say(keys, theme.quiet(), columns, &mut lines);
    // The selected file stays in sight.
    let height = usize::from(app.size.height).saturating_sub(2);
    let start = (offset + 1).saturating_sub(height / 2);
    overlay::text(app, WIDTH, "quarantine", &lines, start, brush)
}

fn say(words: &str, style: Style, columns: usize, lines: &mut Lines) {
    for words in text::wrap(words, columns, LONGEST) {
        lines.push(vec![(words, style)]);
    }
}

fn title(
    app: &App,
    row: &QuarantineRow,
    selected: bool,
    columns: usize,
    theme: Theme,
) -> Vec<(String, Style)> {
    let colour = match row.state {
        QuarantineState::Held => theme.warning(),
        _ => theme.text(),
    };
    let style = if selected {
        theme.selected()
    } else {
        theme.text()
    };
    let name = row.path.rsplit('/').next().unwrap_or(&row.path);
    let name = text::head(&text::safe(name), columns.saturating_sub(MARGIN));
    let when = app.clock.moment(row.quarantined_at);
    vec![
        (
            format!("{:<10} ", row.state),
            if selected { style } else { colour },
        ),
        (format!("{when:<13} {name}"), style),
    ]
}

fn about(
    row: &QuarantineRow,
    quarantine: &Quarantine,
    columns: usize,
    lines: &mut Lines,
    theme: Theme,
) {
    let columns = columns.saturating_sub(2);
    let mut inside = Lines::new();
    let bytes = format::bytes(row.size);
    let what = format!(
        "of `{}`, {bytes}, breaks the contract {}:",
        row.dictionary, row.contract
    );
    say(&text::safe(&what), theme.text(), columns, &mut inside);
    for breach in row.breaches.iter().take(SHOWN) {
        say(
            &text::safe(&sentence(breach)),
            theme.warning(),
            columns,
            &mut inside,
        );
    }
    let more = row.breaches.len().saturating_sub(SHOWN) + row.more_breaches as usize;
    if more > 0 {
        let words = format!("and {more} more");
        say(&words, theme.quiet(), columns, &mut inside);
    }
    if let Some(problem) = &row.problem {
        say(&text::safe(problem), theme.bad(), columns, &mut inside);
    }
    let lies = format!("lies at {}", row.lies);
    say(&text::safe(&lies), theme.quiet(), columns, &mut inside);
    if quarantine.working.as_ref() == Some(&row.id) {
        say(
            "a version is being made of it …",
            theme.good(),
            columns,
            &mut inside,
        );
    }
    for mut line in inside {
        line.insert(0, ("  ".to_owned(), theme.text()));
        lines.push(line);
    }
}

fn sentence(breach: &BreachRow) -> String {
    let field = breach.field.as_ref();
    let field = field.map(|field| format!("{field}: ")).unwrap_or_default();
    let record = breach.first_record;
    let record = record.map(|record| format!(", first in record {record}"));
    let example = breach.example.as_ref();
    let example = example.map(|example| format!(": {example}"));
    format!(
        "{field}{}{}{}",
        breach.message,
        record.unwrap_or_default(),
        example.unwrap_or_default()
    )
}
