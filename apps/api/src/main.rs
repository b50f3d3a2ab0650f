//! The entry point of `goforme`.

use std::process::ExitCode;

use clap::Parser;
use goforme_api::commands::Arguments;

#[tokio::main]
async fn main() -> ExitCode {
    match Arguments::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One line with its causes: whoever starts us wants to know what to change.
            eprintln!("goforme: {error:#}");
            ExitCode::FAILURE
        }
    }
}
