//! A maker's statistics are counted again from the facts: doing it twice, or late, changes nothing.

use std::sync::Arc;

use async_trait::async_trait;
use kernel::{Envelope, Event, UserId};
use stats::{HasStats, MakerStats};

use crate::Error;
use crate::environment::Environment;
use crate::jobs::Consumer;
use crate::queries::SharedViews;
use crate::unit_of_work::{Store, atomically};

kernel::bundle! {
    /// What counting needs.
    pub trait CountStatsTx: HasStats;
}

/// Counts makers' statistics.
#[derive(Clone)]
pub struct CountStats {
    pub store: Store<dyn CountStatsTx>,
    pub environment: Environment,
    pub views: Arc<dyn SharedViews>,
}

impl CountStats {
    const BATCH: i64 = 200;

    /// Counts one maker's statistics again.
    pub async fn run(&self, maker: UserId) -> Result<(), Error> {
        atomically!(self.store, |tx| { Ok(tx.stats().rebuild(maker, self.environment.now()).await?) })?;
        self.views.maker_changed(maker).await;
        Ok(())
    }

    /// Counts every maker's again and answers how many there are and whose were off. `progress` hears of
    /// each maker that is done.
    pub async fn rebuild_all(&self, progress: &(dyn Fn(u64) + Sync)) -> Result<(u64, Vec<UserId>), Error> {
        let (mut after, mut done, mut off) = (None, 0, Vec::new());
        loop {
            let makers = atomically!(self.store, |tx| { Ok(tx.stats().makers(after, Self::BATCH).await?) })?;
            let Some(last) = makers.last() else { return Ok((done, off)) };
            after = Some(*last);
            for maker in makers {
                let was_right = atomically!(self.store, |tx| {
                    // What was never counted is shown as nothing, and right if there is nothing.
                    let stored = tx.stats().stored(maker).await?.unwrap_or(MakerStats::none(maker));
                    let counted = tx.stats().counted(maker).await?;
                    tx.stats().rebuild(maker, self.environment.now()).await?;
                    Ok(stored == counted)
                })?;
                if !was_right {
                    self.views.maker_changed(maker).await;
                    off.push(maker);
                }
                done += 1;
                progress(done);
            }
        }
    }
}

#[async_trait]
impl Consumer for CountStats {
    async fn consume(&self, envelope: &Envelope) -> Result<(), Error> {
        match &envelope.event {
            Event::QuoteConfirmed { maker, .. }
            | Event::ReviewWritten { maker, .. }
            | Event::FollowChanged { maker, .. } => self.run(*maker).await,
            _ => Ok(()),
        }
    }
}
