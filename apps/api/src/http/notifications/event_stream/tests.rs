//! The clock of these tests stands still until nobody has anything to do; then it jumps to the next
//! moment that somebody waits for.

use std::sync::{Arc, Mutex};

use application::Environment;
use application::bus::{Bus, Signal};
use application::realtime::{Hub, HubLimits, NotificationFeeds};
use auth::{AccessClaims, MockSessionDirectory};
use chrono::TimeDelta;
use embedded::{LocalBus, LocalPresence};
use kernel::testing::FakeClock;
use kernel::{Clock, NotificationId, Role, SessionId, UserId};
use notification::MockNotificationStore;
use notification::testing::{a_notification, ids};

use super::*;

/// Everything that streams are made from.
struct Streams {
    bus: LocalBus,
    stored: Arc<Mutex<Vec<Notification>>>,
    is_live: Arc<Mutex<bool>>,
    feeds: Arc<NotificationFeeds>,
    user: UserId,
    session: SessionId,
    shutdown: CancellationToken,
}

struct TestIds;

impl kernel::IdGenerator for TestIds {
    fn next_uuid(&self) -> uuid::Uuid {
        ids().next_uuid()
    }
}

impl Streams {
    async fn new() -> Self {
        let (bus, is_live) = (LocalBus::default(), Arc::new(Mutex::new(true)));
        let environment = Environment::new(Arc::new(FakeClock::default()), Arc::new(TestIds));
        let presence = Arc::new(LocalPresence::default());
        let hub = Hub::new(presence, Arc::new(bus.clone()), environment.clone(), HubLimits::default());
        let running = Arc::clone(&hub);
        tokio::spawn(async move { running.run().await });
        // From now on the hub listens.
        tokio::task::yield_now().await;

        let stored = Arc::new(Mutex::new(Vec::new()));
        let (notifications, mut sessions) = (store_of(&stored), MockSessionDirectory::new());
        let liveness = Arc::clone(&is_live);
        sessions.expect_is_live().returning(move |_, _| Ok(*liveness.lock().unwrap()));
        let (notifications, sessions) = (Arc::new(notifications), Arc::new(sessions));
        let feeds = Arc::new(NotificationFeeds { notifications, sessions, hub, environment });
        let (user, session) = (ids().next(), ids().next());
        Self { bus, stored, is_live, feeds, user, session, shutdown: CancellationToken::new() }
    }

    /// A stream that began after `last_seen`, with a token that holds for so many minutes.
    async fn open_for(&self, minutes: i64, last_seen: Option<NotificationId>) -> EventStream {
        let now = FakeClock::default().now();
        let expires_at = now + TimeDelta::minutes(minutes);
        let (user, session) = (self.user, self.session);
        let claims = AccessClaims { user, role: Role::Maker, session, issued_at: now, expires_at };
        let feed = NotificationFeed::open(Arc::clone(&self.feeds), claims, last_seen).await.unwrap();
        let mut stream = EventStream::new(feed, Format::Text, now, self.shutdown.clone());
        assert_eq!(next(&mut stream).await, GREETING, "at once");
        stream
    }

    async fn open(&self) -> EventStream {
        self.open_for(60, None).await
    }

    fn store(&self, user: UserId) -> Notification {
        let notification = a_notification(user);
        self.stored.lock().unwrap().push(notification.clone());
        notification
    }

    async fn notify(&self, user: UserId) -> Notification {
        let notification = self.store(user);
        self.bus.publish(Signal::Notified { notification: notification.clone() }).await;
        notification
    }
}

fn store_of(stored: &Arc<Mutex<Vec<Notification>>>) -> MockNotificationStore {
    let (stored, mut store) = (Arc::clone(stored), MockNotificationStore::new());
    store.expect_after().returning(move |user, id, limit| {
        let mut later = stored.lock().unwrap().clone();
        later.retain(|notification| notification.user() == user && notification.id() > id);
        later.sort_by_key(Notification::id);
        later.truncate(usize::try_from(limit).unwrap());
        Ok(later)
    });
    store
}

/// The next piece; empty at the end of the stream.
async fn next(stream: &mut EventStream) -> String {
    stream.next().await.map_or(String::new(), |piece| String::from_utf8(piece.to_vec()).unwrap())
}

fn shown(notification: &Notification) -> String {
    format!("id: {}\ndata: {}\n\n", notification.id(), notification.sentence())
}

#[test]
fn the_data_is_the_sentence_or_the_notification() {
    let notification = a_notification(ids().next());
    let (id, sentence) = (notification.id(), notification.sentence());
    assert_eq!(event(&notification, Format::Text), format!("id: {id}\ndata: {sentence}\n\n"));
    let json = serde_json::to_string(&NotificationAnswer::from(&notification)).unwrap();
    assert_eq!(event(&notification, Format::Json), format!("id: {id}\ndata: {json}\n\n"));
    assert!(json.starts_with(&format!("{{\"id\":\"{id}\"")), "{json}");
}

#[test]
fn a_line_break_in_the_data_never_ends_the_event() {
    assert_eq!(framed("1", "a\nid: 2\r\rb"), "id: 1\ndata: a\ndata: id: 2\ndata: \ndata: b\n\n");
}

#[tokio::test(start_paused = true)]
async fn a_user_is_told_of_their_own_notifications_as_they_come() {
    let streams = Streams::new().await;
    streams.store(streams.user);
    let mut stream = streams.open().await;
    streams.notify(ids().next()).await;
    let told = [streams.notify(streams.user).await, streams.notify(streams.user).await];
    for notification in told {
        assert_eq!(next(&mut stream).await, shown(&notification));
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_stream_has_a_heartbeat_every_forty_seconds() {
    let streams = Streams::new().await;
    let mut stream = streams.open().await;
    for _ in 0..3 {
        let began = Instant::now();
        assert_eq!(next(&mut stream).await, PING);
        assert_eq!(began.elapsed().as_secs(), 40);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_missed_comes_first_and_nothing_comes_twice() {
    let streams = Streams::new().await;
    let seen = streams.store(streams.user);
    let missed: Vec<_> = (0..250).map(|_| streams.store(streams.user)).collect();
    let mut stream = streams.open_for(60, Some(seen.id())).await;
    // Stored and heard of before the store is read: it's in both.
    let both = streams.notify(streams.user).await;
    for notification in missed.iter().chain([&both]) {
        assert_eq!(next(&mut stream).await, shown(notification));
    }
    let live = streams.notify(streams.user).await;
    assert_eq!(next(&mut stream).await, shown(&live));
    assert_eq!(next(&mut stream).await, PING);
}

#[tokio::test(start_paused = true)]
async fn what_the_bus_lost_is_read_from_the_store() {
    let streams = Streams::new().await;
    let mut stream = streams.open().await;
    let heard = streams.notify(streams.user).await;
    assert_eq!(next(&mut stream).await, shown(&heard));
    let lost = [streams.store(streams.user), streams.store(streams.user)];
    streams.bus.publish(Signal::Missed).await;
    for notification in lost {
        assert_eq!(next(&mut stream).await, shown(&notification));
    }
    assert_eq!(next(&mut stream).await, PING);
}

#[tokio::test(start_paused = true)]
async fn a_stream_ends_with_its_token() {
    let streams = Streams::new().await;
    let (mut stream, began) = (streams.open_for(1, None).await, Instant::now());
    assert_eq!(next(&mut stream).await, PING);
    assert_eq!(next(&mut stream).await, "");
    assert_eq!(began.elapsed(), Duration::from_mins(1));
}

#[tokio::test(start_paused = true)]
async fn a_stream_ends_with_its_session() {
    let streams = Streams::new().await;
    let mut stream = streams.open().await;
    streams.bus.publish(Signal::SessionsEnded { sessions: vec![ids().next()] }).await;
    assert_eq!(next(&mut stream).await, PING, "it was another one");
    streams.bus.publish(Signal::SessionsEnded { sessions: vec![streams.session] }).await;
    assert_eq!(next(&mut stream).await, "");
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_session_is_noticed_even_if_it_was_not_heard_of() {
    let streams = Streams::new().await;
    *streams.is_live.lock().unwrap() = false;
    let (mut stream, began) = (streams.open().await, Instant::now());
    assert_eq!(next(&mut stream).await, "");
    assert_eq!(began.elapsed(), HEARTBEAT);

    let (mut stream, began) = (streams.open().await, Instant::now());
    streams.bus.publish(Signal::Missed).await;
    assert_eq!(next(&mut stream).await, "");
    assert!(began.elapsed() < HEARTBEAT, "it may be among what was lost");
}

#[tokio::test(start_paused = true)]
async fn a_stream_ends_when_the_process_does() {
    let streams = Streams::new().await;
    let mut stream = streams.open().await;
    streams.shutdown.cancel();
    assert_eq!(next(&mut stream).await, "");
}

#[tokio::test(start_paused = true)]
async fn the_eleventh_stream_of_a_user_closes_the_first() {
    let streams = Streams::new().await;
    let mut first = streams.open().await;
    let mut others = Vec::new();
    for _ in 0..9 {
        others.push(streams.open().await);
    }
    assert_eq!(next(&mut first).await, PING);
    others.push(streams.open().await);
    assert_eq!(next(&mut first).await, "");
    let told = streams.notify(streams.user).await;
    for stream in &mut others {
        // Some have had their heartbeat, the newest has not.
        let piece = next(stream).await;
        assert!(piece == shown(&told) || next(stream).await == shown(&told));
    }
}
