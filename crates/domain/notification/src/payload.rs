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
    pub fn from_json(event: NotificationEvent, payload: &Value) -> Option<Self> {
        serde_json::from_value(json!({ "event": event, "payload": payload })).ok()
    }
}

#[cfg(test)]
mod tests {
    use kernel::enums::Named;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::a_payload_of_each_event;

    #[test]
    fn there_is_a_payload_for_each_event_and_it_has_the_fields_of_the_contract() {
        let payloads = a_payload_of_each_event();
        let events: Vec<_> = payloads.iter().map(Payload::event).collect();
        assert_eq!(events, NotificationEvent::ALL);
        for payload in payloads {
            let expected = match payload.event() {
                NotificationEvent::ArriveQuote | NotificationEvent::ArriveRequest => {
                    json!({ "nickName": "제주곰", "tripType": "FESTIVAL" })
                }
                NotificationEvent::ConfirmQuote | NotificationEvent::ConfirmRequest => {
                    json!({ "nickName": "제주곰" })
                }
                NotificationEvent::RejectRequest | NotificationEvent::RejectQuote => {
                    json!({ "nickName": "제주곰", "planTitle": "가을 제주" })
                }
                NotificationEvent::Schedule => json!({ "planTitle": "가을 제주" }),
            };
            assert_eq!(payload.to_json(), expected);
        }
    }

    #[test]
    fn a_payload_that_does_not_fit_its_event_is_not_read() {
        for (event, payload) in [
            (NotificationEvent::ArriveQuote, json!({ "nickName": "a" })),
            (NotificationEvent::ArriveQuote, json!({ "nickName": "a", "tripType": "NAP" })),
            (NotificationEvent::Schedule, json!({ "planTitle": 7 })),
            (NotificationEvent::Schedule, json!("가을 제주")),
            (NotificationEvent::ConfirmQuote, Value::Null),
        ] {
            assert_eq!(Payload::from_json(event, &payload), None);
        }
    }

    proptest! {
        #[test]
        fn a_payload_is_read_back_whatever_the_names_hold(nick_name in ".*", plan_title in ".*") {
            let mut payloads = a_payload_of_each_event();
            payloads.push(Payload::RejectQuote { nick_name, plan_title });
            for payload in payloads {
                prop_assert_eq!(Payload::from_json(payload.event(), &payload.to_json()), Some(payload));
            }
        }

        #[test]
        fn a_sentence_is_one_line(nick_name in "(?s).*", plan_title in "(?s).*") {
            let sentence = Payload::RejectRequest { nick_name, plan_title }.sentence();
            prop_assert!(!sentence.contains(char::is_control));
        }
    }
}
