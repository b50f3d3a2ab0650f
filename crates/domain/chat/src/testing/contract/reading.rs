//! How far the members have read.

use futures_util::future::join_all;

use super::Stores;
use crate::port::MarkRead;
use crate::testing::{a_room_of, ids, now};

/// One's own messages are never unread; deleted ones count, since they keep their place.
pub async fn the_messages_of_the_other_member_are_unread_until_marked(stores: Stores) {
    let room = stores.a_room().await;
    let [dreamer, maker] = room.members();
    for sender in [maker, dreamer, maker, maker] {
        let message = stores.say(&room, sender, "네").await;
        if message.seq() == 3 {
            let _ = stores.messages.delete(message.id(), now()).await.unwrap();
        }
    }
    let position = stores.position(&room, dreamer).await;
    assert_eq!((position.read_seq, position.peer_read_seq, position.unread), (0, 0, 3));
    assert_eq!(position.room.last_seq(), 4);
    assert_eq!(stores.mark_read(&room, dreamer, 2).await, MarkRead::Advanced(2));
    let position = stores.position(&room, dreamer).await;
    assert_eq!((position.read_seq, position.peer_read_seq, position.unread), (2, 0, 2));
    let peer = stores.position(&room, maker).await;
    assert_eq!((peer.read_seq, peer.peer_read_seq, peer.unread), (0, 2, 1));
}

/// Marks that are late, repeated, or ahead of what was said; also when the room is closed.
pub async fn a_read_mark_never_goes_back_nor_beyond_the_last_message(stores: Stores) {
    let room = stores.a_room().await;
    let [dreamer, maker] = room.members();
    assert_eq!(stores.mark_read(&room, dreamer, 1).await, MarkRead::Unchanged);
    for _ in 0..3 {
        stores.say(&room, maker, "네").await;
    }
    let marks = [
        (0, MarkRead::Unchanged),
        (-1, MarkRead::Unchanged),
        (2, MarkRead::Advanced(2)),
        (2, MarkRead::Unchanged),
        (1, MarkRead::Unchanged),
        (i64::MAX, MarkRead::Advanced(3)),
        (4, MarkRead::Unchanged),
    ];
    for user in [dreamer, maker] {
        for (seq, expected) in marks {
            assert_eq!(stores.mark_read(&room, user, seq).await, expected, "{seq}");
        }
    }
    stores.say(&room, dreamer, "네").await;
    stores.deactivate(room.facts().plan).await;
    assert_eq!(stores.mark_read(&room, maker, 4).await, MarkRead::Advanced(4));
    assert_eq!(stores.position(&room, dreamer).await.read_seq, 3);
}

/// Whatever the order in which marks arrive.
pub async fn concurrent_read_marks_end_at_the_highest(stores: Stores) {
    let room = stores.a_room().await;
    let [dreamer, maker] = room.members();
    for _ in 0..10 {
        stores.say(&room, maker, "네").await;
    }
    join_all([7, 2, 10, 1, 9, 3].map(|seq| stores.mark_read(&room, dreamer, seq))).await;
    assert_eq!(stores.position(&room, dreamer).await.read_seq, 10);
}

/// Nor does anyone in a room that isn't there.
pub async fn strangers_mark_nothing(stores: Stores) {
    let room = stores.a_room().await;
    let [dreamer, maker] = room.members();
    stores.say(&room, maker, "네").await;
    assert_eq!(stores.mark_read(&room, ids().next(), 1).await, MarkRead::Unchanged);
    let unknown = a_room_of(dreamer, maker);
    assert_eq!(stores.mark_read(&unknown, dreamer, 1).await, MarkRead::Unchanged);
    let position = stores.position(&room, dreamer).await;
    assert_eq!((position.read_seq, position.peer_read_seq), (0, 0));
}

/// No more rooms than asked for, the ones with the latest news.
pub async fn positions_are_limited_to_the_latest_rooms(stores: Stores) {
    let maker = ids().next();
    let rooms: Vec<_> = (0..4).map(|_| a_room_of(ids().next(), maker)).collect();
    for room in &rooms {
        stores.open(room).await;
    }
    let positions = stores.rooms.all_of(maker, 2).await.unwrap();
    let found: Vec<_> = positions.into_iter().map(|position| position.room).collect();
    assert_eq!(found, [rooms[3].clone(), rooms[2].clone()]);
    assert_eq!(stores.rooms.all_of(ids().next(), 2).await.unwrap(), []);
}
