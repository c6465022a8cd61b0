//! What the daemon tells without being asked.

use ddgen_ipc::message::{Event, EventFrame};

use super::open;
use crate::app::App;
use crate::app::message::{Ask, Effect};

pub(super) fn event(app: &mut App, frame: EventFrame) -> Vec<Effect> {
    let mut effects = Vec::new();
    // Events may overtake the answer that says where they start; the first one says it as well.
    let expected = app.link.next_seq.unwrap_or(frame.seq);
    app.link.next_seq = Some(frame.seq.saturating_add(1));
    if frame.seq < expected {
        return effects;
    }
    if frame.seq > expected {
        effects.extend(super::ask_again(app));
    }
    match frame.event {
        Event::Drop(row) => {
            app.activity.hear(*row);
            effects.extend(super::quarantine::again(app));
            effects.extend(status_soon(app));
        }
        Event::Progress { id, bytes, total } => app.activity.progress(&id, bytes, total),
        Event::Dictionary(row) => {
            let (name, version) = (row.name.clone(), row.version);
            app.dictionaries.hear(*row);
            effects.extend(open::moved_on(app, &name, version));
            effects.extend(status_soon(app));
        }
        Event::Verdict { verdict, because } => {
            app.daemon.verdict = Some((verdict, because));
            effects.extend(status_soon(app));
        }
        Event::Reading(reading) => app.daemon.readings.hear(reading),
        Event::Alert(_) => {
            effects.extend(super::alerts::again(app));
            effects.extend(status_soon(app));
        }
        Event::Resync => effects.extend(super::ask_again(app)),
        Event::Stopping => app.link.stopping = true,
        Event::Judged {
            dictionary,
            findings,
            ..
        } => {
            if let Some(first) = findings.first() {
                let field = first.field.as_deref().unwrap_or_default();
                let words = format!("{dictionary} {field}: {}", first.message);
                app.say(crate::text::head(&words, 200));
            }
        }
        Event::Annotated { dictionary } => app.words.stale |= app.words.are_of(&dictionary),
    }
    effects
}

/// Counts change with every drop: ask once for all that happen in a moment.
fn status_soon(app: &mut App) -> Option<Effect> {
    if app.daemon.asked {
        return None;
    }
    app.daemon.asked = true;
    Some(Effect::Ask(Ask::Status { soon: true }))
}
