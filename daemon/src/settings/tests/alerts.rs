//! Rules and sinks as people write them.

use std::time::Duration;

use ddgen_ipc::message::{AlertSeverity, Verdict};
use ddgen_ops::alerts::{EmailTls, Happening, On, default_rules};
use secrecy::ExposeSecret;

use super::{around, errors, inspect, loaded, row, write};
use crate::settings::{SinkWay, config};

#[test]
fn without_a_word_the_default_rules_speak_to_the_log() {
    let alerts = loaded(&[], &[]).settings.alerts;
    assert!(alerts.enabled);
    assert_eq!(alerts.rules, default_rules());
    assert_eq!(alerts.sinks.len(), 1);
    assert!(matches!(alerts.sinks[0].way, SinkWay::Log));
}

#[test]
fn a_rule_of_a_known_name_changes_what_it_names_and_another_is_one_more() {
    let text = "[[alerts.rule]]\nname = \"disk\"\nfor = \"1h\"\nseverity = \"critical\"\n\
                [[alerts.rule]]\nname = \"memory\"\nenabled = false\n\
                [[alerts.rule]]\nname = \"many\"\nevent = \"drop_parked\"\ncount = 10\nwithin = \"30m\"\n";
    let loaded = loaded(&[("ddgen.toml", text)], &[]);
    assert_eq!(errors(&loaded), Vec::<String>::new());
    let rules = &loaded.settings.alerts.rules;
    let find = |name: &str| rules.iter().find(|rule| rule.name == name);
    let disk = find("disk").unwrap();
    assert_eq!(disk.hold, Duration::from_secs(3600));
    assert_eq!(disk.clear_after, Duration::from_secs(600), "as it was");
    assert_eq!(disk.severity, AlertSeverity::Critical);
    let of_disks = On::Probe {
        probe: "disk_*".into(),
        verdict: Verdict::Degraded,
    };
    assert_eq!(disk.on, of_disks);
    assert!(find("memory").is_none());
    let many = On::Event {
        happening: Happening::DropParked,
        count: 10,
        within: Duration::from_secs(1800),
    };
    assert_eq!(find("many").unwrap().on, many);
    assert_eq!(rules.len(), default_rules().len());
    assert_eq!(row(&loaded, "alerts.rule.disk.for").value, "1h");
}

#[test]
fn sinks_are_read_and_their_secrets_never_shown() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "password", "hunter2\n");
    let text = "[[alerts.sink]]\nname = \"mail\"\nkind = \"email\"\nhost = \"mail.example.org\"\n\
                username = \"me\"\npassword_file = \"password\"\nfrom = \"ddgen <d@example.org>\"\n\
                to = [\"a@example.org\", \"b@example.org\"]\n\
                [[alerts.sink]]\nname = \"chat\"\nkind = \"webhook\"\nurl = \"https://chat/hunter2\"\n\
                authorization = \"Bearer hunter2\"\n\
                [[alerts.rule]]\nname = \"disk\"\nsinks = [\"mail\"]\n";
    write(dir.path(), "ddgen.toml", text);
    let around = around(dir.path());
    let loaded = inspect(&around);
    assert_eq!(errors(&loaded), Vec::<String>::new());
    let alerts = &loaded.settings.alerts;
    let SinkWay::Email(mail) = &alerts.sinks[0].way else {
        panic!("{:?}", alerts.sinks);
    };
    assert_eq!((mail.port, mail.tls), (587, EmailTls::Starttls));
    assert_eq!(mail.password.as_ref().unwrap().expose_secret(), "hunter2");
    assert_eq!(mail.to.len(), 2);
    let disk = alerts.rules.iter().find(|rule| rule.name == "disk");
    assert_eq!(disk.unwrap().sinks, Some(vec!["mail".to_owned()]));
    let shown = config(&around).table();
    assert!(!shown.contains("hunter2"), "{shown}");
    assert_eq!(row(&loaded, "alerts.sink.chat.url").value, "***");
    assert!(!format!("{loaded:?}").contains("hunter2"));
}
