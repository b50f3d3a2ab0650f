//! How statistics are counted and kept.

use async_trait::async_trait;
use kernel::{StoreError, Timestamp, UserId};

use crate::maker_stats::MakerStats;

/// The statistics, seen from inside one transaction.
///
/// The facts are: all reviews of the maker; all dreamers who follow them; all their quotes that were
/// confirmed, whatever became of the plan, even if plan and quote are deleted by now.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait StatsRepository: Send {
    /// Counts the maker's facts and stores the result in place of what was stored; doing it twice is
    /// doing it once. MUST be serial with other rebuilds of the same maker: a rebuild waits for the
    /// transaction of an unfinished one, and only then counts, with all that was committed by then, so
    /// that an earlier count never replaces a later one. Does nothing for who is not a maker.
    async fn rebuild(&mut self, maker: UserId, at: Timestamp) -> Result<(), StoreError>;

    /// The makers, by ascending id, at most `limit` of them, with ids above `after`.
    async fn makers(&mut self, after: Option<UserId>, limit: i64) -> Result<Vec<UserId>, StoreError>;

    /// What is stored for the maker; `None` if it was never rebuilt.
    async fn stored(&mut self, maker: UserId) -> Result<Option<MakerStats>, StoreError>;

    /// What counting the facts gives now, this transaction's own writes included; nothing is stored.
    async fn counted(&mut self, maker: UserId) -> Result<MakerStats, StoreError>;
}

/// A transaction in which statistics can be rebuilt and read.
pub trait HasStats: Send {
    /// The statistics of this transaction.
    fn stats(&mut self) -> &mut dyn StatsRepository;
}
