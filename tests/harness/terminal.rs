//! A real pseudo-terminal with a program in it, and the screen a person would see.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZero;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::fs::OFlags;
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{LocalModes, tcgetattr};

use crate::{Place, until};

/// A program in a pseudo-terminal; killed when dropped.
pub struct Terminal {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    screen: Arc<Mutex<Seen>>,
    reader: JoinHandle<()>,
}

struct Seen {
    parser: vt100::Parser,
    bytes: u64,
}

impl Terminal {
    /// Starts `program` at this place in a terminal of this size. `environment` adds variables.
    ///
    /// # Panics
    /// When there are no pseudo-terminals, or no such program.
    #[must_use]
    pub fn start(
        place: &Place,
        program: impl AsRef<OsStr>,
        arguments: &[&str],
        (columns, rows): (u16, u16),
        environment: &[(&str, &str)],
    ) -> Self {
        let size = PtySize {
            rows,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        for (name, value) in place.environment() {
            command.env(name, value);
        }
        command.env("TERM", "xterm-256color");
        for (name, value) in environment {
            command.env(name, value);
        }
        command.cwd(place.path());
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut output = pair.master.try_clone_reader().unwrap();
        let screen = Arc::new(Mutex::new(Seen {
            parser: vt100::Parser::new(cells(rows), cells(columns), 0),
            bytes: 0,
        }));
        let seen = Arc::clone(&screen);
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = output.read(&mut buffer) {
                let mut seen = seen.lock().unwrap();
                seen.parser.process(&buffer[..read]);
                seen.bytes += read as u64;
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self {
            master: pair.master,
            keys,
            child,
            screen,
            reader,
        }
    }

    /// Types.
    ///
    /// # Panics
    /// When the program is gone.
    pub fn send(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// The text on the screen, trailing blanks removed.
    ///
    /// # Panics
    /// When the reader of the screen panicked.
    #[must_use]
    pub fn text(&self) -> String {
        self.look(crate::picture::letters)
    }

    /// Bytes that the program has written.
    ///
    /// # Panics
    /// When the reader of the screen panicked.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.screen.lock().unwrap().bytes
    }

    /// Looks at the screen with all its attributes.
    ///
    /// # Panics
    /// When the reader of the screen panicked.
    pub fn look<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.screen.lock().unwrap().parser.screen())
    }

    /// Waits until the screen shows this text, and returns the screen.
    ///
    /// # Panics
    /// When it does not by the deadline; the screen is in the message.
    pub fn wait_for(&self, text: &str) -> String {
        self.wait_until(text, |screen| screen.contains(text))
    }

    /// Waits until the screen shows these words, wherever its lines are broken, and returns it.
    ///
    /// # Panics
    /// When it does not by the deadline; the screen is in the message.
    pub fn wait_for_words(&self, words: &str) -> String {
        self.wait_until(words, |screen| {
            let shown: Vec<&str> = screen.split_whitespace().collect();
            shown.join(" ").contains(words)
        })
    }

    /// Waits until the screen is as wanted, and returns it.
    ///
    /// # Panics
    /// When it is not by the deadline; the screen is in the message.
    pub fn wait_until(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            until(what, || {
                let screen = self.text();
                wanted(&screen).then_some(screen)
            })
        }));
        result.unwrap_or_else(|_| panic!("no `{what}` on this screen:\n{}", self.text()))
    }

    /// # Panics
    /// When the size cannot be changed.
    pub fn resize(&self, columns: u16, rows: u16) {
        let size = PtySize {
            rows,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        // The screen first, then the program hears of it: what it draws then must find the room.
        let mut seen = self.screen.lock().unwrap();
        let screen = seen.parser.screen_mut();
        screen.set_size(cells(rows), cells(columns));
        self.master.resize(size).unwrap();
    }

    /// The process in the terminal.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.child.process_id()
    }

    /// What of the terminal the program holds for itself at the moment.
    ///
    /// # Panics
    /// When the terminal's settings cannot be read.
    #[must_use]
    pub fn held(&self) -> Vec<&'static str> {
        // Opened by its name: the settings outlive the program.
        let name = self.master.tty_name().unwrap();
        let here = File::options()
            .read(true)
            .custom_flags(OFlags::NOCTTY.bits().cast_signed())
            .open(name);
        let modes = tcgetattr(here.unwrap()).unwrap().local_modes;
        let cooked = LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG;
        let mut held = Vec::new();
        if !modes.contains(cooked) {
            held.push("raw mode");
        }
        self.look(|screen| {
            let modes = [
                (screen.alternate_screen(), "the alternate screen"),
                (screen.hide_cursor(), "the cursor"),
                (screen.bracketed_paste(), "pasting"),
                (
                    screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None,
                    "the mouse",
                ),
            ];
            held.extend(modes.into_iter().filter(|(set, _)| *set).map(|(_, it)| it));
        });
        held
    }

    /// Sends the program a signal.
    ///
    /// # Panics
    /// When it is gone.
    pub fn signal(&self, signal: Signal) {
        let pid = self.child.process_id().unwrap().cast_signed();
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
    }

    /// Waits for the program's end, until its last byte is on the screen, and returns its exit
    /// code.
    ///
    /// # Panics
    /// When it does not end by the deadline.
    pub fn ended(&mut self) -> u32 {
        let status = until("the program ends", || self.child.try_wait().unwrap());
        // The kernel ends the reading once nobody has the terminal open.
        until("its last byte", || self.reader.is_finished().then_some(()));
        status.exit_code()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _already_dead = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// # Panics
/// A terminal has at least one row and one column.
fn cells(number: u16) -> NonZero<u16> {
    NonZero::new(number).expect("a terminal of no size")
}

/// How many cells of a screen have a colour of their own.
#[must_use]
pub fn colours(screen: &vt100::Screen) -> usize {
    let (rows, columns) = screen.size();
    let cells = (0..rows.get()).flat_map(|row| (0..columns.get()).map(move |column| (row, column)));
    cells
        .filter_map(|(row, column)| screen.cell(row, column))
        .filter(|cell| {
            cell.fgcolor() != vt100::Color::Default || cell.bgcolor() != vt100::Color::Default
        })
        .count()
}
