//! The entry point of `goforme`.

use clap::Parser;
use goforme_api::commands::Arguments;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    Arguments::parse().run().await
}
