//! What happened, as the domains tell each other. An event holds ids and facts that can't change later,
//! never copies of what can be looked up.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::enums::TripType;
use crate::id::{EventId, PlanId, QuoteId, ReviewId, UserId};

/// Something that happened. The names are stored: add a version (`quote.confirmed.v2`) instead of
/// changing the fields of one that was ever in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all_fields = "camelCase")]
pub enum Event {
    /// A dreamer asked a maker for a quote.
    #[serde(rename = "plan.maker-asked.v1")]
    MakerAsked { plan: PlanId, dreamer: UserId, maker: UserId, trip_type: TripType },
    /// The maker who had been asked turned it down.
    #[serde(rename = "plan.request-rejected.v1")]
    RequestRejected { plan: PlanId, dreamer: UserId, maker: UserId, plan_title: String },
    /// A plan without a confirmed quote was deleted; `makers` had live quotes on it.
    #[serde(rename = "plan.pending-deleted.v1")]
    PendingPlanDeleted { plan: PlanId, dreamer: UserId, makers: Vec<UserId>, plan_title: String },
    /// A trip is over and paid for.
    #[serde(rename = "plan.completed.v1")]
    PlanCompleted { plan: PlanId, quote: QuoteId, dreamer: UserId, maker: UserId },
    /// A confirmed trip is tomorrow.
    #[serde(rename = "plan.trip-tomorrow.v1")]
    TripTomorrow { plan: PlanId, dreamer: UserId, maker: UserId, plan_title: String },
    /// A maker sent a quote.
    #[serde(rename = "quote.sent.v1")]
    QuoteSent { quote: QuoteId, plan: PlanId, dreamer: UserId, maker: UserId, trip_type: TripType },
    /// A dreamer confirmed a quote; `not_chosen` are the makers of the other live quotes.
    #[serde(rename = "quote.confirmed.v1")]
    QuoteConfirmed {
        quote: QuoteId,
        plan: PlanId,
        dreamer: UserId,
        maker: UserId,
        not_chosen: Vec<UserId>,
        plan_title: String,
    },
    /// A dreamer reviewed a maker.
    #[serde(rename = "review.written.v1")]
    ReviewWritten { review: ReviewId, maker: UserId },
    /// A dreamer began or ceased to follow a maker.
    #[serde(rename = "follow.changed.v1")]
    FollowChanged { dreamer: UserId, maker: UserId },
}

impl Event {
    /// The aggregate whose events must stay in order.
    pub fn aggregate(&self) -> Uuid {
        match self {
            Self::MakerAsked { plan, .. }
            | Self::RequestRejected { plan, .. }
            | Self::PendingPlanDeleted { plan, .. }
            | Self::PlanCompleted { plan, .. }
            | Self::TripTomorrow { plan, .. }
            | Self::QuoteSent { plan, .. }
            | Self::QuoteConfirmed { plan, .. } => plan.to_uuid(),
            Self::ReviewWritten { maker, .. } | Self::FollowChanged { maker, .. } => maker.to_uuid(),
        }
    }
}

/// An event with its id and time, as the outbox keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// Names this event for ever; what follows from it is made idempotent by it.
    pub id: EventId,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// What happened.
    pub event: Event,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_event_keeps_its_name_and_reads_back() {
        let event = Event::ReviewWritten { review: Uuid::nil().into(), maker: Uuid::max().into() };
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(json["name"], "review.written.v1");
        assert_eq!(serde_json::from_value::<Event>(json).unwrap(), event);
    }
}
