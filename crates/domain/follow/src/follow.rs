//! One dreamer following one maker.

use kernel::{Code, ErrorCode, FollowId, Timestamp, UserId};

/// That a dreamer follows a maker. It begins and it ends; nothing about it can change in between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follow {
    /// Names it in lists.
    pub id: FollowId,
    /// Who follows.
    pub dreamer: UserId,
    /// Who is followed.
    pub maker: UserId,
    /// Since when.
    pub created_at: Timestamp,
    /// The same as `created_at`; the contract shows both.
    pub updated_at: Timestamp,
}

impl Follow {
    /// A dreamer begins to follow a maker. The caller has made sure that they are a dreamer and a maker.
    pub fn begin(id: FollowId, dreamer: UserId, maker: UserId, at: Timestamp) -> Self {
        Self { id, dreamer, maker, created_at: at, updated_at: at }
    }
}

/// The dreamer follows this maker already. (400 by the contract, not 409.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the maker is followed already")]
pub struct AlreadyFollowing;

impl ErrorCode for AlreadyFollowing {
    fn code(&self) -> Code {
        Code::invalid("ALREADY_FOLLOWING")
    }
}

/// The dreamer doesn't follow this maker. (400 by the contract, not 404.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the maker is not followed")]
pub struct NotFollowing;

impl ErrorCode for NotFollowing {
    fn code(&self) -> Code {
        Code::invalid("NOT_FOLLOWING")
    }
}
