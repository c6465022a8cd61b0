//! The three roots, at the right of the first line.

use ratatui::layout::{Position, Rect};

use super::Screen;
use super::layout::Size;
use crate::keys::Command;
use crate::text;

#[derive(Debug, Clone, Copy)]
pub struct Tab {
    pub screen: Screen,
    pub command: Command,
    pub title: &'static str,
}

const TABS: [Tab; 3] = [
    Tab {
        screen: Screen::Dictionaries,
        command: Command::Dictionaries,
        title: "1 dictionaries",
    },
    Tab {
        screen: Screen::Activity,
        command: Command::Activity,
        title: "2 activity",
    },
    Tab {
        screen: Screen::Daemon,
        command: Command::Daemon,
        title: "3 daemon",
    },
];

/// Narrower terminals have no room for tabs beside the path; the keys work all the same.
const NEEDED: u16 = 76;

/// Each tab with its place.
#[must_use]
pub fn tabs(size: Size) -> Vec<(Tab, Rect)> {
    if size.width < NEEDED {
        return Vec::new();
    }
    let mut end = size.width - 1;
    let mut placed = Vec::with_capacity(TABS.len());
    for tab in TABS.into_iter().rev() {
        let wide = u16::try_from(text::width(tab.title)).unwrap_or(0);
        placed.push((tab, Rect::new(end - wide, 0, wide, 1)));
        end -= wide + 2;
    }
    placed.reverse();
    placed
}

/// The command of the tab at a place.
#[must_use]
pub fn at(size: Size, at: Position) -> Option<Command> {
    tabs(size)
        .into_iter()
        .find(|(_, place)| place.contains(at))
        .map(|(tab, _)| tab.command)
}
