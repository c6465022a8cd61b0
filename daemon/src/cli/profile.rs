use std::fs::File;
use std::io::{self, IsTerminal, Seek};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::ExitCode;

use ddgen_profile::{Brief, FileInput, ReadAt};
use rustix::fs::OFlags;

use super::args::{Format, ProfileArgs};
use super::failure::Failure;
use super::{output, profile_table};

/// Profiles a file in this process: no daemon, no store.
pub(super) fn run(args: &ProfileArgs, format: Format) -> Result<ExitCode, Failure> {
    let stdin = args.file == Path::new("-");
    let name = match args.file.file_name() {
        Some(name) if !stdin => name.to_string_lossy().into_owned(),
        _ => "stdin".to_owned(),
    };
    let refused = |error: io::Error| {
        Failure::refused(format!("`{}` cannot be read: {error}", args.file.display()))
    };
    let file = if stdin {
        spool().map_err(refused)?
    } else {
        open(&args.file).map_err(refused)?
    };
    let input = FileInput::new(file).map_err(refused)?;
    let total = input.size();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut brief = Brief {
        name,
        threads,
        ..Brief::default()
    };
    if let Some(samples) = args.samples {
        brief.sample_size = samples;
    }
    let bar = io::stderr().is_terminal();
    let progress = |bytes: u64| {
        if bar {
            let share = bytes.saturating_mul(100) / total.max(1);
            eprint!("\r\x1b[Kreading: {share} % of {}", output::bytes(total));
        }
    };
    let result = ddgen_profile::profile(&input, &brief, &progress);
    if bar {
        eprint!("\r\x1b[K");
    }
    let profile = result.map_err(|refusal| {
        Failure::refused(format!(
            "`{}` has no profile: {refusal}",
            args.file.display()
        ))
    })?;
    match format {
        Format::Json => output::json(&profile)?,
        Format::Table => profile_table::print(&profile)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn open(path: &Path) -> io::Result<File> {
    // Without waiting for a writer: a pipe is refused below.
    let nonblock = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or(0);
    let file = File::options()
        .read(true)
        .custom_flags(nonblock)
        .open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::other(
            "it is no regular file; pipe it in and name it `-`",
        ))
    }
}

/// Standard input in a nameless file: the engine reads some places twice.
fn spool() -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(&mut io::stdin().lock(), &mut file)?;
    file.rewind()?;
    Ok(file)
}
