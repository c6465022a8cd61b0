//! Sixteen colours that can be read on dark and on light, or none at all.
//!
//! No text depends on a colour alone, and body text keeps the terminal's own.

use ratatui::style::{Color, Modifier, Style};

#[derive(Debug, Clone, Copy)]
pub struct Theme {
    colour: bool,
}

impl Theme {
    #[must_use]
    pub fn new(colour: bool) -> Self {
        Self { colour }
    }

    fn ink(self, colour: Color) -> Style {
        if self.colour {
            Style::new().fg(colour)
        } else {
            Style::new()
        }
    }

    #[must_use]
    pub fn text(self) -> Style {
        Style::new()
    }

    #[must_use]
    pub fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// What may be overlooked. Dimmed by the terminal, which knows its own background.
    #[must_use]
    pub fn quiet(self) -> Style {
        if self.colour {
            Style::new().add_modifier(Modifier::DIM)
        } else {
            Style::new()
        }
    }

    #[must_use]
    pub fn title(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    #[must_use]
    pub fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED | Modifier::BOLD)
    }

    #[must_use]
    pub fn key(self) -> Style {
        self.ink(Color::Cyan).add_modifier(Modifier::BOLD)
    }

    #[must_use]
    pub fn good(self) -> Style {
        self.ink(Color::Green)
    }

    #[must_use]
    pub fn busy(self) -> Style {
        self.ink(Color::Cyan)
    }

    #[must_use]
    pub fn warning(self) -> Style {
        self.ink(Color::Magenta).add_modifier(Modifier::BOLD)
    }

    #[must_use]
    pub fn bad(self) -> Style {
        self.ink(Color::Red).add_modifier(Modifier::BOLD)
    }

    /// Across a line that must not be overlooked.
    #[must_use]
    pub fn alarm(self) -> Style {
        self.bad().add_modifier(Modifier::REVERSED)
    }

    #[must_use]
    pub fn private(self) -> Style {
        self.ink(Color::Magenta).add_modifier(Modifier::BOLD)
    }

    #[must_use]
    pub fn bar(self) -> Style {
        self.ink(Color::Cyan)
    }
}
