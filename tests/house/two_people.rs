//! Two people edit one field, files arrive in between, and the daemon is killed in between: no word that
//! was acknowledged is lost, nothing is overwritten unseen, and the second one is told.

use std::time::Duration;

use ddgen_ipc::message::{AnnotationRow, Aspect, Edit, RefusalKind, Reply, Request};
use ddgen_ipc::place::Hints;
use ddgen_ipc::{Client, ClientError};
use harness::{Daemon, Place};
use tokio::runtime::Runtime;

const ROUNDS: u64 = 4;

/// The one who sits at the client: over its socket, as the client speaks.
struct AtTheClient {
    runtime: Runtime,
    client: Client,
}

impl AtTheClient {
    fn connect(place: &Place) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let hints = Hints::from_environment(Some(place.runtime_dir()), Some(place.data_dir()));
        let connected = runtime.block_on(Client::connect(&hints, Duration::from_secs(10)));
        let (client, _events) = connected.unwrap();
        Self { runtime, client }
    }

    fn call(&self, request: Request) -> Result<Vec<AnnotationRow>, ClientError> {
        match self.runtime.block_on(self.client.call(request))? {
            Reply::Annotations(rows) => Ok(rows),
            other => panic!("{other:?}"),
        }
    }

    /// The revision on the screen; 0 where nothing stands.
    fn sees(&self) -> u64 {
        let rows = self
            .call(Request::Annotations {
                name: "sales".into(),
            })
            .unwrap();
        rows.iter()
            .find(|row| row.field.as_deref() == Some("amount"))
            .map_or(0, |row| row.revision)
    }

    fn writes(&self, text: &str, expects: u64) -> Result<Vec<AnnotationRow>, ClientError> {
        let edit = Edit {
            field: Some("amount".into()),
            aspect: Aspect::Description,
            value: text.to_owned(),
            expects: Some(expects),
        };
        let name = "sales".into();
        self.call(Request::Annotate {
            name,
            edits: vec![edit],
        })
    }
}

/// The other one, by command.
fn by_command(place: &Place, text: &str, expects: u64) -> harness::Outcome {
    let (word, expects) = (format!("description={text}"), expects.to_string());
    place.run(&[
        "annotate",
        "sales",
        "--field",
        "amount",
        &word,
        "--expects",
        &expects,
    ])
}

fn history(place: &Place) -> Vec<String> {
    let rows = place.ask(&[
        "annotate",
        "sales",
        "--field",
        "amount",
        "--history",
        "description",
    ]);
    let rows = rows.as_array().unwrap().iter().rev();
    rows.map(|row| row["value"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn two_people_a_drop_and_a_kill_lose_no_word() {
    let place = Place::new();
    let mut daemon = Daemon::start(&place);
    place.drop_file("sales_2026-01-05.csv", "id,amount\n1,10\n");
    place.settled(1);
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 1..=ROUNDS {
        let anne = AtTheClient::connect(&place);
        let seen = anne.sees();

        // The other one writes first. A file of another order of columns comes, and the daemon dies.
        let bobs = format!("bob, round {round}");
        let out = by_command(&place, &bobs, seen);
        assert_eq!(out.code, 0, "{}", out.stderr);
        acknowledged.push(bobs.clone());
        let columns = ["amount,id", "id,amount"][(round % 2) as usize];
        place.drop_file(
            &format!("sales_2026-02-{round:02}.csv"),
            format!("{columns}\n{round},{}\n", round * 7),
        );
        daemon.kill();
        assert!(anne.writes("into the void", seen).is_err());
        daemon = Daemon::start(&place);

        // The one at the client still has the old text before her: she is told, by whom, and nothing
        // is overwritten.
        let anne = AtTheClient::connect(&place);
        match anne.writes("anne, unseen", seen) {
            Err(ClientError::Refused(refusal)) => {
                assert_eq!(refusal.kind, RefusalKind::Conflict);
                assert!(refusal.message.contains("meanwhile"), "{}", refusal.message);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(history(&place), acknowledged);

        // She looks, writes again, and the daemon dies as soon as she was answered.
        let now = anne.sees();
        assert!(now > seen);
        let annes = format!("anne, round {round}");
        anne.writes(&annes, now).unwrap();
        acknowledged.push(annes);
        daemon.kill();
        daemon = Daemon::start(&place);
        let late = by_command(&place, "bob, unseen", now);
        assert_eq!(late.code, 1, "{}", late.stdout);
        assert!(late.stderr.contains("meanwhile"), "{}", late.stderr);
        assert_eq!(history(&place), acknowledged);
    }
    let status = place.settled(1 + ROUNDS);
    assert_eq!(status["drops"]["done"], 1 + ROUNDS, "{status}");
    let shown = place.ask(&["show", "sales"]);
    assert_eq!(shown["version"], 1 + ROUNDS);
    assert_eq!(
        shown["annotations"][0]["value"],
        acknowledged[acknowledged.len() - 1].as_str()
    );
}
