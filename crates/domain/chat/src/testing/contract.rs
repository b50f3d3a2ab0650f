//! What a store of rooms and messages promises.

mod messages;
mod reading;
mod rooms;

use std::sync::Arc;

use kernel::{Page, PlanId, RoomId, UserId};

pub use messages::*;
pub use reading::*;
pub use rooms::*;

use super::{a_new_message, a_text};
use crate::message::Message;
use crate::port::{Append, MarkRead, MessageStore, NewMessage, OpenRoom, RoomPosition, RoomStore};
use crate::room::Room;

/// The stores under test, empty; both see the same rooms.
#[derive(Clone)]
pub struct Stores {
    /// The rooms.
    pub rooms: Arc<dyn RoomStore>,
    /// The messages in them.
    pub messages: Arc<dyn MessageStore>,
}

impl Stores {
    async fn open(&self, room: &Room) {
        assert_eq!(self.rooms.open(room).await.unwrap(), OpenRoom::Opened);
    }

    /// Opens a new room.
    async fn a_room(&self) -> Room {
        let room = super::a_room();
        self.open(&room).await;
        room
    }

    async fn deactivate(&self, plan: PlanId) -> Room {
        self.rooms.deactivate(plan, super::now()).await.unwrap().unwrap()
    }

    async fn room(&self, id: RoomId) -> Room {
        self.rooms.find(id).await.unwrap().unwrap()
    }

    async fn append(&self, message: NewMessage) -> Message {
        match self.messages.append(message).await.unwrap() {
            Append::Stored(message) => message,
            other => panic!("the message was not stored: {other:?}"),
        }
    }

    /// A new text of the sender's in the room.
    async fn say(&self, room: &Room, sender: UserId, text: &str) -> Message {
        self.append(NewMessage { sender, content: a_text(text), ..a_new_message(room) }).await
    }

    async fn newest(&self, room: &Room) -> Vec<Message> {
        self.messages.page(room.id(), page(1, 100)).await.unwrap().list
    }

    async fn position(&self, room: &Room, user: UserId) -> RoomPosition {
        let mut positions = self.rooms.all_of(user, 100).await.unwrap();
        positions.retain(|position| position.room.id() == room.id());
        positions.pop().unwrap()
    }

    async fn mark_read(&self, room: &Room, user: UserId, seq: i64) -> MarkRead {
        self.rooms.mark_read(room.id(), user, seq).await.unwrap()
    }
}

fn page(number: i64, size: i64) -> Page {
    Page::new(number, size).unwrap()
}

fn seqs(messages: &[Message]) -> Vec<i64> {
    messages.iter().map(Message::seq).collect()
}

/// Turns each case of the contract into a test of its own, against fresh [`Stores`].
#[macro_export]
macro_rules! chat_contract {
    ($fresh_stores:expr; $($case:ident),* $(,)?) => {
        $(#[tokio::test] async fn $case() { $crate::testing::$case($fresh_stores.await).await; })*
    };
    ($fresh_stores:expr) => {
        $crate::chat_contract!($fresh_stores;
            a_room_is_found_as_it_was_opened,
            a_plan_has_one_room,
            concurrent_openings_for_one_plan_are_one,
            a_room_is_deactivated_once_and_stays_so,
            rooms_are_listed_for_their_members_only,
            rooms_are_listed_by_their_latest_message_and_in_pages,
            rooms_of_the_same_time_are_listed_by_id,
            a_listed_room_shows_its_last_message_even_when_deleted,
            a_message_is_found_as_it_was_sent,
            a_room_numbers_its_messages_from_one,
            concurrent_messages_get_numbers_of_their_own,
            a_repeated_send_is_answered_with_the_first_message,
            concurrent_repeats_of_a_send_are_one_message,
            a_client_id_is_the_senders_own_in_its_room,
            a_closed_or_unknown_room_takes_no_message,
            no_message_comes_after_the_deactivation,
            messages_are_paged_newest_first,
            messages_after_a_number_come_ascending,
            messages_before_a_number_come_ascending,
            a_deleted_message_keeps_its_place,
            concurrent_deletions_of_one_message_are_one,
            the_messages_of_the_other_member_are_unread_until_marked,
            a_read_mark_never_goes_back_nor_beyond_the_last_message,
            concurrent_read_marks_end_at_the_highest,
            strangers_mark_nothing,
            positions_are_limited_to_the_latest_rooms,
        );
    };
}
