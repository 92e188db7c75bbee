//! Connections: accepted up to a limit, each with a deadline for its requests' heads and for taking its answers, and
//! drained on the way out.

mod crowd;

use std::{future::Future, io, net::IpAddr, pin::pin, sync::Arc, time::Duration};

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
    tls::Tls,
};

/// A listener, what is served behind it, and whether it speaks TLS.
pub struct Door {
    /// Where connections come in.
    pub listener: TcpListener,
    /// What answers.
    pub router: Router,
    /// How it speaks TLS, if it does.
    pub tls: Option<Tls>,
}

/// Serves each listener's paths until `stop`, then finishes what is under way. All that was acknowledged is in the
/// store when it returns.
pub async fn serve(doors: Vec<Door>, state: Arc<State>, stop: impl Future<Output = ()>) {
    let (tell, told) = watch::channel(false);
    let mut open = JoinSet::new();
    for door in doors {
        open.spawn(door.open(Arc::clone(&state), told.clone()));
    }
    stop.await;
    tell.send_replace(true);
    open.join_all().await;
    if let Err(error) = state.store.flush().await {
        tracing::error!(%error, "the store could not be flushed");
    }
    state.metrics.log();
}

impl Door {
    async fn open(self, state: Arc<State>, mut told: watch::Receiver<bool>) {
        let Self { listener, router, tls } = self;
        let settings = &state.settings;
        let head_timeout = Duration::from_millis(settings.head_timeout_ms);
        let mut connections = http1::Builder::new();
        connections.timer(TokioTimer::new()).header_read_timeout(head_timeout);
        let places = Arc::new(Semaphore::new(settings.connections_limit));
        let crowd = Crowd::of(settings);
        let draining = GracefulShutdown::new();
        let service = TowerToHyperService::new(router);
        // Whoever sends visitors here learns from `/readyz` to send them elsewhere, before nobody is let in any more.
        let mut closing = pin!(async {
            // The sender that is gone says the same.
            let _ = told.wait_for(|stop| *stop).await;
            state.stop();
            tokio::time::sleep(Duration::from_millis(settings.stop_delay_ms)).await;
        });
        loop {
            let accepted = tokio::select! {
                () = &mut closing => break,
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
            let stream = Box::pin(stream);
            let service = service.clone();
            let with_peer = service_fn(move |mut request: Request<Incoming>| {
                request.extensions_mut().insert(Peer(peer));
                service.call(request)
            });
            let (connections, watcher, tls) = (connections.clone(), draining.watcher(), tls.clone());
            tokio::spawn(async move {
                // A client that goes away is no fault of ours, and what it sent is none of the log's business.
                match tls {
                    None => drop(watcher.watch(connections.serve_connection(TokioIo::new(stream), with_peer)).await),
                    Some(tls) => {
                        if let Some(stream) = tls.accept(stream, head_timeout).await {
                            drop(watcher.watch(connections.serve_connection(TokioIo::new(stream), with_peer)).await);
                        }
                    }
                }
                drop(place);
            });
        }
        drop(listener);
        tracing::info!("stopping: finishing what is under way");
        let deadline = Duration::from_millis(settings.drain_timeout_ms);
        if tokio::time::timeout(deadline, draining.shutdown()).await.is_err() {
            tracing::warn!("some requests took too long and were cut off");
        }
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
