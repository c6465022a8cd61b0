//! What the client knows and shows: the model. Split by topic; no drawing, no waiting, no I/O.

pub mod activity;
pub mod alerts;
pub mod backups;
pub mod columns;
pub mod coverage;
pub mod daemon;
pub mod dictionaries;
pub mod document;
pub mod field;
pub mod fields;
pub mod layout;
pub mod link;
pub mod listing;
pub mod message;
pub mod mode;
pub mod quarantine;
pub mod readings;
pub mod search;
pub mod tabs;
pub mod versions;
pub mod words;

use crate::format::Clock;

use activity::Activity;
use daemon::Daemon;
use dictionaries::Dictionaries;
use field::OpenField;
use fields::OpenDictionary;
use layout::{Layout, Size};
use link::Link;
use mode::{Mode, Notice};
use words::Words;

/// The whole model.
#[derive(Debug)]
pub struct App {
    pub size: Size,
    pub clock: Clock,
    /// Where the user is; never empty.
    pub screens: Vec<Screen>,
    pub mode: Mode,
    /// What the last command had to say; gone with the next key.
    pub notice: Option<Notice>,
    pub mouse: bool,
    /// How far the text on screen can be scrolled, as it was last drawn.
    pub scroll_limit: usize,
    pub link: Link,
    pub dictionaries: Dictionaries,
    /// The dictionary whose fields are open.
    pub open: Option<OpenDictionary>,
    pub field: Option<OpenField>,
    pub words: Words,
    pub activity: Activity,
    pub daemon: Daemon,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    Dictionaries,
    Fields,
    Field,
    Activity,
    Daemon,
}

impl App {
    #[must_use]
    pub fn new(size: Size, clock: Clock, searched: Vec<String>) -> Self {
        Self {
            size,
            clock,
            screens: vec![Screen::Dictionaries],
            mode: Mode::Browse,
            notice: None,
            mouse: true,
            scroll_limit: 0,
            link: Link::new(searched),
            dictionaries: Dictionaries::default(),
            open: None,
            field: None,
            words: Words::default(),
            activity: Activity::default(),
            daemon: Daemon::default(),
        }
    }

    #[must_use]
    pub fn screen(&self) -> Screen {
        self.screens.last().copied().unwrap_or(Screen::Dictionaries)
    }

    #[must_use]
    pub fn layout(&self) -> Layout {
        Layout::of(self.size, self.screen())
    }

    /// Brings order, cursor and window of the lists up to date with their rows. Called before every
    /// picture and around every key; costs nothing when nothing changed.
    pub fn arrange(&mut self) {
        let page = |screen| Layout::of(self.size, screen).page();
        self.dictionaries.list.arrange(page(Screen::Dictionaries));
        self.activity.list.arrange(page(Screen::Activity));
        if let Some(open) = &mut self.open {
            open.list.arrange(page(Screen::Fields));
        }
    }

    /// Whether there is anything to act on.
    #[must_use]
    pub fn has_rows(&self) -> bool {
        match self.screen() {
            Screen::Dictionaries => !self.dictionaries.list.entries().is_empty(),
            Screen::Activity => !self.activity.list.entries().is_empty(),
            Screen::Fields | Screen::Field => self
                .open
                .as_ref()
                .is_some_and(|open| !open.list.entries().is_empty()),
            Screen::Daemon => false,
        }
    }

    /// The words of the filter of the list on screen.
    #[must_use]
    pub fn filter(&self) -> &str {
        match self.screen() {
            Screen::Dictionaries => self.dictionaries.list.filter(),
            Screen::Activity => self.activity.list.filter(),
            Screen::Fields => self.open.as_ref().map_or("", |open| open.list.filter()),
            Screen::Field | Screen::Daemon => "",
        }
    }

    pub fn say(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice {
            text: text.into(),
            bad: false,
        });
    }

    pub fn complain(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice {
            text: text.into(),
            bad: true,
        });
    }
}
