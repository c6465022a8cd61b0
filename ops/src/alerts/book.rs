//! All alerts and silences of one daemon: what comes of rules, findings and commands.

use std::collections::VecDeque;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{AlertList, AlertRow, AlertSeverity, ProbeRow};
use serde::{Deserialize, Serialize};

use super::instance::{Ack, Instance, alert_name, millis, passed};
use super::rule::{Happened, On, Rule, Standing};
use super::silence::{ALL, Silence};

/// Alerts that are open at once. More dictionaries that break at a time make one alert together.
const OPEN: usize = 500;
/// The subject of that one.
const OTHERS: &str = "others";
/// Cleared ones that are still shown.
const CLEARED: usize = 100;
/// Silences at once.
const SILENCES: usize = 200;
/// Characters of what a person writes.
const WORDS: usize = 500;

/// An alert that is not what it was.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// With the sinks its rule names; none: all.
    Raised(AlertRow, Option<Vec<String>>),
    Cleared(AlertRow, Option<Vec<String>>),
    /// Acknowledged, silenced, or raised and cleared in silence: clients see it, sinks are not told.
    Shown(AlertRow),
}

/// Why a command about alerts is not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("there is no {what} `{alert}`: `ddgend alerts` shows all")]
    NotThere { what: &'static str, alert: String },
    #[error("{0}")]
    Bad(String),
}

/// Rules, and what they have come to.
#[derive(Debug, Clone, Default)]
pub struct Book {
    rules: Vec<Rule>,
    state: State,
}

/// What outlives a restart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct State {
    last_id: u64,
    open: Vec<Instance>,
    cleared: VecDeque<Instance>,
    silences: Vec<Silence>,
}

impl Book {
    #[must_use]
    pub fn new(rules: Vec<Rule>) -> Self {
        Self {
            rules,
            state: State::default(),
        }
    }

    /// Goes on with what an earlier daemon kept. What was raised stays raised; what was only
    /// pending, or about to clear, begins anew: nobody looked meanwhile.
    ///
    /// # Errors
    /// When the text is not one of [`Book::kept`].
    pub fn with_kept(rules: Vec<Rule>, kept: &str) -> Result<Self, serde_json::Error> {
        let mut state: State = serde_json::from_str(kept)?;
        state.open.retain(|one| one.raised_at.is_some());
        for one in &mut state.open {
            one.well_since = None;
        }
        Ok(Self { rules, state })
    }

    /// All that must outlive a restart, as JSON.
    #[must_use]
    pub fn kept(&self) -> String {
        serde_json::to_string(&self.state).expect("a plain structure of text and numbers")
    }

    /// What the probes say at this moment.
    pub fn judge(&mut self, probes: &[ProbeRow], now: Timestamp) -> Vec<Change> {
        let rules = std::mem::take(&mut self.rules);
        let mut changes = Vec::new();
        for rule in rules
            .iter()
            .filter(|rule| matches!(rule.on, On::Probe { .. }))
        {
            for row in probes.iter().filter(|row| rule.on.is_of(&row.name)) {
                let bad = rule.on.is_bad(row);
                if self.find(&rule.name, &row.name).is_none() && bad {
                    self.begin(rule, &row.name, &row.because, now);
                }
                let Some(one) = self.find(&rule.name, &row.name) else {
                    continue;
                };
                if bad {
                    one.worsens(&row.because, rule.hold, now);
                } else {
                    one.betters(rule.clear_after, now);
                }
            }
        }
        for one in &mut self.state.open {
            let rule = rules.iter().find(|rule| rule.name == one.rule);
            match rule.map(|rule| (&rule.on, rule.clear_after)) {
                // Looked at by itself.
                Some((On::State(_), _)) => {}
                // The rule is gone, or the probe it was about.
                None => drop(one.betters(std::time::Duration::ZERO, now)),
                Some((On::Probe { .. }, after)) => {
                    if !probes.iter().any(|row| row.name == one.subject) {
                        one.betters(after, now);
                    }
                }
                Some((On::Event { .. }, after)) => {
                    let last = one.last_event().unwrap_or(one.since).min(now);
                    if passed(last, now, after) {
                        one.well_since = Some(last);
                        one.betters(after, now);
                    }
                }
            }
        }
        self.rules = rules;
        self.settle(now, &mut changes);
        changes
    }

    /// All that is so at this moment; what was so and is not in it has ended.
    pub fn stands(&mut self, all: &[Standing], now: Timestamp) -> Vec<Change> {
        let rules = std::mem::take(&mut self.rules);
        for rule in &rules {
            let On::State(state) = rule.on else {
                continue;
            };
            let mine = || all.iter().filter(|one| one.state == state);
            for one in mine() {
                if self.find(&rule.name, &one.subject).is_none() {
                    // It comes once there is room.
                    if self.state.open.len() >= OPEN {
                        continue;
                    }
                    self.begin(rule, &one.subject, &one.because, now);
                }
                if let Some(open) = self.find(&rule.name, &one.subject) {
                    open.worsens(&one.because, rule.hold, now);
                }
            }
            let mut open = self.state.open.iter_mut();
            let open = open.by_ref().filter(|open| open.rule == rule.name);
            for open in open.filter(|open| !mine().any(|one| one.subject == open.subject)) {
                open.betters(rule.clear_after, now);
            }
        }
        self.rules = rules;
        let mut changes = Vec::new();
        self.settle(now, &mut changes);
        changes
    }

    /// What happened; each event only once.
    pub fn happened(&mut self, events: &[Happened], now: Timestamp) -> Vec<Change> {
        let rules = std::mem::take(&mut self.rules);
        for event in events {
            for rule in &rules {
                let On::Event {
                    happening,
                    count,
                    within,
                } = &rule.on
                else {
                    continue;
                };
                if *happening != event.happening {
                    continue;
                }
                let is_new = self.find(&rule.name, &event.subject).is_none();
                let subject = if is_new && self.state.open.len() >= OPEN {
                    OTHERS
                } else {
                    &event.subject
                };
                if self.find(&rule.name, subject).is_none() {
                    self.begin(rule, subject, &event.because, event.at);
                }
                if let Some(one) = self.find(&rule.name, subject) {
                    let enough = one.counts(event.at, &event.because, *count, *within);
                    one.raise_if(enough, now);
                }
            }
        }
        self.rules = rules;
        let mut changes = Vec::new();
        self.settle(now, &mut changes);
        changes
    }

    /// When something may change although nothing happens: a time is up. None: nothing is under way.
    #[must_use]
    pub fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        let of_alert = |one: &Instance| {
            let rule = self.rules.iter().find(|rule| rule.name == one.rule)?;
            let (from, span) = match (&rule.on, one.raised_at, one.well_since) {
                (On::Event { .. }, _, _) => {
                    (one.last_event().unwrap_or(one.since), rule.clear_after)
                }
                (_, None, _) => (one.since, rule.hold),
                (_, Some(_), Some(well)) => (well, rule.clear_after),
                (_, Some(_), None) => return None,
            };
            Some(Timestamp(from.0.saturating_add(millis(span))))
        };
        let alerts = self.state.open.iter().filter_map(of_alert);
        let silences = self.state.silences.iter().map(|silence| silence.until);
        alerts.chain(silences).map(|due| due.max(now)).min()
    }

    /// Somebody takes care of an alert, or of all of a rule.
    ///
    /// # Errors
    /// When none of this name is raised.
    pub fn acknowledge(
        &mut self,
        alert: &str,
        by: &str,
        note: Option<String>,
        now: Timestamp,
    ) -> Result<Vec<Change>, Refused> {
        let note = note.map(|note| short(&note)).transpose()?;
        let mut changes = Vec::new();
        for one in &mut self.state.open {
            let meant = one.rule == alert || one.alert() == alert;
            if meant && one.raised_at.is_some() {
                one.acknowledged = Some(Ack {
                    by: by.to_owned(),
                    at: now,
                    note: note.clone(),
                });
                let until = silenced_until(&self.state.silences, one, now);
                changes.push(Change::Shown(one.row(until)));
            }
        }
        if changes.is_empty() {
            return Err(Refused::NotThere {
                what: "raised alert",
                alert: alert.to_owned(),
            });
        }
        Ok(changes)
    }

    /// Nothing is told of an alert, a rule, or all, until then. It need not be raised.
    ///
    /// # Errors
    /// For a name that is no rule's, and a time that is not in the future.
    pub fn silence(
        &mut self,
        alert: &str,
        until: Timestamp,
        by: &str,
        because: Option<String>,
        now: Timestamp,
    ) -> Result<Vec<Change>, Refused> {
        let rule = alert.split('/').next().unwrap_or(alert);
        if alert != ALL && !self.rules.iter().any(|known| known.name == rule) {
            let names: Vec<&str> = self.rules.iter().map(|rule| rule.name.as_str()).collect();
            return Err(Refused::Bad(format!(
                "`{alert}` is no alert: silence `all`, RULE or RULE/SUBJECT, where the rules are {}",
                names.join(", ")
            )));
        }
        if until <= now {
            return Err(Refused::Bad(format!(
                "{until} is not in the future: nothing would be silenced"
            )));
        }
        let because = because.map(|because| short(&because)).transpose()?;
        self.state.silences.retain(|silence| silence.alert != alert);
        if self.state.silences.len() >= SILENCES {
            return Err(Refused::Bad(format!(
                "{SILENCES} silences are in force already: `ddgend alerts unsilence` one, or \
                 silence a whole rule"
            )));
        }
        self.state.silences.push(Silence {
            alert: alert.to_owned(),
            until,
            by: by.to_owned(),
            at: now,
            because,
        });
        Ok(self.shown(alert, now))
    }

    /// What a silence holds back is told from now on.
    ///
    /// # Errors
    /// When there is no such silence.
    pub fn unsilence(&mut self, alert: &str, now: Timestamp) -> Result<Vec<Change>, Refused> {
        let before = self.state.silences.len();
        self.state.silences.retain(|silence| silence.alert != alert);
        if self.state.silences.len() == before {
            return Err(Refused::NotThere {
                what: "silence",
                alert: alert.to_owned(),
            });
        }
        let mut changes = self.shown(alert, now);
        self.settle(now, &mut changes);
        Ok(changes)
    }

    /// Everything but sinks and what waits for them.
    #[must_use]
    pub fn list(&self, now: Timestamp) -> AlertList {
        let row = |one: &Instance| one.row(silenced_until(&self.state.silences, one, now));
        let mut alerts: Vec<AlertRow> = self.state.open.iter().map(row).collect();
        alerts.sort_by_key(|row| {
            let pending = row.raised_at.is_none();
            (pending, std::cmp::Reverse(row.severity), row.since)
        });
        let current = self.state.silences.iter().filter(|one| one.until > now);
        AlertList {
            alerts,
            cleared: self
                .state
                .cleared
                .iter()
                .rev()
                .map(|one| one.row(None))
                .collect(),
            silences: current.map(Silence::row).collect(),
            ..AlertList::default()
        }
    }

    /// How many are raised, by severity.
    #[must_use]
    pub fn raised(&self, severity: AlertSeverity) -> usize {
        let raised = self.state.open.iter().filter(|one| one.raised_at.is_some());
        raised.filter(|one| one.severity == severity).count()
    }

    fn find(&mut self, rule: &str, subject: &str) -> Option<&mut Instance> {
        self.state
            .open
            .iter_mut()
            .find(|one| one.is(rule, subject) && one.cleared_at.is_none())
    }

    fn begin(&mut self, rule: &Rule, subject: &str, because: &str, at: Timestamp) {
        self.state.last_id += 1;
        let id = self.state.last_id;
        let one = Instance::begin(id, rule, subject, because, at);
        self.state.open.push(one);
    }

    /// Tells what is to be told, and files what has ended.
    fn settle(&mut self, now: Timestamp, changes: &mut Vec<Change>) {
        let silences = &mut self.state.silences;
        silences.retain(|silence| silence.until > now);
        let mut still_open = Vec::with_capacity(self.state.open.len());
        for mut one in std::mem::take(&mut self.state.open) {
            let rule = self.rules.iter().find(|rule| rule.name == one.rule);
            let sinks = rule.and_then(|rule| rule.sinks.clone());
            let silenced = silenced_until(silences, &one, now);
            let ended = one.cleared_at.is_some();
            if one.raised_at.is_some() && !one.told && silenced.is_none() && !ended {
                one.told = true;
                changes.push(Change::Raised(one.row(None), sinks));
            } else if one.raised_at == Some(now) && !one.told {
                changes.push(Change::Shown(one.row(silenced)));
            } else if ended && one.told {
                changes.push(Change::Cleared(one.row(silenced), sinks));
            } else if ended {
                changes.push(Change::Shown(one.row(silenced)));
            }
            if ended {
                self.state.cleared.push_back(one);
            } else if one.raised_at.is_some() || one.well_since.is_none() {
                still_open.push(one);
            }
        }
        self.state.open = still_open;
        while self.state.cleared.len() > CLEARED {
            self.state.cleared.pop_front();
        }
    }

    fn shown(&self, alert: &str, now: Timestamp) -> Vec<Change> {
        let meant = |one: &&Instance| {
            let named = alert == ALL || one.rule == alert || one.alert() == alert;
            named && one.raised_at.is_some()
        };
        let open = self.state.open.iter().filter(meant);
        open.map(|one| Change::Shown(one.row(silenced_until(&self.state.silences, one, now))))
            .collect()
    }
}

fn silenced_until(silences: &[Silence], one: &Instance, now: Timestamp) -> Option<Timestamp> {
    let alert = alert_name(&one.rule, &one.subject);
    silences
        .iter()
        .filter(|silence| silence.covers(&one.rule, &alert, now))
        .map(|silence| silence.until)
        .max()
}

fn short(text: &str) -> Result<String, Refused> {
    if text.chars().count() > WORDS {
        return Err(Refused::Bad(format!(
            "that is too long: at most {WORDS} characters are kept"
        )));
    }
    Ok(text.to_owned())
}
