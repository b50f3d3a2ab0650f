//! Sending messages again, when nobody knows what became of the first time.

use std::sync::Arc;

use application::Environment;
use application::bus::{Bus, ConnectionId, Origin, Signal};
use application::chat::{FileUpload, Outgoing, SendFile, SendMessage};
use auth::Limit;
use chat::testing::a_room_of;
use chat::{Append, Message, MessageContent, MessageStore, MockMessageStore, NewMessage, Room, RoomStore};
use chrono::TimeDelta;
use embedded::{LocalBus, Sqlite};
use kernel::StoreError;
use kernel::testing::{CountingIds, FakeClock};
use media::{MediaKind, MediaType, MockMediaStore};
use system::InProcessRateLimiter;
use tokio::sync::broadcast::Receiver;
use uuid::Uuid;

const CLIENT_ID: Uuid = Uuid::from_u128(77);
const CONNECTION: ConnectionId = Uuid::from_u128(78);

struct World {
    send: SendMessage,
    store: Arc<Sqlite>,
    signals: Receiver<Arc<Signal>>,
    room: Room,
}

impl World {
    /// Where a user may send two messages.
    async fn new() -> Self {
        let store = Arc::new(Sqlite::in_memory().unwrap());
        let room = a_room_of(Uuid::from_u128(1).into(), Uuid::from_u128(2).into());
        let _ = RoomStore::open(&*store, &room).await.unwrap();
        let bus = Arc::new(LocalBus::default());
        let signals = bus.subscribe();
        let send = SendMessage {
            rooms: store.clone(),
            messages: store.clone(),
            bus,
            environment: Environment::new(Arc::new(FakeClock::default()), Arc::new(CountingIds::default())),
            limiter: Arc::new(InProcessRateLimiter::default()),
            limit: Limit { count: 2, window: TimeDelta::seconds(10) },
        };
        Self { send, store, signals, room }
    }

    fn outgoing(&self, client_message_id: Option<Uuid>) -> Outgoing {
        Outgoing {
            room: self.room.id(),
            sender: self.room.facts().dreamer,
            content: content(),
            client_message_id,
            origin: Origin::Connection(CONNECTION),
        }
    }

    /// Stores a message as a process does that dies before it tells anybody.
    async fn store_and_die(&self) -> Message {
        let new = NewMessage {
            id: self.send.environment.next_id(),
            room: self.room.id(),
            sender: self.room.facts().dreamer,
            content: content(),
            client_message_id: Some(CLIENT_ID),
            at: self.send.environment.now(),
        };
        match self.store.append(new).await.unwrap() {
            Append::Stored(message) => message,
            other => panic!("{other:?}"),
        }
    }

    async fn refusal(&self, client_message_id: Option<Uuid>) -> &'static str {
        self.send.run(self.outgoing(client_message_id)).await.unwrap_err().code().name
    }
}

fn content() -> MessageContent {
    MessageContent::Text("hello".try_into().unwrap())
}

#[tokio::test]
async fn a_message_that_was_stored_and_not_told_is_told_when_it_is_sent_again() {
    let mut world = World::new().await;
    let stored = world.store_and_die().await;
    let sent = world.send.run(world.outgoing(Some(CLIENT_ID))).await.unwrap();
    assert_eq!((&sent.message, sent.is_duplicate), (&stored, true));
    let (members, origin) = (world.room.members(), Origin::Connection(CONNECTION));
    let told = world.signals.try_recv().unwrap();
    assert_eq!(*told, Signal::MessageStored { message: stored, members, origin });
}

#[tokio::test]
async fn a_message_that_was_stored_is_answered_after_its_room_was_closed() {
    let world = World::new().await;
    let stored = world.store_and_die().await;
    let plan = world.room.facts().plan;
    assert!(world.store.deactivate(plan, world.send.environment.now()).await.unwrap().is_some());
    assert_eq!(world.send.run(world.outgoing(Some(CLIENT_ID))).await.unwrap().message, stored);
    for new in [None, Some(Uuid::from_u128(79))] {
        assert_eq!(world.refusal(new).await, "ROOM_INACTIVE");
    }
}

#[tokio::test]
async fn only_what_is_stored_counts_against_the_limit() {
    let world = World::new().await;
    for _ in 0..5 {
        world.send.run(world.outgoing(Some(CLIENT_ID))).await.unwrap();
    }
    world.send.run(world.outgoing(None)).await.unwrap();
    assert_eq!(world.refusal(None).await, "MESSAGES_TOO_FAST");
    assert_eq!(world.refusal(Some(Uuid::from_u128(79))).await, "MESSAGES_TOO_FAST");
    assert!(world.send.run(world.outgoing(Some(CLIENT_ID))).await.unwrap().is_duplicate);
}

#[tokio::test]
async fn a_file_goes_only_when_it_is_known_that_its_message_is_not_there() {
    for (append, is_deleted) in [
        (Ok(Append::RoomInactive), true),
        (Err(StoreError::unavailable("no answer")), false),
        (Err(StoreError::corrupt("an answer that makes no sense")), false),
    ] {
        let mut world = World::new().await;
        let (mut messages, mut media) = (MockMessageStore::new(), MockMediaStore::new());
        messages.expect_append().return_once(|_| append);
        media.expect_put().times(1).returning(|_, _, _| Ok(()));
        media.expect_delete().times(usize::from(is_deleted)).returning(|_| Ok(()));
        world.send.messages = Arc::new(messages);
        let send = SendFile { send: Arc::new(world.send), media: Arc::new(media) };
        let file = FileUpload { kind: MediaKind::Image, media_type: MediaType::Jpeg, path: "a.jpg".as_ref() };
        assert!(send.run(world.room.id(), world.room.facts().dreamer, file).await.is_err());
    }
}
