//! Text of several styles in lines, for screens that are read rather than searched.

use ratatui::layout::Rect;

use super::brush::{Brush, Piece};

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
