//! The bytes that a person names: a file, a pipe, standard input.

use std::fs::{File, FileType};
use std::io::{self, Read, Seek, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

use ddgen_profile::FileInput;
use rustix::fs::OFlags;

use crate::cli::progress::Progress;

/// Bytes of a pipe that are copied at once.
const PART: usize = 1 << 20;

/// Opens what is named; `-` is standard input. A pipe is first copied into a nameless file, since the
/// engine reads some places twice.
pub(super) fn open(path: &Path) -> io::Result<FileInput> {
    let mut file = if path == Path::new("-") {
        File::from(io::stdin().as_fd().try_clone_to_owned()?)
    } else {
        named(path)?
    };
    let kind = file.metadata()?.file_type();
    // A file that someone has read from already begins where he stopped.
    if !kind.is_file() || file.stream_position()? > 0 {
        readable(kind)?;
        file = spool(file)?;
    }
    FileInput::new(file)
}

fn named(path: &Path) -> io::Result<File> {
    if std::fs::metadata(path)?.file_type().is_fifo() {
        // Waits for its writer, as every command does.
        return File::open(path);
    }
    // Without waiting for anything that a device may want.
    let nonblock = OFlags::NONBLOCK.bits().cast_signed();
    File::options().read(true).custom_flags(nonblock).open(path)
}

/// A pipe ends; a device may not.
fn readable(kind: FileType) -> io::Result<()> {
    if kind.is_dir() {
        return Err(io::Error::other("it is a folder: name one of its files"));
    }
    if kind.is_block_device() {
        return Err(io::Error::other(
            "it is a device and no file; pipe it in and name it `-`",
        ));
    }
    if kind.is_char_device() {
        return Err(io::Error::other(
            "it is a terminal or a device and no file; name a file, or pipe one in and name it `-`",
        ));
    }
    Ok(())
}

fn spool(mut from: File) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    let progress = Progress::start("reading the pipe");
    let mut buffer = vec![0; PART];
    let mut done = 0;
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        file.write_all(&buffer[..read])
            .map_err(|error| no_room(&error))?;
        done += read as u64;
        progress.tell(done, None);
    }
    file.rewind()?;
    Ok(file)
}

fn no_room(error: &io::Error) -> io::Error {
    let folder = std::env::temp_dir();
    io::Error::other(format!(
        "what comes through the pipe cannot be kept in {}: {error}; set TMPDIR to a folder with \
         more room, or name a file",
        folder.display()
    ))
}
