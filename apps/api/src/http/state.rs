//! Everything that the handlers need, made once at the start and shared by all threads.

use std::sync::Arc;

use actix_web::web::{Data, ServiceConfig};
use kernel::{Clock, IdGenerator};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::extract::{Authenticate, BodyLimits, TrustedProxies};
use super::health::HealthCheck;

/// How the HTTP side is set up; from the configuration.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Under which clients reach us, for links to ourselves.
    pub public_url: Url,
    /// The web pages that may read our answers.
    pub cors_origins: Vec<String>,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// What is read of a JSON body.
    pub body: BodyLimits,
}

/// Registers one value with actix.
type Provide = Arc<dyn Fn(&mut ServiceConfig) + Send + Sync>;

/// The ports that the HTTP side uses itself, and the use cases that handlers ask for as
/// `web::Data<PostPlan>`.
#[derive(Clone)]
pub struct AppState {
    /// The time in the body of an error.
    pub clock: Arc<dyn Clock>,
    /// Where request ids come from.
    pub ids: Arc<dyn IdGenerator>,
    /// Who holds a token.
    pub authenticate: Arc<dyn Authenticate>,
    /// What readiness depends on.
    pub health: Vec<Arc<dyn HealthCheck>>,
    /// The rest.
    pub settings: HttpSettings,
    /// Cancelled when the process is about to end; what holds a connection open (sockets, streams) asks
    /// for `web::Data<CancellationToken>` and closes then.
    pub shutdown: CancellationToken,
    provided: Vec<Provide>,
}

impl AppState {
    /// The ports and settings; health checks and use cases are added to it.
    pub fn new(
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdGenerator>,
        authenticate: Arc<dyn Authenticate>,
        settings: HttpSettings,
    ) -> Self {
        let (health, provided, shutdown) = (Vec::new(), Vec::new(), CancellationToken::new());
        Self { clock, ids, authenticate, health, settings, shutdown, provided }
    }

    /// Hands a use case to the handlers that ask for it as `web::Data<T>`.
    #[must_use]
    pub fn provide<T: Send + Sync + 'static>(mut self, value: T) -> Self {
        let data = Data::new(value);
        self.provided.push(Arc::new(move |config: &mut ServiceConfig| {
            config.app_data(data.clone());
        }));
        self
    }

    /// Adds something to what `GET /health/ready` asks.
    #[must_use]
    pub fn check(mut self, check: Arc<dyn HealthCheck>) -> Self {
        self.health.push(check);
        self
    }

    /// Makes all of it available to the extractors and handlers of one thread.
    pub(super) fn configure(&self, config: &mut ServiceConfig) {
        config
            .app_data(Data::new(Arc::clone(&self.clock)))
            .app_data(Data::new(Arc::clone(&self.authenticate)))
            .app_data(Data::new(self.health.clone()))
            .app_data(Data::new(self.settings.clone()))
            .app_data(Data::new(self.settings.trusted_proxies.clone()))
            .app_data(Data::new(self.settings.body))
            .app_data(Data::new(self.shutdown.clone()));
        for provide in &self.provided {
            provide(config);
        }
    }
}
