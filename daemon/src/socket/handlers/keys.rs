use ddgen_ipc::message::{Keys, Refusal, RefusalKind, Reply};

use crate::desk::Desk;
use crate::desk::refuse;
use crate::keys::KeysError;
use crate::socket::peer::Peer;

pub(super) async fn answer(desk: &Desk, call: Keys, peer: &Peer) -> Result<Reply, Refusal> {
    let (ring, by) = (&desk.keys, &peer.caller());
    let done = match call {
        Keys::List => return Ok(Reply::Keys(ring.list())),
        Keys::Revoke { id } => ring.revoke(&id, by).await.map(|row| Reply::Keys(vec![row])),
        Keys::Create {
            name,
            scope,
            expires_in,
        } => {
            let made = ring.create(&name, scope, expires_in.map(millis), by).await;
            made.map(told)
        }
        Keys::Rotate { id, overlap } => ring.rotate(&id, millis(overlap), by).await.map(told),
    };
    done.map_err(|error| refusal(&error))
}

/// The only place that a key leaves by.
fn told((secret, row): (crate::keys::Secret, ddgen_ipc::message::KeyRow)) -> Reply {
    Reply::NewKey {
        key: secret.reveal(),
        row,
    }
}

/// A century is as good as never, and no sum of it runs over.
fn millis(seconds: u64) -> i64 {
    const CENTURY: u64 = 100 * 366 * 24 * 3_600;
    i64::try_from(seconds.min(CENTURY) * 1_000).unwrap_or(i64::MAX)
}

fn refusal(error: &KeysError) -> Refusal {
    let kind = match error {
        KeysError::Store(error) => return refuse::store(error),
        KeysError::NotFound(_) => RefusalKind::NotFound,
        KeysError::Random(_) => RefusalKind::Internal,
        KeysError::Over(..) | KeysError::Name | KeysError::Full => RefusalKind::BadInput,
    };
    Refusal::new(kind, error.to_string())
}
