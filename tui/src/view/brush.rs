//! Writing into the buffer without ever leaving one's place.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::text;
use crate::view::theme::Theme;

pub(crate) struct Brush<'a> {
    pub(crate) buffer: &'a mut Buffer,
    pub(crate) theme: Theme,
}

/// Text in one style. Untrusted text is made safe where it is drawn.
pub(crate) type Piece = (String, Style);

impl Brush<'_> {
    /// Writes as much of the beginning as fits; returns the column behind it.
    pub(crate) fn put(&mut self, x: u16, y: u16, width: u16, words: &str, style: Style) -> u16 {
        let area = self.buffer.area;
        if y < area.y || y >= area.bottom() || x < area.x || x >= area.right() {
            return x;
        }
        let width = width.min(area.right() - x);
        let cut = text::head(words, usize::from(width));
        self.buffer
            .set_stringn(x, y, cut, usize::from(width), style)
            .0
    }

    /// Writes to the right edge of its place.
    pub(crate) fn put_right(&mut self, x: u16, y: u16, width: u16, words: &str, style: Style) {
        let cut = text::head(words, usize::from(width));
        let wide = u16::try_from(text::width(&cut)).unwrap_or(width);
        self.put(x + width.saturating_sub(wide), y, wide, &cut, style);
    }

    /// Writes pieces one behind the other.
    pub(crate) fn pieces(&mut self, x: u16, y: u16, width: u16, pieces: &[Piece]) -> u16 {
        let end = x.saturating_add(width);
        let mut at = x;
        for (words, style) in pieces {
            if at >= end {
                break;
            }
            at = self.put(at, y, end - at, words, *style);
        }
        at
    }

    /// Gives a place one style, whatever is written there.
    pub(crate) fn tint(&mut self, area: Rect, style: Style) {
        self.buffer.set_style(area, style);
    }

    /// Empties a place.
    pub(crate) fn clear(&mut self, area: Rect) {
        for row in area.intersection(self.buffer.area).rows() {
            for place in row.columns() {
                self.buffer[(place.x, place.y)].reset();
            }
        }
    }
}

/// A bar of eighths of a cell; never empty for something that is there.
pub(crate) fn bar(part: u64, whole: u64, columns: u16) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    if whole == 0 || part == 0 {
        return String::new();
    }
    let share = part.min(whole) as f64 / whole as f64;
    let eighths = ((share * f64::from(columns) * 8.0).round() as usize).max(1);
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8])
}
