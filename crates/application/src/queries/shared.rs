//! Reads that a store may keep for everybody for some seconds, and how it hears that they have changed.

use async_trait::async_trait;
use kernel::UserId;

/// What is kept of reads that everybody may see alike. Whoever changes what they show says so when that is
/// committed, so that nobody has to wait to see what they have done themselves.
///
/// Telling never fails: what is kept MUST expire by itself within seconds.
#[async_trait]
pub trait SharedViews: Send + Sync {
    /// The maker's card shows something else now.
    async fn maker_changed(&self, maker: UserId);

    /// There are more or fewer plans now.
    async fn plan_counts_changed(&self);
}

/// Where every read asks the store, nothing is kept.
pub struct NothingShared;

#[async_trait]
impl SharedViews for NothingShared {
    async fn maker_changed(&self, _: UserId) {}

    async fn plan_counts_changed(&self) {}
}
