//! What the domain needs from a store of follows.

use async_trait::async_trait;
use kernel::{StoreError, UserId};

use crate::follow::{AlreadyFollowing, Follow, NotFollowing};

/// The follows, seen from inside one transaction.
///
/// The store MUST keep the pair of dreamer and maker unique, against concurrent transactions too. No
/// outcome makes the transaction unusable.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait FollowRepository: Send {
    /// Adds a follow of two users who exist.
    async fn add(&mut self, follow: &Follow) -> Result<AddFollow, StoreError>;

    /// Removes the follow of `maker` by `dreamer`.
    async fn remove(&mut self, dreamer: UserId, maker: UserId) -> Result<RemoveFollow, StoreError>;
}

/// What came of adding a follow.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddFollow {
    /// The dreamer follows the maker now.
    Added,
    /// The dreamer did before; that follow is unchanged.
    AlreadyFollowing,
}

impl AddFollow {
    /// The outcome as a refusal, for `?`.
    pub fn accepted(self) -> Result<(), AlreadyFollowing> {
        match self {
            Self::Added => Ok(()),
            Self::AlreadyFollowing => Err(AlreadyFollowing),
        }
    }
}

/// What came of removing a follow.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemoveFollow {
    /// The dreamer follows the maker no longer.
    Removed,
    /// The dreamer did not.
    NotFollowing,
}

impl RemoveFollow {
    /// The outcome as a refusal, for `?`.
    pub fn accepted(self) -> Result<(), NotFollowing> {
        match self {
            Self::Removed => Ok(()),
            Self::NotFollowing => Err(NotFollowing),
        }
    }
}

/// A transaction in which follows can be added and removed.
pub trait HasFollows: Send {
    /// The follows, in this transaction.
    fn follows(&mut self) -> &mut dyn FollowRepository;
}
