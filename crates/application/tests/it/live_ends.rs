//! How connections end, and what does not keep the others from hearing.

use std::collections::HashSet;
use std::future::pending;
use std::sync::Arc;

use application::bus::{Bus, ConnectionId, Signal};
use application::realtime::{
    ChatSession, CloseReason, ConnectionKind, Delivery, Entered, HubLimits, NotificationFeed,
    NotificationFeeds, Presence, SessionLimits,
};
use async_trait::async_trait;
use auth::SessionDirectory;
use chrono::TimeDelta;
use kernel::{StoreError, Timestamp, UserId};

use crate::live_world::{World, next_seq};

const UNAUTHENTICATED: [Delivery; 1] = [Delivery::Close(CloseReason::Unauthenticated)];

/// A book of connections that never answers when they are confirmed.
struct HangingBook;

#[async_trait]
impl Presence for HangingBook {
    async fn enter(
        &self,
        _: UserId,
        _: ConnectionId,
        _: ConnectionKind,
        _: usize,
        _: Timestamp,
    ) -> Result<Entered, StoreError> {
        Ok(Entered::default())
    }

    async fn leave(
        &self,
        _: UserId,
        _: ConnectionId,
        _: ConnectionKind,
        _: Timestamp,
    ) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn confirm(
        &self,
        _: &[(UserId, ConnectionId, ConnectionKind)],
        _: Timestamp,
    ) -> Result<(), StoreError> {
        pending().await
    }

    async fn online(&self, _: &[UserId], _: Timestamp) -> Result<HashSet<UserId>, StoreError> {
        Ok(HashSet::new())
    }
}

#[tokio::test]
async fn a_book_of_connections_that_hangs_keeps_nobodys_messages() {
    let world = World::on(Arc::new(HangingBook), HubLimits::default(), SessionLimits::default()).await;
    let mut sender = world.session(world.dreamer).await;
    let mut peer = world.session(world.maker).await;
    // The hub has begun to confirm, and will not be done with it.
    tokio::task::yield_now().await;
    for number in 1..=3 {
        world.say(&mut sender, "hello").await;
        assert_eq!(next_seq(&mut peer).await, number);
    }
}

#[tokio::test]
async fn a_session_whose_end_was_not_heard_of_is_noticed_when_something_was_missed() {
    let world = World::new().await;
    let mut peer = world.session(world.maker).await;
    world.stored("unheard").await;
    world.sessions.lose();
    assert!(peer.may_go_on().await);
    world.bus.publish(Signal::Missed).await;
    assert_eq!(next_seq(&mut peer).await, 1, "while nobody can tell, nobody is sent away");
    world.stored("none of their business").await;
    world.sessions.end();
    assert!(!peer.may_go_on().await);
    world.bus.publish(Signal::Missed).await;
    assert_eq!(peer.next().await.unwrap(), UNAUTHENTICATED);
}

#[tokio::test]
async fn a_session_that_ends_while_it_connects_is_refused() {
    let world = World::new().await;
    world.sessions.end();
    let refused = ChatSession::open(world.chats.clone(), world.claims(world.maker)).await;
    assert_eq!(refused.err().unwrap().code().name, "SESSION_ENDED");
    assert!(world.chats.hub.is_empty());
}

#[tokio::test]
async fn the_order_to_close_does_not_wait_behind_what_is_still_to_be_told() {
    let world = World::new().await;
    let mut peer = world.session(world.maker).await;
    for _ in 0..250 {
        world.stored("backlog").await;
    }
    world.bus.publish(Signal::Missed).await;
    assert_eq!(next_seq(&mut peer).await, 1, "the first of many");
    assert_eq!(peer.must_close(), None);
    world.chats.hub.close_all();
    assert_eq!(peer.must_close(), Some(CloseReason::GoingDown));
    assert!(peer.may_go_on().await, "its session has not ended");
    assert_eq!(peer.next().await.unwrap(), [Delivery::Close(CloseReason::GoingDown)]);
}

#[tokio::test]
async fn a_token_that_expires_ends_what_is_still_to_be_told() {
    let world = World::new().await;
    let mut peer = world.session(world.maker).await;
    world.stored("backlog").await;
    world.bus.publish(Signal::Missed).await;
    world.clock.advance(TimeDelta::hours(1));
    assert_eq!(peer.must_close(), Some(CloseReason::Unauthenticated));
    assert!(!peer.may_go_on().await);
    assert_eq!(peer.next().await.unwrap(), UNAUTHENTICATED);
}

#[tokio::test]
async fn the_order_to_close_does_not_wait_behind_notifications() {
    let world = World::new().await;
    let sessions: Arc<dyn SessionDirectory> = world.sessions.clone();
    let feeds = NotificationFeeds {
        notifications: world.store.clone(),
        sessions,
        hub: world.chats.hub.clone(),
        environment: world.chats.environment.clone(),
    };
    let seen = world.chats.environment.next_id();
    world.notify(world.maker).await;
    let claims = world.claims(world.maker);
    let mut feed = NotificationFeed::open(Arc::new(feeds), claims, Some(seen)).await.unwrap();
    world.chats.hub.close_all();
    assert_eq!(feed.next().await.unwrap(), None);
}
