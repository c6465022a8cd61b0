//! A question, and its answer as the model takes it.

use ddgen_ipc::client::CALL_DEADLINE;
use ddgen_ipc::message::Reply;
use ddgen_ipc::{Client, ClientError};

use crate::app::message::{Answer, Ask};

/// None when the connection ended first: that is told once, not by every question.
pub(super) async fn ask(client: &Client, question: Ask) -> Option<Answer> {
    let request = question.request();
    let answer = match question {
        Ask::Subscribe => match client.call(request).await {
            Ok(Reply::Subscribed { next }) => Answer::Subscribed(next),
            Ok(_) => return None,
            // Without events the screen would stand still and look alive: say so.
            Err(error) => Answer::Status(Err(failed(&error)?)),
        },
        Ask::Status { .. } => {
            Answer::Status(one(client.call(request).await, |reply| match reply {
                Reply::Status(status) => Some(status),
                _ => None,
            })?)
        }
        Ask::Dictionaries => {
            let mut rows = Vec::new();
            let called = client.call_parts(request, CALL_DEADLINE, |part| {
                if let Reply::Dictionaries(mut part) = part {
                    rows.append(&mut part);
                }
            });
            match called.await {
                Ok(()) => Answer::Dictionaries(Ok(rows)),
                Err(error) => Answer::Dictionaries(Err(failed(&error)?)),
            }
        }
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
            let result = match client.call_json(request).await {
                Ok(json) => serde_json::from_slice(&json)
                    .map(Box::new)
                    .map_err(|error| format!("the daemon's account of this field is no JSON this client can read: {error}")),
                Err(error) => Err(failed(&error)?),
            };
            Answer::Field {
                name,
                version,
                path,
                result,
            }
        }
        Ask::Retry(_) => Answer::Retried(one(client.call(request).await, |reply| match reply {
            Reply::Retried(count) => Some(count),
            _ => None,
        })?),
    };
    Some(answer)
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
