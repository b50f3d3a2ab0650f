//! Sending, reading back and deleting.

use chrono::TimeDelta;
use futures_util::future::join_all;
use uuid::Uuid;

use super::{Stores, page, seqs};
use crate::message::{Message, MessageContent};
use crate::port::{Append, DeleteMessage, NewMessage};
use crate::room::Room;
use crate::testing::{a_new_message, a_room, a_stored_message, a_text, ids, now};

impl Stores {
    /// A room with so many messages.
    async fn a_room_with_messages(&self, count: usize) -> Room {
        let room = self.a_room().await;
        for _ in 0..count {
            self.append(a_new_message(&room)).await;
        }
        room
    }
}

/// Every kind of content and every field comes back, at its longest and with every sort of character.
pub async fn a_message_is_found_as_it_was_sent(stores: Stores) {
    let room = stores.a_room().await;
    let client_ids = [None, Some(Uuid::from_u128(u128::MAX - 1)), Some(ids().next_uuid())];
    let contents = [
        a_text(&"코🥥'\"\\%_\n$.".repeat(500)),
        MessageContent::Image("chat/room/message.jpg".try_into().unwrap()),
        MessageContent::Video("chat/room/message.mp4".try_into().unwrap()),
    ];
    for (seq, (content, client_message_id)) in (1..).zip(contents.into_iter().zip(client_ids)) {
        let at = now() + TimeDelta::milliseconds(seq);
        let new = NewMessage { content, client_message_id, at, ..a_new_message(&room) };
        let expected = a_stored_message(new.clone(), seq);
        assert_eq!(stores.append(new).await, expected);
        assert_eq!(stores.messages.find(expected.id()).await.unwrap(), Some(expected));
    }
    assert_eq!(stores.messages.find(ids().next()).await.unwrap(), None);
}

/// Each room counts for itself, and knows its last number.
pub async fn a_room_numbers_its_messages_from_one(stores: Stores) {
    let (one, other) = (stores.a_room().await, stores.a_room().await);
    for (room, seq) in [(&one, 1), (&one, 2), (&other, 1), (&one, 3), (&other, 2)] {
        assert_eq!(stores.append(a_new_message(room)).await.seq(), seq);
        assert_eq!(stores.room(room.id()).await.last_seq(), seq);
    }
}

/// No two get the same number; once all are acknowledged, all are there, in the order of their numbers.
pub async fn concurrent_messages_get_numbers_of_their_own(stores: Stores) {
    let room = stores.a_room().await;
    let mut sent = join_all((0..40).map(|_| stores.append(a_new_message(&room)))).await;
    sent.sort_by_key(Message::seq);
    assert!(sent.is_sorted_by(|one, next| one.seq() < next.seq()), "{:?}", seqs(&sent));
    assert!(sent[0].seq() >= 1);
    assert_eq!(stores.messages.after(room.id(), 0, 100).await.unwrap(), sent);
    assert_eq!(stores.room(room.id()).await.last_seq(), sent[39].seq());
}

/// Also when it says something else, and also once the room is closed; it takes no place in the list.
pub async fn a_repeated_send_is_answered_with_the_first_message(stores: Stores) {
    let room = stores.a_room().await;
    let client_message_id = Some(ids().next_uuid());
    let first = stores.append(NewMessage { client_message_id, ..a_new_message(&room) }).await;
    let repeat = || NewMessage { client_message_id, content: a_text("또"), ..a_new_message(&room) };
    assert_eq!(stores.messages.append(repeat()).await.unwrap(), Append::Duplicate(first.clone()));
    stores.append(a_new_message(&room)).await;
    stores.deactivate(room.facts().plan).await;
    assert_eq!(stores.messages.append(repeat()).await.unwrap(), Append::Duplicate(first));
    assert_eq!(stores.newest(&room).await.len(), 2);
}

/// Of ten sends with one client id at once, one is stored, and all are answered with it.
pub async fn concurrent_repeats_of_a_send_are_one_message(stores: Stores) {
    let room = stores.a_room().await;
    let client_message_id = Some(ids().next_uuid());
    let sends = (0..10).map(|_| NewMessage { client_message_id, ..a_new_message(&room) });
    let outcomes = join_all(sends.map(|send| stores.messages.append(send))).await;
    let (mut stored, mut answers) = (0, Vec::new());
    for outcome in outcomes {
        match outcome.unwrap() {
            Append::Stored(message) => {
                stored += 1;
                answers.push(message);
            }
            Append::Duplicate(message) => answers.push(message),
            Append::RoomInactive => panic!("the room is open"),
        }
    }
    assert_eq!(stored, 1);
    let found = stores.newest(&room).await;
    assert_eq!(found.len(), 1);
    assert!(answers.iter().all(|answer| *answer == found[0]));
}

/// The same client id of the other member, or in another room, is another message.
pub async fn a_client_id_is_the_senders_own_in_its_room(stores: Stores) {
    let (room, elsewhere) = (stores.a_room().await, stores.a_room().await);
    let client_message_id = Some(ids().next_uuid());
    let [dreamer, maker] = room.members();
    for (room, sender) in [(&room, dreamer), (&room, maker), (&elsewhere, dreamer)] {
        stores.append(NewMessage { sender, client_message_id, ..a_new_message(room) }).await;
    }
    assert_eq!(stores.newest(&room).await.len(), 2);
}

/// Nothing is stored, and no number is used up.
pub async fn a_closed_or_unknown_room_takes_no_message(stores: Stores) {
    let room = stores.a_room_with_messages(1).await;
    stores.deactivate(room.facts().plan).await;
    let unknown = a_room();
    for room in [&room, &unknown] {
        let message = a_new_message(room);
        let id = message.id;
        assert_eq!(stores.messages.append(message).await.unwrap(), Append::RoomInactive);
        assert_eq!(stores.messages.find(id).await.unwrap(), None);
    }
    assert_eq!(stores.room(room.id()).await.last_seq(), 1);
    assert_eq!(stores.newest(&unknown).await, []);
}

/// While messages are being sent the room is closed: what its answer says is the last number stays so.
pub async fn no_message_comes_after_the_deactivation(stores: Stores) {
    let room = stores.a_room().await;
    let sends = join_all((0..20).map(|_| stores.messages.append(a_new_message(&room))));
    let (outcomes, closed) =
        futures_util::future::join(sends, stores.rooms.deactivate(room.facts().plan, now())).await;
    let closed = closed.unwrap().unwrap();
    let stored = outcomes.into_iter().filter(|outcome| matches!(outcome, Ok(Append::Stored(_)))).count();
    assert_eq!(stores.newest(&room).await.len(), stored);
    assert_eq!(stores.room(room.id()).await, closed);
    assert_eq!(stores.messages.append(a_new_message(&room)).await.unwrap(), Append::RoomInactive);
}

/// Pages follow each other without gap or overlap, newest first, and count all messages of the room.
pub async fn messages_are_paged_newest_first(stores: Stores) {
    let room = stores.a_room_with_messages(5).await;
    stores.a_room_with_messages(2).await;
    for (number, expected) in [(1, vec![5, 4]), (2, vec![3, 2]), (3, vec![1]), (4, vec![])] {
        let found = stores.messages.page(room.id(), page(number, 2)).await.unwrap();
        assert_eq!((found.total, seqs(&found.list)), (5, expected));
    }
    let unknown = stores.messages.page(ids().next(), page(1, 2)).await.unwrap();
    assert_eq!((unknown.total, unknown.list), (0, vec![]));
}

/// What a client missed, from where it was.
pub async fn messages_after_a_number_come_ascending(stores: Stores) {
    let room = stores.a_room_with_messages(5).await;
    for (seq, limit, expected) in [
        (0, 9, vec![1, 2, 3, 4, 5]),
        (2, 2, vec![3, 4]),
        (4, 2, vec![5]),
        (5, 2, vec![]),
        (i64::MAX, 2, vec![]),
    ] {
        let found = stores.messages.after(room.id(), seq, limit).await.unwrap();
        assert_eq!(seqs(&found), expected, "{limit} after {seq}");
    }
}

/// What came before, as far back as is asked for.
pub async fn messages_before_a_number_come_ascending(stores: Stores) {
    let room = stores.a_room_with_messages(5).await;
    for (seq, limit, expected) in [
        (None, 2, vec![4, 5]),
        (None, 9, vec![1, 2, 3, 4, 5]),
        (Some(4), 2, vec![2, 3]),
        (Some(2), 2, vec![1]),
        (Some(1), 2, vec![]),
        (Some(i64::MAX), 1, vec![5]),
    ] {
        let found = stores.messages.before(room.id(), seq, limit).await.unwrap();
        assert_eq!(seqs(&found), expected, "{limit} before {seq:?}");
    }
}

/// It's still found and listed, as deleted; deleting it again is told from deleting nothing.
pub async fn a_deleted_message_keeps_its_place(stores: Stores) {
    let room = stores.a_room_with_messages(3).await;
    let second = stores.newest(&room).await.remove(1);
    let at = now() + TimeDelta::minutes(1);
    let deleted = second.deleted(at);
    let outcome = stores.messages.delete(deleted.id(), at).await.unwrap();
    assert_eq!(outcome, DeleteMessage::Deleted(deleted.clone()));
    let again = stores.messages.delete(deleted.id(), at + TimeDelta::minutes(1)).await.unwrap();
    assert_eq!(again, DeleteMessage::AlreadyDeleted);
    assert_eq!(stores.messages.find(deleted.id()).await.unwrap().as_ref(), Some(&deleted));
    let found = stores.newest(&room).await;
    assert_eq!((seqs(&found), &found[1]), (vec![3, 2, 1], &deleted));
    let nothing = stores.messages.delete(ids().next(), at).await.unwrap();
    assert_eq!(nothing, DeleteMessage::NotFound);
}

/// Of ten deletions at once, one deletes.
pub async fn concurrent_deletions_of_one_message_are_one(stores: Stores) {
    let room = stores.a_room().await;
    let id = stores.append(a_new_message(&room)).await.id();
    let outcomes = join_all((0..10).map(|_| stores.messages.delete(id, now()))).await;
    let deletions = outcomes.into_iter().filter(|outcome| matches!(outcome, Ok(DeleteMessage::Deleted(_))));
    assert_eq!(deletions.count(), 1);
}
