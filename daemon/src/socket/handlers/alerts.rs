use ddgen_ipc::message::{AlertCall, Refusal, RefusalKind, Reply};
use ddgen_ops::alerts::Refused;

use crate::desk::Desk;
use crate::socket::peer::Peer;
use crate::store::{AuditEntry, AuditOutcome};

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
    if let Some((action, alert)) = written(&call) {
        tracing::info!(?call, peer = %peer.name, "a command about alerts");
        let entry = AuditEntry::done(&peer.caller(), action, alert);
        desk.audit(match &done {
            Ok(()) => entry,
            Err(refused) => entry.but(AuditOutcome::Refused, refused.to_string()),
        })
        .await;
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

/// What the log of writes calls it, and which alert it is about; none: it only reads.
fn written(call: &AlertCall) -> Option<(&'static str, &str)> {
    match call {
        AlertCall::List => None,
        AlertCall::Ack { alert, .. } => Some(("alerts ack", alert)),
        AlertCall::Silence { alert, .. } => Some(("alerts silence", alert)),
        AlertCall::Unsilence { alert } => Some(("alerts unsilence", alert)),
    }
}
