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

#[cfg(test)]
mod tests {
    use kernel::Kind;

    use super::*;
    use crate::testing::{ids, now};
    use crate::{AddFollow, RemoveFollow};

    #[test]
    fn a_follow_begins_and_was_never_changed() {
        let (dreamer, maker) = (ids().next(), ids().next());
        let follow = Follow::begin(ids().next(), dreamer, maker, now());
        assert_eq!((follow.dreamer, follow.maker), (dreamer, maker));
        assert_eq!((follow.created_at, follow.updated_at), (now(), now()));
    }

    #[test]
    fn what_is_done_already_is_refused_with_400_by_the_contract() {
        assert_eq!((AddFollow::Added.accepted(), RemoveFollow::Removed.accepted()), (Ok(()), Ok(())));
        let codes = [
            AddFollow::AlreadyFollowing.accepted().unwrap_err().code(),
            RemoveFollow::NotFollowing.accepted().unwrap_err().code(),
        ];
        assert_eq!(codes.map(|code| code.kind), [Kind::Invalid; 2]);
        assert_eq!(codes.map(|code| code.name), ["ALREADY_FOLLOWING", "NOT_FOLLOWING"]);
    }
}
