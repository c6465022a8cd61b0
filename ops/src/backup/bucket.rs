//! One bucket of an S3 service: objects by their keys, each request tried again where chance may have
//! failed it.

use std::io::{self, Read};
use std::time::Duration;

use rusty_s3::actions::{ListObjectsV2, S3Action};
use rusty_s3::{Bucket, Credentials};
use ureq::http::StatusCode;
use ureq::{Agent, SendBody};

use super::BackupError;

/// How long a signed address is good for: longer than one object takes.
const SIGNED_FOR: Duration = Duration::from_secs(6 * 3600);
/// Nothing moves for so long: the service is gone.
const STALLED: Duration = Duration::from_secs(60);
/// Pages of a thousand names that a listing may have; far more than retention leaves.
const PAGES: usize = 200;
/// Bytes of one page of names.
const LARGEST_ANSWER: u64 = 8 << 20;
/// Bytes of an error that are looked at.
const LARGEST_REFUSAL: u64 = 4096;
/// Tries of a request, and how long to rest before each of them.
const RESTS_MS: [u64; 4] = [0, 300, 1_000, 3_000];

/// Clones share the connections.
#[derive(Clone)]
pub(super) struct Client {
    bucket: Bucket,
    credentials: Credentials,
    agent: Agent,
}

/// An answer's code and body.
struct Answer {
    status: StatusCode,
    body: Box<dyn Read + Send>,
}

impl Client {
    pub(super) fn new(bucket: Bucket, credentials: Credentials) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_resolve(Some(Duration::from_secs(20)))
            .timeout_connect(Some(Duration::from_secs(20)))
            .timeout_recv_response(Some(STALLED))
            .timeout_per_read(Some(STALLED))
            .timeout_per_write(Some(STALLED))
            .user_agent("ddgen");
        Self {
            bucket,
            credentials,
            agent: config.build().into(),
        }
    }

    pub(super) fn bucket_name(&self) -> &str {
        self.bucket.name()
    }

    /// The bytes of an object from `start` on; none when there is no such object. A line that breaks
    /// while they are read is made anew, a few times.
    pub(super) fn get(&self, key: &str) -> Result<Option<Box<dyn Read + Send>>, BackupError> {
        let Some(body) = again(|| self.get_from(key, 0))? else {
            return Ok(None);
        };
        Ok(Some(Box::new(Steady {
            client: self.clone(),
            key: key.to_owned(),
            body,
            read: 0,
            tries: RESTS_MS.iter().skip(1),
        })))
    }

    fn get_from(&self, key: &str, start: u64) -> Result<Option<Box<dyn Read + Send>>, BackupError> {
        let url = self.bucket.get_object(Some(&self.credentials), key);
        let mut request = self.agent.get(url.sign(SIGNED_FOR).as_str());
        let wanted = if start == 0 {
            StatusCode::OK
        } else {
            request = request.header("range", format!("bytes={start}-"));
            StatusCode::PARTIAL_CONTENT
        };
        let answer = self.answer("reading from", request.call())?;
        match answer.status {
            status if status == wanted => Ok(Some(answer.body)),
            StatusCode::NOT_FOUND => Ok(None),
            _ => Err(self.refused("reading from", answer)),
        }
    }

    /// A small object, none when there is no such one.
    pub(super) fn get_small(&self, key: &str, most: u64) -> Result<Option<Vec<u8>>, BackupError> {
        let Some(body) = self.get(key)? else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        body.take(most)
            .read_to_end(&mut bytes)
            .map_err(|error| BackupError::io(self.doing("reading from"), &error))?;
        Ok(Some(bytes))
    }

    /// Writes an object, once: what feeds it cannot be had again.
    pub(super) fn put(
        &self,
        key: &str,
        bytes: u64,
        from: &mut dyn Read,
    ) -> Result<(), BackupError> {
        let url = self.bucket.put_object(Some(&self.credentials), key);
        let answer = self
            .agent
            .put(url.sign(SIGNED_FOR).as_str())
            .header("content-length", bytes.to_string())
            .send(SendBody::from_reader(from));
        let answer = self.answer("writing to", answer)?;
        match answer.status.is_success() {
            true => Ok(()),
            false => Err(self.refused("writing to", answer)),
        }
    }

    /// Writes a small object and reads it back.
    pub(super) fn put_small(&self, key: &str, bytes: &[u8]) -> Result<(), BackupError> {
        again(|| {
            let mut from = bytes;
            self.put(key, bytes.len() as u64, &mut from)?;
            match self.get_small(key, bytes.len() as u64 + 1)? {
                Some(found) if found == bytes => Ok(()),
                _ => Err(self.failed("writing to", "what arrived is not what was sent")),
            }
        })
    }

    pub(super) fn delete(&self, key: &str) -> Result<(), BackupError> {
        again(|| {
            let url = self.bucket.delete_object(Some(&self.credentials), key);
            let answer = self.agent.delete(url.sign(SIGNED_FOR).as_str()).call();
            let answer = self.answer("removing from", answer)?;
            match answer.status.is_success() || answer.status == StatusCode::NOT_FOUND {
                true => Ok(()),
                false => Err(self.refused("removing from", answer)),
            }
        })
    }

    /// All keys that begin so.
    pub(super) fn keys(&self, prefix: &str) -> Result<Vec<String>, BackupError> {
        let mut keys = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..PAGES {
            let page = again(|| {
                let mut list = self.bucket.list_objects_v2(Some(&self.credentials));
                list.with_prefix(prefix.to_owned());
                if let Some(token) = &token {
                    list.with_continuation_token(token.clone());
                }
                let answer = self.agent.get(list.sign(SIGNED_FOR).as_str()).call();
                let answer = self.answer("listing", answer)?;
                if answer.status != StatusCode::OK {
                    return Err(self.refused("listing", answer));
                }
                let mut text = String::new();
                answer
                    .body
                    .take(LARGEST_ANSWER)
                    .read_to_string(&mut text)
                    .map_err(|error| self.failed("listing", error))?;
                ListObjectsV2::parse_response(&text).map_err(|error| self.failed("listing", error))
            })?;
            keys.extend(page.contents.into_iter().map(|object| object.key));
            token = page.next_continuation_token;
            if token.is_none() {
                return Ok(keys);
            }
        }
        Err(self.failed("listing", "it holds more objects than backups ever make"))
    }

    fn answer(
        &self,
        what: &str,
        answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Answer, BackupError> {
        let answer = answer.map_err(|error| match error {
            ureq::Error::Io(error) => BackupError::io(self.doing(what), &error),
            error => self.failed(what, error),
        })?;
        Ok(Answer {
            status: answer.status(),
            body: Box::new(answer.into_body().into_reader()),
        })
    }

    fn doing(&self, what: &str) -> String {
        format!("{what} the bucket `{}`", self.bucket.name())
    }

    fn failed(&self, what: &str, because: impl std::fmt::Display) -> BackupError {
        BackupError::Io {
            what: self.doing(what),
            because: because.to_string(),
        }
    }

    /// The service's own words, without what only programs read.
    fn refused(&self, what: &str, answer: Answer) -> BackupError {
        let mut text = String::new();
        // What cannot be read of them is left out.
        drop(answer.body.take(LARGEST_REFUSAL).read_to_string(&mut text));
        let message = text
            .split_once("<Message>")
            .and_then(|(_, rest)| rest.split_once("</Message>"))
            .map_or("", |(message, _)| message);
        let status = answer.status;
        let advice = match status {
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => {
                "; check backup.s3_access_key, backup.s3_secret_key and the bucket's policy"
            }
            StatusCode::NOT_FOUND => "; check the name of the bucket",
            _ => "",
        };
        let because = format!("it answered {status} {message}{advice}");
        let passes = matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS
        );
        match status.is_client_error() && !passes {
            // The same again would be answered the same.
            true => BackupError::Refused(format!("{}: {because}", self.doing(what))),
            false => self.failed(what, because),
        }
    }
}

/// Tries again what may have failed by chance.
fn again<T>(mut work: impl FnMut() -> Result<T, BackupError>) -> Result<T, BackupError> {
    let mut last = BackupError::Stopped;
    for rest in RESTS_MS {
        std::thread::sleep(Duration::from_millis(rest));
        match work() {
            Err(error @ BackupError::Io { .. }) => last = error,
            done => return done,
        }
    }
    Err(last)
}

/// An object that is read on where the line broke. What was read before and what comes after may be
/// of two writings of it: whoever reads compares the whole with its hash.
struct Steady {
    client: Client,
    key: String,
    body: Box<dyn Read + Send>,
    read: u64,
    tries: std::iter::Skip<std::slice::Iter<'static, u64>>,
}

impl Read for Steady {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let error = match self.body.read(into) {
                Ok(count) => {
                    self.read += count as u64;
                    return Ok(count);
                }
                Err(error) => error,
            };
            let Some(rest) = self.tries.next() else {
                return Err(error);
            };
            std::thread::sleep(Duration::from_millis(*rest));
            match self.client.get_from(&self.key, self.read) {
                Ok(Some(body)) => self.body = body,
                Ok(None) => return Err(error),
                Err(BackupError::Io { .. }) => {}
                Err(other) => return Err(other.into()),
            }
        }
    }
}
