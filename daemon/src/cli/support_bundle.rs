use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use super::args::{Format, SupportBundleArgs};
use super::failure::Failure;
use super::output;
use crate::doctor::{bundle, examine};
use crate::settings::{Flags, Surroundings};

pub(super) fn run(args: &SupportBundleArgs, format: Format) -> Result<ExitCode, Failure> {
    let flags = Flags {
        config: args.config.clone(),
        data_dir: args.data_dir.clone(),
        runtime_dir: args.runtime_dir.clone(),
        ..Flags::default()
    };
    let findings = examine(&Surroundings::of_process(flags)?);
    let bundle = bundle(&findings);
    let path = match &args.out {
        Some(path) if path.as_os_str() == "-" => {
            output::json(&bundle)?;
            return Ok(ExitCode::SUCCESS);
        }
        Some(path) => path.clone(),
        None => {
            let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
            PathBuf::from(format!("ddgen-support-{now}.json"))
        }
    };
    let text = serde_json::to_string_pretty(&bundle)
        .map_err(|error| Failure::refused(format!("the bundle cannot be written: {error}")))?;
    // Never over a file that is there.
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| {
        Failure::refused(format!("{} cannot be written: {error}", path.display()))
    })?;
    match format {
        Format::Json => output::json(&json!({ "path": path, "bytes": text.len() }))?,
        Format::Table => output::line(&output::printable(&format!(
            "{}: what helps to see what is wrong. It holds numbers and settings; no path, name, value, \
             log line or secret. Read it before you send it.",
            path.display()
        )))?,
    }
    Ok(ExitCode::SUCCESS)
}
