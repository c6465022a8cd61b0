//! Text of several styles in lines, for screens that are read rather than searched.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::brush::{Brush, Piece};
use crate::text;

pub(super) type Lines = Vec<Vec<Piece>>;

/// Draws the lines from `offset` on; returns how far they can be scrolled.
pub(super) fn draw(lines: &Lines, offset: usize, area: Rect, brush: &mut Brush<'_>) -> usize {
    let limit = lines.len().saturating_sub(usize::from(area.height));
    let offset = offset.min(limit);
    for (y, line) in (area.y..area.bottom()).zip(lines.iter().skip(offset)) {
        brush.pieces(area.x, y, area.width, line);
    }
    let quiet = brush.theme.strong();
    let edge = area.right();
    if offset > 0 {
        brush.put(edge, area.y, 1, "▲", quiet);
    }
    if offset < limit {
        brush.put(edge, area.bottom().saturating_sub(1), 1, "▼", quiet);
    }
    limit
}

/// Two texts side by side; the left one is cut and filled to its width.
pub(super) fn beside(left: Lines, width: u16, right: Lines, fill: Style) -> Lines {
    let rows = left.len().max(right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    let mut lines = Lines::with_capacity(rows);
    for _ in 0..rows {
        let mut room = usize::from(width).saturating_sub(2);
        let mut line = Vec::new();
        for (words, style) in left.next().unwrap_or_default() {
            let words = text::head(&words, room);
            room -= text::width(&words);
            line.push((words, style));
            if room == 0 {
                break;
            }
        }
        line.push((" ".repeat(room + 2), fill));
        line.extend(right.next().unwrap_or_default());
        lines.push(line);
    }
    lines
}
