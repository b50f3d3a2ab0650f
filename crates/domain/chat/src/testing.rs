//! Rooms and messages for tests, and the contract of the ports as a suite that runs on every adapter.

#![cfg_attr(
    feature = "testing",
    expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "for tests only")
)]
#![expect(clippy::expect_used, reason = "for tests only")]

#[cfg(feature = "testing")]
mod contract;

use std::sync::LazyLock;

use kernel::testing::{CountingIds, FakeClock};
use kernel::{Clock, IdGenerator, Timestamp, TripDate, UserId};

#[cfg(feature = "testing")]
pub use contract::*;

use crate::message::{Message, MessageContent, MessageParts};
use crate::port::NewMessage;
use crate::room::{Room, RoomFacts};

/// Ids that no other fixture of this crate has.
pub fn ids() -> &'static dyn IdGenerator {
    static IDS: LazyLock<CountingIds> = LazyLock::new(CountingIds::default);
    &*IDS
}

/// The time at which the fixtures were made: noon in Seoul, where [`FakeClock`] stands at first.
pub fn now() -> Timestamp {
    FakeClock::default().now()
}

/// What is true of a new room of two new people.
pub fn a_rooms_facts() -> RoomFacts {
    RoomFacts {
        id: ids().next(),
        plan: ids().next(),
        dreamer: ids().next(),
        maker: ids().next(),
        plan_title: "광장시장 한 바퀴".to_owned(),
        trip_date: TripDate::today(now()).plus_days(30),
        price: 300.try_into().expect("a price"),
    }
}

/// An open, empty room of two new people.
pub fn a_room() -> Room {
    Room::open(a_rooms_facts(), now())
}

/// [`a_room`] of these two.
pub fn a_room_of(dreamer: UserId, maker: UserId) -> Room {
    Room::open(RoomFacts { dreamer, maker, ..a_rooms_facts() }, now())
}

/// A text to send.
pub fn a_text(text: &str) -> MessageContent {
    MessageContent::Text(text.try_into().expect("a text"))
}

/// A greeting of the room's dreamer that was not sent yet.
pub fn a_new_message(room: &Room) -> NewMessage {
    NewMessage {
        id: ids().next(),
        room: room.id(),
        sender: room.facts().dreamer,
        content: a_text("안녕하세요!"),
        client_message_id: None,
        at: now(),
    }
}

/// What a store makes of a message to which it gave the number `seq`.
pub fn a_stored_message(new: NewMessage, seq: i64) -> Message {
    Message::restore(MessageParts {
        id: new.id,
        room: new.room,
        sender: new.sender,
        seq,
        content: new.content,
        deleted_at: None,
        client_message_id: new.client_message_id,
        created_at: new.at,
        updated_at: new.at,
    })
}
