//! Asks the layers for one setting after the other, and keeps the minutes.

use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::key::{Key, PREFIX};
use super::kind::Kind;
use super::layers::{Candidate, Layers};
use super::notice::Notice;
use super::origin::{Origin, Rank};

/// One setting as it came out.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Dotted name, as in `ddgen.toml`.
    pub name: String,
    /// Its strongest name in the environment, where it has one.
    pub variable: Option<String>,
    /// `***` for a secret; sizes and durations in the writing that settings accept.
    pub value: Value,
    pub origin: Origin,
    /// Whether a reload of the running daemon is enough to change it.
    pub live: bool,
    /// Origins that said something else and lost.
    pub overrides: Vec<Origin>,
    pub note: Option<String>,
    /// Tells two secrets apart without keeping either.
    #[serde(skip)]
    pub(super) fingerprint: [u8; 32],
}

/// A value somebody gave.
#[derive(Debug, Clone)]
pub(super) struct Given<T> {
    pub(super) value: T,
    pub(super) origin: Origin,
    pub(super) rank: Rank,
}

/// Reads settings from the layers; collects rows, notices and the names it was asked for.
pub(super) struct Reader<'a> {
    pub(super) layers: &'a Layers<'a>,
    pub(super) rows: Vec<Row>,
    pub(super) notices: Vec<Notice>,
    pub(super) asked: Vec<Key>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(layers: &'a Layers<'a>) -> Self {
        Self {
            layers,
            rows: Vec::new(),
            notices: Vec::new(),
            asked: Vec::new(),
        }
    }

    pub(super) fn working_dir(&self) -> &'a Path {
        &self.layers.around.working_dir
    }

    /// The setting, or its default where nobody gave a usable one.
    pub(super) fn get<T: 'static>(&mut self, key: &Key, kind: &Kind<T>, default: T) -> T {
        self.given(key, kind, &default)
            .map_or(default, |given| given.value)
    }

    /// What somebody gave, with its origin. The row shows `default` where nobody did.
    pub(super) fn given<T: 'static>(
        &mut self,
        key: &Key,
        kind: &Kind<T>,
        default: &T,
    ) -> Option<Given<T>> {
        let candidates = self.layers.candidates(key);
        self.choose(key, kind, default, candidates)
    }

    /// As [`Reader::given`], from candidates that somebody has looked through already.
    pub(super) fn choose<T: 'static>(
        &mut self,
        key: &Key,
        kind: &Kind<T>,
        default: &T,
        candidates: Vec<Candidate>,
    ) -> Option<Given<T>> {
        self.asked.push(*key);
        self.refuse_two_words(key, &candidates);
        let mut candidates = candidates.into_iter();
        let first = candidates.next();
        let overrides = candidates
            .filter(|other| first.as_ref().is_some_and(|first| first.raw != other.raw))
            .map(|other| other.origin)
            .collect();
        let given = first.and_then(|first| self.parse(key, kind, first));
        let (shown, origin) = match &given {
            Some(given) => ((kind.show)(&given.value), given.origin.clone()),
            None => ((kind.show)(default), Origin::Default),
        };
        let fingerprint = fingerprint(&shown);
        let value = if key.secret && !shown.is_null() {
            Value::from("***")
        } else {
            shown
        };
        self.rows.push(Row {
            name: key.name.to_owned(),
            variable: key.variables().next().map(|(name, _)| name),
            value,
            origin,
            live: key.live,
            overrides,
            note: None,
            fingerprint,
        });
        given
    }

    fn parse<T>(&mut self, key: &Key, kind: &Kind<T>, from: Candidate) -> Option<Given<T>> {
        let Candidate { rank, origin, raw } = from;
        let wrong = match raw {
            Err(why) => format!("{}: {why}", key.name),
            Ok(raw) => match (kind.parse)(&raw) {
                Ok(value) => {
                    return Some(Given {
                        value,
                        origin,
                        rank,
                    });
                }
                Err(why) if rank == Rank::BareVariable && !key.secret => format!(
                    "{} is {}: {why} (where {} belongs to another program, {PREFIX}{} wins)",
                    key.name,
                    raw.quoted(),
                    key.variable,
                    key.variable
                ),
                Err(why) if key.secret => format!("{}: {why}", key.name),
                Err(why) => format!("{} is {}: {why}", key.name, raw.quoted()),
            },
        };
        self.notices
            .push(Notice::error(key.name, wrong).at(&origin));
        None
    }

    /// `NAME` and `NAME_FILE` on one level contradict each other; nobody can say which is meant.
    fn refuse_two_words(&mut self, key: &Key, candidates: &[Candidate]) {
        let [first, second, ..] = candidates else {
            return;
        };
        if key.secret && first.rank == second.rank {
            let message = format!(
                "{} is given twice, also by {}: keep one of the two",
                key.name, second.origin
            );
            self.notices
                .push(Notice::error(key.name, message).at(&first.origin));
        }
    }

    /// Replaces what a row shows once more is known than its own key said.
    pub(super) fn amend(&mut self, name: &str, value: Value, origin: Option<&Origin>) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.name == name) {
            row.fingerprint = fingerprint(&value);
            row.value = value;
            row.origin = origin.unwrap_or(&row.origin).clone();
        }
    }

    /// Writes a remark beside a setting that was read already.
    pub(super) fn remark(&mut self, name: &str, note: impl Into<String>) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.name == name) {
            row.note = Some(note.into());
        }
    }

    /// A value that was derived from other settings.
    pub(super) fn derived(
        &mut self,
        name: &str,
        value: Value,
        origin: Origin,
        note: Option<String>,
    ) {
        let fingerprint = fingerprint(&value);
        let (name, overrides) = (name.to_owned(), Vec::new());
        self.rows.push(Row {
            name,
            variable: None,
            value,
            origin,
            live: false,
            overrides,
            note,
            fingerprint,
        });
    }
}

impl Reader<'_> {
    /// A secret of a list; only its fingerprint is kept.
    pub(super) fn derived_secret(&mut self, name: &str, secret: &Value, origin: Origin) {
        self.derived(name, Value::from("***"), origin, None);
        if let Some(row) = self.rows.last_mut() {
            row.fingerprint = fingerprint(secret);
        }
    }
}

fn fingerprint(value: &Value) -> [u8; 32] {
    blake3::hash(value.to_string().as_bytes()).into()
}
