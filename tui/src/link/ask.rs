//! A question, and its answer as the model takes it.

use ddgen_ipc::client::CALL_DEADLINE;
use ddgen_ipc::message::{
    BackupCall, CoverageRow, Found, QuarantineCall, Reply, Request, VersionRow,
};
use ddgen_ipc::{Client, ClientError};
use serde::de::DeserializeOwned;

use crate::app::message::{Answer, Ask};
use crate::format;

/// None when the connection ended first: that is told once, not by every question.
pub(super) async fn ask(client: &Client, question: Ask) -> Option<Answer> {
    let request = question.request();
    let answer = match question {
        Ask::Subscribe => subscribe(client, request).await?,
        Ask::Status { .. } => {
            Answer::Status(one(client.call(request).await, |reply| match reply {
                Reply::Status(status) => Some(status),
                _ => None,
            })?)
        }
        Ask::Readings => Answer::Readings(
            parts(client, request, |reply| match reply {
                Reply::Readings(rows) => Some(rows),
                _ => None,
            })
            .await?,
        ),
        Ask::Alerts(_) => alerts(client, request).await?,
        Ask::Backup(BackupCall::List) => {
            Answer::Backups(one(client.call(request).await, |reply| match reply {
                Reply::Backups(list) => Some(list),
                _ => None,
            })?)
        }
        Ask::Backup(_) => Answer::BackedUp(backed_up(client, request).await?),
        Ask::Quarantine(QuarantineCall::List) => quarantined(client, request).await?,
        Ask::Quarantine(_) => Answer::LetThrough(let_through(client, request).await?),
        Ask::Dictionaries => Answer::Dictionaries(
            parts(client, request, |reply| match reply {
                Reply::Dictionaries(rows) => Some(rows),
                _ => None,
            })
            .await?,
        ),
        Ask::Drops => Answer::Drops(one(client.call(request).await, |reply| match reply {
            Reply::Drops { rows, .. } => Some(rows),
            _ => None,
        })?),
        Ask::Fields {
            name,
            version,
            page,
        } => Answer::Fields {
            name,
            version,
            page,
            result: one(client.call(request).await, |reply| match reply {
                Reply::Fields { total, rows } => Some((total, rows)),
                _ => None,
            })?,
        },
        Ask::Field {
            name,
            version,
            path,
        } => {
            let result = document(client, request, "the daemon's account of this field").await?;
            Answer::Field {
                name,
                version,
                path,
                result,
            }
        }
        Ask::Words { name } => {
            let result = parts(client, request, |reply| match reply {
                Reply::Annotations(rows) => Some(rows),
                _ => None,
            });
            let result = result.await?;
            Answer::Words { name, result }
        }
        Ask::Write { .. } => Answer::Written(written(client, request).await?),
        Ask::Reshape(_) => Answer::Reshaped(reshaped(client, request).await?),
        Ask::Coverage => Answer::Coverage(coverage(client, request).await?),
        Ask::Undescribed { .. } => Answer::Undescribed(found(client, request).await?),
        Ask::Search { words } => search(client, request, words).await?,
        Ask::Versions { name } => {
            let result = versions(client, request).await?;
            Answer::Versions { name, result }
        }
        Ask::Diff { name, to } => {
            let result = document(client, request, "what changed").await?;
            Answer::Diff { name, to, result }
        }
        Ask::Decide { name, .. } => {
            let result = decided(client, request).await?;
            Answer::Decided { name, result }
        }
        Ask::Retry(_) => Answer::Retried(one(client.call(request).await, |reply| match reply {
            Reply::Retried(count) => Some(count),
            _ => None,
        })?),
    };
    Some(answer)
}

async fn alerts(client: &Client, request: Request) -> Option<Answer> {
    let list = one(client.call(request).await, |reply| match reply {
        Reply::Alerts(list) => Some(list),
        _ => None,
    });
    list.map(Answer::Alerts)
}

async fn subscribe(client: &Client, request: Request) -> Option<Answer> {
    match client.call(request).await {
        Ok(Reply::Subscribed { next }) => Some(Answer::Subscribed(next)),
        Ok(_) => None,
        // Without events the screen would stand still and look alive: say so.
        Err(error) => Some(Answer::Status(Err(failed(&error)?))),
    }
}

async fn quarantined(client: &Client, request: Request) -> Option<Answer> {
    let rows = parts(client, request, |reply| match reply {
        Reply::Quarantine(rows) => Some(rows),
        _ => None,
    });
    rows.await.map(Answer::Quarantine)
}

/// The words for what became of a file that was let through. It may take as long as it is large: the
/// daemon says that it works.
async fn let_through(client: &Client, request: Request) -> Option<Result<String, String>> {
    let mut words = Err(ClientError::Unexpected.to_string());
    let done = client.call_parts(request, CALL_DEADLINE, |reply| {
        if let Reply::Drop(row) = reply {
            let file = row.path.rsplit('/').next().unwrap_or(&row.path);
            let version = row.version.unwrap_or_default();
            let dictionary = row.dictionary.as_deref().unwrap_or_default();
            words = Ok(format!("{file} is version {version} of {dictionary}"));
        }
    });
    match done.await {
        Ok(()) => Some(words),
        Err(error) => Some(Err(failed(&error)?)),
    }
}

/// The words for what a backup or its verification came to.
async fn backed_up(client: &Client, request: Request) -> Option<Result<String, String>> {
    let mut words = Err(ClientError::Unexpected.to_string());
    let called = client.call_parts(request, CALL_DEADLINE, |reply| match reply {
        Reply::Backup(row) => {
            let packed = format::bytes(row.bytes);
            words = match row.problem {
                None => Ok(format!("{} is made and verified, {packed}", row.id)),
                Some(problem) => Err(problem),
            };
        }
        Reply::BackupVerified(seen) => {
            words = match seen.problems.first() {
                None => Ok(format!(
                    "{} read to the last byte, {} restored: all is as it was backed up",
                    seen.checked,
                    seen.restored.len()
                )),
                Some(problem) => Err(problem.because.clone()),
            };
        }
        _ => {}
    });
    match called.await {
        Ok(()) => Some(words),
        Err(error) => failed(&error).map(Err),
    }
}

/// A JSON document; `what` names it where it cannot be read.
async fn document<T: DeserializeOwned>(
    client: &Client,
    request: Request,
    what: &str,
) -> Option<Result<T, String>> {
    match client.call_json(request).await {
        Ok(json) => Some(serde_json::from_slice(&json).map_err(|error| {
            format!("{what} comes as JSON that this client cannot read: {error}")
        })),
        Err(error) => failed(&error).map(Err),
    }
}

async fn search(client: &Client, request: Request, words: String) -> Option<Answer> {
    let result = found(client, request).await?;
    Some(Answer::Search { words, result })
}

async fn found(client: &Client, request: Request) -> Option<Result<Found, String>> {
    one(client.call(request).await, |reply| match reply {
        Reply::Found(found) => Some(*found),
        _ => None,
    })
}

async fn coverage(client: &Client, request: Request) -> Option<Result<Vec<CoverageRow>, String>> {
    let rows = parts(client, request, |reply| match reply {
        Reply::Coverage(rows) => Some(rows),
        _ => None,
    });
    rows.await
}

async fn versions(client: &Client, request: Request) -> Option<Result<Vec<VersionRow>, String>> {
    let rows = parts(client, request, |reply| match reply {
        Reply::Versions(rows) => Some(rows),
        _ => None,
    });
    rows.await
}

async fn written(client: &Client, request: Request) -> Option<Result<(), String>> {
    one(client.call(request).await, |_| Some(()))
}

/// What the dictionary is called that it led to.
async fn reshaped(client: &Client, request: Request) -> Option<Result<String, String>> {
    one(client.call(request).await, |reply| match reply {
        Reply::Dictionaries(rows) => rows.into_iter().next().map(|row| row.name),
        _ => None,
    })
}

/// A rename, accepted or refused.
async fn decided(client: &Client, request: Request) -> Option<Result<(), String>> {
    one(client.call(request).await, |reply| match reply {
        Reply::Renames(_) => Some(()),
        _ => None,
    })
}

/// All rows of an answer in parts.
async fn parts<T>(
    client: &Client,
    request: Request,
    expected: impl Fn(Reply) -> Option<Vec<T>>,
) -> Option<Result<Vec<T>, String>> {
    let (mut rows, mut strange) = (Vec::new(), false);
    let called = client.call_parts(request, CALL_DEADLINE, |reply| match expected(reply) {
        Some(part) => rows.extend(part),
        None => strange = true,
    });
    match called.await {
        Ok(()) if strange => Some(Err(ClientError::Unexpected.to_string())),
        Ok(()) => Some(Ok(rows)),
        Err(error) => failed(&error).map(Err),
    }
}

fn one<T>(
    called: Result<Reply, ClientError>,
    expected: impl FnOnce(Reply) -> Option<T>,
) -> Option<Result<T, String>> {
    match called {
        Ok(reply) => Some(expected(reply).ok_or_else(|| ClientError::Unexpected.to_string())),
        Err(error) => failed(&error).map(Err),
    }
}

fn failed(error: &ClientError) -> Option<String> {
    match error {
        ClientError::Lost => None,
        other => Some(other.to_string()),
    }
}
