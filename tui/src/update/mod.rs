//! What happens to the model: (model, message) -> effects. Pure: no I/O, no clock, no waiting.

mod alerts;
mod answers;
mod backups;
mod command;
mod coverage;
mod events;
mod motion;
mod mouse;
mod open;
mod quarantine;
mod search;
mod typing;
mod versions;
mod writing;

#[cfg(test)]
mod tests;

use crossterm::event::{KeyEvent, KeyEventKind};
use ddgen_ipc::message::Verdict;

use crate::app::App;
use crate::app::layout::Size;
use crate::app::link::LinkState;
use crate::app::message::{Ask, Effect, LinkNews, Message};
use crate::app::mode::Mode;
use crate::keys;

/// Takes one message in and says what is to be done about it.
///
/// News only mark the lists as changed: a flood of them is put in order once, before the next
/// picture. What the user does acts on what is in order.
pub fn update(app: &mut App, message: Message) -> Vec<Effect> {
    let by_user = !matches!(message, Message::Link(_));
    if by_user {
        app.arrange();
    }
    let mut effects = match message {
        Message::Key(event) => key(app, event),
        Message::Paste(text) => typing::paste(app, &text),
        Message::Mouse(event) => mouse::mouse(app, event),
        Message::Resize(size) => resize(app, size),
        Message::Resumed(size) => {
            resize(app, size);
            vec![Effect::Repaint]
        }
        Message::Link(news) => link(app, news),
        Message::Started(Ok(words)) => {
            app.link.started = Some(words);
            Vec::new()
        }
        Message::StartedEnded(words) => {
            // Once it was reached, its end is the connection's to tell.
            if app.link.started.take().is_some() {
                app.complain(words);
            }
            Vec::new()
        }
        Message::Started(Err(words)) | Message::Failed(words) => {
            app.complain(words);
            Vec::new()
        }
    };
    if by_user {
        app.arrange();
    }
    effects.extend(open::pages(app));
    effects.extend(writing::ask(app));
    effects
}

fn resize(app: &mut App, size: Size) -> Vec<Effect> {
    app.size = size;
    Vec::new()
}

fn key(app: &mut App, event: KeyEvent) -> Vec<Effect> {
    if event.kind != KeyEventKind::Press {
        return Vec::new();
    }
    app.notice = None;
    if let Some(open) = &mut app.open {
        open.eager = false;
    }
    match app.mode {
        Mode::Browse => match keys::lookup(event, app.screen()) {
            Some(command) => command::command(app, command),
            None => Vec::new(),
        },
        Mode::Filter | Mode::Folder(_) | Mode::Name { .. } => typing::key(app, event),
        Mode::Help(_) | Mode::Drop(_) => motion::overlay(app, event),
        Mode::Write(_) => writing::key(app, event),
        Mode::Versions(_) => versions::key(app, event),
        Mode::Alerts(_) => alerts::key(app, event),
        Mode::Coverage(_) => coverage::key(app, event),
        Mode::Backups(_) => backups::key(app, event),
        Mode::Quarantine(_) => quarantine::key(app, event),
        Mode::Search(_) => search::key(app, event),
    }
}

fn link(app: &mut App, news: LinkNews) -> Vec<Effect> {
    match news {
        LinkNews::Connected { epoch, peer } => {
            app.link.state = LinkState::Connected(peer);
            app.link.epoch = epoch;
            app.link.next_seq = None;
            app.link.stopping = false;
            app.link.started = None;
            // Subscribed first: what changes after the lists were read comes as an event.
            let mut effects = vec![Effect::Ask(Ask::Subscribe)];
            effects.extend(ask_again(app));
            effects
        }
        LinkNews::Unreachable { why, absent } => {
            app.link.absent = absent;
            match &mut app.link.state {
                LinkState::Connected(_) => {
                    app.link.state = LinkState::Lost {
                        since: app.clock.now,
                        why,
                    };
                    lost(app);
                }
                LinkState::Searching { why: old } => *old = Some(why),
                LinkState::Lost { why: old, .. } => *old = why,
            }
            Vec::new()
        }
        LinkNews::Event(frame) => events::event(app, *frame),
        LinkNews::Answer { epoch, answer } if epoch == app.link.epoch => {
            answers::answer(app, answer)
        }
        LinkNews::Answer { .. } => Vec::new(),
    }
}

/// Nothing that was asked will be answered any more.
fn lost(app: &mut App) {
    app.dictionaries.touched = None;
    app.activity.touched = None;
    app.daemon.asked = false;
    app.words.asked = false;
    match &mut app.mode {
        Mode::Write(editor) => editor.sent = false,
        Mode::Search(search) => search.asked = false,
        Mode::Coverage(coverage) => coverage.asked = false,
        _ => {}
    }
    if let Mode::Alerts(alerts) = &mut app.mode {
        alerts.asked = false;
    }
    if let Mode::Backups(backups) = &mut app.mode {
        backups.working = None;
    }
    if let Mode::Quarantine(quarantine) = &mut app.mode {
        quarantine.asked = false;
        quarantine.working = None;
    }
    if let Some(open) = &mut app.open {
        open.forget_asked();
    }
}

/// Asks for everything that is shown: after a connection, a gap, or on demand.
fn ask_again(app: &mut App) -> Vec<Effect> {
    app.dictionaries.touched = Some(std::collections::HashSet::new());
    app.activity.touched = Some(std::collections::HashSet::new());
    app.daemon.asked = true;
    app.words.stale = true;
    let mut effects = vec![
        Effect::Ask(Ask::Status { soon: false }),
        Effect::Ask(Ask::Readings),
        Effect::Ask(Ask::Dictionaries),
        Effect::Ask(Ask::Drops),
    ];
    if let Some(open) = &mut app.open {
        // Its row may tell a newer version once the list is here.
        let version = open.wanted;
        open.refresh(version);
    }
    effects.extend(open::ask_field(app));
    effects
}

/// Whether the daemon said that something is wrong with it.
#[must_use]
pub fn unwell(app: &App) -> Option<&str> {
    match &app.daemon.verdict {
        Some((Verdict::Degraded | Verdict::Down, because)) => Some(because),
        _ => None,
    }
}
