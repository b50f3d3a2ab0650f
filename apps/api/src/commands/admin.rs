//! The admin port of a command that runs on: metrics, health, and a test's clock.

use std::net::TcpListener;

use anyhow::Context;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::HttpConfig;
use crate::http::server::{self, told_to_stop};
use crate::http::state::AppState;
use crate::http::{metrics, test_clock};
use crate::wiring::TestClock;

/// The port, bound but not served yet.
pub(super) struct AdminPort {
    listener: TcpListener,
    recorded: PrometheusHandle,
}

/// The port while it's served.
pub(super) struct Served {
    shutdown: CancellationToken,
    server: JoinHandle<std::io::Result<()>>,
}

impl AdminPort {
    /// Binds the port and begins to record metrics.
    pub(super) fn bind(config: &HttpConfig) -> anyhow::Result<Self> {
        let recorded = metrics::builder()?.install_recorder()?;
        tokio::spawn(metrics::keep_small(recorded.clone()));
        let listener = server::listen(config.admin_address).context("ADMIN_ADDR")?;
        Ok(Self { listener, recorded })
    }

    /// Serves the port, and says where it is if `ADMIN_ADDR_FILE` asks for that.
    pub(super) fn serve(
        self,
        state: AppState,
        clock: Option<TestClock>,
        config: &HttpConfig,
    ) -> anyhow::Result<Served> {
        let shutdown = CancellationToken::new();
        let address = self.listener.local_addr()?;
        let extra = clock.map(test_clock::endpoints).unwrap_or_default();
        let server = server::admin(state, self.recorded, self.listener, shutdown.clone(), extra)?;
        let server = tokio::spawn(server);
        server::announce(address, config.admin_address_file.as_deref()).context("ADMIN_ADDR_FILE")?;
        tracing::info!(admin.address = %address, "metrics and health are served");
        Ok(Served { shutdown, server })
    }
}

impl Served {
    /// Ends it, last of all: operators can watch the others finish.
    pub(super) async fn stop(self) -> anyhow::Result<()> {
        self.shutdown.cancel();
        Ok(self.server.await??)
    }
}

/// Cancels `shutdown` when the process is told to end.
pub(super) fn stop_when_told(shutdown: CancellationToken) {
    tokio::spawn(async move {
        if let Err(error) = told_to_stop().await {
            tracing::error!(%error, "signals can't be heard; stopping");
        }
        tracing::info!("stopping: what is under way is finished");
        shutdown.cancel();
    });
}
