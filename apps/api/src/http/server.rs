//! The two listeners of a process, from the first byte to the last.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Duration;

use actix_http::HttpService;
use actix_server::Server;
use actix_service::map_config;
use actix_web::dev::AppConfig;
use actix_web::http::Method;
use metrics_exporter_prometheus::PrometheusHandle;
use socket2::SockRef;
use tokio::net::TcpSocket;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::app::Blueprint;
use super::routes::Endpoint;
use super::state::AppState;
use super::websocket::takeover;
use super::{health, metrics};

/// How long a connection may be idle between two requests: longer than a load balancer keeps its own.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long the head of a request may take to arrive.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a client may take to end a connection.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a client may take in nothing of what is on its way to it: one that never reads would
/// otherwise keep its connection, and megabytes of the kernel's, for ever.
const STUCK_TIMEOUT: Duration = Duration::from_mins(2);
/// How long requests in flight are given when the process is told to end.
const DRAIN_SECONDS: u64 = 10;
/// Connections that wait to be accepted; a burst of clients reconnects after a deployment.
const BACKLOG: u32 = 2048;

/// Listens at an address; with port 0, at a free port.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    // Connections inherit it.
    SockRef::from(&socket).set_tcp_user_timeout(Some(STUCK_TIMEOUT))?;
    socket.bind(address).map_err(|error| io::Error::new(error.kind(), format!("{address}: {error}")))?;
    socket.listen(BACKLOG)?.into_std()
}

/// Writes the address that was bound to a file, if one is named, for whoever started us on port 0 and
/// waits until we serve. They never read half of it.
pub fn announce(address: SocketAddr, file: Option<&Path>) -> io::Result<()> {
    let Some(file) = file else { return Ok(()) };
    let mut unfinished = file.as_os_str().to_owned();
    unfinished.push(".tmp");
    std::fs::write(&unfinished, format!("{address}\n"))?;
    std::fs::rename(unfinished, file)
}

/// Serves the API until [`AppState::shutdown`] is cancelled and what was being served is done, or has
/// been for ten seconds.
pub fn api(state: AppState, listener: TcpListener, workers: NonZeroUsize) -> io::Result<Server> {
    let shutdown = state.shutdown.clone();
    serve(Blueprint::new(state)?, listener, workers, shutdown)
}

/// Serves metrics, health and `extra`, for operators only, until `shutdown` is cancelled.
pub fn admin(
    state: AppState,
    recorded: PrometheusHandle,
    listener: TcpListener,
    shutdown: CancellationToken,
    extra: Vec<Endpoint>,
) -> io::Result<Server> {
    let show_metrics = Endpoint::undocumented(Method::GET, "/metrics", metrics::show);
    let endpoints = health::endpoints().into_iter().chain([show_metrics]).chain(extra);
    let blueprint = Blueprint::with_endpoints(state.provide(recorded), endpoints)?;
    serve(blueprint, listener, NonZeroUsize::MIN, shutdown)
}

fn serve(
    blueprint: Blueprint,
    listener: TcpListener,
    workers: NonZeroUsize,
    shutdown: CancellationToken,
) -> io::Result<Server> {
    let draining = shutdown.clone();
    let server = Server::build()
        .workers(workers.get())
        .shutdown_timeout(DRAIN_SECONDS)
        .shutdown_signal(shutdown.cancelled_owned())
        // What actix_web::HttpServer does, too; but that keeps connections for itself.
        .listen("http", listener, move || {
            let draining = draining.clone();
            let app = || map_config(blueprint.app(), |()| AppConfig::default());
            HttpService::build()
                .keep_alive(KEEP_ALIVE)
                .client_request_timeout(HEAD_TIMEOUT)
                .client_disconnect_timeout(DISCONNECT_TIMEOUT)
                .tcp_nodelay(true)
                .graceful_shutdown_signal(move || draining.clone().cancelled_owned())
                .upgrade(takeover::serve(app()))
                .finish(app())
                .tcp()
        })?;
    Ok(server.run())
}

/// Waits for SIGINT or SIGTERM.
pub async fn told_to_stop() -> io::Result<()> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
