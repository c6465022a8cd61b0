use ddgen_ipc::message::{AlertCall, Refusal, RefusalKind, Reply};
use ddgen_ops::alerts::Refused;

use crate::desk::Desk;
use crate::socket::peer::Peer;

pub(super) async fn answer(desk: &Desk, call: AlertCall, peer: &Peer) -> Result<Reply, Refusal> {
    let done = match &call {
        AlertCall::List => Ok(()),
        AlertCall::Ack { alert, note } => {
            (desk.alerts)
                .acknowledge(alert, &peer.name, note.clone())
                .await
        }
        AlertCall::Silence {
            alert,
            until,
            because,
        } => {
            (desk.alerts)
                .silence(alert, *until, &peer.name, because.clone())
                .await
        }
        AlertCall::Unsilence { alert } => desk.alerts.unsilence(alert).await,
    };
    if !matches!(call, AlertCall::List) {
        tracing::info!(?call, peer = %peer.name, "a command about alerts");
    }
    done.map_err(|refused| {
        let kind = match refused {
            Refused::NotThere { .. } => RefusalKind::NotFound,
            Refused::Bad(_) => RefusalKind::BadInput,
        };
        Refusal::new(kind, refused.to_string())
    })?;
    Ok(Reply::Alerts(Box::new(desk.alerts.list())))
}
