//! Connections. Not `axum::serve`, because that sets no timer, and without one hyper waits for a
//! slow header for ever.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::limits::HttpLimits;
use super::limits::places::{Place, Places};
use super::peer::Peer;
use super::tls::Tls;

/// Bytes of a request's header. hyper's least is 8 KiB, and no client of ours needs more than
/// some long cookies of a neighbour under the same name.
const HEADER_BYTES: usize = 16 << 10;
/// How long to wait when the system has no file descriptor left for another connection.
const OUT_OF_FILES: Duration = Duration::from_millis(200);

/// Answers until `stop`, then takes no more connections, lets what is being answered end, and
/// closes the rest after [`HttpLimits::drain`].
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: HttpLimits,
    tls: Option<Arc<Tls>>,
    stop: CancellationToken,
) {
    let places = Places::new(limits.connections);
    let connections = TaskTracker::new();
    let cut = CancellationToken::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accept(&listener, &places) => accepted,
        };
        let (stream, peer, place) = accepted;
        let (router, limits, tls) = (router.clone(), limits.clone(), tls.clone());
        let (stop, cut) = (stop.clone(), cut.clone());
        connections.spawn(async move {
            tokio::select! {
                () = cut.cancelled() => {}
                () = place.evicted() => {}
                () = answer(stream, peer, router, tls, &place, &limits, &stop) => {}
            }
        });
    }
    drop(listener);
    connections.close();
    if tokio::time::timeout(limits.drain, connections.wait())
        .await
        .is_err()
    {
        tracing::warn!(
            open = connections.len(),
            "closing HTTP connections that are still open"
        );
        cut.cancel();
        connections.wait().await;
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Places>,
) -> (TcpStream, SocketAddr, Arc<Place>) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, places.take().await),
            Err(error) => {
                tracing::warn!(%error, "an HTTP connection could not be accepted");
                tokio::time::sleep(OUT_OF_FILES).await;
            }
        }
    }
}

async fn answer(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    tls: Option<Arc<Tls>>,
    place: &Arc<Place>,
    limits: &HttpLimits,
    stop: &CancellationToken,
) {
    // An answer is one small write: waiting for more would only delay it.
    let _ = stream.set_nodelay(true);
    give_up_on_the_silent(&stream, limits.write);
    let Some(tls) = tls else {
        return serve_stream(stream, peer, router, place, limits, stop).await;
    };
    match tokio::time::timeout(limits.header, tls.acceptor().accept(stream)).await {
        Ok(Ok(stream)) => serve_stream(stream, peer, router, place, limits, stop).await,
        Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
        Err(_) => tracing::debug!("a TLS handshake did not end in time"),
    }
}

/// A client that is gone, or takes nothing, holds what it was sent in the kernel, where no timer of
/// ours sees it: a listener to events would keep its place until the kernel itself gives up, a
/// quarter of an hour later.
#[cfg(target_os = "linux")]
fn give_up_on_the_silent(stream: &TcpStream, after: Duration) {
    let millis = u32::try_from(after.as_millis()).unwrap_or(u32::MAX);
    if let Err(error) = rustix::net::sockopt::set_tcp_user_timeout(stream, millis) {
        tracing::debug!(%error, "a connection has no deadline for what is sent");
    }
}

#[cfg(not(target_os = "linux"))]
fn give_up_on_the_silent(_: &TcpStream, _: Duration) {}

async fn serve_stream<S>(
    stream: S,
    peer: SocketAddr,
    router: Router,
    place: &Arc<Place>,
    limits: &HttpLimits,
    stop: &CancellationToken,
) where
    S: AsyncRead + AsyncWrite + Send + 'static,
{
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.write));
    let place = Arc::clone(place);
    let service = tower::service_fn(move |mut request: Request<Incoming>| {
        let busy = place.busy();
        request.extensions_mut().insert(Peer(peer));
        let answered = router.clone().oneshot(request);
        async move {
            let response = answered.await?;
            Ok::<_, Infallible>(response.map(|body| busy.until_sent(body)))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .max_buf_size(HEADER_BYTES)
        .serve_connection(
            TokioIo::new(Box::pin(stream)),
            TowerToHyperService::new(service),
        );
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "an HTTP connection ended early");
    }
}
