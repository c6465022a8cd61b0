//! Frames that lie over the screen.

use ratatui::layout::{Position, Rect};

use super::brush::Brush;
use super::paragraph::{self, Lines};
use crate::app::App;
use crate::text;

/// Clears a place in the middle, draws a frame, and returns what is inside of it.
pub(super) fn frame(
    app: &App,
    width: u16,
    height: u16,
    title: &str,
    brush: &mut Brush<'_>,
) -> Rect {
    let width = width.min(app.size.width);
    let height = height.min(app.size.height);
    let area = Rect::new(
        (app.size.width - width) / 2,
        (app.size.height - height) / 2,
        width,
        height,
    );
    brush.clear(area);
    let theme = brush.theme;
    let line = "─".repeat(usize::from(width.saturating_sub(2)));
    brush.put(area.x, area.y, width, &format!("┌{line}┐"), theme.quiet());
    for y in area.y + 1..area.bottom() - 1 {
        brush.put(area.x, y, 1, "│", theme.quiet());
        brush.put(area.right() - 1, y, 1, "│", theme.quiet());
    }
    let last = area.bottom() - 1;
    brush.put(area.x, last, width, &format!("└{line}┘"), theme.quiet());
    let title = format!(" {title} ");
    brush.put(
        area.x + 2,
        area.y,
        width.saturating_sub(4),
        &title,
        theme.strong(),
    );
    Rect::new(
        area.x + 2,
        area.y + 1,
        width.saturating_sub(4),
        height.saturating_sub(2),
    )
}

/// A frame as high as its text, as far as there is room; returns how far it can be scrolled.
pub(super) fn text(
    app: &App,
    width: u16,
    title: &str,
    lines: &Lines,
    offset: usize,
    brush: &mut Brush<'_>,
) -> usize {
    let wanted = u16::try_from(lines.len())
        .unwrap_or(u16::MAX)
        .saturating_add(2);
    let inside = frame(app, width, wanted, title, brush);
    paragraph::draw(lines, offset, inside, brush)
}

/// Asks for the folder a new daemon shall watch; returns where the cursor is.
pub(super) fn folder(app: &App, folder: &str, brush: &mut Brush<'_>) -> Position {
    let asked = "which folder shall it watch?";
    let hint = "enter starts it, esc does not";
    line(app, ("start a daemon", asked, hint), folder, brush)
}

/// Asks for another name; returns where the cursor is.
pub(super) fn name(app: &App, dictionary: &str, name: &str, brush: &mut Brush<'_>) -> Position {
    let asked = format!("what shall {} be called?", crate::text::safe(dictionary));
    let hint = "enter names it so, esc does not; the old name still leads there";
    line(app, ("another name", &asked, hint), name, brush)
}

/// One line of letters under a question.
fn line(
    app: &App,
    (title, asked, hint): (&str, &str, &str),
    typed: &str,
    brush: &mut Brush<'_>,
) -> Position {
    let inside = frame(app, 70, 6, title, brush);
    let theme = brush.theme;
    let width = inside.width;
    brush.put(inside.x, inside.y, width, asked, theme.text());
    let room = usize::from(width.saturating_sub(3));
    let shown = text::tail(typed, room);
    let end = brush.pieces(
        inside.x,
        inside.y + 1,
        width,
        &[("> ".to_owned(), theme.key()), (shown, theme.strong())],
    );
    brush.put(inside.x, inside.y + 3, width, hint, theme.quiet());
    Position::new(end.min(inside.right()), inside.y + 1)
}
