//! The driver: hyper, with a time-out for everything and a cap on connections.
use crate::stream::Stream;
use axum::Router;
use core::future::Future;
use core::pin::pin;
use core::time::Duration;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How the driver treats connections.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Serve {
    /// Most connections at a time; further ones wait to be accepted.
    pub connections_max: usize,
    /// How long the head of a request may take. A connection may lie idle between requests as
    /// long.
    pub header_timeout: Duration,
    /// How long a client may not take delivery of an answer.
    pub write_timeout: Duration,
    /// How long requests under way may take once the server is told to stop.
    pub shutdown_timeout: Duration,
    /// Most headers of a request.
    pub headers_max: usize,
    /// Largest head of a request, in bytes. Queries are part of it: 100 of 4096 characters each do
    /// not fit, a few dozen do.
    pub head_bytes_max: usize,
}

impl Default for Serve {
    fn default() -> Self {
        Self {
            connections_max: 10_000,
            header_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            shutdown_timeout: Duration::from_secs(10),
            headers_max: 100,
            head_bytes_max: 256 * 1024,
        }
    }
}

/// The address at the other end, for the handlers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Serve `router` on `listener` until `shutdown` is done; then finish what is under way.
///
/// The time-outs are those that axum's own `serve` lacks.
///
/// # Errors
/// The listener itself failed. That a connection failed concerns nobody but its client.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    options: Serve,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    listener.local_addr()?;
    let connections = Arc::new(Semaphore::new(options.connections_max.max(1)));
    let graceful = GracefulShutdown::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &connections) => accepted,
        };
        let Some((stream, address, permit)) = accepted else { continue };
        let service = router.clone().layer(axum::Extension(Peer(address)));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(options.header_timeout)
            .max_headers(options.headers_max)
            .max_buf_size(options.head_bytes_max.max(8192))
            .serve_connection(
                TokioIo::new(Stream::new(stream, options.write_timeout)),
                TowerToHyperService::new(service),
            );
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // What a client did wrong is its own business, and may hold what it sent.
            drop(connection.await);
            drop(permit);
        });
    }
    drop(listener);
    drop(tokio::time::timeout(options.shutdown_timeout, graceful.shutdown()).await);
    Ok(())
}

type Accepted = (TcpStream, SocketAddr, OwnedSemaphorePermit);

async fn accept(listener: &TcpListener, connections: &Arc<Semaphore>) -> Option<Accepted> {
    let permit = Arc::clone(connections).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, address)) => {
            // Answers are small and written at once; there is nothing to wait for.
            stream.set_nodelay(true).ok();
            Some((stream, address, permit))
        }
        Err(_) => {
            // Out of descriptors, most likely: some are given back before long.
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}
