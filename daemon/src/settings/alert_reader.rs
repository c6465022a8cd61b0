//! Reads `[alerts]`, its rules and its sinks.

use std::collections::BTreeSet;
use std::time::Duration;

use ddgen_ipc::message::{AlertSeverity, Verdict};
use ddgen_ops::alerts::{EmailTls, Happening, Mailbox, On, Retry, Rule, State, default_rules};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::alerts::{AlertSettings, EmailSettings, SinkSettings, SinkWay};
use super::key::Key;
use super::kind::{Kind, boolean, choice, list, number, path, span, text};
use super::reader::Reader;
use super::table::{ListOf, Table};
use super::toml_file::Section;

const ENABLED: Key = Key::new("alerts.enabled", "ALERTS_ENABLED");
const RETRY_FIRST: Key = Key::new("alerts.retry_first", "ALERTS_RETRY_FIRST");
const GIVE_UP_AFTER: Key = Key::new("alerts.give_up_after", "ALERTS_GIVE_UP_AFTER");

const RULES: ListOf = ListOf {
    head: "alerts.rule",
    one: "a rule",
    keys: &[
        "name",
        "enabled",
        "probe",
        "verdict",
        "event",
        "state",
        "count",
        "within",
        "for",
        "clear_after",
        "severity",
        "sinks",
    ],
    live: false,
};
const SINKS: ListOf = ListOf {
    head: "alerts.sink",
    one: "a sink",
    keys: &[
        "name",
        "kind",
        "command",
        "timeout",
        "url",
        "url_file",
        "authorization",
        "authorization_file",
        "host",
        "port",
        "tls",
        "ca_file",
        "username",
        "password",
        "password_file",
        "from",
        "to",
    ],
    live: false,
};

const SEVERITIES: &[(&str, AlertSeverity)] = &[
    ("info", AlertSeverity::Info),
    ("warning", AlertSeverity::Warning),
    ("critical", AlertSeverity::Critical),
];
const VERDICTS: &[(&str, Verdict)] = &[("degraded", Verdict::Degraded), ("down", Verdict::Down)];
const TLS: &[(&str, EmailTls)] = &[
    ("starttls", EmailTls::Starttls),
    ("tls", EmailTls::Tls),
    ("off", EmailTls::Off),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Log,
    Command,
    Webhook,
    Email,
}

const WAYS: &[(&str, Way)] = &[
    ("log", Way::Log),
    ("command", Way::Command),
    ("webhook", Way::Webhook),
    ("email", Way::Email),
];

const DAY: Duration = Duration::from_secs(24 * 3600);

pub(super) fn read(reader: &mut Reader<'_>) -> AlertSettings {
    let usual = Retry::default();
    let tenth = Duration::from_millis(100);
    let hour = Duration::from_secs(3600);
    let enabled = reader.get(&ENABLED, &boolean(), true);
    let first = reader.get(&RETRY_FIRST, &span(tenth..=hour), usual.first);
    let week = Duration::ZERO..=DAY * 7;
    let give_up_after = reader.get(&GIVE_UP_AFTER, &span(week), usual.give_up_after);
    let sinks = sinks(reader);
    let rules = rules(reader, &sinks);
    AlertSettings {
        enabled,
        retry: Retry {
            first,
            give_up_after,
        },
        rules,
        sinks,
    }
}

/// A word that stands in commands, paths and file names as it is.
fn name() -> Kind<String> {
    let parse = |text: &str| {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
        let short = (1..=40).contains(&text.len()) && text.chars().all(fits);
        // `silence all` means all of them.
        if short && text != "all" {
            Ok(text.to_owned())
        } else {
            Err("expected a name of 1 to 40 characters out of a-z, 0-9, _ and -".to_owned())
        }
    };
    Kind::new(parse, |name| Value::from(name.as_str()))
}

/// The tables of a list under their names, which differ.
fn named<'a>(reader: &mut Reader<'a>, list: &ListOf) -> Vec<(String, &'a Section)>
where
{
    let layers = reader.layers;
    let mut taken = BTreeSet::new();
    let mut found = Vec::new();
    for section in layers.toml.list(list.head) {
        let mut table = Table::new(reader, list, section, list.head.to_owned());
        let given = section.entries.contains_key("name");
        let Some(name) = table.take("name", &name()) else {
            if !given {
                table.complain("name", format!("a [[{}]] needs a name", list.head));
            }
            continue;
        };
        if !taken.insert(name.clone()) {
            let message = format!(
                "two of [[{}]] are named `{name}`: give each its own name",
                list.head
            );
            table.complain("name", message);
            continue;
        }
        found.push((name, section));
    }
    found
}

fn rules(reader: &mut Reader<'_>, sinks: &[SinkSettings]) -> Vec<Rule> {
    let mut rules = default_rules();
    for (name, section) in named(reader, &RULES) {
        let at = rules.iter().position(|rule| rule.name == name);
        let usual = at.map(|at| rules.remove(at));
        let label = format!("alerts.rule.{name}");
        let mut table = Table::new(reader, &RULES, section, label);
        table.refuse_unknown();
        let on = on(&mut table, section, usual.as_ref());
        let usual = usual.unwrap_or(Rule {
            name,
            on: On::Probe {
                probe: String::new(),
                verdict: Verdict::Degraded,
            },
            severity: AlertSeverity::Warning,
            hold: Duration::from_secs(60),
            clear_after: Duration::from_secs(60),
            sinks: None,
        });
        let spans = || span(Duration::ZERO..=DAY * 7);
        let known: Vec<String> = sinks.iter().map(|sink| sink.name.clone()).collect();
        let a_sink = list("names of sinks such as [\"mail\"]", move |name| match known
            .iter()
            .any(|known| known == name)
        {
            true => Ok(name.to_owned()),
            false => Err(format!("there is no [[alerts.sink]] named `{name}`")),
        });
        let enabled = table.get("enabled", &boolean(), true);
        let rule = Rule {
            hold: table.get("for", &spans(), usual.hold),
            clear_after: table.get("clear_after", &spans(), usual.clear_after),
            severity: table.get("severity", &choice(SEVERITIES), usual.severity),
            sinks: table.get("sinks", &a_sink.optional(), usual.sinks),
            name: usual.name,
            on: on.unwrap_or(usual.on),
        };
        if enabled {
            rules.push(rule);
        }
    }
    rules
}

/// None where something is wrong, which is noted.
fn on(table: &mut Table<'_, '_>, section: &Section, usual: Option<&Rule>) -> Option<On> {
    let has = |key: &str| section.entries.contains_key(key);
    let usual = usual.map(|rule| &rule.on);
    if has("state") || (!has("probe") && !has("event") && matches!(usual, Some(On::State(_)))) {
        if has("probe") || has("event") {
            let message = "a rule is about a probe, an event or a state: keep one of them";
            table.refuse("state", message);
            return None;
        }
        let state = match usual {
            Some(On::State(state)) => *state,
            _ => State::ContractBroken,
        };
        let state = table.get("state", &choice(State::WORDS), state);
        return Some(On::State(state));
    }
    let (of_probe, of_event) = match (has("probe"), has("event")) {
        (true, true) => {
            let message = "a rule is about a probe or about an event: keep one of the two";
            table.refuse("event", message);
            return None;
        }
        (true, false) => (true, false),
        (false, true) => (false, true),
        (false, false) => (
            matches!(usual, Some(On::Probe { .. })),
            matches!(usual, Some(On::Event { .. })),
        ),
    };
    if of_probe {
        let (probe, verdict) = match usual {
            Some(On::Probe { probe, verdict }) => (probe.clone(), *verdict),
            _ => (String::new(), Verdict::Degraded),
        };
        return Some(On::Probe {
            probe: table.get("probe", &text(60), probe),
            verdict: table.get("verdict", &choice(VERDICTS), verdict),
        });
    }
    if of_event {
        let (happening, count, within) = match usual {
            Some(On::Event {
                happening,
                count,
                within,
            }) => (*happening, *count, *within),
            _ => (Happening::DropParked, 1, Duration::from_secs(3600)),
        };
        let within_range = Duration::from_secs(1)..=DAY * 7;
        return Some(On::Event {
            happening: table.get("event", &choice(Happening::WORDS), happening),
            count: table.get("count", &number(1..=1_000), count),
            within: table.get("within", &span(within_range), within),
        });
    }
    let message = "a rule needs a probe (probe = \"disk_*\"), an event (event = \"drop_parked\") or a \
                   state (state = \"contract_broken\")";
    table.refuse("probe", message);
    None
}

fn sinks(reader: &mut Reader<'_>) -> Vec<SinkSettings> {
    let tables = named(reader, &SINKS);
    if tables.is_empty() {
        return vec![SinkSettings {
            name: "log".to_owned(),
            way: SinkWay::Log,
        }];
    }
    let mut sinks = Vec::new();
    for (name, section) in tables {
        let label = format!("alerts.sink.{name}");
        let mut table = Table::new(reader, &SINKS, section, label);
        table.refuse_unknown();
        let Some(way) = table.need("kind", &choice(WAYS)) else {
            continue;
        };
        let limits = Duration::from_millis(100)..=Duration::from_secs(120);
        let timeout = |table: &mut Table<'_, '_>, usual: u64| {
            table.get("timeout", &span(limits.clone()), Duration::from_secs(usual))
        };
        let way = match way {
            Way::Log => Some(SinkWay::Log),
            Way::Command => command(&mut table).map(|words| SinkWay::Command {
                words,
                timeout: timeout(&mut table, 10),
            }),
            Way::Webhook => url(&mut table).map(|url| SinkWay::Webhook {
                url,
                authorization: table.secret("authorization"),
                timeout: timeout(&mut table, 10),
            }),
            Way::Email => {
                let timeout = timeout(&mut table, 30);
                email(&mut table, timeout).map(|email| SinkWay::Email(Box::new(email)))
            }
        };
        sinks.extend(way.map(|way| SinkSettings { name, way }));
    }
    sinks
}

fn command(table: &mut Table<'_, '_>) -> Option<Vec<String>> {
    let expected = "a program and its arguments such as [\"/usr/local/bin/page\", \"ops\"]";
    let words = table.need("command", &list(expected, |word| Ok(word.to_owned())))?;
    // Which program a bare name means depends on who runs it.
    if words
        .first()
        .is_some_and(|program| program.starts_with('/'))
    {
        return Some(words);
    }
    let message = format!("expected {expected}, the program by its path from `/` on");
    table.refuse("command", &message);
    None
}

fn url(table: &mut Table<'_, '_>) -> Option<SecretString> {
    let Some(url) = table.secret("url") else {
        let message = "a webhook needs a url, or a url_file that holds one";
        table.refuse("url", message);
        return None;
    };
    let text = url.expose_secret();
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    if rest.is_some_and(|rest| !rest.is_empty() && !rest.contains([' ', '"', '\n'])) {
        return Some(url);
    }
    // Not repeated: who can read it could speak in our name.
    let message = "expected an address that begins with https:// or http://";
    table.refuse("url", message);
    None
}

fn email(table: &mut Table<'_, '_>, timeout: Duration) -> Option<EmailSettings> {
    let base = table.reader.working_dir();
    let host = table.need("host", &text(253));
    let tls = table.get("tls", &choice(TLS), EmailTls::Starttls);
    let port = table.get("port", &number(1..=u16::MAX), tls.usual_port());
    let ca_file = table.get("ca_file", &path(base).optional(), None);
    let username = table.get("username", &text(200).optional(), None);
    let password = table.secret("password");
    let from = table.need("from", &mailbox());
    let several = list("addresses such as [\"ops@example.org\"]", |text| {
        mailbox_of(text).map(|_| text.to_owned())
    });
    let to = table.need("to", &several);
    if username.is_some() != password.is_some() {
        let message = "username and password belong together: give both, or none";
        table.refuse("username", message);
        return None;
    }
    if password.is_some() && tls == EmailTls::Off {
        let message = "a password would go over the wire in the clear: set tls, or leave it out";
        table.refuse("tls", message);
        return None;
    }
    let to: Vec<Mailbox> = to?
        .iter()
        .filter_map(|text| mailbox_of(text).ok())
        .collect();
    if to.is_empty() {
        table.refuse("to", "an email sink needs somebody to write to");
        return None;
    }
    Some(EmailSettings {
        host: host?,
        port,
        tls,
        ca_file,
        username,
        password,
        from: from?,
        to,
        timeout,
    })
}

fn mailbox_of(text: &str) -> Result<Mailbox, String> {
    text.parse()
        .map_err(|_| "expected an address such as ddgen@example.org".to_owned())
}

fn mailbox() -> Kind<Mailbox> {
    Kind::new(mailbox_of, |address| Value::from(address.to_string()))
}
