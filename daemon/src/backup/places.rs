//! Places by their name: a directory, or `s3://BUCKET/FOLDER`.

use std::path::PathBuf;

use ddgen_ops::backup::{BackupError, DirPlace, Place, S3Place, S3Settings};

use crate::settings::BackupSettings;

/// The place that is called so. It is not asked whether it is there.
///
/// # Errors
/// When something is missing that the place needs.
pub fn place(name: &str, settings: &BackupSettings) -> Result<Box<dyn Place>, BackupError> {
    let Some(rest) = name.strip_prefix("s3://") else {
        let path = std::path::absolute(PathBuf::from(name));
        let path = path.map_err(|error| BackupError::Refused(format!("`{name}`: {error}")))?;
        return Ok(Box::new(DirPlace::new(path)));
    };
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let s3 = &settings.s3;
    let missing = |what: &str| BackupError::Refused(format!("{name} needs {what}"));
    if bucket.is_empty() {
        return Err(missing("the name of a bucket: s3://BUCKET/FOLDER"));
    }
    let place = S3Place::new(&S3Settings {
        endpoint: match &s3.endpoint {
            Some(endpoint) => endpoint.clone(),
            None => format!("https://s3.{}.amazonaws.com", s3.region),
        },
        region: s3.region.clone(),
        bucket: bucket.to_owned(),
        prefix: prefix.to_owned(),
        access_key: s3
            .access_key
            .clone()
            .ok_or_else(|| missing("backup.s3_access_key"))?,
        secret_key: s3
            .secret_key
            .clone()
            .ok_or_else(|| missing("backup.s3_secret_key, best from a file"))?,
    })?;
    Ok(Box::new(place))
}
