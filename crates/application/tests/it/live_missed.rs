//! What becomes of a connection that missed something.

use application::bus::{Bus, Origin, Signal};
use application::realtime::{ChatSession, ConnectionKind, Delivery, HubLimits, Queued, SessionLimits};
use chat::{MessageContent, MessageStore, RoomStore};
use chrono::TimeDelta;

use crate::live_world::{World, a_room, message_of, next_message, next_seq, next_seqs};

/// A world in which nobody follows the room, since they have so many later ones.
async fn an_old_room() -> World {
    let world =
        World::with(HubLimits::default(), SessionLimits { rooms: 0, ..SessionLimits::default() }).await;
    for text in ["long", "long", "ago"] {
        world.stored(text).await;
    }
    world.clock.advance(TimeDelta::minutes(30));
    world
}

/// Numbers up to `last`, with the way in of that one.
async fn told_up_to(session: &mut ChatSession, last: i64) -> (Vec<i64>, Option<Origin>) {
    let mut told = Vec::new();
    loop {
        let deliveries = session.next().await.unwrap();
        told.extend(deliveries.iter().filter_map(message_of));
        if let Some((seq, origin)) = told.last()
            && *seq >= last
        {
            return (told.iter().map(|(seq, _)| *seq).collect(), *origin);
        }
    }
}

#[tokio::test]
async fn what_was_read_before_a_send_failed_is_told_all_the_same() {
    let world = World::new().await;
    let mut sender = world.session(world.dreamer).await;
    for _ in 0..150 {
        world.stored("unheard").await;
    }
    world.messages.fail_after(1);
    let content = MessageContent::Text("mine".try_into().unwrap());
    assert!(sender.send(world.room, content, None).await.is_err());
    world.messages.recover();
    let (told, origin) = told_up_to(&mut sender, 151).await;
    assert_eq!(told, (1..=151).collect::<Vec<_>>());
    assert_eq!(origin, Some(Origin::Connection(sender.id())), "its sender may know it already");
}

#[tokio::test]
async fn after_a_gap_a_client_is_told_what_has_changed_and_nothing_else() {
    let world = World::new().await;
    let mut peer = world.session(world.maker).await;
    world.stored("the last words").await;
    let now = world.clock_now();
    let (room, user) = (world.room, world.dreamer);
    let opened = RoomStore::find(&*world.store, room).await.unwrap().unwrap();
    let _ = world.store.deactivate(opened.facts().plan, now).await.unwrap();
    let _ = world.store.mark_read(room, user, 1).await.unwrap();
    let notification = world.notify(world.maker).await;
    world.bus.publish(Signal::Missed).await;
    let told = peer.next().await.unwrap();
    let [Delivery::Room(shown), rest @ ..] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((shown.room.is_active(), shown.last_chat.as_deref()), (false, Some("the last words")));
    assert_eq!(rest, [Delivery::Read { room, user, seq: 1 }, Delivery::Notification(notification.clone())]);
    assert_eq!(next_seq(&mut peer).await, 1);

    world.bus.publish(Signal::Missed).await;
    world.bus.publish(Signal::Notified { notification }).await;
    world.bus.publish(Signal::Typing { room, user, members: [user, world.maker] }).await;
    assert_eq!(peer.next().await.unwrap(), [Delivery::Typing { room, user }], "nothing is told twice");
}

#[tokio::test]
async fn several_gaps_in_a_row_are_one_look_into_the_store() {
    let world = World::new().await;
    let mut connection = world.chats.hub.register(&world.claims(world.maker), ConnectionKind::Socket).await;
    for _ in 0..3 {
        world.bus.publish(Signal::Missed).await;
    }
    let (room, user, members) = (world.room, world.dreamer, [world.dreamer, world.maker]);
    world.bus.publish(Signal::Typing { room, user, members }).await;
    assert!(matches!(connection.next().await, Ok(Queued::Missed)));
    assert!(matches!(connection.next().await, Ok(Queued::Signal(_))));
    world.bus.publish(Signal::Missed).await;
    assert!(matches!(connection.next().await, Ok(Queued::Missed)), "a later one is another one");
}

#[tokio::test]
async fn whoever_missed_too_much_while_connected_is_told_to_read_the_history() {
    let limits = SessionLimits { replayed: 2, ..SessionLimits::default() };
    let world = World::with(HubLimits::default(), limits).await;
    let mut peer = world.session(world.maker).await;
    for text in ["1", "2", "3"] {
        world.stored(text).await;
    }
    world.bus.publish(Signal::Missed).await;
    assert_eq!(peer.next().await.unwrap(), [Delivery::Resync { room: world.room, last_seq: 3 }]);
    let next = world.stored("4").await;
    world.signal(next, Origin::Http).await;
    assert_eq!(next_seqs(&mut peer).await, [4]);
}

#[tokio::test]
async fn an_old_room_that_was_not_followed_begins_with_what_is_heard_of() {
    let world = an_old_room().await;
    let mut peer = world.session(world.maker).await;
    let message = world.stored("after a long time").await;
    world.signal(message, Origin::Http).await;
    assert_eq!(next_message(&mut peer).await, (4, Some(Origin::Http)), "and not with the first one");
}

#[tokio::test]
async fn a_sender_is_not_told_its_own_message_in_a_room_that_was_not_followed() {
    let world = an_old_room().await;
    let mut sender = world.session(world.dreamer).await;
    let content = MessageContent::Text("mine".try_into().unwrap());
    let (before, mine) = sender.send(world.room, content, None).await.unwrap();
    assert_eq!((before, mine.message.seq()), (vec![], 4));
    let next = world.stored("next").await;
    world.signal(next, Origin::Http).await;
    assert_eq!(next_seq(&mut sender).await, 5);
}

#[tokio::test]
async fn of_an_old_room_that_was_not_followed_the_history_is_read_after_a_gap() {
    let world =
        World::with(HubLimits::default(), SessionLimits { rooms: 1, ..SessionLimits::default() }).await;
    let members = [world.dreamer, world.maker];
    let later = a_room(9, members, world.clock_now() + TimeDelta::minutes(1));
    let _ = world.store.open(&later).await.unwrap();
    world.clock.advance(TimeDelta::minutes(30));
    let mut peer = world.session(world.maker).await;
    world.stored("now it is the latest").await;
    world.bus.publish(Signal::Missed).await;
    let told = peer.next().await.unwrap();
    let [Delivery::Room(shown), resync] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(shown.room.id(), world.room);
    assert_eq!(*resync, Delivery::Resync { room: world.room, last_seq: 1 });
}

#[tokio::test]
async fn a_room_that_opened_since_is_told_from_its_first_message_on() {
    let world = an_old_room().await;
    let mut peer = world.session(world.maker).await;
    let room = a_room(9, [world.dreamer, world.maker], world.clock_now());
    let _ = world.store.open(&room).await.unwrap();
    let (_unheard, second) = (world.stored_in(room.id(), "1").await, world.stored_in(room.id(), "2").await);
    world.signal(second, Origin::Http).await;
    assert_eq!(next_seqs(&mut peer).await, [1, 2]);
}

#[tokio::test]
async fn a_message_that_is_deleted_before_its_turn_is_told_as_deleted() {
    let world = World::new().await;
    let mut peer = world.session(world.maker).await;
    let (first, second) = (world.stored("one").await, world.stored("a secret").await);
    world.signal(second.clone(), Origin::Http).await;
    let (room, members) = (world.room, [world.dreamer, world.maker]);
    let deleted = |message: &chat::Message| Signal::MessageDeleted {
        room,
        message: message.id(),
        seq: message.seq(),
        members,
    };
    let _ = world.messages.delete(second.id(), world.clock_now()).await.unwrap();
    world.bus.publish(deleted(&second)).await;
    let told = peer.next().await.unwrap();
    let told: Vec<_> = told
        .iter()
        .map(|delivery| match delivery {
            Delivery::Message { view, .. } => (view.message.seq(), view.message.is_deleted()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(told, [(1, false), (2, true)]);

    world.bus.publish(deleted(&first)).await;
    assert_eq!(peer.next().await.unwrap(), [Delivery::Deleted { room, message: first.id(), seq: 1 }]);
}
