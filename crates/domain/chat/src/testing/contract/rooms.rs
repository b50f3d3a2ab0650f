//! Opening, closing and listing.

use chrono::TimeDelta;
use futures_util::future::join_all;
use kernel::Coconuts;

use super::{Stores, page};
use crate::port::{DeleteMessage, NewMessage, OpenRoom};
use crate::room::{Room, RoomFacts};
use crate::testing::{a_new_message, a_room, a_room_of, a_rooms_facts, ids, now};

/// Every field comes back, at its longest and with every sort of character; an unknown id finds nothing.
pub async fn a_room_is_found_as_it_was_opened(stores: Stores) {
    let facts = RoomFacts {
        plan_title: "코🥥'\"\\%_\n$.".repeat(50),
        price: Coconuts::MAX.try_into().unwrap(),
        ..a_rooms_facts()
    };
    let room = Room::open(facts, now() + TimeDelta::milliseconds(7));
    stores.open(&room).await;
    assert_eq!(stores.rooms.find(room.id()).await.unwrap().as_ref(), Some(&room));
    assert_eq!(stores.rooms.find(ids().next()).await.unwrap(), None);
}

/// A second room for a plan is answered with the first, as that is by then.
pub async fn a_plan_has_one_room(stores: Stores) {
    let room = stores.a_room().await;
    stores.say(&room, room.facts().maker, "안녕하세요").await;
    let second = Room::open(RoomFacts { plan: room.facts().plan, ..a_rooms_facts() }, now());
    for again in [&second, &room] {
        let OpenRoom::AlreadyOpen(found) = stores.rooms.open(again).await.unwrap() else {
            panic!("the plan has a room");
        };
        assert_eq!((found.facts(), found.last_seq()), (room.facts(), 1));
    }
    assert_eq!(stores.rooms.find(second.id()).await.unwrap(), None);
}

/// Of ten openings at once, one opens, and the others are answered with it.
pub async fn concurrent_openings_for_one_plan_are_one(stores: Stores) {
    let first = a_rooms_facts();
    let rooms: Vec<_> =
        (0..10).map(|_| Room::open(RoomFacts { id: ids().next(), ..first.clone() }, now())).collect();
    let outcomes = join_all(rooms.iter().map(|room| stores.rooms.open(room))).await;
    let mut opened = Vec::new();
    let mut answered = Vec::new();
    for (room, outcome) in rooms.iter().zip(outcomes) {
        match outcome.unwrap() {
            OpenRoom::Opened => opened.push(room.id()),
            OpenRoom::AlreadyOpen(found) => answered.push(found.id()),
        }
    }
    assert_eq!(opened.len(), 1);
    assert_eq!(answered, vec![opened.remove(0); 9]);
}

/// Closing is repeatable, keeps the first time, and leaves everything readable.
pub async fn a_room_is_deactivated_once_and_stays_so(stores: Stores) {
    let mut room = stores.a_room().await;
    let plan = room.facts().plan;
    let closed_at = now() + TimeDelta::days(1);
    room.deactivate(closed_at);
    for at in [closed_at, closed_at + TimeDelta::days(1)] {
        assert_eq!(stores.rooms.deactivate(plan, at).await.unwrap().as_ref(), Some(&room));
        assert_eq!(stores.room(room.id()).await, room);
    }
    assert_eq!(stores.rooms.open(&room).await.unwrap(), OpenRoom::AlreadyOpen(room));
    assert_eq!(stores.rooms.deactivate(ids().next(), closed_at).await.unwrap(), None);
}

/// Both members see the room, active or not; nobody else does.
pub async fn rooms_are_listed_for_their_members_only(stores: Stores) {
    let (room, _) = (stores.a_room().await, stores.a_room().await);
    let closed = stores.deactivate(room.facts().plan).await;
    for member in room.members() {
        let listed = stores.rooms.page_of(member, page(1, 10)).await.unwrap();
        assert_eq!(listed.total, 1);
        assert_eq!(listed.list[0].room, closed);
        assert_eq!(listed.list[0].last_message, None);
    }
    let strangers = stores.rooms.page_of(ids().next(), page(1, 10)).await.unwrap();
    assert_eq!((strangers.total, strangers.list), (0, vec![]));
}

/// The room with the latest message first; one without messages counts by its opening.
pub async fn rooms_are_listed_by_their_latest_message_and_in_pages(stores: Stores) {
    let dreamer = ids().next();
    let later = |minutes| now() + TimeDelta::minutes(minutes);
    let mut rooms = Vec::new();
    for opened in [0, 10, 20, 30] {
        let facts = RoomFacts { dreamer, ..a_rooms_facts() };
        let room = Room::open(facts, later(opened));
        stores.open(&room).await;
        rooms.push(room);
    }
    // The first room talks at 5 and 40, the second at 25; the others are silent since 20 and 30.
    for (room, at) in [(0, 5), (1, 25), (0, 40)] {
        stores.append(NewMessage { at: later(at), ..a_new_message(&rooms[room]) }).await;
    }
    let mut listed = Vec::new();
    for number in 1..=3 {
        let found = stores.rooms.page_of(dreamer, page(number, 2)).await.unwrap();
        assert_eq!(found.total, 4);
        listed.extend(found.list.into_iter().map(|summary| summary.room.id()));
    }
    assert_eq!(listed, [0, 3, 1, 2].map(|room| rooms[room].id()));
    let positions = stores.rooms.all_of(dreamer, 100).await.unwrap();
    let positions: Vec<_> = positions.into_iter().map(|position| position.room.id()).collect();
    assert_eq!(positions, listed);
}

/// Of rooms whose latest news are of the same time, the one with the highest id comes first.
pub async fn rooms_of_the_same_time_are_listed_by_id(stores: Stores) {
    let dreamer = ids().next();
    let mut rooms: Vec<_> = (0..5).map(|_| a_room_of(dreamer, ids().next())).collect();
    for room in [3, 0, 4, 2, 1] {
        stores.open(&rooms[room]).await;
    }
    rooms.reverse();
    let listed = stores.rooms.page_of(dreamer, page(1, 10)).await.unwrap().list;
    assert_eq!(listed.into_iter().map(|summary| summary.room).collect::<Vec<_>>(), rooms);
}

/// The last message is the one with the highest number, and stays so when it's deleted.
pub async fn a_listed_room_shows_its_last_message_even_when_deleted(stores: Stores) {
    let room = a_room();
    stores.open(&room).await;
    let [dreamer, maker] = room.members();
    stores.say(&room, dreamer, "하나").await;
    let last = stores.say(&room, maker, "둘").await;
    let listed = stores.rooms.page_of(dreamer, page(1, 10)).await.unwrap().list.remove(0);
    assert_eq!((listed.room.last_seq(), listed.last_message.as_ref()), (2, Some(&last)));
    let deleted = last.deleted(now() + TimeDelta::minutes(1));
    let outcome = stores.messages.delete(deleted.id(), now() + TimeDelta::minutes(1)).await.unwrap();
    assert_eq!(outcome, DeleteMessage::Deleted(deleted.clone()));
    let listed = stores.rooms.page_of(maker, page(1, 10)).await.unwrap().list.remove(0);
    assert_eq!(listed.last_message, Some(deleted));
}
