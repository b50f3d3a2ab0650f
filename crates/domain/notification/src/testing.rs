//! Notifications for tests, and the contract of the port as a suite that runs on every adapter.

#[cfg(feature = "testing")]
mod contract;

use std::sync::LazyLock;

use kernel::testing::{CountingIds, FakeClock};
use kernel::{Clock, IdGenerator, Timestamp, TripType, UserId};

#[cfg(feature = "testing")]
pub use contract::*;

use crate::notification::{NewNotification, Notification};
use crate::payload::Payload;

/// Ids that no other fixture of this crate has.
pub fn ids() -> &'static dyn IdGenerator {
    static IDS: LazyLock<CountingIds> = LazyLock::new(CountingIds::default);
    &*IDS
}

/// The time at which the fixtures were made: noon in Seoul, where [`FakeClock`] stands at first.
pub fn now() -> Timestamp {
    FakeClock::default().now()
}

/// One payload of each event.
pub fn a_payload_of_each_event() -> Vec<Payload> {
    let (nick_name, plan_title) = ("제주곰".to_owned(), "가을 제주".to_owned());
    let trip_type = TripType::Festival;
    vec![
        Payload::ArriveQuote { nick_name: nick_name.clone(), trip_type },
        Payload::ConfirmQuote { nick_name: nick_name.clone() },
        Payload::ArriveRequest { nick_name: nick_name.clone(), trip_type },
        Payload::ConfirmRequest { nick_name: nick_name.clone() },
        Payload::RejectRequest { nick_name: nick_name.clone(), plan_title: plan_title.clone() },
        Payload::RejectQuote { nick_name, plan_title: plan_title.clone() },
        Payload::Schedule { plan_title },
    ]
}

/// What tells the user that a maker sent a quote; each follows from an event of its own.
pub fn a_new_notification(user: UserId) -> NewNotification {
    let payload = Payload::ArriveQuote { nick_name: "제주곰".to_owned(), trip_type: TripType::FoodTour };
    NewNotification { id: ids().next(), user, payload, source: ids().next_uuid().to_string() }
}

/// [`a_new_notification`], unread.
pub fn a_notification(user: UserId) -> Notification {
    Notification::new(a_new_notification(user), now())
}
