//! What notifications are about.

use kernel::{TripType, named_enum};
use serde::Deserialize;
use serde_json::{Value, json};

named_enum! {
    /// What a user is told of.
    pub enum NotificationEvent {
        /// To the dreamer: a maker sent a quote.
        ArriveQuote = "ARRIVE_QUOTE",
        /// To the dreamer: their confirmation of a quote went through.
        ConfirmQuote = "CONFIRM_QUOTE",
        /// To a maker: a dreamer asks for a quote.
        ArriveRequest = "ARRIVE_REQUEST",
        /// To the maker whose quote was confirmed.
        ConfirmRequest = "CONFIRM_REQUEST",
        /// To the dreamer: the maker who was asked turned it down.
        RejectRequest = "REJECT_REQUEST",
        /// To a maker who was not chosen, or whose plan is gone.
        RejectQuote = "REJECT_QUOTE",
        /// To both members, on the day before the trip.
        Schedule = "SCHEDULE",
    }
}

/// The event with what the client shows of it. The nickname is always the other side's.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(
    tag = "event",
    content = "payload",
    rename_all = "SCREAMING_SNAKE_CASE",
    rename_all_fields = "camelCase"
)]
pub enum Payload {
    /// With the maker's nickname and the kind of the trip.
    ArriveQuote { nick_name: String, trip_type: TripType },
    /// With the maker's nickname.
    ConfirmQuote { nick_name: String },
    /// With the dreamer's nickname and the kind of the trip.
    ArriveRequest { nick_name: String, trip_type: TripType },
    /// With the dreamer's nickname.
    ConfirmRequest { nick_name: String },
    /// With the maker's nickname and the plan's title.
    RejectRequest { nick_name: String, plan_title: String },
    /// With the dreamer's nickname and the plan's title.
    RejectQuote { nick_name: String, plan_title: String },
    /// With the plan's title.
    Schedule { plan_title: String },
}

impl Payload {
    /// The event alone.
    pub const fn event(&self) -> NotificationEvent {
        match self {
            Self::ArriveQuote { .. } => NotificationEvent::ArriveQuote,
            Self::ConfirmQuote { .. } => NotificationEvent::ConfirmQuote,
            Self::ArriveRequest { .. } => NotificationEvent::ArriveRequest,
            Self::ConfirmRequest { .. } => NotificationEvent::ConfirmRequest,
            Self::RejectRequest { .. } => NotificationEvent::RejectRequest,
            Self::RejectQuote { .. } => NotificationEvent::RejectQuote,
            Self::Schedule { .. } => NotificationEvent::Schedule,
        }
    }

    /// What the API shows as `payload`, and stores keep beside the event: a JSON object.
    pub fn to_json(&self) -> Value {
        match self {
            Self::ArriveQuote { nick_name, trip_type } | Self::ArriveRequest { nick_name, trip_type } => {
                json!({ "nickName": nick_name, "tripType": trip_type })
            }
            Self::ConfirmQuote { nick_name } | Self::ConfirmRequest { nick_name } => {
                json!({ "nickName": nick_name })
            }
            Self::RejectRequest { nick_name, plan_title } | Self::RejectQuote { nick_name, plan_title } => {
                json!({ "nickName": nick_name, "planTitle": plan_title })
            }
            Self::Schedule { plan_title } => json!({ "planTitle": plan_title }),
        }
    }

    /// Reads back what [`event`](Self::event) and [`to_json`](Self::to_json) gave; `None` for what they
    /// can't have given.
    pub fn from_json(event: NotificationEvent, payload: Value) -> Option<Self> {
        serde_json::from_value(json!({ "event": event, "payload": payload })).ok()
    }
}
