//! The small files beside the store: settings, and what is secret only where it is encrypted.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use ddgen_ops::backup::{BackupError, Extra};
use secrecy::{ExposeSecret, SecretString};

/// Key files and settings are far shorter.
const LARGEST: u64 = 1 << 20;
/// Further files of the data directory that the store is not whole without.
const KEY_ENDING: &str = "key";

/// Where they are, and which words of them are secret.
#[derive(Clone, Default)]
pub struct Extras {
    pub data_dir: PathBuf,
    /// `ddgen.toml` and files of variables, as far as they were read.
    pub settings_files: Vec<PathBuf>,
    /// Dotted names of settings whose value is secret.
    pub secret_settings: Vec<String>,
    /// Secrets in force, since they may come from files of their own: by the name of their variable, or by
    /// the dotted name of a setting that has none.
    pub secrets: Vec<(String, SecretString)>,
}

impl Extras {
    pub(super) fn read(&self, encrypted: bool) -> Result<Vec<Extra>, BackupError> {
        let mut extras = Vec::new();
        for path in &self.settings_files {
            extras.extend(self.settings(path, encrypted, extras.len())?);
        }
        if !encrypted {
            return Ok(extras);
        }
        for (file, dotted) in [("secrets.env", false), ("secrets.txt", true)] {
            let mut text = String::new();
            for (name, secret) in &self.secrets {
                if name.contains('.') == dotted {
                    text.push_str(&format!("{name}={}\n", quoted(secret.expose_secret())));
                }
            }
            if !text.is_empty() {
                extras.push(Extra {
                    name: file.to_owned(),
                    bytes: text.into_bytes(),
                    in_data_dir: false,
                });
            }
        }
        for path in self.key_files()? {
            if let Some(name) = path.file_name() {
                extras.push(Extra {
                    name: name.to_string_lossy().into_owned(),
                    bytes: read(&path)?,
                    in_data_dir: true,
                });
            }
        }
        Ok(extras)
    }

    /// What is left out of every backup while there is no key, in words; none when nothing is.
    pub(super) fn left_out(&self) -> Option<String> {
        let mut left_out = Vec::new();
        if !self.secrets.is_empty() {
            left_out.push("the secrets of the settings".to_owned());
        }
        for path in self.key_files().unwrap_or_default() {
            left_out.push(path.display().to_string());
        }
        (!left_out.is_empty()).then(|| left_out.join(", "))
    }

    fn settings(
        &self,
        path: &Path,
        encrypted: bool,
        number: usize,
    ) -> Result<Option<Extra>, BackupError> {
        let is_toml = path.extension().is_some_and(|ending| ending == "toml");
        // Gone since it was read, or full of secrets by its nature.
        if !path.exists() || (!encrypted && !is_toml) {
            return Ok(None);
        }
        let bytes = read(path)?;
        let bytes = match encrypted {
            true => bytes,
            false => self.without_secrets(path, &bytes)?.into_bytes(),
        };
        let name = match (is_toml, number) {
            (true, _) => "ddgen.toml".to_owned(),
            (false, 0 | 1) => "ddgen.env".to_owned(),
            (false, more) => format!("ddgen-{more}.env"),
        };
        Ok(Some(Extra {
            name,
            bytes,
            in_data_dir: false,
        }))
    }

    fn without_secrets(&self, path: &Path, bytes: &[u8]) -> Result<String, BackupError> {
        let refused = |because: String| {
            BackupError::Refused(format!(
                "{} cannot be backed up without its secrets: {because}",
                path.display()
            ))
        };
        let text = std::str::from_utf8(bytes).map_err(|error| refused(error.to_string()))?;
        // Parsed and written anew, so that comments stay at home: one may hold an old secret.
        let mut document: toml::Table = text
            .parse()
            .map_err(|error: toml::de::Error| refused(error.message().to_owned()))?;
        for name in &self.secret_settings {
            remove(&mut document, name);
        }
        toml::to_string_pretty(&document).map_err(|error| refused(error.to_string()))
    }

    fn key_files(&self) -> Result<Vec<PathBuf>, BackupError> {
        let entries = match fs::read_dir(&self.data_dir) {
            Ok(entries) => entries,
            Err(_) => return Ok(Vec::new()),
        };
        let mut found: Vec<PathBuf> = entries
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|ending| ending == KEY_ENDING))
            .filter(|path| path.is_file())
            .collect();
        found.sort();
        Ok(found)
    }
}

/// Removes a dotted name. In a list of tables the next word of the name is that of the table.
fn remove(table: &mut toml::Table, name: &str) {
    let Some((outer, rest)) = name.split_once('.') else {
        table.remove(name);
        return;
    };
    match table.get_mut(outer) {
        Some(toml::Value::Table(inner)) => remove(inner, rest),
        Some(toml::Value::Array(tables)) => {
            let Some((wanted, rest)) = rest.split_once('.') else {
                return;
            };
            for inner in tables.iter_mut().filter_map(toml::Value::as_table_mut) {
                let name = inner.get("name").and_then(toml::Value::as_str);
                if name == Some(wanted) {
                    remove(inner, rest);
                }
            }
        }
        _ => {}
    }
}

/// As files of variables are read: in double quotes, with what would end them escaped.
fn quoted(secret: &str) -> String {
    let mut text = String::from("\"");
    for c in secret.chars() {
        match c {
            '"' | '\\' | '$' | '`' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            c => text.push(c),
        }
    }
    text.push('"');
    text
}

fn read(path: &Path) -> Result<Vec<u8>, BackupError> {
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
    read.map_err(|error| BackupError::of_path("reading", path, &error))?;
    if bytes.len() as u64 > LARGEST {
        return Err(BackupError::Refused(format!(
            "{} is longer than 1 MiB: it is no file of settings or keys",
            path.display()
        )));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_is_read_without_encryption_and_everything_with_it() {
        let dir = tempfile::tempdir().unwrap();
        let toml = dir.path().join("ddgen.toml");
        let text = "secret_key = \"s3cret-one\"\n# old: \"s3cret-two\"\napp_name = \"x\"\n\
                    [openai]\napi_key = \"s3cret-three\"\nmodel = \"gpt-4\"\n\
                    [[alerts.sink]]\nname = \"hook\"\nurl = \"https://s3cret-six\"\n";
        fs::write(&toml, text).unwrap();
        let env = dir.path().join(".env");
        fs::write(&env, "SECRET_KEY=s3cret-four\n").unwrap();
        fs::write(dir.path().join("sketch.key"), b"s3cret-five").unwrap();
        let extras = Extras {
            data_dir: dir.path().to_path_buf(),
            settings_files: vec![toml, env, dir.path().join("gone.toml")],
            secret_settings: ["secret_key", "openai.api_key", "alerts.sink.hook.url"]
                .map(str::to_owned)
                .to_vec(),
            secrets: vec![
                ("SECRET_KEY".into(), SecretString::from("s3cret-four\"$")),
                (
                    "alerts.sink.mail.password".into(),
                    SecretString::from("s3cret-seven"),
                ),
            ],
        };
        let plain = extras.read(false).unwrap();
        let text: Vec<u8> = plain.iter().flat_map(|extra| extra.bytes.clone()).collect();
        let text = String::from_utf8(text).unwrap();
        assert!(!text.contains("s3cret"), "{text}");
        assert!(
            text.contains("gpt-4") && text.contains("app_name") && text.contains("hook"),
            "{text}"
        );
        let sealed = extras.read(true).unwrap();
        let names: Vec<_> = sealed.iter().map(|extra| extra.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "ddgen.toml",
                "ddgen.env",
                "secrets.env",
                "secrets.txt",
                "sketch.key"
            ]
        );
        assert_eq!(
            sealed[3].bytes,
            b"alerts.sink.mail.password=\"s3cret-seven\"\n"
        );
        let bundle = String::from_utf8(sealed[2].bytes.clone()).unwrap();
        assert_eq!(bundle, "SECRET_KEY=\"s3cret-four\\\"\\$\"\n");
        let left_out = extras.left_out().unwrap();
        assert!(left_out.contains("secrets") && left_out.contains("sketch.key"));
    }
}
