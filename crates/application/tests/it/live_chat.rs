//! The live side of the chat, without any socket.

use application::bus::{Bus, Origin, Signal};
use application::realtime::{
    ChatSession, CloseReason, ConnectionKind, Delivery, HubLimits, Queued, SessionLimits,
};
use chat::MessageContent;
use uuid::Uuid;

use crate::live_world::{World, message_of, next_message, next_seq, next_seqs};

#[tokio::test]
async fn a_message_reaches_the_other_member_and_the_senders_other_connections_but_not_the_sending_one() {
    let world = World::new().await;
    let mut sending = world.session(world.dreamer).await;
    let mut other = world.session(world.dreamer).await;
    let mut peer = world.session(world.maker).await;
    assert_eq!(world.say(&mut sending, "hello").await, 1);
    assert_eq!(next_seq(&mut other).await, 1);
    assert_eq!(next_seq(&mut peer).await, 1);
    assert_eq!(world.say(&mut peer, "hi").await, 2);
    assert_eq!(next_seq(&mut sending).await, 2, "its own message is not told again");
}

#[tokio::test]
async fn a_signal_that_was_lost_is_made_up_for_from_the_store_in_order() {
    let world = World::new().await;
    let mut sender = world.session(world.dreamer).await;
    let mut peer = world.session(world.maker).await;
    let mut listener = world.bus.subscribe();
    for text in ["one", "two", "three"] {
        world.say(&mut sender, text).await;
    }
    // A connection that saw nothing but the third signal, as if the others were lost on their way.
    let mut late = world.session(world.maker).await;
    late.resume([(world.room, 0)]);
    let mut seen = Vec::new();
    while seen.len() < 3 {
        seen.extend(next_seqs(&mut late).await);
    }
    assert_eq!(seen, [1, 2, 3]);
    // The same signals once more change nothing.
    let heard: Vec<_> = std::iter::from_fn(|| listener.try_recv().ok()).collect();
    for signal in heard {
        world.bus.publish((*signal).clone()).await;
    }
    world.say(&mut sender, "four").await;
    assert_eq!(next_seq(&mut late).await, 4);
    let mut seen = Vec::new();
    while seen.len() < 4 {
        seen.extend(next_seqs(&mut peer).await);
    }
    assert_eq!(seen, [1, 2, 3, 4]);
}

#[tokio::test]
async fn signals_in_the_wrong_order_are_told_in_the_right_one_with_their_ways_in() {
    let world = World::new().await;
    let mut peer = world.session(world.maker).await;
    let (first, second) = (world.stored("one").await, world.stored("two").await);
    let tab = Origin::Connection(Uuid::from_u128(60));
    world.signal(second, Origin::Http).await;
    world.signal(first, tab).await;
    assert_eq!(next_message(&mut peer).await, (1, Some(tab)));
    assert_eq!(next_message(&mut peer).await, (2, Some(Origin::Http)));
}

#[tokio::test]
async fn a_message_whose_signal_is_lost_is_read_from_the_store_before_the_next_one_is_told() {
    let world = World::new().await;
    let mut peer = world.session(world.maker).await;
    let (_unheard, second) = (world.stored("one").await, world.stored("two").await);
    world.signal(second, Origin::Http).await;
    let deliveries = peer.next().await.unwrap();
    let told: Vec<_> = deliveries.iter().filter_map(message_of).collect();
    assert_eq!(told, [(1, None), (2, Some(Origin::Http))]);
}

#[tokio::test]
async fn a_send_is_answered_after_what_was_stored_before_it() {
    let world = World::new().await;
    let mut sender = world.session(world.dreamer).await;
    let content = || MessageContent::Text("mine".try_into().unwrap());
    let heard = world.stored("heard of, but not told yet").await;
    world.signal(heard, Origin::Http).await;
    let (before, mine) = sender.send(world.room, content(), None).await.unwrap();
    assert_eq!(before.iter().filter_map(message_of).collect::<Vec<_>>(), [(1, Some(Origin::Http))]);
    assert_eq!(mine.message.seq(), 2);

    world.stored("never heard of").await;
    let (before, mine) = sender.send(world.room, content(), None).await.unwrap();
    assert_eq!(before.iter().filter_map(message_of).collect::<Vec<_>>(), [(3, None)]);
    assert_eq!(mine.message.seq(), 4);
    let mut peer = world.session(world.maker).await;
    assert_eq!(world.say(&mut peer, "next").await, 5);
    assert_eq!(next_seq(&mut sender).await, 5, "nothing is told twice");
}

#[tokio::test]
async fn lost_signals_make_every_connection_look_into_the_store() {
    let world = World::new().await;
    let mut peer = world.session(world.maker).await;
    world.stored("unheard").await;
    world.bus.publish(Signal::Missed).await;
    assert_eq!(next_seq(&mut peer).await, 1);
}

#[tokio::test]
async fn whoever_missed_too_much_is_told_to_read_the_history() {
    let limits = SessionLimits { replayed: 2, ..SessionLimits::default() };
    let world = World::with(HubLimits::default(), limits).await;
    let mut sender = world.session(world.dreamer).await;
    for text in ["1", "2", "3"] {
        world.say(&mut sender, text).await;
    }
    let mut peer = world.session(world.maker).await;
    assert_eq!(peer.resume([(world.room, 0)]), [Delivery::Resync { room: world.room, last_seq: 3 }]);
    assert_eq!(peer.resume([(world.room, 1)]), []);
    assert_eq!(next_seqs(&mut peer).await, [2, 3]);
}

#[tokio::test]
async fn a_send_that_is_repeated_answers_the_first_message_and_stores_nothing() {
    let world = World::new().await;
    let mut sender = world.session(world.dreamer).await;
    let id = Some(Uuid::from_u128(77));
    let content = || MessageContent::Text("once".try_into().unwrap());
    let (_, first) = sender.send(world.room, content(), id).await.unwrap();
    let (_, again) = sender.send(world.room, content(), id).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(world.say(&mut sender, "next").await, 2);
}

#[tokio::test]
async fn a_connection_that_never_reads_is_closed_and_others_do_not_notice() {
    let limits = HubLimits { queue: 4, ..HubLimits::default() };
    let world = World::with(limits, SessionLimits::default()).await;
    let mut sender = world.session(world.dreamer).await;
    let mut stuck = world.session(world.maker).await;
    let mut reading = world.session(world.maker).await;
    for number in 1..=6 {
        assert_eq!(world.say(&mut sender, "flood").await, number);
        assert_eq!(next_seq(&mut reading).await, number);
    }
    let deliveries = stuck.next().await.unwrap();
    assert_eq!(deliveries, [Delivery::Close(CloseReason::TooSlow)]);
}

#[tokio::test]
async fn the_oldest_of_too_many_connections_is_closed() {
    let limits = HubLimits { per_user: 2, ..HubLimits::default() };
    let world = World::with(limits, SessionLimits::default()).await;
    let claims = world.claims(world.maker);
    let hub = &world.chats.hub;
    let mut first = hub.register(&claims, ConnectionKind::Socket).await;
    let _second = hub.register(&claims, ConnectionKind::Socket).await;
    let _stream = hub.register(&claims, ConnectionKind::Stream).await;
    let _third = hub.register(&claims, ConnectionKind::Socket).await;
    assert!(matches!(first.next().await, Err(CloseReason::TooMany)));
}

#[tokio::test]
async fn a_session_that_ends_takes_its_connections_along() {
    let world = World::new().await;
    let claims = world.claims(world.maker);
    let mut ended = world.chats.hub.register(&claims, ConnectionKind::Socket).await;
    let mut other = world.chats.hub.register(&world.claims(world.dreamer), ConnectionKind::Socket).await;
    world.bus.publish(Signal::SessionsEnded { sessions: vec![claims.session] }).await;
    assert!(matches!(ended.next().await, Err(CloseReason::Unauthenticated)));
    world.bus.publish(Signal::Missed).await;
    assert!(matches!(other.next().await, Ok(Queued::Missed)));
}

#[tokio::test]
async fn coming_and_going_typing_and_reading_are_told_to_the_other_member() {
    let world = World::new().await;
    let mut dreamer = world.session(world.dreamer).await;
    let (maker, rooms) = ChatSession::open(world.chats.clone(), world.claims(world.maker)).await.unwrap();
    assert_eq!(rooms[0].online.len(), 2);
    let (room, user) = (world.room, world.maker);
    assert_eq!(dreamer.next().await.unwrap(), [Delivery::Presence { room, user, online: true }]);
    maker.typing(room).await.unwrap();
    assert_eq!(dreamer.next().await.unwrap(), [Delivery::Typing { room, user }]);
    assert_eq!(world.say(&mut dreamer, "hello").await, 1);
    maker.read(room, 9).await.unwrap();
    assert_eq!(dreamer.next().await.unwrap(), [Delivery::Read { room, user, seq: 1 }]);
    drop(maker);
    assert_eq!(dreamer.next().await.unwrap(), [Delivery::Presence { room, user, online: false }]);
}

#[tokio::test]
async fn nobody_but_its_members_gets_into_a_room() {
    let world = World::new().await;
    let mut stranger = world.session(Uuid::from_u128(9).into()).await;
    let content = MessageContent::Text("let me in".try_into().unwrap());
    let refusal = stranger.send(world.room, content, None).await.unwrap_err();
    assert_eq!(refusal.code().name, "ROOM_FORBIDDEN");
    assert_eq!(stranger.history(world.room, None, None, 10).await.unwrap_err().code().name, "ROOM_FORBIDDEN");
    assert_eq!(stranger.typing(world.room).await.unwrap_err().code().name, "ROOM_FORBIDDEN");
}
