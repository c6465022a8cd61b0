//! The model as a picture. Reads the model, writes cells, nothing else.

mod activity;
mod alerts;
mod backups;
mod bars;
mod brush;
mod charts;
mod coverage;
mod daemon;
mod dictionaries;
mod drop;
mod field;
mod fields;
mod footer;
mod header;
mod help;
mod overlay;
mod paragraph;
mod quarantine;
mod search;
mod table;
pub mod theme;
mod versions;
mod welcome;
mod writing;

#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::Position;

use crate::app::layout::LEAST;
use crate::app::mode::Mode;
use crate::app::{App, Screen};

use brush::Brush;
use theme::Theme;

/// What drawing found out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Where the terminal's cursor belongs, when there is an input.
    pub cursor: Option<Position>,
    /// How far the text can be scrolled.
    pub scroll_limit: usize,
}

/// Draws the whole screen into an empty buffer of the terminal's size.
pub fn draw(app: &App, theme: Theme, buffer: &mut Buffer) -> Drawn {
    let mut brush = Brush { buffer, theme };
    if !app.size.is_enough() {
        return too_small(app, &mut brush);
    }
    let layout = app.layout();
    header::draw(app, &layout, &mut brush);
    let mut drawn = Drawn::default();
    match app.screen() {
        Screen::Dictionaries => dictionaries::draw(app, &layout, &mut brush),
        Screen::Fields => fields::draw(app, &layout, &mut brush),
        Screen::Field => drawn.scroll_limit = field::draw(app, &layout, &mut brush),
        Screen::Activity => activity::draw(app, &layout, &mut brush),
        Screen::Daemon => drawn.scroll_limit = daemon::draw(app, &layout, &mut brush),
    }
    drawn.cursor = footer::draw(app, &layout, &mut brush);
    match &app.mode {
        Mode::Help(offset) => drawn.scroll_limit = help::draw(app, *offset, &mut brush),
        Mode::Drop(offset) => drawn.scroll_limit = drop::draw(app, *offset, &mut brush),
        Mode::Folder(folder) => drawn.cursor = Some(overlay::folder(app, folder, &mut brush)),
        Mode::Name { dictionary, text } => {
            drawn.cursor = Some(overlay::name(app, dictionary, text, &mut brush));
        }
        Mode::Write(editor) => drawn.cursor = Some(writing::draw(app, editor, &mut brush)),
        Mode::Versions(versions) => {
            drawn.scroll_limit = versions::draw(app, versions, &mut brush);
        }
        Mode::Coverage(coverage) => {
            drawn.scroll_limit = coverage::draw(app, coverage, &mut brush);
        }
        Mode::Alerts(alerts) => drawn.scroll_limit = alerts::draw(app, alerts, &mut brush),
        Mode::Backups(backups) => drawn.scroll_limit = backups::draw(app, backups, &mut brush),
        Mode::Quarantine(quarantine) => {
            drawn.scroll_limit = quarantine::draw(app, quarantine, &mut brush);
        }
        Mode::Search(search) => drawn.cursor = Some(search::draw(app, search, &mut brush)),
        Mode::Browse | Mode::Filter => {}
    }
    drawn
}

fn too_small(app: &App, brush: &mut Brush<'_>) -> Drawn {
    let words = format!(
        "ddgen needs {}x{}, this is {}x{}",
        LEAST.width, LEAST.height, app.size.width, app.size.height
    );
    let lines = crate::text::wrap(&words, usize::from(app.size.width), 8);
    let style = brush.theme.strong();
    for (y, line) in (0_u16..).zip(&lines) {
        brush.put(0, y, app.size.width, line, style);
    }
    Drawn::default()
}
