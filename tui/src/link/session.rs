//! One connection, from its first answer to its end.

use std::sync::Arc;
use std::time::Duration;

use ddgen_ipc::Client;
use ddgen_ipc::message::EventFrame;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::ask;
use crate::app::message::{Ask, LinkNews};

/// Counts are asked for once for all that happens in this time.
const SOON: Duration = Duration::from_millis(250);

/// Questions on their way at most; further ones wait in their channel.
const AT_ONCE: usize = 16;

/// Passes questions and news until the connection ends. Dropped answers of questions still on
/// their way are of no use to anyone.
pub(super) async fn run(
    client: Client,
    mut events: mpsc::Receiver<EventFrame>,
    epoch: u64,
    asks: &mut mpsc::Receiver<Ask>,
    news: &mpsc::Sender<LinkNews>,
) {
    let client = Arc::new(client);
    let mut asking = JoinSet::new();
    loop {
        tokio::select! {
            event = events.recv() => {
                let Some(event) = event else { return };
                if news.send(LinkNews::Event(Box::new(event))).await.is_err() {
                    return;
                }
            }
            question = asks.recv(), if asking.len() < AT_ONCE => {
                let Some(question) = question else { return };
                asking.spawn(answer(Arc::clone(&client), epoch, question, news.clone()));
            }
            Some(_) = asking.join_next() => {}
        }
    }
}

async fn answer(client: Arc<Client>, epoch: u64, question: Ask, news: mpsc::Sender<LinkNews>) {
    if question == (Ask::Status { soon: true }) {
        tokio::time::sleep(SOON).await;
    }
    if let Some(answer) = ask::ask(&client, question).await {
        let _closing = news.send(LinkNews::Answer { epoch, answer }).await;
    }
}
