//! The whole API as one actix application: all routes, with what happens around them.

use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, Error, HttpResponse};

use super::auth;
use super::chat;
use super::coconuts;
use super::docs::{self, Document};
use super::error::ApiError;
use super::health;
use super::media;
use super::middleware::{canonical_path, cors, observe, shape_errors};
use super::notifications;
use super::payments;
use super::plans;
use super::quotes;
use super::refusal::Refusal;
use super::reviews;
use super::routes::{Endpoint, Routes};
use super::socket_io;
use super::state::AppState;
use super::users;
use super::ws;

/// The endpoints of all areas.
pub fn endpoints() -> Vec<Endpoint> {
    [
        auth::endpoints(),
        users::endpoints(),
        plans::endpoints(),
        quotes::endpoints(),
        reviews::endpoints(),
        coconuts::endpoints(),
        payments::endpoints(),
        chat::endpoints(),
        notifications::endpoints(),
        media::endpoints(),
        ws::endpoints(),
        socket_io::endpoints(),
        health::endpoints(),
        docs::endpoints(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What each thread of the server builds its application from.
#[derive(Clone)]
pub struct Blueprint {
    state: AppState,
    routes: Arc<Routes>,
    document: Document,
}

impl Blueprint {
    /// The API with all its routes.
    pub fn new(state: AppState) -> Result<Self, serde_json::Error> {
        Self::with_endpoints(state, endpoints())
    }

    /// The API with these routes only.
    pub fn with_endpoints(
        state: AppState,
        endpoints: impl IntoIterator<Item = Endpoint>,
    ) -> Result<Self, serde_json::Error> {
        let routes = Arc::new(Routes::new(endpoints));
        let document = routes.openapi(state.settings.public_url.as_str().trim_end_matches('/')).to_json()?;
        Ok(Self { state, routes, document: Document(Bytes::from(document)) })
    }

    /// The OpenAPI document, as JSON.
    pub fn document(&self) -> &[u8] {
        &self.document.0
    }

    /// The application, for one thread.
    pub fn app(
        &self,
    ) -> App<
        impl ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<BoxBody>,
            Error = Error,
            InitError = (),
        > + use<>,
    > {
        let Self { state, routes, document } = self.clone();
        let (ids, clock) = (Arc::clone(&state.ids), Arc::clone(&state.clock));
        let spelling = Arc::clone(&routes);
        // actix runs what is wrapped last first.
        App::new()
            .app_data(Data::new(document))
            .configure(|config| state.configure(config))
            .configure(|config| routes.configure(config))
            .default_service(web::to(unknown_route))
            .wrap(from_fn(move |request, next: Next<_>| canonical_path(Arc::clone(&spelling), request, next)))
            .wrap(cors(&state.settings.cors_origins))
            .wrap(from_fn(move |request, next: Next<_>| shape_errors(Arc::clone(&clock), request, next)))
            .wrap(from_fn(move |request, next: Next<_>| observe(Arc::clone(&ids), request, next)))
    }
}

async fn unknown_route() -> Result<HttpResponse, ApiError> {
    Err(Refusal::UnknownRoute.into())
}
