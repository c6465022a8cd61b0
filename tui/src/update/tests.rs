//! The update function, without terminal, daemon or clock.

mod alerts;
mod browsing;
mod connection;
mod fetching;
mod quarantine;
mod renames;
mod searching;
mod shaping;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ddgen_ipc::hello::Role;
use ddgen_ipc::message::{DropState, Event, EventFrame};
use jiff::tz::TimeZone;

use super::update;
use crate::app::App;
use crate::app::layout::Size;
use crate::app::link::Peer;
use crate::app::message::{Answer, Ask, Effect, LinkNews, Message};
use crate::format::Clock;
use crate::sample;

fn app() -> App {
    let clock = Clock {
        now: sample::at(0),
        zone: TimeZone::UTC,
    };
    let size = Size {
        width: 80,
        height: 24,
    };
    App::new(size, clock, vec!["/run/v1/ddgend.sock".to_owned()])
}

fn press(app: &mut App, code: KeyCode) -> Vec<Effect> {
    update(app, Message::Key(KeyEvent::new(code, KeyModifiers::NONE)))
}

fn type_in(app: &mut App, text: &str) {
    for letter in text.chars() {
        press(app, KeyCode::Char(letter));
    }
}

fn link(app: &mut App, news: LinkNews) -> Vec<Effect> {
    let effects = update(app, Message::Link(news));
    app.arrange();
    effects
}

fn connect(app: &mut App, epoch: u64) -> Vec<Effect> {
    let peer = Peer {
        version: "0.1.0".to_owned(),
        socket: "/run/v1/ddgend.sock".to_owned(),
        role: Role::Admin,
    };
    link(app, LinkNews::Connected { epoch, peer })
}

fn answer(app: &mut App, answer: Answer) -> Vec<Effect> {
    let epoch = app.link.epoch;
    link(app, LinkNews::Answer { epoch, answer })
}

fn event(app: &mut App, seq: u64, event: Event) -> Vec<Effect> {
    link(app, LinkNews::Event(Box::new(EventFrame { seq, event })))
}

/// Connected, with everything answered.
fn ready() -> App {
    let mut app = app();
    connect(&mut app, 1);
    answer(&mut app, Answer::Subscribed(1));
    answer(&mut app, Answer::Status(Ok(Box::new(sample::status()))));
    answer(&mut app, Answer::Dictionaries(Ok(sample::dictionaries())));
    answer(&mut app, Answer::Drops(Ok(sample::drops())));
    app
}

fn asks(effects: &[Effect]) -> Vec<&Ask> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Ask(ask) => Some(ask),
            _ => None,
        })
        .collect()
}

fn selected(app: &App) -> &str {
    &app.dictionaries.list.selected().unwrap().name
}

fn parked(number: u64) -> Event {
    Event::Drop(Box::new(sample::drop_row(
        number,
        "x.json",
        DropState::Parked,
        0,
    )))
}
