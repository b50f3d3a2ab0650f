//! Numbers for Prometheus. Any code counts through the `metrics` facade; here is where they gather.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::Data;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use super::middleware::HTTP_REQUESTS_SECONDS;

/// In seconds; from what a cache answers in to what nobody waits for.
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Sets up a recorder with our buckets.
pub fn builder() -> Result<PrometheusBuilder, BuildError> {
    PrometheusBuilder::new().set_buckets_for_metric(Matcher::Full(HTTP_REQUESTS_SECONDS.to_owned()), &BUCKETS)
}

/// Sorts what was recorded into its buckets now and then, for ever: a server that nobody asks for its
/// metrics must not gather one number per request.
pub async fn keep_small(recorded: PrometheusHandle) {
    const EVERY: Duration = Duration::from_secs(5);
    loop {
        tokio::time::sleep(EVERY).await;
        recorded.run_upkeep();
    }
}

/// `GET /metrics`, on the admin port only.
pub async fn show(recorded: Data<PrometheusHandle>) -> HttpResponse {
    recorded.run_upkeep();
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(recorded.render())
}
