//! The real client in a real pseudo-terminal.
// Each user needs a part of it; a failure here is the failure of its test.
#![allow(dead_code, clippy::unwrap_used)]

use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// How long anything may take that a test waits for.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Screen {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    heard: Arc<Mutex<Heard>>,
    pub started: Instant,
}

struct Heard {
    bytes: Vec<u8>,
    parser: vt100::Parser,
}

impl Screen {
    pub fn open(width: u16, height: u16, runtime_dir: &Path, environment: &[(&str, &str)]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_ddgen-tui"));
        command.arg("--runtime-dir");
        command.arg(runtime_dir);
        Self::run(command, width, height, environment)
    }

    pub fn run(
        mut command: CommandBuilder,
        width: u16,
        height: u16,
        environment: &[(&str, &str)],
    ) -> Self {
        let size = PtySize {
            rows: height,
            cols: width,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        command.env("TERM", "xterm-256color");
        command.env("TZ", "UTC");
        for name in ["NO_COLOR", "SSH_CONNECTION", "SSH_TTY"] {
            command.env_remove(name);
        }
        for (name, value) in environment {
            command.env(name, value);
        }
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        let heard = Arc::new(Mutex::new(Heard {
            bytes: Vec::new(),
            parser: vt100::Parser::new(side(height), side(width), 0),
        }));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let shared = Arc::clone(&heard);
        std::thread::spawn(move || {
            let mut buffer = [0; 65536];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                let mut heard = shared.lock().unwrap();
                heard.bytes.extend_from_slice(&buffer[..read]);
                heard.parser.process(&buffer[..read]);
            }
        });
        Self {
            keys: pair.master.take_writer().unwrap(),
            master: pair.master,
            child,
            heard,
            started,
        }
    }

    pub fn text(&self) -> String {
        self.heard.lock().unwrap().parser.screen().contents()
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.heard.lock().unwrap().bytes.clone()
    }

    pub fn received(&self) -> usize {
        self.heard.lock().unwrap().bytes.len()
    }

    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Waits until the screen is as it should be.
    pub fn until(&self, what: &str, is: impl Fn(&str) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is(&self.text()) {
            assert!(
                Instant::now() < deadline,
                "not seen: {what}\n{}",
                self.text()
            );
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    pub fn see(&self, words: &str) {
        self.until(words, |text| text.contains(words));
    }

    pub fn see_no(&self, words: &str) {
        self.until(words, |text| !text.contains(words));
    }

    /// Waits until these are the last bytes: they may arrive after the process has ended.
    pub fn hear(&self, last: &[u8]) {
        let deadline = Instant::now() + PATIENCE;
        while !self.bytes().ends_with(last) {
            assert!(Instant::now() < deadline, "not heard: {last:?}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Waits until the picture after so many bytes is complete; returns its size in bytes.
    pub fn next_picture(&self, before: usize) -> usize {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let heard = self.heard.lock().unwrap();
            let new = &heard.bytes[before..];
            if new.ends_with(b"\x1b[?2026l") {
                return new.len();
            }
            drop(heard);
            assert!(Instant::now() < deadline, "no picture\n{}", self.text());
            std::thread::yield_now();
        }
    }

    pub fn resize(&self, width: u16, height: u16) {
        let size = PtySize {
            rows: height,
            cols: width,
            pixel_width: 0,
            pixel_height: 0,
        };
        self.heard
            .lock()
            .unwrap()
            .parser
            .screen_mut()
            .set_size(side(height), side(width));
        self.master.resize(size).unwrap();
    }

    pub fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Kilobytes of memory in use.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS"))
            .unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Waits for the end.
    pub fn ended(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "still running\n{}", self.text());
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

fn side(cells: u16) -> std::num::NonZero<u16> {
    std::num::NonZero::new(cells).unwrap()
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}
