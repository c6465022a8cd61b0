//! A real S3 service (moto) with one bucket.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use ddgen_ops::backup::{S3Place, S3Settings};

use crate::until;

/// A folder of its bucket.
const FOLDER: &str = "team/ddgen";

/// Killed when dropped.
pub struct Bucket {
    service: Child,
    port: u16,
}

impl Bucket {
    /// None where there is no moto: `DDGEN_TEST_MOTO` names the folder that pip put it into.
    ///
    /// # Panics
    /// When it is there and does not come up.
    #[must_use]
    pub fn start() -> Option<Self> {
        let packages = std::env::var_os("DDGEN_TEST_MOTO")?;
        // A port that was free a moment ago.
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let service = Command::new("python3")
            .args(["-m", "moto.server", "-H", "127.0.0.1", "-p"])
            .arg(port.to_string())
            .env("PYTHONPATH", packages)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let bucket = Self { service, port };
        until("moto answers", || bucket.send(b"", "PUT", "/bucket"));
        Some(bucket)
    }

    /// One request; the answer's text, none when there is no answer.
    fn send(&self, body: &[u8], verb: &str, path: &str) -> Option<String> {
        let mut line = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok()?;
        let head = format!(
            "{verb} {path} HTTP/1.1\r\nhost: s3\r\ncontent-length: {}\r\nconnection: close\r\n\
             authorization: AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request\r\n\r\n",
            body.len()
        );
        line.write_all(head.as_bytes()).ok()?;
        line.write_all(body).ok()?;
        let mut answer = String::new();
        line.read_to_string(&mut answer).ok()?;
        answer.starts_with("HTTP/1.1 200").then_some(answer)
    }

    /// Puts an object beside those of others, as another program would.
    ///
    /// # Panics
    /// When the service refuses it.
    pub fn put(&self, key: &str, bytes: &[u8]) {
        self.send(bytes, "PUT", &format!("/bucket/{key}")).unwrap();
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// As `--from` and `backup.offsite` name it.
    #[must_use]
    pub fn name() -> String {
        format!("s3://bucket/{FOLDER}")
    }

    /// What `[backup]` needs to reach it.
    #[must_use]
    pub fn settings(&self) -> String {
        format!(
            "s3_endpoint = \"http://127.0.0.1:{}\"\ns3_access_key = \"an access key\"\n\
             s3_secret_key = \"9c1185a5c5e9fc54612808977ee8f548\"\n",
            self.port
        )
    }

    /// Its folder, reached by this port: the service's own, or that of a line to it.
    ///
    /// # Panics
    /// Never: the address is one.
    #[must_use]
    pub fn place(port: u16) -> S3Place {
        S3Place::new(&S3Settings {
            endpoint: format!("http://127.0.0.1:{port}"),
            region: "us-east-1".to_owned(),
            bucket: "bucket".to_owned(),
            prefix: FOLDER.to_owned(),
            access_key: "an access key".to_owned(),
            secret_key: "a secret".into(),
        })
        .unwrap()
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        let _gone = self.service.kill();
        let _gone = self.service.wait();
    }
}
