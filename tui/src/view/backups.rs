//! The backups: what there is, what is missing, and the selected one in full.

use ddgen_ipc::message::{BackupList, BackupRow};
use ratatui::style::Style;

use super::brush::Brush;
use super::overlay;
use super::paragraph::Lines;
use crate::app::App;
use crate::app::backups::Backups;
use crate::format;
use crate::text;

const WIDTH: u16 = 100;
/// Lines of one reason at most.
const LONGEST: usize = 3;

pub(super) fn draw(app: &App, backups: &Backups, brush: &mut Brush<'_>) -> usize {
    let theme = brush.theme;
    let columns = usize::from(WIDTH.min(app.size.width)).saturating_sub(4);
    let mut lines = Lines::new();
    let mut offset = 0;
    match &backups.list {
        None => lines.push(vec![("reading the backups …".to_owned(), theme.quiet())]),
        Some(Err(why)) => say(why, theme.bad(), columns, &mut lines),
        Some(Ok(list)) => {
            standing(app, list, columns, &mut lines, brush);
            lines.push(Vec::new());
            rows(app, backups, columns, &mut offset, &mut lines, brush);
        }
    }
    lines.push(Vec::new());
    if let Some(words) = backups.working {
        lines.push(vec![(format!("{words} …"), theme.busy())]);
    }
    let keys = "n make one   v verify it   V verify all   ↑ ↓ select   esc closes";
    say(keys, theme.quiet(), columns, &mut lines);
    // The selected row stays in sight.
    let height = usize::from(app.size.height).saturating_sub(2);
    let start = (offset + 1).saturating_sub(height / 2);
    overlay::text(app, WIDTH, "backups", &lines, start, brush)
}

fn say(words: &str, style: Style, columns: usize, lines: &mut Lines) {
    for words in text::wrap(words, columns, LONGEST) {
        lines.push(vec![(words, style)]);
    }
}

/// What it all amounts to.
fn standing(app: &App, list: &BackupList, columns: usize, lines: &mut Lines, brush: &Brush<'_>) {
    let theme = brush.theme;
    let of = |number: u32, one: &str, many: &str| match number {
        1 => format!("1 {one}"),
        many_of => format!("{many_of} {many}"),
    };
    let elsewhere = match list.offsite_at {
        Some(at) => format!("elsewhere since {}", app.clock.moment(at)),
        None => "none elsewhere".to_owned(),
    };
    let copies = of(list.copies, "copy", "copies");
    let media = of(list.media, "medium", "media");
    say(
        &format!("{copies} of the data on {media}, {elsewhere}"),
        theme.strong(),
        columns,
        lines,
    );
    let next = [
        ("full", list.next_full),
        ("increment", list.next_incremental),
        ("elsewhere", list.next_offsite),
    ];
    let next: Vec<String> = next
        .iter()
        .filter_map(|(name, at)| Some(format!("{name} {}", app.clock.moment((*at)?))))
        .collect();
    if !next.is_empty() {
        say(
            &format!("next: {}", next.join(", ")),
            theme.text(),
            columns,
            lines,
        );
    }
    for broken in &list.broken {
        say(broken, theme.warning(), columns, lines);
    }
    for reminder in &list.reminders {
        say(reminder, theme.warning(), columns, lines);
    }
}

fn rows(
    app: &App,
    backups: &Backups,
    columns: usize,
    offset: &mut usize,
    lines: &mut Lines,
    brush: &Brush<'_>,
) {
    let theme = brush.theme;
    if backups.rows().is_empty() {
        say(
            "there is no backup yet: n makes one",
            theme.quiet(),
            columns,
            lines,
        );
    }
    for (at, row) in backups.rows().iter().enumerate() {
        let selected = at == backups.at;
        let style = if selected {
            *offset = lines.len();
            theme.selected()
        } else {
            theme.text()
        };
        let (sign, colour) = match (&row.problem, row.there, row.verified_at) {
            (Some(_), ..) => ("failed", theme.bad()),
            (None, false, _) => ("gone", theme.bad()),
            (None, true, Some(_)) => ("verified", theme.good()),
            (None, true, None) => ("there", theme.text()),
        };
        let facts = format!(
            "{:<13} {:<11} {:>8}  {}",
            app.clock.moment(row.taken_at),
            row.kind,
            format::bytes(row.bytes),
            text::safe(&row.place),
        );
        let facts = text::head(&facts, columns.saturating_sub(10));
        lines.push(vec![
            (format!("{sign:<9} "), if selected { style } else { colour }),
            (facts, style),
        ]);
        if selected {
            about(app, row, columns, lines, brush);
        }
    }
}

fn about(app: &App, row: &BackupRow, columns: usize, lines: &mut Lines, brush: &Brush<'_>) {
    let theme = brush.theme;
    let base = row.base.as_ref().map(|base| format!(", on {base}"));
    let verified = match row.verified_at {
        Some(at) => format!("restored and compared {}", app.clock.full(at)),
        None => "not restored yet".to_owned(),
    };
    let words = format!(
        "{}: {} by {}{}, of a store of {}; {verified}",
        text::safe(&row.id),
        row.kind,
        row.why.replace('_', " "),
        base.unwrap_or_default(),
        format::bytes(row.store_bytes),
    );
    let mut inside = Lines::new();
    say(
        &words,
        theme.quiet(),
        columns.saturating_sub(2),
        &mut inside,
    );
    if let Some(problem) = &row.problem {
        say(problem, theme.bad(), columns.saturating_sub(2), &mut inside);
    }
    for mut line in inside {
        line.insert(0, ("  ".to_owned(), theme.text()));
        lines.push(line);
    }
}
