//! What the daemon answers.

use ddgen_ipc::message::FieldRow;

use super::{alerts, backups, coverage, open, quarantine, search, versions, writing};
use crate::app::document::FieldDocument;
use crate::app::message::{Answer, Effect};
use crate::app::{App, Screen};

pub(super) fn answer(app: &mut App, answer: Answer) -> Vec<Effect> {
    match answer {
        Answer::Subscribed(next) => {
            // Events that came first have moved the number on already.
            app.link.next_seq.get_or_insert(next);
            Vec::new()
        }
        Answer::Status(Ok(status)) => {
            app.daemon.learn(*status);
            Vec::new()
        }
        Answer::Status(Err(why)) => {
            app.daemon.asked = false;
            trouble(app, &why)
        }
        Answer::Readings(Ok(rows)) => {
            app.daemon.readings.learn(rows);
            Vec::new()
        }
        Answer::Readings(Err(why)) => trouble(app, &why),
        Answer::Quarantine(result) => {
            quarantine::learn(app, result);
            Vec::new()
        }
        Answer::LetThrough(result) => quarantine::decided(app, result),
        Answer::Alerts(result) => {
            alerts::learn(app, result);
            Vec::new()
        }
        Answer::Backups(result) => {
            backups::learn(app, result);
            Vec::new()
        }
        Answer::BackedUp(result) => backups::done(app, result),
        Answer::Dictionaries(Ok(rows)) => {
            app.dictionaries.learn(rows);
            open::follow(app)
        }
        Answer::Dictionaries(Err(why)) => {
            app.dictionaries.touched = None;
            trouble(app, &why)
        }
        Answer::Drops(Ok(rows)) => {
            app.activity.learn(rows);
            Vec::new()
        }
        Answer::Drops(Err(why)) => {
            app.activity.touched = None;
            trouble(app, &why)
        }
        Answer::Fields {
            name,
            version,
            page,
            result,
        } => fields(app, &name, version, page, result),
        Answer::Field {
            name,
            version,
            path,
            result,
        } => field(app, &name, version, &path, result),
        Answer::Retried(Ok(0)) => {
            app.complain("nothing was put back: the drop is not parked any more");
            Vec::new()
        }
        Answer::Retried(Ok(_)) => {
            app.say("put back into the queue");
            Vec::new()
        }
        Answer::Retried(Err(why)) => trouble(app, &why),
        Answer::Words {
            name,
            result: Ok(rows),
        } => {
            writing::learn(app, name, rows);
            Vec::new()
        }
        Answer::Words {
            result: Err(why), ..
        } => {
            app.words.asked = false;
            trouble(app, &why)
        }
        Answer::Written(result) => {
            writing::written(app, result);
            Vec::new()
        }
        Answer::Reshaped(result) => reshaped(app, result),
        Answer::Coverage(result) => coverage::learn(app, result),
        Answer::Undescribed(result) => coverage::found(app, result),
        Answer::Search { words, result } => search::learn(app, &words, result),
        Answer::Versions { name, result } => versions::learn(app, &name, result),
        Answer::Diff { name, to, result } => {
            versions::differ(app, &name, to, result);
            Vec::new()
        }
        Answer::Decided { name, result } => versions::decided(app, &name, result),
    }
}

fn field(
    app: &mut App,
    name: &str,
    version: u32,
    path: &str,
    result: Result<Box<FieldDocument>, String>,
) -> Vec<Effect> {
    let this = app
        .field
        .as_mut()
        .filter(|field| field.dictionary == name && field.version == version && field.path == path);
    match (this, result) {
        (Some(field), Ok(document)) => {
            field.document = Some(document);
            field.trouble = None;
        }
        (Some(field), Err(why)) => field.trouble = Some(why),
        (None, _) => {}
    }
    Vec::new()
}

fn fields(
    app: &mut App,
    name: &str,
    version: u32,
    page: u32,
    result: Result<(u32, Vec<FieldRow>), String>,
) -> Vec<Effect> {
    let (screen, height) = (app.screen(), app.layout().page());
    let Some(open) = app.open.as_mut().filter(|open| open.name == name) else {
        return Vec::new();
    };
    match result {
        Ok((total, rows)) => open.learn(version, page, total, rows),
        Err(why) if version == open.wanted => {
            open.fail(page, why.clone());
            return trouble(app, &why);
        }
        Err(_) => {}
    }
    open.list.arrange(height);
    let here = open.list.selected().is_some_and(|slot| slot.row.is_some());
    if open.eager && here && matches!(screen, Screen::Fields | Screen::Field) {
        return open::field(app);
    }
    Vec::new()
}

/// The lists are told anew; what was open may go by another name.
fn reshaped(app: &mut App, result: Result<String, String>) -> Vec<Effect> {
    match result {
        Ok(name) => app.say(format!("it is called {} now", crate::text::safe(&name))),
        Err(why) => return trouble(app, &why),
    }
    Vec::new()
}

fn trouble(app: &mut App, why: &str) -> Vec<Effect> {
    app.complain(why);
    Vec::new()
}
