//! The real client in a real terminal, with a real daemon that comes and goes.

use std::fmt::Write;
use std::time::{Duration, Instant};

use harness::{Daemon, Place, Plan, Terminal, binary, colours, until};
use rustix::process::Signal;

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 12)];
const PLAIN: &[(&str, &str)] = &[("NO_COLOR", "1")];

fn client(place: &Place, size: (u16, u16), environment: &[(&str, &str)]) -> Terminal {
    Terminal::start(place, binary("ddgen-tui"), &[], size, environment)
}

/// A broken file is parked at once, without the time it could still be mended in.
fn at_once(place: &Place) -> Plan {
    let root = place.drop_dir();
    Plan::default().with_settings(format!(
        "[[watch]]\nname = \"drop\"\npath = \"{}\"\nprovisional = \"0s\"\n",
        root.display()
    ))
}

fn orders(from: u32, to: u32) -> String {
    let mut csv = "order_id,placed_on,customer_email,city,amount,paid,note\n".to_owned();
    for n in from..to {
        let city = ["Wien", "Graz", "Linz", "Salzburg", "Innsbruck"][n as usize % 5];
        let note = if n % 4 == 0 {
            "fragile, call first"
        } else {
            ""
        };
        let _ = writeln!(
            csv,
            "{n:05},2026-01-{:02},user{n}@example.org,{city},{}.{},{},\"{note}\"",
            1 + n % 28,
            n * 37 % 100,
            n % 10,
            n % 3 != 0
        );
    }
    csv
}

/// A series of two, a nested file and a broken one, each with its outcome before the next.
fn furnish(place: &Place) {
    let stations = r#"{"id": "G1", "name": "Graz Hbf", "at": {"lat": 47.07, "lon": 15.42}, "lines": ["S1", "S5"]}
{"id": "L1", "name": "Linz Hbf", "at": {"lat": 48.29, "lon": 14.29}, "lines": ["S2"]}
{"id": "W1", "name": null, "at": {"lat": 48.18, "lon": 16.38}, "lines": []}
"#;
    let files = [
        ("stations.jsonl", stations.to_owned()),
        ("broken.json", "{\"a\": 1,}".to_owned()),
        ("orders_2026-01-05.csv", orders(1, 241)),
        ("orders_2026-01-06.csv", orders(241, 401)),
    ];
    for (drops, (name, content)) in (1..).zip(files) {
        place.drop_file(name, content);
        place.settled(drops);
    }
}

/// The picture once nothing has been drawn for a while.
fn picture(terminal: &Terminal, place: &Place) -> String {
    const QUIET: Duration = Duration::from_millis(400);
    let mut since = (terminal.bytes(), Instant::now());
    until("the screen rests", || {
        if terminal.bytes() != since.0 {
            since = (terminal.bytes(), Instant::now());
        }
        (since.1.elapsed() > QUIET).then_some(())
    });
    terminal.picture(place)
}

/// Goes through the screens; `see` is handed each with its name.
fn tour(terminal: &mut Terminal, mut see: impl FnMut(&str, &Terminal)) {
    terminal.wait_until("the dictionaries and the count of parked", |screen| {
        screen.contains("stations") && screen.contains("1 parked")
    });
    see("dictionaries", terminal);
    terminal.send("\r");
    terminal.wait_until("the fields", |screen| {
        screen.contains("order_id") && screen.contains("1/7")
    });
    see("fields", terminal);
    terminal.send("jjjj");
    terminal.wait_for("5/7");
    terminal.send("\r");
    terminal.wait_for("amount  85% sure");
    see("field", terminal);
    terminal.send("2");
    terminal.wait_for("broken.json");
    see("activity", terminal);
    terminal.send("1");
    terminal.wait_for("records");
    terminal.send("?");
    terminal.wait_for("keys on this screen");
    see("help", terminal);
    terminal.send("?");
    terminal.wait_until("no help", |screen| !screen.contains("keys on"));
}

#[test]
fn every_screen_in_every_size_with_and_without_colour() {
    let place = Place::new();
    let _daemon = Daemon::start_as(&place, &at_once(&place));
    furnish(&place);
    for (columns, rows) in SIZES {
        for (kind, environment) in [("colour", &[][..]), ("plain", PLAIN)] {
            let mut terminal = client(&place, (columns, rows), environment);
            tour(&mut terminal, |name, terminal| {
                let picture = picture(terminal, &place);
                insta::assert_snapshot!(format!("{name}_{columns}x{rows}_{kind}"), picture);
                let coloured = terminal.look(colours);
                assert!(
                    (kind == "colour") == (coloured > 0),
                    "{name}: {coloured} cells have a colour"
                );
            });
            terminal.send("q");
            assert_eq!(terminal.ended(), 0);
        }
    }
}

#[test]
fn a_file_is_read_from_its_arrival_to_one_field_and_the_daemon_dies_and_comes_back() {
    let place = Place::new();
    let mut daemon = Daemon::start(&place);
    let mut terminals = SIZES.map(|size| client(&place, size, PLAIN));
    for (terminal, (columns, rows)) in terminals.iter().zip(SIZES) {
        terminal.wait_for("Nothing has been dropped yet");
        terminal.wait_for("● ok");
        assert_eq!(terminal.held().len(), 5, "{:?}", terminal.held());
        let picture = picture(terminal, &place);
        insta::assert_snapshot!(format!("empty_{columns}x{rows}"), picture);
    }
    place.drop_file("orders_2026-01-05.csv", orders(1, 241));
    for terminal in &mut terminals {
        // No key has been pressed.
        terminal.wait_for("orders");
        terminal.send("\r");
        terminal.wait_for("customer_email");
        terminal.send("jjj\r");
        terminal.wait_until("the field `city`", |screen| {
            screen.contains("Graz") && screen.contains("4/7")
        });
    }
    daemon.kill();
    for (terminal, (columns, rows)) in terminals.iter().zip(SIZES) {
        terminal.wait_for("disconnected since");
        let picture = picture(terminal, &place);
        assert!(picture.contains("Graz"), "{picture}");
        insta::assert_snapshot!(format!("lost_{columns}x{rows}"), picture);
    }
    // What is known stays to be read without a daemon: the way back, and another field.
    terminals[0].send("h");
    terminals[0].wait_for("customer_email");
    terminals[0].send("k\r");
    terminals[0].wait_for("EMAIL_ADDRESS");

    let _again = Daemon::start(&place);
    for terminal in &terminals {
        let screen = terminal.wait_for("● ok");
        assert!(!screen.contains("disconnected"), "{screen}");
    }
    place.drop_file("stations.csv", "id,name\nG1,Graz Hbf\n");
    for terminal in &mut terminals {
        terminal.send("1");
        terminal.wait_until("both dictionaries", |screen| {
            screen.contains("orders") && screen.contains("stations")
        });
        terminal.send("q");
        assert_eq!(terminal.ended(), 0);
        assert_eq!(terminal.held(), [""; 0]);
    }
}

#[test]
fn whoever_ends_it_the_terminal_is_given_back() {
    let place = Place::new();
    let _daemon = Daemon::start(&place);
    let signals = [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT];
    for signal in signals {
        let mut terminal = client(&place, (80, 24), &[]);
        terminal.wait_for("● ok");
        terminal.signal(signal);
        terminal.ended();
        assert_eq!(terminal.held(), [""; 0], "after {signal:?}");
    }
    // The key that means the same, and a client that never found a daemon.
    for keys in ["q", "\x03", "?q"] {
        let nowhere = Place::new();
        for place in [&place, &nowhere] {
            let mut terminal = client(place, (80, 24), &[]);
            terminal.wait_for("quit");
            terminal.send(keys);
            if keys == "?q" {
                // In the help it closes the help.
                terminal.wait_until("the help is closed", |screen| !screen.contains("keys on"));
                terminal.send("q");
            }
            assert_eq!(terminal.ended(), 0, "{keys:?}");
            assert_eq!(terminal.held(), [""; 0], "after {keys:?}");
        }
    }
}

#[test]
fn a_daemon_that_does_not_answer_holds_nobody_back() {
    let place = Place::new();
    let daemon = Daemon::start(&place);
    place.drop_file("orders.csv", orders(1, 20));
    let mut known = client(&place, (80, 24), &[]);
    known.wait_for("1/1");
    daemon.signal(Signal::STOP);
    let mut new = client(&place, (80, 24), &[]);
    new.wait_for("quit");
    // A question that nobody answers is on its way.
    known.send("\r");
    known.wait_for("› orders");
    for terminal in [&mut known, &mut new] {
        let start = Instant::now();
        terminal.send("q");
        assert_eq!(terminal.ended(), 0);
        // Far below every deadline of a call, far above what a loaded machine needs.
        assert!(
            start.elapsed() < Duration::from_secs(3),
            "{:?}",
            start.elapsed()
        );
        assert_eq!(terminal.held(), [""; 0]);
    }
    daemon.signal(Signal::CONT);
    assert_eq!(place.run(&["status"]).code, 0);
}

#[test]
fn a_terminal_that_changes_its_size_shows_what_a_new_one_of_that_size_shows() {
    let place = Place::new();
    let _daemon = Daemon::start_as(&place, &at_once(&place));
    furnish(&place);
    let ready = |terminal: &mut Terminal| {
        terminal.wait_for("1 parked");
        terminal.send("\r");
        terminal.wait_for("1/7");
    };
    let mut wanted = Vec::new();
    for size in SIZES {
        let mut fresh = client(&place, size, &[]);
        ready(&mut fresh);
        wanted.push((size, picture(&fresh, &place)));
    }
    let mut changing = client(&place, SIZES[1], &[]);
    ready(&mut changing);
    for index in [0, 2, 1, 2, 0] {
        let ((columns, rows), picture) = &wanted[index];
        changing.resize(*columns, *rows);
        let picture = picture.as_str();
        changing.wait_until(picture, |_| changing.picture(&place) == picture);
    }
}

#[test]
fn no_byte_is_sent_while_nothing_changes() {
    let place = Place::new();
    let _daemon = Daemon::start(&place);
    place.drop_file("orders.csv", orders(1, 20));
    let mut terminal = client(&place, (120, 40), &[]);
    terminal.wait_for("1/1");
    for (keys, seen) in [
        ("", "orders"),
        ("\r", "order_id"),
        ("\r", "samples"),
        ("2", "done"),
    ] {
        terminal.send(keys);
        terminal.wait_for(seen);
        picture(&terminal, &place);
        let before = terminal.bytes();
        for _ in 0..3 {
            assert_eq!(place.run(&["status"]).code, 0);
        }
        assert_eq!(terminal.bytes() - before, 0, "{}", terminal.text());
    }
    let before = terminal.bytes();
    place.drop_file("more.csv", "x\n1\n");
    terminal.wait_for("more.csv");
    assert!(terminal.bytes() > before);
}
