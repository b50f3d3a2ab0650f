//! `goforme ledger`.

use anyhow::bail;
use clap::Subcommand;

use crate::wiring::Opened;

/// What can be asked of the ledger.
#[derive(Subcommand)]
pub(super) enum Ledger {
    /// Checks that all entries sum to zero, that each balance is the sum of its entries, and that what is
    /// in escrow is what confirmed plans cost. Exits with 1 and says what is off.
    Verify,
}

impl Ledger {
    pub(super) async fn run(self, opened: &Opened) -> anyhow::Result<()> {
        match self {
            Self::Verify => verify(opened).await,
        }
    }
}

async fn verify(opened: &Opened) -> anyhow::Result<()> {
    let discrepancies = opened.ports.ledger_audit.audit().await?;
    for discrepancy in &discrepancies {
        println!("{discrepancy}");
    }
    if !discrepancies.is_empty() {
        bail!("the ledger is off in {} places", discrepancies.len());
    }
    println!("the ledger is clean");
    Ok(())
}
