//! Which rows of the terminal belong to what: shared by the view, paging keys and the mouse.

use ratatui::layout::Rect;

use super::Screen;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub width: u16,
    pub height: u16,
}

/// Smaller than this, no screen is of use.
pub const LEAST: Size = Size {
    width: 30,
    height: 8,
};

/// Lines for the selected drop below the list of drops.
const PANE: u16 = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Where one is, and the tabs.
    pub header: Rect,
    /// Titles of the columns; empty on screens without a table.
    pub titles: Rect,
    pub body: Rect,
    /// More about the selected row; may be empty.
    pub pane: Rect,
    /// The daemon's state.
    pub state: Rect,
    /// Keys, the filter, or what the last command had to say.
    pub hints: Rect,
}

impl Layout {
    #[must_use]
    pub fn of(size: Size, screen: Screen) -> Self {
        let Size { width, height } = size;
        let row = |y: u16, rows: u16| Rect::new(0, y.min(height), width, rows.min(height));
        let roomy = height >= 20;
        let titles = match screen {
            Screen::Dictionaries | Screen::Fields | Screen::Activity => 1,
            Screen::Field | Screen::Daemon => 0,
        };
        let pane = if screen == Screen::Activity && height >= 11 {
            if roomy { PANE } else { PANE - 1 }
        } else {
            0
        };
        let top = 1 + u16::from(roomy);
        let bottom = height.saturating_sub(2);
        let body = bottom.saturating_sub(top + titles + pane);
        Self {
            header: row(0, 1),
            titles: row(top, titles),
            body: row(top + titles, body),
            pane: row(top + titles + body, pane),
            state: row(bottom, 1),
            hints: row(bottom + 1, 1),
        }
    }

    /// Rows of a list on screen.
    #[must_use]
    pub fn page(&self) -> usize {
        usize::from(self.body.height)
    }
}

impl Size {
    #[must_use]
    pub fn is_enough(self) -> bool {
        self.width >= LEAST.width && self.height >= LEAST.height
    }
}
