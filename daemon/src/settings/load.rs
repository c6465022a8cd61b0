//! From the surroundings to the settings.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::alert_reader;
use super::application::ApplicationSettings;
use super::backup::BackupSettings;
use super::data::DataSettings;
use super::database::DatabaseSettings;
use super::env_file::EnvFile;
use super::http::HttpSettings;
use super::key::Key;
use super::kind::{absolute, span};
use super::layers::{Layers, flag_layer};
use super::lineage::LineageSettings;
use super::log::LogSettings;
use super::notice::{Notice, Refused, Severity};
use super::openai::OpenaiSettings;
use super::profile::ProfileSettings;
use super::reader::{Reader, Row};
use super::socket::SocketSettings;
use super::surroundings::Surroundings;
use super::toml_file::TomlFile;
use super::upkeep::UpkeepSettings;
use super::worker::WorkerSettings;
use super::{Settings, overlap, unknown, watch_reader};

const SCAN_INTERVAL: Key = Key::new("scan.interval", "SCAN_INTERVAL").live();

/// Settings with the minutes of how they came about.
#[derive(Debug, Clone)]
pub struct Loaded {
    pub settings: Settings,
    /// Every setting by itself, in the order of the topics.
    pub rows: Vec<Row>,
    /// Warnings and notes; errors as well while nobody refused them (see [`inspect`]).
    pub notices: Vec<Notice>,
    /// The settings files that were found and read, in the order of the layers.
    pub files: Vec<PathBuf>,
}

impl Loaded {
    /// What belongs into the daemon's health for as long as it runs with these settings.
    pub fn standing_warnings(&self) -> impl Iterator<Item = &Notice> {
        self.notices.iter().filter(|notice| notice.standing)
    }
}

/// The settings, if nothing is wrong with them. Touches no watched folder and no data.
///
/// # Errors
/// Everything that is wrong, at once.
pub fn load(around: &Surroundings) -> Result<Loaded, Refused> {
    let mut loaded = inspect(around);
    let is_error = |notice: &Notice| notice.severity == Severity::Error;
    let (errors, others): (Vec<_>, Vec<_>) = loaded.notices.drain(..).partition(is_error);
    if errors.is_empty() {
        loaded.notices = others;
        Ok(loaded)
    } else {
        Err(Refused(errors))
    }
}

/// The settings as far as they can be told, errors among the notices. Where a value is wrong the
/// default stands in, so nothing may be started with what this returns: see [`load`].
#[must_use]
pub fn inspect(around: &Surroundings) -> Loaded {
    let mut notices = Vec::new();
    let mut files = Vec::new();
    let toml = find_toml(around, &mut notices);
    files.extend(toml.as_ref().map(|file| file.path.clone()));
    let env_files = find_env_files(around, &mut notices);
    files.extend(env_files.iter().map(|file| file.path.clone()));
    let toml = toml.unwrap_or_default();
    let layers = Layers {
        toml,
        env_files,
        around,
        flags: flag_layer(&around.flags),
    };
    let mut reader = Reader::new(&layers);
    let settings = read(&mut reader);
    unknown::complain(&mut reader);
    notices.append(&mut reader.notices);
    Loaded {
        settings,
        rows: reader.rows,
        notices,
        files,
    }
}

fn read(reader: &mut Reader<'_>) -> Settings {
    let application = ApplicationSettings::read(reader);
    let (database, file) = DatabaseSettings::read(reader);
    let data = DataSettings::read(reader, file);
    let mut watches = watch_reader::read(reader);
    overlap::separate(reader, &mut watches, &data);
    let range = Duration::from_secs(1)..=Duration::from_secs(7 * 24 * 3600);
    let hourly = Duration::from_secs(3600);
    Settings {
        scan_interval: reader.get(&SCAN_INTERVAL, &span(range), hourly),
        worker: WorkerSettings::read(reader),
        http: HttpSettings::read(reader),
        socket: SocketSettings::read(reader),
        log: LogSettings::read(reader, application.debug),
        profile: ProfileSettings::read(reader),
        openai: OpenaiSettings::read(reader),
        lineage: LineageSettings::read(reader),
        backup: BackupSettings::read(reader, &data),
        alerts: alert_reader::read(reader),
        upkeep: UpkeepSettings::read(reader),
        application,
        data,
        watches,
        database,
    }
}

/// The file somebody named, or the first that is there.
fn find_toml(around: &Surroundings, notices: &mut Vec<Notice>) -> Option<TomlFile> {
    let named = around.flags.config.clone();
    let named = named.or_else(|| around.variable("DDGEN_CONFIG").map(PathBuf::from));
    let (path, text) = if let Some(path) = named {
        let path = absolute(&around.working_dir, &path);
        (path.clone(), read_named(&path, notices)?)
    } else {
        let config_home = around.variable("XDG_CONFIG_HOME").map(PathBuf::from);
        let home = around
            .variable("HOME")
            .map(|home| Path::new(home).join(".config"));
        let config_home = config_home.filter(|dir| dir.is_absolute()).or(home);
        let own = config_home.map(|dir| dir.join("ddgen/ddgen.toml"));
        let local = around.working_dir.join("ddgen.toml");
        let places = [Some(local), own, Some(around.system_config.clone())];
        places
            .into_iter()
            .flatten()
            .find_map(|path| read_usual(&path, notices).map(|text| (path, text)))?
    };
    let (file, found) = TomlFile::parse(&path, &text);
    notices.extend(found);
    Some(file)
}

/// `.env` of the working directory, then the file somebody named.
fn find_env_files(around: &Surroundings, notices: &mut Vec<Notice>) -> Vec<EnvFile> {
    let mut files = Vec::new();
    let usual = around.working_dir.join(".env");
    let named = around.flags.env_file.clone();
    let named = named.or_else(|| around.variable("DDGEN_ENV_FILE").map(PathBuf::from));
    let named = named.map(|path| absolute(&around.working_dir, &path));
    let mut parse = |path: &Path, text: Option<String>, notices: &mut Vec<Notice>| {
        if let Some(text) = text {
            let (file, found) = EnvFile::parse(path, &text);
            notices.extend(found);
            files.push(file);
        }
    };
    if named.as_ref() != Some(&usual) {
        let text = read_usual(&usual, notices);
        parse(&usual, text, notices);
    }
    if let Some(named) = named {
        let text = read_named(&named, notices);
        parse(&named, text, notices);
    }
    files
}

/// A file that need not be there.
fn read_usual(path: &Path, notices: &mut Vec<Notice>) -> Option<String> {
    match read_text(path) {
        Ok(text) => Some(text),
        // A place below something that is no folder holds no file either.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            None
        }
        Err(error) => {
            let message = format!("{} cannot be read: {error}", path.display());
            notices.push(Notice::error("", message));
            None
        }
    }
}

/// A file that somebody asked for.
fn read_named(path: &Path, notices: &mut Vec<Notice>) -> Option<String> {
    let read = read_text(path);
    let complain = |error| {
        let message = format!(
            "{} was named as settings and cannot be read: {error}",
            path.display()
        );
        notices.push(Notice::error("", message));
    };
    read.map_err(complain).ok()
}

fn read_text(path: &Path) -> std::io::Result<String> {
    /// A thousand watches fit many times over.
    const LARGEST: u64 = 1 << 20;
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(std::io::Error::new(
            ErrorKind::IsADirectory,
            "it is a folder, not a file",
        ));
    }
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(std::io::Error::other(
            "it is larger than 1 MiB, so it holds no settings",
        ));
    }
    String::from_utf8(bytes).map_err(|_| std::io::Error::other("it is not UTF-8 text"))
}
