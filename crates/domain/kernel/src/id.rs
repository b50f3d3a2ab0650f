//! Typed ids: a newtype over a UUID for each kind of thing, so that none can stand in for another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text that is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct MalformedId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The bare UUID, for stores.
            pub const fn to_uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = MalformedId;

            fn from_str(text: &str) -> Result<Self, MalformedId> {
                Uuid::try_parse(text).map(Self).map_err(|_| MalformedId)
            }
        }
    )*};
}

ids! {
    /// A Dreamer or a Maker.
    UserId,
    /// A log-in: the family of refresh tokens that descend from it.
    SessionId,
    /// A travel plan.
    PlanId,
    /// A maker's offer on a plan.
    QuoteId,
    /// A dreamer's review of a completed trip.
    ReviewId,
    /// A payment, by our own id (not the client's id at the provider).
    PaymentId,
    /// A chat room.
    RoomId,
    /// A chat message.
    MessageId,
    /// A notification.
    NotificationId,
    /// A dreamer following a maker.
    FollowId,
    /// An entry in a coconut account (a line of a user's log).
    PointEntryId,
    /// An event in the outbox.
    EventId,
}

/// Where ids come from.
///
/// An implementation MUST hand out UUIDv7s that ascend within the process, so that sorting by id is
/// sorting by time.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait IdGenerator: Send + Sync {
    /// A new, never used UUID.
    fn next_uuid(&self) -> Uuid;
}

impl dyn IdGenerator + '_ {
    /// A new id of the wanted kind: `let id: PlanId = ids.next();`
    pub fn next<Id: From<Uuid>>(&self) -> Id {
        self.next_uuid().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_from_its_own_text_and_from_nothing_else() {
        let id = PlanId::from(Uuid::from_u128(7));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("plan-7".parse::<PlanId>(), Err(MalformedId));
        assert_eq!("".parse::<PlanId>(), Err(MalformedId));
    }
}
