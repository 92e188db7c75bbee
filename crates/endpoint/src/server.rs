//! Connections: accepted up to a limit, each with a deadline for its requests' heads and for taking its answers, and
//! drained on the way out.

mod crowd;

use std::{future::Future, io, net::IpAddr, sync::Arc, time::Duration};

use axum::Router;
use hyper::{
    Request,
    body::Incoming,
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
};

use tokio_io_timeout::TimeoutWriter;

use self::crowd::Crowd;
use crate::{
    client::{self, Peer},
    state::State,
};

/// Serves each listener's paths until `stop`, then finishes what is under way. All that was acknowledged is in the
/// store when it returns.
pub async fn serve(doors: Vec<(TcpListener, Router)>, state: Arc<State>, stop: impl Future<Output = ()>) {
    let (tell, told) = watch::channel(false);
    let mut open = JoinSet::new();
    for (listener, router) in doors {
        open.spawn(door(listener, router, Arc::clone(&state), told.clone()));
    }
    stop.await;
    tell.send_replace(true);
    open.join_all().await;
    if let Err(error) = state.store.flush().await {
        tracing::error!(%error, "the store could not be flushed");
    }
    state.fates.log();
}

async fn door(listener: TcpListener, router: Router, state: Arc<State>, mut told: watch::Receiver<bool>) {
    let settings = &state.settings;
    let mut connections = http1::Builder::new();
    connections.timer(TokioTimer::new()).header_read_timeout(Duration::from_millis(settings.head_timeout_ms));
    let places = Arc::new(Semaphore::new(settings.connections_limit));
    let crowd = Crowd::of(settings);
    let draining = GracefulShutdown::new();
    let service = TowerToHyperService::new(router);
    loop {
        let accepted = tokio::select! {
            _ = told.wait_for(|stop| *stop) => break,
            accepted = accept(&listener, &places) => accepted,
        };
        let (stream, peer, place) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Such as too many open files: others may be closed in a moment.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        // A proxy's connections are those of many.
        let place = match (client::is_trusted(settings, peer), crowd.enter(peer)) {
            (false, None) => continue,
            (_, own) => (place, own),
        };
        let mut stream = TimeoutWriter::new(stream);
        stream.set_timeout(Some(Duration::from_millis(settings.answer_timeout_ms)));
        let service = service.clone();
        let with_peer = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(peer));
            service.call(request)
        });
        let connection = connections.serve_connection(TokioIo::new(Box::pin(stream)), with_peer);
        let connection = draining.watch(connection);
        tokio::spawn(async move {
            // A client that goes away is no fault of ours, and what it sent is none of the log's business.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    state.stop();
    tracing::info!("stopping: finishing what is under way");
    let deadline = Duration::from_millis(settings.drain_timeout_ms);
    if tokio::time::timeout(deadline, draining.shutdown()).await.is_err() {
        tracing::warn!("some requests took too long and were cut off");
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, IpAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, peer.ip(), place))
}
