//! What the process writes about itself, to standard error.

use std::io::IsTerminal;

use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

use crate::config::AppEnv;

/// What is worth a line unless `RUST_LOG` says otherwise; actix tells of each thread that it starts.
const USUAL: &str = "info,actix_server=warn";

/// Starts logging for a command that is over soon: only what goes wrong.
pub fn start_quietly() -> Result<(), TryInitError> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::registry()
        .with(filter)
        .with(fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal()))
        .try_init()
}

/// Starts logging: one JSON object a line in production, lines for people elsewhere. `RUST_LOG` filters.
/// A panic is logged as well, so that it bears the id of its request.
pub fn start(environment: AppEnv) -> Result<(), TryInitError> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(USUAL));
    let for_machines = (environment == AppEnv::Production)
        .then(|| fmt::layer().with_writer(std::io::stderr).json().flatten_event(true).with_span_list(false));
    let for_people = (environment != AppEnv::Production)
        .then(|| fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal()));
    tracing_subscriber::registry().with(filter).with(for_machines).with(for_people).try_init()?;
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(panic.message = panic.payload_as_str(), panic.place = place, "a thread panicked");
    }));
    Ok(())
}
