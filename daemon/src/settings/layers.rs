//! All layers side by side: who says what about one setting.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::env_file::EnvFile;
use super::key::Key;
use super::kind::absolute;
use super::origin::{Origin, Rank};
use super::raw::Raw;
use super::surroundings::{Flags, Surroundings};
use super::toml_file::TomlFile;

/// One layer's word on one setting. A secret's file may have been unreadable: then why.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) rank: Rank,
    pub(super) origin: Origin,
    pub(super) raw: Result<Raw, String>,
}

/// Everything anybody said.
#[derive(Debug)]
pub(super) struct Layers<'a> {
    pub(super) toml: TomlFile,
    /// Weakest first.
    pub(super) env_files: Vec<EnvFile>,
    pub(super) around: &'a Surroundings,
    pub(super) flags: BTreeMap<&'static str, (&'static str, Raw)>,
}

impl Layers<'_> {
    /// What the layers say about a setting, the strongest first. Empty variables say nothing.
    pub(super) fn candidates(&self, key: &Key) -> Vec<Candidate> {
        let mut found = Vec::new();
        if let Some((flag, raw)) = self.flags.get(key.name) {
            let origin = Origin::Flag {
                flag: (*flag).to_owned(),
            };
            found.push(Candidate {
                rank: Rank::Flag,
                origin,
                raw: Ok(raw.clone()),
            });
        }
        for (variable, own) in key.variables() {
            self.named(key, &variable, own, &mut found);
        }
        if let Some(entry) = self.toml.root.entries.get(key.name) {
            let origin = self.toml.origin(entry.line);
            found.push(Candidate {
                rank: Rank::File,
                origin,
                raw: Ok(entry.raw.clone()),
            });
        }
        if let Some(entry) = self.toml.root.entries.get(&format!("{}_file", key.name))
            && key.secret
        {
            let named_by = self.toml.origin(entry.line).to_string();
            found.push(match &entry.raw {
                Raw::Text(path) => self.secret_file(path, named_by, Rank::File),
                other => Candidate {
                    rank: Rank::File,
                    origin: self.toml.origin(entry.line),
                    raw: Err(format!(
                        "expected the path of a file, found {}",
                        other.quoted()
                    )),
                },
            });
        }
        found.retain(|candidate| !matches!(&candidate.raw, Ok(raw) if raw.is_blank()));
        // Stable: of two equals the one written as a value stands before the one in a file.
        found.sort_by_key(|candidate| Reverse(candidate.rank));
        found
    }

    fn named(&self, key: &Key, variable: &str, own: bool, found: &mut Vec<Candidate>) {
        let variable_rank = if own {
            Rank::OwnVariable
        } else {
            Rank::BareVariable
        };
        let file_rank = |index| {
            if own {
                Rank::OwnEnvFile(index)
            } else {
                Rank::BareEnvFile(index)
            }
        };
        let in_file = format!("{variable}_FILE");
        if let Some(value) = self.around.environment.get(variable) {
            let origin = Origin::Variable {
                variable: variable.to_owned(),
            };
            let raw = Ok(Raw::Text(value.clone()));
            found.push(Candidate {
                rank: variable_rank,
                origin,
                raw,
            });
        }
        for (index, file) in self.env_files.iter().enumerate() {
            if let Some(line) = file.get(variable) {
                let raw = Ok(Raw::Text(line.value.clone()));
                found.push(Candidate {
                    rank: file_rank(index),
                    origin: file.origin(line),
                    raw,
                });
            }
        }
        if !key.secret {
            return;
        }
        if let Some(path) = self.around.variable(&in_file) {
            found.push(self.secret_file(path, format!("environment {in_file}"), variable_rank));
        }
        for (index, file) in self.env_files.iter().enumerate() {
            if let Some(line) = file.get(&in_file).filter(|line| !line.value.is_empty()) {
                let named_by = file.origin(line).to_string();
                found.push(self.secret_file(&line.value, named_by, file_rank(index)));
            }
        }
        if let Some(folder) = self.around.variable("CREDENTIALS_DIRECTORY") {
            let path = Path::new(folder).join(variable);
            if path.exists() {
                let rank = if own {
                    Rank::OwnCredential
                } else {
                    Rank::BareCredential
                };
                let raw = read_secret(&path).map(Raw::Text);
                found.push(Candidate {
                    rank,
                    origin: Origin::Credential { path },
                    raw,
                });
            }
        }
    }

    fn secret_file(&self, path: &str, named_by: String, rank: Rank) -> Candidate {
        let path = absolute(&self.around.working_dir, Path::new(path));
        let raw = read_secret(&path).map(Raw::Text);
        Candidate {
            rank,
            origin: Origin::SecretFile { path, named_by },
            raw,
        }
    }
}

/// A file that holds one secret. The line end that editors and `echo` leave is not part of it.
pub(super) fn read_secret(path: &Path) -> Result<String, String> {
    /// No secret is longer; a log file named by mistake is.
    const LARGEST: u64 = 64 << 10;
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
        .map_err(|error| format!("the file cannot be read ({error}); check its path and mode"))?;
    if bytes.len() as u64 > LARGEST {
        return Err("the file is larger than 64 KiB, so it holds no secret".to_owned());
    }
    let text = String::from_utf8(bytes).map_err(|_| "the file holds no text".to_owned())?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.trim().is_empty() {
        return Err("the file is empty".to_owned());
    }
    Ok(secret.to_owned())
}

/// The flags by the setting they speak about.
pub(super) fn flag_layer(flags: &Flags) -> BTreeMap<&'static str, (&'static str, Raw)> {
    let path = |path: &Option<PathBuf>| {
        path.as_ref().map(|path| match path.to_str() {
            Some(text) => Raw::Text(text.to_owned()),
            None => Raw::Other("a path that is not UTF-8"),
        })
    };
    let text = |text: &Option<String>| text.clone().map(Raw::Text);
    let all = [
        ("data_dir", "--data-dir", path(&flags.data_dir)),
        ("runtime_dir", "--runtime-dir", path(&flags.runtime_dir)),
        ("http.address", "--http", text(&flags.http)),
        ("worker.count", "--workers", text(&flags.workers)),
        (
            "socket.access",
            "--socket-access",
            text(&flags.socket_access),
        ),
        ("log.level", "--log-level", text(&flags.log_level)),
        ("log.format", "--log-format", text(&flags.log_format)),
    ];
    all.into_iter()
        .filter_map(|(name, flag, raw)| Some((name, (flag, raw?))))
        .collect()
}
