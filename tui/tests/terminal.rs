//! The real client in a real terminal, against a stand-in that speaks the real protocol.

#[path = "support/screen.rs"]
mod screen;
mod support;

use std::time::{Duration, Instant};

use ddgen_ipc::message::{DropState, Event, Verdict};
use screen::Screen;
use support::{House, StandIn, sample};

#[test]
fn without_a_daemon_it_says_what_it_tries_and_quits_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut screen = Screen::open(80, 24, folder.path(), &[]);
    screen.see("nothing answers at");
    screen.see("ddgend run --watch DIR");
    screen.press("s");
    screen.see("which folder shall it watch?");
    screen.press("\x15/no/such/folder\r");
    screen.see("`/no/such/folder` cannot be watched");
    screen.press("q");
    assert!(screen.ended().success());
    screen.hear(b"\x1b[?25h\x1b[?1049l");
}

#[test]
fn a_row_appears_without_a_key_and_the_client_outlives_the_daemon() {
    let folder = tempfile::tempdir().unwrap();
    let stand_in = StandIn::start(folder.path(), House::default());
    let mut screen = Screen::open(120, 40, folder.path(), &[]);
    screen.see("flights");
    let row = sample::dictionary("just_landed", 77, 3, -10);
    stand_in.house.lock().unwrap().land(row);
    screen.see("just_landed");

    screen.press("\x1b[H\r");
    screen.see("column_00001");
    let house = stand_in.kill();
    screen.see("disconnected since");
    screen.see("column_00001");
    // What happens meanwhile is on the screen after.
    house
        .lock()
        .unwrap()
        .land(sample::dictionary("meanwhile", 1, 3, -20));
    let stand_in = StandIn::restart(folder.path(), house);
    screen.see_no("disconnected since");
    screen.press("h");
    screen.see("meanwhile");
    let verdict = Event::Verdict {
        verdict: Verdict::Down,
        because: "the disk is full".to_owned(),
    };
    stand_in.house.lock().unwrap().tell(verdict);
    screen.see("down");
    screen.see("the disk is full");
}

#[test]
fn drops_run_before_ones_eyes() {
    let folder = tempfile::tempdir().unwrap();
    let stand_in = StandIn::start(folder.path(), House::default());
    let mut screen = Screen::open(80, 24, folder.path(), &[]);
    screen.see("flights");
    screen.press("2");
    screen.see("broken_export.json");
    let running = sample::drop_row(50, "new.csv", DropState::Running, -5);
    let id = running.id.clone();
    let tell = |event| stand_in.house.lock().unwrap().tell(event);
    tell(Event::Drop(Box::new(running)));
    tell(Event::Progress {
        id,
        bytes: 61,
        total: 100,
    });
    screen.see("61%");
    let mut done = sample::drop_row(50, "new.csv", DropState::Done, -5);
    done.dictionary = Some("new".to_owned());
    done.version = Some(1);
    tell(Event::Drop(Box::new(done)));
    screen.see("new v1");
    screen.press("/parked\rr");
    screen.see("put back into the queue");
}

#[test]
fn ten_thousand_fields_cost_no_more_than_ten() {
    let folder = tempfile::tempdir().unwrap();
    let _stand_in = StandIn::start(folder.path(), House::default());
    let mut screen = Screen::open(120, 40, folder.path(), &[]);
    screen.see("wide");
    screen.press("G\r");
    screen.see("column_00030");
    screen.press("jjjjjjjjjj");
    screen.see("11/10,000");

    let mut sizes = Vec::new();
    let mut times = Vec::new();
    for round in 0..60 {
        let before = screen.received();
        let pressed = Instant::now();
        screen.press(if round % 40 < 20 { "j" } else { "k" });
        sizes.push(screen.next_picture(before));
        times.push(pressed.elapsed());
    }
    sizes.sort_unstable();
    times.sort_unstable();
    let (size, time) = (sizes[sizes.len() / 2], times[times.len() / 2]);
    println!("{size} bytes and {time:?} from key to picture (medians)");
    assert!(size <= 300, "{size} bytes for a moved cursor");

    screen.press("G");
    screen.see("column_10000");
    // Whole in one moment, and then nothing more.
    let quiet = screen.received();
    let watched = Instant::now();
    while watched.elapsed() < Duration::from_millis(1500) {
        assert!(screen.received() - quiet < 4000);
        std::thread::yield_now();
    }
    let before = screen.received();
    let watched = Instant::now();
    while watched.elapsed() < Duration::from_millis(1500) {
        assert_eq!(screen.received(), before, "bytes although nothing changed");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_flood_is_taken_in_and_ends_in_the_right_picture() {
    let folder = tempfile::tempdir().unwrap();
    let mut house = House::default();
    house.dictionaries.clear();
    let stand_in = StandIn::start(folder.path(), house);
    let mut screen = Screen::open(80, 24, folder.path(), &[]);
    screen.see("Nothing has been dropped yet");
    for number in 0..2000 {
        let row = sample::dictionary(&format!("flood_{number:04}"), number, 3, 0);
        stand_in.house.lock().unwrap().land(row);
    }
    screen.see("/2,000");
    screen.press("/flood_1234\r");
    screen.see("1/1 of 2,000");
}

#[test]
fn whatever_ends_it_the_terminal_is_given_back() {
    for signal in ["TERM", "HUP", "INT"] {
        let folder = tempfile::tempdir().unwrap();
        let _stand_in = StandIn::start(folder.path(), House::default());
        let mut screen = Screen::open(80, 24, folder.path(), &[]);
        screen.see("flights");
        let sent = std::process::Command::new("kill")
            .args([format!("-{signal}"), screen.pid().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
        assert!(screen.ended().success(), "{signal}");
        screen.hear(b"\x1b[?25h\x1b[?1049l");
    }
}

#[test]
fn sizes_change_and_each_is_drawn_as_if_it_had_always_been() {
    let folder = tempfile::tempdir().unwrap();
    let _stand_in = StandIn::start(folder.path(), House::default());
    let screen = Screen::open(120, 40, folder.path(), &[]);
    screen.see("watch");
    for (width, height, seen) in [
        (40, 12, "? help"),
        (20, 5, "ddgen needs 30x8"),
        (200, 60, "watch"),
        (80, 24, "updated"),
    ] {
        screen.resize(width, height);
        screen.see(seen);
    }
}

#[test]
fn the_mouse_selects_opens_and_scrolls_and_a_name_goes_to_the_clipboard() {
    let folder = tempfile::tempdir().unwrap();
    let _stand_in = StandIn::start(folder.path(), House::default());
    let mut screen = Screen::open(80, 24, folder.path(), &[]);
    screen.see("sales");
    let second = "\x1b[<0;3;5M\x1b[<0;3;5m";
    screen.press(second);
    screen.see("2/7");
    screen.press("y");
    screen.see("copied sales");
    let bytes = screen.bytes();
    // `sales` in base64.
    assert!(String::from_utf8_lossy(&bytes).contains("\x1b]52;c;c2FsZXM=\x07"));
    screen.press(second);
    screen.see("column_00001");
    screen.press("\x1b[<65;3;5M\x1b[<65;3;5M");
    screen.see("column_00024");
    screen.see_no("column_00006");
}

#[test]
fn names_cannot_talk_to_the_terminal_and_no_colour_means_none() {
    let folder = tempfile::tempdir().unwrap();
    let _stand_in = StandIn::start(folder.path(), House::default());
    let mut screen = Screen::open(80, 24, folder.path(), &[("NO_COLOR", "1")]);
    screen.see("evil\\x1b[31mname\\x07");
    screen.press("\r");
    screen.see("dep_time");
    screen.press("jjj\r");
    screen.see("MISSING_VALUES");
    screen.press("2");
    screen.see("broken_export.json");
    let bytes = screen.bytes();
    let text = String::from_utf8_lossy(&bytes);
    assert!(!text.contains("\x1b[31m"));
    assert!(!text.contains('\u{202e}'));
    for style in text.split("\x1b[").skip(1) {
        let end = style.find(|letter: char| letter.is_ascii_alphabetic());
        let (codes, rest) = style.split_at(end.unwrap_or(0));
        if rest.starts_with('m') {
            for code in codes.split(';') {
                assert!(["0", "1", "4", "7"].contains(&code), "colour: {codes}");
            }
        }
    }
}

#[test]
fn without_a_terminal_it_says_so_and_leaves_with_two() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_ddgen-tui"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("terminal"));
}

/// Not a test of its own: what the next one runs in a terminal.
#[test]
fn takes_the_terminal_and_panics() {
    if std::env::var_os("DDGEN_TEST_PANICS").is_none() {
        return;
    }
    let _guard = ddgen_tui::terminal::Guard::take().unwrap();
    let _panicked = std::thread::spawn(|| panic!("on purpose")).join();
}

#[test]
fn a_panic_in_any_thread_gives_the_terminal_back_before_it_speaks() {
    let mut command = portable_pty::CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(["--exact", "takes_the_terminal_and_panics", "--nocapture"]);
    let mut screen = Screen::run(command, 80, 24, &[("DDGEN_TEST_PANICS", "1")]);
    screen.see("on purpose");
    assert_eq!(screen.ended().exit_code(), 101);
    let bytes = screen.bytes();
    let text = String::from_utf8_lossy(&bytes);
    let place = |words: &str| text.find(words).unwrap();
    assert!(place("\x1b[?1049h") < place("\x1b[?1049l"));
    assert!(place("\x1b[?1049l") < place("on purpose"));
}

#[test]
fn a_terminal_that_takes_no_bytes_does_not_keep_it() {
    use std::io::{Read, Write};
    let folder = tempfile::tempdir().unwrap();
    let stand_in = StandIn::start(folder.path(), House::default());
    let size = portable_pty::PtySize {
        rows: 60,
        cols: 200,
        pixel_width: 0,
        pixel_height: 0,
    };
    let pair = portable_pty::native_pty_system().openpty(size).unwrap();
    let mut command = portable_pty::CommandBuilder::new(env!("CARGO_BIN_EXE_ddgen-tui"));
    command.arg("--runtime-dir");
    command.arg(folder.path());
    let mut child = pair.slave.spawn_command(command).unwrap();
    let mut keys = pair.master.take_writer().unwrap();
    // It is up; from here on nobody reads what it writes.
    let mut reader = pair.master.try_clone_reader().unwrap();
    reader.read_exact(&mut [0; 200]).unwrap();
    let deadline = Instant::now() + Duration::from_secs(3);
    let mut number = 0;
    while Instant::now() < deadline {
        let name = format!("{number:0150}");
        let row = sample::dictionary(&name, number, 3, -(number as i64));
        stand_in.house.lock().unwrap().land(row);
        number += 1;
        std::thread::sleep(Duration::from_millis(2));
    }
    keys.write_all(b"q").unwrap();
    let pressed = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(pressed.elapsed() < Duration::from_secs(5), "it still waits");
        std::thread::sleep(Duration::from_millis(5));
    }
}
